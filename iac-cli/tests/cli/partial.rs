//! `iac review` of incomplete plans and of documents that are not plans. Invariants 11 and 12: no gate passes on
//! changes that were not shown, and nothing in a plan is dropped.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Iac;
use crate::schema_check::{check, documented};

const FORMATS: [&str; 7] = ["text", "markdown", "json", "html", "sarif", "junit", "github"];

/// Returns a plan without changes, with these members replaced.
fn plan(members: &Value) -> Value {
    let mut plan = json!({
        "format_version": "1.2", "terraform_version": "1.14.0", "planned_values": {"root_module": {}},
        "resource_changes": [], "applyable": true, "complete": true, "errored": false,
    });
    for (name, value) in members.as_object().unwrap() {
        plan[name] = value.clone();
    }
    plan
}

fn deferred() -> Value {
    json!([{
        "reason": "resource_config_unknown",
        "resource_change": {
            "address": "aws_db_instance.main", "mode": "managed", "type": "aws_db_instance", "name": "main",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {
                "actions": ["delete", "create"], "before": {"identifier": "a"}, "after": {"identifier": "b"},
                "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}, "replace_paths": [["identifier"]],
            },
        },
    }])
}

fn invocation() -> Value {
    json!({
        "address": "action.aws_lambda_invoke.warm", "type": "aws_lambda_invoke", "name": "warm",
        "config_values": {"function_name": "api", "payload": "hunter2"},
        "config_sensitive": {"payload": true}, "config_unknown": {},
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "lifecycle_action_trigger": {
            "triggering_resource_address": "aws_lambda_function.api", "action_trigger_event": "AfterUpdate",
            "action_trigger_block_index": 0, "actions_list_index": 0, "on_failure": "Halt",
        },
    })
}

/// An action with a known effect.
fn harmless() -> Value {
    let mut harmless = invocation();
    harmless["address"] = "action.aws_cloudfront_create_invalidation.all".into();
    harmless["type"] = "aws_cloudfront_create_invalidation".into();
    harmless
}

fn written(plan: &Value) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("plan.json"), plan.to_string()).unwrap();
    directory
}

fn review(directory: &Path, args: &[&str]) -> String {
    Iac::new(&[&["review", "plan.json"], args].concat()).directory(directory).run()
}

/// Returns stdout if the command ends as expected.
fn stdout(directory: &Path, args: &[&str]) -> String {
    let seen = review(directory, args);
    let seen = seen.strip_prefix("exit: 0\n").unwrap_or_else(|| panic!("{args:?}: {seen}"));
    let out = seen.strip_prefix("stdout:\n").unwrap_or(seen);
    out.split("\nstderr:\n").next().unwrap().to_owned()
}

/// Writes a plan as JSON and validates it against the schema.
fn json_of(directory: &Path) -> Value {
    let document: Value = serde_json::from_str(&stdout(directory, &["--json"])).unwrap();
    check(&documented("plan.schema.json"), &document);
    document
}

#[test]
fn partial_plan_closes_every_gate_and_has_a_digest_of_its_own() {
    let cases = [
        ("whole", json!({}), 0),
        ("failed", json!({"errored": true, "complete": false, "applyable": false}), 3),
        ("incomplete", json!({"complete": false}), 3),
        ("deferred", json!({"complete": false, "deferred_changes": deferred()}), 3),
        ("deferred, though complete", json!({"deferred_changes": deferred()}), 3),
        (
            "deferred action",
            json!({"complete": false, "deferred_action_invocations": [{"reason": "deferred_prereq", "action_invocation": invocation()}]}),
            3,
        ),
        ("action", json!({"action_invocations": [invocation()]}), 0),
        ("harmless action", json!({"action_invocations": [harmless()]}), 0),
    ];
    let mut digests = std::collections::BTreeMap::new();
    for (name, members, code) in cases {
        let directory = written(&plan(&members));
        for gate in ["destructive", "broadening", "error", "warn"] {
            let seen = review(directory.path(), &["--fail-on", gate, "--out", "x"]);
            // An action may destroy anything.
            let code = if name == "action" && gate == "destructive" { 3 } else { code };
            assert!(seen.starts_with(&format!("exit: {code}")), "{name}, {gate}: {seen}");
            // Deferred changes count for gates even with `--allow incomplete`.
            let seen =
                review(directory.path(), &["--fail-on", gate, "--allow", "incomplete,actions", "--out", "x"]);
            let has_danger = name.starts_with("deferred") && name != "deferred action";
            let is_closed = name == "failed" || (has_danger && gate != "broadening");
            assert_eq!(seen.starts_with("exit: 3"), is_closed, "{name}, {gate}: {seen}");
        }
        let digest = stdout(directory.path(), &["--digest"]);
        let other = digests.insert(digest, name);
        assert_eq!(other, None, "{name}");
        let text = stdout(directory.path(), &[]);
        assert_eq!(text.contains("No changes."), name == "whole", "{name}: {text}");
        let markdown = stdout(directory.path(), &["--format", "markdown"]);
        assert_eq!(markdown.contains("no changes"), name == "whole", "{name}: {markdown}");
    }
}

