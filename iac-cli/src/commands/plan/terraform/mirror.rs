//! A directory like another one, in which Terraform can be run without leaving anything in the other one.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::command_error::CommandError;

/// How many directories above it are there too: modules are called by `../../modules/network`.
const LEVELS: usize = 6;
/// The file that says where the state is. Terraform merges such files into the configuration.
const OVERRIDE: &str = "iac_backend_override.tf";

/// Makes a mirror of a directory in `place`: links to all that is in it, and to what is beside it. With a state, its
/// backend is that state.
pub(super) fn mirror(directory: &Path, place: &Path, state: Option<&[u8]>) -> Result<PathBuf, CommandError> {
    let make = || -> io::Result<PathBuf> {
        let directory = fs::canonicalize(directory)?;
        let mirrored = links(&directory, &place.join("mirror"))?;
        if let Some(state) = state {
            let file = place.join("terraform.tfstate");
            if !state.is_empty() {
                fs::write(&file, state)?;
            }
            let path = file.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
            let text = format!("terraform {{\n  backend \"local\" {{\n    path = \"{path}\"\n  }}\n}}\n");
            fs::write(mirrored.join(OVERRIDE), text)?;
        }
        Ok(mirrored)
    };
    make().map_err(|error| CommandError::file("cannot mirror", directory, error))
}

/// Links to what is in a directory and in those above it.
fn links(directory: &Path, place: &Path) -> io::Result<PathBuf> {
    let names: Vec<_> = directory
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name),
            _ => None,
        })
        .collect();
    let levels = names.len().min(LEVELS);
    let mut real: PathBuf = directory.ancestors().nth(levels).unwrap_or(directory).to_owned();
    let mut mirrored = place.to_owned();
    fs::create_dir_all(&mirrored)?;
    for name in &names[names.len() - levels..] {
        link_all(&real, &mirrored, |entry| entry != *name)?;
        real.push(name);
        mirrored.push(name);
        fs::create_dir(&mirrored)?;
    }
    // Terraform writes these; the lock is read.
    link_all(&real, &mirrored, |entry| entry != ".terraform" && entry != ".terraform.lock.hcl")?;
    let lock = real.join(".terraform.lock.hcl");
    if lock.is_file() {
        fs::copy(lock, mirrored.join(".terraform.lock.hcl"))?;
    }
    Ok(mirrored)
}

fn link_all(from: &Path, to: &Path, is_wanted: impl Fn(&std::ffi::OsStr) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if is_wanted(&entry.file_name()) {
            link(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(original: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

#[cfg(windows)]
fn link(original: &Path, link: &Path) -> io::Result<()> {
    if original.is_dir() {
        std::os::windows::fs::symlink_dir(original, link)
    } else {
        std::os::windows::fs::symlink_file(original, link)
    }
}
