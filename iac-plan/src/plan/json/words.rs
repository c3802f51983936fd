//! Names of actions and statuses in Terraform's JSON.

use crate::plan::{Action, CheckKind, CheckStatus, Deferral};

impl Deferral {
    /// Returns the reason with this name in Terraform's JSON.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

impl Action {
    pub(super) const ALL: [Self; 10] = [
        Self::NoOp,
        Self::Create,
        Self::Read,
        Self::Update,
        Self::Delete,
        Self::DeleteThenCreate,
        Self::CreateThenDelete,
        Self::Forget,
        Self::CreateThenForget,
        Self::ForgetThenCreate,
    ];

    /// Returns the name in Terraform's JSON.
    #[must_use]
    pub const fn as_strs(self) -> &'static [&'static str] {
        match self {
            Self::NoOp => &["no-op"],
            Self::Create => &["create"],
            Self::Read => &["read"],
            Self::Update => &["update"],
            Self::Delete => &["delete"],
            Self::DeleteThenCreate => &["delete", "create"],
            Self::CreateThenDelete => &["create", "delete"],
            Self::Forget => &["forget"],
            Self::CreateThenForget => &["create", "forget"],
            Self::ForgetThenCreate => &["forget", "create"],
        }
    }

    /// Returns the action with this name in Terraform's JSON.
    pub(super) fn of_words(words: &[&str]) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_strs() == words)
    }
}

impl CheckKind {
    /// Returns the name in Terraform's JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Output => "output_value",
            Self::Check => "check",
            Self::Variable => "var",
        }
    }

    /// Returns the kind with this name in Terraform's JSON.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::Resource, Self::Output, Self::Check, Self::Variable]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

impl CheckStatus {
    /// Returns the name in Terraform's JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }

    /// Returns the status with this name in Terraform's JSON.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::Pass, Self::Unknown, Self::Fail, Self::Error]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}
