//! Whether a plan has the effects that were approved, where the approved plan left values open until upstream stacks
//! were applied.

use std::collections::HashMap;
use std::fmt;

use iac_core::Text;
use iac_core::address::{ResourceAddress, ResourceMode};
use iac_lang::Value;
use iac_lang::value::{AttributePath, PathStep};
use iac_plan::plan::{Action, Plan, REDACTED, REDACTED_CHANGED, ResourceChange};

/// What becomes of approved effects that a plan does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// They deviate from the approval.
    Deviates,
    /// An earlier attempt had them.
    Done,
}

/// An effect of a plan that deviates from the approval.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Deviation {
    /// A resource instance or an output.
    pub(super) address: String,
    pub(super) kind: DeviationKind,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum DeviationKind {
    /// The approved plan has another action, or none.
    Action { approved: Option<Action>, now: Action },
    /// A value differs from the approved one.
    Value { path: String },
    /// The approved effect is not planned any more.
    Missing { approved: Action },
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = &self.address;
        match &self.kind {
            DeviationKind::Action { approved: None | Some(Action::NoOp), now } => {
                write!(f, "{address}: {}, but no change was approved", now.verb())
            }
            DeviationKind::Action { approved: Some(approved), now } => {
                write!(f, "{address}: {} instead of {}", now.verb(), approved.verb())
            }
            DeviationKind::Value { path } if path.is_empty() => write!(f, "{address}: another value"),
            DeviationKind::Value { path } => write!(f, "{address}: another value of `{path}`"),
            DeviationKind::Missing { approved } => {
                write!(f, "{address}: no change, but {} was approved", approved.verb())
            }
        }
    }
}

/// Returns the deviations of a plan from the approved one. Values that were unknown or undecided may become known.
pub(super) fn deviations(approved: &Plan, now: &Plan, missing: Missing) -> Vec<Deviation> {
    let before: HashMap<Key<'_>, &ResourceChange> =
        approved.changes.iter().map(|change| (key(change), change)).collect();
    let after: HashMap<Key<'_>, &ResourceChange> =
        now.changes.iter().map(|change| (key(change), change)).collect();
    let mut deviations = Vec::new();
    let is_managed = |change: &&ResourceChange| change.address.mode == ResourceMode::Managed;
    for change in now.changes.iter().filter(is_managed).filter(|change| change.has_effect()) {
        let kind = match before.get(&key(change)) {
            None if is_open(approved, &change.address) && !ends(change.action) => None,
            None => Some(DeviationKind::Action { approved: None, now: change.action }),
            Some(approved) => compare(approved, change),
        };
        deviations.extend(kind.map(|kind| Deviation { address: change.address.to_string(), kind }));
    }
    if missing == Missing::Deviates {
        let certain = |change: &&ResourceChange| change.has_effect() && change.undecided.is_empty();
        for change in approved.changes.iter().filter(is_managed).filter(certain) {
            if !after.get(&key(change)).is_some_and(|now| now.has_effect()) {
                let kind = DeviationKind::Missing { approved: change.action };
                deviations.push(Deviation { address: change.address.to_string(), kind });
            }
        }
    }
    for output in now.outputs.iter().filter(|output| output.action != Action::NoOp) {
        let approved = approved.outputs.iter().find(|approved| approved.name == output.name);
        let agrees = approved.is_some_and(|approved| {
            !approved.undecided.is_empty() || difference(&approved.after, &output.after, false).is_none()
        });
        if !agrees {
            let kind = DeviationKind::Value { path: String::new() };
            deviations.push(Deviation { address: format!("output.{}", output.name), kind });
        }
    }
    deviations
}

/// The address of a change, and the key of the object if it is deposed.
type Key<'p> = (&'p ResourceAddress, Option<&'p Text>);

fn key(change: &ResourceChange) -> Key<'_> {
    (&change.address, change.deposed.as_ref())
}

/// Returns `true` if an action ends what is managed now, even if a replacement is created.
const fn ends(action: Action) -> bool {
    action.is_replace() || action.leaves_nothing()
}

