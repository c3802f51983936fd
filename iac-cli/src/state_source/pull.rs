//! `terraform state pull`, or OpenTofu's.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::backend::missing_workspace;
use super::{Found, read_all};
use crate::command_error::CommandError;
use crate::data_directory::{DEFAULT_WORKSPACE, copy_data};

/// A backend to be read by Terraform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pull {
    /// The directory of the stack.
    pub(crate) directory: PathBuf,
    /// The data directory, as `terraform init` left it.
    pub(crate) data: PathBuf,
    /// The type of the backend.
    pub(crate) backend: String,
    /// The selected workspace.
    pub(crate) workspace: String,
}

impl Pull {
    /// Reads the state with Terraform. `path` is the search path for programs.
    pub(super) fn read(&self, path: &OsStr) -> Result<Found, CommandError> {
        let Some((name, program)) = program(&self.directory, path) else {
            return Err(CommandError::new(
                "cannot read the state: neither `terraform` nor `tofu` is installed",
            )
            .hint("set a file with `--state FILE`"));
        };
        let data = tempfile::Builder::new().prefix("iac-").tempdir();
        let data =
            data.map_err(|error| CommandError::because("cannot create a temporary directory", error))?;
        copy_data(&self.data, data.path())
            .map_err(|error| CommandError::file("cannot copy", &self.data, error))?;
        // `state pull` would create a workspace that does not exist.
        if self.workspace != DEFAULT_WORKSPACE {
            let list = self.run(name, &program, &["workspace", "list"], &data)?;
            let list = String::from_utf8_lossy(&list);
            let name_of = |line: &'_ str| -> Option<String> {
                let name = line.strip_prefix("* ").or_else(|| line.strip_prefix("  "))?;
                Some(name.trim().to_owned()).filter(|name| !name.is_empty())
            };
            let names: Vec<String> = list.lines().filter_map(name_of).collect();
            if !names.contains(&self.workspace) {
                return Err(missing_workspace(&self.workspace, &names));
            }
        }
        let text = self.run(name, &program, &["state", "pull"], &data)?;
        Ok(if text.is_empty() {
            Found::absent(format!("`{name} state pull` finds no state in backend `{}`", self.backend))
        } else {
            Found::text(text)
        })
    }

    fn run(
        &self,
        name: &str,
        program: &Path,
        args: &[&str],
        data: &TempDir,
    ) -> Result<Vec<u8>, CommandError> {
        let verb = args.join(" ");
        let failed = |error| CommandError::because(format!("cannot run `{name} {verb}`"), error);
        // Terraform reports errors on stderr.
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.directory).stdin(Stdio::null());
        command.env("TF_IN_AUTOMATION", "1").env("TF_DATA_DIR", data.path());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().map_err(failed)?;
        let text = child.stdout.take().map(|stdout| read_all(stdout, 0)).transpose();
        if text.is_err() {
            // It would block on writing the rest.
            let _ = child.kill();
        }
        let status = child.wait().map_err(failed)?;
        let text = text.map_err(failed)?.unwrap_or_default();
        if status.success() {
            return Ok(text);
        }
        Err(CommandError::new(format!("`{name} {verb}` failed in `{}`", self.directory.display()))
            .hint(format!("run `{name} init` there first, with credentials for the backend"))
            .hint("or set a file with `--state FILE`"))
    }
}

/// Finds the program that a stack is applied with, and returns its name and path.
pub(crate) fn program(directory: &Path, path: &OsStr) -> Option<(&'static str, PathBuf)> {
    let names = if is_tofu(directory) { ["tofu", "terraform"] } else { ["terraform", "tofu"] };
    names.into_iter().find_map(|name| Some((name, find(name, path)?)))
}

/// Returns `true` if OpenTofu wrote the lock file.
fn is_tofu(directory: &Path) -> bool {
    let lock = fs::read_to_string(directory.join(".terraform.lock.hcl"));
    lock.is_ok_and(|lock| lock.contains("\"registry.opentofu.org/"))
}

/// Finds a program on a search path.
pub(crate) fn find(name: &str, path: &OsStr) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(path).map(|directory| directory.join(&file)).find(|candidate| candidate.is_file())
}
