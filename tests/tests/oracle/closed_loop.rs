//! Applies an example to a local AWS API; then our plans equal Terraform's, without an edit and with edits
//! (invariants 4 and 5).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use iac_lang::files::MemoryFiles;
use iac_tests::moto::{self, LOCAL_STATE, Moto};
use iac_tests::random::judge::{Answer, Answers, answers};
use iac_tests::random::ours::Ours;
use tempfile::TempDir;

/// The account of the example's environment.
const ACCOUNT: &str = "111111111111";

/// Edits of the configuration: description, text to replace, and replacement.
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
    ("descriptions", "\"Instances of recorders\"", "\"Instances for recorders\""),
    ("how long logs are kept", "retention_in_days = 365", "retention_in_days = 400"),
];

#[test]
fn plans_of_an_applied_example_agree_with_terraform() {
    let directory = TempDir::with_prefix("iac-loop-").expect("the temporary directory can be written");
    let directory = directory.path();
    let config = synthesize(directory);
    let moto = Moto::start(ACCOUNT);
    fs::write(directory.join("override.tf"), LOCAL_STATE).expect("the directory can be written");
    moto.terraform(directory, &["init", "-input=false"]);
    moto.terraform(directory, &["apply", "-auto-approve", "-refresh=false", "-parallelism=60"]);
    let state = fs::read(directory.join("terraform.tfstate")).expect("it was applied");

    let planners = [("table", Ours::table()), ("provider", Ours::binary())];
    let mut differences = Vec::new();
    for (name, from, to) in EDITS {
        let edited = if from.is_empty() { config.clone() } else { config.replace(from, to) };
        assert!(from.is_empty() || edited != config, "{name}: `{from}` is not in the configuration");
        fs::write(directory.join("main.tf"), &edited).expect("the directory can be written");
        moto.terraform(directory, &["plan", "-refresh=false", "-out=planned"]);
        let shown = moto.terraform(directory, &["show", "-json", "planned"]);
        let theirs = answers(&serde_json::from_slice(&shown.stdout).expect("valid JSON"));
        for (mode, ours) in &planners {
            let files =
                MemoryFiles::default().with("main.tf", edited.as_str()).with("override.tf", LOCAL_STATE);
            let ours = answers(&ours.plan_files(&files, &state));
            let different = compare(&theirs, &ours);
            differences.extend(different.into_iter().map(|text| format!("{name}, {mode}: {text}")));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Compares actions, replacement paths, changed attributes and uncertainty.
fn compare(theirs: &Answers, ours: &Answers) -> Vec<String> {
    let addresses: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    let mut differences = Vec::new();
    for address in addresses {
        let (their, our) = (theirs.get(address), ours.get(address));
        let undecided = our.map(|our| &our.undecided).into_iter().flatten();
        for each in undecided.clone() {
            differences.push(format!("{address} is undecided: {each}"));
        }
        if undecided.count() > 0 {
            continue;
        }
        let done = |answer: &Answer| (answer.actions.clone(), answer.replace_paths.clone());
        if their.map(done) != our.map(done) {
            differences.push(format!("{address}: {their:?}, ours {our:?}"));
        } else if let (Some(their), Some(our)) = (their, our) {
            for attribute in their.changed.symmetric_difference(&our.changed) {
                differences.push(format!("{address}: {attribute} does not change in one of the two"));
            }
        }
    }
    differences
}

/// Returns the configuration of the example's environment `development`.
fn synthesize(directory: &Path) -> String {
    moto::synthesize("edtech", &directory.join("synthesized"));
    let config = fs::read_to_string(directory.join("synthesized/edtech-development/main.tf"));
    let config = config.expect("the example has the environment");
    fs::write(directory.join("main.tf"), &config).expect("the directory can be written");
    config
}
