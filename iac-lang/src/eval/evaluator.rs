//! Evaluation of expression trees.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use iac_core::expression::{BinaryOperator, Binding, Expression, Operation, TemplatePart, UnaryOperator};
use iac_core::text::Text;

use super::conditional::{common_type, either, to_type, unified};
use super::operators::{binary, logical, truth, unary};
use super::steps::{Step, kind};
use super::{EvalError, Scope, budget};
use crate::types;
use crate::value::{Number, Value, composed};

thread_local! {
    /// The current depth of evaluation. Templates are evaluated inside calls, and a scope may evaluate the expression
    /// behind a name, all on the same stack.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// The maximum depth of evaluation: greater than the parser's limit, and small enough for the stack of any thread.
const MAX_DEPTH: usize = 300;

/// The maximum length of the known beginning of a template, in bytes, as in Terraform.
const MAX_PREFIX: usize = 128;

/// The maximum nesting depth of values, so that every consumer can walk them recursively.
const MAX_VALUE_DEPTH: usize = 500;

/// The variables bound by enclosing loops, innermost first.
#[derive(Clone, Copy, Debug)]
pub struct Bindings<'a> {
    /// The variable of the innermost loop.
    pub variable: Variable<'a>,
    /// Its value.
    pub value: &'a Value,
    /// The bindings of the enclosing loops.
    pub outer: Environment<'a>,
}

/// A loop variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable<'a> {
    /// A variable of the model, which has no name.
    Binding(Binding),
    /// The iterator of a `dynamic` block in JSON syntax, where it is indistinguishable from other names.
    Name(&'a str),
}

/// The bindings in effect: none outside of loops.
pub type Environment<'a> = Option<&'a Bindings<'a>>;

type Evaluated<'a> = Result<Cow<'a, Value>, EvalError>;

/// An evaluator of expressions in a scope.
pub struct Evaluator<'s> {
    pub(super) scope: &'s dyn Scope,
}

impl fmt::Debug for Evaluator<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluator").finish_non_exhaustive()
    }
}

impl<'s> Evaluator<'s> {
    /// Returns an evaluator of a scope.
    #[must_use]
    pub const fn new(scope: &'s dyn Scope) -> Self {
        Self { scope }
    }

    pub(super) fn evaluate(&self, expression: &Expression) -> Result<Value, EvalError> {
        self.evaluate_in(expression, None)
    }

    /// Evaluates an expression inside of loops.
    pub fn evaluate_in(
        &self,
        expression: &Expression,
        environment: Environment<'_>,
    ) -> Result<Value, EvalError> {
        let value = self.value(expression, environment)?.into_owned();
        if value.is_deeper_than(MAX_VALUE_DEPTH) {
            return Err(EvalError::of("Value too deep", "The value is nested too deeply."));
        }
        Ok(value)
    }