#[test]
fn partial_plan_is_reported_in_every_format() {
    let of_sarif = |format: &str| if format == "sarif" { "\"results\": []" } else { "" };
    for (members, what) in [
        (json!({"errored": true, "complete": false, "applyable": false}), &["planning failed"][..]),
        (json!({"complete": false}), &["the plan is incomplete"]),
        (
            json!({"complete": false, "deferred_changes": deferred()}),
            &["the plan is incomplete", "aws_db_instance.main is deferred to a later plan"],
        ),
        (
            json!({"action_invocations": [invocation()]}),
            &["aws_lambda_invoke.warm will be invoked: after update of aws_lambda_function.api"],
        ),
    ] {
        let directory = written(&plan(&members));
        for format in FORMATS {
            let seen = stdout(directory.path(), &["--format", format]);
            // Lines are not wrapped; Markdown escapes special characters.
            let plain = seen.replace('\\', "");
            for what in what {
                let is_data = format == "json" && what.contains("invoked");
                let expected = if is_data { "action_invocations" } else { what };
                assert!(plain.contains(expected), "{format} has no {expected}: {seen}");
            }
            assert!(of_sarif(format).is_empty() || !seen.contains(of_sarif(format)), "{seen}");
            assert!(!seen.contains("hunter2"), "{format}: {seen}");
        }
    }
}

#[test]
fn what_is_read_of_a_partial_plan_is_written_back() {
    let members = json!({
        "errored": true, "complete": false, "applyable": false,
        "deferred_changes": deferred(),
        "action_invocations": [invocation(), {"address": "action.aws_sns_publish.a", "type": "aws_sns_publish", "name": "a", "invoke_action_trigger": {}}],
        "deferred_action_invocations": [{"reason": "deferred_prereq", "action_invocation": invocation()}],
    });
    let directory = written(&plan(&members));
    let document = json_of(directory.path());
    let mut expected = plan(&members);
    for pointer in ["/action_invocations/0", "/deferred_action_invocations/0/action_invocation"] {
        expected.pointer_mut(pointer).unwrap()["config_values"]["payload"] = "(sensitive value)".into();
    }
    for (name, _) in members.as_object().unwrap() {
        assert_eq!(document[name], expected[name], "{name}");
    }
    assert_eq!(document["counts"]["defer"], 2);
    assert_eq!(document["counts"]["invoke"], 2);
    assert_eq!((&document["counts"]["add"], &document["counts"]["destroy"]), (&json!(0), &json!(0)));
    let kinds = document["review"]["caveats"].as_array().unwrap().iter().map(|caveat| &caveat["kind"]);
    assert_eq!(kinds.collect::<Vec<_>>(), ["failed", "deferred", "deferred", "action", "action", "action"]);
    // The output is read as the same plan.
    let again = written(&document);
    let (digest, same) = (stdout(directory.path(), &["--digest"]), stdout(again.path(), &["--digest"]));
    assert_eq!(digest, same);
}

