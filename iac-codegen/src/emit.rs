//! Generates typed Rust for a provider.
//!
//! The output is a thin layer over `iac_core::bindings`: a handle and a builder per type, and a builder per shape of
//! nested block, each with one short method per attribute. Compiling it dominates users' build times, so methods are
//! as small as possible, nothing is derived, and functions that are not generic are `#[inline]`, so that they are
//! compiled only where they are used.

mod docs;
mod entity;
mod enums;
mod functions;
mod getters;
mod provider;
mod scope;
mod shapes;
mod types;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::load::Loaded;
use crate::names::identifier;
pub use enums::variants;
use iac_schema::model::Service;
pub use scope::Scope;

/// A file of generated Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The file name: `mod.rs`, or that of a service's module.
    pub name: String,
    /// The contents.
    pub text: String,
}

/// Generates the bindings of all loaded services: a root module, and one file per service.
#[must_use]
pub fn emit(loaded: &Loaded) -> Vec<File> {
    let mut required = BTreeSet::new();
    let mut files = Vec::with_capacity(loaded.knowledge.services.len() + 1);
    for service in &loaded.knowledge.services {
        let text = emit_service(loaded, service, &mut required);
        files.push(File { name: format!("{}.rs", identifier(&service.name)), text });
    }
    files.push(File { name: "mod.rs".to_owned(), text: root(loaded, &mut required) });
    files
}

fn root(loaded: &Loaded, required: &mut BTreeSet<String>) -> String {
    let mut out = String::new();
    provider::emit(&mut out, loaded, required);
    out.push_str(
        "/// Kinds of resources that arguments refer to: the `K` of `Id<K>` and `Arn<K>`.\npub mod kind {\n",
    );
    for kind in &loaded.kinds {
        let _ = writeln!(
            out,
            "    /// See [`Id`](::iac_core::Id) and [`Arn`](::iac_core::Arn).\n    pub enum {kind} {{}}"
        );
    }
    out.push_str("}\n\n/// Required arguments and blocks, named in compiler errors.\n");
    out.push_str("#[allow(non_camel_case_types)]\npub mod required {\n");
    for name in required.iter() {
        let _ = writeln!(
            out,
            "    /// The argument or block with this name.\n    pub enum {} {{}}",
            identifier(name)
        );
    }
    out.push_str("}\n");
    for service in &loaded.knowledge.services {
        let name = identifier(&service.name);
        let _ = write!(out, "\n/// The service `{}`.\npub mod {name};\n", service.name);
    }
    out
}

fn emit_service(loaded: &Loaded, service: &Service, required: &mut BTreeSet<String>) -> String {
    let module = identifier(&service.name);
    let mut scope = Scope::new(loaded, service, &module, required);
    let mut out = format!(
        "use ::iac_core::bindings as c;\nuse super::{{PROVIDER, Provider as Provider_, kind, {module} as s}};\n"
    );
    entity::emit(&mut out, &mut scope, &module);
    shapes::emit_builders(&mut out, &mut scope);
    shapes::emit_readers(&mut out, &scope);
    enums::emit(&mut out, &scope);
    out
}
