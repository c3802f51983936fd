//! Prints knowledge files: the inverse of [`parse`](crate::parse).

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::model::{
    Attribute, Block, Entity, EntityKind, Facts, ForceNew, Function, Hooks, Literal, NestingMode, Parameter,
    Provider, Service, ShapeId, Type,
};

/// Prints the file of a service.
#[must_use]
pub fn print_service(service: &Service) -> String {
    let mut printer = Printer { service, out: String::new(), path: String::new(), written: HashMap::new() };
    for (index, entity) in service.entities.iter().enumerate() {
        if index > 0 {
            printer.out.push('\n');
        }
        printer.entity(entity);
    }
    printer.out
}

/// Prints the file of the provider.
#[must_use]
pub fn print_provider(provider: &Provider) -> String {
    let Provider { source, version, facts_source, functions, config } = provider;
    let mut out = format!("source {source}\nversion {version}\nfacts {facts_source}\n");
    for function in functions {
        out.push('\n');
        print_function(&mut out, config, function);
    }
    out.push('\n');
    out.push_str(&print_service(config));
    out
}

fn print_function(out: &mut String, config: &Service, function: &Function) {
    let _ = writeln!(out, "function {} returns={}", function.name, print_type(config, &function.returns));
    for parameter in &function.parameters {
        print_parameter(out, config, parameter, "");
    }
    if let Some(parameter) = &function.variadic {
        print_parameter(out, config, parameter, " variadic");
    }
}

fn print_parameter(out: &mut String, config: &Service, parameter: &Parameter, variadic: &str) {
    let nullable = if parameter.nullable { " nullable" } else { "" };
    let _ = writeln!(out, "  {}: {}{nullable}{variadic}", parameter.name, print_type(config, &parameter.ty));
}

/// Prints a complete type on one line: `list(object(a=string,b?=number))`.
#[must_use]
pub fn print_type(service: &Service, ty: &Type) -> String {
    let mut out = String::new();
    write_type(&mut out, service, ty, Objects::Inline);
    out
}

/// The place where the members of objects are printed.
#[derive(Clone, Copy)]
enum Objects {
    /// Inside the type.
    Inline,
    /// On separate lines.
    Below,
}

fn write_type(out: &mut String, service: &Service, ty: &Type, objects: Objects) {
    match (ty, objects) {
        (Type::String, _) => out.push_str("string"),
        (Type::Number, _) => out.push_str("number"),
        (Type::Bool, _) => out.push_str("bool"),
        (Type::Dynamic, _) => out.push_str("dynamic"),
        (Type::List(element), _) => write_collection(out, service, NestingMode::List, element, objects),
        (Type::Set(element), _) => write_collection(out, service, NestingMode::Set, element, objects),
        (Type::Map(element), _) => write_collection(out, service, NestingMode::Map, element, objects),
        (Type::Nested(nested), _) => {
            let _ = write!(out, "nested({})", nested.mode.as_str());
        }
        (Type::Object(_), Objects::Below) => out.push_str("object"),
        (Type::Tuple(elements), _) => {
            out.push_str("tuple(");
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write_type(out, service, element, Objects::Inline);
            }
            out.push(')');
        }
        (Type::Object(shape), Objects::Inline) => {
            out.push_str("object(");
            for (index, member) in service.shape(*shape).attributes.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(&member.name);
                out.push_str(if member.optional { "?=" } else { "=" });
                write_type(out, service, &member.ty, Objects::Inline);
            }
            out.push(')');
        }
    }
}

fn write_collection(
    out: &mut String,
    service: &Service,
    mode: NestingMode,
    element: &Type,
    objects: Objects,
) {
    out.push_str(mode.as_str());
    out.push('(');
    write_type(out, service, element, objects);
    out.push(')');
}

/// Returns the path of an entity in a `same_as`.
#[must_use]
pub fn entity_path(kind: EntityKind, type_name: &str) -> String {
    match kind {
        EntityKind::Provider | EntityKind::Resource => type_name.to_owned(),
        EntityKind::DataSource | EntityKind::Ephemeral => format!("{}.{type_name}", kind.keyword()),
    }
}

struct Printer<'a> {
    service: &'a Service,
    out: String,
    /// The current path: the entity and the names of the enclosing blocks.
    path: String,
    /// The path at which each shape was printed first.
    written: HashMap<ShapeId, String>,
}

impl<'a> Printer<'a> {
    fn entity(&mut self, entity: &'a Entity) {
        let _ = write!(self.out, "{} {}", entity.kind.keyword(), entity.type_name);
        if entity.schema_version != 0 {
            let _ = write!(self.out, " version={}", entity.schema_version);
        }
        self.flags(&[
            (entity.legacy, "legacy"),
            (entity.customize_diff, "customize_diff"),
            (entity.block.deprecated, "deprecated"),
        ]);
        self.out.push('\n');
        if let Some(source) = &entity.facts_source {
            let _ = writeln!(self.out, "  @facts {source}");
        }
        for (word, groups) in [
            ("conflicts_with", &entity.conflicts_with),
            ("exactly_one_of", &entity.exactly_one_of),
            ("at_least_one_of", &entity.at_least_one_of),
            ("required_with", &entity.required_with),
        ] {
            for group in groups {
                let _ = writeln!(self.out, "  @{word} {}", group.join(" "));
            }
        }
        self.path = entity_path(entity.kind, &entity.type_name);
        self.block(&entity.block, 1);
    }

