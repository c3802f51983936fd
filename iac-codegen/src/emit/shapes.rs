//! Builders and readers of blocks and objects.

use std::fmt::Write as _;

use super::docs;
use super::getters::write_getters;
use super::scope::{Scope, built_shape};
use super::types::{Built, Setting, setting};
use crate::names::identifier;
use iac_schema::model::{Attribute, Block, Entity, EntityKind, NestedBlock, NestingMode};

/// A builder to be generated.
pub(super) struct Builder<'a> {
    pub(super) name: &'a str,
    pub(super) block: &'a Block,
    pub(super) kind: BuilderKind<'a>,
}

/// The kind of a builder.
#[derive(Clone, Copy)]
pub(super) enum BuilderKind<'a> {
    /// A resource, data source or ephemeral resource.
    Entity { entity: &'a Entity, owner: &'a str },
    /// A nested block, or an object.
    Block,
    /// The configuration of the provider.
    Provider,
}

impl BuilderKind<'_> {
    /// Returns `true` if the builder accepts ephemeral values.
    fn is_ephemeral(self) -> bool {
        match self {
            BuilderKind::Entity { entity, .. } => entity.kind == EntityKind::Ephemeral,
            BuilderKind::Block => false,
            BuilderKind::Provider => true,
        }
    }
}

/// Writes the builders of a service's nested blocks.
pub(super) fn emit_builders(out: &mut String, scope: &mut Scope<'_>) {
    let module = &scope.module;
    let _ = write!(
        out,
        "/// Builders of nested blocks, passed to closures. Programs do not need to name them.\n\
         pub mod block {{\nuse ::iac_core::bindings as c;\nuse super::super::{{kind, required, {module} as s}};\n"
    );
    for id in scope.builders.clone() {
        let name = scope.shape_name(id).to_owned();
        let block = scope.service.shape(id);
        write_builder(out, scope, &Builder { name: &name, block, kind: BuilderKind::Block });
    }
    out.push_str("}\n");
}

/// Writes the readers of a service's objects.
pub(super) fn emit_readers(out: &mut String, scope: &Scope<'_>) {
    let module = &scope.module;
    let _ = write!(
        out,
        "/// Objects in attributes.\n\
         pub mod object {{\nuse ::iac_core::bindings as c;\nuse super::super::{{kind, {module} as s}};\n"
    );
    for id in &scope.readers {
        let name = scope.shape_name(*id);
        let _ = write!(out, "/// An object.\npub struct {name}(c::Object);\nimpl {name} {{\n");
        write_getters(out, scope, scope.service.shape(*id), false);
        let _ = write!(
            out,
            "}}\nimpl c::Nominal for {name} {{\ntype Value = Self;\n\
             #[inline] fn into_value(self) -> c::Expression {{ self.0.0 }}\n\
             #[inline] fn value_of(expression: c::Expression) -> Self {{ Self(c::Object(expression)) }}\n}}\n",
        );
    }
    out.push_str("}\n");
}

/// An argument or block that a builder sets.
enum Argument<'a> {
    Attribute(&'a Attribute, Setting),
    Block(&'a NestedBlock),
}

impl Argument<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Attribute(attribute, _) => &attribute.name,
            Self::Block(block) => &block.name,
        }
    }

    fn required(&self) -> bool {
        match self {
            Self::Attribute(attribute, _) => attribute.is_required(),
            Self::Block(block) => block.is_required(),
        }
    }
}

fn arguments<'a>(scope: &Scope<'_>, builder: &Builder<'a>) -> Vec<Argument<'a>> {
    let attributes = builder.block.attributes.iter().filter(|attribute| match builder.kind {
        BuilderKind::Entity { entity, .. } => entity.takes(attribute),
        BuilderKind::Block | BuilderKind::Provider => true,
    });
    let attributes =
        attributes.filter_map(|attribute| Some(Argument::Attribute(attribute, setting(scope, attribute)?)));
    let blocks = builder.block.blocks.iter().filter(|nested| scope.can_be_set(nested.nested.shape));
    attributes.chain(blocks.map(Argument::Block)).collect()
}

