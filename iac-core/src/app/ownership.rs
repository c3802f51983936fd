//! Which files in the output directory may be replaced: those that a program wrote.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::error::{WriteError, error};
use crate::asset::Asset;
use crate::synth::{HEADER, MANIFEST, MODEL, Syntax};

/// What is known of the files in an output directory.
pub(super) struct Ownership<'a> {
    out: &'a Path,
    /// The files of each directory, as the manifest that is there lists them. It is large, and rarely needed.
    listed: OnceCell<HashMap<String, HashSet<String>>>,
}

impl<'a> Ownership<'a> {
    pub(super) fn new(out: &'a Path) -> Self {
        Self { out, listed: OnceCell::new() }
    }

    /// Whether a program wrote the file at a path, so that it may be replaced. What does not exist may be written.
    pub(super) fn is_ours(&self, path: &Path) -> Result<bool, WriteError> {
        match fs::symlink_metadata(path) {
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(other) => return Err(error("read", path)(other)),
            Ok(metadata) if metadata.is_dir() => {
                return Err(error("replace", path)(io::ErrorKind::IsADirectory.into()));
            }
            Ok(_) => {}
        }
        let inside: Vec<&str> = path
            .strip_prefix(self.out)
            .unwrap_or(path)
            .components()
            .filter_map(|component| match component {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect();
        match inside.as_slice() {
            [MANIFEST] => is_manifest(path),
            [directory, MODEL] => Ok(self.is_written(directory)?
                || self.listed()?.get(*directory).is_some_and(|files| files.contains(MODEL))),
            [directory, Asset::DIRECTORY, name] => match self.listed()?.get(*directory) {
                Some(files) => Ok(files.contains(&format!("{}/{name}", Asset::DIRECTORY))),
                None => self.is_written(directory),
            },
            _ => has_header(path),
        }
    }

    /// Whether a program wrote the configuration in a directory.
    fn is_written(&self, directory: &str) -> Result<bool, WriteError> {
        let directory = self.out.join(directory);
        for syntax in [Syntax::Hcl, Syntax::Json] {
            if has_header(&directory.join(syntax.file_name()))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn listed(&self) -> Result<&HashMap<String, HashSet<String>>, WriteError> {
        if let Some(listed) = self.listed.get() {
            return Ok(listed);
        }
        let path = self.out.join(MANIFEST);
        let text = match fs::read(&path) {
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Vec::new(),
            text => text.map_err(error("read", &path))?,
        };
        Ok(self.listed.get_or_init(|| listed(&String::from_utf8_lossy(&text))))
    }
}

/// Whether a file begins with the comment of what a program writes. A missing one does not.
pub(super) fn has_header(path: &Path) -> Result<bool, WriteError> {
    let start = start(path)?;
    let mark = HEADER[0].as_bytes();
    Ok(start.windows(mark.len()).any(|window| window == mark))
}

/// Whether a file is a manifest of ours: other tools call files so, too.
fn is_manifest(path: &Path) -> Result<bool, WriteError> {
    let start = start(path)?;
    let start = String::from_utf8_lossy(&start);
    Ok(start.contains("\"format_version\"") && start.contains("\"stacks\""))
}

/// The first bytes of a file; none if it is missing.
fn start(path: &Path) -> Result<Vec<u8>, WriteError> {
    use std::io::Read as _;

    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(256).read_to_end(&mut start));
    match read {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(start),
        read => read.map(|_| start).map_err(error("read", path)),
    }
}

/// The `files` of each `path` in a manifest, however it is laid out. Other members of a stack have other names.
fn listed(manifest: &str) -> HashMap<String, HashSet<String>> {
    let mut listed: HashMap<String, HashSet<String>> = HashMap::new();
    let mut directory = None;
    let mut strings = Strings { rest: manifest };
    while let Some((name, after)) = strings.next() {
        match (name, after) {
            ("path", ':') => directory = strings.next().map(|(path, _)| path.to_owned()),
            ("files", ':') => {
                let files = directory.as_ref().map(|path| listed.entry(path.clone()).or_default());
                let mut names = HashSet::new();
                for (file, after) in strings.by_ref() {
                    names.insert(file.to_owned());
                    if after != ',' {
                        break;
                    }
                }
                if let Some(files) = files {
                    files.extend(names);
                }
            }
            _ => {}
        }
    }
    listed
}

/// The strings of a JSON document, as they are written, each with the character that follows.
struct Strings<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Strings<'a> {
    type Item = (&'a str, char);

    fn next(&mut self) -> Option<Self::Item> {
        let (_, text) = self.rest.split_once('"')?;
        let mut is_escaped = false;
        let end = text.find(|character: char| {
            let is_end = character == '"' && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            is_end
        })?;
        self.rest = &text[end + 1..];
        let after = self.rest.trim_start().chars().next().unwrap_or_default();
        Some((&text[..end], after))
    }
}

/// Names the files that are not ours.
pub(super) fn foreign<'p>(
    out: &Path,
    paths: impl Iterator<Item = &'p PathBuf>,
) -> Result<Vec<PathBuf>, WriteError> {
    let ownership = Ownership::new(out);
    let mut foreign = Vec::new();
    for path in paths {
        if !ownership.is_ours(path)? {
            foreign.push(path.clone());
        }
    }
    Ok(foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_manifest() {
        let manifest = r#"{"format_version": "1.0", "stacks": [
            {"name": "a", "path": "a", "files": ["main.tf", "assets/x"], "resources": [
                {"address": "aws_x.a[\"path\"]", "source": {"file": "\\"}}]},
            {"name": "b", "path" : "b", "files" : [ "main.tf.json" ], "depends_on": ["a"]}]}"#;
        let listed = listed(manifest);
        let files = |path: &str| {
            let mut files: Vec<&str> = listed[path].iter().map(String::as_str).collect();
            files.sort_unstable();
            files
        };
        assert_eq!(files("a"), ["assets/x", "main.tf"]);
        assert_eq!(files("b"), ["main.tf.json"]);
        assert_eq!(listed.len(), 2);
    }
}
