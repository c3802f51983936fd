//! What is done with an instance: from what is there, what will be, and what cannot be changed in place.

use iac_core::address::ResourceAddress;
use iac_core::diagnostic::Diagnostic;
use iac_lang::config::Resource;
use iac_lang::value::{AttributePath, PathStep, Value};

use crate::plan::{Action, ActionReason, PlanResponse, Undecided};
use crate::schema::Block;

/// What is done, and why.
#[derive(Debug)]
pub(crate) struct Decision {
    pub action: Action,
    pub reason: Option<ActionReason>,
    pub replace_paths: Vec<AttributePath>,
    /// What will be; none where it is what is there.
    pub planned: Option<Value>,
    pub undecided: Vec<Undecided>,
    pub warnings: Vec<String>,
}

impl Decision {
    /// Nothing is done.
    pub(crate) const fn nothing() -> Self {
        Self {
            action: Action::NoOp,
            reason: None,
            replace_paths: Vec::new(),
            planned: None,
            undecided: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// What stands for an instance that has an error.
    pub(crate) fn failed(prior: &Value) -> Self {
        let action = if matches!(prior, Value::Null) { Action::Create } else { Action::Update };
        Self { action, planned: Some(Value::Unknown), ..Self::nothing() }
    }

    /// The replacement of what is tainted: planned as if there were nothing.
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

    /// Whether an instance is destroyed and created again, in either order.
    #[must_use]
    pub const fn is_replace(self) -> bool {
        matches!(self, Self::DeleteThenCreate | Self::CreateThenDelete)
    }
}

/// What is done. `forced` is the reason to replace it whatever changes.
pub(crate) fn decide(
    prior: &Value,
    response: PlanResponse,
    forced: Option<ActionReason>,
    create_before_destroy: bool,
) -> Decision {
    let PlanResponse { planned, requires_replace, undecided, warnings, .. } = response;
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
    Decision { action, reason, replace_paths, planned: Some(planned), undecided, warnings }
}

/// Whether a place differs, or is unknown. Elements of sets have no place: the set is looked at.
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
        (Value::Unknown, _) => Some(&Value::Unknown),
        _ => None,
    }
}

/// What can only be set never is in a plan.
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

/// The error of what is to be destroyed and must not be.
pub(crate) fn prevented(address: &ResourceAddress, resource: &Resource) -> Diagnostic {
    Diagnostic::error("prevent-destroy", "Instance cannot be destroyed")
        .address(address.to_string())
        .at(resource.location.clone())
        .detail(format!(
            "The plan would destroy `{address}`, which has `lifecycle.prevent_destroy`. \
             Leave that out, or plan only what does not need it with `--target`."
        ))
}