/// Writes a builder: its type, its setters, and its completeness.
pub(super) fn write_builder(out: &mut String, scope: &mut Scope<'_>, builder: &Builder<'_>) {
    let name = builder.name;
    let arguments = arguments(scope, builder);
    let required: Vec<&str> =
        arguments.iter().filter(|argument| argument.required()).map(Argument::name).collect();
    scope.required.extend(required.iter().map(|&name| name.to_owned()));
    let parameters: Vec<String> = (0..required.len()).map(|index| format!("P{index}")).collect();
    let generics = angle(&parameters);
    let (inner, body) = match builder.kind {
        BuilderKind::Entity { .. } => ("c::ResourceBuilder", "self.0.body()"),
        BuilderKind::Block | BuilderKind::Provider => ("c::Body", "self.0"),
    };
    let summary = match builder.kind {
        BuilderKind::Entity { entity, .. } => format!("Builder for `{}`.", entity.type_name),
        BuilderKind::Block => "Builder for a nested block.".to_owned(),
        BuilderKind::Provider => "Builder for a provider configuration.".to_owned(),
    };
    let defaults =
        angle(&parameters.iter().map(|parameter| format!("{parameter} = c::Missing")).collect::<Vec<_>>());
    let state = if parameters.is_empty() {
        String::new()
    } else {
        format!(", c::PhantomData<({},)>", parameters.join(", "))
    };
    let _ = write!(out, "/// {summary}\n#[must_use]\npub struct {name}{defaults}({inner}{state});\n");
    let _ = writeln!(out, "impl{generics} {name}{generics} {{");
    let mut given = 0;
    for argument in &arguments {
        let result = if argument.required() {
            let mut parameters = parameters.clone();
            "c::Given".clone_into(&mut parameters[given]);
            given += 1;
            Some(format!("{name}{}", angle(&parameters)))
        } else {
            None
        };
        let end = match &result {
            Some(_) => format!("{name}(self.0, c::PhantomData)"),
            None => "self".to_owned(),
        };
        let result = result.unwrap_or_else(|| "Self".to_owned());
        write_setter(out, scope, builder, argument, &Method { body, result, end });
    }
    out.push_str("}\n");
    let (content, of) = match builder.kind {
        BuilderKind::Entity { owner, .. } => ("c::ResourceBuilder", owner),
        BuilderKind::Block => ("c::Body", name),
        BuilderKind::Provider => {
            out.push_str(&provider(&parameters, &required));
            ("c::Body", name)
        }
    };
    let phantom = if parameters.is_empty() { "" } else { ", c::PhantomData" };
    // Generic functions are compiled only where they are used anyway.
    let inline = if parameters.is_empty() { "#[inline] " } else { "" };
    let _ = writeln!(
        out,
        "impl{generics} c::Wrapper for {name}{generics} {{ type Content = {content}; type Of = {of}; \
         {inline}fn wrap(content: {content}) -> Self {{ Self(content{phantom}) }} \
         {inline}fn content(&mut self) -> &mut {content} {{ &mut self.0 }} }}"
    );
    let bounds = bounds(&parameters, &required, of);
    let _ = writeln!(out, "impl{bounds} c::Complete for {name}{generics} {{}}");
}

/// The type parameters of a complete builder.
fn bounds(parameters: &[String], required: &[&str], owner: &str) -> String {
    let bounds = parameters.iter().zip(required).map(|(parameter, argument)| {
        format!("{parameter}: c::Provided<{owner}, required::{}>", identifier(argument))
    });
    angle(&bounds.collect::<Vec<_>>())
}

