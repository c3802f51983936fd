//! Validation of a configuration by what is known of a provider's rules: allowed values, and arguments that exclude or
//! require each other. Terraform asks the provider before it plans. Unknown values are never refused.

use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::legacy::elements;
use super::literal;
use crate::plan::ProviderError;
use crate::schema::{Attribute, Block, Literal, Schema};

/// Returns the errors in a configuration, in the order of the schema.
pub(super) fn validate(schema: &Schema, config: &Value) -> Vec<ProviderError> {
    let mut walk = Walk { legacy: schema.legacy, path: Vec::new(), errors: Vec::new() };
    walk.block(&schema.block, config);
    for group in &schema.groups.conflicts_with {
        walk.group(group, schema, config, Walk::conflicts_with);
    }
    for group in &schema.groups.exactly_one_of {
        walk.group(group, schema, config, Walk::exactly_one_of);
    }
    for group in &schema.groups.at_least_one_of {
        walk.group(group, schema, config, Walk::at_least_one_of);
    }
    for group in &schema.groups.required_with {
        walk.group(group, schema, config, Walk::required_with);
    }
    walk.errors
}

/// An argument in a configuration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Set,
    Unset,
    Unknown,
}

struct Walk {
    legacy: bool,
    path: Vec<PathStep>,
    errors: Vec<ProviderError>,
}

/// A member of a group: its path as in the configuration, and its presence.
type Found<'a> = (&'a str, Presence);

