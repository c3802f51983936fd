//! `undecided_instances`: blocks whose instances could not be decided. Only plans of this program have them.

use super::entry::{Entry, Unknown};
use super::{ReadPlanError, change};
use crate::plan::{Action, UndecidedInstances};
use iac_lang::value::Value;

/// Reads the blocks whose instances are undecided.
pub(super) fn undecided_instances(
    document: Entry<'_>,
    unknown: &mut Unknown,
) -> Result<Vec<UndecidedInstances>, ReadPlanError> {
    const LIST: &str = "undecided_instances";
    const MEMBERS: [&str; 4] = ["address", "possible_actions", "source", "undecided"];
    let mut instances = Vec::new();
    for entry in document.objects(LIST)? {
        let entry = entry?.named(LIST).only(&MEMBERS, LIST, unknown);
        let address = entry.text("address")?.ok_or_else(|| entry.wrong("address", "missing"))?;
        let actions = entry.list("possible_actions")?.iter().map(|words| action(entry, words));
        let reason = change::undecided(entry)?.into_iter().next();
        instances.push(UndecidedInstances {
            address: address.into(),
            actions: actions.collect::<Result<_, _>>()?,
            reason: reason.map(|undecided| undecided.reason).unwrap_or_default(),
            source: change::source(entry.object("source")?)?,
        });
    }
    Ok(instances)
}

fn action(entry: Entry<'_>, words: &Value) -> Result<Action, ReadPlanError> {
    let wrong = || entry.wrong("possible_actions", "unknown combination");
    let words = words.elements().iter().map(|word| match word {
        Value::String(word) => Some(word.as_str()),
        _ => None,
    });
    words.collect::<Option<Vec<_>>>().and_then(|words| Action::of_words(&words)).ok_or_else(wrong)
}
