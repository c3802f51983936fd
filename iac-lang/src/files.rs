//! The source of configuration files.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;

/// Access to directories and files. The planner never reads from disk in any other way.
///
/// Path components are separated by `/`, as in Terraform's language. Relative paths are relative to the working
/// directory of the planning program.
pub trait Files: Debug + Sync {
    /// Lists the entries of a directory, in any order.
    fn list(&self, directory: &str) -> io::Result<Vec<Entry>>;

    /// Returns the content of a file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// A directory entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name, without the directory.
    pub name: String,
    /// True if it is a directory, or a symbolic link to one.
    pub is_directory: bool,
}

/// In-memory files, by path: for tests, and for callers without a disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles(BTreeMap<String, Vec<u8>>);

impl MemoryFiles {
    /// Creates an empty set of files.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a file, or replaces its content.
    #[must_use]
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.0.insert(join("", path), content.into());
        self
    }
}

impl Files for MemoryFiles {
    fn list(&self, directory: &str) -> io::Result<Vec<Entry>> {
        let directory = join("", directory);
        let prefix = match directory.as_str() {
            "." => String::new(),
            "/" => directory,
            _ => directory + "/",
        };
        let mut entries: Vec<Entry> = Vec::new();
        let inside = self.0.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix));
        for path in inside {
            let (name, is_directory) =
                path.split_once('/').map_or((path, false), |(directory, _)| (directory, true));
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(Entry { name: name.to_owned(), is_directory });
            }
        }
        if entries.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(entries)
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(&join("", path)).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Resolves a path relative to a directory. Removes `.`, and `..` wherever a component precedes it.
///
/// ```
/// use iac_lang::files::join;
///
/// assert_eq!(join("modules/app", "../network/./main.tf"), "modules/network/main.tf");
/// assert_eq!(join("", "../a"), "../a");
/// assert_eq!(join("a", "/etc"), "/etc");
/// assert_eq!(join("a", ".."), ".");
/// ```
#[must_use]
pub fn join(directory: &str, path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let directory = if is_absolute { "" } else { directory };
    let root = if is_absolute || directory.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if !root.is_empty() => {}
            _ => parts.push(part),
        }
    }
    if parts.is_empty() && root.is_empty() { ".".to_owned() } else { format!("{root}{}", parts.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_files_are_listed_by_directory() {
        let files = MemoryFiles::new().with("./main.tf", "").with("a/b/c.tf", "x").with("a/d.tf", "");
        let names = |directory: &str| {
            let entries = files.list(directory).unwrap();
            entries.into_iter().map(|entry| (entry.name, entry.is_directory)).collect::<Vec<_>>()
        };
        assert_eq!(names("."), [("a".to_owned(), true), ("main.tf".to_owned(), false)]);
        assert_eq!(names("a"), [("b".to_owned(), true), ("d.tf".to_owned(), false)]);
        assert_eq!(files.list("a/x").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(files.read("a/../a/b/c.tf").unwrap(), b"x");
        assert_eq!(files.read("a").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
