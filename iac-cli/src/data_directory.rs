//! What `terraform init` and `terraform workspace` leave beside a configuration.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::command_error::CommandError;

/// The workspace that exists without being created.
pub(crate) const DEFAULT_WORKSPACE: &str = "default";

/// The directory in which Terraform keeps what `init` makes, for the stack in a directory.
pub(crate) fn data_directory(directory: &Path) -> PathBuf {
    let chosen = env::var_os("TF_DATA_DIR").filter(|path| !path.is_empty());
    directory.join(chosen.as_deref().unwrap_or_else(|| OsStr::new(".terraform")))
}

/// The workspace that Terraform would use for the stack in a directory.
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
    // The name becomes a part of paths. These are the characters that Terraform allows.
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

/// Whether a file does not exist, which an error of another kind leaves open.
pub(crate) fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Copies a data directory, so that Terraform can be run in the directory of the stack without writing to it: `plan` and
/// `state pull` update the recorded backend in some cases. Paths to modules stay valid there; providers are large, and only
/// executed.
pub(crate) fn copy_data(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for name in ["terraform.tfstate", "environment", "modules/modules.json"] {
        copy_if_present(&from.join(name), &to.join(name))?;
    }
    let providers = std::path::absolute(from.join("providers"))?;
    if providers.is_dir() { link(&providers, &to.join("providers")) } else { Ok(()) }
}

/// Copies a file, or a directory with all that is in it. What is missing or may not be read is left out: Terraform would
/// not read it either.
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
                // Links inside of a module stay inside of it.
                link(&fs::read_link(&original)?, &copy)?;
            } else {
                copy_if_present(&original, &copy)?;
            }
        }
        return Ok(());
    }
    // Opening a pipe would wait for somebody to write to it.
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
