//! How much of what was asked for a plan covers.

use crate::text::Text;
use crate::value::{AttributePath, Value};

/// How much of what was asked for a plan covers, as Terraform's JSON says it. What a plan does not say is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// Whether planning stopped at an error, so that the plan lists only what was planned before it.
    pub errored: Option<bool>,
    /// Whether applying the plan makes everything what the configuration says. It does not where `-target` or `-exclude`
    /// left something out, or where changes are deferred.
    pub complete: Option<bool>,
    /// Whether Terraform would apply the plan.
    pub applyable: Option<bool>,
}

impl Completion {
    /// Returns `true` if planning failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.errored == Some(true)
    }

    /// Returns `true` if the plan is known to leave something out.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.complete == Some(false)
    }
}

/// Why Terraform defers a change or an action to a later plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Deferral {
    /// `count` or `for_each` is unknown.
    InstanceCountUnknown,
    /// The configuration of the resource is unknown.
    ResourceConfigUnknown,
    /// The configuration of the provider is unknown.
    ProviderConfigUnknown,
    /// Something that it depends on is deferred.
    DeferredPrereq,
    /// The provider says that something it needs does not exist yet.
    AbsentPrereq,
    /// For a reason that Terraform does not say.
    Unknown,
}

/// An action that is invoked when a plan is applied: a `lambda_invoke`, a cache invalidation, the stop of an instance.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ActionInvocation {
    /// The action: `module.web.action.aws_lambda_invoke.warm["eu"]`.
    pub address: Text,
    /// Its type: `aws_lambda_invoke`.
    pub action_type: Text,
    /// Its name: `warm`.
    pub name: Text,
    /// The source address of its provider.
    pub provider_name: Text,
    /// What invokes it.
    pub trigger: ActionTrigger,
    /// Its configuration, with what is unknown. Unmarked: see `config_sensitive`.
    pub config: Value,
    /// The places of the configuration whose values must not be shown.
    pub config_sensitive: Vec<AttributePath>,
    /// Why it is deferred, if it is.
    pub deferred: Option<Deferral>,
}

/// What invokes an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActionTrigger {
    /// The plan does not say.
    #[default]
    Unknown,
    /// `-invoke` on the command line.
    Invoke {
        /// The resource instance that the action refers to as its caller, if any.
        caller: Option<Text>,
    },
    /// An `action_trigger` block of a resource.
    Lifecycle {
        /// The resource instance.
        resource: Text,
        /// When: `BeforeCreate`, `AfterUpdate`.
        event: Text,
        /// Which `action_trigger` block of the resource, counted from zero.
        block: u64,
        /// Which action of the block, counted from zero.
        action: u64,
        /// What happens if it fails, where the plan says so.
        on_failure: Option<Text>,
    },
}

impl Deferral {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::InstanceCountUnknown,
        Self::ResourceConfigUnknown,
        Self::ProviderConfigUnknown,
        Self::DeferredPrereq,
        Self::AbsentPrereq,
        Self::Unknown,
    ];

    /// Returns the word of Terraform's JSON for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InstanceCountUnknown => "instance_count_unknown",
            Self::ResourceConfigUnknown => "resource_config_unknown",
            Self::ProviderConfigUnknown => "provider_config_unknown",
            Self::DeferredPrereq => "deferred_prereq",
            Self::AbsentPrereq => "absent_prereq",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the reason as a phrase: `count or for_each is unknown`.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::InstanceCountUnknown => "`count` or `for_each` is unknown until apply",
            Self::ResourceConfigUnknown => "its configuration is unknown until apply",
            Self::ProviderConfigUnknown => "the configuration of its provider is unknown until apply",
            Self::DeferredPrereq => "a resource that it depends on is deferred",
            Self::AbsentPrereq => "something that it needs does not exist yet",
            Self::Unknown => "the plan does not say why",
        }
    }
}
