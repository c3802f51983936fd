//! Mutation tests of the state readers and of the attribute decoder.

use std::sync::Arc;

use iac_lang::types::Type;
use iac_plan::schema::{Attribute, Block, EntityKind, Facts, Groups, NestedBlock, NestingMode, Schema};
use iac_plan::state::State;

use super::harness::mutate;

const STATE: &str = include_str!("../../src/state/tests/good.json");
/// A state of Terraform 0.11.
const OLD: &str = r#"{"version": 3, "serial": 1, "lineage": "l", "modules": [{"path": ["root", "m"], "outputs": {},
"resources": {"aws_vpc.a.0": {"type": "aws_vpc", "depends_on": [], "provider": "provider.aws.west", "deposed": [],
"primary": {"id": "x", "tainted": true, "meta": {"schema_version": "1"},
"attributes": {"name": "x", "map.%": "1", "map.a": "1", "set.#": "1", "set.123": "a", "sets.#": "1", "sets.9.port": "1"}}}}}]}"#;
/// Output of `terraform show -json`.
const SHOWN: &str = r#"{"format_version": "1.0", "values": {"outputs": {"o": {"value": [1], "type": ["tuple", ["number"]]}},
"root_module": {"child_modules": [{"resources": [{"address": "module.m[\"k\"].aws_vpc.a[0]", "mode": "managed",
"provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": {"name": "x", "list": []},
"sensitive_values": {"name": true, "list": [{}]}}]}]}}}"#;

const WORDS: &[&str] = &[
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "true",
    "1",
    "-1",
    "1e99999999",
    "\\u",
    "\\ud800",
    "\u{feff}",
    "é",
    "\"version\": 4",
    "\"attributes_flat\": ",
    "\"value\": ",
    "\"type\": ",
    "[\"list\", ",
    "\"module.a[0]\"",
    "\"set.#\"",
    "\"map.%\"",
    ".0",
    "[{",
    "{\"a\": ",
];

/// A type with an attribute and a block of each kind found in the states.
fn schema() -> Schema {
    let attribute = |name: &str, ty| Attribute {
        name: name.into(),
        ty,
        nested: None,
        required: false,
        optional: true,
        computed: true,
        sensitive: false,
        write_only: false,
        facts: Arc::new(Facts::default()),
        members: None,
    };
    let sets = NestedBlock {
        name: "sets".into(),
        mode: NestingMode::Set,
        min_items: 0,
        max_items: 0,
        block: Arc::new(Block { attributes: vec![attribute("port", Type::Number)], blocks: Vec::new() }),
        facts: Arc::new(Facts::default()),
    };
    let attributes = vec![
        attribute("list", Type::List(Box::new(Type::Any))),
        attribute("map", Type::Map(Box::new(Type::Number))),
        attribute("name", Type::String),
        attribute("set", Type::Set(Box::new(Type::String))),
    ];
    Schema {
        kind: EntityKind::Resource,
        type_name: "aws_vpc".into(),
        version: 0,
        legacy: true,
        customize_diff: false,
        has_secrets: false,
        block: Arc::new(Block { attributes, blocks: vec![sets] }),
        groups: Groups::default(),
    }
}

#[test]
fn states_are_read_or_rejected() {
    let schema = schema();
    mutate(&[STATE.as_bytes(), OLD.as_bytes(), SHOWN.as_bytes()], WORDS, |input| {
        let state = match State::decode(input) {
            Ok(state) => state,
            Err(error) => return drop(error.to_string()),
        };
        for instance in state.resources.iter().flat_map(|resource| &resource.instances) {
            let _ = instance.attributes.decode(&schema);
            let _ = instance.attributes.decode_untyped();
        }
    });
}
