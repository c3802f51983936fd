//! Information that JSON values lack: unknown and sensitive paths, and which lists are sets.

use iac_lang::types::Type;
use iac_lang::value::{AttributePath, PathStep, Value, ValueMap};

use crate::schema::{Block, NestedAttributes, NestingMode};

/// Replaces values by unknown where the flags of `after_unknown` are `true`. Unknown values are null or missing in
/// the value itself.
pub(super) fn unknown(value: &mut Value, flags: Option<&Value>) {
    match flags {
        Some(Value::Bool(true)) => *value = Value::UNKNOWN,
        Some(Value::Object(flags)) => {
            if let Value::Object(members) = value {
                for (name, flag) in flags.iter() {
                    match members.get_mut(name) {
                        Some(member) => unknown(member, Some(flag)),
                        None if *flag == Value::Bool(true) => {
                            members.insert(name.clone(), Value::UNKNOWN);
                        }
                        None => {}
                    }
                }
            }
        }
        Some(Value::List(flags) | Value::Tuple(flags)) => {
            if let Value::List(elements) | Value::Tuple(elements) = value {
                elements.iter_mut().zip(flags).for_each(|(element, flag)| unknown(element, Some(flag)));
            }
        }
        _ => {}
    }
}

/// Returns the paths whose flags are `true`. Inside a set, that is the whole set.
pub(super) fn places(flags: Option<&Value>, value: &Value) -> Vec<AttributePath> {
    let mut found = Vec::new();
    if let Some(flags) = flags {
        gather(flags, Some(value), &mut Vec::new(), &mut found);
    }
    found
}

fn gather(flags: &Value, value: Option<&Value>, at: &mut Vec<PathStep>, found: &mut Vec<AttributePath>) {
    if let Some(Value::Set(_)) = value {
        if has_true(flags) {
            found.push(AttributePath(at.clone()));
        }
        return;
    }
    match flags {
        Value::Bool(true) => found.push(AttributePath(at.clone())),
        Value::Object(flags) => {
            for (name, flag) in flags.iter() {
                let member = match value {
                    Some(Value::Object(members) | Value::Map(members)) => members.get(name),
                    _ => None,
                };
                at.push(PathStep::Name(name.clone()));
                gather(flag, member, at, found);
                at.pop();
            }
        }
        Value::List(flags) | Value::Tuple(flags) => {
            for (index, flag) in flags.iter().enumerate() {
                let element = match value {
                    Some(Value::List(elements) | Value::Tuple(elements)) => elements.get(index),
                    _ => None,
                };
                at.push(PathStep::Index(index));
                gather(flag, element, at, found);
                at.pop();
            }
        }
        _ => {}
    }
}

fn has_true(flags: &Value) -> bool {
    match flags {
        Value::Bool(flag) => *flag,
        Value::Object(flags) => flags.values().any(has_true),
        Value::List(flags) | Value::Tuple(flags) => flags.iter().any(has_true),
        _ => false,
    }
}

/// Converts lists and objects of a value to the collections of a block's schema.
pub(crate) fn by_block(value: &mut Value, block: &Block) {
    let Value::Object(members) = value else { return };
    for (name, value) in members.iter_mut() {
        if let Some(attribute) = block.attribute(name) {
            match &attribute.nested {
                Some(NestedAttributes { mode, block }) => by_nesting(value, *mode, block),
                None => by_type(value, &attribute.ty),
            }
        } else if let Some(nested) = block.nested(name) {
            by_nesting(value, nested.mode, &nested.block);
        }
    }
}

fn by_nesting(value: &mut Value, mode: NestingMode, block: &Block) {
    match mode {
        NestingMode::Single | NestingMode::Group => by_block(value, block),
        NestingMode::List => list(value, |element| by_block(element, block)),
        NestingMode::Set => set(value, |element| by_block(element, block)),
        NestingMode::Map => map(value, |element| by_block(element, block)),
    }
}

fn by_type(value: &mut Value, ty: &Type) {
    match ty {
        Type::List(inner) => list(value, |element| by_type(element, inner)),
        Type::Set(inner) => set(value, |element| by_type(element, inner)),
        Type::Map(inner) => map(value, |element| by_type(element, inner)),
        Type::Object(attributes) => {
            if let Value::Object(members) = value {
                for attribute in attributes {
                    if let Some(member) = members.get_mut(&attribute.name) {
                        by_type(member, &attribute.ty);
                    }
                }
            }
        }
        _ => {}
    }
}

fn elements(value: &mut Value) -> Option<Vec<Value>> {
    match value {
        Value::List(elements) | Value::Tuple(elements) => Some(std::mem::take(elements)),
        _ => None,
    }
}

fn list(value: &mut Value, each: impl Fn(&mut Value)) {
    if let Some(mut elements) = elements(value) {
        elements.iter_mut().for_each(each);
        *value = Value::List(elements);
    }
}

fn set(value: &mut Value, each: impl Fn(&mut Value)) {
    if let Some(mut elements) = elements(value) {
        elements.iter_mut().for_each(each);
        *value = Value::set(elements);
    }
}

fn map(value: &mut Value, each: impl Fn(&mut Value)) {
    if let Value::Object(members) = value {
        let mut members: ValueMap = std::mem::take(members);
        members.iter_mut().for_each(|(_, element)| each(element));
        *value = Value::Map(members);
    }
}
