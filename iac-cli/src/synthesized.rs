//! Synthesized stacks: written by the program now, or by an earlier `iac synth`.

use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::TempDir;

use crate::command_error::{CommandError, Outcome};
use crate::manifest::Manifest;
use crate::program::{ProgramArgs, ProgramOutput};
use crate::terminal::Terminal;

/// A program, or what it wrote earlier.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// Read the output directory of an earlier `iac synth` instead of running the program
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = ["package", "bin", "example", "release", "features", "locked", "manifest_path"]
    )]
    synthesized: Option<PathBuf>,

    #[command(flatten)]
    program: ProgramArgs,
}

/// An output directory of `iac synth`.
#[derive(Debug)]
pub(crate) enum Synthesized {
    Existing(PathBuf),
    /// Removed when dropped. The path is the program's own output directory, in which Terraform runs.
    Temporary(TempDir, PathBuf),
}

impl Synthesized {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Existing(path) => path,
            Self::Temporary(directory, _) => directory.path(),
        }
    }

    /// Returns the directory in which Terraform runs and keeps its own files.
    pub(crate) fn terraform_directory(&self) -> &Path {
        match self {
            Self::Existing(path) | Self::Temporary(_, path) => path,
        }
    }

    pub(crate) fn manifest(&self) -> Result<Manifest, CommandError> {
        Manifest::read(self.path())
    }
}

impl SourceArgs {
    /// Returns the directory given by `--synthesized`, or runs the program, which writes to its own output directory.
    pub(crate) fn written(&self, terminal: &Terminal) -> Result<Synthesized, CommandError> {
        if let Some(directory) = &self.synthesized {
            return Ok(Synthesized::Existing(directory.clone()));
        }
        let program = self.program.find()?;
        let out = program.default_out();
        let args = ["--quiet".as_ref(), "--out".as_ref(), out.as_os_str()];
        match program.run(args, ProgramOutput::Stderr, terminal)? {
            Outcome::Success => program.check_written(&out).map(|()| Synthesized::Existing(out)),
            Outcome::Changes | Outcome::Gate | Outcome::DigestMismatch | Outcome::Stale => Err(stale()),
        }
    }

    /// Returns the directory given by `--synthesized`, or runs the program.
    pub(crate) fn synthesized(&self, terminal: &Terminal) -> Result<Synthesized, CommandError> {
        if let Some(directory) = &self.synthesized {
            return Ok(Synthesized::Existing(directory.clone()));
        }
        let program = self.program.find()?;
        let directory = tempfile::Builder::new().prefix("iac-").tempdir();
        let directory =
            directory.map_err(|error| CommandError::because("cannot create a temporary directory", error))?;
        // The path of a temporary directory need not be reported.
        let args = ["--quiet".as_ref(), "--out".as_ref(), directory.path().as_os_str()];
        match program.run(args, ProgramOutput::Stderr, terminal)? {
            Outcome::Success => program
                .check_written(directory.path())
                .map(|()| Synthesized::Temporary(directory, program.default_out())),
            Outcome::Changes | Outcome::Gate | Outcome::DigestMismatch | Outcome::Stale => Err(stale()),
        }
    }
}

fn stale() -> CommandError {
    CommandError::new("the program exited with the code of `iac synth --check`")
}
