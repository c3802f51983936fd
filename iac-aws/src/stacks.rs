//! Constructs whose parts are in several stacks.
//!
//! A stack must not depend on one that depends on it. What connects two constructs is therefore placed in the stack of
//! the consumer, and Terraform's dependencies, which are local to a stack, are left out between stacks.

use iac_core::builder::EntryHandle;
use iac_core::prelude::*;
use iac_core::{Dependency, MetaArguments, OwnedScope};

/// Dependencies on resources that may be in another stack.
pub(crate) trait LocalDependency: MetaArguments {
    /// Adds a dependency, unless the resource is in another stack, which is applied before anyway.
    #[must_use]
    fn depends_on_local(self, scope: &Scope<'_>, dependency: &(impl EntryHandle + Dependency)) -> Self {
        if scope.stack().contains(dependency) { self.depends_on(dependency) } else { self }
    }
}

impl<B: MetaArguments> LocalDependency for B {}

/// Returns the scope for what connects a provider of something with its consumer: the one of the provider if both are in
/// one stack, and otherwise the one of the consumer.
pub(crate) fn connecting<'a>(provider: &'a OwnedScope, consumer: &'a OwnedScope) -> &'a OwnedScope {
    if is_same_stack(provider, consumer) { provider } else { consumer }
}

/// Returns true if two scopes are in one stack.
pub(crate) fn is_same_stack(one: &OwnedScope, other: &OwnedScope) -> bool {
    one.stack().is(other.stack())
}
