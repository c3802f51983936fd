//! Names of actions, reasons and statuses in Terraform's JSON.

use crate::plan::{Action, ActionReason, CheckKind, CheckStatus, Deferral};

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

impl ActionReason {
    pub(super) const ALL: [Self; 16] = [
        Self::ReplaceBecauseTainted,
        Self::ReplaceByRequest,
        Self::ReplaceByTriggers,
        Self::ReplaceBecauseCannotUpdate,
        Self::DeleteBecauseNoResourceConfig,
        Self::DeleteBecauseWrongRepetition,
        Self::DeleteBecauseCountIndex,
        Self::DeleteBecauseEachKey,
        Self::DeleteBecauseNoModule,
        Self::DeleteBecauseNoMoveTarget,
        Self::DeleteBecauseEnabledFalse,
        Self::ForgotBecauseLifecycleDestroyInState,
        Self::ForgotBecauseLifecycleDestroyInConfig,
        Self::ReadBecauseConfigUnknown,
        Self::ReadBecauseDependencyPending,
        Self::ReadBecauseCheckNested,
    ];

    /// Returns the name in Terraform's JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReplaceBecauseTainted => "replace_because_tainted",
            Self::ReplaceByRequest => "replace_by_request",
            Self::ReplaceByTriggers => "replace_by_triggers",
            Self::ReplaceBecauseCannotUpdate => "replace_because_cannot_update",
            Self::DeleteBecauseNoResourceConfig => "delete_because_no_resource_config",
            Self::DeleteBecauseWrongRepetition => "delete_because_wrong_repetition",
            Self::DeleteBecauseCountIndex => "delete_because_count_index",
            Self::DeleteBecauseEachKey => "delete_because_each_key",
            Self::DeleteBecauseNoModule => "delete_because_no_module",
            Self::DeleteBecauseNoMoveTarget => "delete_because_no_move_target",
            Self::DeleteBecauseEnabledFalse => "delete_because_enabled_false",
            Self::ForgotBecauseLifecycleDestroyInState => "forgot_because_lifecycle_destroy_in_state",
            Self::ForgotBecauseLifecycleDestroyInConfig => "forgot_because_lifecycle_destroy_in_config",
            Self::ReadBecauseConfigUnknown => "read_because_config_unknown",
            Self::ReadBecauseDependencyPending => "read_because_dependency_pending",
            Self::ReadBecauseCheckNested => "read_because_check_nested",
        }
    }

    /// Returns the reason with this name in Terraform's JSON.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

impl Deferral {
    /// Returns the reason with this name in Terraform's JSON.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
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
