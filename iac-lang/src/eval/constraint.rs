//! Type constraints: `list(object({ name = string, size = optional(number, 1) }))`.

use std::fmt;

use iac_core::expression::{Expression, ObjectKey, Operation};

use super::{NoScope, evaluate};
use crate::types::{ObjectAttribute, Type, convert};
use crate::value::Value;

/// The maximum nesting depth of types.
const MAX_DEPTH: usize = 100;

/// An error for an expression that is not a valid type constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseTypeError(String);

impl fmt::Display for ParseTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseTypeError {}

fn error(message: impl Into<String>) -> ParseTypeError {
    ParseTypeError(message.into())
}

impl Type {
    /// Parses a type constraint.
    ///
    /// # Errors
    ///
    /// Returns an error if the expression is not a valid type constraint.
    pub fn parse(constraint: &Expression) -> Result<Self, ParseTypeError> {
        parse(constraint, MAX_DEPTH)
    }
}

fn parse(constraint: &Expression, depth: usize) -> Result<Type, ParseTypeError> {
    let depth = depth.checked_sub(1).ok_or_else(|| error("the type is nested too deeply"))?;
    let operation = match constraint {
        // Terraform 0.11 configurations write the type in quotes.
        Expression::String(name) => return keyword(name),
        Expression::Operation(operation) => &**operation,
        _ => return Err(error("a type is required, such as `string` or `list(string)`")),
    };
    match operation {
        Operation::Static(constraint) => parse(constraint, depth),
        Operation::Name(name) => keyword(name),
        Operation::Call { function, arguments, .. } => match (function.as_str(), &arguments[..]) {
            ("list", [element]) => Ok(Type::List(Box::new(parse(element, depth)?))),
            ("set", [element]) => Ok(Type::Set(Box::new(parse(element, depth)?))),
            ("map", [element]) => Ok(Type::Map(Box::new(parse(element, depth)?))),
            ("tuple", [Expression::List(elements)]) => {
                let elements = elements.iter().map(|element| parse(element, depth));
                elements.collect::<Result<_, _>>().map(Type::Tuple)
            }
            ("object", [Expression::Object(attributes)]) => object(attributes, depth),
            ("list" | "set" | "map", _) => {
                Err(error(format!("`{function}` takes one argument, the type of its elements")))
            }
            ("tuple", _) => Err(error("`tuple` takes a list of types")),
            ("object", _) => {
                Err(error("`object` takes an object of attribute types: `object({ name = string })`"))
            }
            ("optional", _) => Err(error("`optional` is only valid for attributes of object types")),
            _ => Err(error(format!("`{function}` is not a type"))),
        },
        _ => Err(error("a type is required, such as `string` or `list(string)`")),
    }
}

fn keyword(name: &str) -> Result<Type, ParseTypeError> {
    Ok(match name {
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "any" => Type::Any,
        "list" => Type::List(Box::new(Type::Any)),
        "set" => Type::Set(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => return Err(error(format!("`{name}` is not a type"))),
    })
}

fn object(attributes: &[(ObjectKey, Expression)], depth: usize) -> Result<Type, ParseTypeError> {
    let mut types: Vec<ObjectAttribute> = Vec::with_capacity(attributes.len());
    for (key, constraint) in attributes {
        let name = match key {
            ObjectKey::Name(name) | ObjectKey::Computed(Expression::String(name)) => name.clone(),
            ObjectKey::Computed(_) => return Err(error("attribute names of an object type must be literal")),
        };
        types.push(match constraint {
            Expression::Operation(operation) => match &**operation {
                Operation::Call { function, arguments, .. } if function == "optional" => {
                    optional(ObjectAttribute::new(name, Type::Any), arguments, depth)?
                }
                _ => ObjectAttribute::new(name, parse(constraint, depth)?),
            },
            _ => ObjectAttribute::new(name, parse(constraint, depth)?),
        });
    }
    types.sort_by(|left, right| left.name.cmp(&right.name));
    if let Some(pair) = types.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(error(format!("duplicate attribute {:?} in the object type", pair[0].name)));
    }
    Ok(Type::Object(types))
}

fn optional(
    mut attribute: ObjectAttribute,
    arguments: &[Expression],
    depth: usize,
) -> Result<ObjectAttribute, ParseTypeError> {
    let (ty, default) = match arguments {
        [ty] => (ty, None),
        [ty, default] => (ty, Some(default)),
        _ => return Err(error("`optional` takes a type and an optional default")),
    };
    attribute.ty = parse(ty, depth)?;
    attribute.optional = true;
    if let Some(default) = default {
        let invalid =
            |reason: String| error(format!("invalid default for attribute {:?}: {reason}", attribute.name));
        let value = evaluate(default, &NoScope).map_err(|error| invalid(error.to_string()))?;
        let value = convert(value, &attribute.ty).map_err(|error| invalid(error.to_string()))?;
        attribute.default = (value != Value::Null).then_some(value);
    }
    Ok(attribute)
}
