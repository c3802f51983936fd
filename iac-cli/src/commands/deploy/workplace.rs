//! The files of a deployment, in `.iac` of the output directory: a lock, logs, the approved plans, and the journal that
//! `--resume` reads.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::command_error::CommandError;
use crate::output;

/// The directory of these files, in which nobody else deploys while this exists.
#[derive(Debug)]
pub(super) struct Workplace {
    directory: PathBuf,
    journal: Mutex<Journal>,
    /// Released when the process ends, however it ends.
    _lock: File,
}

/// The progress of a deployment. It is removed after success.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    format_version: String,
    /// The digest of all approved effects.
    pub(super) effects_digest: String,
    /// Whether everything is to be destroyed.
    pub(super) destroy: bool,
    pub(super) stacks: BTreeMap<String, Progress>,
}

/// The progress of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Progress {
    /// Its effects were approved.
    Approved,
    /// Terraform was started.
    Started,
    /// It was applied to the end.
    Applied,
}

impl Journal {
    pub(super) fn new(effects_digest: String, destroy: bool, stacks: BTreeMap<String, Progress>) -> Self {
        Self { format_version: VERSION.to_owned(), effects_digest, destroy, stacks }
    }
}

const VERSION: &str = "1.0";
const JOURNAL: &str = "journal.json";

impl Workplace {
    /// Takes the directory, or fails if another process deploys there.
    pub(super) fn open(output: &Path) -> Result<Self, CommandError> {
        let directory = output.join(".iac");
        let failed = |error| CommandError::file("cannot write", &directory, error);
        private_directory(&directory).map_err(failed)?;
        fs::write(directory.join(".gitignore"), "*\n").map_err(failed)?;
        let path = directory.join("lock");
        let lock = File::create(&path).map_err(|error| CommandError::file("cannot write", &path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CommandError::new(format!(
                    "another `iac` deploys or destroys the stacks in `{}`",
                    output.display()
                ))
                .hint("wait until it has ended"));
            }
            Err(TryLockError::Error(error)) => return Err(CommandError::file("cannot lock", &path, error)),
        }
        for name in ["logs", "approved"] {
            fs::create_dir_all(directory.join(name)).map_err(failed)?;
        }
        Ok(Self { directory, journal: Mutex::default(), _lock: lock })
    }

    /// Returns the log of a stack.
    pub(super) fn log(&self, stack: &str) -> PathBuf {
        self.directory.join("logs").join(format!("{stack}.log"))
    }

    /// Returns the file of the approved plan of a stack, in which secrets are redacted.
    pub(super) fn approved(&self, stack: &str) -> PathBuf {
        self.directory.join("approved").join(format!("{stack}.json"))
    }

    /// Reads the journal of a deployment that did not end well, if there is one.
    pub(super) fn unfinished(&self) -> Result<Option<Journal>, CommandError> {
        let path = self.directory.join(JOURNAL);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.map_err(|error| CommandError::file("cannot read", &path, error))?,
        };
        let journal: Journal = serde_json::from_slice(&text)
            .map_err(|error| CommandError::because(format!("cannot parse `{}`", path.display()), error))?;
        if journal.format_version == VERSION {
            return Ok(Some(journal));
        }
        Err(CommandError::new(format!("`{}` was written by another version of `iac`", path.display())))
    }

    /// Begins a journal.
    pub(super) fn begin(&self, journal: Journal) -> Result<(), CommandError> {
        let mut current = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        *current = journal;
        store(&self.directory, &current)
    }

    /// Goes on with a journal.
    pub(super) fn resume(&self, journal: Journal) {
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = journal;
    }

    /// Records the progress of a stack.
    pub(super) fn record(&self, stack: &str, progress: Progress) -> Result<(), CommandError> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.stacks.insert(stack.to_owned(), progress);
        store(&self.directory, &journal)
    }

    /// Removes the journal and the approved plans, because everything is done.
    pub(super) fn finish(&self) -> Result<(), CommandError> {
        let path = self.directory.join(JOURNAL);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(CommandError::file("cannot remove", &path, error));
            }
            _ => {}
        }
        let approved = self.directory.join("approved");
        fs::remove_dir_all(&approved).map_err(|error| CommandError::file("cannot remove", &approved, error))
    }
}

fn store(directory: &Path, journal: &Journal) -> Result<(), CommandError> {
    let mut text = serde_json::to_string_pretty(journal).expect("the keys of a journal are strings");
    text.push('\n');
    output::write(&directory.join(JOURNAL), text.as_bytes())
}

/// Creates a directory that only its owner can read.
fn private_directory(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journal_survives_the_process() {
        let directory = tempfile::tempdir().unwrap();
        let workplace = Workplace::open(directory.path()).unwrap();
        assert_eq!(workplace.unfinished().unwrap(), None);
        let stacks = BTreeMap::from([("a".to_owned(), Progress::Approved)]);
        workplace.begin(Journal::new("d".to_owned(), false, stacks)).unwrap();
        workplace.record("a", Progress::Applied).unwrap();
        drop(workplace);
        let workplace = Workplace::open(directory.path()).unwrap();
        let found = workplace.unfinished().unwrap().unwrap();
        assert_eq!((found.effects_digest.as_str(), found.stacks["a"]), ("d", Progress::Applied));
        workplace.finish().unwrap();
        assert_eq!(workplace.unfinished().unwrap(), None);
    }

    #[test]
    fn directory_is_taken_once() {
        let directory = tempfile::tempdir().unwrap();
        let workplace = Workplace::open(directory.path()).unwrap();
        let error = Workplace::open(directory.path()).unwrap_err();
        assert!(error.kind.to_string().contains("another `iac` deploys"), "{error:?}");
        drop(workplace);
        assert!(Workplace::open(directory.path()).is_ok());
    }
}
