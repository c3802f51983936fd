//! Resources, data sources and ephemeral resources: a handle and a builder for each.

use std::fmt::Write as _;

use super::getters::write_getters;
use super::scope::Scope;
use super::shapes::{Builder, BuilderKind, write_builder};
use crate::names::kind_module;
use iac_schema::model::{Entity, EntityKind};

/// Writes the types of a service: resources, and the submodules of the other kinds.
pub(super) fn emit(out: &mut String, scope: &mut Scope<'_>, module: &str) {
    for kind in [EntityKind::Resource, EntityKind::DataSource, EntityKind::Ephemeral] {
        let mut entities: Vec<&Entity> = scope.service.entities.iter().collect();
        entities.retain(|entity| entity.kind == kind);
        if entities.is_empty() {
            continue;
        }
        let up = match kind_module(kind) {
            None => "super",
            Some(inner) => {
                let _ = write!(
                    out,
                    "/// {}\npub mod {inner} {{\nuse ::iac_core::bindings as c;\n\
                     use super::super::{{PROVIDER, Provider as Provider_, kind, {module} as s}};\n",
                    match kind {
                        EntityKind::DataSource => "Data sources.",
                        _ => "Ephemeral resources.",
                    }
                );
                "super::super"
            }
        };
        for entity in &entities {
            write_handle(out, scope, entity);
        }
        let _ = write!(
            out,
            "/// Builders, created by the `builder` function of each type. Programs do not need to name them.\n\
             pub mod builder {{\nuse ::iac_core::bindings as c;\nuse {up}::super::{{kind, required, {module} as s}};\n"
        );
        for entity in &entities {
            let name = scope.loaded.names.short_name(&scope.service.name, &entity.type_name);
            let owner = match kind_module(kind) {
                None => format!("s::{name}"),
                Some(inner) => format!("s::{inner}::{name}"),
            };
            let kind = BuilderKind::Entity { entity, owner: &owner };
            write_builder(out, scope, &Builder { name: &name, block: &entity.block, kind });
        }
        out.push_str("}\n");
        if kind_module(kind).is_some() {
            out.push_str("}\n");
        }
    }
}

fn write_handle(out: &mut String, scope: &Scope<'_>, entity: &Entity) {
    let name = scope.loaded.names.short_name(&scope.service.name, &entity.type_name);
    let provider = &scope.loaded.knowledge.provider;
    let (noun, mode) = match entity.kind {
        EntityKind::DataSource => ("data source", "Data"),
        EntityKind::Ephemeral => ("ephemeral resource", "Ephemeral"),
        EntityKind::Provider | EntityKind::Resource => ("resource", "Managed"),
    };
    let _ = write!(
        out,
        "/// The {noun} `{}` of {} {}.{}\npub struct {name}(c::Handle);\nimpl {name} {{\n\
         /// Creates a builder for `{}`.\npub fn builder(name: impl c::Into<c::Text>) -> builder::{name} {{ \
         c::Wrapper::wrap(c::ResourceBuilder::new(&<Self as c::ResourceHandle>::TYPE, name)) }}\n",
        entity.type_name,
        provider.source.trim_start_matches("registry.terraform.io/"),
        provider.version,
        if entity.block.deprecated { " Deprecated." } else { "" },
        entity.type_name,
    );
    write_getters(out, scope, &entity.block, entity.kind == EntityKind::Ephemeral);
    let _ = write!(
        out,
        "}}\nimpl c::ResourceHandle for {name} {{\ntype Provider = Provider_;\n\
         const TYPE: c::ResourceType = c::ResourceType {{ name: \"{}\", mode: c::ResourceMode::{mode}, provider: &PROVIDER }};\n\
         #[inline] fn from_handle(handle: c::Handle) -> Self {{ Self(handle) }}\n\
         #[inline] fn handle(&self) -> &c::Handle {{ &self.0 }}\n}}\n\
         impl c::Clone for {name} {{ #[inline] fn clone(&self) -> Self {{ Self(self.0.clone()) }} }}\n\
         impl c::Debug for {name} {{ #[inline] fn fmt(&self, f: &mut c::Formatter<'_>) -> c::FormatResult {{ self.0.fmt(f) }} }}\n",
        entity.type_name,
    );
}
