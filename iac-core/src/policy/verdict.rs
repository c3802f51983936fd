//! What a rule says about a resource: three values, not two.

use crate::value::AttributePath;

/// What a rule says about a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail(Failure),
    /// It depends on what is not known before the change is applied.
    Unknown,
}

/// Why a rule does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The place that the rule is about; empty for the whole resource.
    pub path: AttributePath,
    /// The specifics beyond the rule's finding, such as `statement 2`. Never contains a value of the resource, which could be
    /// a secret.
    pub message: Option<String>,
}

impl Verdict {
    /// Passes if this is true.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Pass } else { Self::fail() }
    }

    /// Does not hold, of the resource as a whole.
    pub fn fail() -> Self {
        Self::Fail(Failure::default())
    }

    /// Holds if both hold.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fail(failure), _) | (_, Self::Fail(failure)) => Self::Fail(failure),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Pass, Self::Pass) => Self::Pass,
        }
    }

    /// Holds if one of them holds.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Pass, _) | (_, Self::Pass) => Self::Pass,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Fail(failure), Self::Fail(_)) => Self::Fail(failure),
        }
    }

    /// Holds if this does not.
    pub fn negate(self) -> Self {
        match self {
            Self::Pass => Self::fail(),
            Self::Fail(_) => Self::Pass,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Holds if the condition does not, or else if this does: a rule that is about some resources only.
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

    /// Says which place is wrong, where it does not hold.
    pub fn at(self, path: AttributePath) -> Self {
        match self {
            Self::Fail(failure) => Self::Fail(Failure { path, ..failure }),
            other => other,
        }
    }

    /// Whether it holds for sure.
    #[must_use]
    pub const fn is_pass(&self) -> bool {
        matches!(self, Self::Pass)
    }

    /// Whether it does not hold, for sure.
    #[must_use]
    pub const fn is_fail(&self) -> bool {
        matches!(self, Self::Fail(_))
    }
}

/// Holds if all hold; also where there is none.
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

/// Holds if one holds; does not where there is none.
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
