use iac_lang::value::Value;
use iac_plan::plan::testing::{change, path};
use iac_plan::plan::{
    Action, ActionReason, Cause, CheckInstance, CheckKind, CheckResult, CheckStatus, KnowledgeRecord,
    OutputChange, Predictor, ResourceChange, StateContents, StateRecord, Undecided,
};

use super::*;

const PLAIN: Layout = Layout { color: false, width: None };

fn plan(changes: Vec<ResourceChange>) -> Plan {
    Plan { changes, ..Plan::default() }
}

fn planned(plan: &Plan) -> Planned<'_> {
    Planned { name: None, environment: None, plan, review: None, file: None, source_url: None }
}

fn shown(changes: Vec<ResourceChange>) -> String {
    text(&[planned(&plan(changes))], PLAIN)
}

fn update(before: &str, after: &str) -> String {
    shown(vec![change("test_thing.a", Action::Update, before, after)])
}

const BEFORE: &str = r#"{"id": "i-1", "name": "a", "size": 1, "enabled": true}"#;
const AFTER: &str = r#"{"id": "i-1", "name": "a", "size": 2, "enabled": true}"#;
const NEW: &str = r#"{"id": "?", "name": "a", "size": 2, "enabled": null}"#;

#[test]
fn every_action() {
    let mut moved = change("test_thing.moved", Action::NoOp, BEFORE, BEFORE);
    moved.previous_address = Some("test_thing.before".parse().unwrap());
    let mut imported = change("test_thing.imported", Action::NoOp, BEFORE, BEFORE);
    imported.importing = Some("i-1".into());
    let mut updated = change("test_thing.changed", Action::Update, BEFORE, AFTER);
    updated.previous_address = moved.previous_address.clone();
    updated.importing = imported.importing.clone();
    let mut deposed = change("test_thing.deposed", Action::Delete, BEFORE, "null");
    deposed.deposed = Some("12ab34cd".into());
    let changes = vec![
        change("test_thing.same", Action::NoOp, BEFORE, BEFORE),
        moved,
        imported,
        change("test_thing.created", Action::Create, "null", NEW),
        change("data.test_thing.read", Action::Read, "null", NEW),
        updated,
        change("test_thing.destroyed", Action::Delete, BEFORE, "null"),
        deposed,
        change("test_thing.replaced", Action::DeleteThenCreate, BEFORE, NEW),
        change("test_thing.kept", Action::CreateThenDelete, BEFORE, NEW),
        change("test_thing.forgotten", Action::Forget, BEFORE, "null"),
        change("test_thing.left", Action::CreateThenForget, BEFORE, NEW),
        change("test_thing.first", Action::ForgetThenCreate, BEFORE, NEW),
    ];
    insta::assert_snapshot!(shown(changes));
}

#[test]
fn every_reason() {
    use ActionReason as Reason;
    let reasons = [
        (Action::DeleteThenCreate, "test_thing.a", Reason::ReplaceBecauseTainted),
        (Action::DeleteThenCreate, "test_thing.b", Reason::ReplaceByRequest),
        (Action::DeleteThenCreate, "test_thing.c", Reason::ReplaceByTriggers),
        (Action::DeleteThenCreate, "test_thing.d", Reason::ReplaceBecauseCannotUpdate),
        (Action::Delete, "test_thing.e", Reason::DeleteBecauseNoResourceConfig),
        (Action::Delete, "test_thing.f", Reason::DeleteBecauseWrongRepetition),
        (Action::Delete, "test_thing.f[0]", Reason::DeleteBecauseWrongRepetition),
        (Action::Delete, "test_thing.g[2]", Reason::DeleteBecauseCountIndex),
        (Action::Delete, "test_thing.h[\"eu\"]", Reason::DeleteBecauseEachKey),
        (Action::Delete, "module.m.test_thing.i", Reason::DeleteBecauseNoModule),
        (Action::Delete, "test_thing.j", Reason::DeleteBecauseNoMoveTarget),
        (Action::Delete, "test_thing.n", Reason::DeleteBecauseEnabledFalse),
        (Action::Forget, "test_thing.o", Reason::ForgotBecauseLifecycleDestroyInState),
        (Action::ForgetThenCreate, "test_thing.p", Reason::ForgotBecauseLifecycleDestroyInConfig),
        (Action::Read, "data.test_thing.k", Reason::ReadBecauseConfigUnknown),
        (Action::Read, "data.test_thing.l", Reason::ReadBecauseDependencyPending),
        (Action::Read, "data.test_thing.m", Reason::ReadBecauseCheckNested),
    ];
    let changes = reasons.into_iter().map(|(action, address, reason)| {
        let value = r#"{"id": "i-1"}"#;
        let (before, after) = match action {
            Action::Delete => (value, "null"),
            Action::Read => ("null", value),
            _ => (value, value),
        };
        ResourceChange { reason: Some(reason), source: None, ..change(address, action, before, after) }
    });
    insta::assert_snapshot!(shown(changes.collect()));
}

