//! An example is applied to a local AWS API; then our plans of it are Terraform's, without an edit and with edits
//! (invariants 4 and 5).

#![expect(clippy::print_stdout, reason = "what is uncertain is worth a look, and no failure")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use iac_core::config::MemoryFiles;
use iac_tests::moto::Moto;
use iac_tests::random::judge::{Answers, answers};
use iac_tests::random::ours::Ours;
use tempfile::TempDir;

/// The account of the example's environment.
const ACCOUNT: &str = "111111111111";

/// The state is here, and what moto cannot make is left out: the provider crashes at its answer about replicas of tables,
/// waits in vain for the logging of buckets, and finds no settings of accounts.
const OVERRIDE: &str = r#"
terraform {
  backend "local" {}
}

resource "aws_dynamodb_table" "us_progress" {
  dynamic "replica" {
    for_each = []
    content {}
  }
}

resource "aws_ecs_account_setting_default" "us_trunking" {
  count = 0
}

resource "aws_ecs_account_setting_default" "eu_trunking" {
  count = 0
}

resource "aws_s3_bucket_logging" "us_recordings" {
  count = 0
}

resource "aws_s3_bucket_logging" "eu_recordings" {
  count = 0
}
"#;

/// Edits of the configuration: what is replaced by what, everywhere.
const EDITS: &[(&str, &str, &str)] = &[
    ("nothing", "", ""),
    (
        "an argument that is changed in place",
        "visibility_timeout_seconds = 1800",
        "visibility_timeout_seconds = 900",
    ),
    ("an address range, which replaces all that lies in it", "\"10.16.0.0/16\"", "\"10.17.0.0/16\""),
    ("types of instances", "\"c7g.xlarge\"", "\"c7g.2xlarge\""),
    ("tasks of more memory", "= \"1536\"", "= \"2048\""),
    (
        "a port, which replaces target groups",
        "port                          = 8080",
        "port                          = 8081",
    ),
    ("texts", "\"Instances on which recorders run\"", "\"Instances for recorders\""),
    ("how long logs are kept", "retention_in_days = 14", "retention_in_days = 30"),
];

#[test]
fn an_applied_example_is_planned_as_terraform_plans_it() {
    let directory = TempDir::with_prefix("iac-loop-").expect("the temporary directory can be written");
    let directory = directory.path();
    let config = synthesise(directory);
    let moto = Moto::start(ACCOUNT);
    fs::write(directory.join("override.tf"), OVERRIDE).expect("the directory can be written");
    terraform(directory, &moto, &["init", "-input=false"]);
    terraform(directory, &moto, &["apply", "-auto-approve", "-refresh=false", "-parallelism=60"]);
    let state = fs::read(directory.join("terraform.tfstate")).expect("it was applied");

    let planners = [("table", Ours::table()), ("provider", Ours::binary())];
    let mut differences = Vec::new();
    for (name, from, to) in EDITS {
        let edited = if from.is_empty() { config.clone() } else { config.replace(from, to) };
        assert!(from.is_empty() || edited != config, "{name}: `{from}` is not in the configuration");
        fs::write(directory.join("main.tf"), &edited).expect("the directory can be written");
        terraform(directory, &moto, &["plan", "-refresh=false", "-out=planned"]);
        let shown = terraform(directory, &moto, &["show", "-json", "planned"]);
        let theirs = answers(&serde_json::from_slice(&shown.stdout).expect("it is JSON"));
        for (mode, ours) in &planners {
            let files = MemoryFiles::default().with("main.tf", edited.as_str()).with("override.tf", OVERRIDE);
            let ours = answers(&ours.plan_files(&files, &state));
            differences.extend(compare(&format!("{name}, {mode}"), &theirs, &ours));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

/// What differs where ours is certain. Which attributes change is for the table to know better yet: it is only printed.
fn compare(name: &str, theirs: &Answers, ours: &Answers) -> Vec<String> {
    println!("{name}: {} changes", theirs.len());
    for (address, answer) in ours.iter().filter(|(_, answer)| !answer.undecided.is_empty()) {
        println!("{name}: {address} is undecided: {:?}", answer.undecided);
    }
    let is_certain = |address: &&String| ours.get(*address).is_none_or(|answer| answer.undecided.is_empty());
    let addresses: BTreeSet<&String> = theirs.keys().chain(ours.keys()).filter(is_certain).collect();
    let mut differences = Vec::new();
    for address in addresses {
        let both = [theirs.get(address), ours.get(address)];
        let [their_action, our_action] =
            both.map(|answer| answer.map(|answer| (&answer.actions, &answer.replace_paths)));
        let [their_attributes, our_attributes] = both.map(|answer| answer.map(|answer| &answer.changed));
        if their_action != our_action {
            differences.push(format!("{name}: {address}: {their_action:?}, ours {our_action:?}"));
        } else if their_attributes != our_attributes {
            println!("{name}: {address} changes {their_attributes:?}, ours {our_attributes:?}");
        }
    }
    differences
}

/// The environment `development` of the example, as configuration.
fn synthesise(directory: &Path) -> String {
    let arguments = ["run", "--quiet", "--locked", "-p", "iac-examples", "--bin", "edtech", "--", "--out"];
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(arguments).arg(directory.join("synthesised")).output().expect("Cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let config = fs::read_to_string(directory.join("synthesised/development/main.tf"));
    let config = config.expect("the example has the environment");
    fs::write(directory.join("main.tf"), &config).expect("the directory can be written");
    config
}

fn terraform(directory: &Path, moto: &Moto, arguments: &[&str]) -> Output {
    let mut command = Command::new("terraform");
    command.args(arguments).current_dir(directory).stdin(Stdio::null());
    command.env("TF_LOG_SDK", "OFF").env("CHECKPOINT_DISABLE", "1");
    moto.use_for(&mut command);
    let output = command.output().expect("terraform is on the path");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "terraform {}: {said}", arguments.join(" "));
    output
}