    /// Evaluates an expression; the value is borrowed if it already exists.
    pub(super) fn value<'a>(
        &'a self,
        expression: &'a Expression,
        environment: Environment<'a>,
    ) -> Evaluated<'a> {
        if let Some(value) = literal(expression) {
            return Ok(Cow::Owned(value));
        }
        let depth = DEPTH.get();
        if depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        if depth == 0 {
            budget::start();
        }
        DEPTH.set(depth + 1);
        let mut value = match expression {
            Expression::Operation(operation) => self.operation(expression, operation, environment),
            _ => self.composite(expression, environment),
        };
        DEPTH.set(depth);
        if let Err(error) = &mut value {
            error.concerns(expression);
        }
        value
    }

    /// Evaluates an expression to an owned value.
    pub(super) fn owned(
        &self,
        expression: &Expression,
        environment: Environment<'_>,
    ) -> Result<Value, EvalError> {
        self.value(expression, environment).and_then(budget::copied)
    }

    fn composite<'a>(&'a self, expression: &'a Expression, environment: Environment<'a>) -> Evaluated<'a> {
        match expression {
            Expression::List(elements) => self.list(elements, environment),
            Expression::Object(elements) => self.object(elements, environment).map(Cow::Owned),
            Expression::Reference(_) => Err(EvalError::of(
                "Invalid reference",
                "References of the program have no name before its configuration is written.",
            )),
            _ => self.traversal(expression, environment),
        }
    }

    /// This function only dispatches, because its stack frame is repeated for each level of an expression.
    fn operation<'a>(
        &'a self,
        expression: &'a Expression,
        operation: &'a Operation,
        environment: Environment<'a>,
    ) -> Evaluated<'a> {
        match operation {
            Operation::Name(_) | Operation::Attribute(..) | Operation::Index(..) => {
                self.traversal(expression, environment)
            }
            Operation::Static(inner)
            | Operation::Secret(inner)
            | Operation::Plaintext(inner)
            | Operation::Gathered(_, inner) => self.value(inner, environment),
            Operation::Template(parts) => self.template(parts, environment),
            Operation::Conditional(condition, yes, no) => self.conditional(condition, yes, no, environment),
            Operation::Call { function, arguments, expand_last } => {
                owned_result(self.call(function, arguments, *expand_last, environment))
            }
            Operation::Splat(base, path) => owned_result(self.splat(base, path, environment)),
            Operation::Binary(operator, left, right) => {
                owned_result(self.binary(*operator, left, right, environment))
            }
            Operation::Unary(operator, operand) => self.unary(*operator, operand, environment),
            Operation::For(each) => owned_result(self.each(each, environment)),
            Operation::Raw(text) => raw(text),
            Operation::Invalid(reason) => Err(EvalError::of("Invalid expression", reason)),
        }
    }

    fn list(&self, elements: &[Expression], environment: Environment<'_>) -> Evaluated<'static> {
        let mut values = Vec::with_capacity(elements.len());
        for element in elements {
            values.push(self.owned(element, environment)?);
        }
        Ok(Cow::Owned(Value::Tuple(values)))
    }

    fn unary(
        &self,
        operator: UnaryOperator,
        operand: &Expression,
        environment: Environment<'_>,
    ) -> Evaluated<'static> {
        unary(operator, self.owned(operand, environment)?).map(Cow::Owned)
    }

    /// Evaluates a chain of binary operators. Chains may be long; they are left-associative.
    fn binary(
        &self,
        operator: BinaryOperator,
        left: &Expression,
        right: &Expression,
        environment: Environment<'_>,
    ) -> Result<Value, EvalError> {
        let mut pending = vec![(operator, right)];
        let mut innermost = left;
        while let Expression::Operation(operation) = innermost
            && let Operation::Binary(operator, left, right) = &**operation
        {
            pending.push((*operator, right));
            innermost = left;
        }
        let mut value = self.owned(innermost, environment);
        while let Some((operator, right)) = pending.pop() {
            value = match operator {
                BinaryOperator::Or | BinaryOperator::And => {
                    logical(operator, value, self.owned(right, environment))
                }
                _ => binary(operator, value?, self.owned(right, environment)?),
            };
        }
        value
    }

    /// Evaluates a name and the steps after it.
    fn traversal<'a>(&'a self, expression: &'a Expression, environment: Environment<'a>) -> Evaluated<'a> {
        let mut steps = Vec::new();
        let mut base = expression;
        while let Expression::Operation(operation) = base {
            base = match &**operation {
                Operation::Attribute(base, name) => {
                    steps.push(Step::Name(name));
                    base
                }
                Operation::Index(base, key) => {
                    steps.push(Step::Key(self.value(key, environment)?));
                    base
                }
                _ => break,
            };
        }
        let (root, variable) = match base {
            Expression::Symbol(symbol) => match symbol.split_once('.') {
                Some((root, name)) => {
                    steps.push(Step::Name(name));
                    (Some(root), None)
                }
                None => (Some(*symbol), None),
            },
            Expression::Bound(binding) => (None, Some(Variable::Binding(*binding))),
            Expression::Operation(operation) => match &**operation {
                Operation::Name(root) => (Some(root.as_str()), Some(Variable::Name(root))),
                _ => (None, None),
            },
            _ => (None, None),
        };
        steps.reverse();
        let mut used = 0;
        let value = match (variable.and_then(|variable| bound(variable, environment)), root) {
            (Some(value), _) => Cow::Borrowed(value),
            (None, Some(root)) => {
                let resolved = self.scope.resolve(root, &steps)?;
                used = resolved.used;
                resolved.value
            }
            (None, None) if variable.is_some() => {
                let detail = "A loop variable can only be used inside its loop.";
                return Err(EvalError::of("Invalid reference", detail));
            }
            (None, None) => self.value(base, environment)?,
        };
        steps.iter().skip(used).try_fold(value, |value, step| step.of(value))
    }

    fn template<'a>(&'a self, parts: &'a [TemplatePart], environment: Environment<'a>) -> Evaluated<'a> {
        if let [TemplatePart::Interpolation(only)] = parts {
            return self.value(only, environment);
        }
        let mut text = String::new();
        let (mut unknown, mut sensitive) = (None, false);
        for part in parts {
            match part {
                // After an unknown part, only errors and sensitivity matter.
                TemplatePart::Literal(_) if unknown.is_some() => {}
                TemplatePart::Literal(literal) => text.push_str(literal),
                TemplatePart::Interpolation(expression) => {
                    let value = self.value(expression, environment)?;
                    sensitive |= value.is_sensitive();
                    match value.peel() {
                        Value::Unknown(part) if unknown.is_none() => unknown = Some(part.derived()),
                        Value::Unknown(part) => {
                            unknown = unknown
                                .map(|first| if first.reason().is_some() { first } else { part.derived() });
                        }
                        value => {
                            let part = interpolated(value)?;
                            if unknown.is_none() {
                                budget::append(&mut text, &part)?;
                            }
                        }
                    }
                }
            }
        }
        let value = match unknown {
            Some(unknown) => Value::Unknown(unknown.with_prefix(start_of(&text))),
            None => Value::String(composed(text.into())),
        };
        Ok(Cow::Owned(value.mark_if(sensitive)))
    }

    fn conditional<'a>(
        &'a self,
        condition: &'a Expression,
        yes: &'a Expression,
        no: &'a Expression,
        environment: Environment<'a>,
    ) -> Evaluated<'a> {
        let condition = self.value(condition, environment)?;
        let sensitive = condition.is_sensitive();
        let chosen = match condition.peel() {
            Value::Null => {
                let detail = "The condition value is null. Conditions must either be true or false.";
                return Err(EvalError::of("Null condition", detail));
            }
            Value::Unknown(unknown) => {
                let results = [self.value(yes, environment), self.value(no, environment)];
                let is_sensitive = results.iter().flatten().any(|value| value.is_sensitive());
                let value = match &results {
                    // Errors of both results are left to when the condition is known, but not their types.
                    [yes_value, no_value] => {
                        let types = [self.type_of_result(yes, yes_value), self.type_of_result(no, no_value)];
                        let untyped = Value::Unknown(unknown.derived());
                        let [yes, no] = [yes_value, no_value]
                            .map(|value| value.as_ref().map_or(&untyped, |value| &**value));
                        either(unknown, (yes, no), types)?
                    }
                };
                return Ok(Cow::Owned(value.mark_if(sensitive || is_sensitive)));
            }
            condition => truth(condition).ok_or_else(|| {
                EvalError::of("Incorrect condition type", "The condition expression must be of type bool.")
            })?,
        };
        let (chosen, other) = if chosen { (yes, no) } else { (no, yes) };
        let value = self.value(chosen, environment)?;
        // The other result matters only for its type and sensitivity, so its errors are ignored.
        let (value, sensitive) = match self.value(other, environment) {
            Ok(other_value) => {
                let types = || [self.type_of(chosen, &value), self.type_of(other, &other_value)];
                let common = common_type(&value, &other_value, types)?;
                (to_type(value, common)?, sensitive || other_value.is_sensitive())
            }
            failed @ Err(_) => {
                let types = [self.type_of(chosen, &value), self.type_of_result(other, &failed)];
                (to_type(value, unified(&types)?)?, sensitive)
            }
        };
        Ok(if sensitive { Cow::Owned(value.into_owned().mark()) } else { value })
    }
}

