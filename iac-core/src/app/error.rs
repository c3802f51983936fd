//! Errors of reading and writing files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Error returned when files cannot be read or written.
#[derive(Debug)]
pub(super) enum WriteError {
    /// Something could not be done.
    Failed { action: &'static str, path: PathBuf, source: io::Error },
    /// Files that are to be written exist, and no program wrote them.
    Foreign(Vec<PathBuf>),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { action, path, source } => {
                write!(f, "cannot {action} `{}`: {source}", path.display())
            }
            Self::Foreign(paths) => {
                let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
                write!(f, "cannot replace {}: not written by `iac synth`", names.join(", "))
            }
        }
    }
}

/// Returns a function that adds to an error what could not be done.
pub(super) fn error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Failed { action, path, source }
}
