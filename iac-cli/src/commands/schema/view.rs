//! The contents of `iac schema`, independent of the format.

use std::collections::BTreeSet;

use iac_codegen::emit::{Scope, variants};
use iac_codegen::model::{
    Attribute, Block, Entity, EntityKind, Facts, ForceNew, Identifier, Literal, Member, Nested, NestingMode,
    Norm, Service, Type,
};
use iac_codegen::names::identifier;
use serde::Serialize;
use serde_json::Value;

use super::index::{LoadedType, kind_name, rust_path};
use crate::command_error::CommandError;
use crate::suggest::did_you_mean;

/// A type, or a block or argument of a type.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub(super) kind: &'static str,
    #[serde(rename = "type")]
    pub(super) type_name: String,
    /// The path in the type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    pub(super) provider: String,
    pub(super) provider_version: String,
    pub(super) rust: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) feature: Option<&'static str>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) deprecated: bool,
    /// The argument, block or attribute at the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) member: Option<Argument>,
    /// Arguments, required ones first.
    pub(super) arguments: Vec<Argument>,
    /// Nested blocks.
    pub(super) blocks: Vec<Argument>,
    /// Attributes that cannot be set.
    pub(super) attributes: Vec<Argument>,
}

/// An argument, block or attribute, with all known facts.
#[derive(Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are the schema's")]
pub(super) struct Argument {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) value_type: String,
    /// The Rust method, if it differs from the name: for example `type_`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rust: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) required: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) optional: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) computed: bool,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) min_items: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) max_items: u64,
    /// `always` or `sometimes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) forces_replacement: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) allowed: Vec<Value>,
    /// The Rust enum of the allowed values.
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    pub(super) enumeration: Option<String>,
    /// The variants of the enum, in the order of the allowed values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) variants: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) sensitive: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) write_only: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) deprecated: bool,
    /// The kind of object that it identifies: `id of Vpc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refers_to: Option<String>,
    /// Differences that are not changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) ignores: Vec<&'static str>,
    /// Whether the prior value is kept when the argument is removed.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) kept_when_removed: bool,
    /// Arguments that cannot be set together with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) conflicts_with: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) exactly_one_of: Vec<Vec<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) at_least_one_of: Vec<Vec<String>>,
    /// Arguments that must be set together with it, in one direction or both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) required_with: Vec<String>,
    /// Whether a configuration can set it.
    #[serde(skip)]
    pub(super) is_settable: bool,
    /// Whether it has members of its own to show.
    #[serde(skip)]
    pub(super) has_members: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl View {
    /// Creates the view of a type, or of the member at a dotted path.
    pub(super) fn new(found: &LoadedType, path: Option<&str>) -> Result<Self, CommandError> {
        let LoadedType { type_name, loaded } = found;
        let provider = &loaded.knowledge.provider;
        let service = loaded.knowledge.services.first().unwrap_or(&provider.config);
        let entity =
            service.entity(type_name.kind, type_name.name).expect("the index lists types of the knowledge");
        let mut view = Self {
            kind: kind_name(entity.kind),
            type_name: entity.type_name.clone(),
            path: path.map(str::to_owned),
            provider: provider.source.clone(),
            provider_version: provider.version.clone(),
            rust: rust_path(&loaded.names, type_name),
            feature: type_name.service_name(),
            deprecated: entity.block.deprecated,
            member: None,
            arguments: Vec::new(),
            blocks: Vec::new(),
            attributes: Vec::new(),
        };
        let mut required = BTreeSet::new();
        let scope = Scope::new(loaded, service, "", &mut required);
        let module = type_name.service_name().map_or_else(|| "provider".to_owned(), identifier);
        let mut context =
            BlockContext { service, scope: &scope, module, entity, path: String::new(), is_settable: true };
        match path {
            None => view.add_block(&context, &entity.block),
            Some(path) => view.add_at(&mut context, path)?,
        }
        Ok(view)
    }

    /// Adds the member at a path, and its own members.
    fn add_at(&mut self, context: &mut BlockContext<'_>, path: &str) -> Result<(), CommandError> {
        let mut block = &context.entity.block;
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            let Some(member) = block.member(name) else {
                let known = block
                    .attributes
                    .iter()
                    .map(|each| &each.name)
                    .chain(block.blocks.iter().map(|each| &each.name));
                let hint = did_you_mean(name, known.map(String::as_str));
                return Err(
                    CommandError::new(format!("`{name}` not found in `{}`", context.name())).maybe_hint(hint)
                );
            };
            let Some(shape) = member.shape() else {
                if names.peek().is_some() {
                    return Err(CommandError::new(format!("`{}` has no members", context.path_of(name))));
                }
                self.member = Some(context.argument(member));
                return Ok(());
            };
            self.member = Some(context.argument(member));
            context.path = context.path_of(name);
            context.is_settable = context.can_set(member);
            block = context.service.shape(shape);
        }
        self.deprecated |= block.deprecated;
        self.add_block(context, block);
        Ok(())
    }

    fn add_block(&mut self, context: &BlockContext<'_>, block: &Block) {
        for attribute in &block.attributes {
            self.add_member(context.argument(Member::Attribute(attribute)));
        }
        self.arguments.sort_by_key(|argument| !argument.required);
        self.blocks = block.blocks.iter().map(|nested| context.argument(Member::Block(nested))).collect();
    }

    fn add_member(&mut self, argument: Argument) {
        if argument.is_settable {
            self.arguments.push(argument);
        } else {
            self.attributes.push(argument);
        }
    }
}

