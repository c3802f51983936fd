use std::sync::Arc;

use super::*;
use crate::schema::{EntityKind, Groups};

fn block(attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> Arc<Block> {
    Arc::new(Block { attributes, blocks })
}

fn nested(name: &str, mode: NestingMode) -> NestedBlock {
    NestedBlock::new(name, mode, block(vec![Attribute::optional("port", Type::Number)], vec![]))
}

fn schema(block: Arc<Block>) -> Schema {
    let (kind, type_name) = (EntityKind::Resource, "thing".into());
    Schema {
        kind,
        type_name,
        version: 0,
        legacy: true,
        customize_diff: false,
        has_secrets: false,
        block,
        groups: Groups::default(),
    }
}

fn everything() -> Schema {
    let element = |name: &str, ty| ObjectAttribute { name: name.into(), ty, optional: false, default: None };
    let object = Type::Object(vec![element("a", Type::String), element("b", Type::Bool)]);
    let mut described = Attribute::optional("described", Type::Any);
    described.nested = Some(NestedAttributes {
        mode: NestingMode::Map,
        block: block(vec![Attribute::optional("x", Type::String)], vec![]),
    });
    let attributes = vec![
        Attribute::optional("any", Type::Any),
        described,
        Attribute::optional("list", Type::List(Box::new(object))),
        Attribute::optional("map", Type::Map(Box::new(Type::Number))),
        Attribute::optional("name", Type::String),
        Attribute::optional("set", Type::Set(Box::new(Type::String))),
        Attribute::optional("tuple", Type::Tuple(vec![Type::Bool, Type::String])),
    ];
    let blocks = vec![
        nested("group", NestingMode::Group),
        nested("lists", NestingMode::List),
        nested("maps", NestingMode::Map),
        nested("sets", NestingMode::Set),
        nested("single", NestingMode::Single),
    ];
    schema(block(attributes, blocks))
}

const NOTHING: &str = r#"{"any": null, "described": null, "group": {"port": null}, "list": null, "lists": [], "map": null, "maps": {}, "name": null, "set": null, "sets": {}, "single": null, "tuple": null}"#;

#[track_caller]
fn check(json: &str, expected: &str) {
    let decoded = decode(json, &everything()).expect(json);
    assert_eq!(format!("{:?}", decoded.value), expected, "{json}");
    assert!(decoded.superfluous.is_empty(), "{json}");
}

#[test]
fn missing_attributes_are_null_or_empty() {
    check("{}", NOTHING);
    check("null", NOTHING);
    check(
        r#"{"lists": null, "single": null, "group": null, "maps": null, "sets": null, "list": null}"#,
        NOTHING,
    );
}

#[test]
fn attributes_are_decoded_by_schema_in_any_order() {
    let members = [
        r#""any": {"value": ["x"], "type": ["set", "string"]}"#,
        r#""described": {"k": {"x": "y"}}"#,
        r#""group": {"port": 1}"#,
        r#""list": [{"a": "é\n", "b": true}, null]"#,
        r#""lists": [{"port": 2}, {}]"#,
        r#""map": {"z": 1, "y": 2.5}"#,
        r#""maps": {"m": {"port": 3}}"#,
        r#""name": "n""#,
        r#""set": ["b", "a", "b"]"#,
        r#""sets": [{"port": 5}, {"port": 4}]"#,
        r#""single": {"port": 6}"#,
        r#""tuple": [true, "t"]"#,
    ];
    let expected = r#"{"any": {"x"}, "described": {"k": {"x": "y"}}, "group": {"port": 1}, "list": [{"a": "é\n", "b": true}, null], "lists": [{"port": 2}, {"port": null}], "map": {"y": 2.5, "z": 1}, "maps": {"m": {"port": 3}}, "name": "n", "set": {"a", "b"}, "sets": {{"port": 4}, {"port": 5}}, "single": {"port": 6}, "tuple": [true, "t"]}"#;
    for rotation in 0..members.len() {
        let mut members = members;
        members.rotate_left(rotation);
        check(&format!("{{{}}}", members.join(", ")), expected);
        members.reverse();
        check(&format!("{{{}}}", members.join(",")), expected);
    }
}

#[test]
fn last_value_of_a_duplicate_member_wins() {
    check(r#"{"name": "a", "name": "b"}"#, &NOTHING.replace(r#""name": null"#, r#""name": "b""#));
}

#[test]
fn primitive_values_are_converted_as_by_terraform() {
    check(r#"{"name": 12}"#, &NOTHING.replace(r#""name": null"#, r#""name": "12""#));
    check(r#"{"name": true}"#, &NOTHING.replace(r#""name": null"#, r#""name": "true""#));
    check(r#"{"map": {"a": "7"}}"#, &NOTHING.replace(r#""map": null"#, r#""map": {"a": 7}"#));
    check(
        r#"{"list": [{"b": "false"}]}"#,
        &NOTHING.replace(r#""list": null"#, r#""list": [{"a": null, "b": false}]"#),
    );
}

#[test]
fn attributes_missing_in_the_schema_are_superfluous() {
    let json = r#"{"aaa": [1], "lists": [{}, {"old": {"a": null}, "port": 1}], "map": {"x": 1}, "zzz": "z"}"#;
    let decoded = decode(json, &everything()).unwrap();
    let superfluous: Vec<_> =
        decoded.superfluous.iter().map(|(path, value)| format!("{path} = {value:?}")).collect();
    assert_eq!(superfluous, ["aaa = [1]", r#"lists[1].old = {"a": null}"#, r#"zzz = "z""#]);
}

#[test]
fn type_mismatch_is_an_error_with_a_path() {
    for (json, expected) in [
        ("[]", "expected an object, found a list"),
        (r#"{"name": ["secret"]}"#, "expected a string, found a list, at `name`"),
        (r#"{"map": {"a": 1, "b c": "secret"}}"#, "expected a number, found a string, at `map[\"b c\"]`"),
        (r#"{"set": ["a", {}]}"#, "expected a string, found an object, at `set[1]`"),
        (r#"{"lists": [{}, {"port": true}]}"#, "expected a number, found true or false, at `lists[1].port`"),
        (r#"{"lists": {}}"#, "expected a list, found an object, at `lists`"),
        (
            r#"{"tuple": [true]}"#,
            "expected as many elements as in the type, found a different number, at `tuple`",
        ),
        (
            r#"{"any": {"value": [1, "secret"], "type": ["list", "number"]}}"#,
            "expected a number, found a string, at `any[1]`",
        ),
        (r#"{"name": "a""#, "expected a comma or a closing bracket, found the end of the file"),
        (r#"{"name": "a"} {}"#, "expected the end of the file, found an object"),
    ] {
        assert_eq!(decode(json, &everything()).expect_err(json).to_string(), expected, "{json}");
    }
}

#[test]
fn values_without_a_schema_are_objects_and_tuples() {
    let value = decode_untyped(r#"{"b": [1, {"c": null}], "a": "x"}"#).unwrap();
    assert_eq!(format!("{value:?}"), r#"{"a": "x", "b": [1, {"c": null}]}"#);
    assert!(matches!(value, Value::Object(_)));
    assert!(decode_untyped(&"[".repeat(100_000)).is_err());
    let deep = r#"{"value":"#.repeat(100_000);
    assert!(decode(&format!(r#"{{"any": {deep}"#), &everything()).is_err());
}

#[test]
fn flatmap_attributes_are_decoded() {
    let json = r#"{
        "any": "x", "id": "i-1", "list.#": "2", "list.0.a": "first", "list.0.b": "1", "list.1.a": "second",
        "lists.#": "11", "lists.10.port": "10", "lists.2.port": "2",
        "map.%": "2", "map.a.b": "1", "map.c": "2.5",
        "name": "74D93920-ED26-11E3-AC10-0800200C9A66",
        "set.#": "2", "set.3": "b", "set.12": "a", "sets.#": "0"
    }"#;
    let decoded = Attributes::Flatmap(json).decode(&everything()).unwrap();
    assert_eq!(
        format!("{:?}", decoded.value),
        NOTHING
            .replace(r#""any": null"#, r#""any": "x""#)
            .replace(r#""list": null"#, r#""list": [{"a": "first", "b": true}, {"a": "second", "b": null}]"#)
            .replace(r#""lists": []"#, r#""lists": [{"port": 2}, {"port": 10}]"#)
            .replace(r#""map": null"#, r#""map": {"a.b": 1, "c": 2.5}"#)
            .replace(r#""name": null"#, r#""name": (known after apply)"#)
            .replace(r#""set": null"#, r#""set": {"a", "b"}"#)
    );
    let wrong = Attributes::Flatmap(r#"{"lists.#": "1", "lists.0.port": "secret"}"#);
    let error = wrong.decode(&everything()).unwrap_err();
    assert_eq!(error.to_string(), "expected a number, found another string, at `lists[0].port`");
    assert!(Attributes::Flatmap(r#"{"a": 1}"#).decode(&everything()).is_err());
}
