//! A place of a resource, read by a rule.

use std::rc::Rc;

use super::{Verdict, World, all_of, any_of};
use crate::expr::IntoExpression;
use crate::expression::Expression;
use crate::value::{AttributePath, Number, PathStep, Value};

/// A place of a resource: what is known of the value there, and what can be asked about it.
///
/// Nothing is at the place where an argument is not set. What its value is where the provider decides, no rule can know:
/// that is the same. What refers to something that is not there yet, is set and not known.
#[derive(Clone, Debug)]
pub struct Reading<'w> {
    pub(super) world: &'w World<'w>,
    /// The resource, for what the configuration says about the place.
    pub(super) node: u32,
    pub(super) value: Found<'w>,
    pub(super) path: AttributePath,
}

/// What is at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'w> {
    /// Nothing.
    Missing,
    Unknown,
    Value(&'w Value),
}

impl<'w> Reading<'w> {
    /// The place inside, by names and positions: `versioning.enabled`, `statement.0.effect`. A name looks into the first
    /// element of a list, since most blocks are there once.
    #[must_use]
    pub fn at(&self, names: &str) -> Self {
        let mut reading = self.clone();
        for name in names.split('.') {
            reading.step(name);
        }
        reading
    }

    fn step(&mut self, name: &str) {
        let Found::Value(value) = self.value else {
            // What is inside of something unknown is unknown, and its name still says where.
            self.path.0.push(name.into());
            return;
        };
        let next = match value.peel() {
            Value::Object(members) | Value::Map(members) => {
                self.path.0.push(name.into());
                members.get(name)
            }
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                if let Ok(index) = name.parse::<usize>() {
                    self.path.0.push(index.into());
                    elements.get(index)
                } else {
                    self.path.0.push(0.into());
                    let Some(first) = elements.first() else {
                        self.value = Found::Missing;
                        return;
                    };
                    self.value = self.found(Some(first));
                    self.step(name);
                    return;
                }
            }
            _ => None,
        };
        self.value = self.found(next);
    }

    fn found(&self, value: Option<&'w Value>) -> Found<'w> {
        match value.map(Value::peel) {
            None | Some(Value::Null) => Found::Missing,
            Some(Value::Unknown) if self.world.is_left_to_provider(self.node, &self.path) => Found::Missing,
            Some(Value::Unknown) => Found::Unknown,
            Some(value) => Found::Value(value),
        }
    }

    /// The elements of the list, set or map at the place; none where there is nothing. A single value counts as one, as
    /// in the documents of policies.
    #[must_use]
    pub fn elements(&self) -> Vec<Self> {
        let Found::Value(value) = self.value else { return Vec::new() };
        let element = |step: PathStep, value| {
            let mut element = Self {
                world: self.world,
                node: self.node,
                value: Found::Missing,
                path: self.path.join(step),
            };
            element.value = element.found(Some(value));
            element
        };
        match value {
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                elements.iter().enumerate().map(|(index, value)| element(index.into(), value)).collect()
            }
            Value::Map(elements) => {
                elements.iter().map(|(name, value)| element(name.clone().into(), value)).collect()
            }
            _ => vec![self.clone()],
        }
    }

    /// Holds if it holds of each element; where it is not known what there is, that is not known.
    pub fn each(&self, check: impl FnMut(&Self) -> Verdict) -> Verdict {
        if self.is_unknown() {
            return Verdict::Unknown;
        }
        all_of(self.elements().iter().map(check))
    }

    /// Holds if it holds of some element.
    pub fn some(&self, check: impl FnMut(&Self) -> Verdict) -> Verdict {
        if self.is_unknown() {
            return Verdict::Unknown;
        }
        any_of(self.elements().iter().map(check)).at_or(&self.path)
    }

    /// Holds if it holds of no element. Where it does, the element is the place that is wrong.
    pub fn none(&self, mut check: impl FnMut(&Self) -> Verdict) -> Verdict {
        self.each(|element| check(element).negate().at_or(&element.path))
    }

    /// Holds if there is something: an empty text, list or map is nothing.
    pub fn is_set(&self) -> Verdict {
        let is_set = match self.value {
            Found::Missing => false,
            Found::Unknown => true,
            Found::Value(value) => !value.is_null_or_empty(),
        };
        self.verdict(is_set)
    }

    /// Holds if there is nothing.
    pub fn is_unset(&self) -> Verdict {
        self.is_set().negate().at_or(&self.path)
    }

    /// Holds if the value is this one; numbers and truth values may be texts, as in documents.
    pub fn is(&self, expected: impl IntoExpression) -> Verdict {
        let expected = expected.into_expression();
        self.holds(|value| equals(value, &expected))
    }

    /// Holds if the value is not this one, or there is none.
    pub fn is_not(&self, value: impl IntoExpression) -> Verdict {
        self.is(value).negate().at_or(&self.path)
    }

    /// Holds if the value is one of these.
    pub fn is_one_of(&self, expected: &[&str]) -> Verdict {
        self.matches(|text| expected.contains(&text))
    }

    /// Holds if the value is a text of which this holds.
    pub fn matches(&self, check: impl FnOnce(&str) -> bool) -> Verdict {
        self.holds(|value| matches!(value, Value::String(text) if check(text)))
    }

    /// Holds if the value is a number, at least this one.
    pub fn at_least(&self, least: i64) -> Verdict {
        self.holds(|value| number(value).is_some_and(|number| number >= Number::from(least)))
    }

    /// Holds if the value is a number, at most this one.
    pub fn at_most(&self, most: i64) -> Verdict {
        self.holds(|value| number(value).is_some_and(|number| number <= Number::from(most)))
    }

    /// Holds if one of the elements is this value.
    pub fn contains(&self, expected: impl IntoExpression) -> Verdict {
        let expected = expected.into_expression();
        self.some(|element| element.holds(|value| equals(value, &expected)))
    }

    /// The text at the place, where it is one and known.
    #[must_use]
    pub fn text(&self) -> Option<&'w str> {
        match self.value {
            Found::Value(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The number at the place, where it is a whole one and known.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self.value {
            Found::Value(value) => number(value)?.to_string().parse().ok(),
            _ => None,
        }
    }

    /// The value at the place, where one is there and known.
    #[must_use]
    pub const fn value(&self) -> Option<&'w Value> {
        match self.value {
            Found::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The document that the text at the place holds, where it is known to be JSON. It is read once, however many rules
    /// ask for it. Where the text is not known yet, as something in it has no id, the document has what the configuration
    /// says of it, and [`Value::Unknown`] in the place of what it does not.
    #[must_use]
    pub fn json(&self) -> Option<Rc<Value>> {
        match self.value {
            Found::Value(Value::String(text)) => self.world.document(text),
            Found::Unknown => self.world.partial_document(self.node, &self.path),
            _ => None,
        }
    }

    /// Whether something is set at the place that is not known yet.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self.value, Found::Unknown)
    }

    /// Where it is.
    #[must_use]
    pub const fn path(&self) -> &AttributePath {
        &self.path
    }

    /// Holds if there is a value, and this holds of it.
    pub fn holds(&self, check: impl FnOnce(&Value) -> bool) -> Verdict {
        match self.value {
            Found::Unknown => Verdict::Unknown,
            Found::Missing => self.verdict(false),
            Found::Value(value) => self.verdict(check(value)),
        }
    }

    /// A verdict about the place.
    pub fn verdict(&self, holds: bool) -> Verdict {
        if holds { Verdict::Pass } else { Verdict::fail().at(self.path.clone()) }
    }
}

impl Verdict {
    /// Says which place is wrong, where nothing closer has been said.
    pub(super) fn at_or(self, path: &AttributePath) -> Self {
        match self {
            Self::Fail(failure) if failure.path.0.is_empty() => Self::Fail(failure).at(path.clone()),
            other => other,
        }
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn equals(value: &Value, expected: &Expression) -> bool {
    match (value, expected) {
        (Value::String(text), Expression::String(expected)) => text == expected,
        (Value::Bool(value), Expression::Bool(expected)) => value == expected,
        (Value::String(text), Expression::Bool(expected)) => {
            *text == *(if *expected { "true" } else { "false" })
        }
        (value, Expression::Integer(expected)) => number(value) == Some(Number::from(*expected)),
        _ => false,
    }
}
