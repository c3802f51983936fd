//! Files as Terraform sees them, which runs in the directory of the root module.

use std::io;

use iac_lang::files::{Entry, Files, join};

/// Files whose relative paths start from the directory of the root module.
#[derive(Debug)]
pub(crate) struct RootFiles<'a> {
    files: &'a dyn Files,
    directory: &'a str,
}

impl<'a> RootFiles<'a> {
    pub(crate) const fn new(files: &'a dyn Files, directory: &'a str) -> Self {
        Self { files, directory }
    }

    pub(crate) const fn directory(&self) -> &'a str {
        self.directory
    }
}

impl Files for RootFiles<'_> {
    fn list(&self, directory: &str) -> io::Result<Vec<Entry>> {
        self.files.list(&join(self.directory, directory))
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.read(&join(self.directory, path))
    }
}

/// Returns the path of a directory relative to another one. Both start from the same directory.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let (from, to) = (join("", from), join("", to));
    let parts = |path: &'_ str| -> Vec<String> {
        path.split('/').filter(|part| *part != ".").map(str::to_owned).collect()
    };
    let (from_parts, to_parts) = (parts(&from), parts(&to));
    let common = from_parts.iter().zip(&to_parts).take_while(|(left, right)| left == right).count();
    let up = &from_parts[common..];
    if from.starts_with('/') != to.starts_with('/') || up.iter().any(|part| part == "..") {
        return to;
    }
    let steps = up.iter().map(|_| "..").chain(to_parts[common..].iter().map(String::as_str));
    let path = steps.collect::<Vec<_>>().join("/");
    if path.is_empty() { ".".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use iac_lang::files::MemoryFiles;

    use super::*;

    #[test]
    fn paths_are_relative_to_the_root_module() {
        for (from, to, expected) in [
            (".", ".", "."),
            ("", "", "."),
            ("stacks/a", "stacks/a", "."),
            ("stacks/a", "stacks/a/modules/m", "modules/m"),
            ("stacks/a", "stacks/m", "../m"),
            (".", "m", "m"),
            (".", "../m", "../m"),
            ("/tmp/a", "/tmp/a/m", "m"),
            ("/tmp/a", "/var/m", "../../var/m"),
            ("a", "/var/m", "/var/m"),
        ] {
            assert_eq!(relative(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn files_are_read_from_the_root_module() {
        let files = MemoryFiles::new().with("stacks/a/x.txt", "a").with("stacks/y.txt", "y");
        let files = RootFiles::new(&files, "stacks/a");
        assert_eq!(files.read("x.txt").unwrap(), b"a");
        assert_eq!(files.read("../y.txt").unwrap(), b"y");
        assert_eq!(files.list(".").unwrap().len(), 1);
    }
}
