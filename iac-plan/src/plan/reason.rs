//! Reasons of actions: their names in Terraform's JSON, and their explanations.

use iac_core::address::{ResourceAddress, ResourceMode};

use crate::plan::ActionReason;

impl ActionReason {
    pub(crate) const ALL: [Self; 16] = [
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
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Returns the words for a replacement, if the reason is more than an argument that cannot be updated.
    #[must_use]
    pub const fn replacement(self) -> Option<&'static str> {
        match self {
            Self::ReplaceBecauseTainted => Some("is tainted, so it must be replaced"),
            Self::ReplaceByRequest => Some("will be replaced, as requested"),
            Self::ReplaceByTriggers => Some("will be replaced due to changes in replace_triggered_by"),
            _ => None,
        }
    }

    /// Returns true if the object is destroyed because its address is no longer in the configuration.
    #[must_use]
    pub const fn is_removal(self) -> bool {
        matches!(
            self,
            Self::DeleteBecauseNoResourceConfig
                | Self::DeleteBecauseNoModule
                | Self::DeleteBecauseNoMoveTarget
                | Self::DeleteBecauseCountIndex
                | Self::DeleteBecauseEachKey
                | Self::DeleteBecauseWrongRepetition
        )
    }

    /// Returns why a resource is destroyed, or read during apply: `because …`. The reasons of replacements are in the
    /// [verb](Self::replacement).
    #[must_use]
    pub fn explanation(self, address: &ResourceAddress) -> Option<String> {
        let key = || address.key.as_ref().map(ToString::to_string).unwrap_or_default();
        Some(match self {
            Self::ReplaceBecauseTainted
            | Self::ReplaceByRequest
            | Self::ReplaceByTriggers
            | Self::ReplaceBecauseCannotUpdate => return None,
            Self::DeleteBecauseNoResourceConfig => match address.mode {
                ResourceMode::Managed => "because it is not in the configuration",
                _ => "because the data source is not in the configuration",
            }
            .to_owned(),
            Self::DeleteBecauseWrongRepetition => match address.key {
                None => "because the resource now uses count or for_each".to_owned(),
                Some(_) => format!("because the resource no longer has an instance [{}]", key()),
            },
            Self::DeleteBecauseCountIndex => {
                format!("because index [{}] is out of range for count", key())
            }
            Self::DeleteBecauseEachKey => format!("because key [{}] is not in for_each", key()),
            Self::DeleteBecauseNoModule => "because its module is not in the configuration".to_owned(),
            Self::DeleteBecauseNoMoveTarget => {
                "because it was moved to an address that is not in the configuration".to_owned()
            }
            Self::DeleteBecauseEnabledFalse => "because `enabled` is false".to_owned(),
            Self::ForgotBecauseLifecycleDestroyInState => {
                "because the state has `destroy = false` for it".to_owned()
            }
            Self::ForgotBecauseLifecycleDestroyInConfig => {
                "because the configuration has `destroy = false` for it".to_owned()
            }
            Self::ReadBecauseConfigUnknown => {
                "because its configuration refers to values known only after apply".to_owned()
            }
            Self::ReadBecauseDependencyPending => {
                "because it depends on a resource with pending changes".to_owned()
            }
            Self::ReadBecauseCheckNested => "because a check block reads it at the end of apply".to_owned(),
        })
    }
}
