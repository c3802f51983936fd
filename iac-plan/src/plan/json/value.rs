//! Writing of values without unknown and sensitive parts, and of the flags that mark those parts.

use iac_lang::value::{Value, ValueMap};

use super::writer::Writer;
use crate::plan::secret::{REDACTED, REDACTED_CHANGED, Secrets};

impl Writer {
    /// Writes a value. `before` is the prior value, if changed sensitive values should be distinguished from
    /// unchanged ones.
    pub(super) fn value(&mut self, value: &Value, secrets: &Secrets<'_>, before: Option<&Value>) {
        if secrets.is_empty() {
            return self.plain(value);
        }
        if secrets.covers(value) {
            let is_changed = before.is_some_and(|before| before != value);
            return self.string(if is_changed { REDACTED_CHANGED } else { REDACTED });
        }
        match value {
            Value::List(elements) | Value::Tuple(elements) => {
                self.begin_array();
                for (index, element) in elements.iter().enumerate() {
                    let before = before.map(|before| element_of(before, index));
                    self.value(element, &secrets.index(index), before);
                }
                self.end_array();
            }
            Value::Object(attributes) => {
                self.members(attributes, before, |name| secrets.name(name));
            }
            Value::Map(elements) => self.members(elements, before, |key| secrets.key(key)),
            _ => self.plain(value),
        }
    }

    fn members<'s>(
        &mut self,
        members: &ValueMap,
        before: Option<&Value>,
        secrets: impl Fn(&str) -> Secrets<'s>,
    ) {
        self.begin_object();
        for (name, value) in members.iter().filter(|(_, value)| **value != Value::UNKNOWN) {
            self.key(name);
            self.value(value, &secrets(name), before.map(|before| member_of(before, name)));
        }
        self.end_object();
    }

    fn plain(&mut self, value: &Value) {
        match value {
            // Unknown attributes are omitted by the caller; unknown elements keep their position as null.
            Value::Null | Value::Unknown(_) => self.null(),
            Value::Bool(value) => self.bool(*value),
            Value::Number(number) => self.number(number),
            Value::String(text) => self.string(text),
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                self.begin_array();
                for element in elements {
                    self.plain(element);
                }
                self.end_array();
            }
            Value::Map(elements) | Value::Object(elements) => {
                self.begin_object();
                for (name, value) in elements.iter() {
                    if !matches!(value, Value::Unknown(_)) {
                        self.key(name);
                        self.plain(value);
                    }
                }
                self.end_object();
            }
            Value::Sensitive(_) => self.string(REDACTED),
        }
    }

    /// Writes the flags of unknown values: `true` for each, and nothing for attributes and elements without any.
    /// Returns whether there is any.
    pub(super) fn unknown(&mut self, value: &Value) -> bool {
        match value {
            Value::Unknown(_) => {
                self.bool(true);
                true
            }
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                self.flags_of_list(elements, |writer, element, _| writer.unknown(element))
            }
            Value::Map(elements) | Value::Object(elements) => {
                self.flags_of_members(elements, |writer, _, value| writer.unknown(value))
            }
            Value::Sensitive(value) => self.unknown(value),
            _ => {
                self.bool(false);
                false
            }
        }
    }

    /// Writes the flags of sensitive values, in the same form.
    pub(super) fn sensitive(&mut self, value: &Value, secrets: &Secrets<'_>) -> bool {
        if secrets.is_marked(Some(value)) {
            self.bool(true);
            return true;
        }
        match value {
            Value::List(elements) | Value::Tuple(elements) => self
                .flags_of_list(elements, |writer, element, index| {
                    writer.sensitive(element, &secrets.index(index))
                }),
            Value::Set(_) => self.flags_of_list(&[], |_, _, _| false),
            Value::Object(attributes) => self.flags_of_members(attributes, |writer, name, value| {
                writer.sensitive(value, &secrets.name(name))
            }),
            Value::Map(elements) => self
                .flags_of_members(elements, |writer, key, value| writer.sensitive(value, &secrets.key(key))),
            _ => {
                self.bool(false);
                false
            }
        }
    }

    fn flags_of_list(
        &mut self,
        elements: &[Value],
        mut flag: impl FnMut(&mut Self, &Value, usize) -> bool,
    ) -> bool {
        self.begin_array();
        let empty = self.mark();
        let mut any = false;
        for (index, element) in elements.iter().enumerate() {
            any |= flag(self, element, index);
        }
        if !any {
            self.rewind(empty);
        }
        self.end_array();
        any
    }

    fn flags_of_members(
        &mut self,
        members: &ValueMap,
        mut flag: impl FnMut(&mut Self, &str, &Value) -> bool,
    ) -> bool {
        self.begin_object();
        let mut any = false;
        for (name, value) in members.iter() {
            let before = self.mark();
            self.key(name);
            if flag(self, name, value) {
                any = true;
            } else {
                self.rewind(before);
            }
        }
        self.end_object();
        any
    }
}

/// Returns the same element of the prior value; null if there is none.
pub(super) fn element_of(before: &Value, index: usize) -> &Value {
    match before {
        Value::List(elements) | Value::Tuple(elements) => elements.get(index).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}

/// Returns the same attribute or element of the prior value; null if there is none.
pub(super) fn member_of<'v>(before: &'v Value, name: &str) -> &'v Value {
    match before {
        Value::Object(members) | Value::Map(members) => members.get(name).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}
