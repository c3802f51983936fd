//! References in the `configuration` of a plan's JSON.

use std::fmt;

use iac_core::text::Text;
use iac_lang::value::{ParseJsonError, Value, ValueMap};
use serde_core::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Gathered, GatheredCall, GatheredResource, Reference};

pub(super) fn gather(text: &str) -> Result<Gathered, ParseJsonError> {
    let Configuration(configuration) = serde_json::from_str(text).map_err(ParseJsonError::new)?;
    Ok(configuration.member("root_module").map(module).unwrap_or_default())
}

/// The member `configuration` of the document. The others are skipped.
struct Configuration(Value);

impl<'de> Deserialize<'de> for Configuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Document;

        impl<'de> Visitor<'de> for Document {
            type Value = Configuration;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a plan")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Configuration, A::Error> {
                let mut configuration = Value::Null;
                while let Some(name) = map.next_key::<String>()? {
                    if name == "configuration" {
                        configuration = map.next_value()?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Configuration(configuration))
            }
        }

        deserializer.deserialize_map(Document)
    }
}

fn module(value: &Value) -> Gathered {
    let call = |(name, call): (&Text, &Value)| {
        let arguments = members(call.member("expressions"));
        let each = ["count_expression", "for_each_expression"];
        let gathered = GatheredCall {
            arguments: arguments
                .map(|(name, value)| (name.as_str().to_owned(), all_references(value)))
                .collect(),
            each: each.iter().filter_map(|name| call.member(name)).flat_map(all_references).collect(),
            module: call.member("module").map(|value| Box::new(module(value))),
        };
        (name.as_str().to_owned(), gathered)
    };
    let output = |(name, output): (&Text, &Value)| {
        let references = output.member("expression").map(all_references).unwrap_or_default();
        (name.as_str().to_owned(), references)
    };
    Gathered {
        resources: list(value.member("resources")).iter().filter_map(resource).collect(),
        outputs: members(value.member("outputs")).map(output).collect(),
        calls: members(value.member("module_calls")).map(call).collect(),
        ..Gathered::default()
    }
}

fn resource(value: &Value) -> Option<GatheredResource> {
    let mut arguments = Vec::new();
    for (name, value) in members(value.member("expressions")) {
        argument(value, name, &mut arguments);
    }
    let each = ["count_expression", "for_each_expression"];
    Some(GatheredResource {
        address: string(value.member("address")?)?.to_owned(),
        documents: Vec::new(),
        arguments,
        each: each.iter().filter_map(|name| value.member(name)).flat_map(all_references).collect(),
    })
}

/// An expression is `{"references": […]}`, `{"constant_value": …}` or `{}`. A block is an object of expressions, or a
/// list of them.
fn argument(value: &Value, path: &str, found: &mut Vec<(Text, Vec<Reference>)>) {
    match value {
        Value::List(elements) | Value::Tuple(elements) => {
            for element in elements {
                argument(element, path, found);
            }
        }
        Value::Object(expression) if expression.contains_key("constant_value") => {}
        Value::Object(expression) if expression.is_empty() || expression.contains_key("references") => {
            found.push((path.into(), all_references(value)));
        }
        Value::Object(block) => {
            for (name, value) in block.iter() {
                argument(value, &format!("{path}.{name}"), found);
            }
        }
        _ => {}
    }
}

/// Returns the references of an expression. Each is followed by its prefixes, which are skipped.
fn all_references(value: &Value) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    for text in list(value.member("references")).iter().filter_map(string) {
        let reference = names(text);
        if !found.last().is_some_and(|last| last.starts_with(&reference)) {
            found.push(reference);
        }
    }
    found
}

/// Returns the names of `module.a["x.y"].b` without keys.
fn names(text: &str) -> Reference {
    let mut names = vec![String::new()];
    let mut is_quoted = false;
    let mut is_escaped = false;
    let mut depth = 0_u32;
    for character in text.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => depth = depth.saturating_sub(1),
            '.' if depth == 0 => names.push(String::new()),
            other if depth == 0 => names.last_mut().expect("the list is never empty").push(other),
            _ => {}
        }
    }
    names
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&Text, &Value)> {
    value.and_then(Value::members).into_iter().flat_map(ValueMap::iter)
}

fn list(value: Option<&Value>) -> &[Value] {
    value.map_or(&[], Value::elements)
}

fn string(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
