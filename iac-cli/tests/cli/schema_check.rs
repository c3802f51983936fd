//! A validator for the subset of JSON Schema that the published schemas use.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Panics if a value does not conform to the schema.
pub(crate) fn check(schema: &Value, value: &Value) {
    let mut problems = Vec::new();
    walk(schema, schema, value, "$", &mut problems);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Reads a schema of the documentation.
pub(crate) fn documented(name: &str) -> Value {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/reference");
    serde_json::from_str(&fs::read_to_string(docs.join(name)).unwrap()).unwrap()
}

fn walk(root: &Value, schema: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    let Some(rules) = schema.as_object() else {
        return assert_eq!(schema, &Value::Bool(true), "{at}: a schema is an object or `true`");
    };
    for (rule, expected) in rules {
        match rule.as_str() {
            "$schema" | "title" | "description" | "$defs" | "properties" => {}
            "$ref" => {
                if let Some(pointer) = expected.as_str().unwrap().strip_prefix('#') {
                    walk(root, root.pointer(pointer).unwrap(), value, at, problems);
                } else {
                    let other = documented(expected.as_str().unwrap());
                    walk(&other, &other, value, at, problems);
                }
            }
            // Only digests have a pattern.
            "pattern" => {
                assert_eq!(expected, "^[0-9a-f]{40}$");
                let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                if !value.as_str().is_some_and(|text| text.len() == 40 && text.bytes().all(is_digit)) {
                    problems.push(format!("{at}: {value} is no digest"));
                }
            }
            "minItems" => {
                if value
                    .as_array()
                    .is_some_and(|elements| (elements.len() as u64) < expected.as_u64().unwrap())
                {
                    problems.push(format!("{at}: there are too few elements"));
                }
            }
            "const" => {
                if value != expected {
                    problems.push(format!("{at}: {value} is not {expected}"));
                }
            }
            "enum" => {
                if !expected.as_array().unwrap().contains(value) {
                    problems.push(format!("{at}: {value} is none of {expected}"));
                }
            }
            "type" => {
                let types: Vec<&str> = match expected {
                    Value::Array(types) => types.iter().map(|each| each.as_str().unwrap()).collect(),
                    one => vec![one.as_str().unwrap()],
                };
                if !types.contains(&type_of(value)) {
                    problems.push(format!("{at}: {value} is none of {types:?}"));
                }
            }
            "required" => {
                for name in expected.as_array().unwrap().iter().map(|name| name.as_str().unwrap()) {
                    if value.is_object() && value.get(name).is_none() {
                        problems.push(format!("{at}: `{name}` is missing"));
                    }
                }
            }
            "additionalProperties" => {
                let declared = rules.get("properties").and_then(Value::as_object);
                for (name, member) in value.as_object().into_iter().flatten() {
                    let at = format!("{at}.{name}");
                    match declared.and_then(|declared| declared.get(name)) {
                        Some(schema) => walk(root, schema, member, &at, problems),
                        None if *expected == Value::Bool(false) => {
                            problems.push(format!("{at}: not declared"));
                        }
                        None => walk(root, expected, member, &at, problems),
                    }
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    walk(root, expected, item, &format!("{at}[{index}]"), problems);
                }
            }
            other => panic!("{at}: the rule `{other}` is not checked"),
        }
    }
    // Members are validated by the rule `additionalProperties`.
    assert!(!rules.contains_key("properties") || rules.contains_key("additionalProperties"), "{at}");
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
