//! Paths as a pipeline sees them: relative to the root of the Git repository that it checks out.

use std::env;
use std::path::{Path, PathBuf};

use crate::command_error::CommandError;

/// The repository that a pipeline checks out.
#[derive(Debug)]
pub(super) struct Repository {
    root: PathBuf,
    current: PathBuf,
}

impl Repository {
    /// The Git repository around the current directory. Without one, the current directory is its root.
    pub(super) fn around_here() -> Result<Self, CommandError> {
        let current = env::current_dir()
            .map_err(|error| CommandError::because("cannot determine the current directory", error))?;
        let root = current.ancestors().find(|directory| directory.join(".git").exists());
        Ok(Self { root: root.unwrap_or(&current).to_owned(), current })
    }

    /// The current directory, relative to the root: empty at the root.
    pub(super) fn current(&self) -> Result<String, CommandError> {
        self.relative(&self.current)
    }

    /// A path below the root, relative to it.
    pub(super) fn relative(&self, path: &Path) -> Result<String, CommandError> {
        // A directory that `iac synth` has not written yet cannot be resolved.
        let path = self.current.join(path);
        let path = path.canonicalize().unwrap_or(path);
        let below = path.strip_prefix(&self.root).map_err(|_| {
            CommandError::new(format!("`{}` is outside of the Git repository", path.display()))
                .hint(format!("the pipeline checks out `{}`", self.root.display()))
        })?;
        let text = below.to_str().ok_or_else(|| {
            CommandError::new(format!("the path `{}` is not valid UTF-8", path.display()))
                .hint("rename the directory")
        })?;
        Ok(text.replace('\\', "/"))
    }
}
