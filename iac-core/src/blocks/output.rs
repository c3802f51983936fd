//! `output`: a value that is given to the outside.

use super::local::VALUE;
use crate::body::Body;
use crate::construct::{Construct, Scope};
use crate::expr::{IntoExpr, IntoExpression};
use crate::expression::Expression;
use crate::meta::{Dependency, depends_on, rule};
use crate::stack::EntryKind;
use crate::text::Text;

/// An `output` block: a value that Terraform prints and stores in the state.
///
/// A value that another stack of the same [`App`](crate::App) uses needs none: it is made an output by itself.
#[derive(Clone, Debug)]
#[must_use = "it is part of a stack only once it is added"]
pub struct Output {
    name: Text,
    body: Body,
}

impl Output {
    /// An output of a value.
    pub fn new(name: impl Into<Text>, value: impl IntoExpression) -> Self {
        Self { name: name.into(), body: Body::new() }.set(VALUE, value.into_expression())
    }

    /// What the value is.
    pub fn description(self, text: impl Into<Text>) -> Self {
        self.set("description", Expression::String(text.into()))
    }

    /// Hides the value in what Terraform prints. It is still readable in the state.
    pub fn sensitive(self) -> Self {
        self.set("sensitive", Expression::Bool(true))
    }

    /// Keeps the value out of state and plan; for outputs of modules only.
    pub fn ephemeral(self) -> Self {
        self.set("ephemeral", Expression::Bool(true))
    }

    /// What must hold before the value is stored; otherwise Terraform stops with the message.
    pub fn precondition(mut self, condition: impl IntoExpr<bool>, message: impl IntoExpr<String>) -> Self {
        self.body.push_block(Text::from_static("precondition"), rule(condition, message));
        self
    }

    /// Holds the value back until something that it does not refer to is done.
    pub fn depends_on(mut self, dependency: &impl Dependency) -> Self {
        depends_on(&mut self.body, dependency);
        self
    }

    fn set(mut self, argument: impl Into<Text>, value: Expression) -> Self {
        self.body.set(argument, value);
        self
    }
}

impl Construct for Output {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        scope.insert(EntryKind::Output, self.name, self.body);
    }
}
