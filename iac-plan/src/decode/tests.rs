use std::borrow::Cow;
use std::sync::Arc;

use iac_core::body::{self, Body};
use iac_core::expression::{Binding, Expression};
use iac_lang::eval::functions::Context;
use iac_lang::eval::{EvalError, Resolved, Scope, Step};
use iac_lang::types::{ObjectAttribute, Type};
use iac_lang::value::Value;

use super::evaluate;
use crate::schema::{Attribute, Block, NestedAttributes, NestedBlock, NestingMode};

/// `var.<name>`: `unknown`, `secret`, `zones`.
struct Variables;

impl Scope for Variables {
    fn resolve(&self, root: &str, steps: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        let text = |text: &str| Value::String(text.into());
        let value = match (root, steps.first().and_then(Step::name)) {
            ("var", Some("unknown")) => Value::UNKNOWN,
            ("var", Some("secret")) => text("hunter2").mark(),
            ("var", Some("zones")) => Value::set(vec![text("b"), text("a")]),
            ("var", Some("secrets")) => Value::Tuple(vec![text("x")]).mark(),
            ("var", Some("none")) => Value::List(Vec::new()),
            _ => {
                return Err(EvalError::new(
                    "Reference to undeclared input variable",
                    format!("No {root:?}."),
                ));
            }
        };
        Ok(Resolved { value: Cow::Owned(value), used: 1 })
    }

    fn functions(&self) -> Option<Context<'_>> {
        None
    }
}

/// A schema with attributes `name` (required), `ports` (a set of numbers), `rule` (a set of objects of `from` and
/// `to`), `settings` (nested attributes), and a block of each nesting mode.
fn schema() -> Block {
    let object = |names: &[&str]| {
        Type::Object(names.iter().map(|name| ObjectAttribute::new((*name).into(), Type::Number)).collect())
    };
    let setting = Block {
        attributes: vec![
            Attribute { required: true, ..Attribute::optional("key", Type::String) },
            Attribute::optional("value", Type::String),
        ],
        blocks: vec![],
    };
    let settings = Attribute {
        nested: Some(NestedAttributes { mode: NestingMode::List, block: Arc::new(setting) }),
        ..Attribute::optional("settings", Type::Any)
    };
    let inner = || Block { attributes: vec![Attribute::optional("size", Type::Number)], blocks: vec![] };
    let deep = Block {
        attributes: vec![Attribute::optional("zone", Type::String)],
        blocks: vec![NestedBlock::new("disk", NestingMode::List, inner())],
    };
    Block {
        attributes: vec![
            Attribute { required: true, ..Attribute::optional("name", Type::String) },
            Attribute::optional("ports", Type::Set(Box::new(Type::Number))),
            Attribute::optional("rule", Type::Set(Box::new(object(&["from", "to"])))),
            settings,
        ],
        blocks: vec![
            NestedBlock::new("disk", NestingMode::List, inner()),
            NestedBlock::new("group", NestingMode::Group, inner()),
            NestedBlock::new("one", NestingMode::Single, inner()),
            NestedBlock::new("part", NestingMode::Map, inner()),
            NestedBlock::new("tag", NestingMode::Set, inner()),
            NestedBlock::new("zone", NestingMode::List, deep),
        ],
    }
}

fn expression(text: &str) -> Expression {
    iac_core::syntax::Parser::new(text).whole_expression().expect(text)
}

fn arguments(arguments: &[(&str, &str)]) -> Body {
    let mut body = Body::new();
    for (name, text) in arguments {
        body.set(*name, expression(text));
    }
    body
}

