//! Changes ordered by danger, with equal changes folded into one.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use iac_core::address::ResourceMode;
use iac_lang::value::Value;
use iac_plan::plan::{Action, Plan, ResourceChange};

use super::danger::danger;
use super::{Danger, Hazards, Reason};

/// Equal changes of resources of the same type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fold {
    /// The positions in [`Plan::changes`], in order. Never empty.
    pub changes: Vec<usize>,
    /// The danger of each of the changes.
    pub danger: Danger,
    /// The reasons for the danger.
    pub reasons: Vec<Reason>,
}

/// Folds the changes of a plan, ordered by danger, then by address.
pub(super) fn folds(plan: &Plan, hazards: &Hazards) -> Vec<Fold> {
    let mut folds: Vec<Fold> = Vec::new();
    let mut by_effect: HashMap<u64, Vec<usize>> = HashMap::new();
    for (position, change) in plan.changes.iter().enumerate() {
        if !is_shown(change) {
            continue;
        }
        let (danger, reasons) = danger(change, hazards);
        if change.action == Action::Update && change.undecided.is_empty() {
            // The hash only finds candidates for comparison.
            let candidates = by_effect.entry(effect(change)).or_default();
            let same = candidates.iter().copied().find(|fold| {
                let first = &plan.changes[folds[*fold].changes[0]];
                is_same(first, change) && folds[*fold].reasons == reasons
            });
            if let Some(fold) = same {
                folds[fold].changes.push(position);
                continue;
            }
            candidates.push(folds.len());
        }
        folds.push(Fold { changes: vec![position], danger, reasons });
    }
    folds.sort_by_key(|fold| (Reverse(fold.danger), fold.changes[0]));
    folds
}

/// Returns `true` if reports show the change: an unchanged resource only if it is moved, imported or undecided.
pub(crate) fn is_shown(change: &ResourceChange) -> bool {
    change.address.mode != ResourceMode::Ephemeral
        && (change.action != Action::NoOp
            || change.previous_address.is_some()
            || change.importing.is_some()
            || change.deferred.is_some()
            || !change.undecided.is_empty())
}

/// Returns the attributes that differ, with their values before and after.
fn differing(change: &ResourceChange) -> impl Iterator<Item = (&str, Option<&Value>, &Value)> {
    let before = change.before.members();
    change.after.members().into_iter().flat_map(move |after| {
        after.iter().filter_map(move |(name, after)| {
            let before = before.and_then(|before| before.get(name));
            (before != Some(after)).then_some((name.as_str(), before, after))
        })
    })
}

fn effect(change: &ResourceChange) -> u64 {
    let mut hasher = DefaultHasher::new();
    change.address.resource_type.hash(&mut hasher);
    change.address.mode.hash(&mut hasher);
    for (name, _, after) in differing(change) {
        name.hash(&mut hasher);
        if let Value::String(text) = after {
            text.hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn is_same(left: &ResourceChange, right: &ResourceChange) -> bool {
    left.address.resource_type == right.address.resource_type
        && left.address.mode == right.address.mode
        && left.action == right.action
        && left.reason == right.reason
        && left.deferred == right.deferred
        && left.importing.is_none()
        && right.importing.is_none()
        && left.previous_address.is_none()
        && right.previous_address.is_none()
        && left.before_sensitive == right.before_sensitive
        && left.after_sensitive == right.after_sensitive
        && differing(left).eq(differing(right))
}