fn bound<'a>(variable: Variable<'_>, mut environment: Environment<'a>) -> Option<&'a Value> {
    while let Some(bindings) = environment {
        if bindings.variable == variable {
            return Some(bindings.value);
        }
        environment = bindings.outer;
    }
    None
}

/// Returns the beginning of the text before the first unknown part.
fn start_of(text: &str) -> &str {
    let end = (0..=MAX_PREFIX.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// Converts an interpolated value to a string.
fn interpolated(value: &Value) -> Result<Text, EvalError> {
    types::text(value).ok_or_else(|| {
        let detail = match value {
            Value::Null => {
                "The expression result is null. Cannot include a null value in a string template.".to_owned()
            }
            value => format!("A string is required in a template, not a {}.", kind(value)),
        };
        EvalError::of("Invalid template interpolation value", detail)
    })
}

/// Parses a number that the model has no literal for and stores as text.
fn raw(text: &str) -> Evaluated<'static> {
    match text.parse() {
        Ok(number) => Ok(Cow::Owned(Value::Number(number))),
        Err(_) => Err(EvalError::of("Invalid expression", format!("`{text}` cannot be evaluated."))),
    }
}

/// Returns the value of a literal expression.
fn literal(expression: &Expression) -> Option<Value> {
    Some(match expression {
        Expression::Null => Value::Null,
        Expression::Bool(value) => Value::Bool(*value),
        Expression::Integer(number) => Value::Number(Number::from(*number)),
        Expression::Float(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        Expression::String(text) => Value::String(composed(text.clone())),
        _ => return None,
    })
}

fn owned_result(result: Result<Value, EvalError>) -> Evaluated<'static> {
    result.map(Cow::Owned)
}

fn too_deep() -> EvalError {
    let detail = "The expression is nested too deeply. Move parts of it to local values.";
    // Finding the expression takes stack, too.
    EvalError { subject: 1, ..EvalError::of("Expression too deep", detail) }
}
