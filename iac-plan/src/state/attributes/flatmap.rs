//! Attributes of states before Terraform 0.12: strings by dotted path.
//!
//! `tags.%` is the number of elements of a map, `ingress.#` that of a list or set. Elements of a set are keyed by
//! hash.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;

use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::{PathStep, Value, ValueMap};

use super::{AttributesError, Decoded, Failure, Member, Members, Result};
use crate::schema::{Block, NestingMode};
use crate::state::reader::{Reader, Unexpected};

/// The placeholder of Terraform before 0.12 for unknown values.
const UNKNOWN: &str = "74D93920-ED26-11E3-AC10-0800200C9A66";

pub(super) fn decode(json: &str, block: &Block) -> Result<Decoded, AttributesError> {
    let value = read(json).and_then(|flatmap| flatmap.object(Members::of(block), ""));
    let value = value.map_err(|failure| failure.error())?;
    Ok(Decoded { value, superfluous: Vec::new() })
}

fn read(json: &str) -> Result<Flatmap<'_>> {
    let mut entries = BTreeMap::new();
    let mut reader = Reader::new(json);
    reader.object(|reader, key| {
        if !reader.null() {
            entries.insert(key, reader.string("a string")?);
        }
        Ok::<_, Box<Failure>>(())
    })?;
    reader.end()?;
    Ok(Flatmap(entries))
}

struct Flatmap<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

impl Flatmap<'_> {
    fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|value| &**value)
    }

    /// Returns the entries below a path, which ends with a dot: the rest of the path, and the string.
    fn below<'s>(&'s self, path: &'s str) -> impl Iterator<Item = (&'s str, &'s str)> {
        let after = self.0.range::<str, _>((Bound::Included(path), Bound::Unbounded));
        after.map_while(move |(key, value)| Some((key.strip_prefix(path)?, &**value)))
    }

    fn object(&self, members: Members<'_>, prefix: &str) -> Result<Value> {
        let mut elements: Vec<(Text, Value)> = Vec::with_capacity(members.len());
        for member in members {
            let value = self.member(member, &format!("{prefix}{}", member.name()));
            elements.push((member.name().clone(), part(value, member.name().clone())?));
        }
        Ok(Value::Object(ValueMap::from_sorted(elements)))
    }

    fn member(&self, member: Member<'_>, path: &str) -> Result<Value> {
        let (mode, block) = match member {
            Member::Attribute(attribute) => match &attribute.nested {
                Some(nested) => (nested.mode, &nested.block),
                None => return self.value(&attribute.ty, path),
            },
            Member::Element(element) => return self.value(&element.ty, path),
            Member::Block(nested) => (nested.mode, &nested.block),
        };
        let object = |path: &str| self.object(Members::of(block), &format!("{path}."));
        let value = match mode {
            NestingMode::List => self.elements(path, object)?.map(Value::List),
            NestingMode::Set => self.elements(path, object)?.map(Value::set),
            // The other modes did not exist in this format.
            NestingMode::Single | NestingMode::Group | NestingMode::Map => None,
        };
        Ok(value.unwrap_or_else(|| member.missing()))
    }

    fn value(&self, ty: &Type, path: &str) -> Result<Value> {
        let value = match ty {
            Type::List(element) => self.elements(path, |path| self.value(element, path))?.map(Value::List),
            Type::Set(element) => self.elements(path, |path| self.value(element, path))?.map(Value::set),
            Type::Map(element) => self.map(path, element)?,
            Type::Object(elements) => {
                let prefix = format!("{path}.");
                let exists = self.below(&prefix).next().is_some();
                let members = Members { elements, ..Members::default() };
                exists.then(|| self.object(members, &prefix)).transpose()?
            }
            Type::String | Type::Number | Type::Bool | Type::Any => {
                self.get(path).map(|text| simple(text, ty)).transpose()?
            }
            Type::Tuple(_) => None,
        };
        Ok(value.unwrap_or(Value::Null))
    }

    fn elements(&self, path: &str, read: impl Fn(&str) -> Result<Value>) -> Result<Option<Vec<Value>>> {
        let prefix = format!("{path}.");
        let mut keys: Vec<&str> = Vec::new();
        for (rest, _) in self.below(&prefix) {
            let key = rest.split_once('.').map_or(rest, |(key, _)| key);
            if key != "#" && keys.last() != Some(&key) {
                keys.push(key);
            }
        }
        if keys.is_empty() && self.get(&format!("{path}.#")).is_none() {
            return Ok(None);
        }
        // Indexes and hashes are numbers; as strings, `10` would sort before `9`.
        keys.sort_by_key(|key| (key.trim_start_matches('~').parse::<u64>().unwrap_or(u64::MAX), *key));
        keys.dedup();
        let element = |(position, key): (usize, &&str)| part(read(&format!("{prefix}{key}")), position);
        keys.iter().enumerate().map(element).collect::<Result<_>>().map(Some)
    }

    fn map(&self, path: &str, element: &Type) -> Result<Option<Value>> {
        let prefix = format!("{path}.");
        let mut elements = Vec::new();
        for (key, text) in self.below(&prefix).filter(|(key, _)| !matches!(*key, "%" | "#")) {
            let value = part(simple(text, element), Text::from(key))?;
            elements.push((Text::from(key), value));
        }
        if elements.is_empty() && self.get(&format!("{path}.%")).is_none() {
            return Ok(None);
        }
        Ok(Some(Value::Map(elements.into_iter().collect())))
    }
}

fn part(value: Result<Value>, step: impl Into<PathStep>) -> Result<Value> {
    value.map_err(|mut failure| {
        failure.steps.push(step.into());
        failure
    })
}

fn simple(text: &str, ty: &Type) -> Result<Value> {
    let wrong = |expected| Box::from(Unexpected { offset: 0, expected, found: "another string" });
    match (text, ty) {
        (UNKNOWN, _) => Ok(Value::UNKNOWN),
        // Unset arguments were often written as an empty string.
        ("", Type::Bool | Type::Number) => Ok(Value::Null),
        ("true" | "1", Type::Bool) => Ok(Value::Bool(true)),
        ("false" | "0", Type::Bool) => Ok(Value::Bool(false)),
        (_, Type::Bool) => Err(wrong("true or false")),
        (_, Type::Number) => text.parse().map(Value::Number).map_err(|_| wrong("a number")),
        _ => Ok(Value::String(text.into())),
    }
}