/// The block whose members are added.
struct BlockContext<'a> {
    service: &'a Service,
    /// The Rust names of the enums.
    scope: &'a Scope<'a>,
    /// The Rust module of the enums.
    module: String,
    entity: &'a Entity,
    path: String,
    /// Whether a configuration can set the members.
    is_settable: bool,
}

impl BlockContext<'_> {
    fn name(&self) -> String {
        let Self { entity, path, .. } = self;
        if path.is_empty() { entity.type_name.clone() } else { format!("{}.{path}", entity.type_name) }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn argument(&self, member: Member<'_>) -> Argument {
        let mut argument = match member {
            Member::Attribute(attribute) => Argument::of_attribute(attribute),
            Member::Block(block) => {
                let Nested { mode, min_items, max_items, .. } = block.nested;
                Argument {
                    name: block.name.clone(),
                    value_type: format!("block({})", mode.as_str()),
                    required: min_items > 0,
                    optional: min_items == 0,
                    min_items,
                    max_items,
                    ..Argument::default()
                }
            }
        };
        let rust = identifier(&argument.name);
        argument.rust = (rust != argument.name).then_some(rust);
        argument.is_settable = self.can_set(member);
        argument.has_members = member.shape().is_some_and(|shape| !self.service.shape(shape).is_empty());
        argument.add_facts(member.facts());
        if let Member::Attribute(attribute) = member
            && argument.is_settable
            && let Some(name) = self.scope.enum_name(attribute)
        {
            argument.enumeration = Some(format!("iac_aws::{}::{name}", self.module));
            let values: Vec<&str> = argument.allowed.iter().filter_map(Value::as_str).collect();
            argument.variants = variants(&values);
        }
        self.add_groups(&mut argument);
        argument
    }

    /// Returns `true` if a configuration can set a member. Members of an object type inherit it.
    fn can_set(&self, member: Member<'_>) -> bool {
        match member {
            // The provider SDK declares every `id` as optional, but it cannot be set.
            Member::Attribute(Attribute { name, computed: true, .. })
                if name == "id" && self.path.is_empty() && self.entity.kind == EntityKind::Resource =>
            {
                false
            }
            Member::Block(_) => true,
            Member::Attribute(attribute) => {
                attribute.is_argument() || (!attribute.computed && self.is_settable)
            }
        }
    }

    fn add_groups(&self, argument: &mut Argument) {
        let path = self.path_of(&argument.name);
        let of = |groups: &[Vec<String>]| -> Vec<Vec<String>> {
            groups.iter().filter(|group| group.contains(&path)).cloned().collect()
        };
        let others = |groups: &[Vec<String>]| -> Vec<String> {
            let mut others: Vec<String> =
                of(groups).into_iter().flatten().filter(|other| *other != path).collect();
            others.sort_unstable();
            others.dedup();
            others
        };
        argument.conflicts_with = others(&self.entity.conflicts_with);
        argument.exactly_one_of = of(&self.entity.exactly_one_of);
        argument.at_least_one_of = of(&self.entity.at_least_one_of);
        argument.required_with = others(&self.entity.required_with);
    }
}

