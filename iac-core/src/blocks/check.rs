//! The `check` block: assertions about running infrastructure.

use crate::body::{Block, Body};
use crate::builder::{Buildable, Complete};
use crate::expr::IntoExpr;
use crate::meta::rule;
use crate::stack::EntryKind;
use crate::stack::{Construct, Scope};
use crate::text::Text;

/// A `check` block: assertions that Terraform evaluates at each plan and apply, and reports as warnings.
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Check {
    name: Text,
    body: Body,
}

impl Check {
    /// Creates a check without assertions. It needs at least one.
    pub fn new(name: impl Into<Text>) -> Self {
        Self { name: name.into(), body: Body::new() }
    }

    /// Adds an assertion. If the condition is false, Terraform warns with the message.
    pub fn assert(mut self, condition: impl IntoExpr<bool>, message: impl IntoExpr<String>) -> Self {
        self.body.push_block(Text::from_static("assert"), rule(condition, message));
        self
    }

    /// Reads a data source for this check only. If it cannot be read, Terraform warns instead of failing.
    ///
    /// Assertions refer to it as `data.<type>.<name>`, written with `raw`.
    pub fn data<B: Buildable + Complete>(mut self, data: B) -> Self {
        let data = data.into_resource().into_parts();
        let labels = vec![Text::from_static(data.resource_type.name), data.name];
        self.body.push_block(Text::from_static("data"), Block { labels, ..Block::from(data.body) });
        self
    }
}

impl Construct for Check {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        scope.insert(EntryKind::Check, self.name, self.body);
    }
}