#[test]
fn every_type_of_attribute() {
    insta::assert_snapshot!(update(
        r#"{"id": "i-1", "name": "a", "size": 1, "enabled": true, "text": "x",
            "zones": ["a", "b", "c", "d"], "groups": ["a", "b"], "tags": {"a": "1", "b": "2", "c d": "3"}}"#,
        r#"{"id": "i-1", "name": "b\n", "size": null, "enabled": false, "text": "?",
            "zones": ["a", "c", "x", "d"], "groups": ["b", "c"], "tags": {"a": "1", "b": "?", "e": "4"}}"#,
    ));
}

#[test]
fn collections_are_added_and_removed() {
    insta::assert_snapshot!(update(
        r#"{"id": "i-1", "zones": ["a"], "groups": null, "tags": {"a": "1"}, "text": null}"#,
        r#"{"id": "i-1", "zones": null, "groups": [], "tags": "?", "text": "x"}"#,
    ));
}

#[test]
fn every_nesting_mode_of_attributes() {
    insta::assert_snapshot!(update(
        r#"{"id": "i-1", "settings": {"port": 1, "protocol": "tcp"},
            "steps": [{"port": 1, "protocol": "tcp"}, {"port": 2, "protocol": "tcp"}],
            "members": [{"port": 1, "protocol": "tcp"}, {"port": 2, "protocol": "tcp"}],
            "targets": {"a": {"port": 1, "protocol": "tcp"}, "b": {"port": 2, "protocol": null}}}"#,
        r#"{"id": "i-1", "settings": {"port": 2, "protocol": "tcp"},
            "steps": [{"port": 1, "protocol": "udp"}, {"port": 2, "protocol": "tcp"}, {"port": "?", "protocol": null}],
            "members": [{"port": 1, "protocol": "tcp"}, {"port": 3, "protocol": "tcp"}],
            "targets": {"a": {"port": 9, "protocol": "tcp"}, "c": {"port": 2, "protocol": null}}}"#,
    ));
}

#[test]
fn every_nesting_mode_of_blocks() {
    insta::assert_snapshot!(update(
        r#"{"id": "i-1", "name": "a", "disk": {"port": 1, "protocol": "tcp"},
            "rule": [{"port": 1, "protocol": "tcp"}, {"port": 2, "protocol": "tcp"}, {"port": 3, "protocol": "tcp"}],
            "ingress": [{"port": 1, "protocol": "tcp"}, {"port": 2, "protocol": "tcp"}],
            "route": {"a": {"port": 1, "protocol": "tcp"}, "b": {"port": 2, "protocol": null}}}"#,
        r#"{"id": "i-1", "name": "a", "disk": null,
            "rule": [{"port": 1, "protocol": "udp"}, {"port": 2, "protocol": "tcp"}],
            "ingress": [{"port": 1, "protocol": "tcp"}, {"port": 4, "protocol": "tcp"}, {"port": 3, "protocol": "?"}],
            "route": {"a": {"port": 9, "protocol": "tcp"}, "c": {"port": "?", "protocol": null}}}"#,
    ));
    // A set block that replaces another, and unknown blocks.
    insta::assert_snapshot!(update(
        r#"{"id": "i-1", "rule": [{"port": 1, "protocol": "tcp"}], "ingress": [{"port": 1, "protocol": "tcp"}]}"#,
        r#"{"id": "i-1", "rule": "?", "ingress": [{"port": 2, "protocol": "tcp"}]}"#,
    ));
}

