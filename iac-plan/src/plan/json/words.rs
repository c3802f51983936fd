//! Names of actions and statuses in Terraform's JSON.

use crate::plan::{Action, CheckKind, CheckStatus};

impl Action {
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
        }
    }

    /// Returns the action with this name in Terraform's JSON.
    pub(super) fn of_words(words: &[&str]) -> Option<Self> {
        const ALL: [Action; 8] = [
            Action::NoOp,
            Action::Create,
            Action::Read,
            Action::Update,
            Action::Delete,
            Action::DeleteThenCreate,
            Action::CreateThenDelete,
            Action::Forget,
        ];
        ALL.into_iter().find(|action| action.as_strs() == words)
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
