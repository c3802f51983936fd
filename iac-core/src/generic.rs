//! Resources and providers without bindings: types and arguments are given by name.

mod types;

use crate::address::{ResourceMode, is_identifier};
use crate::body::Body;
use crate::builder::{Buildable, Complete, ResourceBuilder};
use crate::configure::Configure;
use crate::diagnostic::Diagnostic;
use crate::expr::{Any, Expr};
use crate::expression::Expression;
use crate::handle::{EntryHandle, Handle, PROVIDER, ProviderHandle, ProviderType};
use crate::stack::{Construct, Scope};
use crate::text::Text;
pub(crate) use types::{is_generic, is_valid};

/// A resource, data source or ephemeral resource of a provider without bindings.
///
/// Arguments and nested blocks are set by name, with [`argument`](Configure::argument) and [`block`](Configure::block);
/// meta-arguments are those of every resource. The names are checked by Terraform, and by `iac plan` if it knows the
/// provider.
///
/// ```
/// use iac_core::prelude::*;
/// use iac_core::{Provider, Resource};
///
/// let stack = Stack::new("dns");
/// let token = stack.add(Variable::<String>::new("token").sensitive());
/// stack.add(Provider::of("cloudflare/cloudflare", "~> 5.8").argument("api_token", token));
/// let zone = stack.add(Resource::data("cloudflare_zone", "main").argument("zone_id", "0da42c8d2132a9ddaf714f9e7c920711"));
/// let record = stack.add(
///     Resource::of("cloudflare_dns_record", "www")
///         .argument("zone_id", zone.attribute("id"))
///         .argument("name", "www")
///         .argument("type", "A")
///         .argument("ttl", 300)
///         .argument("content", "192.0.2.10")
///         .prevent_destroy(true),
/// );
/// stack.add(Output::new("record", record.attribute("id")));
///
/// let hcl = stack.render_hcl()?;
/// assert!(hcl.contains("zone_id = data.cloudflare_zone.main.id"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
///
/// The provider is, as in Terraform, the one whose local name is the part of the type before the first `_`. Declare it with
/// [`Provider::of`], or with [`Terraform::required_provider`](crate::Terraform::required_provider) if it needs no
/// configuration. Types of `iac-aws` and other bindings use the provider of the bindings.
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Resource(ResourceBuilder);

impl Resource {
    /// Creates a managed resource without arguments.
    pub fn of(resource_type: &str, name: impl Into<Text>) -> Self {
        Self::new(ResourceMode::Managed, resource_type, name)
    }

    /// Creates a data source without arguments.
    pub fn data(resource_type: &str, name: impl Into<Text>) -> Self {
        Self::new(ResourceMode::Data, resource_type, name)
    }

    /// Creates an ephemeral resource without arguments.
    pub fn ephemeral(resource_type: &str, name: impl Into<Text>) -> Self {
        Self::new(ResourceMode::Ephemeral, resource_type, name)
    }

    fn new(mode: ResourceMode, resource_type: &str, name: impl Into<Text>) -> Self {
        Self(ResourceBuilder::new(types::resource_type(mode, resource_type), name))
    }

    /// Selects a provider configuration other than the default one: of a [`Provider`], or of bindings.
    pub fn provider<P>(mut self, provider: &ProviderHandle<P>) -> Self {
        let address = provider.handle().expression().into_static();
        self.body_mut().set(PROVIDER, address);
        self
    }
}

impl Configure for Resource {
    fn body_mut(&mut self) -> &mut Body {
        self.0.body()
    }
}

impl Complete for Resource {}

impl Buildable for Resource {
    type Handle = GenericHandle;
    type Provider = Generic;

    fn into_resource(self) -> ResourceBuilder {
        self.0
    }
}

/// The handle returned by adding a [`Resource`].
#[derive(Clone, Debug)]
pub struct GenericHandle(Handle);

impl GenericHandle {
    /// Returns an attribute. Its type is not known here, so the expression converts into any other type.
    #[must_use]
    pub fn attribute(&self, name: impl Into<Text>) -> Expr<Any> {
        Expr::from_expression(self.0.expression().attribute(name))
    }

    /// Returns a sensitive attribute. Outputs that expose it must be marked as sensitive.
    #[must_use]
    pub fn sensitive_attribute(&self, name: impl Into<Text>) -> Expr<Any> {
        Expr::from_expression(self.0.sensitive_expression().attribute(name))
    }
}

impl EntryHandle for GenericHandle {
    fn from_handle(handle: Handle) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle {
        &self.0
    }
}

/// The provider of resources without bindings, as the type of a [`ProviderHandle`].
#[derive(Debug)]
pub enum Generic {}

/// The source, version constraint and configuration of a provider without bindings.
///
/// Arguments and nested blocks are set by name, with [`argument`](Configure::argument) and [`block`](Configure::block).
///
/// ```
/// use iac_core::prelude::*;
/// use iac_core::{Provider, Resource};
///
/// let stack = Stack::new("cluster");
/// stack.add(Provider::of("hashicorp/kubernetes", "~> 2.38").argument("config_path", "~/.kube/config"));
/// let staging = stack.add(
///     Provider::of("hashicorp/kubernetes", "~> 2.38").alias("staging").argument("config_path", "staging.yaml"),
/// );
/// stack.add(
///     Resource::of("kubernetes_namespace", "app")
///         .provider(&staging)
///         .block("metadata", |metadata| metadata.argument("name", "app")),
/// );
/// assert!(stack.render_hcl()?.contains("provider = kubernetes.staging"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Provider {
    provider: &'static ProviderType,
    body: Body,
}

impl Provider {
    /// Creates the default configuration of the provider at a source address such as `cloudflare/cloudflare` or
    /// `registry.example.com/acme/cloud`, whose last part is the provider's local name. All configurations of a provider have
    /// the same version constraint.
    pub fn of(source: &str, version: &str) -> Self {
        Self { provider: types::provider(source, version), body: Body::new() }
    }

    /// Makes it an additional configuration, which resources [select](Resource::provider).
    pub fn alias(mut self, name: impl Into<Text>) -> Self {
        self.body.set(Text::from_static("alias"), Expression::String(name.into()));
        self
    }
}

impl Configure for Provider {
    fn body_mut(&mut self) -> &mut Body {
        &mut self.body
    }
}

impl Construct for Provider {
    type Output = ProviderHandle<Generic>;

    fn build(self, scope: &Scope<'_>) -> Self::Output {
        let source = self.provider.source;
        if source.split('/').count() > 3 || !source.split('/').all(is_source_part) {
            let summary = format!("invalid source address `{source}` of a provider");
            let hint =
                "examples of source addresses: `cloudflare/cloudflare`, `registry.example.com/acme/cloud`";
            scope.report(Diagnostic::error("invalid-source", summary).hint(hint));
        }
        scope.add_provider(self.provider, self.body)
    }
}

/// Returns `true` for a host name, a namespace or the name of a provider.
fn is_source_part(part: &str) -> bool {
    // Host names have dots, and may have a port.
    is_identifier(part.replace(['.', ':'], "_").trim_start_matches(|first: char| first.is_ascii_digit()))
}
