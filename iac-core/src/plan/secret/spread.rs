//! Secrets that a provider copies: from `tags` to `tags_all`, from a name to an ARN.

use super::{SchemaSecrets, Secrets};
use crate::plan::Plan;
use crate::value::{AttributePath, PathStep, Value};

/// Texts that are shorter are no secrets, and stand everywhere.
const SHORTEST: usize = 4;

/// Marks the places of a change where a secret of the same resource stands, be it as a part of a longer text. Terraform
/// marks only the place that a secret was written to, and shows what the provider made of it.
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
        let mut texts = Vec::new();
        gather(&change.before, &before, &mut texts);
        gather(&change.after, &after, &mut texts);
        let texts = distinct(texts);
        if texts.is_empty() {
            continue;
        }
        let (before, after) =
            (places(&change.before, &before, &texts), places(&change.after, &after, &texts));
        change.before_sensitive.extend(before);
        change.after_sensitive.extend(after);
    }
}

/// The places of a value where a secret of the same value stands, be it as a part of a longer text.
pub(crate) fn copies(value: &Value, secrets: &Secrets<'_>) -> Vec<AttributePath> {
    let mut texts = Vec::new();
    gather(value, secrets, &mut texts);
    let texts = distinct(texts);
    if texts.is_empty() { Vec::new() } else { places(value, secrets, &texts) }
}

fn distinct(mut texts: Vec<&str>) -> Vec<&str> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn places(value: &Value, secrets: &Secrets<'_>, texts: &[&str]) -> Vec<AttributePath> {
    let mut found = Vec::new();
    find(value, secrets, texts, &mut Vec::new(), &mut found);
    found
}

/// The texts that stand in secret places.
fn gather<'v>(value: &'v Value, secrets: &Secrets<'_>, texts: &mut Vec<&'v str>) {
    if secrets.is_empty() {
        return;
    }
    if secrets.covers(value) {
        return all(value, texts);
    }
    parts(value, |step, part| gather(part, &secrets.part(value, step), texts));
}

fn all<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::String(text) if text.len() >= SHORTEST => texts.push(text),
        Value::Sensitive(value) => all(value, texts),
        value => parts(value, |_, part| all(part, texts)),
    }
}

/// The places that hold one of the texts and are not secret yet. Of a set it is the whole.
fn find(
    value: &Value,
    secrets: &Secrets<'_>,
    texts: &[&str],
    at: &mut Vec<PathStep>,
    found: &mut Vec<AttributePath>,
) {
    if secrets.covers(value) {
        return;
    }
    match value {
        Value::String(text) if texts.iter().any(|secret| text.contains(secret)) => {
            found.push(AttributePath(at.clone()));
        }
        Value::Set(elements) => {
            let mut inside = Vec::new();
            for element in elements {
                find(element, &Secrets::whole(false), texts, &mut Vec::new(), &mut inside);
            }
            if !inside.is_empty() {
                found.push(AttributePath(at.clone()));
            }
        }
        value => parts(value, |step, part| {
            at.push(step.clone());
            find(part, &secrets.part(value, step), texts, at, found);
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
