//! Redaction by path, and by copies of known secrets.

use std::collections::HashSet;

use super::super::value::{element_of, member_of};
use super::{marker, redacted, slot};
use crate::credential::has_credential;
use crate::plan::Plan;
use crate::plan::secret::{REDACTED, REDACTED_CHANGED, SchemaSecrets, Secrets, parts};
use iac_core::text::Text;
use iac_lang::value::{PathStep, Value, ValueMap};

/// Shorter strings occur elsewhere by chance.
const SHORTEST: usize = 6;

/// The secret strings of a plan.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    texts: HashSet<Text>,
}

impl Hidden {
    pub(super) fn of(plan: &Plan, schemas: &SchemaSecrets) -> Self {
        let mut texts: HashSet<Text> = HashSet::new();
        for change in plan.changes.iter().chain(&plan.drift) {
            let schema = schemas.get(change.schema.as_ref());
            texts_of(&change.before, &Secrets::new(schema, &change.before_sensitive), &mut texts);
            texts_of(&change.after, &Secrets::new(schema, &change.after_sensitive), &mut texts);
        }
        for output in &plan.outputs {
            texts_of(&output.before, &Secrets::whole(output.before_sensitive), &mut texts);
            texts_of(&output.after, &Secrets::whole(output.after_sensitive), &mut texts);
        }
        for invocation in &plan.invocations {
            texts_of(&invocation.config, &Secrets::new(None, &invocation.config_sensitive), &mut texts);
        }
        Self { texts }
    }

    /// Returns true if a string is a known secret or looks like a credential.
    pub(super) fn is_secret(&self, text: &Text) -> bool {
        self.texts.contains(text) || has_credential(text)
    }

    /// Redacts all strings that are secrets.
    pub(super) fn hide_copies(&self, value: &mut Value) {
        match value {
            Value::String(text) if self.is_secret(text) => *value = redacted(),
            Value::Tuple(elements) | Value::List(elements) | Value::Set(elements) => {
                for element in elements {
                    self.hide_copies(element);
                }
            }
            Value::Object(members) | Value::Map(members) => {
                for (_, member) in members.iter_mut() {
                    self.hide_copies(member);
                }
            }
            _ => {}
        }
    }
}

/// Collects the strings at secret paths. A mark on a set does not tell which part of an element is secret; names in
/// it are not.
fn texts_of(value: &Value, secrets: &Secrets<'_>, texts: &mut HashSet<Text>) {
    if secrets.is_empty() {
        return;
    }
    match value {
        Value::Set(elements) => {
            let secrets = secrets.of_schema();
            for element in elements {
                texts_of(element, &secrets, texts);
            }
        }
        // The plan may already be redacted.
        Value::String(text) if *text == REDACTED || *text == REDACTED_CHANGED => {}
        Value::String(text) if secrets.covers(value) && text.len() >= SHORTEST => {
            texts.insert(text.clone());
        }
        _ if secrets.is_marked(None) => {
            parts(value, |_, part| texts_of(part, &Secrets::whole(true), texts));
        }
        _ => parts(value, |step, part| texts_of(part, &secrets.part(value, step), texts)),
    }
}

/// Redacts a value of the document. `typed` is the same value with its types; `before` is the prior value, if changed
/// secrets should be distinguished from unchanged ones.
pub(super) fn hide(value: &mut Value, typed: &Value, secrets: &Secrets<'_>, before: Option<&Value>) {
    if secrets.is_empty() {
        return;
    }
    if secrets.covers(typed) {
        if !value.is_null() {
            let is_changed = before.is_some_and(|before| before != typed);
            *value = Value::String(Text::from_static(marker(is_changed)));
        }
        return;
    }
    match (value, typed) {
        (Value::Tuple(elements), Value::List(typed) | Value::Tuple(typed)) => {
            for (index, (element, typed)) in elements.iter_mut().zip(typed).enumerate() {
                let before = before.map(|before| element_of(before, index));
                hide(element, typed, &secrets.index(index), before);
            }
        }
        (Value::Object(members), Value::Object(parts) | Value::Map(parts)) => {
            for (name, member) in members.iter_mut() {
                if let Some(part) = parts.get(name) {
                    let inside = secrets.part(typed, &PathStep::Name(name.clone()));
                    hide(member, part, &inside, before.map(|before| member_of(before, name)));
                }
            }
        }
        _ => {}
    }
}

/// Adds the redacted paths of a value to its mask.
pub(super) fn flags(mask: &mut Value, typed: &Value, secrets: &Secrets<'_>) {
    if secrets.is_empty() || *mask == Value::Bool(true) {
        return;
    }
    if secrets.covers(typed) {
        *mask = Value::Bool(true);
        return;
    }
    match typed {
        Value::Object(parts) | Value::Map(parts) => {
            for (name, part) in parts.iter() {
                let inside = secrets.part(typed, &PathStep::Name(name.clone()));
                if covers_any(part, &inside) {
                    flags(slot(mask, name), part, &inside);
                }
            }
        }
        Value::List(parts) | Value::Tuple(parts) => {
            for (index, part) in parts.iter().enumerate() {
                let inside = secrets.index(index);
                if covers_any(part, &inside) {
                    if !matches!(mask, Value::Tuple(_)) {
                        *mask = Value::Tuple(Vec::new());
                    }
                    let Value::Tuple(elements) = mask else { return };
                    while elements.len() < parts.len() {
                        elements.push(Value::Bool(false));
                    }
                    flags(&mut elements[index], part, &inside);
                }
            }
        }
        _ => {}
    }
}

/// Returns true if any part of a value is redacted.
pub(super) fn covers_any(typed: &Value, secrets: &Secrets<'_>) -> bool {
    if secrets.is_empty() {
        return false;
    }
    secrets.covers(typed)
        || match typed {
            Value::Object(parts) | Value::Map(parts) => {
                let inside = |name: &Text| secrets.part(typed, &PathStep::Name(name.clone()));
                parts.iter().any(|(name, part)| covers_any(part, &inside(name)))
            }
            Value::List(parts) | Value::Tuple(parts) => {
                parts.iter().enumerate().any(|(index, part)| covers_any(part, &secrets.index(index)))
            }
            _ => false,
        }
}

/// Converts objects to maps, recursively: their keys are chosen by users and describe their values.
pub(super) fn as_maps(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let maps: ValueMap =
                members.iter().map(|(name, member)| (name.clone(), as_maps(member))).collect();
            Value::Map(maps)
        }
        Value::Tuple(elements) => Value::Tuple(elements.iter().map(as_maps).collect()),
        other => other.clone(),
    }
}
