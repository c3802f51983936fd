//! What was changed outside of Terraform: what has a part in the plan is shown, the rest is named.

use std::borrow::Cow;
use std::sync::Arc;

use super::visible;
use crate::plan::{Action, Plan, RelevantAttribute, ResourceChange};
use crate::value::{PathStep, Value, ValueMap};

/// How many resources are named whose drift has no part in the plan.
const NAMED: usize = 5;

/// The drift of a plan.
pub(super) struct Drift<'p> {
    /// What has a part in the plan, without the attributes that have none.
    pub(super) shown: Vec<Cow<'p, ResourceChange>>,
    /// The rest, in a sentence without a period.
    pub(super) rest: Option<String>,
}

impl<'p> Drift<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let (mut shown, mut rest) = (Vec::new(), Vec::new());
        let is_drift =
            |change: &&ResourceChange| change.action != Action::NoOp || change.previous_address.is_some();
        for change in plan.drift.iter().filter(is_drift) {
            match &plan.relevant_attributes {
                // That something is gone is never without interest.
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

/// What happened to a resource.
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

/// A change with only those attributes changed that are relevant; `None` where there is none.
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

/// The value at a path. A step that leads nowhere, as into a set, ends at what holds it.
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
