//! Headings of changes: the action, its reason, source location and cause.

use iac_lang::value::{Value, ValueMap};
use iac_plan::plan::{Action, ActionReason, Cause, ResourceChange};

use super::diff::{leaf, rule};
use super::visible;
/// The lines above a change.
pub(super) struct Heading {
    /// `aws_vpc.main will be created`
    pub(super) what: String,
    /// Further lines, without line breaks.
    pub(super) notes: Vec<String>,
    /// The edits that caused the change.
    pub(super) cause: Option<String>,
}

pub(super) fn heading(change: &ResourceChange) -> Heading {
    let address = visible(&change.address);
    let deposed = match &change.deposed {
        Some(key) => format!(" (deposed object {})", visible(key)),
        None => String::new(),
    };
    let mut notes = Vec::new();
    if let Some(deferred) = change.deferred {
        notes.push(format!("deferred to a later plan, because {}", deferred.reason()));
    }
    notes.extend(reason(change));
    if let Some(previous) = &change.previous_address
        && change.action != Action::NoOp
    {
        notes.push(format!("moved from {}", visible(previous)));
    }
    if let Some(id) = &change.importing
        && change.action != Action::NoOp
    {
        notes.push(format!("imported from {}", visible(id)));
    }
    notes.extend(details(change));
    notes.extend(rule_of_group(change));
    for undecided in change.undecided.iter().filter(|each| each.path.0.is_empty()) {
        notes.push(format!("undecided: {}", visible(&undecided.reason)));
    }
    Heading { what: format!("{address}{deposed} {}", verb(change)), notes, cause: cause(change) }
}

fn verb(change: &ResourceChange) -> String {
    match (change.action, change.reason) {
        (Action::NoOp, _) => match (&change.previous_address, &change.importing) {
            (Some(previous), _) => format!("has moved from {}", visible(previous)),
            (None, Some(id)) => format!("will be imported from {}", visible(id)),
            (None, None) if change.deferred.is_some() => "does not change".to_owned(),
            (None, None) => "may change".to_owned(),
        },
        (action, _) if !change.is_action_certain() => match action {
            Action::DeleteThenCreate | Action::CreateThenDelete => "may be replaced".to_owned(),
            _ => "may be updated in-place".to_owned(),
        },
        (Action::Create, _) => "will be created".to_owned(),
        (Action::Read, _) => "will be read during apply".to_owned(),
        (Action::Update, _) => "will be updated in-place".to_owned(),
        (Action::Delete, _) => "will be destroyed".to_owned(),
        (Action::DeleteThenCreate | Action::CreateThenDelete, reason) => {
            reason.and_then(ActionReason::replacement).unwrap_or("must be replaced").to_owned()
        }
        (Action::Forget, _) => "will no longer be managed, but will not be destroyed".to_owned(),
        (Action::CreateThenForget | Action::ForgetThenCreate, _) => {
            "must be replaced; the old object will no longer be managed, but will not be destroyed".to_owned()
        }
    }
}

/// Returns the source location of a change: the user's line, and the line in the construct.
pub(super) fn source(change: &ResourceChange) -> Option<String> {
    let source = visible(change.source.as_ref()?);
    Some(match &change.inner_source {
        Some(inner) => format!("{source}, in {}", visible(inner)),
        None => source,
    })
}

/// Returns notes about a changed identity and generated configuration.
fn details(change: &ResourceChange) -> Vec<String> {
    let Some(details) = &change.details else { return Vec::new() };
    let mut notes = Vec::new();
    if let (Some(before), Some(after)) = (&details.before_identity, &details.after_identity)
        && before != after
    {
        let line = |identity: &ValueMap| leaf(&Value::Object(identity.clone()));
        notes.push(format!("its identity changes: {} -> {}", line(before), line(after)));
    }
    if details.generated_config.is_some() {
        notes.push("its configuration is generated".to_owned());
    }
    notes
}

/// Returns the traffic that a security group rule allows, if the change is one of such a rule.
fn rule_of_group(change: &ResourceChange) -> Option<String> {
    let is_public = change.before_sensitive.is_empty() && change.after_sensitive.is_empty();
    let summary = |value| rule(value).filter(|_| is_public).map(visible);
    match (summary(&change.before), summary(&change.after)) {
        (Some(before), Some(after)) if before == after => Some(format!("allows {after}")),
        (Some(before), Some(after)) => Some(format!("allows {after}; allowed {before} before")),
        (None, Some(after)) => Some(format!("allows {after}")),
        (Some(before), None) if change.after.is_null() => Some(format!("allowed {before}")),
        _ => None,
    }
}

/// Returns the reason for an action, unless the verb contains it.
fn reason(change: &ResourceChange) -> Option<String> {
    change.reason?.explanation(&change.address).map(visible)
}

/// Returns the edits that caused a change, unless the change is itself the edit.
fn cause(change: &ResourceChange) -> Option<String> {
    let foreign: Vec<&Cause> = change.cause.iter().filter(|cause| cause.address != change.address).collect();
    if foreign.is_empty() {
        return None;
    }
    let step = |cause: &&Cause| {
        let mut place = visible(&cause.address);
        if !cause.path.0.is_empty() {
            place.push('.');
            place.push_str(&visible(&cause.path));
        }
        match &cause.via {
            Some(via) => format!("{place} through {}", visible(via)),
            None => place,
        }
    };
    Some(format!("caused by {}", foreign.iter().map(step).collect::<Vec<_>>().join(", by ")))
}
