//! The action on an instance, derived from its prior and planned values and from the changes that force replacement.

use iac_core::address::ResourceAddress;
use iac_core::diagnostic::Diagnostic;
use iac_lang::config::Resource;
use iac_lang::value::{AttributePath, PathStep, Value};

use crate::plan::{Action, ActionReason, PlanResponse, Predictor, Undecided};
use crate::schema::Block;

/// The action on an instance, and its reason.
#[derive(Debug)]
pub(crate) struct Decision {
    pub action: Action,
    pub reason: Option<ActionReason>,
    pub replace_paths: Vec<AttributePath>,
    /// The planned value; `None` if it is the prior value.
    pub planned: Option<Value>,
    pub predicted_by: Option<Predictor>,
    pub undecided: Vec<Undecided>,
    pub warnings: Vec<String>,
}

impl Decision {
    /// A decision for an unchanged instance.
    pub(crate) const fn nothing() -> Self {
        Self {
            action: Action::NoOp,
            reason: None,
            replace_paths: Vec::new(),
            planned: None,
            predicted_by: None,
            undecided: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// A decision for an instance with errors.
    pub(crate) fn failed(prior: &Value) -> Self {
        let action = if matches!(prior, Value::Null) { Action::Create } else { Action::Update };
        Self { action, planned: Some(Value::UNKNOWN), ..Self::nothing() }
    }

    /// Turns the creation of a tainted object into its replacement. It was planned without a prior value.
    pub(crate) fn tainted(self, create_before_destroy: bool) -> Self {
        Self {
            action: Action::replace(create_before_destroy),
            reason: Some(ActionReason::ReplaceBecauseTainted),
            ..self
        }
    }
}

impl Action {
    const fn replace(create_before_destroy: bool) -> Self {
        if create_before_destroy { Self::CreateThenDelete } else { Self::DeleteThenCreate }
    }

    /// Returns true if the action creates a replacement and destroys or forgets the object, in either order.
    #[must_use]
    pub const fn is_replace(self) -> bool {
        matches!(
            self,
            Self::DeleteThenCreate | Self::CreateThenDelete | Self::CreateThenForget | Self::ForgetThenCreate
        )
    }

    /// Returns true if the action destroys an object, even if a replacement is created.
    #[must_use]
    pub const fn destroys(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteThenCreate | Self::CreateThenDelete)
    }

    /// Returns true if the state has no object after the action.
    #[must_use]
    pub const fn leaves_nothing(self) -> bool {
        matches!(self, Self::Delete | Self::Forget)
    }

    /// Returns true if the action changes an object or the state of one. Reading a data source does not.
    #[must_use]
    pub const fn has_effect(self) -> bool {
        !matches!(self, Self::NoOp | Self::Read)
    }

    /// Returns the symbol in plans for people: `+`, `~`, `-`, `-/+`, `+/-`, `<=` or `.`; empty for no change.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::NoOp => "",
            Self::Create => "+",
            Self::Read => "<=",
            Self::Update => "~",
            Self::Delete => "-",
            Self::DeleteThenCreate => "-/+",
            Self::CreateThenDelete => "+/-",
            Self::Forget => ".",
            Self::CreateThenForget => "+/.",
            Self::ForgetThenCreate => "./+",
        }
    }

    /// Returns the verb in plans for people: `create`, `replace`. A listed resource without a change is moved.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::NoOp => "move",
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "destroy",
            Self::DeleteThenCreate
            | Self::CreateThenDelete
            | Self::CreateThenForget
            | Self::ForgetThenCreate => "replace",
            Self::Forget => "forget",
        }
    }
}

/// Decides the action. `forced` is a reason to replace the object even if nothing changes.
pub(crate) fn decide(
    prior: &Value,
    response: PlanResponse,
    forced: Option<ActionReason>,
    create_before_destroy: bool,
) -> Decision {
    let PlanResponse { planned, requires_replace, predicted_by, undecided, warnings, .. } = response;
    let mut replace_paths: Vec<AttributePath> = match prior {
        Value::Null => Vec::new(),
        _ => requires_replace.into_iter().filter(|path| differs(prior, &planned, &path.0)).collect(),
    };
    let (action, reason) = match forced {
        _ if prior.is_null() => (Action::Create, None),
        None if planned == *prior => (Action::NoOp, None),
        Some(reason) => (Action::replace(create_before_destroy), Some(reason)),
        None if !replace_paths.is_empty() => {
            (Action::replace(create_before_destroy), Some(ActionReason::ReplaceBecauseCannotUpdate))
        }
        None => (Action::Update, None),
    };
    if !action.is_replace() {
        replace_paths.clear();
    }
    Decision { action, reason, replace_paths, planned: Some(planned), predicted_by, undecided, warnings }
}

/// Returns true if the value at a path differs or is unknown. Paths cannot address elements of sets, so the whole set
/// is compared.
fn differs(prior: &Value, planned: &Value, path: &[PathStep]) -> bool {
    let (mut prior, mut planned) = (prior, planned);
    for step in path {
        let next = (inner(prior, step), inner(planned, step));
        match next {
            (None, None) => break,
            (before, after) => {
                prior = before.unwrap_or(&Value::Null);
                planned = after.unwrap_or(&Value::Null);
            }
        }
    }
    prior != planned || !planned.is_wholly_known()
}

fn inner<'a>(value: &'a Value, step: &PathStep) -> Option<&'a Value> {
    match (value, step) {
        (Value::Object(members) | Value::Map(members), PathStep::Name(name)) => members.get(name),
        (Value::List(elements) | Value::Tuple(elements), PathStep::Index(position)) => {
            elements.get(*position)
        }
        (Value::Unknown(_), _) => Some(&Value::UNKNOWN),
        _ => None,
    }
}

/// Sets write-only attributes to null, as they never appear in a plan.
pub(crate) fn without_write_only(schema: &Block, value: &mut Value) {
    match value {
        Value::Object(members) => {
            for attribute in schema.attributes.iter().filter(|attribute| attribute.write_only) {
                if let Some(value) = members.get_mut(&attribute.name) {
                    *value = Value::Null;
                }
            }
            for nested in &schema.blocks {
                if let Some(value) = members.get_mut(&nested.name) {
                    without_write_only(&nested.block, value);
                }
            }
        }
        Value::List(elements) | Value::Tuple(elements) => {
            for element in elements {
                without_write_only(schema, element);
            }
        }
        _ => {}
    }
}

/// Creates the error for an object that would be destroyed although `prevent_destroy` is set.
pub(crate) fn prevented(address: &ResourceAddress, resource: &Resource) -> Diagnostic {
    Diagnostic::error("prevent-destroy", "Instance cannot be destroyed")
        .address(address.to_string())
        .at(resource.location.clone())
        .detail(format!(
            "The plan would destroy `{address}`, which has `lifecycle.prevent_destroy`. \
             Remove that argument, or restrict the plan to other resources with `--target`."
        ))
}
