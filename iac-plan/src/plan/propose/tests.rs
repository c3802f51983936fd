//! Examples of merging prior value and configuration.

use std::sync::Arc;

use iac_core::text::Text;
use iac_lang::types::Type;

use super::*;
use crate::schema::NestedAttributes;

fn attribute(name: &str, optional: bool, computed: bool) -> Attribute {
    let required = !optional && !computed;
    Attribute { required, optional, computed, ..Attribute::optional(name, Type::String) }
}

/// A block in which `name` is required, `note` optional, `id` computed, and `size` optional and computed.
fn element() -> Arc<Block> {
    let attributes = vec![
        attribute("id", false, true),
        attribute("name", false, false),
        attribute("note", true, false),
        attribute("size", true, true),
    ];
    Arc::new(Block { attributes, blocks: Vec::new() })
}

fn nested(name: &str, mode: NestingMode) -> NestedBlock {
    NestedBlock::new(name, mode, element())
}

/// A schema with blocks of each nesting mode, and attributes with nested objects.
fn schema() -> Block {
    let objects = |name: &str, mode, optional, computed| Attribute {
        nested: Some(NestedAttributes { mode, block: element() }),
        ..attribute(name, optional, computed)
    };
    Block {
        attributes: vec![
            objects("computed_objects", NestingMode::List, true, true),
            objects("objects", NestingMode::Map, true, false),
        ],
        blocks: vec![
            nested("by_key", NestingMode::Map),
            nested("list", NestingMode::List),
            nested("set", NestingMode::Set),
            nested("single", NestingMode::Single),
        ],
    }
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

/// Builds an element; members that are not given are null.
fn object(members: &[(&str, Value)]) -> Value {
    let mut all: ValueMap =
        ["id", "name", "note", "size"].map(|name| (Text::from(name), Value::Null)).into_iter().collect();
    for (name, value) in members {
        all.insert((*name).into(), value.clone());
    }
    Value::Object(all)
}

/// Returns the merged value of one member of the schema; all others are not set.
fn merged(name: &str, prior: Value, config: Value) -> Value {
    let whole = |value: Value| {
        let Value::Object(mut members) = empty(&schema()) else { panic!("a block is an object") };
        members.insert(name.into(), value);
        Value::Object(members)
    };
    let proposed = propose(&schema(), &whole(prior), &whole(config));
    member(&proposed, name).clone()
}

fn known() -> Value {
    object(&[("id", text("i-1")), ("name", text("a")), ("size", text("big"))])
}

fn wanted() -> Value {
    object(&[("name", text("a"))])
}

#[test]
fn unset_computed_attribute_keeps_its_prior_value() {
    assert_eq!(merged("single", known(), wanted()), known());
    let changed = object(&[("name", text("b")), ("size", text("small"))]);
    let expected = object(&[("id", text("i-1")), ("name", text("b")), ("size", text("small"))]);
    assert_eq!(merged("single", known(), changed), expected);
}

#[test]
fn unset_optional_attribute_becomes_null() {
    let prior = object(&[("name", text("a")), ("note", text("x"))]);
    assert_eq!(merged("single", prior, wanted()), wanted());
}

#[test]
fn lists_correlate_by_position() {
    let prior = Value::List(vec![known()]);
    let other = object(&[("name", text("b"))]);
    let config = Value::List(vec![other.clone(), wanted()]);
    let first = object(&[("id", text("i-1")), ("name", text("b")), ("size", text("big"))]);
    assert_eq!(merged("list", prior, config), Value::List(vec![first, wanted()]));
}

#[test]
fn maps_correlate_by_key() {
    let map = |key: &str, value: Value| Value::Map([(key.into(), value)].into());
    for name in ["by_key", "objects"] {
        assert_eq!(merged(name, map("k", known()), map("k", wanted())), map("k", known()), "{name}");
        assert_eq!(merged(name, map("other", known()), map("k", wanted())), map("k", wanted()), "{name}");
    }
}

#[test]
fn sets_correlate_by_attributes_that_are_not_computed() {
    let prior = Value::set(vec![known(), object(&[("id", text("i-2")), ("name", text("b"))])]);
    let config = Value::set(vec![wanted(), object(&[("name", text("c"))])]);
    let expected = Value::set(vec![known(), object(&[("name", text("c"))])]);
    assert_eq!(merged("set", prior, config), expected);
}

#[test]
fn prior_set_element_is_matched_only_once() {
    let prior = Value::set(vec![known()]);
    let sized = object(&[("name", text("a")), ("size", text("big"))]);
    let config = Value::set(vec![wanted(), sized.clone()]);
    let Value::Set(elements) = merged("set", prior, config) else { panic!("a set stays one") };
    let kept = elements.iter().filter(|element| member(element, "id") == &text("i-1")).count();
    assert_eq!(kept, 1);
}

#[test]
fn elements_with_computed_sets_do_not_correlate() {
    let size = Value::set(vec![text("big")]);
    let prior = Value::set(vec![object(&[("name", text("a")), ("size", size)])]);
    let config = Value::set(vec![wanted()]);
    assert_eq!(merged("set", prior, config.clone()), config);
}

#[test]
fn configured_objects_are_not_kept() {
    let all_computed = object(&[("id", text("i-1")), ("size", text("big"))]);
    let prior = Value::List(vec![all_computed]);
    assert_eq!(merged("computed_objects", prior.clone(), Value::Null), prior);
    assert_eq!(merged("computed_objects", Value::List(vec![known()]), Value::Null), Value::Null);
}

#[test]
fn unknown_blocks_stay_unknown() {
    assert_eq!(merged("list", Value::List(vec![known()]), Value::UNKNOWN), Value::UNKNOWN);
}

#[test]
fn created_object_has_unknown_computed_attributes() {
    let config = empty(&schema());
    assert_eq!(propose(&schema(), &Value::Null, &config), config);
    assert_eq!(propose(&schema(), &Value::Null, &Value::Null), Value::Null);
}

#[test]
fn unread_data_source_has_unknown_computed_attributes() {
    let schema = element();
    let expected = object(&[("id", Value::UNKNOWN), ("name", text("a")), ("size", Value::UNKNOWN)]);
    assert_eq!(propose_unread(&schema, &wanted()), expected);
}