#[test]
fn deferred_change_is_shown_with_its_reason() {
    let directory = written(&plan(&json!({"complete": false, "deferred_changes": deferred()})));
    assert_snapshot!(review(directory.path(), &["--fail-on", "destructive"]), @r#"
    exit: 3
    stdout:
    Incomplete plan:
      the plan is incomplete: it was limited with `-target` or `-exclude`, or changes are deferred; apply it and plan again
      the change of aws_db_instance.main is deferred to a later plan, because its configuration is unknown until apply

    Dangerous changes:
      Data loss: aws_db_instance.main: deletes the database, permanently without a final snapshot

      # aws_db_instance.main must be replaced
      # deletes the database, permanently without a final snapshot
      # deferred to a later plan, because its configuration is unknown until apply
    -/+ resource "aws_db_instance" "main" {
          ~ identifier = "a" -> "b" # forces replacement
        }

    Effects: c4d265c50395fd7c13067acc3eca664abd7d38b5
    Dangers: data loss (1).
    Plan: 0 to add, 0 to change, 0 to destroy, 1 deferred. The plan is incomplete.

    stderr:
          Failed on incomplete plans: 1
          Failed on deferred changes: 1
          Failed on destructive changes: 1
    "#);
    let directory = written(&plan(&json!({"action_invocations": [invocation()]})));
    assert_snapshot!(review(directory.path(), &[]), @r#"
    exit: 0
    stdout:
    Dangerous changes:
      Unknown effect: action.aws_lambda_invoke.warm: the plan does not show what the action does

      # action.aws_lambda_invoke.warm will be invoked: after update of aws_lambda_function.api (on failure: halt)
        config {
          + function_name = "api"
          + payload       = (sensitive value)
        }

    Effects: 56da7cc9b0057a292ad1999cffc12694843fd49e
    Plan: 0 to add, 0 to change, 0 to destroy, 1 to invoke.
    "#);
    let stop = json!({"address": "action.aws_ec2_stop_instance.db", "type": "aws_ec2_stop_instance", "name": "db", "invoke_action_trigger": {}});
    let directory = written(&plan(&json!({"action_invocations": [harmless(), stop]})));
    assert_snapshot!(review(directory.path(), &["--fail-on", "destructive"]), @r#"
    exit: 0
    stdout:
    Dangerous changes:
      Interruption: action.aws_ec2_stop_instance.db: interrupts workloads on the instance

      # action.aws_cloudfront_create_invalidation.all will be invoked: after update of aws_lambda_function.api (on failure: halt)
        config {
          + function_name = "api"
          + payload       = (sensitive value)
        }

      # action.aws_ec2_stop_instance.db will be invoked, requested with `-invoke`

    Effects: 975e479ab9f01ae95f9472c41941fa9467474e65
    Plan: 0 to add, 0 to change, 0 to destroy, 2 to invoke.
    "#);
    let directory = written(&plan(&json!({"errored": true, "complete": false})));
    assert_snapshot!(review(directory.path(), &["--fail-on", "error"]), @"
    exit: 3
    stdout:
    Incomplete plan:
      planning failed: the plan ends at the error and cannot be applied

    Effects: b5789a98e8aae308fa3f7217decbc3dea7ce9291
    Plan: 0 to add, 0 to change, 0 to destroy. Planning failed; the plan is incomplete.

    stderr:
          Failed on failed plans: 1
    ");
}

#[test]
fn diff_names_what_differs_beside_resources() {
    let directory = written(&plan(&json!({})));
    let diff = |members: &Value, args: &[&str]| {
        fs::write(directory.path().join("new.json"), plan(members).to_string()).unwrap();
        Iac::new(&[&["diff", "plan.json", "new.json"], args].concat()).directory(directory.path()).run()
    };
    let all =
        json!({"complete": false, "deferred_changes": deferred(), "action_invocations": [invocation()]});
    assert_snapshot!(diff(&all, &[]), @"
    exit: 0
    stdout:
      + aws_db_instance.main: defer

    Effects: b0b9f07f258a50fb464daad3df654fe8c5e0608d -> 43de352a434ccf7c18f9bad114a5758d22472e48
    Also different: actions to invoke, completeness.
    ");
    assert_snapshot!(diff(&json!({"errored": true}), &["--detailed-exitcode"]), @"
    exit: 2
    stdout:
    Effects: b0b9f07f258a50fb464daad3df654fe8c5e0608d -> 439554bd967af2601ef5b593a06e234bffb8777c
    The plans differ only in: completeness.
    ");
    let seen = diff(&all, &["--json"]);
    let document: Value = serde_json::from_str(seen.strip_prefix("exit: 0\nstdout:\n").unwrap()).unwrap();
    check(&documented("diff.schema.json"), &document);
    assert_eq!(document["others"], json!(["actions to invoke", "completeness"]));
}

#[test]
fn other_documents_are_refused_with_what_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let refused = |text: &str| {
        fs::write(directory.path().join("plan.json"), text).unwrap();
        review(directory.path(), &["--fail-on", "destructive"])
    };
    let state = r#"{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {}}}"#;
    assert_snapshot!(refused(state), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: this is a state, as printed by `terraform show -json` without a plan file
    hint: save a plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`
    ");
    let file = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}"#;
    assert_snapshot!(refused(file), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: this is a Terraform state file
    hint: save a plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`
    ");
    let log = "{\"@level\": \"info\", \"@message\": \"Terraform 1.11.4\"}\n{\"@level\": \"info\"}\n";
    assert_snapshot!(refused(log), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: this is the log of `terraform plan -json`
    hint: `terraform plan -json` prints a log; save the plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`
    ");
    assert_snapshot!(refused(r#"{"format_version": "1.0", "provider_schemas": {}}"#), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: this is the output of `terraform providers schema -json`
    hint: save a plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`
    ");
    assert_snapshot!(refused(r#"{"format_version": "1.0", "valid": true, "diagnostics": []}"#), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: this is the output of `terraform validate -json`
    hint: save a plan with `terraform plan -out=FILE`, then print it with `terraform show -json FILE`
    ");
    assert_snapshot!(refused(r#"{"format_version": "1.0", "stacks": []}"#), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: this is a list of plans of several stacks
    hint: write one plan per stack: `iac plan --stack NAME --json`
    ");
    assert_snapshot!(refused(r#"{"format_version": "1.2"}"#), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: `resource_changes` and `planned_values` are missing
    hint: print a saved plan as JSON with `terraform show -json FILE`
    ");
    assert_snapshot!(refused(r#"{"format_version": "1.2", "resource_changes": [], "resource_changes": []}"#), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: invalid JSON: duplicate member `resource_changes` at line 1 column 68
    hint: print a saved plan as JSON with `terraform show -json FILE`
    ");
}
