//! Strict reading of the objects in a plan's document: a wrong type is an error, and members that the format does not
//! define are counted.

use std::collections::BTreeMap;

use super::ReadPlanError;
use iac_lang::value::{AttributePath, PathStep, Value, ValueMap};

/// The number of occurrences of members that the format does not define, by place and name.
#[derive(Debug, Default)]
pub(super) struct Unknown(BTreeMap<(&'static str, String), usize>);

impl Unknown {
    pub(super) fn add(&mut self, place: &'static str, what: impl Into<String>) {
        *self.0.entry((place, what.into())).or_default() += 1;
    }

    /// Returns a phrase for each: ``unknown member `x` in `resource_changes` (3 times)``.
    pub(super) fn phrases(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|((place, what), count)| {
            let times = if count == 1 { String::new() } else { format!(" ({count} times)") };
            let place = if place.is_empty() { String::new() } else { format!(" in `{place}`") };
            format!("unknown {what}{place}{times}")
        })
    }
}

/// An object of the document, and its name in error messages.
#[derive(Clone, Copy)]
pub(super) struct Entry<'v> {
    members: &'v ValueMap,
    of: &'v str,
}

impl<'v> Entry<'v> {
    pub(super) fn new(value: &'v Value, member: &'static str, of: &'v str) -> Result<Self, ReadPlanError> {
        match value {
            Value::Object(members) => Ok(Self { members, of }),
            _ => Err(wrong(of, member, "not an object")),
        }
    }

    /// Returns the same object with another name.
    pub(super) fn named(self, of: &'v str) -> Self {
        Self { of, ..self }
    }

    /// Counts the members that are not known.
    pub(super) fn only(self, known: &[&str], place: &'static str, unknown: &mut Unknown) -> Self {
        for name in self.members.keys().filter(|name| !known.contains(&name.as_str())) {
            unknown.add(place, format!("member `{name}`"));
        }
        self
    }

    pub(super) fn wrong(self, member: &'static str, problem: &'static str) -> ReadPlanError {
        wrong(self.of, member, problem)
    }

    /// Returns a member of any type; null counts as absent.
    pub(super) fn member(self, name: &str) -> Option<&'v Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn value(self, name: &str) -> Value {
        self.member(name).cloned().unwrap_or(Value::Null)
    }

    pub(super) fn text(self, name: &'static str) -> Result<Option<&'v str>, ReadPlanError> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "not a string")),
        }
    }

    pub(super) fn flag(self, name: &'static str) -> Result<Option<bool>, ReadPlanError> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(name, "not a boolean")),
        }
    }

    pub(super) fn integer(self, name: &'static str) -> Result<Option<u64>, ReadPlanError> {
        let Some(value) = self.member(name) else { return Ok(None) };
        integer(value).map(Some).ok_or_else(|| self.wrong(name, "not a non-negative integer"))
    }

    pub(super) fn object(self, name: &'static str) -> Result<Option<Self>, ReadPlanError> {
        self.member(name).map(|value| Self::new(value, name, self.of)).transpose()
    }

    pub(super) fn list(self, name: &'static str) -> Result<&'v [Value], ReadPlanError> {
        match self.member(name) {
            None => Ok(&[]),
            Some(Value::List(elements) | Value::Tuple(elements)) => Ok(elements),
            Some(_) => Err(self.wrong(name, "not a list")),
        }
    }

    /// Returns the elements of a list of objects.
    pub(super) fn objects(
        self,
        name: &'static str,
    ) -> Result<impl Iterator<Item = Result<Self, ReadPlanError>>, ReadPlanError> {
        Ok(self.list(name)?.iter().map(move |value| Self::new(value, name, self.of)))
    }

    pub(super) fn path(self, name: &'static str) -> Result<AttributePath, ReadPlanError> {
        self.path_of(self.list(name)?, name)
    }

    /// Converts a list of steps to a path.
    pub(super) fn path_of(self, steps: &[Value], name: &'static str) -> Result<AttributePath, ReadPlanError> {
        let step = |step: &Value| match step {
            Value::String(name) => Some(PathStep::Name(name.clone())),
            other => integer(other).and_then(|index| usize::try_from(index).ok()).map(PathStep::Index),
        };
        let steps: Option<AttributePath> =
            steps.iter().map(step).collect::<Option<Vec<_>>>().map(AttributePath);
        steps.ok_or_else(|| self.wrong(name, "not a path"))
    }

    /// Returns the members with their names.
    pub(super) fn each(self) -> impl Iterator<Item = (&'v str, &'v Value)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }
}

pub(super) fn wrong(of: &str, member: &'static str, problem: &'static str) -> ReadPlanError {
    ReadPlanError::Member { member, of: of.to_owned(), problem }
}

fn integer(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}
