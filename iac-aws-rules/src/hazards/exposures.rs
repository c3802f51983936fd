//! Tests of the questions about exposure.

use std::collections::BTreeSet;

use iac_plan::plan::json::{PlanText, read};
use iac_plan::schema::{Attribute, Block, EntityKind, NestingMode, Norm};
use iac_review::policy::{Outcome, Rules};
use iac_review::review::{Options, exposure_rules, review};
use serde_json::{Map, Value, json};

use super::super::hazards;
use super::{knowledge, schema};

/// Encodes policy documents, which the cases state as objects.
fn encoded(value: &Value) -> Value {
    match value {
        Value::Object(members) if members.contains_key("Statement") => value.to_string().into(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), encoded(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(elements) => elements.iter().map(encoded).collect(),
        other => other.clone(),
    }
}

/// Returns the exposures of a change: the rules, each with `?` if undecided, and the messages.
fn exposures(type_name: &str, before: &Value, after: &Value, unknown: &Value) -> (Vec<String>, Vec<String>) {
    let actions = match (before.is_null(), after.is_null()) {
        (true, _) => "create",
        (_, true) => "delete",
        _ => "update",
    };
    // An unrelated resource tells the account.
    let own = json!({"id": "own", "arn": "arn:aws:sns:eu-west-1:111122223333:own"});
    let plan = json!({"format_version": "1.2", "planned_values": {}, "resource_changes": [
        {"address": "aws_sns_topic.own", "mode": "managed", "type": "aws_sns_topic", "name": "own",
         "change": {"actions": ["no-op"], "before": own, "after": own, "after_unknown": {}}},
        {"address": format!("{type_name}.a"), "mode": "managed", "type": type_name, "name": "a",
         "change": {"actions": [actions], "before": encoded(before), "after": encoded(after), "after_unknown": unknown}},
    ]});
    let text = plan.to_string();
    let text = PlanText::new(text.as_bytes()).expect("the plan is text");
    let schema = |kind, name: &str| knowledge().schema(kind, name).expect("the knowledge is valid");
    let plan = read(&text, &schema).expect("the plan is valid");
    let rules: Rules = exposure_rules().into_iter().collect();
    let options = Options { hazards: Some(hazards()), rules: Some(&rules), ..Options::default() };
    let review = review(&plan, &options);
    let findings = &review.policies.findings;
    let id = |finding: &iac_review::policy::Finding| match finding.outcome {
        Outcome::Fail => finding.rule.id.to_string(),
        Outcome::Unknown => format!("{}?", finding.rule.id),
    };
    let ids: BTreeSet<String> = findings.iter().map(id).collect();
    (ids.into_iter().collect(), findings.iter().map(|finding| finding.message.to_string()).collect())
}

#[test]
fn paths_of_exposures_exist() {
    let mut checked = 0;
    for (type_name, path) in hazards().exposure_paths().filter(|(type_name, _)| type_name.starts_with("aws_"))
    {
        let schema = schema(type_name);
        let mut block: &Block = &schema.block;
        let names: Vec<&str> = path.split('.').filter(|name| !name.is_empty()).collect();
        for (position, name) in names.iter().enumerate() {
            if let Some(nested) = block.nested(name) {
                block = &nested.block;
                continue;
            }
            let attribute =
                block.attribute(name).unwrap_or_else(|| panic!("unknown path: {type_name}.{path}"));
            if position + 1 == names.len() {
                break;
            }
            block = match (&attribute.nested, &attribute.members) {
                (Some(nested), _) => &nested.block,
                (None, Some(members)) => members,
                // The keys of a map are not in the schema.
                (None, None) => break,
            };
        }
        checked += 1;
    }
    assert!(checked > 150, "{checked}");
    for type_name in hazards().guards().filter(|type_name| type_name.starts_with("aws_")) {
        schema(type_name);
    }
}

/// An argument of a resource type.
struct Argument {
    type_name: &'static str,
    path: String,
    is_bool: bool,
    is_policy: bool,
}

/// Returns all arguments of all types that may decide about access: policy documents, and flags that say "public".
fn deciding_arguments() -> Vec<Argument> {
    fn of_attribute(type_name: &'static str, attribute: &Attribute, prefix: &str, found: &mut Vec<Argument>) {
        let path = format!("{prefix}{}", attribute.name);
        if let Some(nested) = &attribute.nested {
            of_block(type_name, &nested.block, &format!("{path}."), found);
        }
        if !(attribute.required || attribute.optional) {
            return;
        }
        let is_bool = attribute.ty == iac_lang::types::Type::Bool;
        let is_policy = attribute.facts.norms.contains(&Norm::Iam);
        let is_public = is_bool && attribute.name.contains("public");
        if is_policy || is_public {
            found.push(Argument { type_name, path, is_bool, is_policy });
        }
    }
    fn of_block(type_name: &'static str, block: &Block, prefix: &str, found: &mut Vec<Argument>) {
        for attribute in &block.attributes {
            of_attribute(type_name, attribute, prefix, found);
        }
        for nested in &block.blocks {
            of_block(type_name, &nested.block, &format!("{prefix}{}.", nested.name), found);
        }
    }
    let mut found = Vec::new();
    for type_name in knowledge().types(EntityKind::Resource) {
        of_block(type_name, &schema(type_name).block, "", &mut found);
    }
    found
}

/// Returns a resource with a value at a path. Blocks are lists, or objects if that is what the schema says.
fn resource(type_name: &str, path: &str, value: Value) -> Value {
    fn within(block: &Block, names: &[&str], value: Value) -> Value {
        let name = names[0];
        if names.len() == 1 {
            return json!({ name: value });
        }
        let Some(nested) = block.nested(name) else {
            let nested = block.attribute(name).and_then(|it| it.nested.as_ref()).expect("the path exists");
            return json!({ name: [within(&nested.block, &names[1..], value)] });
        };
        let inner = within(&nested.block, &names[1..], value);
        match nested.mode {
            NestingMode::Single | NestingMode::Group => json!({ name: inner }),
            _ => json!({ name: [inner] }),
        }
    }
    let names: Vec<&str> = path.split('.').collect();
    within(&schema(type_name).block, &names, value)
}

/// Checks that no argument that decides about access is forgotten: each is recognized, or listed as harmless.
#[test]
fn every_deciding_argument_is_covered() {
    let public =
        json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]});
    let own = json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}]});
    let harmless: BTreeSet<(&str, String)> = hazards().harmless_arguments().collect();
    let arguments = deciding_arguments();
    assert!(arguments.len() > 100, "{}", arguments.len());
    let mut missed = Vec::new();
    for Argument { type_name, path, is_bool, is_policy } in arguments {
        // The argument that is tested is the only one.
        let with = |value: Value| resource(type_name, &path, value);
        let found =
            |before: &Value, after: &Value| !exposures(type_name, before, after, &json!({})).0.is_empty();
        let is_recognized = if is_policy {
            let of = |document: &Value| with(encoded(document));
            assert!(!found(&of(&public), &of(&own)), "{type_name}.{path}: a narrower policy is reported");
            found(&of(&own), &of(&public))
        } else {
            assert!(is_bool);
            let (off, on) = (with(json!(false)), with(json!(true)));
            found(&off, &on) || found(&on, &off)
        };
        let is_listed = harmless.contains(&(type_name, path.clone()));
        if is_recognized == is_listed {
            missed.push(format!("{type_name}.{path}"));
        }
    }
    assert_eq!(missed, [""; 0], "neither recognized nor listed as harmless, or both");
}

