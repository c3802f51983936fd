//! Files on disk: everything is written beside its place first, and then takes it, the manifest last.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use crate::asset::Asset;
use crate::synth::{HEADER, MODEL, Syntax, Synthesis};

/// What a program writes.
pub(super) struct Files<'a> {
    out: &'a Path,
    /// The directories of the stacks.
    directories: Vec<PathBuf>,
    /// The content of each file, the manifest last.
    contents: Vec<(PathBuf, &'a [u8])>,
    /// The files of the other syntax, which would mean everything twice.
    superseded: Vec<PathBuf>,
}

/// What writing changed.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// How many files were written, because what was there was not the same.
    pub(super) changed: usize,
}

/// A file that is not what the program says.
#[derive(Debug)]
pub(super) enum Difference {
    Missing(PathBuf),
    /// What is there differs, from this line on.
    Changed(PathBuf, usize),
    Superseded(PathBuf),
}

/// Why a file cannot be read or written.
#[derive(Debug)]
pub(super) struct WriteError {
    pub(super) action: &'static str,
    pub(super) path: PathBuf,
    pub(super) source: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: {}", self.action, self.path.display(), self.source)
    }
}

/// Names the files of a synthesis.
pub(super) fn files<'a>(synthesis: &'a Synthesis, arguments: &'a Arguments) -> Files<'a> {
    let other = match arguments.syntax {
        Syntax::Hcl => Syntax::Json,
        Syntax::Json => Syntax::Hcl,
    };
    let out = arguments.out.as_path();
    let mut directories: Vec<_> = synthesis.stacks.iter().map(|stack| out.join(&*stack.name)).collect();
    let superseded = directories.iter().map(|directory| directory.join(other.file_name())).collect();
    let mut contents = Vec::with_capacity(2 * directories.len() + 1);
    let mut asset_directories = Vec::new();
    for (directory, stack) in directories.iter().zip(&synthesis.stacks) {
        let assets = directory.join(Asset::DIRECTORY);
        contents.extend(stack.assets.iter().map(|(name, content)| (assets.join(name), content.as_slice())));
        if !stack.assets.is_empty() {
            asset_directories.push(assets);
        }
        contents.push((directory.join(arguments.syntax.file_name()), stack.configuration.as_bytes()));
        contents.push((directory.join(MODEL), stack.model.as_bytes()));
    }
    contents.push((out.join("manifest.json"), synthesis.manifest.as_bytes()));
    directories.extend(asset_directories);
    Files { out, directories, contents, superseded }
}

impl Files<'_> {
    /// Replaces what differs. When one file cannot be written, none is replaced.
    pub(super) fn write(&self) -> Result<Written, WriteError> {
        for directory in [self.out].into_iter().chain(self.directories.iter().map(PathBuf::as_path)) {
            fs::create_dir_all(directory).map_err(error("create", directory))?;
        }
        let mut pending = Pending::default();
        for (path, content) in &self.contents {
            if is_same(path, content)? {
                // An interrupted run may have left it.
                remove_if_there(&temporary(path))?;
            } else {
                pending.prepare(path, content)?;
            }
        }
        let changed = pending.replace()?;
        for path in &self.superseded {
            if is_ours(path)? {
                fs::remove_file(path).map_err(error("remove", path))?;
            }
        }
        Ok(Written { changed })
    }

    /// Finds what differs.
    pub(super) fn compare(&self) -> Result<Vec<Difference>, WriteError> {
        let mut differences = Vec::new();
        for (path, content) in &self.contents {
            if !path.exists() {
                differences.push(Difference::Missing(path.clone()));
            } else if !is_same(path, content)? {
                let line = first_difference(path, content)?;
                differences.push(Difference::Changed(path.clone(), line));
            }
        }
        for path in &self.superseded {
            if is_ours(path)? {
                differences.push(Difference::Superseded(path.clone()));
            }
        }
        Ok(differences)
    }

    /// Finds the configurations of stacks that are no longer there. Removing them is not for us to do: Terraform needs
    /// them to destroy what they describe.
    pub(super) fn left_behind(&self) -> Result<Vec<PathBuf>, WriteError> {
        let read = error("read", self.out);
        let current: HashSet<&Path> = self.directories.iter().map(PathBuf::as_path).collect();
        let mut found = Vec::new();
        let entries = match fs::read_dir(self.out) {
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(found),
            entries => entries.and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(read)?,
        };
        for directory in entries.into_iter().map(|entry| entry.path()) {
            if directory.is_dir() && !current.contains(directory.as_path()) {
                for syntax in [Syntax::Hcl, Syntax::Json] {
                    let path = directory.join(syntax.file_name());
                    if is_ours(&path)? {
                        found.push(path);
                    }
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// Files that are written beside their places. Dropped before they take them, they are removed.
#[derive(Default)]
struct Pending(Vec<(PathBuf, PathBuf)>);

impl Pending {
    fn prepare(&mut self, path: &Path, content: &[u8]) -> Result<(), WriteError> {
        let temporary = temporary(path);
        self.0.push((temporary.clone(), path.to_owned()));
        let write = || {
            let mut file = File::create(&temporary)?;
            file.write_all(content)?;
            file.flush()
        };
        write().map_err(error("write", path))
    }

    fn replace(mut self) -> Result<usize, WriteError> {
        let changed = self.0.len();
        for (temporary, path) in std::mem::take(&mut self.0) {
            fs::rename(&temporary, &path).map_err(error("replace", &path))?;
        }
        Ok(changed)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        for (temporary, _) in &self.0 {
            // It may not be there: writing it is what failed.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Where a file is written before it takes its place. Terraform reads `*.tf` and `*.tf.json` only.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.new"))
}

fn remove_if_there(path: &Path) -> Result<(), WriteError> {
    match fs::remove_file(path) {
        Err(other) if other.kind() != io::ErrorKind::NotFound => Err(error("remove", path)(other)),
        _ => Ok(()),
    }
}

fn is_same(path: &Path, content: &[u8]) -> Result<bool, WriteError> {
    // Most files that differ have another length, which costs no reading.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.len() == content.len() as u64 => {
            fs::read(path).map(|bytes| bytes == content).map_err(error("read", path))
        }
        Ok(_) => Ok(false),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(other) => Err(error("read", path)(other)),
    }
}

/// The number of the first line that is not the same.
fn first_difference(path: &Path, content: &[u8]) -> Result<usize, WriteError> {
    let bytes = fs::read(path).map_err(error("read", path))?;
    let same = bytes.iter().zip(content).take_while(|(there, ours)| there == ours);
    Ok(1 + same.filter(|(byte, _)| **byte == b'\n').count())
}

/// Whether a file is one that a program wrote.
fn is_ours(path: &Path) -> Result<bool, WriteError> {
    match fs::read(path) {
        Ok(bytes) => {
            let start = &bytes[..bytes.len().min(256)];
            let mark = HEADER[0].as_bytes();
            Ok(start.windows(mark.len()).any(|window| window == mark))
        }
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(other) => Err(error("read", path)(other)),
    }
}

fn error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError { action, path, source }
}
