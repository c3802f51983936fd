//! Generation of the calls as Rust code.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use iac_codegen::emit::Scope;
use iac_codegen::load::Loaded;
use iac_codegen::model::{Attribute, Block, Entity, NestedBlock, NestingMode, Service, ShapeId, Type};
use iac_codegen::names::{identifier, kind_module};

use crate::choice::{Choice, Rules};
use crate::values::{free_values, value};

const HEAD: &str =
    "use iac_core::bindings as c;\nuse iac_core::{Stack, plaintext};\nuse super::{is_first, start};\n";

/// Writes one module per service, and a list of the modules.
pub(crate) fn write(loaded: &Loaded) -> String {
    let mut out = String::new();
    let mut list = String::new();
    let mut calls = 0;
    let mut never = Vec::new();
    for service in &loaded.knowledge.services {
        let module = identifier(&service.name);
        let mut required = BTreeSet::new();
        let mut writer = Writer::new(loaded, service, &module, &mut required);
        let mut add = String::new();
        for entity in &service.entities {
            writer.entity(&mut add, entity);
            let (_, left_out) = Rules::new(service, entity).all();
            never.extend(left_out.into_iter().map(|path| format!("{}.{path}", entity.type_name)));
        }
        let _ = write!(
            out,
            "pub mod {module} {{\n{HEAD}use iac_aws::{module} as s;\npub fn add(stack: &Stack) {{\n{add}}}\n{}}}\n",
            writer.functions
        );
        let _ = writeln!(
            list,
            "Service {{ name: {:?}, types: {}, add: {module}::add }},",
            service.name,
            service.entities.len()
        );
        calls += writer.calls;
    }
    let _ = write!(
        out,
        "/// The services, with functions that add all of their types to a stack.\npub const SERVICES: &[Service] = &[\n{list}];\n\
         /// The number of setter calls.\npub const CALLS: usize = {calls};\n\
         /// Arguments that cannot be set: they conflict with required arguments, or need ones that cannot be set.\npub const NEVER: &[&str] = &{never:?};\n\
         /// Values of arguments whose allowed values are unknown.\npub const FREE: &[&str] = &{:?};\n",
        free_values(),
    );
    provider(&mut out, loaded);
    out
}

/// Writes configurations of the provider itself.
fn provider(out: &mut String, loaded: &Loaded) {
    let service = &loaded.knowledge.provider.config;
    let mut required = BTreeSet::new();
    let mut writer = Writer::new(loaded, service, "provider", &mut required);
    let mut add = String::new();
    for entity in &service.entities {
        for (alias, choice) in choices(service, entity) {
            let _ = writeln!(add, "handles.push({{ start(); let b = Provider::builder().alias({alias:?});");
            writer.members(&mut add, &entity.block, &choice);
            add.push_str("stack.add(b) });\n");
        }
    }
    let _ = write!(
        out,
        "/// The provider.\npub mod provider {{\n{HEAD}use iac_aws::{{Provider, provider as s}};\n\
         /// Adds configurations.\n\
         pub fn add(stack: &Stack) -> Vec<iac_core::ProviderHandle<Provider>> {{\nlet mut handles = Vec::new();\n{add}handles\n}}\n{}}}\n",
        writer.functions
    );
}

/// Returns the instances of a type, by name.
fn choices(service: &Service, entity: &Entity) -> Vec<(String, Choice)> {
    let rules = Rules::new(service, entity);
    let (all, _) = rules.all();
    let needed = rules.needed_anywhere();
    let all = all.into_iter().enumerate().map(|(index, mut omitted)| {
        omitted.extend(entity.block.attribute("id").filter(|id| !entity.takes(id)).map(|id| id.name.clone()));
        (format!("all_{index}"), Choice::All { omitted, needed: needed.clone() })
    });
    std::iter::once(("required".to_owned(), Choice::Required(rules.required()))).chain(all).collect()
}

/// The functions that build a block.
struct Build {
    first: String,
    /// Used from the second time on within an instance.
    again: Option<String>,
}

impl Build {
    /// Writes the call of a setter.
    fn write(&self, out: &mut String, setter: &str, key: &str) {
        let first = &self.first;
        let _ = match &self.again {
            Some(again) => writeln!(
                out,
                "let b = if is_first({first:?}) {{ b.{setter}({key}{first}) }} else {{ b.{setter}({key}{again}) }};"
            ),
            None => writeln!(out, "let b = b.{setter}({key}{first});"),
        };
    }
}

struct Writer<'a> {
    loaded: &'a Loaded,
    service: &'a Service,
    scope: Scope<'a>,
    /// The functions that build blocks: one per shape and choice.
    names: BTreeMap<(ShapeId, Choice), String>,
    functions: String,
    calls: usize,
}

impl<'a> Writer<'a> {
    fn new(
        loaded: &'a Loaded,
        service: &'a Service,
        module: &str,
        required: &'a mut BTreeSet<String>,
    ) -> Self {
        let scope = Scope::new(loaded, service, module, required);
        Self { loaded, service, scope, names: BTreeMap::new(), functions: String::new(), calls: 0 }
    }

