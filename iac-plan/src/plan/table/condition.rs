//! Conditions of a provider's code, evaluated for one resource.
//!
//! They are expressions in prefix notation (see `iac_schema::model::Hooks`) over the prior, planned and configured
//! values. Evaluation follows the provider SDK, to which unknown, null, empty and zero are the same. An expression that
//! cannot be evaluated has no result, and so has everything that depends on it.

use std::cmp::Ordering;

use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::{Number, PathStep, Value};

use super::equal::text;
use super::legacy::elements;
use super::literal;
use super::tags::TAGS_ALL;
use crate::schema::{Attribute, Block, ForceNew, Literal, Schema, StateFunc};

/// The values that conditions of a resource refer to.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    /// The value in the state; null at creation.
    pub(super) prior: &'a Value,
    /// The planned value, as far as it is known by now.
    pub(super) planned: &'a Value,
    /// The configured value.
    pub(super) config: &'a Value,
    /// The schema.
    pub(super) schema: &'a Schema,
}

/// The argument that a condition belongs to.
#[derive(Clone, Copy, Default)]
pub(super) struct Place<'a> {
    /// Its path, whose indices tell which block `get` means.
    pub(super) path: &'a [PathStep],
    /// Its prior and new value in the notation of the SDK, if they have one.
    pub(super) change: Option<(&'a str, &'a str)>,
    /// True while arguments are compared one by one. Then, an unknown string has a value to the provider, and an
    /// argument that is not set has its default, or else its prior value.
    pub(super) is_comparing: bool,
    /// The names on the path of each argument that changes.
    pub(super) changed: &'a [Vec<Text>],
}

/// The SDK's representation of an unknown string.
pub(super) const UNKNOWN: &str = "74D93920-ED26-11E3-AC10-0800200C9A66";

