//! Changes outside of Terraform: those that affect the plan are shown, the others are named.

use std::borrow::Cow;
use std::sync::Arc;

use super::visible;
use iac_lang::value::{PathStep, Value, ValueMap};
use iac_plan::plan::{Action, Plan, RelevantAttribute, ResourceChange};

/// The number of resources named whose drift does not affect the plan.
const NAMED: usize = 5;

/// The drift of a plan.
pub(super) struct Drift<'p> {
    /// The drift that affects the plan, reduced to the relevant attributes.
    pub(super) shown: Vec<Cow<'p, ResourceChange>>,
    /// The rest, as a sentence without a period.
    pub(super) rest: Option<String>,
}

impl<'p> Drift<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let (mut shown, mut rest) = (Vec::new(), Vec::new());
        let is_drift =
            |change: &&ResourceChange| change.action != Action::NoOp || change.previous_address.is_some();
        for change in plan.drift.iter().filter(is_drift) {
            match &plan.relevant_attributes {
                // A deleted object is always relevant.
                Some(relevant) if change.action != Action::Delete => match trimmed(change, relevant) {
                    Some(change) => shown.push(Cow::Owned(change)),
                    None => rest.push(change),
                },
                _ => shown.push(Cow::Borrowed(change)),
            }
        }
        Self { shown, rest: sentence(&rest) }
    }
}

/// Describes the drift of a resource.
pub(super) fn what(change: &ResourceChange) -> String {
    let address = visible(&change.address);
    match (change.action, &change.previous_address) {
        (Action::Delete, _) => format!("{address} has been deleted"),
        (Action::NoOp, Some(previous)) => format!("{address} has moved from {}", visible(previous)),
        _ => format!("{address} has changed"),
    }
}

fn sentence(rest: &[&ResourceChange]) -> Option<String> {
    let (first, more) = rest.split_at(rest.len().min(NAMED));
    let names: Vec<String> = first.iter().map(|change| visible(&change.address)).collect();
    let others = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    let what = match rest.len() {
        0 => return None,
        1 => "1 resource changed outside of Terraform, without effect on this plan".to_owned(),
        many => format!("{many} resources changed outside of Terraform, without effect on this plan"),
    };
    Some(format!("{what}: {}{others}", names.join(", ")))
}

/// Returns the change reduced to relevant attributes; `None` if none of them changes.
fn trimmed(change: &ResourceChange, relevant: &[RelevantAttribute]) -> Option<ResourceChange> {
    let address = change.address.to_string();
    let paths: Vec<&[PathStep]> = relevant
        .iter()
        .filter(|attribute| attribute.resource.is_empty() || attribute.resource == *address)
        .map(|attribute| attribute.path.0.as_slice())
        .filter(|path| at(&change.before, path) != at(&change.after, path))
        .collect();
    if paths.is_empty() {
        return None;
    }
    let members = |value: &Value| match value {
        Value::Object(members) | Value::Map(members) => Some(members.clone()),
        _ => None,
    };
    let (Some(before), Some(mut after)) = (members(&change.before), members(&change.after)) else {
        return Some(change.clone());
    };
    let is_relevant = |name: &str| {
        paths.iter().any(|path| match path.first() {
            None => true,
            Some(PathStep::Name(first)) => first == name,
            Some(PathStep::Index(_)) => false,
        })
    };
    let irrelevant: Vec<_> =
        before.keys().chain(after.keys()).filter(|name| !is_relevant(name)).cloned().collect();
    for name in irrelevant {
        match before.get(&name) {
            Some(value) => drop(after.insert(name, value.clone())),
            None => drop(after.remove(&name)),
        }
    }
    Some(ResourceChange { after: Arc::new(Value::Object(after)), ..change.clone() })
}

/// Returns the value at a path. A step that cannot be followed, such as one into a set, ends at the enclosing value.
fn at<'v>(value: &'v Value, path: &[PathStep]) -> Option<&'v Value> {
    let Some((first, rest)) = path.split_first() else { return Some(value) };
    let inner = |members: &'v ValueMap, name: &str| members.get(name);
    match (value, first) {
        (Value::Object(members) | Value::Map(members), PathStep::Name(name)) => {
            at(inner(members, name)?, rest)
        }
        (Value::List(elements) | Value::Tuple(elements), PathStep::Index(index)) => {
            at(elements.get(*index)?, rest)
        }
        (Value::List(elements) | Value::Tuple(elements), PathStep::Name(name)) => {
            at(elements.get(name.parse::<usize>().ok()?)?, rest)
        }
        (Value::Null, _) => None,
        _ => Some(value),
    }
}
