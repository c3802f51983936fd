use iac_core::syntax::Parser;

use super::*;
use crate::value::Value;

fn ty(text: &str) -> Type {
    Type::parse(&Parser::new(text).whole_expression().expect(text)).expect(text)
}

fn value(text: &str) -> Value {
    let expression = Parser::new(text).whole_expression().expect(text);
    crate::eval::evaluate(&expression, &crate::eval::NoScope).expect(text)
}

#[test]
fn constraints_are_parsed() {
    for text in [
        "any",
        "string",
        "list(number)",
        "set(map(bool))",
        "tuple([string, number])",
        "object({})",
        "object({ a = string, b = optional(list(object({ c = any }))) })",
    ] {
        assert_eq!(ty(text).to_string(), text);
    }
    assert_eq!(ty("list"), ty("list(any)"));
    assert_eq!(ty("\"string\""), Type::String);
    assert_eq!(ty("object({ b = number, a = string })").to_string(), "object({ a = string, b = number })");
}

#[test]
fn invalid_constraints_are_errors() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = Type::parse(&Parser::new(text).whole_expression().expect(text)).expect_err(text);
        assert_eq!(error.to_string(), expected);
    }
    check("text", "`text` is not a type");
    check("lists(string)", "`lists` is not a type");
    check("list()", "`list` takes one argument, the type of its elements");
    check("optional(string)", "`optional` is only valid for attributes of object types");
    check("object(string)", "`object` takes an object of attribute types: `object({ name = string })`");
    check("5", "a type is required, such as `string` or `list(string)`");
    check("object({ a = string, a = number })", "duplicate attribute \"a\" in the object type");
    check(
        "object({ a = optional(number, \"x\") })",
        "invalid default for attribute \"a\": a number is required",
    );
    check(
        "object({ a = optional(string, var.x) })",
        "invalid default for attribute \"a\": Variables not allowed: Variables may not be used here.",
    );
}

#[test]
fn values_are_converted_to_a_type() {
    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        let converted = convert(value(from), &ty(to))
            .map_or_else(|error| error.to_string(), |value| format!("{value:?}"));
        assert_eq!(converted, expected, "{from} as {to}");
    }
    check("1.50", "string", r#""1.5""#);
    check("\"1.50\"", "number", "1.5");
    check("\"1\"", "bool", "true");
    check("[1, \"a\", null]", "list(string)", r#"["1", "a", null]"#);
    check("[2, 1, \"2\"]", "set(number)", "{1, 2}");
    check("[1, true]", "list(any)", "all elements must have the same type");
    check("[1, \"a\"]", "list(any)", r#"["1", "a"]"#);
    check("{ a = 1, b = \"x\" }", "map(any)", r#"{"a": "1", "b": "x"}"#);
    check("[{ a = [1, [2]] }]", "list(object({ a = list(number) }))", "[0].a[1]: a number is required");
    check("{ a = 1 }", "object({ a = number, b = string })", "attribute \"b\" is required");
    check("[1]", "string", "a string is required");
    check("\"yes\"", "bool", "a bool is required: `true` or `false`, in lower case");
    check("null", "list(string)", "null");
}

#[test]
fn omitted_and_null_attributes_become_their_defaults() {
    let service = ty(
        "object({ name = string, port = optional(number, \"80\"), tags = optional(map(string), {}), note = optional(string),
           limits = optional(object({ cpu = optional(number, 1) }), {}) })",
    );
    let check = |from: &str, expected: &str| {
        let converted = convert(value(from), &service).expect(from);
        assert_eq!(format!("{converted:?}"), expected);
    };
    let unset = r#"{"limits": {"cpu": 1}, "name": "a", "note": null, "port": 80, "tags": {}}"#;
    check("{ name = \"a\" }", unset);
    check("{ name = \"a\", port = null, tags = null, note = null, limits = null, other = 1 }", unset);
    check("{ name = \"a\", limits = { cpu = null } }", unset);
    check(
        "{ name = \"a\", port = \"1\", tags = { x = 1 }, limits = { cpu = 2 } }",
        r#"{"limits": {"cpu": 2}, "name": "a", "note": null, "port": 1, "tags": {"x": "1"}}"#,
    );
}

#[test]
fn sensitive_and_unknown_values_are_kept() {
    let object = Value::Object([("a".into(), Value::UNKNOWN), ("b".into(), value("1").mark())].into());
    let converted = convert(object.clone(), &ty("map(string)")).expect("it is a map");
    let text = Value::String("1".into());
    assert_eq!(
        converted,
        Value::Map([("a".into(), Value::UNKNOWN), ("b".into(), text.clone().mark())].into())
    );
    let list = Value::Tuple(vec![value("1").mark(), value("2")]);
    let set = convert(list.mark(), &ty("set(string)")).expect("it is a set");
    assert_eq!(set, Value::Set(vec![text, Value::String("2".into())]).mark());
    assert_eq!(convert(Value::UNKNOWN, &Type::Number), Ok(Value::UNKNOWN));
}

#[test]
fn numbers_are_parsed_as_by_terraform() {
    for (text, number) in [("+5", "5"), (".5", "0.5"), ("5.", "5"), ("1e3", "1000"), ("-1.50", "-1.5")] {
        assert_eq!(parse_number(text).map(|number| number.to_plain()).as_deref(), Some(number), "{text}");
    }
    for text in ["", ".", "-", "+", "--1", "0x10", "1_000", " 1", "1e", "Inf", "NaN", "1e99999999999"] {
        assert_eq!(parse_number(text), None, "{text}");
    }
}
