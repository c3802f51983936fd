//! The files of a new project. Either all are written or none.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::iac_source::IacSource;
use crate::command_error::CommandError;

/// The path and template of each file. Two templates are not named like the files: Cargo excludes directories with a
/// Cargo.toml from packages, and Git would apply a .gitignore.
const FILES: [(&str, &str); 5] = [
    ("Cargo.toml", include_str!("../../../templates/project/Cargo.toml.template")),
    ("README.md", include_str!("../../../templates/project/README.md")),
    ("src/main.rs", include_str!("../../../templates/project/src/main.rs")),
    ("src/tests.rs", include_str!("../../../templates/project/src/tests.rs")),
    (".gitignore", include_str!("../../../templates/project/gitignore.template")),
];

/// Entries that an empty directory may have.
const IGNORED: &[&str] = &[".git", ".hg", ".jj", ".DS_Store"];

/// A project to write.
#[derive(Clone, Copy, Debug)]
pub(super) struct Project<'a> {
    pub(super) name: &'a str,
    pub(super) source: &'a IacSource,
}

impl Project<'_> {
    /// Writes the files to a directory that is empty or does not exist.
    pub(super) fn write(self, directory: &Path) -> Result<(), CommandError> {
        require_empty(directory)?;
        let mut created = Created::default();
        for (path, text) in FILES {
            let path = directory.join(path);
            created
                .file(&path, &self.fill(text))
                .map_err(|error| CommandError::file("cannot write", &path, error))?;
        }
        created.keep();
        Ok(())
    }

    fn fill(self, template: &str) -> String {
        let mut text = template.replace("{{name}}", self.name);
        for name in ["iac-aws", "iac-core"] {
            text = text.replace(
                &format!("{name} = {{ {{{{source}}}}"),
                &format!("{name} = {{ {}", self.source.to_toml(name)),
            );
        }
        text
    }
}

fn require_empty(directory: &Path) -> Result<(), CommandError> {
    let unreadable = |error| CommandError::file("cannot read", directory, error);
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Err(CommandError::new(format!(
                "`{}` exists but is not a directory",
                directory.display()
            )));
        }
        Err(error) => return Err(unreadable(error)),
    };
    for entry in entries {
        let name = entry.map_err(unreadable)?.file_name();
        if !IGNORED.iter().any(|ignored| name == **ignored) {
            let message = format!("`{}` is not empty: it contains `{}`", directory.display(), name.display());
            return Err(
                CommandError::new(message).hint("choose an empty directory, or one that does not exist")
            );
        }
    }
    Ok(())
}

/// Files and directories that have been created. They are removed when dropped, unless they are kept.
#[derive(Default)]
pub(in crate::commands) struct Created {
    files: Vec<PathBuf>,
    directories: Vec<PathBuf>,
}

impl Created {
    pub(in crate::commands) fn file(&mut self, path: &Path, text: &str) -> io::Result<()> {
        let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|above| !above.exists()).collect();
        for directory in missing.into_iter().rev() {
            fs::create_dir(directory)?;
            self.directories.push(directory.to_owned());
        }
        let mut file = File::create_new(path)?;
        self.files.push(path.to_owned());
        file.write_all(text.as_bytes())
    }

    pub(in crate::commands) fn keep(mut self) {
        self.files.clear();
        self.directories.clear();
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        // Errors are ignored: a directory may contain files of others by now.
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for directory in self.directories.iter().rev() {
            let _ = fs::remove_dir(directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_project_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("mine"), "").unwrap();
        let mut created = Created::default();
        created.file(&directory.path().join("new/deep/file"), "text").unwrap();
        created.file(&directory.path().join("file"), "text").unwrap();
        assert!(created.file(&directory.path().join("mine"), "text").is_err());
        drop(created);
        let left: Vec<_> =
            fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["mine"]);
    }
}
