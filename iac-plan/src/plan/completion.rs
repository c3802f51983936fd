//! How completely a plan covers the request.

use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value};

/// How completely a plan covers the request, as stated in Terraform's JSON; `None` for what it does not state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// True if planning stopped at an error: the plan lists only what was planned before it.
    pub errored: Option<bool>,
    /// True if applying the plan makes everything match the configuration. False with `-target`, `-exclude` or
    /// deferred changes.
    pub complete: Option<bool>,
    /// True if Terraform would apply the plan.
    pub applyable: Option<bool>,
}

impl Completion {
    /// Returns true if planning failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.errored == Some(true)
    }

    /// Returns true if the plan is known to leave something out.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.complete == Some(false)
    }
}

/// The reason why Terraform defers a change or an action to a later plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deferral {
    /// `count` or `for_each` is unknown.
    InstanceCountUnknown,
    /// The configuration of the resource is unknown.
    ResourceConfigUnknown,
    /// The configuration of the provider is unknown.
    ProviderConfigUnknown,
    /// A dependency is deferred.
    DeferredPrereq,
    /// The provider reports that a prerequisite does not exist yet.
    AbsentPrereq,
    /// Terraform does not state the reason.
    Unknown,
}

/// An action that applying a plan invokes: a Lambda function, a cache invalidation, the stop of an instance.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionInvocation {
    /// The address: `module.web.action.aws_lambda_invoke.warm["eu"]`.
    pub address: Text,
    /// The type: `aws_lambda_invoke`.
    pub action_type: Text,
    /// The name: `warm`.
    pub name: Text,
    /// The provider's source address.
    pub provider_name: Text,
    /// The trigger.
    pub trigger: ActionTrigger,
    /// The configuration, with unknowns. Unmarked: see `config_sensitive`.
    pub config: Value,
    /// The paths of sensitive values in `config`.
    pub config_sensitive: Vec<AttributePath>,
    /// The reason why the action is deferred to a later plan, if it is.
    pub deferred: Option<Deferral>,
}

/// The trigger of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ActionTrigger {
    /// The plan does not state it.
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
        /// The event: `BeforeCreate`, `AfterUpdate`.
        event: Text,
        /// The index of the `action_trigger` block in the resource.
        block: u64,
        /// The index of the action in the block.
        action: u64,
        /// The behavior on failure, if the plan states it.
        on_failure: Option<Text>,
    },
}

impl Deferral {
    /// All reasons.
    pub(crate) const ALL: [Self; 6] = [
        Self::InstanceCountUnknown,
        Self::ResourceConfigUnknown,
        Self::ProviderConfigUnknown,
        Self::DeferredPrereq,
        Self::AbsentPrereq,
        Self::Unknown,
    ];

    /// Returns the name in Terraform's JSON.
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
