//! The `output` block: a value exported by a stack.

use super::local::VALUE;
use crate::body::Body;
use crate::expr::{IntoExpr, IntoExpression};
use crate::expression::Expression;
use crate::meta::{Dependency, depends_on, rule};
use crate::stack::EntryKind;
use crate::stack::{Construct, Scope};
use crate::text::Text;

/// An `output` block: a value that Terraform prints and stores in the state.
///
/// Values used by another stack of the same [`App`](crate::App) are exported automatically.
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Output {
    name: Text,
    body: Body,
}

impl Output {
    /// Creates an output.
    pub fn new(name: impl Into<Text>, value: impl IntoExpression) -> Self {
        Self { name: name.into(), body: Body::new() }.set(VALUE, value.into_expression())
    }

    /// Sets the description.
    pub fn description(self, text: impl Into<Text>) -> Self {
        self.set("description", Expression::String(text.into()))
    }

    /// Hides the value in Terraform's output. It is still readable in the state.
    pub fn sensitive(self) -> Self {
        self.set("sensitive", Expression::Bool(true))
    }

    /// Keeps the value out of the state and the plan. Only allowed for outputs of child modules.
    pub fn ephemeral(self) -> Self {
        self.set("ephemeral", Expression::Bool(true))
    }

    /// Adds a precondition. If the condition is false, Terraform fails with the message before storing the value.
    pub fn precondition(mut self, condition: impl IntoExpr<bool>, message: impl IntoExpr<String>) -> Self {
        self.body.push_block(Text::from_static("precondition"), rule(condition, message));
        self
    }

    /// Delays the value until another resource is complete, for dependencies that the value does not refer to.
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