/// Writes the items specific to the builder of the provider's configuration.
fn provider(parameters: &[String], required: &[&str]) -> String {
    let generics = angle(parameters);
    let bounds = bounds(parameters, required, "ProviderBuilder");
    format!(
        "impl{generics} ProviderBuilder{generics} {{\n\
         /// Sets the name of the configuration. By default, resources use the configuration without an alias.\n\
         pub fn alias(mut self, name: impl c::Into<c::Text>) -> Self {{ \
         self.0.set(c::Text::from_static(\"alias\"), c::Expression::String(name.into())); self }}\n}}\n\
         impl{bounds} c::Construct for ProviderBuilder{generics} {{ type Output = c::ProviderHandle<Provider>; \
         fn build(self, scope: &c::Scope<'_>) -> Self::Output {{ scope.add_provider(&PROVIDER, self.0) }} }}\n"
    )
}

/// The parts shared by all setters of a builder.
struct Method<'a> {
    body: &'a str,
    result: String,
    end: String,
}

fn write_setter(
    out: &mut String,
    scope: &Scope<'_>,
    builder: &Builder<'_>,
    argument: &Argument<'_>,
    Method { body, result, end }: &Method<'_>,
) {
    let name = argument.name();
    let function = identifier(name);
    let (built, shape, keys) = match argument {
        Argument::Attribute(attribute, setting) => {
            docs::argument(out, attribute);
            let set = if attribute.sensitive || attribute.write_only {
                "set_sensitive_argument"
            } else {
                "set_argument"
            };
            match setting {
                Setting::Value(ty) => {
                    let write_only =
                        attribute.write_only || (builder.kind.is_ephemeral() && ty == "c::String");
                    let ty = if write_only { format!("c::WriteOnly<{ty}>") } else { ty.clone() };
                    let _ = writeln!(
                        out,
                        "pub fn {function}(mut self, value: impl c::IntoExpr<{ty}>) -> {result} {{ \
                         {body}.{set}(\"{name}\", value.into_expr()); {end} }}"
                    );
                    return;
                }
                Setting::Any => {
                    let _ = writeln!(
                        out,
                        "pub fn {function}(mut self, value: impl c::IntoExpression) -> {result} {{ \
                         {body}.{set}(\"{name}\", c::Expr::<c::Any>::from_expression(value.into_expression())); {end} }}"
                    );
                    return;
                }
                Setting::Built(built) => {
                    let shape = built_shape(&attribute.ty).expect("built values have a shape");
                    let members = scope.service.shape(shape).attributes.iter();
                    let keys: Vec<&str> = members.map(|member| member.name.as_str()).collect();
                    (built, shape, keys)
                }
            }
        }
        Argument::Block(nested) => {
            let shape = nested.nested.shape;
            docs::block(out, nested, scope.service.shape(shape).deprecated);
            let built = match (nested.nested.mode, nested.nested.max_items) {
                (NestingMode::Single | NestingMode::Group, _) | (_, 1) => &Built::SetBlock,
                (NestingMode::Map, _) => &Built::InsertBlock,
                (NestingMode::List | NestingMode::Set, _) => &Built::PushBlock,
            };
            (built, shape, Vec::new())
        }
    };
    let (key, call) = match built {
        Built::PushBlock => ("", format!("push_built(\"{name}\", build)")),
        Built::SetBlock => ("", format!("set_built(\"{name}\", build)")),
        Built::InsertBlock => (KEY, format!("insert_built(\"{name}\", key, build)")),
        Built::PushElement => ("", format!("push_element(\"{name}\", &{keys:?}, build)")),
        Built::PushObject => ("", format!("push_object(\"{name}\", build)")),
        Built::SetObject => ("", format!("set_object(\"{name}\", build)")),
        Built::InsertObject => (KEY, format!("insert_object(\"{name}\", key, build)")),
    };
    let shape = format!("s::block::{}", scope.shape_name(shape));
    let _ = writeln!(
        out,
        "pub fn {function}<B: c::BlockBuilder<Empty = {shape}> + c::Complete>(mut self, {key}build: impl c::FnOnce({shape}) -> B) -> {result} {{ \
         {body}.{call}; {end} }}"
    );
}

const KEY: &str = "key: impl c::Into<c::Text>, ";

fn angle(parameters: &[String]) -> String {
    if parameters.is_empty() { String::new() } else { format!("<{}>", parameters.join(", ")) }
}
