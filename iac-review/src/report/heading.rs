//! Headings of changes: the action, its reason, source location and cause.

use iac_core::address::ResourceMode;
use iac_plan::plan::{Action, ActionReason, Cause, ResourceChange};

use super::diff::rule;
use super::visible;

/// The lines above a change.
pub(super) struct Heading {
    /// `aws_vpc.main will be created`
    pub(super) what: String,
    /// Further lines, without line breaks.
    pub(super) notes: Vec<String>,
}

/// Returns the symbol of an action, padded to three characters.
pub(super) const fn symbol(action: Action) -> &'static str {
    match action {
        Action::NoOp => "   ",
        Action::Create => "  +",
        Action::Read => " <=",
        Action::Update => "  ~",
        Action::Delete => "  -",
        Action::DeleteThenCreate => "-/+",
        Action::CreateThenDelete => "+/-",
        Action::Forget => "  .",
    }
}

pub(super) fn heading(change: &ResourceChange) -> Heading {
    let address = visible(&change.address);
    let deposed = match &change.deposed {
        Some(key) => format!(" (deposed object {})", visible(key)),
        None => String::new(),
    };
    let mut notes = Vec::new();
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
    notes.extend(rule_of_group(change));
    notes.extend(cause(change));
    for undecided in change.undecided.iter().filter(|each| each.path.0.is_empty()) {
        notes.push(format!("undecided: {}", visible(&undecided.reason)));
    }
    Heading { what: format!("{address}{deposed} {}", verb(change)), notes }
}

fn verb(change: &ResourceChange) -> String {
    match (change.action, change.reason) {
        (Action::NoOp, _) => match (&change.previous_address, &change.importing) {
            (Some(previous), _) => format!("has moved from {}", visible(previous)),
            (None, Some(id)) => format!("will be imported from {}", visible(id)),
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
        (Action::DeleteThenCreate | Action::CreateThenDelete, reason) => match reason {
            Some(ActionReason::ReplaceBecauseTainted) => "is tainted, so it must be replaced",
            Some(ActionReason::ReplaceByRequest) => "will be replaced, as requested",
            Some(ActionReason::ReplaceByTriggers) => {
                "will be replaced due to changes in replace_triggered_by"
            }
            _ => "must be replaced",
        }
        .to_owned(),
        (Action::Forget, _) => "will no longer be managed, but will not be destroyed".to_owned(),
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
    let address = &change.address;
    let key = || address.key.as_ref().map(ToString::to_string).unwrap_or_default();
    Some(match change.reason? {
        ActionReason::ReplaceBecauseTainted
        | ActionReason::ReplaceByRequest
        | ActionReason::ReplaceByTriggers
        | ActionReason::ReplaceBecauseCannotUpdate => return None,
        ActionReason::DeleteBecauseNoResourceConfig => match address.mode {
            ResourceMode::Managed => "because it is not in the configuration",
            _ => "because the data source is not in the configuration",
        }
        .to_owned(),
        ActionReason::DeleteBecauseWrongRepetition => match address.key {
            None => "because the resource now uses count or for_each".to_owned(),
            Some(_) => format!("because the resource no longer has an instance [{}]", visible(key())),
        },
        ActionReason::DeleteBecauseCountIndex => {
            format!("because index [{}] is out of range for count", visible(key()))
        }
        ActionReason::DeleteBecauseEachKey => format!("because key [{}] is not in for_each", visible(key())),
        ActionReason::DeleteBecauseNoModule => "because its module is not in the configuration".to_owned(),
        ActionReason::DeleteBecauseNoMoveTarget => {
            "because it was moved to an address that is not in the configuration".to_owned()
        }
        ActionReason::ReadBecauseConfigUnknown => {
            "because its configuration refers to values known only after apply".to_owned()
        }
        ActionReason::ReadBecauseDependencyPending => {
            "because it depends on a resource with pending changes".to_owned()
        }
        ActionReason::ReadBecauseCheckNested => {
            "because a check block reads it at the end of apply".to_owned()
        }
    })
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
