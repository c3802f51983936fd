//! Plans built by hand, for tests of writers and reports.

use std::sync::Arc;

use iac_lang::config::Location;
use iac_lang::types::Type;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::{Action, ResourceChange};
use crate::schema::{Attribute, Block, EntityKind, NestedAttributes, NestedBlock, NestingMode, Schema};

/// Builds a change. Values are JSON, in which `"?"` stands for an unknown value.
#[must_use]
pub fn change(address: &str, action: Action, before: &str, after: &str) -> ResourceChange {
    let schema = Arc::new(schema());
    let value = |text: &str| {
        let mut value = Value::parse_json(text).expect("the test's value is JSON");
        unknown(&mut value);
        super::json::by_block(&mut value, &schema.block);
        value
    };
    let (before, after) = (Arc::new(value(before)), Arc::new(value(after)));
    let address = address.parse().expect("the test's address is one");
    let provider = "registry.terraform.io/hashicorp/test".into();
    ResourceChange {
        source: Some(Location { file: "src/main.rs".into(), line: 12, column: 5 }),
        schema: Some(schema),
        ..ResourceChange::new(address, provider, action, before, after)
    }
}

#[must_use]
pub fn path(text: &str) -> AttributePath {
    let step = |step: &str| step.parse().map_or_else(|_| PathStep::from(step), PathStep::Index);
    text.split('.').map(step).collect()
}

fn unknown(value: &mut Value) {
    match value {
        Value::String(text) if *text == "?" => *value = Value::UNKNOWN,
        Value::List(elements) | Value::Tuple(elements) => elements.iter_mut().for_each(unknown),
        Value::Object(members) => members.iter_mut().for_each(|(_, member)| unknown(member)),
        _ => {}
    }
}

fn secret(name: &str) -> Attribute {
    Attribute { sensitive: true, ..Attribute::optional(name, Type::String) }
}

/// Builds a schema with attributes of all types, nested attributes, and blocks of each nesting mode, with a sensitive
/// attribute in each.
pub(crate) fn schema() -> Schema {
    let of = |ty: Type| Box::new(ty);
    let inner = Arc::new(Block {
        attributes: vec![
            Attribute::optional("port", Type::Number),
            Attribute::optional("protocol", Type::String),
        ],
        blocks: Vec::new(),
    });
    let private = Arc::new(Block {
        attributes: vec![secret("key"), Attribute::optional("user", Type::String)],
        blocks: Vec::new(),
    });
    let nested = |name, mode| {
        let nested = Some(NestedAttributes { mode, block: Arc::clone(&inner) });
        Attribute { nested, ..Attribute::optional(name, Type::Any) }
    };
    let mut block = Block {
        attributes: vec![
            Attribute { computed: true, optional: false, ..Attribute::optional("id", Type::String) },
            Attribute::optional("name", Type::String),
            Attribute::optional("size", Type::Number),
            Attribute::optional("enabled", Type::Bool),
            Attribute::optional("text", Type::String),
            Attribute::optional("policy", Type::String),
            Attribute::optional("zones", Type::List(of(Type::String))),
            Attribute::optional("groups", Type::Set(of(Type::String))),
            Attribute::optional("tags", Type::Map(of(Type::String))),
            secret("password"),
            nested("settings", NestingMode::Single),
            nested("steps", NestingMode::List),
            nested("members", NestingMode::Set),
            nested("targets", NestingMode::Map),
        ],
        blocks: vec![
            NestedBlock::new("disk", NestingMode::Single, Arc::clone(&inner)),
            NestedBlock::new("rule", NestingMode::List, Arc::clone(&inner)),
            NestedBlock::new("ingress", NestingMode::Set, Arc::clone(&inner)),
            NestedBlock::new("route", NestingMode::Map, Arc::clone(&inner)),
            NestedBlock::new("login", NestingMode::List, Arc::clone(&private)),
            NestedBlock::new("account", NestingMode::Set, Arc::clone(&private)),
        ],
    };
    block.attributes.sort_by(|left, right| left.name.cmp(&right.name));
    block.blocks.sort_by(|left, right| left.name.cmp(&right.name));
    Schema {
        kind: EntityKind::Resource,
        type_name: "test_thing".into(),
        version: 1,
        legacy: false,
        customize_diff: false,
        has_secrets: true,
        block: Arc::new(block),
        groups: crate::schema::Groups::default(),
    }
}
