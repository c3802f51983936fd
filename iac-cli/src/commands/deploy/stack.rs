//! The plan of one stack in a deployment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use iac_plan::plan::Counts;
use iac_review::review::{Digest, Review};
use sha2::{Digest as _, Sha256};

use super::progress::Event;
use crate::command_error::CommandError;
use crate::commands::plan::PlannedStack;

/// A stack with its plan and review.
#[derive(Debug)]
pub(super) struct Staged {
    pub(super) stack: PlannedStack,
    pub(super) review: Review,
    /// The plan of Terraform; `None` if the plan is predicted, because upstream stacks have to be applied first.
    pub(super) file: Option<PlanFile>,
}

/// A plan file as it was reviewed.
#[derive(Debug)]
pub(super) struct PlanFile {
    path: PathBuf,
    hash: [u8; 32],
}

impl PlanFile {
    pub(super) fn new(path: PathBuf) -> Result<Self, CommandError> {
        let hash = hash(&path).map_err(|error| CommandError::file("cannot read", &path, error))?;
        Ok(Self { path, hash })
    }

    /// Returns the path if the file is still the one that was reviewed.
    pub(super) fn verified(&self) -> Result<&Path, CommandError> {
        let now = hash(&self.path).map_err(|error| CommandError::file("cannot read", &self.path, error))?;
        if now == self.hash {
            return Ok(&self.path);
        }
        Err(CommandError::new(format!(
            "the plan file `{}` was changed after its review",
            self.path.display()
        )))
    }
}

fn hash(path: &Path) -> io::Result<[u8; 32]> {
    Ok(Sha256::digest(fs::read(path)?).into())
}

impl Staged {
    pub(super) fn counts(&self) -> Counts {
        Counts::of(&self.stack.plan)
    }

    /// Returns the event that reports the plan.
    pub(super) fn event<'a>(&self, name: &'a str) -> Event<'a> {
        let Counts { add, change, destroy, undecided, .. } = self.counts();
        Event::StackPlanned {
            stack: name,
            predicted: self.file.is_none(),
            add,
            change,
            destroy,
            undecided,
            effects_digest: self.review.digest.to_string(),
        }
    }
}

/// Returns the digest of the effects of all stacks.
pub(super) fn digest_of(stacks: &[Staged]) -> Digest {
    let digests: Vec<Digest> = stacks.iter().map(|staged| staged.review.digest).collect();
    Digest::of_all(&digests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanged_plan_file_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plan");
        fs::write(&path, "reviewed").unwrap();
        let file = PlanFile::new(path.clone()).unwrap();
        assert_eq!(file.verified().unwrap(), path);
        fs::write(&path, "hostile").unwrap();
        assert!(file.verified().unwrap_err().kind.to_string().contains("was changed after its review"));
    }
}
