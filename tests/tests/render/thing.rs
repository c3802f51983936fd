//! A resource type with arbitrary arguments and blocks.

use iac_core::builder::{
    Complete, Handle, ProviderType, ResourceBuilder, ResourceHandle, ResourceMode, ResourceType, Wrapper,
};

static PROVIDER: ProviderType =
    ProviderType { local_name: "test", source: "example.com/test/test", version: "1.0.0" };

static TYPE: ResourceType =
    ResourceType { name: "test_thing", mode: ResourceMode::Managed, provider: &PROVIDER };

/// The handle of a thing.
#[derive(Clone, Debug)]
pub(crate) struct Thing(Handle);

impl ResourceHandle for Thing {
    type Provider = Self;
    const TYPE: ResourceType = TYPE;

    fn from_handle(handle: Handle) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle {
        &self.0
    }
}

/// The builder of a thing.
#[derive(Debug)]
pub(crate) struct ThingBuilder(ResourceBuilder);

impl ThingBuilder {
    pub(crate) fn new(name: &str) -> Self {
        Self(ResourceBuilder::new(&TYPE, name))
    }
}

impl Wrapper for ThingBuilder {
    type Content = ResourceBuilder;
    type Of = Thing;

    fn wrap(content: ResourceBuilder) -> Self {
        Self(content)
    }

    fn content(&mut self) -> &mut ResourceBuilder {
        &mut self.0
    }
}

impl Complete for ThingBuilder {}
