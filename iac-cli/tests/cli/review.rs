//! `iac check`, `iac review` and `iac diff`

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::process::{Iac, fixture};
use crate::schema_check::{check, documented};

const EMPTY: &str = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}"#;

const OPEN: &str = r#"resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = "sg-0123456789abcdef0"
  description       = "Administrators"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_sqs_queue" "jobs" {
  # iac:waive=sqs-tls-only: inside the network only
  # iac:waive=sqs-dead-letters until=2024-01-31: until the worker is there
  name                    = "jobs"
  sqs_managed_sse_enabled = true
}
"#;

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn iac(directory: &Path, args: &[&str]) -> String {
    Iac::new(args).directory(directory).hide(directory, "DIR").run()
}

#[test]
fn check_reports_policy_findings() {
    let directory = directory(&[("main.tf", OPEN)]);
    assert_snapshot!(iac(directory.path(), &["check", "--config", "."]), @"
    exit: 3
    stdout:
    error[security-group-no-ssh]: Security group allows SSH (port 22) from 0.0.0.0/0 or ::/0
      aws_vpc_security_group_ingress_rule.ssh at main.tf:1:1 (new)
      Anyone on the internet can try passwords and exploits on port 22. Restrict the source to the networks of the administrators, or use Session Manager.
      also known as CKV_AWS_24, AVD-AWS-0107

    warning[sqs-dead-letters]: SQS queue has no dead-letter queue
      aws_sqs_queue.jobs.redrive_policy at main.tf:10:1 (new)
      A message that cannot be processed is retried until it expires, and delays the others. Set `redrive_policy`.
      also known as AwsSolutions-SQS3

    expired: waiver of sqs-dead-letters for aws_sqs_queue.jobs ended on 2024-01-31

    1 error, 1 warning, 1 waived. 15 rule evaluations.

    stderr:
          Failed on policy errors: 1
    ");
}

#[test]
fn baseline_suppresses_recorded_findings() {
    let directory = directory(&[("main.tf", OPEN)]);
    let directory = directory.path();
    assert_snapshot!(iac(directory, &["check", "--config", ".", "--write-baseline", "baseline.json"]), @"
    exit: 0
    stderr:
           Wrote 2 findings to baseline.json
    ");
    assert_snapshot!(fs::read_to_string(directory.join("baseline.json")).unwrap(), @r#"
    {
      "format_version": "1.0",
      "findings": [
        {"file": "main.tf", "address": "aws_sqs_queue.jobs", "rule": "sqs-dead-letters"},
        {"file": "main.tf", "address": "aws_vpc_security_group_ingress_rule.ssh", "rule": "security-group-no-ssh"}
      ]
    }
    "#);
    assert_snapshot!(iac(directory, &["check", "--config", ".", "--baseline", "baseline.json"]), @"
    exit: 0
    stdout:
    expired: waiver of sqs-dead-letters for aws_sqs_queue.jobs ended on 2024-01-31

    0 errors, 0 warnings, 1 waived, 2 in the baseline. 15 rule evaluations.
    ");
    fs::write(directory.join("baseline.json"), "{}").unwrap();
    assert_snapshot!(iac(directory, &["check", "--config", ".", "--baseline", "baseline.json"]), @"
    exit: 1
    stderr:
    error: cannot parse baseline `baseline.json`: the file is not a baseline of format version 1
    hint: create a baseline with `iac check --write-baseline FILE`
    ");
}

#[test]
fn rules_are_selected_by_any_of_their_names() {
    let directory = directory(&[("main.tf", OPEN)]);
    let rules = ["--disable", "CKV_AWS_24,sqs-dead-letters"];
    assert_snapshot!(iac(directory.path(), &[&["check", "--config", "."], &rules[..]].concat()), @"
    exit: 0
    stdout:
    warning[exposure-network]: Port is opened to the internet: port 22 (SSH)
      aws_vpc_security_group_ingress_rule.ssh at main.tf:1:1 (new)
      Services other than HTTP are attacked within minutes of being reachable. Allow specific networks or security groups only.

    expired: waiver of sqs-dead-letters for aws_sqs_queue.jobs ended on 2024-01-31

    0 errors, 1 warning, 1 waived. 13 rule evaluations.
    ");
    assert_snapshot!(iac(directory.path(), &["check", "--config", ".", "--enable", "s3-replicate"]), @"
    exit: 1
    stderr:
    error: unknown rule `s3-replicate`
    hint: did you mean `s3-replicated`?
    ");
}

#[test]
fn fail_on_selects_the_gates() {
    let directory = directory(&[("main.tf", OPEN), ("state.json", EMPTY)]);
    let plan = |gate: &str| {
        let args = ["plan", "--config", ".", "--state", "state.json", "--out", "plan.txt", "--fail-on", gate];
        iac(directory.path(), &args)
    };
    assert_snapshot!(plan("destructive"), @"exit: 0");
    assert_snapshot!(plan("broadening,warn"), @"
    exit: 3
    stderr:
          Failed on newly public or privileged resources: 1
          Failed on policy errors and warnings: 2
    ");
    assert_snapshot!(iac(directory.path(), &["check", "--config", ".", "--fail-on", "destructive", "--quiet", "--out", "x"]), @"exit: 0");
}

#[test]
fn expected_digest_must_match_the_effects() {
    let directory = directory(&[("main.tf", OPEN), ("state.json", EMPTY)]);
    let directory = directory.path();
    let plan = |out: &str| {
        let seen =
            iac(directory, &["plan", "--config", ".", "--state", "state.json", "--json", "--out", out]);
        assert_eq!(seen, "exit: 0");
    };
    plan("approved.json");
    let digest = iac(directory, &["review", "approved.json", "--digest"]);
    let digest = digest.strip_prefix("exit: 0\nstdout:\n").unwrap();
    let same = iac(directory, &["review", "approved.json", "--digest", "--expect", digest]);
    assert!(same.starts_with("exit: 0\n"), "{same}");
    assert_snapshot!(iac(directory, &["diff", "approved.json", "approved.json"]), @"
    exit: 0
    stdout:
    The plans have the same effects.
    ");

    // Another line is not another effect; another port is.
    fs::write(directory.join("main.tf"), format!("# A remark\n{OPEN}").replace("= 22", "= 2222")).unwrap();
    plan("plan.json");
    let other = iac(directory, &["review", "plan.json", "--digest", "--expect", digest]);
    assert!(
        other.starts_with("exit: 4\n") && other.contains("Failed on effects digest: expected "),
        "{other}"
    );
    let diff = iac(directory, &["diff", "approved.json", "plan.json", "--detailed-exitcode"]);
    assert!(diff.starts_with("exit: 2\n"), "{diff}");
    assert!(
        diff.contains("  ~ aws_vpc_security_group_ingress_rule.ssh: create, with other values\n"),
        "{diff}"
    );
    let diff = iac(directory, &["diff", "approved.json", "plan.json", "--json"]);
    let diff: serde_json::Value =
        serde_json::from_str(diff.strip_prefix("exit: 0\nstdout:\n").unwrap()).unwrap();
    check(&documented("diff.schema.json"), &diff);
    assert_eq!(diff["differences"][0]["address"], "aws_vpc_security_group_ingress_rule.ssh");
    assert_snapshot!(iac(directory, &["review", "plan.json", "--expect", "abc"]), @"
    exit: 1
    stderr:
    error: invalid value 'abc' for '--expect <DIGEST>': `abc` is not a digest of 40 hexadecimal digits

    For more information, try '--help'.
    ");
}

#[test]
fn plan_without_source_locations_is_reviewed() {
    let directory = directory(&[("main.tf", OPEN), ("state.json", EMPTY)]);
    let directory = directory.path();
    let json = iac(directory, &["plan", "--config", ".", "--state", "state.json", "--json"]);
    let mut plan: serde_json::Value =
        serde_json::from_str(json.strip_prefix("exit: 0\nstdout:\n").unwrap()).unwrap();
    // Remove the keys that Terraform does not write.
    for change in plan["resource_changes"].as_array_mut().unwrap() {
        change.as_object_mut().unwrap().remove("source");
    }
    for member in ["review", "effects_digest", "counts"] {
        plan.as_object_mut().unwrap().remove(member);
    }
    fs::write(directory.join("plan.json"), plan.to_string()).unwrap();
    assert_snapshot!(iac(directory, &["review", "plan.json", "--config", "."]), @r#"
    exit: 0
    stdout:
    Newly public or privileged:
      Security group allows SSH (port 22) from 0.0.0.0/0 or ::/0 (security-group-no-ssh, CKV_AWS_24, AVD-AWS-0107)
          aws_vpc_security_group_ingress_rule.ssh at main.tf:1:1

      # aws_sqs_queue.jobs will be created
      # main.tf:10:1
      + resource "aws_sqs_queue" "jobs" {
          + content_based_deduplication       = false
          + delay_seconds                     = 0
          + fifo_queue                        = false
          + kms_data_key_reuse_period_seconds = 0
          + max_message_size                  = 262144
          + message_retention_seconds         = 345600
          + name                              = "jobs"
          + receive_wait_time_seconds         = 0
          + sqs_managed_sse_enabled           = true
          + visibility_timeout_seconds        = 30
            # known after apply: arn, deduplication_scope, fifo_throughput_limit, id, name_prefix, policy,
            #   redrive_allow_policy, redrive_policy, region, tags_all, url
        }

      # aws_vpc_security_group_ingress_rule.ssh will be created
      # allows tcp 22 with 0.0.0.0/0: Administrators
      # main.tf:1:1
      + resource "aws_vpc_security_group_ingress_rule" "ssh" {
          + cidr_ipv4         = "0.0.0.0/0"
          + description       = "Administrators"
          + from_port         = 22
          + ip_protocol       = "tcp"
          + security_group_id = "sg-0123456789abcdef0"
          + tags_all          = {}
          + to_port           = 22
            # known after apply: arn, id, region, security_group_rule_id
        }

    1 policy warning; run `iac check` for details.

    State: state.json (serial 1, lineage x, last modified TIME)
    Effects: 1a23bc2c73d2c96c1829a77a3653e7cf7ab7a998
    Dangers: newly public or privileged (1).
    Plan: 2 to add, 0 to change, 0 to destroy.
    "#);
    assert_snapshot!(iac(directory, &["review", "plan.json", "--format", "github"]), @"
    exit: 0
    stdout:
    ::error title=security-group-no-ssh::aws_vpc_security_group_ingress_rule.ssh: Security group allows SSH (port 22) from 0.0.0.0/0 or ::/0. Restrict the source to the networks of the administrators, or use Session Manager.
    ::warning title=sqs-dead-letters::aws_sqs_queue.jobs: SQS queue has no dead-letter queue. Set `redrive_policy`.
    ::warning title=sqs-tls-only::aws_sqs_queue.jobs: SQS queue allows requests without TLS. Deny `sqs:*` where `aws:SecureTransport` is false, in the queue's policy.
    ");
    fs::write(directory.join("plan.json"), "PK\u{3}\u{4}").unwrap();
    assert_snapshot!(iac(directory, &["review", "plan.json"]), @"
    exit: 1
    stderr:
    error: cannot read `plan.json` as a plan: this is a saved plan file, not JSON
    hint: print a saved plan as JSON with `terraform show -json FILE`
    ");
    assert_snapshot!(iac(directory, &["review", "missing.json"]), @"
    exit: 1
    stderr:
    error: cannot read `missing.json`: No such file or directory (os error 2)
    ");
}

#[test]
fn formats_conform_to_their_schemas() {
    let directory = directory(&[("main.tf", OPEN), ("state.json", EMPTY)]);
    let seen = iac(directory.path(), &["check", "--config", ".", "--json"]);
    let found: serde_json::Value =
        serde_json::from_str(seen.split_once("stdout:\n").unwrap().1.split("\nstderr:").next().unwrap())
            .unwrap();
    let schema = documented("review.schema.json");
    found.as_array().unwrap().iter().for_each(|review| check(&schema, review));
    let seen = iac(directory.path(), &["check", "--config", ".", "--format", "junit", "--out", "x.xml"]);
    assert!(seen.starts_with("exit: 3"), "{seen}");
    assert_snapshot!(fs::read_to_string(directory.path().join("x.xml")).unwrap(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="iac" tests="4" failures="2" errors="0">
      <testsuite name="plan" tests="4" failures="2" errors="0" skipped="1">
        <testcase classname="policies" name="passed rule evaluations: 12"/>
        <testcase classname="security-group-no-ssh" name="security-group-no-ssh aws_vpc_security_group_ingress_rule.ssh" file="main.tf" line="1">
          <failure type="error" message="aws_vpc_security_group_ingress_rule.ssh: Security group allows SSH (port 22) from 0.0.0.0/0 or ::/0. Restrict the source to the networks of the administrators, or use Session Manager."/>
        </testcase>
        <testcase classname="sqs-dead-letters" name="sqs-dead-letters aws_sqs_queue.jobs" file="main.tf" line="10">
          <failure type="warning" message="aws_sqs_queue.jobs: SQS queue has no dead-letter queue. Set `redrive_policy`."/>
        </testcase>
        <testcase classname="sqs-tls-only" name="sqs-tls-only aws_sqs_queue.jobs" file="main.tf" line="10">
          <skipped message="inside the network only"/>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
    let seen = iac(directory.path(), &["check", "--config", ".", "--format", "sarif", "--out", "x.sarif"]);
    assert!(seen.starts_with("exit: 3"), "{seen}");
    let sarif: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(directory.path().join("x.sarif")).unwrap()).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "security-group-no-ssh");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "main.tf");
}

const RENAMED: &str = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": [{
    "mode": "managed", "type": "aws_sqs_queue", "name": "old",
    "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [{"schema_version": 0, "attributes": {
        "id": "https://sqs/jobs", "url": "https://sqs/jobs", "arn": "arn:aws:sqs:us-east-1:123456789012:jobs", "name": "jobs",
        "sqs_managed_sse_enabled": true, "content_based_deduplication": false, "delay_seconds": 0, "fifo_queue": false,
        "kms_data_key_reuse_period_seconds": 0, "max_message_size": 262144, "message_retention_seconds": 345600,
        "receive_wait_time_seconds": 0, "visibility_timeout_seconds": 30}}]}]}"#;

#[test]
fn write_moved_keeps_renamed_resources() {
    let configuration = "resource \"aws_sqs_queue\" \"jobs\" {\n  name                    = \"jobs\"\n  sqs_managed_sse_enabled = true\n}\n";
    let directory = directory(&[("main.tf", configuration), ("state.json", RENAMED)]);
    let directory = directory.path();
    let plan = ["plan", "--config", ".", "--state", "state.json"];
    assert_snapshot!(iac(directory, &[&plan[..], &["--write-moved"]].concat()), @"
    exit: 0
    stderr:
           Wrote 1 `moved` block to ./moved.tf
    ");
    assert_snapshot!(fs::read_to_string(directory.join("moved.tf")).unwrap(), @"
    moved {
      from = aws_sqs_queue.old
      to   = aws_sqs_queue.jobs
    }
    ");
    // Then no rename is left.
    assert_snapshot!(iac(directory, &plan), @"
    exit: 0
    stdout:
      # aws_sqs_queue.jobs has moved from aws_sqs_queue.old
      # main.tf:1:1

    State: state.json (serial 1, lineage x, last modified TIME)
    Effects: 99b1d2904bcae9eca096f62a25df3b20b2a792a0
    Plan: 0 to add, 0 to change, 0 to destroy, 1 to move.
    ");
    assert_snapshot!(iac(directory, &[&plan[..], &["--write-moved"]].concat()), @"
    exit: 0
    stderr:
           Found no likely renames in .
    ");
}

#[test]
fn plan_of_a_synthesized_stack_gets_rust_locations() {
    let planned = fixture("planned");
    let json =
        Iac::new(&["plan", "--synthesized", planned.to_str().unwrap(), "--stack", "network", "--json"]).run();
    let mut plan: serde_json::Value =
        serde_json::from_str(json.strip_prefix("exit: 0\nstdout:\n").unwrap()).unwrap();
    for change in plan["resource_changes"].as_array_mut().unwrap() {
        let change = change.as_object_mut().unwrap();
        change.remove("source");
        change.remove("inner_source");
    }
    let directory = directory(&[("plan.json", &plan.to_string())]);
    let config = planned.join("network");
    let seen = iac(directory.path(), &["review", "plan.json", "--config", config.to_str().unwrap()]);
    assert!(seen.contains("# src/main.rs:15:21, in src/network.rs:7:15\n"), "{seen}");
}