    fn block(&mut self, block: &'a Block, depth: usize) {
        for attribute in &block.attributes {
            self.attribute(attribute, depth);
        }
        for block in &block.blocks {
            self.indent(depth);
            let _ = write!(self.out, "{}: block({})", block.name, block.nested.mode.as_str());
            self.limits(block.nested.min_items, block.nested.max_items);
            self.facts(&block.facts);
            self.shape(&block.name, block.nested.shape, depth);
        }
    }

    fn attribute(&mut self, attribute: &'a Attribute, depth: usize) {
        self.indent(depth);
        let _ = write!(self.out, "{}: ", attribute.name);
        write_type(&mut self.out, self.service, &attribute.ty, Objects::Below);
        self.flags(&[
            (attribute.required, "required"),
            (attribute.optional, "optional"),
            (attribute.computed, "computed"),
            (attribute.sensitive, "sensitive"),
            (attribute.write_only, "write_only"),
            (attribute.deprecated, "deprecated"),
        ]);
        if let Type::Nested(nested) = &attribute.ty {
            self.limits(nested.min_items, nested.max_items);
        }
        self.facts(&attribute.facts);
        match attribute.ty.shape() {
            Some(shape) => self.shape(&attribute.name, shape, depth),
            None => self.out.push('\n'),
        }
    }

    fn limits(&mut self, min: u64, max: u64) {
        if min != 0 {
            let _ = write!(self.out, " min={min}");
        }
        if max != 0 {
            let _ = write!(self.out, " max={max}");
        }
    }

    /// Prints the end of a line whose member has a shape, and the shape if it is new.
    fn shape(&mut self, name: &str, id: ShapeId, depth: usize) {
        let shape = self.service.shape(id);
        if let Some(path) = self.written.get(&id) {
            let _ = writeln!(self.out, " same_as={path}");
            return;
        }
        self.flags(&[(shape.deprecated, "deprecated_block")]);
        self.out.push('\n');
        let outer = self.path.len();
        self.path.push('.');
        self.path.push_str(name);
        if *shape != Block::default() {
            self.written.insert(id, self.path.clone());
        }
        self.block(shape, depth + 1);
        self.path.truncate(outer);
    }

    fn facts(&mut self, facts: &Facts) {
        match facts.force_new {
            ForceNew::No => {}
            ForceNew::Conditional => self.out.push_str(" force_new_conditional"),
            ForceNew::Yes => self.out.push_str(" force_new"),
        }
        self.list("force_new_when", facts.force_new_when.iter().map(|each| each.as_str()));
        if let Some(default) = &facts.default {
            let _ = write!(self.out, " default={default}");
        }
        self.values("allowed", &facts.allowed);
        self.values("unset", &facts.unset);
        self.list("norms", facts.norms.iter().map(|each| each.as_str()));
        if let Some(suppress) = facts.suppress {
            let _ = write!(self.out, " suppress={}", suppress.as_str());
        }
        self.flags(&[
            (facts.rewrites, "rewrites"),
            (facts.suppressed, "suppressed"),
            (facts.null_keeps, "null_keeps"),
            (facts.computed, "computed"),
            (facts.kept, "kept"),
            (facts.unhashed, "unhashed"),
            (facts.needed, "needed"),
            (facts.settable, "settable"),
            (facts.open, "open"),
        ]);
        if let Some(created) = &facts.created {
            let _ = write!(self.out, " created={created}");
        }
        self.list("updated_by", facts.updated_by.iter().map(String::as_str));
        self.list("perhaps_updated_by", facts.perhaps_updated_by.iter().map(String::as_str));
        self.list("provider_default", facts.provider_default.iter().map(String::as_str));
        self.list("unmodeled", facts.unmodeled.iter().map(|each| each.as_str()));
        if let Some(hooks) = &facts.hooks {
            self.hooks(hooks);
        }
    }

    fn hooks(&mut self, hooks: &Hooks) {
        self.list("state_func", hooks.state_funcs.iter().map(|each| each.as_str()));
        let conditions = [
            ("hidden", &hooks.hidden),
            ("replaces", &hooks.replaces),
            ("unknown_if", &hooks.unknown),
            ("reverts", &hooks.reverts),
        ];
        for (word, condition) in conditions {
            if let Some(condition) = condition {
                let _ = write!(self.out, " {word}={condition}");
            }
        }
        let pair =
            |(condition, value): &(Literal, Literal)| Literal::List(vec![condition.clone(), value.clone()]);
        self.values("sets", &hooks.sets.iter().map(pair).collect::<Vec<_>>());
    }

    fn values(&mut self, word: &str, values: &[Literal]) {
        for (index, value) in values.iter().enumerate() {
            if index == 0 {
                let _ = write!(self.out, " {word}=[{value}");
            } else {
                let _ = write!(self.out, ",{value}");
            }
        }
        if !values.is_empty() {
            self.out.push(']');
        }
    }

    fn list<'b>(&mut self, word: &str, items: impl Iterator<Item = &'b str>) {
        for (index, item) in items.enumerate() {
            if index == 0 {
                let _ = write!(self.out, " {word}={item}");
            } else {
                let _ = write!(self.out, ",{item}");
            }
        }
    }

    fn flags(&mut self, flags: &[(bool, &str)]) {
        for (set, word) in flags {
            if *set {
                self.out.push(' ');
                self.out.push_str(word);
            }
        }
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.out.push_str("  ");
        }
    }
}
