//! Output files: each is written to a temporary file next to its destination and then renamed, the manifest last.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use crate::asset::Asset;
use crate::synth::{HEADER, MODEL, Syntax, Synthesis};

/// The files of one synthesis.
pub(super) struct Files<'a> {
    out: &'a Path,
    /// The stacks' directories.
    directories: Vec<PathBuf>,
    /// The content of each file; the manifest comes last.
    contents: Vec<(PathBuf, &'a [u8])>,
    /// Files of the other syntax, which would declare every resource a second time.
    superseded: Vec<PathBuf>,
}

/// Result of writing the files.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Number of files whose content changed.
    pub(super) changed: usize,
}

/// A difference between a file on disk and the synthesized content.
#[derive(Debug)]
pub(super) enum Difference {
    Missing(PathBuf),
    /// The content differs, starting at this line.
    Changed(PathBuf, usize),
    Superseded(PathBuf),
}

/// Error returned when a file cannot be read or written.
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

/// Lists the files of a synthesis.
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
    /// Replaces the files that differ. If any file cannot be written, none is replaced.
    pub(super) fn write(&self) -> Result<Written, WriteError> {
        for directory in [self.out].into_iter().chain(self.directories.iter().map(PathBuf::as_path)) {
            fs::create_dir_all(directory).map_err(error("create", directory))?;
        }
        let mut pending = Pending::default();
        for (path, content) in &self.contents {
            if is_same(path, content)? {
                // An interrupted run may have left a temporary file.
                remove_if_exists(&temporary(path))?;
            } else {
                pending.prepare(path, content)?;
            }
        }
        let changed = pending.replace()?;
        for path in &self.superseded {
            if is_generated(path)? {
                fs::remove_file(path).map_err(error("remove", path))?;
            }
        }
        Ok(Written { changed })
    }

    /// Returns the differences between the files on disk and the synthesis.
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
            if is_generated(path)? {
                differences.push(Difference::Superseded(path.clone()));
            }
        }
        Ok(differences)
    }

    /// Finds configurations of stacks that no longer exist. They are reported, not removed: Terraform still needs
    /// them to destroy their resources.
    pub(super) fn orphaned(&self) -> Result<Vec<PathBuf>, WriteError> {
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
                    if is_generated(&path)? {
                        found.push(path);
                    }
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// Temporary files waiting to be renamed. Dropping this without renaming them removes them.
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
            // The file may not exist: writing it may be the step that failed.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Returns the temporary path for a file. Terraform ignores it, since it only reads `*.tf` and `*.tf.json`.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.new"))
}

fn remove_if_exists(path: &Path) -> Result<(), WriteError> {
    match fs::remove_file(path) {
        Err(other) if other.kind() != io::ErrorKind::NotFound => Err(error("remove", path)(other)),
        _ => Ok(()),
    }
}

fn is_same(path: &Path, content: &[u8]) -> Result<bool, WriteError> {
    // Most differing files have different lengths, which can be compared without reading them.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.len() == content.len() as u64 => {
            fs::read(path).map(|bytes| bytes == content).map_err(error("read", path))
        }
        Ok(_) => Ok(false),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(other) => Err(error("read", path)(other)),
    }
}

/// Returns the number of the first line that differs.
fn first_difference(path: &Path, content: &[u8]) -> Result<usize, WriteError> {
    let bytes = fs::read(path).map_err(error("read", path))?;
    let same = bytes.iter().zip(content).take_while(|(on_disk, new)| on_disk == new);
    Ok(1 + same.filter(|(byte, _)| **byte == b'\n').count())
}

/// Returns `true` if the file was written by a program.
fn is_generated(path: &Path) -> Result<bool, WriteError> {
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
