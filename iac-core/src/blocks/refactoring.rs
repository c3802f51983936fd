//! The `moved`, `import` and `removed` blocks: refactoring of existing resources.

use crate::address::ResourceAddress;
use crate::body::{Block, Body};
use crate::builder::{EntryHandle, ProviderHandle};
use crate::diagnostic::Diagnostic;
use crate::expr::{Collection, Each, Expr, IntoExpr};
use crate::expression::{Expression, Operation};
use crate::stack::EntryKind;
use crate::stack::{Construct, Scope};
use crate::text::Text;

/// A `moved` block: the object formerly at address `from` becomes the given resource instead of being replaced.
///
/// ```
/// use iac_core::{Module, Moved, Stack};
///
/// let stack = Stack::new("network");
/// let vpc = stack.add(Module::new("vpc", "./vpc"));
/// stack.add(Moved::new("module.network", &vpc));
/// ```
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Moved {
    from: Text,
    to: Expression,
}

impl Moved {
    /// Creates a move from an address to a resource, a module, or an instance of one.
    pub fn new(from: impl Into<Text>, to: &impl EntryHandle) -> Self {
        Self { from: from.into(), to: to.handle().expression() }
    }
}

impl Construct for Moved {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        let mut body = Body::new();
        body.set(Text::from_static("from"), address(&self.from, scope));
        body.set(Text::from_static("to"), self.to.into_static());
        scope.insert(EntryKind::Moved, Text::default(), body);
    }
}

/// An `import` block: brings an existing object under management as the given resource.
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Import(Body);

impl Import {
    /// Imports the object with this ID as the resource.
    pub fn new(to: &impl EntryHandle, id: impl IntoExpr<String>) -> Self {
        let mut body = Body::new();
        body.set(Text::from_static("to"), to.handle().expression().into_static());
        body.set(Text::from_static("id"), id.into_expr().into_expression());
        Self(body)
    }

    /// Imports one object for each element of a collection. The closure returns the ID; the element's key is the
    /// instance key.
    pub fn for_each<C: Collection>(
        to: &impl EntryHandle,
        collection: C,
        id: impl FnOnce(&Each<C::Element>) -> Expr<String>,
    ) -> Self {
        let each = Each::of_resource();
        let instance = to.handle().expression().index(Expression::Symbol("each.key"));
        let mut body = Body::new();
        body.set(Text::from_static("for_each"), collection.into_collection());
        body.set(Text::from_static("to"), instance.into_static());
        body.set(Text::from_static("id"), id(&each).into_expression());
        Self(body)
    }

    /// Reads the object through a provider configuration other than the default one.
    pub fn provider<P>(mut self, provider: &ProviderHandle<P>) -> Self {
        self.0.set(Text::from_static("provider"), provider.handle().expression().into_static());
        self
    }
}

impl Construct for Import {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        scope.insert(EntryKind::Import, Text::default(), self.0);
    }
}

/// A `removed` block: destroys or forgets a resource that the program no longer declares.
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Removed {
    from: Text,
    destroy: bool,
}

impl Removed {
    /// Removes the resource from the state without destroying it.
    pub fn forget(from: impl Into<Text>) -> Self {
        Self { from: from.into(), destroy: false }
    }

    /// Destroys the resource, as Terraform does without the block.
    pub fn destroy(from: impl Into<Text>) -> Self {
        Self { from: from.into(), destroy: true }
    }
}

impl Construct for Removed {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        let mut lifecycle = Body::new();
        lifecycle.set(Text::from_static("destroy"), Expression::Bool(self.destroy));
        let mut body = Body::new();
        body.set(Text::from_static("from"), address(&self.from, scope));
        body.push_block(Text::from_static("lifecycle"), Block::from(lifecycle));
        scope.insert(EntryKind::Removed, Text::default(), body);
    }
}

/// Converts an address into an expression; an invalid address is reported.
fn address(text: &Text, scope: &Scope<'_>) -> Expression {
    let module = || text.strip_prefix("module.").is_some_and(|name| !name.is_empty());
    if let Err(error) = text.parse::<ResourceAddress>()
        && !module()
    {
        let diagnostic = Diagnostic::error("invalid-address", error.to_string());
        scope.report(
            diagnostic.hint("examples of addresses: `aws_vpc.main`, `module.network.aws_subnet.a[0]`"),
        );
    }
    Expression::from(Operation::Raw(text.as_str().to_owned())).into_static()
}