/// Checks the result of a body: attributes and blocks that are neither null nor empty, then errors.
#[track_caller]
fn check(body: &Body, expected: &str) {
    let evaluated = evaluate(body, &schema(), &Variables);
    let Value::Object(members) = evaluated.value else { panic!("a body is an object") };
    assert_eq!(members.len(), 10);
    let mut lines = Vec::new();
    for (name, value) in members.iter() {
        let unset = match value {
            Value::Null => true,
            Value::List(elements) | Value::Set(elements) => elements.is_empty(),
            Value::Map(elements) => elements.is_empty(),
            // The group is never null.
            Value::Object(elements) => name == "group" && elements.values().all(Value::is_null),
            _ => false,
        };
        if !unset {
            lines.push(format!("{name} = {value:?}"));
        }
    }
    lines.extend(evaluated.errors.iter().map(ToString::to_string));
    assert_eq!(lines.join("\n"), expected);
}

/// Checks a body in JSON syntax, in which everything is an argument.
#[track_caller]
fn check_json(json: &str, expected: &str) {
    let Expression::Object(elements) = expression(json) else { panic!("a body is an object") };
    let mut body = Body::new();
    for (key, value) in elements {
        if let iac_core::expression::ObjectKey::Name(name) = key {
            body.set(name, value);
        }
    }
    check(&body, expected);
}

#[test]
fn values_are_converted_to_schema_types() {
    check(
        &arguments(&[("name", "5"), ("ports", "[443, \"80\", 80]"), ("settings", "[{ key = 1 }]")]),
        r#"name = "5"
ports = {80, 443}
settings = [{"key": "1", "value": null}]"#,
    );
}

#[test]
fn mismatch_is_an_error_with_a_path() {
    check(
        &arguments(&[("ports", "[1, \"x\"]"), ("nam", "1"), ("settings", "var.missing")]),
        r#"ports = (known after apply)
settings = (known after apply)
ports[1]: Incorrect attribute value type: Inappropriate value for attribute `ports`: [1]: a number is required.
Unsupported argument: An argument named `nam` is not expected here. Did you mean `name`?
settings: Reference to undeclared input variable: No "var".
Missing required argument: The argument `name` is required, but it is not set."#,
    );
}

#[test]
fn blocks_follow_their_nesting_mode() {
    let mut body = arguments(&[("name", "\"a\"")]);
    for name in ["disk", "tag"] {
        body.push_block(name, arguments(&[("size", "2")]));
        body.push_block(name, arguments(&[("size", "1")]));
        body.push_block(name, arguments(&[("size", "1")]));
    }
    body.push_block("one", arguments(&[("size", "3")]));
    body.push_block("part", body::Block { labels: vec!["x".into()], ..arguments(&[("size", "4")]).into() });
    check(
        &body,
        r#"disk = [{"size": 2}, {"size": 1}, {"size": 1}]
name = "a"
one = {"size": 3}
part = {"x": {"size": 4}}
tag = {{"size": 1}, {"size": 2}}"#,
    );
    body.push_block("one", arguments(&[]));
    body.push_block("part", arguments(&[]));
    let errors = evaluate(&body, &schema(), &Variables).errors;
    let errors: Vec<_> = errors.iter().map(|error| error.summary.as_str()).collect();
    assert_eq!(errors, ["Missing block label", "Too many blocks"]);
}

#[test]
fn attribute_of_objects_may_be_written_as_blocks() {
    let mut body = arguments(&[("name", "\"a\"")]);
    body.push_block("rule", arguments(&[("from", "2")]));
    body.push_block("rule", arguments(&[("to", "1"), ("from", "1")]));
    check(
        &body,
        r#"name = "a"
rule = {{"from": 1, "to": 1}, {"from": 2, "to": null}}"#,
    );
    let mut body = arguments(&[("name", "\"a\""), ("rule", "[{ from = 1 }]")]);
    check(
        &body,
        r#"name = "a"
rule = (known after apply)
rule[0]: Incorrect attribute value type: Inappropriate value for attribute `rule`: [0]: attribute "to" is required."#,
    );
    body = arguments(&[("name", "\"a\"")]);
    body.push_block("rule", arguments(&[("port", "1")]));
    check(
        &body,
        r#"name = "a"
rule = {{"from": null, "to": null}}
rule[0]: Unsupported argument: An argument named `port` is not expected here."#,
    );
}

