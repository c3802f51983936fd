//! Handles: the entries of a stack, as the program holds them.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use crate::address::ResourceMode;
use crate::expr::{Element, Expr};
use crate::expression::{Expression, Reference, Target};
use crate::text::Text;

/// A provider, as described by its bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProviderType {
    /// The local name used in configurations: `aws`.
    pub local_name: &'static str,
    /// Its source address: `hashicorp/aws`.
    pub source: &'static str,
    /// The version the bindings were generated from.
    pub version: &'static str,
}

impl ProviderType {
    /// The source address of the provider built into Terraform, which is never listed in `required_providers`.
    pub const BUILT_IN_SOURCE: &'static str = "terraform.io/builtin/terraform";
}

/// A type of resource, data source or ephemeral resource, as described by its bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceType {
    /// The name of the type: `aws_vpc`.
    pub name: &'static str,
    /// Managed resource, data source or ephemeral resource.
    pub mode: ResourceMode,
    /// The provider of the type.
    pub provider: &'static ProviderType,
}

/// The handle of a provider configuration. Pass it to [`provider`](crate::ResourceArguments::provider) of a resource.
pub struct ProviderHandle<P> {
    provider: &'static ProviderType,
    handle: Handle,
    marker: PhantomData<fn() -> P>,
}

impl<P> ProviderHandle<P> {
    pub(crate) const fn new(provider: &'static ProviderType, target: Target) -> Self {
        Self { provider, handle: Handle::new(target), marker: PhantomData }
    }

    /// Returns the provider that is configured.
    #[must_use]
    pub const fn provider(&self) -> &'static ProviderType {
        self.provider
    }

    /// Returns the untyped handle.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl<P> fmt::Debug for ProviderHandle<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProviderHandle").field(&self.handle).finish()
    }
}

impl<P> Clone for ProviderHandle<P> {
    fn clone(&self) -> Self {
        Self::new(self.provider, self.handle.target)
    }
}

/// A handle returned by adding an entry to a stack.
pub trait EntryHandle: Sized {
    /// Wraps an untyped handle.
    fn from_handle(handle: Handle) -> Self;

    /// Returns the untyped handle.
    fn handle(&self) -> &Handle;
}

impl<H: ResourceHandle> EntryHandle for H {
    fn from_handle(handle: Handle) -> Self {
        H::from_handle(handle)
    }

    fn handle(&self) -> &Handle {
        ResourceHandle::handle(self)
    }
}

/// The handle of a resource, with a getter for each attribute.
pub trait ResourceHandle: Sized {
    /// The provider of the resource. Resources accept only configurations of their own provider.
    type Provider;

    /// The resource type.
    const TYPE: ResourceType;

    /// Wraps an untyped handle.
    fn from_handle(handle: Handle) -> Self;

    /// Returns the untyped handle.
    fn handle(&self) -> &Handle;
}

/// An untyped handle: an entry of a stack, or one instance of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Handle {
    target: Target,
    /// The instance, if the entry has several.
    instance: Option<Rc<Instance>>,
}

/// One instance of an entry.
#[derive(Debug, PartialEq)]
struct Instance {
    expression: Expression,
    /// True after a sensitive attribute was read.
    is_sensitive: Cell<bool>,
}

impl Handle {
    /// Creates the handle of a whole entry.
    #[must_use]
    pub const fn new(target: Target) -> Self {
        Self { target, instance: None }
    }

    /// Creates the handle of one instance of an entry.
    pub(crate) fn instance(target: Target, instance: Expression) -> Self {
        Self {
            target,
            instance: Some(Rc::new(Instance { expression: instance, is_sensitive: Cell::new(false) })),
        }
    }

    /// Returns true if a sensitive attribute of the instance was read.
    pub(crate) fn was_sensitive(&self) -> bool {
        self.instance.as_ref().is_some_and(|instance| instance.is_sensitive.get())
    }

    /// Returns an expression that refers to the entry or instance.
    #[must_use]
    pub fn expression(&self) -> Expression {
        match &self.instance {
            Some(instance) => instance.expression.clone(),
            None => self.reference("", false),
        }
    }

    /// Returns an expression that refers to the entry or instance, to read a sensitive attribute of it.
    pub(crate) fn sensitive_expression(&self) -> Expression {
        let mut expression = self.expression();
        expression.mark_sensitive(self.target);
        if let Some(instance) = &self.instance {
            instance.is_sensitive.set(true);
        }
        expression
    }

    /// Returns a reference to an attribute.
    #[must_use]
    pub fn get<T: ?Sized>(&self, attribute: &'static str) -> Expr<T> {
        Expr::from_expression(self.attribute(attribute, false))
    }

    /// Returns a reference to a sensitive attribute.
    #[must_use]
    pub fn get_sensitive<T: ?Sized>(&self, attribute: &'static str) -> Expr<T> {
        Expr::from_expression(self.attribute(attribute, true))
    }

    /// Returns a reference to an attribute that holds an object or a collection of objects.
    #[must_use]
    pub fn get_object<T: Element>(&self, attribute: &'static str) -> T::Value {
        T::from_expression(self.attribute(attribute, false))
    }

    /// Returns the entry that the handle refers to.
    #[must_use]
    pub const fn target(&self) -> Target {
        self.target
    }

    fn attribute(&self, attribute: &'static str, sensitive: bool) -> Expression {
        match &self.instance {
            Some(_) if sensitive => self.sensitive_expression().attribute(Text::from_static(attribute)),
            Some(instance) => instance.expression.clone().attribute(Text::from_static(attribute)),
            None => self.reference(attribute, sensitive),
        }
    }

    const fn reference(&self, attribute: &'static str, sensitive: bool) -> Expression {
        Expression::Reference(Reference { target: self.target, attribute, sensitive })
    }
}

/// An untyped object held by an attribute. The bindings' object types wrap it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object(pub Expression);

impl Object {
    /// Returns a member of the object.
    #[must_use]
    pub fn get<T: ?Sized>(&self, member: &'static str) -> Expr<T> {
        Expr::from_expression(self.0.clone().attribute(Text::from_static(member)))
    }

    /// Returns a sensitive member of the object. Terraform tracks the sensitivity itself.
    #[must_use]
    pub fn get_sensitive<T: ?Sized>(&self, member: &'static str) -> Expr<T> {
        self.get(member)
    }

    /// Returns a member that is itself an object.
    #[must_use]
    pub fn get_object<T: Element>(&self, member: &'static str) -> T::Value {
        T::from_expression(self.0.clone().attribute(Text::from_static(member)))
    }
}

/// The name of the meta-argument that selects a provider configuration.
pub(crate) const PROVIDER: Text = Text::from_static("provider");