#[test]
fn json_documents_and_multi_line_strings() {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let policy = |action: &str| {
        json(&format!(r#"{{"Version": "1", "Statement": [{{"Action": ["{action}", "b"], "a b": 1}}]}}"#))
    };
    let text = |line: &str| json(&format!("one\ntwo\nthree\nfour\n{line}\nsix\n"));
    insta::assert_snapshot!(update(
        &format!(r#"{{"id": "i-1", "policy": {}, "text": {}}}"#, policy("x"), text("five")),
        &format!(r#"{{"id": "i-1", "policy": {}, "text": {}}}"#, policy("y"), text("5\u{1b}[31m")),
    ));
    insta::assert_snapshot!(update(
        &format!(r#"{{"id": "i-1", "policy": {}}}"#, json("{\"a\": 1}")),
        &format!(r#"{{"id": "i-1", "policy": {}}}"#, json("{ \"a\":1 }")),
    ));
    insta::assert_snapshot!(shown(vec![change(
        "test_thing.a",
        Action::Create,
        "null",
        &format!(r#"{{"id": "?", "policy": {}, "text": {}}}"#, policy("x"), text("five")),
    )]));
}

#[test]
fn numbers_in_json_documents_keep_all_digits() {
    let document =
        |last: u8| format!(r#"{{"id": "i-1", "policy": "{{\"a\":12345678901234567890123456789{last}}}"}}"#);
    let shown = update(&document(0), &document(1));
    assert!(shown.contains("123456789012345678901234567890 -> 123456789012345678901234567891"), "{shown}");
}

#[test]
fn sensitive_values_are_hidden() {
    let value = |secret: &str, text: &str| {
        let value = serde_json::json!({
            "id": "i-1", "name": text, "password": secret, "text": secret, "tags": {"a": secret, "b": text},
            "zones": [text, secret], "groups": [text, secret],
            "login": [{"key": secret, "user": text}], "account": [{"key": secret, "user": "in a set"}],
        });
        value.to_string()
    };
    let mut changed = change("test_thing.a", Action::Update, &value("hunter2", "x"), &value("hunter3", "y"));
    let marks = ["text", "tags.a", "zones.1", "groups.1"].map(path).to_vec();
    changed.before_sensitive = marks.clone();
    changed.after_sensitive = marks;
    let mut marked = change("test_thing.b", Action::Update, &value("hunter2", "x"), &value("hunter2", "x"));
    marked.after_sensitive = vec![path("tags.a"), path("zones"), path("text"), path("groups")];
    marked.before_sensitive = vec![path("zones"), path("text"), path("groups")];
    marked.before_sensitive.push(path("tags.a"));
    marked.after_sensitive.push(path("name"));
    let mut plan = plan(vec![changed, marked]);
    plan.changes[1].after_sensitive.push(path("id"));
    plan.outputs = vec![OutputChange {
        name: "key".into(),
        action: Action::Update,
        before: Value::String("hunter2".into()),
        after: Value::String("hunter3".into()),
        before_sensitive: true,
        after_sensitive: false,
        undecided: Vec::new(),
    }];
    plan.drift = vec![plan.changes[0].clone()];
    let text = text(&[planned(&plan)], PLAIN);
    assert!(!text.contains("hunter"), "{text}");
    let markdown = markdown(&[planned(&plan)], None);
    assert!(!markdown.contains("hunter"), "{markdown}");
    insta::assert_snapshot!(text);
}

/// Plans with a replacement, causes, uncertain values, outputs and failed checks.
fn everything() -> [Plan; 2] {
    let mut replaced = change(
        "test_thing.subnet",
        Action::DeleteThenCreate,
        r#"{"id": "i-1", "name": "a", "rule": [{"port": 1, "protocol": "tcp"}], "zones": ["x"]}"#,
        r#"{"id": "?", "name": "a", "rule": [{"port": "?", "protocol": "tcp"}], "zones": ["x"]}"#,
    );
    replaced.reason = Some(ActionReason::ReplaceBecauseCannotUpdate);
    replaced.replace_paths = vec![path("rule.0.port")];
    let cause = |address: &str, at: &str, via: Option<&str>| Cause {
        address: address.parse().unwrap(),
        path: path(at),
        via: via.map(path),
    };
    replaced.cause =
        vec![cause("test_thing.vpc", "id", Some("rule.0.port")), cause("test_thing.vpc", "name", None)];
    replaced.undecided = vec![
        Undecided { path: path("zones"), reason: "the provider decides by the region".into() },
        Undecided { path: path("rule.0.protocol"), reason: "it may be equal".into() },
    ];
    let mut maybe = change(r#"module.m["a|`b"].test_thing.x"#, Action::NoOp, BEFORE, BEFORE);
    maybe.undecided = vec![Undecided { path: path("size"), reason: "it is not in the state".into() }];
    let mut first = plan(vec![replaced, maybe]);
    first.outputs = vec![OutputChange {
        name: "url".into(),
        action: Action::Create,
        before: Value::Null,
        after: Value::parse_json(r#"{"host": "x", "port": 1}"#).unwrap(),
        before_sensitive: false,
        after_sensitive: false,
        undecided: vec![Undecided { path: path("host"), reason: "a function is not known".into() }],
    }];
    first.checks = vec![CheckResult {
        kind: CheckKind::Check,
        address: "check.health".into(),
        instances: vec![CheckInstance {
            address: "check.health".into(),
            status: CheckStatus::Fail,
            problems: vec!["It is <down>.".into()],
        }],
    }];
    first.drift = vec![change("test_thing.vpc", Action::Update, BEFORE, AFTER)];
    [first, Plan::default()]
}

#[test]
fn causes_and_uncertainty() {
    let [first, second] = everything();
    let plans = [
        Planned {
            name: Some("network"),
            environment: Some("production"),
            plan: &first,
            review: None,
            file: None,
            source_url: None,
        },
        Planned {
            name: Some("service"),
            environment: None,
            plan: &second,
            review: None,
            file: None,
            source_url: None,
        },
    ];
    insta::assert_snapshot!(text(&plans, PLAIN));
    insta::assert_snapshot!("narrow with color", text(&plans[..1], Layout { color: true, width: Some(60) }));
    insta::assert_snapshot!("markdown", markdown(&plans, None));
}

#[test]
fn plan_without_changes_is_reported_as_unchanged() {
    let same = plan(vec![change("test_thing.a", Action::NoOp, BEFORE, BEFORE)]);
    assert_eq!(text(&[planned(&same)], PLAIN), "No changes. The state matches the configuration.\n");
    assert_eq!(markdown(&[planned(&same)], None), "### Plan: no changes\n\n");
}

/// A plan with dangerous changes, an exposure and a rename, and its review.
#[test]
fn null_output_is_shown_for_every_action() {
    let actions = [Action::Create, Action::Update, Action::Delete];
    for (action, expected) in actions.into_iter().zip(["+ o = null", "~ o = null", "- o = null -> null"]) {
        let output = OutputChange {
            name: "o".into(),
            action,
            before: Value::Null,
            after: Value::Null,
            before_sensitive: true,
            after_sensitive: false,
            undecided: Vec::new(),
        };
        let plan = Plan { outputs: vec![output], ..Plan::default() };
        let plans = [planned(&plan)];
        assert!(text(&plans, PLAIN).contains(expected), "{}", text(&plans, PLAIN));
        assert!(markdown(&plans, None).contains("o = null"));
        assert!(html(&plans).contains("o = null"));
    }
}

fn reviewed() -> (Plan, crate::review::Review) {
    use crate::policy::{Rules, deny, warn};
    use crate::review::{Hazards, Options, review};

    let destroyed = |mut destroyed: ResourceChange| {
        destroyed.reason = Some(ActionReason::DeleteBecauseNoResourceConfig);
        destroyed
    };
    let mut replaced = change("test_thing.store", Action::DeleteThenCreate, BEFORE, NEW);
    replaced.replace_paths = vec![path("name")];
    let larger = |address: &str| change(address, Action::Update, BEFORE, AFTER);
    let plan = plan(vec![
        change("test_thing.added", Action::Create, "null", r#"{"id": "?", "name": "open", "size": 7}"#),
        larger("test_thing.a"),
        larger("test_thing.b"),
        larger("test_thing.c"),
        destroyed(change(
            "test_thing.old",
            Action::Delete,
            r#"{"id": "i-9", "name": "z", "size": 9}"#,
            "null",
        )),
        change("test_thing.new", Action::Create, "null", r#"{"id": "?", "name": "z", "size": 9}"#),
        replaced,
    ]);
    let rules: Rules = [
        deny("closed", "Things must not be open")
            .finding("Thing is open")
            .known_as(&["CKV_1"])
            .exposure()
            .of("test_thing", |thing| thing.at("name").is_not("open")),
        warn("small", "Things should be small").of("test_thing", |thing| thing.at("size").at_most(5)),
    ]
    .into_iter()
    .collect();
    let hazards = Hazards::parse("test_thing: deletes the stored data").unwrap();
    let hazards = hazards.with_changes("test_thing.size changes: interrupts users").unwrap();
    let options = Options { rules: Some(&rules), hazards: Some(&hazards), ..Options::default() };
    let review = review(&plan, &options);
    (plan, review)
}

#[test]
fn review_is_ordered_by_danger() {
    let (plan, review) = reviewed();
    let planned = [Planned { review: Some(&review), ..planned(&plan) }];
    insta::assert_snapshot!("reviewed text", text(&planned, PLAIN));
    insta::assert_snapshot!("reviewed markdown", markdown(&planned, None));
    let linked = [Planned { source_url: Some("https://code.example/{file}#L{line}"), ..planned[0] }];
    let row = "| `+` | `test_thing.new` | will be created | [`src/main.rs:12:5`](<https://code.example/src/main.rs#L12>) |";
    assert!(markdown(&linked, None).contains(row), "{}", markdown(&linked, None));
    assert!(html(&linked).contains("https://code.example/src/main.rs#L12"));
}

#[test]
fn rename_in_a_terraform_configuration_is_kept_by_a_block() {
    let (mut plan, review) = reviewed();
    let block = "\n    to keep it, add\n        moved {\n          from = test_thing.old\n          to   = test_thing.new\n        }\n";
    let in_program = Planned { review: Some(&review), ..planned(&plan) };
    assert!(!text(&[in_program], PLAIN).contains(block));
    let configuration = |_: Location| Location { file: "main.tf".into(), line: 1, column: 1 };
    // A plan file has no lines without its configuration.
    for has_lines in [true, false] {
        for change in &mut plan.changes {
            change.source = change.source.take().filter(|_| has_lines).map(configuration);
        }
        let planned = [Planned { review: Some(&review), ..planned(&plan) }];
        assert!(text(&planned, PLAIN).contains(block), "{}", text(&planned, PLAIN));
        let (markdown, html) = (markdown(&planned, None), html(&planned));
        let fenced = "to keep it, add\n\n  ```hcl\n  moved {\n    from = test_thing.old\n    to   = test_thing.new\n  }\n  ```\n";
        assert!(markdown.contains(fenced), "{markdown}");
        assert!(html.contains("moved {") && !markdown.contains("Moved::new") && !html.contains("Moved::new"));
    }
}

#[test]
fn markdown_respects_its_limit_and_counts_omissions() {
    let (plan, review) = reviewed();
    let planned = [Planned { review: Some(&review), ..planned(&plan) }];
    let whole = markdown(&planned, None);
    assert_eq!(markdown(&planned, Some(whole.len() + 200)), whole);
    for max_bytes in (1_500..whole.len()).step_by(50) {
        let cut = markdown(&planned, Some(max_bytes));
        assert!(cut.len() <= max_bytes, "{} bytes instead of {max_bytes}", cut.len());
        assert!(cut.contains("the stored data") && cut.contains(&review.digest.to_string()), "{cut}");
        assert_eq!(cut.matches("<details>").count(), cut.matches("</details>").count());
        assert!(cut.contains("omitted to stay within the size limit"), "{cut}");
    }
}

#[test]
fn markdown_respects_its_limit_for_every_kind_of_content() {
    const LIMIT: usize = 20_000;
    let many = |change: &ResourceChange| vec![change.clone(); 2_000];
    let gone = change("test_thing.gone", Action::Delete, r#"{"id": "i-1"}"#, "null");
    let key = format!("test_thing.long[\"{}\"]", "k".repeat(900));
    let long = change(&key, Action::Delete, r#"{"id": "i-1"}"#, "null");
    let output = |name: String, value: &str| OutputChange {
        name: name.into(),
        action: Action::Create,
        before: Value::Null,
        after: Value::String(value.into()),
        before_sensitive: false,
        after_sensitive: false,
        undecided: Vec::new(),
    };
    let outputs = |count: usize, value: &str| (0..count).map(|at| output(format!("o{at}"), value)).collect();
    let check = |messages: Vec<String>| CheckResult {
        kind: CheckKind::Check,
        address: "check.c".into(),
        instances: vec![CheckInstance {
            address: "check.c".into(),
            status: CheckStatus::Fail,
            problems: messages,
        }],
    };
    let cases: [(&str, Plan); 7] = [
        ("more change", Plan { changes: many(&gone), ..Plan::default() }),
        ("more change", Plan { changes: many(&long), ..Plan::default() }),
        ("more resources", Plan { drift: many(&gone), ..Plan::default() }),
        ("more outputs", Plan { outputs: outputs(3_000, "a"), ..Plan::default() }),
        ("more outputs", Plan { outputs: outputs(100, &"x".repeat(400)), ..Plan::default() }),
        ("more failed checks", Plan { checks: vec![check(vec!["no".to_owned(); 3_000])], ..Plan::default() }),
        ("more bytes", Plan { checks: vec![check(vec!["m".repeat(90_000)])], ..Plan::default() }),
    ];
    for (note, plan) in cases {
        let cut = markdown(&[planned(&plan)], Some(LIMIT));
        assert!(cut.len() <= LIMIT, "{note}: {} bytes", cut.len());
        assert!(cut.contains(note), "{note}: {cut}");
        assert_eq!(cut.matches("```").count() % 2, 0, "{note}");
    }
    let plan = Plan { changes: vec![gone], ..Plan::default() };
    let stacks: Vec<_> = (0..2_000).map(|_| planned(&plan)).collect();
    let cut = markdown(&stacks, Some(LIMIT));
    assert!(cut.len() <= LIMIT && cut.contains("of 2000 stacks are omitted"), "{} bytes", cut.len());
}

#[test]
fn documents_are_compared_semantically() {
    let with = |policy: &str| {
        let escaped = policy.replace('\\', "\\\\").replace('"', "\\\"");
        format!("{{\"id\": \"i-1\", \"policy\": \"{escaped}\"}}")
    };
    // Order and one-element lists are insignificant; statements are matched by `Sid`, and broader ones are marked.
    let policy = update(
        &with(
            r#"{"Statement": [{"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get", "s3:List"], "Resource": "a"}, {"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "b"}, {"Effect": "Allow", "Action": "x", "Resource": "c"}]}"#,
        ),
        &with(
            r#"{"Statement": [{"Effect": "Allow", "Action": ["x"], "Resource": "c"}, {"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "b"}, {"Sid": "Read", "Effect": "Allow", "Action": ["s3:List", "s3:Put", "s3:Get"], "Resource": ["a"]}]}"#,
        ),
    );
    // Containers and their variables are matched by name.
    let containers = update(
        &with(
            r#"[{"name": "web", "image": "w:1", "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}, {"name": "log", "image": "l:1"}]"#,
        ),
        &with(
            r#"[{"name": "log", "image": "l:1"}, {"name": "web", "image": "w:2", "environment": [{"name": "B", "value": "3"}, {"name": "A", "value": "1"}, {"name": "C", "value": "4"}]}]"#,
        ),
    );
    // `#!/bin/sh\necho one\n` and the same with `two`.
    let user_data = update(
        r#"{"id": "i-1", "name": "IyEvYmluL3NoCmVjaG8gb25lCg=="}"#,
        r#"{"id": "i-1", "name": "IyEvYmluL3NoCmVjaG8gdHdvCg=="}"#,
    );
    insta::assert_snapshot!("semantic", [policy, containers, user_data].join("---\n"));
}

#[test]
fn security_group_rules_are_summarized_in_one_line() {
    use super::diff::rule;
    let summary = |text: &str| rule(&Value::parse_json(text).unwrap());
    let web = r#"{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"], "description": "Web"}"#;
    assert_eq!(summary(web).unwrap(), "tcp 443 with 10.0.0.0/8: Web");
    let all = r#"{"ip_protocol": "-1", "referenced_security_group_id": "sg-1", "cidr_ipv4": null}"#;
    assert_eq!(summary(all).unwrap(), "all traffic with sg-1");
    let own = r#"{"protocol": "udp", "from_port": 1, "to_port": 9, "self": true}"#;
    assert_eq!(summary(own).unwrap(), "udp 1-9 with the group itself");
    // A network ACL rule, and values that are not rules.
    let listed = r#"{"protocol": "tcp", "from_port": 443, "to_port": 443, "action": "deny", "rule_no": 1}"#;
    for other in [listed, r#"{"protocol": "HTTP", "port": 80}"#, "[]"] {
        assert_eq!(summary(other), None, "{other}");
    }
}

#[test]
fn deleted_output_that_was_null_is_shown() {
    let output = OutputChange {
        name: "map".into(),
        action: Action::Delete,
        before: Value::Null,
        after: Value::Null,
        before_sensitive: false,
        after_sensitive: false,
        undecided: Vec::new(),
    };
    let plan = Plan { outputs: vec![output], ..Plan::default() };
    let shown = text(&[planned(&plan)], PLAIN);
    assert!(shown.contains("Changes to outputs:\n  - map = null -> null\n"), "{shown}");
    assert!(markdown(&[planned(&plan)], None).contains("- map = null"));
}

#[test]
fn every_report_says_that_facts_are_of_another_version() {
    let record = |remark: Option<&str>| KnowledgeRecord {
        provider: "registry.terraform.io/hashicorp/aws".into(),
        version: "6.58.0".into(),
        predictor: Predictor::Table,
        remark: remark.map(Into::into),
    };
    let plan = Plan { knowledge: vec![record(Some("hashicorp/aws 6.60.0 is locked"))], ..Plan::default() };
    let line = "Provider: hashicorp/aws 6.60.0 is locked; planned as 6.58.0";
    assert!(text(&[planned(&plan)], PLAIN).contains(&format!("{line}\n")));
    assert!(markdown(&[planned(&plan)], None).contains(&format!("<sub>{line}</sub>")));
    assert!(html(&[planned(&plan)]).contains(&format!("\"knowledge\":\"{line}\"")));
    let known = Plan { knowledge: vec![record(None)], ..Plan::default() };
    assert!(!text(&[planned(&known)], PLAIN).contains("Provider:"));
}

#[test]
fn every_report_says_who_predicted_the_changes() {
    let record = KnowledgeRecord {
        provider: "registry.terraform.io/hashicorp/aws".into(),
        version: "5.100.0".into(),
        predictor: Predictor::Provider,
        remark: None,
    };
    let by = |address: &str, predictor| ResourceChange {
        provider_name: "registry.terraform.io/hashicorp/aws".into(),
        predicted_by: Some(predictor),
        ..change(address, Action::Create, "null", NEW)
    };
    let plan = Plan {
        changes: vec![
            by("aws_vpc.a", Predictor::Provider),
            by("aws_vpc.b", Predictor::Provider),
            by("aws_vpc.c", Predictor::Table),
        ],
        knowledge: vec![record],
        ..Plan::default()
    };
    let line = "Provider: hashicorp/aws 5.100.0 predicted 2 changes; built-in knowledge predicted 1 change";
    assert!(text(&[planned(&plan)], PLAIN).contains(&format!("{line}\n")));
    assert!(markdown(&[planned(&plan)], None).contains(&format!("<sub>{line}</sub>")));
    assert!(html(&[planned(&plan)]).contains(&format!("\"knowledge\":\"{line}\"")));
}

#[test]
fn every_report_says_which_state_was_read() {
    let record = StateRecord {
        source: "a_b.tfstate".into(),
        contents: StateContents::Present { serial: Some(3), lineage: Some("5a7f".into()), modified: None },
    };
    let plan = Plan { state: Some(record), ..Plan::default() };
    let line = "State: a_b.tfstate (serial 3, lineage 5a7f)";
    assert!(text(&[planned(&plan)], PLAIN).contains(&format!("{line}\n")));
    assert!(markdown(&[planned(&plan)], None).contains(&format!("<sub>{}</sub>", line.replace('_', "\\_"))));
    assert!(html(&[planned(&plan)]).contains(&format!("\"state\":\"{line}\"")));
}

#[test]
fn every_result_has_a_location() {
    let (mut plan, _) = reviewed();
    for change in &mut plan.changes {
        change.source = None;
    }
    let hazards = crate::review::Hazards::parse("test_thing: deletes the stored data").unwrap();
    let options = crate::review::Options { hazards: Some(&hazards), ..crate::review::Options::default() };
    let review = crate::review::review(&plan, &options);
    let planned = [Planned { review: Some(&review), file: Some("plans/a b.json"), ..planned(&plan) }];
    let document: serde_json::Value = serde_json::from_str(&sarif(&planned)).unwrap();
    let results = document["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "plans/a%20b.json");
        assert_eq!(location["region"]["startLine"], 1);
    }
}

#[test]
fn many_changes_with_one_cause_are_explained_once() {
    let caused = |number: usize| {
        let mut change = change(&format!("test_thing.c{number}"), Action::Update, BEFORE, AFTER);
        let cause = |address: &str, via: &str| Cause {
            address: address.parse().unwrap(),
            path: path("id"),
            via: Some(path(via)),
        };
        change.cause = vec![cause("test_thing.between", "name"), cause("test_thing.root", "name")];
        change
    };
    let plan = plan((0..8).map(caused).collect());
    let review = crate::review::review(&plan, &crate::review::Options::default());
    let planned = [Planned { review: Some(&review), ..planned(&plan) }];
    let cascade = "8 changes follow from test_thing.root.id: test_thing.c0, test_thing.c1, test_thing.c2, test_thing.c3, test_thing.c4 and 3 more";
    assert!(text(&planned, PLAIN).contains(cascade), "{}", text(&planned, PLAIN));
    let markdown = markdown(&planned, None);
    assert!(!markdown.contains("caused by"), "{markdown}");
    assert_eq!(markdown.matches("8 changes follow from").count(), 1, "{markdown}");
}