/// Returns `true` if the approved plan leaves open which instances of a resource there are.
fn is_open(approved: &Plan, address: &ResourceAddress) -> bool {
    let address = address.to_string();
    approved.undecided_instances.iter().any(|open| {
        let rest = address.strip_prefix(open.address.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
    })
}

fn compare(approved: &ResourceChange, now: &ResourceChange) -> Option<DeviationKind> {
    if approved.action != now.action && (approved.undecided.is_empty() || ends(now.action)) {
        return Some(DeviationKind::Action { approved: Some(approved.action), now: now.action });
    }
    if approved.undecided.iter().any(|undecided| undecided.path.0.is_empty()) {
        return None;
    }
    let legacy = now.schema.as_ref().is_some_and(|schema| schema.legacy);
    let path = difference(&approved.after, &now.after, legacy)?;
    let is_open = approved.undecided.iter().any(|undecided| path.0.starts_with(&undecided.path.0));
    (!is_open).then(|| DeviationKind::Value { path: path.to_string() })
}

/// Returns the first path at which a value differs from the approved one. Null, zero and empty are the same to legacy
/// providers.
fn difference(approved: &Value, now: &Value, legacy: bool) -> Option<AttributePath> {
    let mut path = Vec::new();
    differs(approved, now, legacy, &mut path).then_some(AttributePath(path))
}

fn differs(approved: &Value, now: &Value, legacy: bool, path: &mut Vec<PathStep>) -> bool {
    let mut inside = |step: PathStep, approved: &Value, now: &Value| {
        path.push(step);
        let differs = differs(approved, now, legacy, path);
        if !differs {
            path.pop();
        }
        differs
    };
    match (approved, now) {
        (Value::Unknown(_), _) => false,
        _ if legacy && approved.is_zero() && now.is_zero() => false,
        // A recorded approval does not contain secrets.
        (Value::String(text), _) if matches!(text.as_str(), REDACTED | REDACTED_CHANGED) => false,
        (Value::Set(approved), Value::Set(now)) if !approved.iter().all(Value::is_wholly_known) => {
            approved.len() < now.len()
        }
        (
            Value::List(approved) | Value::Tuple(approved) | Value::Set(approved),
            Value::List(now) | Value::Tuple(now) | Value::Set(now),
        ) => {
            approved.len() != now.len()
                || approved
                    .iter()
                    .zip(now)
                    .enumerate()
                    .any(|(position, (approved, now))| inside(position.into(), approved, now))
        }
        (Value::Object(approved) | Value::Map(approved), Value::Object(now) | Value::Map(now)) => {
            let value = |name| now.get(name).unwrap_or(&Value::Null);
            approved.iter().any(|(name, approved)| inside(name.clone().into(), approved, value(name)))
                || now.iter().any(|(name, now)| {
                    approved.get(name).is_none() && inside(name.clone().into(), &Value::Null, now)
                })
        }
        _ => approved != now,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn object(members: &[(&str, Value)]) -> Value {
        Value::Object(members.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
    }

    fn text(text: &str) -> Value {
        Value::String(text.into())
    }

    fn plan(action: Action, after: Value) -> Plan {
        let address = "aws_vpc.a".parse().unwrap();
        let change =
            ResourceChange::new(address, "aws".into(), action, Arc::new(Value::Null), Arc::new(after));
        Plan { changes: vec![change], ..Plan::default() }
    }

    fn found(approved: &Plan, now: &Plan, missing: Missing) -> Vec<String> {
        deviations(approved, now, missing).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unknown_value_may_become_known() {
        let approved = object(&[("id", Value::UNKNOWN), ("name", text("a"))]);
        let now = object(&[("id", text("vpc-1")), ("name", text("a"))]);
        let (approved, now) = (plan(Action::Create, approved), plan(Action::Create, now));
        assert!(found(&approved, &now, Missing::Deviates).is_empty());
    }

    #[test]
    fn other_value_and_other_action_deviate() {
        let value = |name: &str| object(&[("name", text(name))]);
        let approved = plan(Action::Update, value("a"));
        let other = found(&approved, &plan(Action::Update, value("b")), Missing::Deviates);
        assert_eq!(other, ["aws_vpc.a: another value of `name`"]);
        let other = found(&approved, &plan(Action::DeleteThenCreate, value("a")), Missing::Deviates);
        assert_eq!(other, ["aws_vpc.a: replace instead of update"]);
        let other = found(&Plan::default(), &plan(Action::Delete, Value::Null), Missing::Deviates);
        assert_eq!(other, ["aws_vpc.a: destroy, but no change was approved"]);
    }

    #[test]
    fn missing_effect_deviates_unless_an_attempt_had_it() {
        let approved = plan(Action::Create, Value::Null);
        let missing = ["aws_vpc.a: no change, but create was approved"];
        assert_eq!(found(&approved, &Plan::default(), Missing::Deviates), missing);
        assert!(found(&approved, &Plan::default(), Missing::Done).is_empty());
    }

    #[test]
    fn undecided_change_may_be_decided_but_not_to_destroy() {
        let mut approved = plan(Action::NoOp, Value::UNKNOWN);
        let reason = "it is not known".into();
        let undecided = iac_plan::plan::Undecided { path: AttributePath::default(), reason };
        approved.changes[0].undecided.push(undecided);
        assert!(found(&approved, &plan(Action::Update, text("a")), Missing::Deviates).is_empty());
        let now = plan(Action::DeleteThenCreate, text("a"));
        assert_eq!(found(&approved, &now, Missing::Deviates).len(), 1);
    }

    #[test]
    fn null_and_empty_are_the_same_to_legacy_providers() {
        let value = |tags| object(&[("tags", tags)]);
        let (null, empty) = (value(Value::Null), value(Value::List(Vec::new())));
        assert_eq!(difference(&null, &empty, true), None);
        assert_eq!(difference(&null, &empty, false).unwrap().to_string(), "tags");
    }

    #[test]
    fn secrets_of_a_recorded_approval_are_not_compared() {
        let approved = plan(Action::Create, object(&[("password", text(REDACTED))]));
        let now = plan(Action::Create, object(&[("password", text("hunter2"))]));
        assert!(found(&approved, &now, Missing::Done).is_empty());
    }
}