/// Returns whether a condition holds; `None` if that cannot be told.
pub(super) fn holds(condition: &Literal, values: Values<'_>, place: Place<'_>) -> Option<bool> {
    if !mentions(condition, "key") {
        return Evaluation { values, place, key: None }.truth(condition);
    }
    // The condition is about each of the changes.
    let mut result = Some(false);
    for names in place.changed.iter().filter(|names| names.first().is_none_or(|name| *name != TAGS_ALL)) {
        let key = names.iter().map(Text::as_str).collect::<Vec<_>>().join(".");
        match (Evaluation { values, place, key: Some(&key) }.truth(condition)) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

/// Returns true if an expression uses an operator.
fn mentions(expression: &Literal, operator: &str) -> bool {
    let Literal::List(items) = expression else { return false };
    matches!(items.first(), Some(Literal::String(head)) if head == operator)
        || items.iter().any(|item| mentions(item, operator))
}

/// Returns the value of an expression; `None` if it cannot be evaluated.
pub(super) fn value(expression: &Literal, values: Values<'_>, place: Place<'_>) -> Option<Value> {
    Evaluation { values, place, key: None }.value(expression)
}

struct Evaluation<'a> {
    values: Values<'a>,
    place: Place<'a>,
    /// The change that the condition is about.
    key: Option<&'a str>,
}

/// A side of the resource.
#[derive(Clone, Copy)]
enum Side {
    Prior,
    Planned,
    Config,
}

impl Evaluation<'_> {
    fn truth(&self, condition: &Literal) -> Option<bool> {
        let Literal::List(items) = condition else {
            return self.value(condition).map(|value| !value.is_zero());
        };
        let (head, arguments) = split(items)?;
        match head {
            "and" => self.all(arguments, true),
            "or" => self.all(arguments, false).map(|none| !none),
            "not" => self.truth(arguments.first()?).map(|value| !value),
            "creating" => Some(self.values.prior.is_null()),
            "updating" => Some(!self.values.prior.is_null()),
            "destroying" | "err" => Some(false),
            "set" => self.at(Side::Planned, arguments.first()?).map(|value| !value.is_zero()),
            "null" => self.raw(arguments.first()?).map(|value| value.is_null()),
            "known" => self.raw(arguments.first()?).map(|value| value.is_wholly_known()),
            "changed" | "changed_after_state_func" => self.changed(arguments.first()?),
            "==" => self.equal(arguments),
            "!=" => self.equal(arguments).map(|equal| !equal),
            "<" => self.order(arguments).map(Ordering::is_lt),
            "<=" => self.order(arguments).map(Ordering::is_le),
            ">" => self.order(arguments).map(Ordering::is_gt),
            ">=" => self.order(arguments).map(Ordering::is_ge),
            "in" => self.is_in(arguments),
            "prefix" => self.strings(arguments, |text, part| text.starts_with(part)),
            "suffix" => self.strings(arguments, |text, part| text.ends_with(part)),
            "contains" => self.contains(arguments),
            "fold_eq" => self.strings(arguments, |left, right| left.to_lowercase() == right.to_lowercase()),
            "json_eq" => self.strings(arguments, text::same_json),
            "if" => self.truth(self.branch(arguments)?),
            _ => self.value(condition).map(|value| !value.is_zero()),
        }
    }

    /// Returns true if none of the conditions differs from `wanted`.
    fn all(&self, conditions: &[Literal], is_and: bool) -> Option<bool> {
        let mut result = Some(true);
        for condition in conditions {
            match self.truth(condition) {
                Some(value) if value == is_and => {}
                Some(_) => return Some(false),
                None => result = None,
            }
        }
        result
    }

    fn value(&self, expression: &Literal) -> Option<Value> {
        let Literal::List(items) = expression else { return Some(literal(expression)) };
        let (head, arguments) = split(items)?;
        let first = || arguments.first();
        match head {
            "get" | "newof" | "planned" => self.at(Side::Planned, first()?),
            "oldof" | "prior" => self.at(Side::Prior, first()?),
            "config" => self.at(Side::Config, first()?),
            "old" => self.place.change.map(|(old, _)| Value::String(old.into())),
            "new" => self.place.change.map(|(_, new)| Value::String(new.into())),
            "key" => self.key.map(|key| Value::String(key.into())),
            "nil" => Some(Value::Null),
            "fn" => self.function(arguments),
            "list" => arguments.iter().map(|each| self.value(each)).collect::<Option<_>>().map(Value::List),
            "if" => self.value(self.branch(arguments)?),
            "len" => self.value(first()?).and_then(|value| length(&value)),
            "-" => {
                let [left, right] = arguments else { return None };
                let (left, right) = (integer(&self.value(left)?)?, integer(&self.value(right)?)?);
                left.checked_sub(right).map(|number| Value::Number(number.into()))
            }
            "with" => {
                let [all, one] = arguments else { return None };
                let (all, one) = (self.value(all)?, self.value(one)?);
                let one = if one.is_null() { Value::String("".into()) } else { one };
                let all = elements(&all).iter().cloned().chain([one]);
                Some(Value::set(all.collect())).filter(Value::is_wholly_known)
            }
            "lower" => self.text(first()?).map(|text| Value::String(text.to_lowercase().into())),
            "upper" => self.text(first()?).map(|text| Value::String(text.to_uppercase().into())),
            "trim_suffix" => {
                let [text, suffix] = arguments else { return None };
                let (text, suffix) = (self.text(text)?, self.text(suffix)?);
                Some(Value::String(text.strip_suffix(&suffix).unwrap_or(&text).into()))
            }
            "and" | "or" | "not" | "creating" | "updating" | "destroying" | "err" | "set" | "null"
            | "known" | "changed" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "prefix" | "suffix"
            | "contains" | "fold_eq" | "json_eq" => self.truth(expression).map(Value::Bool),
            _ => None,
        }
    }

    /// Calls a function of the provider that is modeled.
    fn function(&self, arguments: &[Literal]) -> Option<Value> {
        let [Literal::String(name), argument] = arguments else { return None };
        let function = match name.as_str() {
            "userDataHashSum" => StateFunc::Sha1,
            _ => return None,
        };
        Some(Value::String(text::state_func(function, self.text(argument)?).into()))
    }

    fn branch<'l>(&self, arguments: &'l [Literal]) -> Option<&'l Literal> {
        let [condition, yes, no] = arguments else { return None };
        Some(if self.truth(condition)? { yes } else { no })
    }

    /// Returns the value at a path; null if it is unknown.
    fn at(&self, side: Side, path: &Literal) -> Option<Value> {
        match self.find(side, path)? {
            Value::Unknown(unknown) if unknown.reason().is_some() => None,
            Value::Unknown(_) if self.place.is_comparing => {
                let Literal::String(path) = path else { return None };
                let attribute = attribute_at(&self.values.schema.block, path)?;
                Some(if attribute.ty == Type::String { Value::String(UNKNOWN.into()) } else { Value::Null })
            }
            Value::Unknown(_) => Some(Value::Null),
            Value::Null if self.place.is_comparing && matches!(side, Side::Planned) => {
                let default = match path {
                    Literal::String(path) => attribute_at(&self.values.schema.block, path),
                    _ => None,
                };
                match default.and_then(|attribute| attribute.facts.default.as_ref()) {
                    Some(default) => Some(literal(default)),
                    None => self.at(Side::Prior, path),
                }
            }
            value => Some(value),
        }
    }

    /// Returns the value of an expression that names a side, unknown or not.
    fn raw(&self, expression: &Literal) -> Option<Value> {
        let Literal::List(items) = expression else { return None };
        let (head, arguments) = split(items)?;
        let side = match head {
            "config" => Side::Config,
            "prior" | "oldof" => Side::Prior,
            "planned" | "newof" | "get" => Side::Planned,
            _ => return None,
        };
        let value = self.find(side, arguments.first()?)?;
        value.doubt().is_none().then_some(value)
    }

    fn find(&self, side: Side, path: &Literal) -> Option<Value> {
        let Literal::String(path) = path else { return None };
        let root = match side {
            Side::Prior => self.values.prior,
            Side::Planned => self.values.planned,
            Side::Config => self.values.config,
        };
        if matches!(side, Side::Planned) && self.is_given_as_empty(path) {
            return Some(Value::String(Text::default()));
        }
        let names: Vec<&str> = path.split('.').collect();
        let mut value = root;
        // The path of the argument itself tells which of several blocks is meant.
        let mut own = self.place.path;
        for (position, name) in names.iter().enumerate() {
            value = match value {
                Value::Object(members) | Value::Map(members) => members.get(name).unwrap_or(&Value::Null),
                Value::Null => &Value::Null,
                Value::Unknown(_) => return Some(value.clone()),
                _ => return None,
            };
            let index = match own {
                [PathStep::Name(own_name), rest @ ..] if own_name == *name => match rest {
                    [PathStep::Index(index), rest @ ..] => {
                        own = rest;
                        Some(*index)
                    }
                    rest => {
                        own = rest;
                        None
                    }
                },
                _ => {
                    own = &[];
                    None
                }
            };
            if position + 1 == names.len() {
                break;
            }
            value = match (value, index) {
                (Value::List(all), Some(index)) => all.get(index).unwrap_or(&Value::Null),
                (Value::List(all) | Value::Set(all), None) => match all.as_slice() {
                    [] => &Value::Null,
                    [one] => one,
                    _ => return None,
                },
                (Value::Set(_), Some(_)) => return None,
                (value, _) => value,
            };
        }
        Some(value.clone())
    }

    /// Returns true if the configuration sets a string to an empty one. A computed argument keeps its prior value then,
    /// but the code of an SDK provider reads the empty string.
    fn is_given_as_empty(&self, name: &str) -> bool {
        let given = self.values.config.member(name);
        self.values.schema.legacy && matches!(given, Some(Value::String(text)) if text.is_empty())
    }

    /// Returns true if the value at a path changes, as the SDK sees it.
    fn changed(&self, path: &Literal) -> Option<bool> {
        if matches!(path, Literal::String(path) if path == "*updatable") {
            return self.changes_in_place();
        }
        let (old, new) = (self.at(Side::Prior, path)?, self.at(Side::Planned, path)?);
        if old.is_zero() && new.is_zero() {
            return Some(false);
        }
        if new.doubt().is_some() {
            return None;
        }
        Some(old != new)
    }

    /// Returns true if any argument changes that can be changed in place.
    fn changes_in_place(&self) -> Option<bool> {
        let block = &self.values.schema.block;
        let can_change = |names: &Vec<Text>| {
            let attribute = names.first().and_then(|name| block.attribute(name));
            attribute.is_some_and(|attribute| attribute.facts.force_new == ForceNew::No)
        };
        if self.place.changed.is_empty() {
            return Some(false);
        }
        self.place.changed.iter().any(can_change).then_some(true)
    }

    /// Returns two values, if neither is undecided.
    fn two(&self, arguments: &[Literal]) -> Option<(Value, Value)> {
        let [left, right] = arguments else { return None };
        let (left, right) = (self.value(left)?, self.value(right)?);
        (left.doubt().is_none() && right.doubt().is_none()).then_some((left, right))
    }

    fn equal(&self, arguments: &[Literal]) -> Option<bool> {
        let (left, right) = self.two(arguments)?;
        Some(left == right || is_zero_of(&left, &right) || is_zero_of(&right, &left))
    }

    /// Compares two numbers or strings.
    fn order(&self, arguments: &[Literal]) -> Option<Ordering> {
        let zero = Number::from(0_i64);
        match self.two(arguments)? {
            (Value::Number(left), Value::Number(right)) => left.partial_cmp(&right),
            (Value::Null, Value::Number(number)) => zero.partial_cmp(&number),
            (Value::Number(number), Value::Null) => number.partial_cmp(&zero),
            (Value::String(left), Value::String(right)) => Some(left.as_str().cmp(right.as_str())),
            (Value::Null, Value::Null) => Some(Ordering::Equal),
            _ => None,
        }
    }

    fn is_in(&self, arguments: &[Literal]) -> Option<bool> {
        let [needle, all] = arguments else { return None };
        let (needle, all) = (self.value(needle)?, self.value(all)?);
        let is_it = |each: &Value| *each == needle || is_zero_of(each, &needle);
        matches!(all, Value::List(_) | Value::Set(_)).then(|| elements(&all).iter().any(is_it))
    }

    fn contains(&self, arguments: &[Literal]) -> Option<bool> {
        let [all, needle] = arguments else { return None };
        match self.value(all)? {
            Value::List(all) | Value::Set(all) => {
                let needle = self.value(needle)?;
                all.iter().all(|each| each.doubt().is_none()).then(|| all.contains(&needle))
            }
            _ => self.strings(arguments, |text, part| text.contains(part)),
        }
    }

    fn strings(&self, arguments: &[Literal], test: fn(&str, &str) -> bool) -> Option<bool> {
        let [left, right] = arguments else { return None };
        Some(test(&self.text(left)?, &self.text(right)?))
    }

    fn text(&self, expression: &Literal) -> Option<String> {
        match self.value(expression)? {
            Value::String(text) => Some(text.as_str().to_owned()),
            Value::Null => Some(String::new()),
            _ => None,
        }
    }
}

/// Returns the argument at a dotted path; `None` for a block.
fn attribute_at<'a>(block: &'a Block, path: &str) -> Option<&'a Attribute> {
    match path.split_once('.') {
        None => block.attribute(path),
        Some((name, rest)) => attribute_at(&block.nested(name)?.block, rest),
    }
}

/// Splits an expression into its operator and arguments.
fn split(items: &[Literal]) -> Option<(&str, &[Literal])> {
    match items.split_first()? {
        (Literal::String(head), arguments) => Some((head, arguments)),
        _ => None,
    }
}

/// Returns true if a value is not set, and the other one is the zero of its type.
fn is_zero_of(unset: &Value, other: &Value) -> bool {
    unset.is_null() && other.is_zero()
}

fn length(value: &Value) -> Option<Value> {
    let length = match value {
        Value::Null => 0,
        Value::String(text) => text.len(),
        Value::Map(all) => all.len(),
        Value::List(all) | Value::Set(all) => all.len(),
        _ => return None,
    };
    Some(Value::Number(i64::try_from(length).ok()?.into()))
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Null => Some(0),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}
