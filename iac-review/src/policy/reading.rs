//! Attribute values as rules read them.

use std::rc::Rc;

use iac_core::expr::IntoExpression;
use iac_core::expression::Expression;
use iac_lang::value::{AttributePath, Number, PathStep, Value};

use super::world::names;
use super::{Subject, Verdict, World, all_of, any_of};

/// A path of a resource with its value, as rules read it.
///
/// A value is *missing* if the argument is unset or left to the provider, as no rule can know what the provider
/// chooses. It is *unknown* if it refers to a value that is only known after apply.
#[derive(Clone, Debug)]
pub struct Reading<'w> {
    pub(super) world: &'w World<'w>,
    /// The resource, to look up the path in its configuration.
    pub(super) node: u32,
    pub(super) value: Found<'w>,
    pub(super) path: AttributePath,
}

/// The value at a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'w> {
    /// Unset, or left to the provider.
    Missing,
    Unknown,
    Value(&'w Value),
}

impl<'w> Reading<'w> {
    /// Returns the reading at an inner path of names and positions: `versioning.enabled`, `statement.0.effect`. A
    /// name in a list selects from its first element, since most blocks occur once.
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
            // Paths inside an unknown value are unknown, too, but keep their names for messages.
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
            Some(Value::Unknown(_)) if self.world.is_left_to_provider(self.node, &self.path) => {
                Found::Missing
            }
            Some(Value::Unknown(_)) => Found::Unknown,
            Some(value @ Value::String(_)) => {
                Found::Value(self.world.written(self.node, &self.path).unwrap_or(value))
            }
            Some(value) => Found::Value(value),
        }
    }

    /// Returns the elements of a list, set or map, and none of a missing value. A single value counts as one element,
    /// as in policy documents.
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

    /// Passes if the check passes for each element. Unknown if the collection is unknown.
    pub fn each(&self, check: impl FnMut(&Self) -> Verdict) -> Verdict {
        if self.is_unknown() {
            return Verdict::Unknown;
        }
        all_of(self.elements().iter().map(check))
    }

    /// Passes if the check passes for at least one element.
    pub fn some(&self, check: impl FnMut(&Self) -> Verdict) -> Verdict {
        if self.is_unknown() {
            return Verdict::Unknown;
        }
        any_of(self.elements().iter().map(check)).at_or(&self.path)
    }

    /// Passes if the check passes for no element. A failure has the path of the element.
    pub fn none(&self, mut check: impl FnMut(&Self) -> Verdict) -> Verdict {
        self.each(|element| check(element).negate().at_or(&element.path))
    }

    /// Passes if the value is set and not an empty string, list or map. A reference counts as set, but blocks that are
    /// not known may be none.
    pub fn is_set(&self) -> Verdict {
        let may_be_none = match self.value {
            Found::Missing => false,
            Found::Unknown => true,
            Found::Value(value) => {
                !value.elements().is_empty() && value.elements().iter().all(is_placeholder)
            }
        };
        if may_be_none && self.world.is_of_blocks(self.node, &self.path) {
            return Verdict::Unknown;
        }
        let is_set = match self.value {
            Found::Missing => false,
            Found::Unknown => true,
            Found::Value(value) => !value.is_null_or_empty(),
        };
        self.verdict(is_set)
    }

    /// Passes if the value is missing or empty.
    pub fn is_unset(&self) -> Verdict {
        self.is_set().negate().at_or(&self.path)
    }

    /// Passes if the value is equal. Numbers and booleans may be written as strings, as in policy documents.
    pub fn is(&self, expected: impl IntoExpression) -> Verdict {
        let expected = expected.into_expression();
        self.holds(|value| equals(value, &expected))
    }

    /// Passes if the value is different or missing.
    pub fn is_not(&self, value: impl IntoExpression) -> Verdict {
        self.is(value).negate().at_or(&self.path)
    }

    /// Passes if the value is one of these strings.
    pub fn is_one_of(&self, expected: &[&str]) -> Verdict {
        self.matches(|text| expected.contains(&text))
    }

    /// Passes if the value is a string for which the predicate holds.
    pub fn matches(&self, check: impl FnOnce(&str) -> bool) -> Verdict {
        self.holds(|value| matches!(value, Value::String(text) if check(text)))
    }

    /// Passes if the value is a number of at least `least`.
    pub fn at_least(&self, least: i64) -> Verdict {
        self.holds(|value| number(value).is_some_and(|number| number >= Number::from(least)))
    }

    /// Passes if the value is a number of at most `most`.
    pub fn at_most(&self, most: i64) -> Verdict {
        self.holds(|value| number(value).is_some_and(|number| number <= Number::from(most)))
    }

    /// Passes if an element has this value.
    pub fn contains(&self, expected: impl IntoExpression) -> Verdict {
        let expected = expected.into_expression();
        self.some(|element| element.holds(|value| equals(value, &expected)))
    }

    /// Returns the value if it is a known string.
    #[must_use]
    pub fn text(&self) -> Option<&'w str> {
        match self.value {
            Found::Value(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the value if it is a known integer.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self.value {
            Found::Value(value) => number(value)?.to_string().parse().ok(),
            _ => None,
        }
    }

    /// Returns the value if it is set and known.
    #[must_use]
    pub const fn value(&self) -> Option<&'w Value> {
        match self.value {
            Found::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Parses the string at the path as a JSON document. Rules share the parsed document.
    ///
    /// If the string is not known yet, because it contains an id for example, the document has the parts that the
    /// configuration states literally, and [`Value::Unknown`] for the others.
    #[must_use]
    pub fn json(&self) -> Option<Rc<Value>> {
        match self.value {
            Found::Value(Value::String(text)) => self.world.document(text),
            Found::Unknown => self.world.partial_document(self.node, &self.path),
            _ => None,
        }
    }

    /// Returns `true` if the configuration refers to a resource or data source at the path. An unknown value without such a
    /// reference comes from a variable.
    #[must_use]
    pub fn refers(&self) -> bool {
        self.world.refers(self.node, &names(&self.path))
    }

    /// Returns the data sources of a type that the configuration refers to at the path.
    #[must_use]
    pub fn referred_data(&self, type_name: &str) -> Vec<Subject<'w>> {
        self.world.referred_data(self.node, type_name, &names(&self.path))
    }

    /// Returns `true` if the value is set but only known after apply.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self.value, Found::Unknown)
    }

    /// Returns the path.
    #[must_use]
    pub const fn path(&self) -> &AttributePath {
        &self.path
    }

    /// Passes if the value is set and the predicate holds for it.
    pub fn holds(&self, check: impl FnOnce(&Value) -> bool) -> Verdict {
        match self.value {
            Found::Unknown => Verdict::Unknown,
            Found::Missing => self.verdict(false),
            Found::Value(value) => self.verdict(check(value)),
        }
    }

    /// Passes if `holds` is `true`, and fails at this path otherwise.
    pub fn verdict(&self, holds: bool) -> Verdict {
        if holds { Verdict::Pass } else { Verdict::fail().at(self.path.clone()) }
    }
}

impl Verdict {
    /// Sets the path of a failure that has none.
    pub(super) fn at_or(self, path: &AttributePath) -> Self {
        match self {
            Self::Fail(failure) if failure.path.0.is_empty() => Self::Fail(failure).at(path.clone()),
            other => other,
        }
    }
}

/// Returns `true` if nothing is known of a block, so that it may stand for any number of blocks: Terraform evaluates a
/// dynamic block with unknown elements to one such block.
fn is_placeholder(block: &Value) -> bool {
    match block.peel() {
        Value::Unknown(_) => true,
        Value::Object(members) => {
            members.values().any(Value::is_unknown)
                && members.values().all(|value| value.is_unknown() || value.is_zero())
        }
        _ => false,
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
