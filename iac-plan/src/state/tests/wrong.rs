//! Invalid and damaged states.

use super::*;

const GOOD: &str = include_str!("good.json");

#[track_caller]
fn error(text: impl AsRef<[u8]>) -> String {
    let error = State::decode(text.as_ref()).expect_err("it is wrong");
    error.hint().map_or(error.to_string(), |hint| format!("{error}. {hint}"))
}

#[test]
fn invalid_states_are_errors_with_a_hint() {
    for (text, expected) in [
        (&b"PK\x03\x04\x14\0"[..], "the file is a saved plan, not a state. Pass a state"),
        (b"{\"format_version\": \"1.2\", \"planned_values\": {}}", "the file is a JSON plan, not a state. Pass a state"),
        (b"{\"a\": 1}", "not a state: the JSON has neither `version` nor `format_version`. Pass a"),
        (b"[]", "invalid state at line 1, column 1: expected an object, found a list"),
        (b"resource \"a\" \"b\" {}", "invalid state at line 1, column 1: expected an object, found invalid JSON"),
        (b"{\"version\": 4}\n{}", "invalid state at line 2, column 1: expected the end of the file, found"),
        (b"{\"version\": 5, \"anything\": [", "unsupported state version 5: this program supports"),
        (b"{\"version\": 1, \"modules\": []}", "unsupported state version 1: versions before 2"),
        (b"{\"version\": \"4\"}", "invalid state at line 1, column 13: expected an integer"),
        (b"{\"version\": -4}", "invalid state at line 1, column 13: expected an integer"),
        (
            b"{\"serial\": 1, \"lineage\": \"a\", \"meta\": {}, \"encrypted_data\": \"x\", \"encryption_version\": \"v0\"}",
            "the state is encrypted. Pass the output of `tofu state pull`",
        ),
        (b"{\"version\": 4,\n \"lineage\": \"\xff\"}", "the state is not valid UTF-8 at line 2, column 14. Terraform"),
        (b"\x1f\x8b\x08", "the state is not valid UTF-8 at line 1, column 2. Terraform writes"),
    ] {
        let error = error(text);
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn type_errors_have_position_and_address() {
    for (right, wrong, expected) in [
        (
            "\"serial\": 7",
            "\"serial\": \"7\"",
            "line 4, column 13: expected an integer from 0 to 18446744073709551615, found a string",
        ),
        (
            "\"mode\": \"managed\"",
            "\"mode\": \"other\"",
            "line 15, column 15: expected `managed` or `data`, found another string",
        ),
        (
            "\"mode\": \"managed\",",
            "",
            "line 13, column 5: expected a resource with `mode`, `type` and `name`, found a resource without them",
        ),
        (
            "\"module.network\"",
            "\"module.1\"",
            "line 14, column 17: expected a module address, found another string",
        ),
        (
            "\"schema_version\": 1",
            "\"schema_version\": 1.5",
            "line 22, column 29, in `module.network.aws_vpc.main`: expected an integer from 0 to 18446744073709551615, found another number",
        ),
        (
            "\"attributes\": {",
            "\"attributes\": 1, \"x\": {",
            "line 23, column 25, in `module.network.aws_vpc.main`: expected an object, found a number",
        ),
        (
            "\"type\": \"string\"",
            "\"type\": \"string\" 3",
            "line 9, column 24, in `output.name`: expected a comma or a closing bracket, found a number",
        ),
        (
            "\"value\": \"web\"",
            "\"value\": [\"hunter2\"]",
            "line 7, column 13, in `output.name`: expected a string, found a list",
        ),
    ] {
        assert!(GOOD.contains(right), "{right}");
        let error = error(GOOD.replacen(right, wrong, 1));
        assert!(error.starts_with(&format!("invalid state at {expected}")), "{error}");
        assert!(!error.contains("hunter2"));
    }
}

#[test]
fn duplicate_instance_is_an_error() {
    let instance = r#"{"index_key": "a", "attributes": {}}"#;
    let resource = |name: &str, instances: &str| {
        format!(
            r#"{{"mode": "managed", "type": "aws_vpc", "name": "{name}", "provider": "p", "instances": [{instances}]}}"#
        )
    };
    let state =
        |resources: &[String]| format!("{{\"version\": 4, \"resources\": [\n{}\n]}}", resources.join(",\n"));
    let double = format!("{instance}, {instance}");
    let expected = "duplicate instance `aws_vpc.b[\"a\"]` in the state, at";
    let message = error(state(&[resource("b", &double), resource("a", instance)]));
    assert!(message.starts_with(&format!("{expected} line 2, column 122. Remove")), "{message}");
    let message = error(state(&[resource("b", instance), resource("a", instance), resource("b", instance)]));
    assert!(message.starts_with(&format!("{expected} line 4, column 84")), "{message}");
    let deposed = r#"{"index_key": "a", "deposed": "12345678", "attributes": {}}"#;
    let message = error(state(&[resource("b", &format!("{instance}, {deposed}, {deposed}"))]));
    assert!(message.starts_with("duplicate instance `aws_vpc.b[\"a\"] (deposed 12345678)`"), "{message}");
    State::decode(state(&[resource("b", &format!("{instance}, {deposed}"))]).as_bytes()).unwrap();
}

#[test]
fn truncated_state_is_an_error_at_any_length() {
    let whole = GOOD.trim_end();
    for part in 1..50 {
        let end = whole.len() * part / 50;
        let message = error(&whole[..end]);
        assert!(message.contains("the end of the file. The file is truncated"), "{end}: {message}");
    }
}

#[test]
fn deep_nesting_is_an_error_without_stack_overflow() {
    for opening in ["[", "{\"a\":", "[{\"a\":"] {
        let deep = opening.repeat(100_000);
        for place in ["later", "resources", "check_results", "outputs", "modules", "values"] {
            let text = format!("{{\"version\": 4, \"{place}\": {deep}");
            State::decode(text.as_bytes()).expect_err("it is too deep");
        }
        let text = GOOD.replacen("\"10.0.0.0/16\"", &deep, 1);
        let message = error(text);
        assert!(message.contains("expected at most 128 levels of nesting"), "{message}");
        let child = "{\"child_modules\": [".repeat(100_000);
        error(format!("{{\"format_version\": \"1.0\", \"values\": {{\"root_module\": {child}"));
    }
}
