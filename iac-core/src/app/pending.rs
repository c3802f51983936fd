//! Changes to several files that take effect together: all of them, or none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

use super::error::{WriteError, error};

/// Files that are written beside their places, and files that are to be removed. Dropped before they take effect, nothing of
/// them is left.
pub(super) struct Pending {
    changes: Vec<Change>,
    /// What tells the files of this run from those of others. A name that can be foreseen could be taken, by another run or
    /// by a link to somewhere else.
    id: String,
}

struct Change {
    path: PathBuf,
    /// The new file; without one, the file is removed.
    new: Option<PathBuf>,
    /// What was there before, once the change has taken effect.
    old: PathBuf,
}

impl Pending {
    pub(super) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { changes: Vec::new(), id: format!("{}-{}", process::id(), now.as_nanos()) }
    }

    /// A name beside a file. Terraform reads `*.tf` and `*.tf.json` only.
    fn beside(&self, path: &Path, end: &str) -> PathBuf {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!(".{name}.{}.{end}", self.id))
    }

    /// Writes a new file beside its place.
    pub(super) fn write(&mut self, path: &Path, content: &[u8]) -> Result<(), WriteError> {
        let new = self.beside(path, "new");
        // It must not exist: opening what exists follows links.
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(&new).map_err(error("write", path))?;
        self.changes.push(Change { path: path.to_owned(), new: Some(new), old: self.beside(path, "old") });
        file.write_all(content).and_then(|()| file.flush()).map_err(error("write", path))
    }

    /// Removes a file.
    pub(super) fn remove(&mut self, path: &Path) {
        self.changes.push(Change { path: path.to_owned(), new: None, old: self.beside(path, "old") });
    }

    /// Puts the files in their places, in order. When that fails for one, those before it are put back.
    pub(super) fn apply(self) -> Result<(), WriteError> {
        for (position, change) in self.changes.iter().enumerate() {
            if let Err(failed) = change.apply() {
                for done in self.changes[..position].iter().rev() {
                    done.undo().map_err(error("restore", &done.path))?;
                }
                return Err(error("replace", &change.path)(failed));
            }
        }
        Ok(())
    }
}

impl Change {
    fn apply(&self) -> io::Result<()> {
        let Some(new) = &self.new else { return fs::rename(&self.path, &self.old) };
        keep(&self.path, &self.old)?;
        fs::rename(new, &self.path)
    }

    fn undo(&self) -> io::Result<()> {
        match fs::rename(&self.old, &self.path) {
            // There was nothing before.
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => fs::remove_file(&self.path),
            restored => restored,
        }
    }
}

/// Keeps a file that is about to be replaced under another name, too.
fn keep(path: &Path, old: &Path) -> io::Result<()> {
    match fs::hard_link(path, old) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(()),
        // Not every file system has links.
        Err(_) => fs::copy(path, old).map(drop),
        linked => linked,
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        for change in &self.changes {
            // They may not be there: writing one may be what failed, and an old one was put back.
            for path in change.new.iter().chain([&change.old]) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Removes what an interrupted run left in a directory. Only while no other run is at work there.
pub(super) fn clear(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_left) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a name is one that [`Pending::beside`] makes.
fn is_left(name: &str) -> bool {
    let id = || {
        let name = name.strip_prefix('.')?;
        let name = name.strip_suffix(".new").or_else(|| name.strip_suffix(".old"))?;
        name.rsplit_once('.')?.1.split_once('-')
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    id().is_some_and(|(process, time)| is_number(process) && is_number(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of its own for a test.
    fn directory(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("iac-pending-{}-{name}", process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    fn names(directory: &Path) -> Vec<String> {
        let names = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn read(directory: &Path, name: &str) -> String {
        fs::read_to_string(directory.join(name)).unwrap()
    }

    #[test]
    fn all_files_are_replaced() {
        let directory = directory("all");
        for name in ["a", "c"] {
            fs::write(directory.join(name), "old").unwrap();
        }
        let mut pending = Pending::new();
        pending.write(&directory.join("a"), b"new").unwrap();
        pending.write(&directory.join("b"), b"new").unwrap();
        pending.remove(&directory.join("c"));
        pending.apply().unwrap();
        assert_eq!(names(&directory), ["a", "b"]);
        assert_eq!([read(&directory, "a"), read(&directory, "b")], ["new", "new"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn no_file_is_replaced_if_one_cannot_be() {
        let directory = directory("none");
        for name in ["a", "c"] {
            fs::write(directory.join(name), "old").unwrap();
        }
        let mut pending = Pending::new();
        for name in ["a", "b", "stuck", "d"] {
            pending.write(&directory.join(name), b"new").unwrap();
        }
        pending.changes.swap(2, 3);
        pending.remove(&directory.join("c"));
        pending.changes.swap(3, 4);
        // A directory takes the place of a file in the meantime.
        fs::create_dir_all(directory.join("stuck/here")).unwrap();
        let failed = pending.apply().unwrap_err();
        assert!(failed.to_string().starts_with("cannot replace `"), "{failed}");
        assert_eq!(names(&directory), ["a", "c", "stuck"]);
        assert_eq!([read(&directory, "a"), read(&directory, "c")], ["old", "old"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn names_of_temporary_files_are_not_foreseen() {
        let directory = directory("names");
        let [mut first, mut second] = [(); 2].map(|()| Pending::new());
        second.id.push('1');
        first.write(&directory.join("a"), b"first").unwrap();
        second.write(&directory.join("a"), b"second").unwrap();
        first.apply().unwrap();
        second.apply().unwrap();
        assert_eq!(read(&directory, "a"), "second");
        assert_eq!(names(&directory), ["a"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn link_at_the_temporary_name_is_not_followed() {
        let directory = directory("link");
        fs::write(directory.join("victim"), "kept").unwrap();
        let mut pending = Pending::new();
        let temporary = pending.beside(&directory.join("a"), "new");
        std::os::unix::fs::symlink(directory.join("victim"), temporary).unwrap();
        assert!(pending.write(&directory.join("a"), b"new").is_err());
        assert_eq!(read(&directory, "victim"), "kept");
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn only_what_a_run_left_is_cleared_away() {
        let directory = directory("clear");
        let kept = [".main.tf.1-x.new", ".terraform.lock.hcl", "main.tf"];
        for name in kept.iter().chain(&[".main.tf.12-34.new", ".main.tf.12-34.old"]) {
            fs::write(directory.join(name), "").unwrap();
        }
        clear(&directory).unwrap();
        assert_eq!(names(&directory), kept);
        fs::remove_dir_all(directory).unwrap();
    }
}
