//! The types of nulls, and of expressions that failed.
//!
//! A null has a type in Terraform: `var.names` and `tolist(null)` are null lists. Values do not record it here, but the
//! expressions that nulls come from tell it.

use std::borrow::Cow;

use iac_core::expression::{BinaryOperator, Expression, Operation, UnaryOperator};

use super::EvalError;
use super::evaluator::Evaluator;
use crate::types::Type;
use crate::value::Value;

impl Evaluator<'_> {
    /// Returns the type of an expression's value.
    pub(super) fn type_of(&self, expression: &Expression, value: &Value) -> Type {
        if value.peel().is_null() { self.declared(expression) } else { Type::of(value) }
    }

    /// Returns the type that is declared for an expression's value.
    pub(super) fn declared(&self, expression: &Expression) -> Type {
        self.of_null(expression).unwrap_or_default()
    }

    /// Returns the type of a result, which is that of the operator if it failed.
    pub(super) fn type_of_result(
        &self,
        expression: &Expression,
        result: &Result<Cow<'_, Value>, EvalError>,
    ) -> Type {
        match (result, expression) {
            (Ok(value), expression) => self.type_of(expression, value),
            (Err(_), Expression::Operation(operation)) => of_failed(operation),
            _ => Type::Any,
        }
    }

    fn of_null(&self, expression: &Expression) -> Option<Type> {
        let mut names = Vec::new();
        let mut base = expression;
        loop {
            match base {
                Expression::Symbol(symbol) => {
                    let (root, name) = symbol.split_once('.')?;
                    names.push(name);
                    names.reverse();
                    return self.scope.declared_type(root, &names);
                }
                Expression::Operation(operation) => match &**operation {
                    Operation::Name(root) => {
                        names.reverse();
                        return self.scope.declared_type(root, &names);
                    }
                    Operation::Attribute(inner, name) => {
                        names.push(name);
                        base = inner;
                    }
                    Operation::Call { function, .. } if names.is_empty() => return converted(function),
                    _ => return None,
                },
                _ => return None,
            }
        }
    }
}

/// Returns the type of an operation that failed.
fn of_failed(operation: &Operation) -> Type {
    use BinaryOperator as Op;
    match operation {
        Operation::Binary(Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Modulo, ..)
        | Operation::Unary(UnaryOperator::Negate, _) => Type::Number,
        Operation::Binary(..) | Operation::Unary(UnaryOperator::Not, _) => Type::Bool,
        Operation::Template(_) => Type::String,
        _ => Type::Any,
    }
}

/// Returns the type that a conversion function gives to null.
pub(super) fn converted(function: &str) -> Option<Type> {
    Some(match function {
        "tobool" => Type::Bool,
        "tonumber" => Type::Number,
        "tostring" => Type::String,
        "tolist" => Type::List(Box::default()),
        "tomap" => Type::Map(Box::default()),
        "toset" => Type::Set(Box::default()),
        _ => return None,
    })
}
