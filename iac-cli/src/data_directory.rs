//! The data directory, in which `terraform init` and `terraform workspace` keep their files.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::command_error::CommandError;

/// The workspace that always exists.
pub(crate) const DEFAULT_WORKSPACE: &str = "default";

/// Returns the data directory of the stack in a directory.
pub(crate) fn data_directory(directory: &Path) -> PathBuf {
    let chosen = env::var_os("TF_DATA_DIR").filter(|path| !path.is_empty());
    directory.join(chosen.as_deref().unwrap_or_else(|| OsStr::new(".terraform")))
}

/// Returns the selected workspace of the stack in a directory.
pub(crate) fn workspace(directory: &Path) -> Result<String, CommandError> {
    let chosen = env::var_os("TF_WORKSPACE").filter(|name| !name.is_empty());
    let name = if let Some(name) = chosen {
        name.to_string_lossy().into_owned()
    } else {
        let file = data_directory(directory).join("environment");
        match fs::read_to_string(&file) {
            Err(error) if is_missing(&error) => String::new(),
            text => text.map_err(|error| CommandError::file("cannot read", &file, error))?,
        }
    };
    let name = name.trim();
    if name.is_empty() {
        return Ok(DEFAULT_WORKSPACE.to_owned());
    }
    // The name becomes part of paths. Terraform allows these characters.
    let is_allowed = |character: char| {
        character.is_ascii_alphanumeric()
            || matches!(character, '-' | '_' | '.' | '~' | '$' | '&' | '+' | '=' | ':' | '@')
    };
    if name.chars().all(is_allowed) && !matches!(name, "." | "..") {
        Ok(name.to_owned())
    } else {
        Err(CommandError::new(format!("invalid workspace name `{name}`"))
            .hint("unset `TF_WORKSPACE`, or run `terraform workspace select NAME`"))
    }
}

/// Returns `true` if a file does not exist. Other errors leave that open.
pub(crate) fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Copies a data directory, so that Terraform can run in the directory of the stack without writing to it: `plan` and
/// `state pull` sometimes update the recorded backend. Paths of modules stay valid in the copy. Providers are large
/// and only executed, so they are linked.
pub(crate) fn copy_data(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for name in ["terraform.tfstate", "environment", "modules/modules.json"] {
        copy_if_present(&from.join(name), &to.join(name))?;
    }
    let providers = std::path::absolute(from.join("providers"))?;
    if providers.is_dir() { link(&providers, &to.join("providers")) } else { Ok(()) }
}

/// Copies a file, or a directory recursively. Missing and unreadable files are skipped: Terraform could not read them
/// either.
pub(crate) fn copy_if_present(from: &Path, to: &Path) -> io::Result<()> {
    let is_skipped = |error: &io::Error| is_missing(error) || error.kind() == ErrorKind::PermissionDenied;
    let metadata = match fs::metadata(from) {
        Err(error) if is_skipped(&error) => return Ok(()),
        metadata => metadata?,
    };
    if metadata.is_dir() {
        let entries = match fs::read_dir(from) {
            Err(error) if is_skipped(&error) => return Ok(()),
            entries => entries?,
        };
        fs::create_dir_all(to)?;
        for entry in entries {
            let entry = entry?;
            let (original, copy) = (entry.path(), to.join(entry.file_name()));
            if entry.file_type()?.is_symlink() {
                // Links within a module stay valid in the copy.
                link(&fs::read_link(&original)?, &copy)?;
            } else {
                copy_if_present(&original, &copy)?;
            }
        }
        return Ok(());
    }
    // Opening a pipe would block until it has a writer.
    if metadata.is_file() {
        match fs::File::open(from) {
            Err(error) if is_skipped(&error) => return Ok(()),
            opened => drop(opened?),
        }
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(from, to)?;
    }
    Ok(())
}

#[cfg(unix)]
pub(crate) fn link(original: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

#[cfg(windows)]
pub(crate) fn link(original: &Path, link: &Path) -> io::Result<()> {
    if original.is_dir() {
        std::os::windows::fs::symlink_dir(original, link)
    } else {
        std::os::windows::fs::symlink_file(original, link)
    }
}
