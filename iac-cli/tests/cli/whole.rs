//! `iac review` of a plan with every member of Terraform's format. Invariant 12: nothing is dropped.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use crate::process::{Iac, fixture};
use crate::schema_check::{check, documented};

const FORMATS: [&str; 7] = ["text", "markdown", "json", "html", "sarif", "junit", "github"];

fn plan() -> Value {
    serde_json::from_str(&fs::read_to_string(fixture("whole-plan.json")).unwrap()).unwrap()
}

fn review(plan: &Path, args: &[&str]) -> String {
    Iac::new(&[&["review", plan.to_str().unwrap()], args].concat()).hide(plan, "PLAN").run()
}

fn reviewed(plan: &Value, args: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("plan.json");
    fs::write(&file, plan.to_string()).unwrap();
    review(&file, args)
}

fn json(seen: &str) -> Value {
    serde_json::from_str(seen.strip_prefix("exit: 0\nstdout:\n").unwrap_or_else(|| panic!("{seen}"))).unwrap()
}

/// Returns every path of a document whose value is not a collection.
fn leaves(value: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, member)| leaves(member, &format!("{at}/{name}"), found));
        }
        Value::Array(elements) if !elements.is_empty() => {
            elements
                .iter()
                .enumerate()
                .for_each(|(index, each)| leaves(each, &format!("{at}/{index}"), found));
        }
        other => found.push((at.to_owned(), other.clone())),
    }
}

#[test]
fn plan_is_written_back_unchanged_but_for_secrets() {
    let seen = review(&fixture("whole-plan.json"), &["--json"]);
    let written = json(&seen);
    check(&documented("plan.schema.json"), &written);
    let mut expected = Vec::new();
    leaves(&plan(), "", &mut expected);
    let mut redacted = BTreeSet::new();
    for (place, value) in expected {
        let Some(found) = written.pointer(&place) else { panic!("{place} is lost") };
        if *found == value || (value == serde_json::json!({}) && place.contains("sensitive")) {
            continue;
        }
        assert!(found.as_str().is_some_and(|text| text.starts_with("(sensitive value")), "{place}: {found}");
        redacted.insert(format!("{place}: {}", value.as_str().unwrap()));
    }
    assert!(!seen.contains("hunter2"), "{seen}");
    // Only secrets are replaced, and variables, because a plan does not tell which of them are sensitive.
    let others: Vec<_> = redacted.iter().filter(|place| !place.contains("hunter2")).collect();
    assert_eq!(others, ["/variables/region/value: eu-central-1"]);
    // Redacted values are marked as Terraform marks them.
    assert_eq!(written["resource_changes"][0]["change"]["after_sensitive"]["tags"]["DB_PASSWORD"], true);
    assert_eq!(
        written["planned_values"]["root_module"]["resources"][0]["sensitive_values"]["tags"]["DB_PASSWORD"],
        true
    );
    // The output is the same plan.
    let again = reviewed(&written, &["--json"]);
    assert_eq!(json(&again), written);
}

