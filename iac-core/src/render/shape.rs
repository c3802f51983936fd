//! Syntactic properties of expressions: when parentheses or quotes are needed.

use crate::address::is_identifier;
use crate::expression::{Expression, Operation, TemplatePart, UnaryOperator};

/// The precedence of `-` and `!`.
const PREFIX: u8 = 7;
/// The precedence of primary expressions, which never need parentheses.
pub(super) const POSTFIX: u8 = 8;

/// Returns the precedence of an expression.
pub(super) fn precedence(expression: &Expression) -> u8 {
    match peel(expression) {
        Expression::Integer(number) if *number < 0 => PREFIX,
        Expression::Float(number) if number.is_sign_negative() => PREFIX,
        Expression::Operation(operation) => match &**operation {
            Operation::Conditional(..) => 0,
            Operation::Binary(operator, ..) => operator.precedence(),
            Operation::Unary(..) => PREFIX,
            Operation::Raw(source) if !is_traversal(source) && !is_number(source) => 0,
            _ => POSTFIX,
        },
        _ => POSTFIX,
    }
}

/// Returns `true` if `.name`, `[key]` or `[*]` can follow the expression without parentheses.
pub(super) fn is_base(expression: &Expression) -> bool {
    match peel(expression) {
        Expression::List(_)
        | Expression::Object(_)
        | Expression::Reference(_)
        | Expression::Symbol(_)
        | Expression::Bound(_) => true,
        Expression::Operation(operation) => match &**operation {
            Operation::Call { .. }
            | Operation::Attribute(..)
            | Operation::Index(..)
            | Operation::For(_)
            | Operation::Name(_) => true,
            Operation::Raw(source) => is_traversal(source),
            // Anything that follows a splat becomes part of it.
            _ => false,
        },
        _ => false,
    }
}

/// Returns `true` if the rendered expression starts with a minus.
pub(super) fn begins_with_minus(expression: &Expression) -> bool {
    match peel(expression) {
        Expression::Integer(number) => *number < 0,
        Expression::Float(number) => number.is_sign_negative(),
        Expression::Operation(operation) => match &**operation {
            Operation::Unary(operator, _) => *operator == UnaryOperator::Negate,
            Operation::Binary(operator, left, _) => {
                precedence(left) >= operator.precedence() && begins_with_minus(left)
            }
            Operation::Conditional(condition, ..) => {
                precedence(condition) > 0 && begins_with_minus(condition)
            }
            Operation::Raw(source) => source.starts_with('-'),
            _ => false,
        },
        _ => false,
    }
}

/// Removes wrappers that are not rendered.
pub(super) fn peel(mut expression: &Expression) -> &Expression {
    while let Expression::Operation(operation) = expression {
        expression = match &**operation {
            Operation::Static(inner)
            | Operation::Secret(inner)
            | Operation::Plaintext(inner)
            | Operation::Gathered(_, inner) => inner,
            Operation::Template(parts) => match only_interpolation(parts) {
                Some(inner) => inner,
                None => break,
            },
            _ => break,
        };
    }
    expression
}

/// Returns the interpolation of a template that contains nothing else.
pub(super) fn only_interpolation(parts: &[TemplatePart]) -> Option<&Expression> {
    let mut parts =
        parts.iter().filter(|part| !matches!(part, TemplatePart::Literal(text) if text.is_empty()));
    match (parts.next(), parts.next()) {
        (Some(TemplatePart::Interpolation(inner)), None) => Some(inner),
        _ => None,
    }
}

/// Returns `true` if an HCL expression consists only of names, dots, and indices in brackets.
fn is_traversal(source: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'"');
    source.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && source.bytes().all(plain)
}

/// Returns `true` if an HCL expression is an unsigned number.
fn is_number(source: &str) -> bool {
    source.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Returns `true` if an object key can be written without quotes.
pub(super) fn is_bare_key(name: &str) -> bool {
    name.is_ascii() && is_identifier(name) && !matches!(name, "for" | "null" | "true" | "false")
}