impl Walk {
    fn error(&mut self, argument: &str, summary: String, detail: String) {
        let mut path = self.path.clone();
        path.extend(
            argument.split('.').filter(|name| !name.is_empty()).map(|name| PathStep::Name(name.into())),
        );
        let error = ProviderError { path: AttributePath(path), ..ProviderError::new(summary, detail) };
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    fn at(&mut self, step: impl Into<PathStep>, act: impl FnOnce(&mut Self)) {
        self.path.push(step.into());
        act(self);
        self.path.pop();
    }

    fn block(&mut self, block: &Block, config: &Value) {
        let Value::Object(members) = config else { return };
        for attribute in &block.attributes {
            let Some(value) = members.get(&attribute.name).filter(|value| !value.is_null()) else { continue };
            if attribute.facts.allowed.is_empty() && attribute.nested.is_none() {
                continue;
            }
            self.at(attribute.name.clone(), |walk| {
                walk.allowed(attribute, value);
                if let Some(nested) = &attribute.nested {
                    walk.contents(&nested.block, value);
                }
            });
        }
        for nested in &block.blocks {
            let Some(value) = members.get(&nested.name).filter(|value| !value.is_null_or_empty()) else {
                continue;
            };
            self.at(nested.name.clone(), |walk| walk.contents(&nested.block, value));
        }
    }

    fn contents(&mut self, block: &Block, value: &Value) {
        match value {
            Value::Object(_) => self.block(block, value),
            Value::List(all) | Value::Set(all) => {
                for (index, each) in all.iter().enumerate() {
                    self.at(index, |walk| walk.block(block, each));
                }
            }
            Value::Map(all) => {
                for (key, each) in all.iter() {
                    self.at(key.clone(), |walk| walk.block(block, each));
                }
            }
            _ => {}
        }
    }

    fn allowed(&mut self, attribute: &Attribute, value: &Value) {
        let facts = &attribute.facts;
        if facts.allowed.is_empty() || facts.open {
            return;
        }
        let single = std::slice::from_ref(value);
        let values = match value {
            Value::List(_) | Value::Set(_) => elements(value),
            _ => single,
        };
        if values.iter().all(|value| self.is_allowed(&facts.allowed, value)) {
            return;
        }
        let allowed: Vec<_> = facts.allowed.iter().map(|each| format!("`{}`", plain(each))).collect();
        let summary = format!("invalid value for `{}`", attribute.name);
        self.error("", summary, format!("The provider accepts {}.", allowed.join(", ")));
    }

    fn is_allowed(&self, allowed: &[Literal], value: &Value) -> bool {
        match value {
            // Types of the plugin framework may take an empty string for one that is not set.
            Value::String(text) if text.is_empty() && !self.legacy => true,
            Value::String(text) => allowed.iter().any(|each| plain(each) == text.as_str()),
            Value::Number(_) => allowed.iter().any(|each| literal(each) == *value),
            _ => true,
        }
    }

    /// Checks a group of arguments in each of the blocks that contain all of them.
    fn group(
        &mut self,
        group: &[String],
        schema: &Schema,
        config: &Value,
        check: fn(&mut Self, &[Found<'_>]),
    ) {
        let outer = common_block(group);
        let Some(block) = inner_block(&schema.block, outer.trim_end_matches('.')) else { return };
        let relative: Vec<&str> = group.iter().map(|path| &path[outer.len()..]).collect();
        self.each_block(outer.trim_end_matches('.'), config, &mut |walk, value| {
            let found: Vec<_> = relative.iter().map(|path| (*path, presence(block, value, path))).collect();
            check(walk, &found);
        });
    }

    /// Calls a function for each object at a path.
    fn each_block(&mut self, path: &str, value: &Value, act: &mut dyn FnMut(&mut Self, &Value)) {
        match value {
            Value::List(all) | Value::Set(all) => {
                for (index, each) in all.iter().enumerate() {
                    self.at(index, |walk| walk.each_block(path, each, act));
                }
            }
            Value::Object(members) => {
                let (name, rest) = path.split_once('.').unwrap_or((path, ""));
                if name.is_empty() {
                    act(self, value);
                } else if let Some(inner) = members.get(name) {
                    self.at(Text::from(name), |walk| walk.each_block(rest, inner, act));
                }
            }
            _ => {}
        }
    }

    fn conflicts_with(&mut self, found: &[Found<'_>]) {
        let set = all_set(found);
        if let [first, second, ..] = set.as_slice() {
            let summary = format!("conflicting arguments `{}` and `{}`", name(first), name(second));
            self.error(second, summary, format!("At most one of {} can be set.", list(found)));
        }
    }

    fn exactly_one_of(&mut self, found: &[Found<'_>]) {
        let set = all_set(found);
        let is_known = found.iter().all(|(_, presence)| *presence != Presence::Unknown);
        match set.as_slice() {
            [] if is_known => {
                self.error("", "missing argument".to_owned(), format!("One of {} must be set.", list(found)));
            }
            [first, second, ..] => {
                let summary = format!("conflicting arguments `{}` and `{}`", name(first), name(second));
                self.error(second, summary, format!("Exactly one of {} must be set.", list(found)));
            }
            _ => {}
        }
    }

    fn at_least_one_of(&mut self, found: &[Found<'_>]) {
        if found.iter().all(|(_, presence)| *presence == Presence::Unset) {
            let detail = format!("At least one of {} must be set.", list(found));
            self.error("", "missing argument".to_owned(), detail);
        }
    }

    fn required_with(&mut self, found: &[Found<'_>]) {
        let [(first, Presence::Set), others @ ..] = found else { return };
        if let Some((missing, _)) = others.iter().find(|(_, presence)| *presence == Presence::Unset) {
            let summary = format!("missing argument `{}`", name(missing));
            self.error(first, summary, format!("It must be set together with `{}`.", name(first)));
        }
    }
}

/// Returns the path of the innermost block that contains all members of a group, with a dot at the end.
fn common_block(group: &[String]) -> &str {
    let Some((first, others)) = group.split_first() else { return "" };
    let mut end = first.rfind('.').map_or(0, |dot| dot + 1);
    while !others.iter().all(|other| other.starts_with(&first[..end])) {
        end = first[..end.saturating_sub(1)].rfind('.').map_or(0, |dot| dot + 1);
    }
    &first[..end]
}

/// Returns the block at a dotted path.
fn inner_block<'a>(block: &'a Block, path: &str) -> Option<&'a Block> {
    if path.is_empty() {
        return Some(block);
    }
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let inner = match (block.nested(name), block.attribute(name)) {
        (Some(nested), _) => &nested.block,
        (None, Some(attribute)) => match &attribute.nested {
            Some(nested) => &nested.block,
            None => attribute.members.as_ref()?,
        },
        (None, None) => return None,
    };
    inner_block(inner, rest)
}

/// Returns the presence of an argument. One that is given as empty is set; an argument that does not exist, or that is
/// in one of several blocks, cannot be judged.
fn presence(block: &Block, value: &Value, path: &str) -> Presence {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(value) = value.member(name) else { return Presence::Unknown };
    let is_block = block.nested(name).is_some();
    match value {
        Value::Unknown(_) => Presence::Unknown,
        Value::Null => Presence::Unset,
        Value::List(all) | Value::Set(all) if all.is_empty() && (is_block || !rest.is_empty()) => {
            Presence::Unset
        }
        _ if rest.is_empty() => Presence::Set,
        value => {
            let single = match value {
                Value::List(all) | Value::Set(all) => match all.as_slice() {
                    [one] => one,
                    _ => return Presence::Unknown,
                },
                value => value,
            };
            inner_block(block, name).map_or(Presence::Unknown, |block| presence(block, single, rest))
        }
    }
}

fn all_set<'a>(found: &[Found<'a>]) -> Vec<&'a str> {
    found.iter().filter(|(_, presence)| *presence == Presence::Set).map(|(path, _)| *path).collect()
}

fn name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn list(found: &[Found<'_>]) -> String {
    let names: Vec<_> = found.iter().map(|(path, _)| format!("`{path}`")).collect();
    names.join(", ")
}

/// Returns a literal without quotes.
fn plain(literal: &Literal) -> String {
    match literal {
        Literal::String(text) => text.clone(),
        other => other.to_string(),
    }
}
