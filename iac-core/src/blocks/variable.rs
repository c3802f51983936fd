//! The `variable` block: an input value of a stack.

use std::fmt;

use crate::body::Body;
use crate::expr::{Any, Arn, Ephemeral, Expr, Id, IntoExpr, List, Map, Number, Set};
use crate::expression::{Expression, Operation, Reference, Target};
use crate::meta::rule;
use crate::stack::EntryKind;
use crate::stack::{Construct, Scope};
use crate::text::Text;

/// A `variable` block: a value that is supplied when Terraform runs.
///
/// Adding it returns the value.
///
/// ```
/// use iac_core::{Number, Stack, Variable};
///
/// let stack = Stack::new("web");
/// let size = stack.add(
///     Variable::<Number>::new("size")
///         .description("Number of servers")
///         .default(2)
///         .validation(|size| size.at_least(1), "At least one server is required."),
/// );
/// # let _ = size;
/// ```
#[must_use = "has no effect until it is added to a stack"]
pub struct Variable<T: ?Sized> {
    name: Text,
    body: Body,
    sensitive: bool,
    validations: Vec<Validation<T>>,
}

/// Builds a `validation` block once the variable's name is known.
type Validation<T> = Box<dyn FnOnce(Expr<T>) -> Body>;

impl<T: TypeConstraint + 'static> Variable<T> {
    /// Creates a required variable.
    pub fn new(name: impl Into<Text>) -> Self {
        let mut constraint = String::new();
        T::write(&mut constraint);
        Self::with_type(name, constraint)
    }
}

impl<T: ?Sized + 'static> Variable<T> {
    /// Creates a variable with a type written in Terraform's notation: `object({ name = string, size =
    /// optional(number) })`.
    pub fn with_type(name: impl Into<Text>, constraint: impl Into<String>) -> Self {
        let mut body = Body::new();
        let constraint: Expression = Operation::Raw(constraint.into()).into();
        body.set(Text::from_static("type"), constraint.into_static());
        Self { name: name.into(), body, sensitive: false, validations: Vec::new() }
    }

    /// Sets the description.
    pub fn description(self, text: impl Into<Text>) -> Self {
        self.set("description", Expression::String(text.into()))
    }

    /// Sets the default value.
    pub fn default(self, value: impl IntoExpr<T>) -> Self {
        self.set("default", value.into_expr().into_expression())
    }

    /// Hides the value in Terraform's output.
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self.set("sensitive", Expression::Bool(true))
    }

    /// Allows or forbids `null`. Terraform allows it by default.
    pub fn nullable(self, yes: bool) -> Self {
        self.set("nullable", Expression::Bool(yes))
    }

    /// Keeps the value out of the state and the plan. Only write-only arguments, providers and ephemeral blocks
    /// accept it.
    pub fn ephemeral(self) -> Variable<Ephemeral<T>> {
        let Self { name, body, sensitive, validations } = self.set("ephemeral", Expression::Bool(true));
        let validations = validations.into_iter().map(|validation| {
            Box::new(|value: Expr<Ephemeral<T>>| validation(value.cast())) as Validation<Ephemeral<T>>
        });
        Variable { name, body, sensitive, validations: validations.collect() }
    }

    /// Adds a validation. Values for which the condition is false are rejected with the message.
    pub fn validation(
        mut self,
        condition: impl FnOnce(Expr<T>) -> Expr<bool> + 'static,
        message: impl IntoExpr<String> + 'static,
    ) -> Self {
        self.validations.push(Box::new(|value| rule(condition(value), message)));
        self
    }

    fn set(mut self, argument: &'static str, value: Expression) -> Self {
        self.body.set(Text::from_static(argument), value);
        self
    }
}

impl<T: ?Sized + 'static> Construct for Variable<T> {
    type Output = Expr<T>;

    fn build(self, scope: &Scope<'_>) -> Expr<T> {
        let Self { name, mut body, sensitive, validations } = self;
        let value = |target| Expr::from_expression(Reference { target, attribute: "", sensitive }.into());
        let target = scope.next_target();
        for validation in validations {
            body.push_block(Text::from_static("validation"), validation(value(target)));
        }
        let inserted: Target = scope.insert(EntryKind::Variable, name, body);
        debug_assert_eq!(inserted, target, "no other entry is added in between");
        value(target)
    }
}

impl<T: ?Sized> fmt::Debug for Variable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable")
            .field("name", &self.name)
            .field("body", &self.body)
            .field("validations", &self.validations.len())
            .finish_non_exhaustive()
    }
}

/// A type that a variable can have.
pub trait TypeConstraint {
    /// Writes the type in Terraform's notation.
    fn write(out: &mut String);
}

macro_rules! constraints {
    ($([$($parameter:ident)?] $type:ty => $name:literal;)*) => {$(
        impl<$($parameter)?> TypeConstraint for $type {
            fn write(out: &mut String) {
                out.push_str($name);
            }
        }
    )*};
}

constraints! {
    [] String => "string";
    [] Number => "number";
    [] bool => "bool";
    [] Any => "any";
    [K] Id<K> => "string";
    [K] Arn<K> => "string";
}

macro_rules! collections {
    ($($type:ident => $name:literal;)*) => {$(
        impl<T: TypeConstraint> TypeConstraint for $type<T> {
            fn write(out: &mut String) {
                out.push_str(concat!($name, "("));
                T::write(out);
                out.push(')');
            }
        }
    )*};
}

collections! {
    List => "list";
    Set => "set";
    Map => "map";
}
