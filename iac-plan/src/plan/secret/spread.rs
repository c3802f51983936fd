//! Sensitive values that a provider copies: from `tags` to `tags_all`, from a name to an ARN.

use iac_lang::value::{AttributePath, PathStep, Value};

use super::{SchemaSecrets, Secrets};
use crate::plan::{OutputChange, Plan};

/// The minimum length. Shorter strings are not secrets and occur everywhere.
const MIN_LENGTH: usize = 4;

/// Marks the paths of a change that contain a sensitive string of the same resource, even as a part of a longer
/// string. Terraform marks only the attribute that the sensitive value was assigned to, and shows the provider's
/// copies.
pub(crate) fn spread(plan: &mut Plan) {
    let changes = || plan.changes.iter().chain(&plan.drift);
    let schemas = SchemaSecrets::of(changes().map(|change| change.schema.as_ref()));
    for change in plan.changes.iter_mut().chain(&mut plan.drift) {
        let schema = schemas.get(change.schema.as_ref());
        let before = Secrets::new(schema, &change.before_sensitive);
        let after = Secrets::new(schema, &change.after_sensitive);
        if before.is_empty() && after.is_empty() {
            continue;
        }
        let mut strings = Vec::new();
        gather(&change.before, &before, &mut strings);
        gather(&change.after, &after, &mut strings);
        let strings = distinct(strings);
        if strings.is_empty() {
            continue;
        }
        let (before, after) =
            (places(&change.before, &before, &strings), places(&change.after, &after, &strings));
        change.before_sensitive.extend(before);
        change.after_sensitive.extend(after);
    }
}

/// Marks the paths of all changes and outputs that contain a string of one of these values, except for outputs that are
/// `shown` on purpose.
pub(crate) fn hide(plan: &mut Plan, values: &[Value], shown: impl Fn(&OutputChange) -> bool) {
    let mut strings = Vec::new();
    for value in values {
        all(value, &mut strings);
    }
    let strings = distinct(strings);
    if strings.is_empty() {
        return;
    }
    let schemas =
        SchemaSecrets::of(plan.changes.iter().chain(&plan.drift).map(|change| change.schema.as_ref()));
    for change in plan.changes.iter_mut().chain(&mut plan.drift) {
        let schema = schemas.get(change.schema.as_ref());
        let before = places(&change.before, &Secrets::new(schema, &change.before_sensitive), &strings);
        let after = places(&change.after, &Secrets::new(schema, &change.after_sensitive), &strings);
        change.before_sensitive.extend(before);
        change.after_sensitive.extend(after);
    }
    for output in &mut plan.outputs {
        let nothing = Secrets::whole(false);
        output.before_sensitive |= !places(&output.before, &nothing, &strings).is_empty();
        output.after_sensitive |= !shown(output) && !places(&output.after, &nothing, &strings).is_empty();
    }
}

/// Returns the paths in a value that contain a copy of one of its own secrets, also as a part of a longer string.
pub(crate) fn copies(value: &Value, secrets: &Secrets<'_>) -> Vec<AttributePath> {
    let mut strings = Vec::new();
    gather(value, secrets, &mut strings);
    let strings = distinct(strings);
    if strings.is_empty() { Vec::new() } else { places(value, secrets, &strings) }
}

fn distinct(mut strings: Vec<&str>) -> Vec<&str> {
    strings.sort_unstable();
    strings.dedup();
    strings
}

fn places(value: &Value, secrets: &Secrets<'_>, strings: &[&str]) -> Vec<AttributePath> {
    let mut found = Vec::new();
    find(value, secrets, strings, &mut Vec::new(), &mut found);
    found
}

/// Collects the strings at sensitive paths.
pub(super) fn gather<'v>(value: &'v Value, secrets: &Secrets<'_>, strings: &mut Vec<&'v str>) {
    if secrets.is_empty() {
        return;
    }
    if secrets.covers(value) {
        return all(value, strings);
    }
    parts(value, |step, part| gather(part, &secrets.part(value, step), strings));
}

fn all<'v>(value: &'v Value, strings: &mut Vec<&'v str>) {
    match value {
        Value::String(string) if string.len() >= MIN_LENGTH => strings.push(string),
        Value::Sensitive(value) => all(value, strings),
        value => parts(value, |_, part| all(part, strings)),
    }
}

/// Finds the paths that contain one of the strings and are not sensitive yet. Inside a set, that is the whole set.
fn find(
    value: &Value,
    secrets: &Secrets<'_>,
    strings: &[&str],
    at: &mut Vec<PathStep>,
    found: &mut Vec<AttributePath>,
) {
    if secrets.covers(value) {
        return;
    }
    match value {
        Value::String(string) if strings.iter().any(|secret| string.contains(secret)) => {
            found.push(AttributePath(at.clone()));
        }
        Value::Set(elements) => {
            let mut inside = Vec::new();
            for element in elements {
                find(element, &Secrets::whole(false), strings, &mut Vec::new(), &mut inside);
            }
            if !inside.is_empty() {
                found.push(AttributePath(at.clone()));
            }
        }
        value => parts(value, |step, part| {
            at.push(step.clone());
            find(part, &secrets.part(value, step), strings, at, found);
            at.pop();
        }),
    }
}

pub(crate) fn parts<'v>(value: &'v Value, mut each: impl FnMut(&PathStep, &'v Value)) {
    match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            for (index, element) in elements.iter().enumerate() {
                each(&PathStep::Index(index), element);
            }
        }
        Value::Map(members) | Value::Object(members) => {
            for (name, member) in members.iter() {
                each(&PathStep::Name(name.clone()), member);
            }
        }
        _ => {}
    }
}
