//! Methods shared by all builders.

use std::mem;

use crate::body::Body;
use crate::expr::{Collection, Each, Expr, IntoExpression, Typed};
use crate::expression::{Binding, Expression, Operation};
use crate::text::Text;

/// Methods of everything that has arguments: resources, nested blocks, providers.
pub trait Configure: Sized {
    /// Returns the arguments and blocks set so far.
    fn body_mut(&mut self) -> &mut Body;

    /// Applies a change if a condition known to Rust is true.
    #[must_use]
    fn when(self, condition: bool, change: impl FnOnce(Self) -> Self) -> Self {
        if condition { change(self) } else { self }
    }

    /// Applies a change if there is a value.
    #[must_use]
    fn maybe<V>(self, value: Option<V>, change: impl FnOnce(Self, V) -> Self) -> Self {
        match value {
            Some(value) => change(self, value),
            None => self,
        }
    }

    /// Applies a change for each value of a collection known to Rust.
    #[must_use]
    fn each<V>(self, values: impl IntoIterator<Item = V>, change: impl FnMut(Self, V) -> Self) -> Self {
        values.into_iter().fold(self, change)
    }

    /// Turns the nested blocks added by the closure into `dynamic` blocks, which Terraform repeats for each element
    /// of the collection. For a collection known to Rust, use [`each`](Self::each).
    #[must_use]
    fn dynamic<C: Collection, B: Configure>(
        mut self,
        collection: C,
        build: impl FnOnce(Self, Each<C::Element>) -> B,
    ) -> B {
        let iterator = Binding::fresh();
        let before = mem::take(self.body_mut());
        let mut builder = build(self, Each::of_iterator(iterator));
        let added = mem::replace(builder.body_mut(), before);
        builder.body_mut().append(added.into_dynamic(&collection.into_collection(), iterator));
        builder
    }

    /// Sets an argument by name, bypassing the types: for arguments that the bindings do not have.
    #[must_use]
    fn argument(mut self, name: impl Into<Text>, value: impl IntoExpression) -> Self {
        self.body_mut().set(name, value.into_expression());
        self
    }

    /// Adds a nested block by name, bypassing the types.
    #[must_use]
    fn block(mut self, name: impl Into<Text>, build: impl FnOnce(RawBlock) -> RawBlock) -> Self {
        self.body_mut().push_block(name, build(RawBlock::default()).0);
        self
    }

    /// Adds a comment to the block, for readers of the configuration and for tools that read directives from
    /// comments: `checkov:skip=CKV_AWS_18:it is the bucket for access logs`.
    #[must_use]
    fn comment(mut self, text: impl Into<Text>) -> Self {
        self.body_mut().comment(text);
        self
    }

    /// Waives a policy rule for this resource, with a reason: `iac check` does not fail on it. The rule is given by
    /// its ID or by the ID another tool uses for it; a checkov ID is also written as a `checkov:skip` comment.
    #[must_use]
    fn waive(self, rule: &str, reason: &str) -> Self {
        let waived = self.comment(format!("iac:waive={rule}: {reason}"));
        if rule.starts_with("CKV") { waived.comment(format!("checkov:skip={rule}:{reason}")) } else { waived }
    }

    /// Like [`waive`](Self::waive), until an expiry date such as `2027-01-31`, inclusive. `iac check` fails after it.
    /// Checkov has no expiry dates, so it skips the rule until the waiver is removed.
    #[must_use]
    fn waive_until(self, rule: &str, date: &str, reason: &str) -> Self {
        let waived = self.comment(format!("iac:waive={rule} until={date}: {reason}"));
        if rule.starts_with("CKV") {
            waived.comment(format!("checkov:skip={rule}:until {date}: {reason}"))
        } else {
            waived
        }
    }

    /// Removes an argument, or all nested blocks of a type, set earlier.
    #[must_use]
    fn without(mut self, name: &str) -> Self {
        self.body_mut().remove(name);
        self
    }
}

/// An untyped block, whose arguments are checked by Terraform only.
#[derive(Clone, Debug, Default)]
pub struct RawBlock(Body);

impl From<Body> for RawBlock {
    fn from(body: Body) -> Self {
        Self(body)
    }
}

impl Configure for RawBlock {
    fn body_mut(&mut self) -> &mut Body {
        &mut self.0
    }
}

/// Marks a literal in a sensitive argument as intentional. Anyone who can read the configuration can read it.
///
/// ```
/// # use iac_core::{Expr, plaintext};
/// let password: Expr<String> = plaintext("changed-at-first-login");
/// ```
pub fn plaintext<V: Typed>(value: V) -> Expr<V::Type> {
    let value: Expression = Operation::Plaintext(value.into_expr().into_expression()).into();
    Expr::from_expression(value)
}