impl Argument {
    fn of_attribute(attribute: &Attribute) -> Self {
        let (min_items, max_items) = match attribute.ty {
            Type::Nested(nested) => (nested.min_items, nested.max_items),
            _ => (0, 0),
        };
        Self {
            name: attribute.name.clone(),
            value_type: type_name(&attribute.ty),
            required: attribute.required,
            optional: attribute.optional,
            computed: attribute.computed,
            min_items,
            max_items,
            sensitive: attribute.sensitive,
            write_only: attribute.write_only,
            deprecated: attribute.deprecated,
            refers_to: attribute.reference.as_ref().map(|reference| {
                let identifier = match reference.identifier {
                    Identifier::Id => "id",
                    Identifier::Arn => "ARN",
                };
                format!("{identifier} of {}", reference.kind)
            }),
            ..Self::default()
        }
    }

    fn add_facts(&mut self, facts: &Facts) {
        self.forces_replacement = match facts.force_new {
            ForceNew::No => None,
            ForceNew::Conditional => Some("sometimes"),
            ForceNew::Yes => Some("always"),
        };
        self.default = facts.default.as_ref().map(value);
        self.allowed = facts.allowed.iter().map(value).collect();
        self.ignores = facts.norms.iter().map(|&norm| ignored(norm)).collect();
        self.kept_when_removed = facts.null_keeps;
    }
}

/// Returns the name of a type, without the members of objects.
fn type_name(value_type: &Type) -> String {
    match value_type {
        Type::String => "string".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Dynamic => "any".to_owned(),
        Type::List(element) => format!("list({})", type_name(element)),
        Type::Set(element) => format!("set({})", type_name(element)),
        Type::Map(element) => format!("map({})", type_name(element)),
        Type::Tuple(elements) => {
            let elements: Vec<String> = elements.iter().map(type_name).collect();
            format!("tuple([{}])", elements.join(", "))
        }
        Type::Object(_) | Type::Nested(Nested { mode: NestingMode::Single | NestingMode::Group, .. }) => {
            "object".to_owned()
        }
        Type::Nested(Nested { mode, .. }) => format!("{}(object)", mode.as_str()),
    }
}

/// Converts a constant of the knowledge, whose syntax is that of JSON.
fn value(literal: &Literal) -> Value {
    serde_json::from_str(&literal.to_string()).expect("a literal prints as JSON")
}

fn ignored(norm: Norm) -> &'static str {
    match norm {
        Norm::Space => "whitespace",
        Norm::NewLine => "trailing newline",
        Norm::Case => "case",
        Norm::Slash => "trailing slash",
        Norm::Dot => "trailing dot",
        Norm::Json => "JSON formatting",
        Norm::Iam => "IAM policy formatting",
        Norm::Containers => "container definition formatting",
        Norm::Time => "time notation",
        Norm::Cidr => "CIDR notation",
        Norm::Protocol => "protocol notation",
        Norm::Scheme => "leading `https://`",
        Norm::Bool => "boolean notation",
        Norm::Number => "number notation",
        Norm::Order => "order",
        Norm::Empty => "null or empty",
    }
}
