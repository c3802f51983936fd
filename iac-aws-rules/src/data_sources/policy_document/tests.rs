use iac_lang::value::{Value, ValueMap};

use super::compute;

/// Converts JSON to a configuration according to the schema: sets of strings, and blocks.
fn config(json: &str) -> ValueMap {
    const SETS: [&str; 5] = ["actions", "not_actions", "resources", "not_resources", "identifiers"];
    fn convert(name: &str, value: Value) -> Value {
        match value {
            Value::Tuple(elements) | Value::List(elements) => {
                let elements: Vec<Value> = elements.into_iter().map(|element| convert("", element)).collect();
                let is_set =
                    SETS.contains(&name) || ["principals", "not_principals", "condition"].contains(&name);
                if is_set { Value::set(elements) } else { Value::List(elements) }
            }
            Value::Object(members) => Value::Object(
                members.iter().map(|(name, value)| (name.clone(), convert(name, value.clone()))).collect(),
            ),
            other => other,
        }
    }
    match convert("", Value::parse_json(json).expect("the test is JSON")) {
        Value::Object(members) => members,
        other => panic!("{other:?}"),
    }
}

fn minified(json: &str) -> String {
    let value = compute(&config(json)).expect("it is modeled").expect("it is valid");
    match value.member("minified_json") {
        Some(Value::String(text)) => text.to_string(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(json: &str, expected: &str) {
    let error = compute(&config(json)).expect("it is modeled").expect_err("it is invalid").to_string();
    assert!(error.contains(expected), "{error}");
}

/// The expected documents are those of the provider, version 5.100.0.
#[test]
fn documents_are_those_of_the_provider() {
    assert_eq!(minified("{}"), r#"{"Version":"2012-10-17"}"#);
    assert_eq!(
        minified(r#"{"statement": [{}]}"#),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}"#
    );
    let source = r#"{\"id\":\"x\",\"statement\":[{\"sid\":\"A\",\"effect\":\"Allow\",\"action\":[\"b\",\"a\"],\"principal\":{\"AWS\":[\"x\",\"y\"],\"Service\":\"z\"},\"Condition\":{\"Bool\":{\"aws:x\":true},\"Num\":{\"n\":[\"1\"]}},\"Resource\":\"*\"}],\"version\":\"2008-10-17\"}"#;
    let document = format!(
        r#"{{"policy_id": "pid", "source_policy_documents": ["{source}", ""], "override_policy_documents": [], "statement": [
            {{"sid": "One", "actions": ["s3:Get<>&", "s3:a", "s3:b"], "resources": ["arn:x/&{{aws:username}}", "b"],
              "principals": [
                {{"type": "AWS", "identifiers": ["a", "c", "b"]}},
                {{"type": "AWS", "identifiers": ["z"]}},
                {{"type": "*", "identifiers": ["*"]}}],
              "condition": [
                {{"test": "StringEquals", "variable": "v", "values": ["2", "1"]}},
                {{"test": "StringEquals", "variable": "v", "values": ["0"]}},
                {{"test": "StringEquals", "variable": "e", "values": []}}]}},
            {{"effect": "Deny", "not_actions": ["*"], "not_principals": [{{"type": "*", "identifiers": ["*"]}}]}}]}}"#
    );
    let expected = concat!(
        r#"{"Version":"2012-10-17","Id":"pid","Statement":[{"Sid":"A","Effect":"Allow","Action":["b","a"],"Resource":"*","#,
        r#""Principal":{"AWS":["y","x"],"Service":"z"},"Condition":{"Bool":{"aws:x":"true"},"Num":{"n":"1"}}},"#,
        r#"{"Sid":"One","Effect":"Allow","Action":["s3:b","s3:a","s3:Get\u003c\u003e\u0026"],"#,
        r#""Resource":["b","arn:x/${aws:username}"],"Principal":{"*":"*","AWS":["c","b","a","z"]},"#,
        r#""Condition":{"StringEquals":{"e":[],"v":["0","2","1"]}}},"#,
        r#"{"Effect":"Deny","NotAction":"*","NotPrincipal":"*"}]}"#
    );
    assert_eq!(minified(&document), expected);
}

#[test]
fn later_statements_replace_those_with_the_same_sid() {
    let document = r#"{
        "source_policy_documents": ["{\"Statement\":[{\"Sid\":\"A\",\"Effect\":\"Allow\"},{\"Sid\":\"B\",\"Effect\":\"Deny\"}]}"],
        "statement": [{"sid": "A", "actions": ["s3:*"]}],
        "override_policy_documents": ["{\"Statement\":[{\"Sid\":\"B\",\"Effect\":\"Allow\",\"Action\":[]},{\"Effect\":\"Deny\"}]}"]
    }"#;
    assert_eq!(
        minified(document),
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:*"},{"Sid":"B","Effect":"Allow","Action":[]},{"Effect":"Deny"}]}"#
    );
}

#[test]
fn id_is_the_checksum_of_the_document() {
    let value = compute(&config("{}")).unwrap().unwrap();
    assert_eq!(value.member("id"), Some(&Value::String("1132004489".into())));
    assert_eq!(value.member("json"), Some(&Value::String("{\n  \"Version\": \"2012-10-17\"\n}".into())));
}

#[test]
fn invalid_documents_are_errors() {
    let twice = r#"{"source_policy_documents": ["{\"Statement\":[{\"Sid\":\"A\"},{\"Sid\":\"A\"}]}"]}"#;
    refused(twice, "duplicate Sid (A) in source_policy_documents (statement 1)");
    refused(r#"{"statement": [{"sid": "A"}, {"sid": "A"}]}"#, "duplicate Sid (A). Remove the Sid");
    refused(r#"{"statement": [{"effect": "allow"}]}"#, "expected effect to be one of");
    refused(r#"{"version": "2020"}"#, "expected version to be one of");
    refused(r#"{"override_policy_documents": ["{"]}"#, "merging override document 0");
    refused(r#"{"override_policy_documents": ["{\"Statement\": {}}"]}"#, "expected a list");
    let old = r#"{"version": "2008-10-17", "statement": [{"resources": ["&{aws:username}"]}]}"#;
    refused(old, "reading resources: found &{ sequence in (&{aws:username})");
}

#[test]
fn documents_that_crash_some_version_of_the_provider_are_not_modeled() {
    for document in [
        r#"{\"Statement\": [null]}"#,
        r#"{\"Statement\": [{\"Action\": 1}]}"#,
        r#"{\"Statement\": [{\"Condition\": {\"a\": {\"b\": [1]}}}]}"#,
        r#"{\"Statement\": [{\"Principal\": null}]}"#,
        r#"{\"Statement\": [], \"statement\": []}"#,
    ] {
        let json = format!(r#"{{"source_policy_documents": ["{document}"]}}"#);
        assert!(compute(&config(&json)).is_none(), "{document}");
    }
}
