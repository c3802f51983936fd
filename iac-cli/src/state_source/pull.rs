//! `terraform state pull`, or OpenTofu's.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::read_all;
use crate::command_error::CommandError;

/// The state of the stack in a directory, as Terraform reads it. `path` is where programs are looked for.
pub(super) fn read(directory: &Path, path: &OsStr) -> Result<Vec<u8>, CommandError> {
    let Some((name, program)) = program(directory, path) else {
        return Err(CommandError::new("cannot read the state: neither `terraform` nor `tofu` is installed")
            .hint("give a file with `--state FILE`"));
    };
    let failed = |error| CommandError::because(format!("cannot run `{name} state pull`"), error);
    // What it has to say, it says itself.
    let mut command = Command::new(program);
    command.args(["state", "pull"]).current_dir(directory).env("TF_IN_AUTOMATION", "1");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(failed)?;
    let text = child.stdout.take().map(|stdout| read_all(stdout, 0)).transpose();
    if text.is_err() {
        // It would wait for somebody to read the rest.
        let _ = child.kill();
    }
    let status = child.wait().map_err(failed)?;
    let text = text.map_err(failed)?.unwrap_or_default();
    if status.success() {
        return Ok(text);
    }
    Err(CommandError::new(format!("`{name} state pull` failed in `{}`", directory.display()))
        .hint(format!("run `{name} init` there first, with credentials for the backend"))
        .hint("or give a file with `--state FILE`"))
}

/// The program that a stack is applied with, and what it is called.
pub(crate) fn program(directory: &Path, path: &OsStr) -> Option<(&'static str, PathBuf)> {
    let names = if is_tofu(directory) { ["tofu", "terraform"] } else { ["terraform", "tofu"] };
    names.into_iter().find_map(|name| Some((name, find(name, path)?)))
}

/// Whether OpenTofu locked the providers.
fn is_tofu(directory: &Path) -> bool {
    let lock = fs::read_to_string(directory.join(".terraform.lock.hcl"));
    lock.is_ok_and(|lock| lock.contains("\"registry.opentofu.org/"))
}

fn find(name: &str, path: &OsStr) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(path).map(|directory| directory.join(&file)).find(|candidate| candidate.is_file())
}
