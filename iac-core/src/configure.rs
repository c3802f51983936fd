//! What every builder can do, whatever it builds.

use std::mem;

use crate::body::Body;
use crate::expr::{Collection, Each, Expr, IntoExpression, Typed};
use crate::expression::{Binding, Expression, Operation};
use crate::text::Text;

/// The methods of everything that has arguments: resources, nested blocks, providers.
pub trait Configure: Sized {
    /// The arguments and blocks that are set.
    fn body_mut(&mut self) -> &mut Body;

    /// Applies a change under a condition that Rust knows.
    #[must_use]
    fn when(self, condition: bool, change: impl FnOnce(Self) -> Self) -> Self {
        if condition { change(self) } else { self }
    }

    /// Applies a change when there is a value.
    #[must_use]
    fn maybe<V>(self, value: Option<V>, change: impl FnOnce(Self, V) -> Self) -> Self {
        match value {
            Some(value) => change(self, value),
            None => self,
        }
    }

    /// Applies a change for each of several values that Rust knows.
    #[must_use]
    fn each<V>(self, values: impl IntoIterator<Item = V>, change: impl FnMut(Self, V) -> Self) -> Self {
        values.into_iter().fold(self, change)
    }

    /// Makes the nested blocks that the closure adds `dynamic`: Terraform repeats them for each element of the
    /// collection. For a collection that Rust knows, use [`each`](Self::each).
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

    /// Sets an argument by name, past the types: for what the bindings do not know.
    #[must_use]
    fn argument(mut self, name: impl Into<Text>, value: impl IntoExpression) -> Self {
        self.body_mut().set(name, value.into_expression());
        self
    }

    /// Adds a nested block by name, past the types.
    #[must_use]
    fn block(mut self, name: impl Into<Text>, build: impl FnOnce(RawBlock) -> RawBlock) -> Self {
        self.body_mut().push_block(name, build(RawBlock::default()).0);
        self
    }

    /// Adds a comment to the block, for those who read the configuration and for tools that take orders there:
    /// `checkov:skip=CKV_AWS_18:it is the bucket for access logs`.
    #[must_use]
    fn comment(mut self, text: impl Into<Text>) -> Self {
        self.body_mut().comment(text);
        self
    }

    /// Sets a policy aside for this resource, with the reason: `iac check` does not fail on it. The rule is named by its id,
    /// or by what other tools call it; checkov's ids are said to checkov, too.
    #[must_use]
    fn waive(self, rule: &str, reason: &str) -> Self {
        let waived = self.comment(format!("iac:waive={rule}: {reason}"));
        if rule.starts_with("CKV") { waived.comment(format!("checkov:skip={rule}:{reason}")) } else { waived }
    }

    /// The same until a day, the last on which it holds: `2027-01-31`. Afterwards `iac check` fails; checkov knows no days, so
    /// that it is told of the waiver until someone takes it out.
    #[must_use]
    fn waive_until(self, rule: &str, day: &str, reason: &str) -> Self {
        let waived = self.comment(format!("iac:waive={rule} until={day}: {reason}"));
        if rule.starts_with("CKV") {
            waived.comment(format!("checkov:skip={rule}:until {day}: {reason}"))
        } else {
            waived
        }
    }

    /// Removes an argument, or all nested blocks of a type, that was set before.
    #[must_use]
    fn without(mut self, name: &str) -> Self {
        self.body_mut().remove(name);
        self
    }
}

/// A block whose arguments only Terraform checks.
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

/// Marks literals in a sensitive argument as meant: they will stand in the configuration for everyone to read.
///
/// ```
/// # use iac_core::{Expr, plaintext};
/// let password: Expr<String> = plaintext("changed-at-first-login");
/// ```
pub fn plaintext<V: Typed>(value: V) -> Expr<V::Type> {
    let value: Expression = Operation::Plaintext(value.into_expr().into_expression()).into();
    Expr::from_expression(value)
}
