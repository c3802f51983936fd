//! Exposures by a single argument, and by the removal of a guard.

use iac_lang::value::{AttributePath, PathStep, Value};
use iac_plan::plan::Action;

use super::rules::{ArgumentRule, Question};
use super::{Context, Exposure};
use crate::access::{Accounts, Addresses, matches};
use crate::review::hazards::changes::correlate::pairs;
use crate::review::hazards::changes::direction::Verdict;

/// Adds the exposures by single arguments of a resource that exists after the change.
pub(super) fn of_change(context: &Context<'_>, position: usize, found: &mut Vec<Exposure>) {
    let change = &context.plan.changes[position];
    let rules = &context.hazards.exposures.arguments;
    let of_type = rules.get(&change.address.resource_type).into_iter().flatten();
    let mut known: Vec<AttributePath> = Vec::new();
    for rule in of_type.chain(rules.get("*").into_iter().flatten()) {
        let path = path(rule);
        // The first rule that applies to an argument is the most specific.
        if known.contains(&path) || is_harmless(context, position, &path) {
            continue;
        }
        let judge = |(before, after): (Option<&Value>, Option<&Value>)| {
            let after = after
                .filter(|after| !after.peel().is_unknown() || !context.is_left_to_provider(change, &path));
            rule.question.judge(before, after, &context.accounts)
        };
        let verdicts =
            pairs(context.before(position), &change.after, &rule.path).into_iter().filter_map(judge);
        let Some(verdict) = verdicts.max() else { continue };
        known.push(path.clone());
        let detail = (verdict == Verdict::Harms).then(|| rule.what.to_string());
        found.push(Exposure { kind: rule.kind, change: position, path, detail });
    }
}

fn is_harmless(context: &Context<'_>, position: usize, path: &AttributePath) -> bool {
    let type_name = &context.plan.changes[position].address.resource_type;
    context
        .hazards
        .exposures
        .harmless
        .iter()
        .any(|(each, harmless)| each == type_name && **harmless == *path.names())
}

fn path(rule: &ArgumentRule) -> AttributePath {
    rule.path.iter().map(|step| PathStep::Name(step.name.clone())).collect()
}

/// Returns the exposure by the removal of a guard, unless what it guards is destroyed, too.
pub(super) fn of_removal(context: &Context<'_>, position: usize) -> Option<Exposure> {
    let change = &context.plan.changes[position];
    let (kind, what) = context.hazards.exposures.guards.get(&change.address.resource_type)?;
    let is_renamed = context.plan.changes.iter().any(|other| {
        other.action == Action::Create && other.address.resource_type == change.address.resource_type
    });
    let is_moot = is_renamed
        || context.plan.changes.iter().any(|other| {
            other.action == Action::Delete
                && other.address.resource_type != change.address.resource_type
                && names(&other.before).any(|name| strings(&change.before).any(|text| text == name))
        });
    (!is_moot).then(|| Exposure {
        kind: *kind,
        change: position,
        path: AttributePath::default(),
        detail: Some(what.to_string()),
    })
}

/// Returns the names by which others refer to a resource.
fn names(value: &Value) -> impl Iterator<Item = &str> {
    ["id", "arn", "name", "bucket"].into_iter().filter_map(|name| match value.member(name)?.peel() {
        Value::String(text) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    })
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.members().into_iter().flat_map(iac_lang::value::ValueMap::values).filter_map(|value| {
        match value.peel() {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        }
    })
}

impl Question {
    fn judge(&self, before: Option<&Value>, after: Option<&Value>, accounts: &Accounts) -> Option<Verdict> {
        let may_harm = after.is_some_and(|after| !after.is_wholly_known()).then_some(Verdict::MayHarm);
        let (old, new) = (elements(before), elements(after));
        let is_new = |text: &&String| !old.contains(text);
        let harms = match self {
            Self::Direction(direction) => return direction.judge(before, after),
            Self::Names { patterns, except } => {
                let is_match = |text: &&String| {
                    patterns.iter().any(|pattern| is_named(pattern, text))
                        && !except.iter().any(|pattern| is_named(pattern, text))
                };
                new.iter().filter(is_new).any(|text| is_match(&text))
            }
            Self::Drops(pattern) => {
                let is_in = |texts: &[String]| texts.iter().any(|text| is_named(pattern, text));
                is_in(&old) && !is_in(&new)
            }
            Self::NamesOthers => new.iter().filter(is_new).any(|text| is_other(text, accounts)),
            Self::Internet => {
                let addresses = |texts: &[String]| Addresses::of(texts.iter().map(|text| without_word(text)));
                addresses(&new).is_internet() && !addresses(&old).is_internet()
            }
        };
        if harms { Some(Verdict::Harms) } else { may_harm }
    }
}

/// Matches a pattern. `\*` stands for the wildcard itself.
fn is_named(pattern: &str, text: &str) -> bool {
    if pattern == "\\*" { text == "*" } else { matches(pattern, text) }
}

/// Returns the network for the words that providers use for the internet.
pub(super) fn without_word(text: &str) -> &str {
    match text.to_ascii_lowercase().as_str() {
        "*" | "any" | "all" | "internet" | "0.0.0.0" => "0.0.0.0/0",
        "::" => "::/0",
        _ => text,
    }
}

/// Returns `true` if a principal is another account, or all accounts.
fn is_other(text: &str, accounts: &Accounts) -> bool {
    if text == "*" || text.eq_ignore_ascii_case("all") {
        return true;
    }
    if !text.starts_with("arn:") {
        return accounts.is_foreign(text);
    }
    let mut parts = text.splitn(6, ':').skip(2);
    // The organization is the one that the account is in.
    parts.next() != Some("organizations") && parts.nth(1).is_some_and(|account| accounts.is_foreign(account))
}

/// Returns the known strings of a value, or of its elements. A string may be a list itself.
pub(super) fn elements(value: Option<&Value>) -> Vec<String> {
    match value.map(Value::peel) {
        Some(Value::String(text)) => text.split(',').map(|part| part.trim().to_owned()).collect(),
        Some(Value::Number(number)) => vec![number.to_string()],
        Some(Value::Bool(value)) => vec![value.to_string()],
        Some(Value::List(values) | Value::Set(values) | Value::Tuple(values)) => {
            values.iter().flat_map(|value| elements(Some(value))).collect()
        }
        _ => Vec::new(),
    }
}
