//! Bindings of a fictitious provider in the generator's style: networks, and servers in them.

use std::marker::PhantomData;

use iac_core::address::ResourceMode;
use iac_core::body::Body;
use iac_core::builder::{
    BlockBuilder, Buildable, Complete, Given, Handle, Missing, Provided, ProviderType, ResourceBuilder,
    ResourceHandle, ResourceType,
};
use iac_core::{Configure, Construct, Expr, Id, IntoExpr, ProviderHandle, Scope, Text};

pub(crate) static PROVIDER: ProviderType =
    ProviderType { local_name: "fake", source: "example/fake", version: "1.2.3" };

#[derive(Debug)]
pub(crate) enum Fake {}

impl Fake {
    pub(crate) fn builder() -> FakeBuilder {
        FakeBuilder(Body::new())
    }
}

pub(crate) struct FakeBuilder(Body);

impl FakeBuilder {
    pub(crate) fn alias(mut self, alias: impl IntoExpr<String>) -> Self {
        self.0.set_argument("alias", alias.into_expr());
        self
    }
}

impl Construct for FakeBuilder {
    type Output = ProviderHandle<Fake>;

    fn build(self, scope: &Scope<'_>) -> Self::Output {
        scope.add_provider(&PROVIDER, self.0)
    }
}

pub(crate) enum NetworkKind {}

#[derive(Clone, Debug)]
pub(crate) struct Network(Handle);

impl Network {
    pub(crate) fn builder(name: impl Into<Text>) -> NetworkBuilder {
        NetworkBuilder(ResourceBuilder::new(&Self::TYPE, name))
    }

    pub(crate) fn id(&self) -> Expr<Id<NetworkKind>> {
        self.0.get("id")
    }

    pub(crate) fn secret(&self) -> Expr<String> {
        self.0.get_sensitive("secret")
    }
}

impl ResourceHandle for Network {
    type Provider = Fake;
    const TYPE: ResourceType =
        ResourceType { name: "fake_network", mode: ResourceMode::Managed, provider: &PROVIDER };

    fn from_handle(handle: Handle) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle {
        &self.0
    }
}

pub(crate) struct NetworkBuilder(ResourceBuilder);

impl NetworkBuilder {
    pub(crate) fn peer_id(mut self, value: impl IntoExpr<Id<NetworkKind>>) -> Self {
        self.0.body().set_argument("peer_id", value.into_expr());
        self
    }

    pub(crate) fn password(mut self, value: impl IntoExpr<String>) -> Self {
        self.0.body().set_sensitive_argument("password", value.into_expr());
        self
    }

    pub(crate) fn rule<B>(mut self, build: impl FnOnce(Rule) -> B) -> Self
    where
        B: BlockBuilder<Empty = Rule> + Complete,
    {
        self.0.body().push_built("rule", build);
        self
    }
}

impl Configure for NetworkBuilder {
    fn body_mut(&mut self) -> &mut Body {
        self.0.body()
    }
}

impl Buildable for NetworkBuilder {
    type Handle = Network;
    type Provider = Fake;

    fn into_resource(self) -> ResourceBuilder {
        self.0
    }
}

impl Complete for NetworkBuilder {}

#[expect(non_camel_case_types, reason = "the name is the argument's, for the compiler's messages")]
pub(crate) enum port {}

pub(crate) struct Rule<Port = Missing>(Body, PhantomData<Port>);

impl<Port> Rule<Port> {
    pub(crate) fn port(mut self, value: impl IntoExpr<iac_core::Number>) -> Rule<Given> {
        self.0.set_argument("port", value.into_expr());
        Rule(self.0, PhantomData)
    }
}

impl<Port> Configure for Rule<Port> {
    fn body_mut(&mut self) -> &mut Body {
        &mut self.0
    }
}

impl<Port> BlockBuilder for Rule<Port> {
    type Empty = Rule;

    fn from_body(body: Body) -> Self {
        Self(body, PhantomData)
    }

    fn into_body(self) -> Body {
        self.0
    }
}

impl<Port: Provided<Rule, port>> Complete for Rule<Port> {}

#[derive(Clone, Debug)]
pub(crate) struct Server(Handle);

impl Server {
    pub(crate) fn builder(name: impl Into<Text>) -> ServerBuilder {
        ServerBuilder(ResourceBuilder::new(&Self::TYPE, name), PhantomData)
    }

    pub(crate) fn address(&self) -> Expr<String> {
        self.0.get("address")
    }
}

impl ResourceHandle for Server {
    type Provider = Fake;
    const TYPE: ResourceType =
        ResourceType { name: "fake_server", mode: ResourceMode::Managed, provider: &PROVIDER };

    fn from_handle(handle: Handle) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle {
        &self.0
    }
}

#[expect(non_camel_case_types, reason = "the name is the argument's, for the compiler's messages")]
pub(crate) enum network_id {}

pub(crate) struct ServerBuilder<NetworkId = Missing>(ResourceBuilder, PhantomData<NetworkId>);

impl<NetworkId> ServerBuilder<NetworkId> {
    pub(crate) fn network_id(mut self, value: impl IntoExpr<Id<NetworkKind>>) -> ServerBuilder<Given> {
        self.0.body().set_argument("network_id", value.into_expr());
        ServerBuilder(self.0, PhantomData)
    }

    pub(crate) fn address(mut self, value: impl IntoExpr<String>) -> Self {
        self.0.body().set_argument("address", value.into_expr());
        self
    }
}

impl<NetworkId> Configure for ServerBuilder<NetworkId> {
    fn body_mut(&mut self) -> &mut Body {
        self.0.body()
    }
}

impl<NetworkId> Buildable for ServerBuilder<NetworkId> {
    type Handle = Server;
    type Provider = Fake;

    fn into_resource(self) -> ResourceBuilder {
        self.0
    }
}

impl<NetworkId: Provided<Server, network_id>> Complete for ServerBuilder<NetworkId> {}
