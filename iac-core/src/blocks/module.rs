//! The `module` block: a call of a Terraform module.

use crate::body::Body;
use crate::builder::{Addable, Complete, EntryHandle, Handle, ProviderHandle};
use crate::configure::Configure;
use crate::expr::{Any, Expr, IntoExpression};
use crate::expression::{Expression, Target};
use crate::meta::Dependency;
use crate::stack::EntryKind;
use crate::stack::Scope;
use crate::text::Text;

/// A `module` block: a call of a module written in Terraform's own language.
///
/// ```
/// use iac_core::{Any, Expr, Module, Stack};
///
/// let stack = Stack::new("network");
/// let vpc = stack.add(
///     Module::new("vpc", "terraform-aws-modules/vpc/aws").version("5.21.0").input("cidr", "10.0.0.0/16"),
/// );
/// let id: Expr<Any> = vpc.output("vpc_id");
/// ```
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Module {
    name: Text,
    body: Body,
}

impl Module {
    /// Creates a call of the module at `source`: a registry address, a path or a URL, as in Terraform.
    pub fn new(name: impl Into<Text>, source: impl Into<Text>) -> Self {
        let mut body = Body::new();
        body.set(Text::from_static("source"), Expression::String(source.into()));
        Self { name: name.into(), body }
    }

    /// Sets the version constraint for a registry module: `5.21.0`, `~> 5.21`.
    pub fn version(mut self, constraint: impl Into<Text>) -> Self {
        self.body.set(Text::from_static("version"), Expression::String(constraint.into()));
        self
    }

    /// Sets an input variable of the module.
    pub fn input(mut self, name: impl Into<Text>, value: impl IntoExpression) -> Self {
        self.body.set(name, value.into_expression());
        self
    }

    /// Passes a provider configuration to the module under the given name: `aws`, `aws.replica`.
    pub fn provider<P>(mut self, name: impl Into<Text>, provider: &ProviderHandle<P>) -> Self {
        let provider = provider.handle().address().into_static();
        self.body.insert_into_object(Text::from_static("providers"), name, provider);
        self
    }
}

impl Configure for Module {
    fn body_mut(&mut self) -> &mut Body {
        &mut self.body
    }
}

impl Complete for Module {}

impl Addable for Module {
    type Handle = ModuleHandle;

    fn insert(self, scope: &Scope<'_>) -> Target {
        scope.insert(EntryKind::Module, self.name, self.body)
    }
}

/// The handle returned by adding a [`Module`].
#[derive(Clone, Debug)]
pub struct ModuleHandle(Handle);

impl ModuleHandle {
    /// Returns an output of the module. Its type is not known here, so the expression converts into any other type.
    #[must_use]
    pub fn output(&self, name: impl Into<Text>) -> Expr<Any> {
        Expr::from_expression(self.0.expression().attribute(name))
    }
}

impl EntryHandle for ModuleHandle {
    fn from_handle(handle: Handle) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle {
        &self.0
    }
}