/// Builds `dynamic "name" { for_each; content { argument = iterator.part } }`.
fn dynamic(name: &str, for_each: &str, argument: &str, part: &'static str) -> Body {
    let iterator = Binding::fresh();
    let mut content = Body::new();
    content.set(argument, Expression::Bound(iterator).attribute(part));
    let block = body::Block::from(content);
    let dynamic = body::Dynamic { for_each: expression(for_each), iterator, block };
    let mut body = Body::from_items(vec![body::Item {
        name: name.into(),
        content: body::Content::Dynamic(Box::new(dynamic)),
    }]);
    body.set("name", Expression::string("a"));
    body
}

#[test]
fn dynamic_block_expands_to_one_block_for_each_element() {
    check(&dynamic("disk", "[10, 20]", "size", "key"), "disk = [{\"size\": 0}, {\"size\": 1}]\nname = \"a\"");
    check(
        &dynamic("zone", "var.zones", "zone", "value"),
        "name = \"a\"\nzone = [{\"disk\": [], \"zone\": \"a\"}, {\"disk\": [], \"zone\": \"b\"}]",
    );
    check(&dynamic("tag", "{ x = 1, y = 1 }", "size", "value"), "name = \"a\"\ntag = {{\"size\": 1}}");
    check(&dynamic("rule", "[7]", "to", "value"), "name = \"a\"\nrule = {{\"from\": null, \"to\": 7}}");
    check(&dynamic("rule", "var.none", "to", "value"), "name = \"a\"");
}

#[test]
fn unknown_for_each_makes_blocks_unknown() {
    check(&dynamic("disk", "var.unknown", "size", "value"), "disk = (known after apply)\nname = \"a\"");
    check(
        &dynamic("rule", "var.unknown", "to", "value"),
        "name = \"a\"\nrule = {{\"from\": null, \"to\": (known after apply)}}",
    );
}

#[test]
fn sensitive_for_each_makes_blocks_sensitive() {
    check(&dynamic("zone", "var.secrets", "zone", "key"), "name = \"a\"\nzone = [(sensitive value)]");
    check(&arguments(&[("name", "var.secret")]), "name = (sensitive value)");
}

#[test]
fn invalid_for_each_is_an_error() {
    check(
        &dynamic("disk", "null", "size", "value"),
        "name = \"a\"\ndisk: Invalid dynamic for_each value: Cannot use a null value in for_each.",
    );
}

#[test]
fn json_blocks_are_objects_or_lists_of_objects() {
    check_json(
        r#"{ "//" = "a comment", name = "a", disk = { size = 1, "//" = 2 }, tag = [{ size = 1 }, { size = "1" }], one = null,
             part = { x = { size = 1 }, y = [{ size = 2 }] }, rule = [{ from = 1, to = 2 }] }"#,
        r#"disk = [{"size": 1}]
name = "a"
part = {"x": {"size": 1}, "y": {"size": 2}}
rule = {{"from": 1, "to": 2}}
tag = {{"size": 1}}"#,
    );
    check_json(
        r#"{ name = "a", disk = "x" }"#,
        "name = \"a\"\nUnsupported argument: `disk` is a block, not an argument. Write it without `=`, or generate blocks with `dynamic`.",
    );
}

#[test]
fn dynamic_blocks_in_json_have_named_iterators() {
    check_json(
        r#"{ name = "a", dynamic = {
             zone = { for_each = var.zones, content = { zone = zone.value,
                dynamic = { disk = { for_each = [1], iterator = "each_disk", content = { size = each_disk.value } } } } },
             part = [{ for_each = [5], labels = ["p${part.key}"], content = { size = part.value } }],
             rule = { for_each = [1], content = [{ from = rule.value }] }
           } }"#,
        r#"name = "a"
part = {"p0": {"size": 5}}
rule = {{"from": 1, "to": null}}
zone = [{"disk": [{"size": 1}], "zone": "a"}, {"disk": [{"size": 1}], "zone": "b"}]"#,
    );
}
