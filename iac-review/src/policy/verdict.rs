//! The three-valued result of a rule.

use iac_lang::value::AttributePath;

/// The result of a rule for a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The requirement is met.
    Pass,
    /// The requirement is not met.
    Fail(Failure),
    /// The result depends on a value that is only known after apply.
    Unknown,
}

/// The details of a violation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The path of the violation; empty for the whole resource.
    pub path: AttributePath,
    /// The specifics beyond the rule's finding, such as `statement 2`. Never contains a value of the resource, which could be
    /// a secret.
    pub message: Option<String>,
}

impl Verdict {
    /// Passes if `holds` is `true`.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Pass } else { Self::fail() }
    }

    /// Fails for the resource as a whole.
    pub fn fail() -> Self {
        Self::Fail(Failure::default())
    }

    /// Passes if both pass.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fail(failure), _) | (_, Self::Fail(failure)) => Self::Fail(failure),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Pass, Self::Pass) => Self::Pass,
        }
    }

    /// Passes if either passes.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Pass, _) | (_, Self::Pass) => Self::Pass,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Fail(failure), Self::Fail(_)) => Self::Fail(failure),
        }
    }

    /// Passes if this fails, and the other way round.
    pub fn negate(self) -> Self {
        match self {
            Self::Pass => Self::fail(),
            Self::Fail(_) => Self::Pass,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Passes if the condition fails, otherwise returns this verdict. For rules about some resources only.
    pub fn when(self, condition: Self) -> Self {
        condition.negate().or(self)
    }

    /// Adds the specifics to a failure: which statement, container or tag.
    pub fn because(self, message: impl Into<String>) -> Self {
        match self {
            Self::Fail(failure) => Self::Fail(Failure { message: Some(message.into()), ..failure }),
            other => other,
        }
    }

    /// Sets the path of a failure.
    pub fn at(self, path: AttributePath) -> Self {
        match self {
            Self::Fail(failure) => Self::Fail(Failure { path, ..failure }),
            other => other,
        }
    }

    /// Returns `true` for [`Verdict::Pass`].
    #[must_use]
    pub const fn is_pass(&self) -> bool {
        matches!(self, Self::Pass)
    }

    /// Returns `true` for [`Verdict::Fail`].
    #[must_use]
    pub const fn is_fail(&self) -> bool {
        matches!(self, Self::Fail(_))
    }
}

/// Passes if all verdicts pass, and if there is none.
pub fn all_of(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut all = Verdict::Pass;
    for verdict in verdicts {
        all = all.and(verdict);
        if all.is_fail() {
            break;
        }
    }
    all
}

/// Passes if at least one verdict passes. Fails if there is none.
pub fn any_of(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut any: Option<Verdict> = None;
    for verdict in verdicts {
        let next = match any {
            Some(any) => any.or(verdict),
            None => verdict,
        };
        if next.is_pass() {
            return next;
        }
        any = Some(next);
    }
    any.unwrap_or_else(Verdict::fail)
}

impl From<bool> for Verdict {
    fn from(holds: bool) -> Self {
        Self::of(holds)
    }
}
