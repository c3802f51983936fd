//! The options that choose the source of `iac` itself: for the dependencies of a new project, and for what a pipeline
//! installs.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;

use super::iac_source::{IacSource, is_checkout};
use super::installed;
use crate::command_error::CommandError;

/// The source of `iac`. The default is the one that this program was built from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Source of iac")]
pub(crate) struct IacSourceArgs {
    /// Use this checkout
    #[arg(id = "iac-path", long, value_name = "DIR", conflicts_with_all = ["iac-git", "iac-version"])]
    path: Option<PathBuf>,

    /// Use this Git repository
    #[arg(id = "iac-git", long, value_name = "URL", conflicts_with = "iac-version")]
    git: Option<String>,

    /// Use this commit, branch or tag of the Git repository
    #[arg(id = "iac-rev", long, value_name = "REV", requires = "iac-git")]
    rev: Option<String>,

    /// Use this version from crates.io
    #[arg(id = "iac-version", long, value_name = "VERSION")]
    version: Option<String>,
}

impl IacSourceArgs {
    pub(crate) fn source(&self) -> Result<IacSource, CommandError> {
        if let Some(path) = &self.path {
            let found =
                path.canonicalize().map_err(|error| CommandError::file("cannot find", path, error))?;
            if !is_checkout(&found) {
                let message = format!("`{}` is not a checkout of iac", path.display());
                return Err(
                    CommandError::new(message).hint("a checkout has the directories iac-core and iac-aws")
                );
            }
            return Ok(IacSource::Path(found));
        }
        if let Some(url) = &self.git {
            return Ok(IacSource::Git { url: url.clone(), rev: self.rev.clone() });
        }
        if let Some(version) = &self.version {
            return Ok(IacSource::Version(version.clone()));
        }
        let installed = env::current_exe().and_then(|program| program.canonicalize());
        let installed = installed.ok().map(|program| installed::source(&program)).transpose()?.flatten();
        Ok(installed.unwrap_or_else(|| IacSource::of_this_build(Path::new(env!("CARGO_MANIFEST_DIR")))))
    }
}
