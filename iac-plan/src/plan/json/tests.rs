use iac_lang::value::Value;

use super::*;
use crate::plan::testing::{change, path};
use crate::plan::{
    Action, ActionReason, Cause, CheckInstance, CheckKind, KnowledgeRecord, OutputChange, Predictor,
    ResourceChange, Undecided, UndecidedInstances, VariableValue,
};

fn json(plan: &Plan) -> String {
    let mut out = Vec::new();
    write(&Document { plan, configuration: None, schema: &|_, _| None, members: &[] }, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    text
}

fn parse(
    text: &str,
    schema: &dyn Fn(EntityKind, &str) -> Option<Arc<Schema>>,
) -> Result<Plan, ReadPlanError> {
    read(&PlanText::new(text.as_bytes())?, schema)
}

fn plan(changes: Vec<ResourceChange>) -> Plan {
    Plan { changes, ..Plan::default() }
}

#[test]
fn plan_is_written_in_terraforms_format() {
    let mut updated = change(
        r#"module.net["eu"].test_thing.a[0]"#,
        Action::Update,
        r#"{"id": "i-1", "name": "a", "size": 1, "tags": {"a": "b"}, "zones": ["x"]}"#,
        r#"{"id": "i-1", "name": "a\n\"b\"", "size": "?", "tags": {"a": "?"}, "zones": ["x", "?"]}"#,
    );
    updated.undecided = vec![Undecided { path: path("zones.1"), reason: "it depends on the region".into() }];
    let cause = Cause { address: "test_thing.b".parse().unwrap(), path: path("id"), via: Some(path("size")) };
    updated.cause = vec![cause];
    let mut replaced = change("test_thing.b", Action::CreateThenDelete, r#"{"id": "i-2"}"#, r#"{"id": "?"}"#);
    replaced.reason = Some(ActionReason::ReplaceBecauseTainted);
    replaced.replace_paths = vec![path("rule.0.port")];
    replaced.previous_address = Some("test_thing.c".parse().unwrap());
    let mut deposed = change("test_thing.d", Action::Delete, r#"{"id": "i-3"}"#, "null");
    deposed.deposed = Some("12ab".into());
    let same = change("test_thing.e", Action::NoOp, r#"{"id": "i-4"}"#, r#"{"id": "i-4"}"#);
    let mut plan = plan(vec![replaced, deposed, same, updated]);
    plan.changes.push(change("data.test_thing.e", Action::NoOp, r#"{"id": "i-5"}"#, r#"{"id": "i-5"}"#));
    plan.outputs = vec![OutputChange {
        name: "url".into(),
        action: Action::Create,
        before: Value::Null,
        after: Value::UNKNOWN,
        before_sensitive: false,
        after_sensitive: false,
        undecided: Vec::new(),
    }];
    plan.checks = vec![CheckResult {
        kind: CheckKind::Check,
        address: "check.health".into(),
        instances: vec![CheckInstance {
            address: "check.health".into(),
            status: CheckStatus::Fail,
            problems: vec!["It is down.".into()],
        }],
    }];
    insta::assert_snapshot!(json(&plan));
}

/// Sensitivity comes from the schema or from marks, in attributes, blocks and outputs.
#[test]
fn sensitive_values_are_not_written() {
    let value = |secret: &str, text: &str| {
        let value = serde_json::json!({
            "name": text, "password": secret, "text": secret, "tags": {"a": secret, "b": text},
            "zones": [text, secret], "groups": [text, secret], "policy": null,
            "login": [{"key": secret, "user": text}], "account": [{"key": secret, "user": "in a set"}],
        });
        value.to_string()
    };
    let mut change = change("test_thing.a", Action::Update, &value("hunter2", "x"), &value("hunter3", "y"));
    let marks = ["text", "tags.a", "zones.1", "groups.1", "policy"].map(path).to_vec();
    change.before_sensitive = marks.clone();
    change.after_sensitive = marks;
    let output = |name: &str, sensitive: bool| OutputChange {
        name: name.into(),
        action: Action::Update,
        before: Value::String("hunter2".into()).mark_if(!sensitive),
        after: Value::String("hunter3".into()).mark_if(!sensitive),
        before_sensitive: sensitive,
        after_sensitive: sensitive,
        undecided: Vec::new(),
    };
    let mut plan = plan(vec![change]);
    plan.drift = plan.changes.clone();
    plan.outputs = vec![output("a", true), output("b", false)];
    let variable = |name: &str, sensitive: bool| VariableValue {
        name: name.into(),
        value: Value::String("hunter2".into()).mark_if(!sensitive),
        sensitive,
    };
    plan.variables = vec![variable("a", true), variable("b", false)];
    let text = json(&plan);
    assert!(!text.contains("hunter"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn written_plan_can_be_read_back() {
    let mut change = change(
        "test_thing.a",
        Action::DeleteThenCreate,
        r#"{"id": "i-1", "groups": ["b", "a"], "tags": {"a": "b"}, "rule": [{"port": 1, "protocol": null}]}"#,
        r#"{"id": "?", "groups": ["a", "?"], "tags": {"a": "?"}, "rule": [{"port": "?", "protocol": "tcp"}]}"#,
    );
    change.reason = Some(ActionReason::ReplaceBecauseCannotUpdate);
    change.replace_paths = vec![path("rule.0.port")];
    change.undecided = vec![Undecided { path: path("rule.0"), reason: "who knows".into() }];
    change.importing = Some("i-1".into());
    let schema = change.schema.clone();
    let mut written = plan(vec![change]);
    written.undecided_instances = vec![UndecidedInstances {
        address: "module.network[\"eu\"].test_thing.b".into(),
        actions: vec![Action::NoOp, Action::Create],
        reason: "who counts".into(),
        source: Some(iac_lang::config::Location { file: "main.tf".into(), line: 3, column: 1 }),
    }];
    let read = parse(&json(&written), &|_, _| schema.clone()).unwrap();
    assert_eq!(format!("{:?}", read.changes), format!("{:?}", written.changes));
    assert_eq!(read.undecided_instances, written.undecided_instances);
}

#[test]
fn every_action_and_reason_is_read_as_it_is_written() {
    let value = r#"{"id": "i-1"}"#;
    let reasons = ActionReason::ALL.map(Some).into_iter().chain([None]);
    let changes = reasons.flat_map(|reason| {
        let with = move |action| ResourceChange { reason, ..change("test_thing.a", action, value, value) };
        Action::ALL.map(with)
    });
    let written = plan(changes.collect());
    let schema = written.changes[0].schema.clone();
    let read = parse(&json(&written), &|_, _| schema.clone()).unwrap();
    assert_eq!(read.changes.len(), written.changes.len());
    for (read, written) in read.changes.iter().zip(&written.changes) {
        assert_eq!((read.action, read.reason), (written.action, written.reason));
    }
}

#[test]
fn invalid_plan_is_an_error() {
    let problem = |text: &str| parse(text, &|_, _| None).unwrap_err().to_string();
    assert_eq!(problem("{"), "invalid JSON");
    assert_eq!(problem("{}"), "not a plan: it has no `format_version`");
    assert_eq!(
        problem(r#"{"format_version": "2.0"}"#),
        "unsupported plan format version 2.0; supported are versions 0 and 1"
    );
    let change =
        |change: &str| problem(&format!(r#"{{"format_version": "1.2", "resource_changes": [{change}]}}"#));
    assert_eq!(change("3"), "invalid `resource_changes` of the plan: not an object");
    assert_eq!(change("{}"), "invalid `address` of resource_changes: missing");
    assert_eq!(change(r#"{"address": "x"}"#), "invalid `address` of x: not the address of a resource");
    assert_eq!(change(r#"{"address": "a.b"}"#), "invalid `change` of a.b: missing");
    let of_change = |members: &str| change(&format!(r#"{{"address": "a.b", "change": {{{members}}}}}"#));
    assert_eq!(of_change(r#""actions": ["x"]"#), "invalid `actions` of a.b: unknown");
    assert_eq!(of_change(r#""actions": []"#), "invalid `actions` of a.b: missing or empty");
    assert_eq!(of_change(r#""actions": ["create", 1]"#), "invalid `actions` of a.b: not a list of strings");
    let update = |member: &str| of_change(&format!(r#""actions": ["update"], {member}"#));
    assert_eq!(update(r#""replace_paths": [["a", -1]]"#), "invalid `replace_paths` of a.b: not a path");
    assert_eq!(update(r#""importing": true"#), "invalid `importing` of a.b: not an object");
    // A member of the wrong type is not treated as absent.
    let member =
        |member: &str| problem(&format!(r#"{{"format_version": "1.2", "planned_values": {{}}, {member}}}"#));
    assert_eq!(member(r#""resource_changes": {}"#), "invalid `resource_changes` of the plan: not a list");
    assert_eq!(
        member(r#""deferred_changes": [{"reason": "x"}]"#),
        "invalid `resource_change` of deferred_changes: missing"
    );
    assert_eq!(member(r#""action_invocations": [{}]"#), "invalid `address` of action_invocations: missing");
    assert_eq!(member(r#""output_changes": []"#), "invalid `output_changes` of the plan: not an object");
    assert_eq!(member(r#""errored": "true""#), "invalid `errored` of the plan: not a boolean");
    assert_eq!(member(r#""checks": [{"status": "pass"}]"#), "invalid `address` of checks: missing");
    assert_eq!(
        problem(
            r#"{"format_version": "1.2", "planned_values": {"root_module": {"child_modules": [{"resources": [{}]}]}}}"#
        ),
        "`resource_changes` is missing, but `planned_values` has 1 resources"
    );
}

/// A provider copies tags, and embeds names in other strings.
#[test]
fn copies_of_a_sensitive_value_are_sensitive() {
    let value = r#"{"name": "a-hunter2", "text": "see a-hunter2.", "tags": {"a": "x"}, "groups": ["a-hunter2", "b"],
        "zones": ["b", "a-hunter2"], "login": [{"key": "key1", "user": "key1 and more"}], "size": 1}"#;
    let mut change = change("test_thing.a", Action::Update, value, value);
    change.after_sensitive = vec![path("name")];
    let mut plan = plan(vec![change]);
    crate::plan::secret::spread(&mut plan);
    let text = json(&plan);
    assert!(!text.contains("hunter2") && !text.contains("key1"), "{text}");
    let places = |paths: &[_]| paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let change = &plan.changes[0];
    assert_eq!(places(&change.before_sensitive), "groups login[0].user name text zones[1]");
    assert_eq!(places(&change.after_sensitive), "name groups login[0].user text zones[1]");
}

#[test]
fn knowledge_is_written_and_read_back() {
    let record = |remark: Option<&str>| KnowledgeRecord {
        provider: "registry.terraform.io/hashicorp/aws".into(),
        version: "6.58.0".into(),
        predictor: if remark.is_some() { Predictor::Table } else { Predictor::Provider },
        remark: remark.map(Into::into),
    };
    let plan = Plan { knowledge: vec![record(None), record(Some("6.60.0 is locked"))], ..Plan::default() };
    let back = parse(&json(&plan), &|_, _| None).unwrap();
    assert_eq!(back.knowledge, plan.knowledge);
    assert!(back.unrecognized.is_empty(), "{:?}", back.unrecognized);
}

#[test]
fn state_is_written_and_read_back() {
    let record = |contents| StateRecord { source: "s3://acme/a.tfstate".into(), contents };
    let full = record(StateContents::Present {
        serial: Some(3),
        lineage: Some("5a7f".into()),
        modified: Some("2026-01-02T03:04:05Z".into()),
    });
    let shown = record(StateContents::Present { serial: None, lineage: None, modified: None });
    let absent = record(StateContents::Absent { reason: "the bucket has no such object".into() });
    for record in [full, shown, absent] {
        let plan = Plan { state: Some(record.clone()), ..Plan::default() };
        let back = parse(&json(&plan), &|_, _| None).unwrap();
        assert_eq!(back.state, Some(record));
    }
    assert_eq!(parse(&json(&Plan::default()), &|_, _| None).unwrap().state, None);
}
