//! Why a command failed, what helps, and how commands end.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use iac_core::diagnostic::Diagnostics;

/// What a command comes to.
pub(crate) type CommandResult = Result<Outcome, CommandError>;

/// How a command ended that did what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is nothing more to say.
    Fine,
    /// `iac plan --detailed-exitcode` found changes.
    Changes,
    /// A gate is closed: a policy does not hold, or a change is of a kind that is not let through.
    Gate,
    /// The effects are not those that were expected.
    Unexpected,
    /// `iac synth --check` found files that differ.
    Differs,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Changes => Self::from(2),
            Outcome::Gate => Self::from(3),
            Outcome::Unexpected => Self::from(4),
            Outcome::Differs => Self::from(5),
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// What went wrong: lower case, no full stop.
    pub(crate) kind: ErrorKind,
    /// What the user can do about it.
    pub(crate) hints: Vec<String>,
}

/// What went wrong.
#[derive(Debug)]
pub(crate) enum ErrorKind {
    /// Something that the user sees here first.
    Failed {
        /// What, in the user's words.
        message: String,
        /// What caused it.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// What is wrong with a configuration, with the places.
    Diagnosed(Diagnostics),
    /// Something that Cargo, the program or Terraform has already told the user.
    Reported,
}

impl CommandError {
    /// How the process ends. Wrong usage ends it in the same way: 2 stands for changes, as in Terraform.
    pub(crate) const EXIT_CODE: u8 = 1;

    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Failed { message: message.into(), source: None }, hints: Vec::new() }
    }

    /// What went wrong, and what caused it.
    pub(crate) fn because(message: impl Into<String>, source: impl Error + Send + Sync + 'static) -> Self {
        let kind = ErrorKind::Failed { message: message.into(), source: Some(Box::new(source)) };
        Self { kind, hints: Vec::new() }
    }

    /// A file could not be used: `cannot read`.
    pub(crate) fn file(action: &str, path: &Path, source: io::Error) -> Self {
        Self::because(format!("{action} `{}`", path.display()), source)
    }

    /// Something is wrong with a configuration.
    pub(crate) fn diagnosed(diagnostics: Diagnostics) -> Self {
        Self { kind: ErrorKind::Diagnosed(diagnostics), hints: Vec::new() }
    }

    /// Others have told the user.
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