#[test]
fn whole_plan_as_text() {
    assert_snapshot!(review(&fixture("whole-plan.json"), &[]), @r#"
    exit: 0
    stdout:
    Incomplete plan:
      the plan is incomplete: it was limited with `-target` or `-exclude`, or changes are deferred; apply it and plan again
      the change of module.db.aws_instance.web[*] is deferred to a later plan, because `count` or `for_each` is unknown until apply
      the action action.aws_sns_publish.done is deferred to a later plan, because a resource that it depends on is deferred

    Dangerous changes:
      Destroyed: aws_instance.old (deposed object)
      Interruption: module.db.aws_db_instance.main["eu"]: moves users to a new object; the old one is left, unmanaged
      Unknown effect: action.aws_lambda_invoke.warm: the plan does not show what the action does
      Unknown effect: action.aws_sns_publish.done: the plan does not show what the action does

    Newly public or privileged:
      Instance has an EBS volume without encryption (ec2-disks-encrypted, CKV_AWS_8, AVD-AWS-0131, AVD-AWS-0008)
          module.db.aws_instance.web[*].root_block_device.encrypted

      # aws_instance.old (deposed object 12ab34cd) will be destroyed
      - resource "aws_instance" "old" {
          - ami = "ami-1"
        }

      # module.db.aws_db_instance.main["eu"] must be replaced; the old object will no longer be managed, but will not be destroyed
      # moves users to a new object; the old one is left, unmanaged
    +/. resource "aws_db_instance" "main" {
          ~ password     = (sensitive value)
          ~ storage_type = (sensitive value) # forces replacement
            # known after apply: arn
            # (1 unchanged attribute hidden)
        }

      # aws_sqs_queue.jobs will be updated in-place
      # moved from aws_sqs_queue.old
      # its identity changes: { "url" = "https://sqs/jobs" } -> { "url" = "https://sqs/jobs-new" }
      ~ resource "aws_sqs_queue" "jobs" {
          ~ name = "jobs" -> "jobs-new"
          ~ tags = {
              ~ "DB_PASSWORD" = (sensitive value)
                # (1 unchanged element hidden)
            }
        }

      # module.db.aws_instance.web[*] will be created
      # deferred to a later plan, because `count` or `for_each` is unknown until apply
      # imported from (known after apply)
      + resource "aws_instance" "web" {
          + ami = "ami-2"
            # known after apply: id
        }

      # aws_sqs_queue.imported will be imported from account_id=123456789012, url=https://sqs/imported
      # its configuration is generated

    Changes to outputs:
      ~ key = (sensitive value)
      + url = "https://example.com"

      # action.aws_lambda_invoke.warm will be invoked: after update of aws_sqs_queue.jobs (on failure: continue)
        config {
          + function_name = "api"
          + payload       = (sensitive value)
          + qualifier     = (known after apply)
        }

      # action.aws_sns_publish.done is deferred to a later plan, because a resource that it depends on is deferred, requested with `-invoke` for aws_sqs_queue.jobs

    Changed outside of Terraform:

      # aws_sqs_queue.other has changed
      ~ resource "aws_sqs_queue" "other" {
            name   = "other"
          ~ policy = "a" -> "b"
        }

    1 resource changed outside of Terraform, without effect on this plan: aws_sqs_queue.third

    Policy violations:
      Instance metadata service accepts requests without a session token (IMDSv1) (ec2-imdsv2, CKV_AWS_79, AVD-AWS-0130, AVD-AWS-0028)
          module.db.aws_instance.web[*].metadata_options.http_tokens

    1 policy warning; run `iac check` for details.

    Failed checks:
      check.site: The site is down.

    Checks unknown until apply:
      module.db.aws_db_instance.main["eu"]
      var.region

    Effects: ab2cc794915b38b68bfa7cb20e6c7625c2b8450d
    Dangers: destroyed (1), interruption (1), newly public or privileged (1).
    Plan: 1 to import, 1 to add, 1 to change, 1 to destroy, 1 to forget, 1 to move, 1 to invoke, 2 deferred. The plan is incomplete.
    "#);
}

#[test]
fn every_part_of_the_plan_is_in_every_report() {
    let plain = |format: &str| review(&fixture("whole-plan.json"), &["--format", format]).replace('\\', "");
    for format in ["text", "markdown", "html"] {
        let seen = plain(format);
        for what in [
            "aws_sqs_queue.jobs",
            "aws_sqs_queue.old",
            "aws_sqs_queue.imported",
            "account_id=123456789012",
            "its configuration is generated",
            "https://sqs/jobs-new",
            "the old object will no longer be managed",
            "12ab34cd",
            "module.db.aws_instance.web[*]",
            "unknown until apply",
            "action.aws_sns_publish.done is deferred",
            "action.aws_lambda_invoke.warm will be invoked",
            "check.site: The site is down.",
            "var.region",
            "aws_sqs_queue.other has changed",
            "aws_sqs_queue.third",
            "the plan is incomplete",
        ] {
            assert!(seen.contains(what), "{format} has no {what}: {seen}");
        }
    }
    for format in FORMATS {
        assert!(!plain(format).contains("hunter2"), "{format}");
    }
}

/// The digest covers every effect: an approval is for the whole plan.
#[test]
fn every_effect_is_in_the_digest() {
    let digest = |plan: &Value| reviewed(plan, &["--digest"]);
    let whole = digest(&plan());
    let mut seen = BTreeSet::from([whole.clone()]);
    let effects = [
        ("/complete", Value::Bool(true)),
        ("/errored", Value::Bool(true)),
        ("/resource_changes/0/previous_address", "aws_sqs_queue.older".into()),
        ("/resource_changes/0/change/after/name", "jobs-other".into()),
        ("/resource_changes/0/change/after_identity/url", "https://sqs/jobs-other".into()),
        ("/resource_changes/1/change/importing/identity/account_id", "210987654321".into()),
        ("/resource_changes/2/change/actions/1", "delete".into()),
        ("/resource_changes/3/deposed", "00ab34cd".into()),
        ("/deferred_changes/0/reason", "provider_config_unknown".into()),
        ("/deferred_changes/0/resource_change/change/after/ami", "ami-3".into()),
        ("/deferred_action_invocations/0/reason", "absent_prereq".into()),
        ("/output_changes/url/after", "https://example.org".into()),
        ("/action_invocations/0/config_values/function_name", "other".into()),
        ("/action_invocations/0/lifecycle_action_trigger/action_trigger_event", "BeforeUpdate".into()),
        ("/action_invocations/0/lifecycle_action_trigger/on_failure", "Halt".into()),
    ];
    for (place, value) in effects {
        let mut plan = plan();
        *plan.pointer_mut(place).unwrap() = value;
        assert!(seen.insert(digest(&plan)), "{place}");
    }
    // Content without effect is not part of the digest.
    for (place, value) in [
        ("/timestamp", Value::from("2026-01-02T00:00:00Z")),
        ("/checks/0/status", "pass".into()),
        ("/resource_drift/0/change/after/policy", "c".into()),
        ("/variables/region/value", "eu-west-1".into()),
    ] {
        let mut plan = plan();
        *plan.pointer_mut(place).unwrap() = value;
        assert_eq!(digest(&plan), whole, "{place}");
    }
}

#[test]
fn unknown_content_is_reported_in_every_format() {
    let mut plan = plan();
    plan["complete"] = true.into();
    plan["future_changes"] = serde_json::json!([{"password": "AKIAIOSFODNN7EXAMPLE"}]);
    plan["resource_changes"][0]["change"]["novel"] = 1.into();
    plan["resource_changes"][2]["action_reason"] = "replace_because_of_the_moon".into();
    plan["checks"][0]["address"]["kind"] = "moon".into();
    plan["format_version"] = "1.9".into();
    for format in FORMATS {
        let seen = reviewed(&plan, &["--format", format]).replace('\\', "");
        for what in ["`future_changes`", "`novel`", "`replace_because_of_the_moon`", "`moon`", "1.9"] {
            let what = if format == "html" { what.replace('`', "") } else { what.to_owned() };
            assert!(seen.contains(&what), "{format} has no {what}: {seen}");
        }
        assert!(!seen.contains("AKIA"), "{format}");
    }
    let written = json(&reviewed(&plan, &["--json"]));
    assert_eq!(written["resource_changes"][0]["change"]["novel"], 1);
    assert_eq!(written["future_changes"][0]["password"], "(sensitive value)");
    // An incomplete plan without changes does not prove that nothing changes.
    let unknown = serde_json::json!({"format_version": "1.2", "planned_values": {}, "future_changes": []});
    assert_snapshot!(reviewed(&unknown, &["--fail-on", "destructive"]), @"
    exit: 0
    stdout:
    Unrecognized content:
      the plan file has content that was ignored: unknown member `future_changes`

    Effects: b0b9f07f258a50fb464daad3df654fe8c5e0608d
    Plan: 0 to add, 0 to change, 0 to destroy.
    ");
}

#[test]
fn plan_is_read_whatever_shell_wrote_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("plan.json");
    let seen = |bytes: &[u8], args: &[&str]| {
        fs::write(&file, bytes).unwrap();
        review(&file, args)
    };
    let text = plan().to_string();
    let plain = seen(text.as_bytes(), &[]);
    let units: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(seen(&units, &[]), plain);
    assert_eq!(seen(format!("\u{feff}{text}\r\n").as_bytes(), &[]), plain);
    let wrapped =
        format!("[command]/opt/terraform-bin show -json plan.bin\n{text}\n::debug::exited with code 0.\n");
    let seen_wrapped = seen(wrapped.as_bytes(), &[]);
    assert!(seen_wrapped.contains("2 lines around the plan"), "{seen_wrapped}");
    assert!(json(&seen(wrapped.as_bytes(), &["--json"])).get("review").is_some());
    assert_snapshot!(seen(b"", &[]), @"
    exit: 1
    stderr:
    error: cannot read `PLAN` as a plan: the document is empty
    hint: print a saved plan as JSON with `terraform show -json FILE`
    ");
    assert_snapshot!(seen(b"PK\x03\x04\0\0\xff", &[]), @"
    exit: 1
    stderr:
    error: cannot read `PLAN` as a plan: this is a saved plan file, not JSON
    hint: print a saved plan as JSON with `terraform show -json FILE`
    ");
    assert_snapshot!(seen(b"{\"format_version\": \"\xff\"}", &[]), @"
    exit: 1
    stderr:
    error: cannot read `PLAN` as a plan: the text is neither UTF-8 nor UTF-16
    hint: print a saved plan as JSON with `terraform show -json FILE`
    ");
}
