//! The provider itself and its configuration.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::scope::Scope;
use super::shapes::{Builder, BuilderKind, emit_builders, write_builder};
use super::{enums, functions, shapes};
use crate::load::Loaded;

/// Writes the provider, its builder, and the builders of its nested blocks.
pub(super) fn emit(out: &mut String, loaded: &Loaded, required: &mut BTreeSet<String>) {
    let provider = &loaded.knowledge.provider;
    let source = provider.source.trim_start_matches("registry.terraform.io/");
    let _ = write!(
        out,
        "use ::iac_core::bindings as c;\n\
         /// The provider {source} {version}.\n\
         pub const PROVIDER: c::ProviderType = c::ProviderType {{ local_name: \"{name}\", source: \"{source}\", version: \"{version}\" }};\n\
         /// The provider {source}, as a type.\npub enum Provider {{}}\n\
         impl Provider {{\n/// Creates a builder for a provider configuration.\n\
         pub fn builder() -> provider::ProviderBuilder {{ <provider::ProviderBuilder as c::Wrapper>::wrap(c::Body::new()) }}\n}}\n",
        name = provider.name(),
        version = provider.version,
    );
    let service = &provider.config;
    let [entity] = service.entities.as_slice() else { return };
    let mut scope = Scope::new(loaded, service, "provider", required);
    let _ = write!(
        out,
        "/// The configuration of the provider.\npub mod provider {{\nuse ::iac_core::bindings as c;\n\
         use super::{{PROVIDER, Provider, required, kind, provider as s}};\n"
    );
    let builder = Builder { name: "ProviderBuilder", block: &entity.block, kind: BuilderKind::Provider };
    write_builder(out, &mut scope, &builder);
    emit_builders(out, &mut scope);
    shapes::emit_readers(out, &scope);
    enums::emit(out, &scope);
    out.push_str("}\n");
    functions::emit(out, &scope);
}
