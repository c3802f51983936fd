//! Meta-arguments: arguments that Terraform itself defines for every resource.

use std::mem;

use crate::body::{Block, Body};
use crate::builder::{Addable, Buildable, Complete, Repeated};
use crate::configure::{Configure as _, RawBlock};
use crate::expr::{Collection, Each, Expr, IntoExpr, IntoExpression, Number};
use crate::expression::{Expression, Operation};
use crate::handle::{EntryHandle, Handle, PROVIDER, ProviderHandle};
use crate::text::Text;

/// The meta-arguments of resources and modules.
pub trait MetaArguments: Addable {
    /// Creates `count` instances. The closure receives the builder and the instance's index, `count.index`.
    ///
    /// Adding the result returns [`Many`](crate::Many) instead of one handle.
    fn count<B: Addable<Handle = Self::Handle> + Complete>(
        self,
        count: impl IntoExpr<Number>,
        build: impl FnOnce(Self, Expr<Number>) -> B,
    ) -> Repeated<B, Number> {
        Repeated::count(self, count, build)
    }

    /// Creates an instance for each element of a map or a set of strings. The closure receives the builder and the
    /// element.
    ///
    /// Adding the result returns [`Many`](crate::Many) instead of one handle.
    fn for_each<I: Collection, B: Addable<Handle = Self::Handle> + Complete>(
        self,
        collection: I,
        build: impl FnOnce(Self, Each<I::Element>) -> B,
    ) -> Repeated<B, String> {
        Repeated::for_each(self, collection, build)
    }

    /// Adds a dependency on a resource that no argument refers to.
    #[must_use]
    fn depends_on(mut self, dependency: &impl Dependency) -> Self {
        depends_on(self.body_mut(), dependency);
        self
    }
}

impl<B: Addable> MetaArguments for B {}

/// The meta-arguments of resources only.
pub trait ResourceArguments: Buildable {
    /// Selects a provider configuration other than the default one.
    #[must_use]
    fn provider(mut self, provider: &ProviderHandle<Self::Provider>) -> Self {
        let provider = provider.handle().address().into_static();
        self.body_mut().set(PROVIDER, provider);
        self
    }

    /// Creates the replacement before the old object is destroyed.
    #[must_use]
    fn create_before_destroy(self, yes: bool) -> Self {
        self.lifecycle(|lifecycle| {
            lifecycle.set(Text::from_static("create_before_destroy"), Expression::Bool(yes));
        })
    }

    /// Makes Terraform reject every plan that would destroy the resource.
    #[must_use]
    fn prevent_destroy(self, yes: bool) -> Self {
        self.lifecycle(|lifecycle| lifecycle.set(Text::from_static("prevent_destroy"), Expression::Bool(yes)))
    }

    /// Ignores changes of these attributes: `["tags[\"Owner\"]", "desired_capacity"]`.
    #[must_use]
    fn ignore_changes<P: Into<Text>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        self.lifecycle(|lifecycle| {
            for path in paths {
                let path = Operation::Raw(path.into().as_str().to_owned());
                lifecycle.push_to_list(IGNORE_CHANGES, Expression::from(path).into_static());
            }
        })
    }

    /// Ignores all changes: Terraform creates and destroys the resource, and never updates it.
    #[must_use]
    fn ignore_all_changes(self) -> Self {
        self.lifecycle(|lifecycle| lifecycle.set(IGNORE_CHANGES, Expression::Symbol("all").into_static()))
    }

    /// Replaces the resource when a resource or an attribute of one changes.
    #[must_use]
    fn replace_triggered_by(self, value: impl IntoExpression) -> Self {
        let value = value.into_expression().into_static();
        self.lifecycle(|lifecycle| lifecycle.push_to_list(Text::from_static("replace_triggered_by"), value))
    }

    /// Adds a condition that must hold before the resource is planned; otherwise Terraform fails with the message.
    #[must_use]
    fn precondition(self, condition: impl IntoExpr<bool>, message: impl IntoExpr<String>) -> Self {
        let rule = rule(condition, message);
        self.lifecycle(|lifecycle| lifecycle.push_block(Text::from_static("precondition"), rule))
    }

    /// Adds a condition that the result must satisfy; otherwise Terraform fails with the message.
    #[must_use]
    fn postcondition(self, condition: impl IntoExpr<bool>, message: impl IntoExpr<String>) -> Self {
        let rule = rule(condition, message);
        self.lifecycle(|lifecycle| lifecycle.push_block(Text::from_static("postcondition"), rule))
    }

    /// Runs a provisioner when the resource is created. Use it as a last resort, as Terraform recommends.
    #[must_use]
    fn provisioner(mut self, kind: impl Into<Text>, build: impl FnOnce(RawBlock) -> RawBlock) -> Self {
        let body = mem::take(build(RawBlock::default()).body_mut());
        let block = Block { labels: vec![kind.into()], ..Block::from(body) };
        self.body_mut().push_block(Text::from_static("provisioner"), block);
        self
    }

    /// Sets the connection that provisioners use.
    #[must_use]
    fn connection(mut self, build: impl FnOnce(RawBlock) -> RawBlock) -> Self {
        let body = mem::take(build(RawBlock::default()).body_mut());
        self.body_mut().set_block(Text::from_static("connection"), body);
        self
    }

    /// Changes the `lifecycle` block.
    #[must_use]
    #[doc(hidden)]
    fn lifecycle(mut self, change: impl FnOnce(&mut Body)) -> Self {
        change(self.body_mut().block_mut("lifecycle"));
        self
    }
}

impl<B: Buildable> ResourceArguments for B {}

const IGNORE_CHANGES: Text = Text::from_static("ignore_changes");

/// Adds a dependency to `depends_on`.
pub(crate) fn depends_on(body: &mut Body, dependency: &impl Dependency) {
    body.push_to_list(Text::from_static("depends_on"), dependency.address().into_static());
}

/// Builds a `precondition`, `postcondition`, `validation` or `assert` block.
pub(crate) fn rule(condition: impl IntoExpr<bool>, message: impl IntoExpr<String>) -> Body {
    let mut body = Body::new();
    body.set(Text::from_static("condition"), condition.into_expr().into_expression());
    body.set(Text::from_static("error_message"), message.into_expr().into_expression());
    body
}

/// A value for `depends_on` and `provider`: an address.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no address",
    label = "expected a handle returned by `add`, as in `depends_on(&vpc)`"
)]
pub trait Dependency {
    /// Returns the address as an expression.
    fn address(&self) -> Expression;
}

impl Dependency for Handle {
    fn address(&self) -> Expression {
        // Dependencies apply to whole resources, whichever instance the handle refers to.
        Self::new(self.target()).expression()
    }
}

impl<H: EntryHandle> Dependency for H {
    fn address(&self) -> Expression {
        self.handle().address()
    }
}