    /// Writes the function that adds the instances of a type, and its call to `add`.
    fn entity(&mut self, add: &mut String, entity: &Entity) {
        let kind = kind_module(entity.kind).map_or(String::new(), |module| format!("{module}::"));
        let name = self.loaded.names.short_name(&self.service.name, &entity.type_name);
        let function = format!("add_{}_{}", entity.kind.keyword(), entity.type_name);
        let mut body = String::new();
        for (name_of_instance, choice) in choices(self.service, entity) {
            let _ = writeln!(body, "start();\nlet b = s::{kind}{name}::builder({name_of_instance:?});");
            self.members(&mut body, &entity.block, &choice);
            body.push_str("stack.add(b);\n");
        }
        let _ = write!(self.functions, "fn {function}(stack: &Stack) {{\n{body}}}\n");
        let _ = writeln!(add, "{function}(stack);");
    }

    /// Writes the calls for the members of a block.
    fn members(&mut self, out: &mut String, block: &Block, choice: &Choice) {
        for attribute in &block.attributes {
            if self.is_settable(attribute) && (attribute.is_required() || choice.takes(&attribute.name)) {
                self.attribute(out, attribute, choice);
            }
        }
        for nested in &block.blocks {
            if self.holds_arguments(nested.nested.shape)
                && (nested.is_required() || choice.takes(&nested.name))
            {
                self.block(out, nested, choice);
            }
        }
    }

    fn attribute(&mut self, out: &mut String, attribute: &Attribute, choice: &Choice) {
        let key = match &attribute.ty {
            Type::Map(element) if matches!(**element, Type::Object(_)) => "\"us-east-1\", ",
            Type::Nested(nested) if nested.mode == NestingMode::Map => "\"us-east-1\", ",
            _ => "",
        };
        let function = identifier(&attribute.name);
        if let Some(shape) = built(&attribute.ty) {
            let build = self.build(shape, choice.inside(&attribute.name), attribute.is_required());
            build.write(out, &function, key);
        } else {
            let value = value(&self.scope, attribute);
            let is_secret = attribute.sensitive || attribute.write_only;
            let value = if is_secret { plaintext(&attribute.ty, &value) } else { value };
            let _ = writeln!(out, "let b = b.{function}({value});");
        }
        self.calls += 1;
    }

    fn block(&mut self, out: &mut String, block: &NestedBlock, choice: &Choice) {
        let build = self.build(block.nested.shape, choice.inside(&block.name), block.is_required());
        let times = match block.nested.mode {
            NestingMode::Single | NestingMode::Group => 1,
            _ => block.nested.min_items.max(1),
        };
        for time in 0..times {
            let key = match block.nested.mode {
                NestingMode::Map => format!("\"key{time}\", "),
                _ => String::new(),
            };
            build.write(out, &identifier(&block.name), &key);
            self.calls += 1;
        }
    }

    /// Returns the functions that build a block of a shape. Optional blocks are built in full only once per instance:
    /// some types contain thousands of them.
    fn build(&mut self, shape: ShapeId, choice: Choice, required: bool) -> Build {
        let again = match (&choice, required) {
            (Choice::All { needed, .. }, false) => {
                Some(self.function(shape, Choice::Required(needed.clone())))
            }
            _ => None,
        };
        Build { first: self.function(shape, choice), again }
    }

    /// Returns the name of the function that builds a block of a shape.
    fn function(&mut self, shape: ShapeId, choice: Choice) -> String {
        let key = (shape, choice);
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        let mut body = String::new();
        self.members(&mut body, self.service.shape(shape), &key.1);
        let name = format!("build_{}", self.names.len());
        let builder = format!("s::block::{}", self.scope.shape_name(shape));
        let _ = write!(
            self.functions,
            "fn {name}(b: {builder}) -> impl c::BlockBuilder<Empty = {builder}> + c::Complete {{\n{body}b\n}}\n"
        );
        self.names.insert(key, name.clone());
        name
    }

    /// Returns `true` if a configuration can set an attribute or a member of an object.
    fn is_settable(&self, attribute: &Attribute) -> bool {
        (attribute.is_argument() || !attribute.computed)
            && built(&attribute.ty).is_none_or(|shape| self.holds_arguments(shape))
    }

    /// Returns `true` if a block has settable members, or is empty, so that only its presence matters.
    fn holds_arguments(&self, shape: ShapeId) -> bool {
        let block = self.service.shape(shape);
        block.is_empty()
            || block.attributes.iter().any(|attribute| attribute.is_argument() || !attribute.computed)
            || block.blocks.iter().any(|nested| self.holds_arguments(nested.nested.shape))
    }
}

/// Returns the shape that a setter takes a closure for.
fn built(ty: &Type) -> Option<ShapeId> {
    match ty {
        Type::Object(shape) => Some(*shape),
        Type::Nested(nested) => Some(nested.shape),
        Type::List(element) | Type::Set(element) | Type::Map(element) => match **element {
            Type::Object(shape) => Some(shape),
            _ => None,
        },
        _ => None,
    }
}

/// Wraps a literal in `plaintext`.
fn plaintext(ty: &Type, value: &str) -> String {
    let collection = match ty {
        Type::List(_) => "List",
        Type::Set(_) => "Set",
        Type::Map(_) => "Map",
        _ => return format!("plaintext({value})"),
    };
    format!("plaintext(c::IntoExpr::<c::{collection}<String>>::into_expr({value}))")
}