/// A line of a file of cases.
struct Case {
    line: usize,
    type_name: String,
    before: Value,
    after: Value,
    unknown: Value,
    expected: Vec<String>,
}

fn cases(text: &str) -> Vec<Case> {
    let case = |(line, text): (usize, &str)| {
        let case: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("line {line}: {error}"));
        let expected = case["expect"].as_array().into_iter().flatten();
        Case {
            line,
            type_name: case["type"].as_str().expect("a case has a type").to_owned(),
            before: case["before"].clone(),
            after: case["after"].clone(),
            unknown: case.get("unknown").cloned().unwrap_or_else(|| json!({})),
            expected: expected.filter_map(|id| id.as_str().map(str::to_owned)).collect(),
        }
    };
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(case)
        .collect()
}

#[test]
fn openings_are_recognized_and_their_reverse_is_not() {
    let cases = cases(include_str!("openings.jsonl"));
    assert!(cases.len() >= 120, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let (ids, messages) = exposures(&case.type_name, &case.before, &case.after, &case.unknown);
        if ids != case.expected {
            wrong.push(format!("line {}: {ids:?} instead of {:?}: {messages:?}", case.line, case.expected));
        }
        if case.unknown == json!({}) {
            let (ids, messages) = exposures(&case.type_name, &case.after, &case.before, &json!({}));
            if !ids.is_empty() {
                wrong.push(format!("line {}: the reverse is reported: {ids:?}: {messages:?}", case.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn harmless_changes_are_not_exposures() {
    let cases = cases(include_str!("harmless.jsonl"));
    assert!(cases.len() >= 100, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let (ids, messages) = exposures(&case.type_name, &case.before, &case.after, &case.unknown);
        if !ids.is_empty() {
            wrong.push(format!("line {}: {}: {ids:?}: {messages:?}", case.line, case.type_name));
        }
        let (danger, reasons) =
            super::judged(&case.type_name, &encoded(&case.before), &encoded(&case.after), &case.unknown);
        if !case.before.is_null() && !case.after.is_null() && danger > iac_review::review::Danger::Changes {
            wrong.push(format!("line {}: {}: {danger:?}: {reasons:?}", case.line, case.type_name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
