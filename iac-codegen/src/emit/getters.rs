//! Getters of handles and of objects in attributes.

use std::fmt::Write as _;

use super::docs;
use super::scope::Scope;
use super::types::{collection, is_object, value_type};
use crate::names::identifier;
use iac_schema::model::{Attribute, Block, NestingMode};

/// Writes a getter for each attribute, and for each block with computed attributes.
pub(super) fn write_getters(out: &mut String, scope: &Scope<'_>, block: &Block, ephemeral: bool) {
    for attribute in block.attributes.iter().filter(|attribute| !attribute.write_only) {
        let ty = value_type(scope, attribute);
        docs::getter(out, attribute);
        write_getter(out, &attribute.name, &ty, method(attribute), ephemeral);
    }
    for nested in block.blocks.iter().filter(|nested| scope.is_computed(nested.nested.shape)) {
        let object = format!("s::object::{}", scope.shape_name(nested.nested.shape));
        let single = matches!(nested.nested.mode, NestingMode::Single | NestingMode::Group);
        let _ = writeln!(out, "/// The `{}` blocks.", nested.name);
        let ty = collection(nested.nested.mode, &object);
        write_getter(out, &nested.name, &ty, if single { "get_object" } else { "get" }, ephemeral);
    }
}

fn method(attribute: &Attribute) -> &'static str {
    if is_object(&attribute.ty) {
        "get_object"
    } else if attribute.sensitive {
        "get_sensitive"
    } else {
        "get"
    }
}

fn write_getter(out: &mut String, name: &str, ty: &str, method: &str, ephemeral: bool) {
    // `builder` is the constructor of the type's builder.
    let function = if name == "builder" { "builder_".to_owned() } else { identifier(name) };
    let _ = match (method, ephemeral) {
        ("get_object", false) => {
            writeln!(
                out,
                "#[inline] pub fn {function}(&self) -> {ty} {{ self.0.get_object::<{ty}>(\"{name}\") }}"
            )
        }
        ("get_object", true) => writeln!(
            out,
            "#[inline] pub fn {function}(&self) -> c::Expr<c::Ephemeral<{ty}>> {{ self.0.get(\"{name}\") }}"
        ),
        (_, true) => writeln!(
            out,
            "#[inline] pub fn {function}(&self) -> c::Expr<c::Ephemeral<{ty}>> {{ self.0.{method}(\"{name}\") }}"
        ),
        (_, false) => {
            writeln!(
                out,
                "#[inline] pub fn {function}(&self) -> c::Expr<{ty}> {{ self.0.{method}(\"{name}\") }}"
            )
        }
    };
}
