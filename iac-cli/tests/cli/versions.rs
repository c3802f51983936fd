//! Which version of the provider's knowledge answers.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::Iac;

const CONFIG: &str = "\
provider \"aws\" {
  region = \"eu-west-1\"
}

resource \"aws_sqs_queue\" \"a\" {
  name = \"a\"
}
";

/// A directory with a version constraint and a lock file.
fn directory(constraint: Option<&str>, locked: Option<&str>, config: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(directory.path().join(name), text).unwrap();
    write("main.tf", config.to_owned());
    if let Some(version) = constraint {
        let aws = format!("aws = {{ source = \"hashicorp/aws\", version = \"{version}\" }}");
        write("versions.tf", format!("terraform {{\n  required_providers {{\n    {aws}\n  }}\n}}\n"));
    }
    if let Some(version) = locked {
        let provider = "provider \"registry.terraform.io/hashicorp/aws\"";
        write(".terraform.lock.hcl", format!("{provider} {{\n  version = \"{version}\"\n}}\n"));
    }
    directory
}

fn state(version: u64, attributes: &str) -> String {
    format!(
        r#"{{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{{}},"resources":[{{
        "mode":"managed","type":"aws_instance","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
        "instances":[{{"schema_version":{version},"attributes":{attributes}}}]}}]}}"#
    )
}

fn plan(directory: &TempDir, args: &[&str]) -> String {
    Iac::new(&[&["plan", "--config", "."], args].concat()).directory(directory.path()).run()
}

fn knowledge(directory: &TempDir) -> Value {
    let out = directory.path().join("plan.json");
    plan(directory, &["--no-state", "--json", "--out", out.to_str().unwrap()]);
    let plan: Value = serde_json::from_str(&fs::read_to_string(out).unwrap()).unwrap();
    plan["provider_knowledge"][0].clone()
}

#[test]
fn constraint_or_lock_file_selects_the_version() {
    for (constraint, locked, version, remark) in [
        (Some("~> 5.0"), None, "5.100.0", None),
        (Some(">= 5.0"), Some("5.100.0"), "5.100.0", None),
        (Some("~> 6.0"), None, "6.58.0", None),
        (None, None, "6.58.0", None),
        (
            Some(">= 6.60"),
            None,
            "6.58.0",
            Some("the configuration requires hashicorp/aws >= 6.60; this build knows 6.58.0 and 5.100.0"),
        ),
        (
            None,
            Some("6.20.0"),
            "6.58.0",
            Some("hashicorp/aws 6.20.0 is locked; this build knows 6.58.0 and 5.100.0"),
        ),
    ] {
        let found = knowledge(&directory(constraint, locked, CONFIG));
        assert_eq!(found["version"], version, "{constraint:?} {locked:?}");
        assert_eq!(found["remark"].as_str(), remark, "{constraint:?} {locked:?}");
    }
}

#[test]
fn report_says_that_the_version_is_another_one() {
    let shown = plan(&directory(Some(">= 6.60"), None, CONFIG), &["--no-state"]);
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = "Provider: the configuration requires hashicorp/aws >= 6.60; this build knows 6.58.0 and 5.100.0; planned as 6.58.0";
    assert!(flat.contains(line), "{shown}");
    let shown = plan(&directory(Some("~> 6.0"), None, CONFIG), &["--no-state"]);
    assert!(!shown.contains("Provider:") && shown.contains("+ region"), "{shown}");
}

#[test]
fn state_of_version_5_is_unchanged_in_version_6() {
    let config = CONFIG
        .replace("aws_sqs_queue", "aws_instance")
        .replace("name = \"a\"", "ami = \"ami-1\"\n  instance_type = \"t3.micro\"");
    let attributes = r#"{"id":"i-1","ami":"ami-1","instance_type":"t3.micro","cpu_core_count":2,"cpu_threads_per_core":1,"cpu_options":[],"get_password_data":false,"source_dest_check":true,"user_data_replace_on_change":false}"#;
    let directory = directory(Some("~> 6.0"), None, &config);
    fs::write(directory.path().join("terraform.tfstate"), state(1, attributes)).unwrap();
    let shown = plan(&directory, &[]);
    assert!(shown.contains("No changes."), "{shown}");
}

#[test]
fn state_of_version_6_cannot_be_planned_as_version_5() {
    let config = CONFIG
        .replace("aws_sqs_queue", "aws_instance")
        .replace("name = \"a\"", "ami = \"ami-1\"\n  instance_type = \"t3.micro\"");
    let directory = directory(Some(">= 5.0"), Some("5.100.0"), &config);
    let attributes = r#"{"id":"i-1","ami":"ami-1","region":"eu-west-1"}"#;
    fs::write(directory.path().join("terraform.tfstate"), state(2, attributes)).unwrap();
    let shown = plan(&directory, &[]);
    assert!(shown.starts_with("exit: 1\n"), "{shown}");
    assert!(shown.contains("managed by newer provider version"), "{shown}");
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("the state was written by hashicorp/aws 6.0 or later, but 5.100.0 is locked"),
        "{shown}"
    );
}

#[test]
fn unrecorded_upgrade_of_a_state_is_undecided() {
    let config =
        "resource \"aws_sagemaker_image_version\" \"a\" {\n  image_name = \"a\"\n  base_image = \"b\"\n}\n";
    let directory = directory(Some("~> 6.0"), None, config);
    let attributes = r#"{"id":"a","image_name":"a","base_image":"b","version":1}"#;
    let text = state(0, attributes).replace("aws_instance", "aws_sagemaker_image_version");
    fs::write(directory.path().join("terraform.tfstate"), text).unwrap();
    let shown = plan(&directory, &[]);
    assert!(shown.contains("the state has schema version 0"), "{shown}");
    assert!(!shown.contains("No changes."), "{shown}");
}

#[test]
fn type_that_the_version_lacks_is_refused() {
    let config = "resource \"aws_simpledb_domain\" \"a\" {\n  name = \"a\"\n}\n";
    let shown = plan(&directory(Some("~> 6.0"), None, config), &["--no-state"]);
    assert!(shown.starts_with("exit: 1\n"), "{shown}");
    assert!(
        shown.contains("hashicorp/aws 6.58.0 does not have `aws_simpledb_domain`, which 5.100.0 has."),
        "{shown}"
    );
    let shown = plan(&directory(Some("~> 5.0"), None, config), &["--no-state"]);
    assert!(shown.starts_with("exit: 0\n"), "{shown}");
}
