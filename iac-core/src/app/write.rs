//! Output files: each is written to a temporary file next to its destination and then renamed, the manifest last.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use super::error::{WriteError, error};
use super::ownership::{self, has_header};
use super::pending::{self, Pending};
use crate::asset::Asset;
use crate::synth::{MANIFEST, MODEL, Syntax, Synthesis};

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
    contents.push((out.join(MANIFEST), synthesis.manifest.as_bytes()));
    directories.extend(asset_directories);
    Files { out, directories, contents, superseded }
}

impl Files<'_> {
    /// Replaces the files that differ. If any file cannot be written, none is replaced; a file that somebody else wrote is not.
    /// Runs that write to the same directory follow one another: `wait` is called when there is another one.
    pub(super) fn write(&self, wait: impl FnOnce()) -> Result<Written, WriteError> {
        fs::create_dir_all(self.out).map_err(error("create", self.out))?;
        let lock = lock(self.out, wait);
        for directory in &self.directories {
            fs::create_dir_all(directory).map_err(error("create", directory))?;
        }
        if lock.is_some() {
            for directory in [self.out].into_iter().chain(self.directories.iter().map(PathBuf::as_path)) {
                // What is left there does no harm.
                let _ = pending::clear(directory);
            }
        }
        let mut changed = Vec::new();
        for file in &self.contents {
            if !is_same(&file.0, file.1)? {
                changed.push(file);
            }
        }
        let foreign = ownership::foreign(self.out, changed.iter().map(|(path, _)| path))?;
        if !foreign.is_empty() {
            return Err(WriteError::Foreign(foreign));
        }
        let mut pending = Pending::new();
        let manifest = changed.pop_if(|(path, _)| self.contents.last().is_some_and(|last| *path == last.0));
        for (path, content) in &changed {
            pending.write(path, content)?;
        }
        for path in &self.superseded {
            if has_header(path)? {
                pending.remove(path);
            }
        }
        let changed = changed.len() + usize::from(manifest.is_some());
        if let Some((path, content)) = manifest {
            pending.write(path, content)?;
        }
        pending.apply()?;
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
            if has_header(path)? {
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
                    if has_header(&path)? {
                        found.push(path);
                    }
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// Keeps other runs from writing to a directory at the same time, for as long as the file is open. Where that is not possible,
/// each file is still replaced at once.
fn lock(directory: &Path, wait: impl FnOnce()) -> Option<File> {
    let file = File::open(directory).ok()?;
    match file.try_lock() {
        Ok(()) => Some(file),
        Err(TryLockError::WouldBlock) => {
            wait();
            file.lock().ok().map(|()| file)
        }
        Err(TryLockError::Error(_)) => None,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{App, Asset};

    /// Writes a stack with an asset.
    fn write(out: &Path, content: &str) -> Result<Written, WriteError> {
        let app = App::new();
        let page = app.stack("website").add(Asset::new("index.html", content));
        app.stack("other").add(crate::Output::new("page", "x"));
        drop(page);
        let synthesis = app.synthesize(Syntax::Hcl).unwrap();
        let arguments = Arguments { out: out.to_owned(), check: false, quiet: true, syntax: Syntax::Hcl };
        files(&synthesis, &arguments).write(|| {})
    }

    #[test]
    fn assets_of_somebody_else_are_not_replaced() {
        let out = std::env::temp_dir().join(format!("iac-write-{}", std::process::id()));
        let _ = fs::remove_dir_all(&out);
        let asset = out.join("website/assets/index.html");
        write(&out, "first").unwrap();
        assert_eq!(write(&out, "second").unwrap().changed, 1, "the manifest lists it");
        assert_eq!(fs::read_to_string(&asset).unwrap(), "second");

        let manifest = out.join("manifest.json");
        let text = fs::read_to_string(&manifest).unwrap();
        fs::write(&manifest, text.replace(", \"assets/index.html\"", "")).unwrap();
        let refused = write(&out, "third").unwrap_err();
        let expected = format!("cannot replace `{}`: not written by `iac synth`", asset.display());
        assert_eq!(refused.to_string(), expected);
        assert_eq!(fs::read_to_string(&asset).unwrap(), "second");

        // Without a manifest, the configuration beside it says whose it is.
        fs::remove_file(&manifest).unwrap();
        write(&out, "third").unwrap();
        fs::remove_file(&manifest).unwrap();
        fs::write(out.join("website/main.tf"), "locals {}\n").unwrap();
        assert!(matches!(write(&out, "fourth"), Err(WriteError::Foreign(paths)) if paths.len() == 2));
        fs::remove_dir_all(out).unwrap();
    }
}
