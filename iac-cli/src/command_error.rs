//! Errors of commands with hints, and exit codes.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use iac_core::diagnostic::Diagnostics;

/// The result of a command.
pub(crate) type CommandResult = Result<Outcome, CommandError>;

/// The outcome of a command that did not fail. It determines the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Success.
    Success,
    /// `iac plan --detailed-exitcode` found changes.
    Changes,
    /// A gate failed: a policy error, or a condition of `--fail-on`.
    Gate,
    /// The effects digest is not the one given with `--expect`.
    DigestMismatch,
    /// `iac synth --check` found files that differ from the program's output.
    Stale,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::SUCCESS,
            Outcome::Changes => Self::from(2),
            Outcome::Gate => Self::from(3),
            Outcome::DigestMismatch => Self::from(4),
            Outcome::Stale => Self::from(5),
        }
    }
}

/// The error of a command.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// The problem.
    pub(crate) kind: ErrorKind,
    /// Suggestions for the user.
    pub(crate) hints: Vec<String>,
}

/// The problem that an error reports.
#[derive(Debug)]
pub(crate) enum ErrorKind {
    /// An error that has not been reported yet.
    Failed {
        /// The problem in the user's terms: lower case, no full stop.
        message: String,
        /// The cause, which is appended to the message.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Problems in a configuration, with their locations.
    Diagnosed(Diagnostics),
    /// An error that Cargo, the program or Terraform has already reported.
    Reported,
}

impl CommandError {
    /// The exit code of all errors. Invalid usage has it too, because 2 means changes, as in Terraform.
    pub(crate) const EXIT_CODE: u8 = 1;

    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Failed { message: message.into(), source: None }, hints: Vec::new() }
    }

    /// Creates an error with a cause.
    pub(crate) fn because(message: impl Into<String>, source: impl Error + Send + Sync + 'static) -> Self {
        let kind = ErrorKind::Failed { message: message.into(), source: Some(Box::new(source)) };
        Self { kind, hints: Vec::new() }
    }

    /// Creates an error about a file. `action` is the start of the message: `cannot read`.
    pub(crate) fn file(action: &str, path: &Path, source: io::Error) -> Self {
        Self::because(format!("{action} `{}`", path.display()), source)
    }

    /// Creates an error from diagnostics of a configuration.
    pub(crate) fn diagnosed(diagnostics: Diagnostics) -> Self {
        Self { kind: ErrorKind::Diagnosed(diagnostics), hints: Vec::new() }
    }

    /// Creates an error that another program has already reported.
    pub(crate) fn reported() -> Self {
        Self { kind: ErrorKind::Reported, hints: Vec::new() }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    #[must_use]
    pub(crate) fn maybe_hint(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Failed { message, source } = self else { return Ok(()) };
        f.write_str(message)?;
        let mut cause = source.as_deref().map(|error| error as &dyn Error);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
