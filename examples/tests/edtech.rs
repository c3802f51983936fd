//! The properties that must hold of what the program `edtech` writes, whatever changes.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

const STACKS: [&str; 3] = ["development", "staging", "production"];

/// Runs the program, and returns the directory to which it wrote.
fn synthesize(arguments: &[&str]) -> tempfile::TempDir {
    let out = tempfile::tempdir().expect("a temporary directory");
    let mut program = Command::new(env!("CARGO_BIN_EXE_edtech"));
    let status = program.args(["--quiet", "--out"]).arg(out.path()).args(arguments).status();
    assert!(status.expect("the program runs").success());
    out
}

/// The stacks as Terraform JSON.
struct Stacks(Vec<(&'static str, Value)>);

impl Stacks {
    fn synthesize() -> Self {
        let out = synthesize(&["--syntax", "json"]);
        let read = |stack| {
            let text = fs::read_to_string(out.path().join(stack).join("main.tf.json"));
            let text = text.expect("the stack is written");
            (stack, serde_json::from_str(&text).expect("it is JSON"))
        };
        Self(STACKS.map(read).into())
    }

    /// The stack, type, name and body of each resource.
    fn resources(&self) -> impl Iterator<Item = (&str, &str, &str, &Value)> {
        self.0.iter().flat_map(|(stack, configuration)| {
            let types = configuration["resource"].as_object().expect("there are resources");
            types.iter().flat_map(|(resource_type, resources)| {
                let resources = resources.as_object().expect("resources have names");
                resources.iter().map(|(name, body)| (*stack, resource_type.as_str(), name.as_str(), body))
            })
        })
    }
}

#[test]
fn the_manifest_lists_the_environments() {
    let out = synthesize(&[]);
    let manifest = fs::read_to_string(out.path().join("manifest.json")).expect("there is a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("it is JSON");
    let stacks = manifest["stacks"].as_array().expect("there are stacks");
    for key in ["name", "environment"] {
        let values: Vec<_> = stacks.iter().map(|stack| stack[key].as_str().unwrap_or_default()).collect();
        assert_eq!(values, STACKS, "{key}");
    }
}

#[test]
fn each_resource_is_in_the_region_of_its_name() {
    for (stack, resource_type, name, body) in Stacks::synthesize().resources() {
        let expected = name.starts_with("eu_").then_some("aws.eu");
        assert_eq!(body["provider"].as_str(), expected, "{stack}: {resource_type}.{name}");
    }
}

/// Except for what is made once and replicated, which is in the home region.
#[test]
fn regions_have_the_same_resources() {
    let stacks = Stacks::synthesize();
    for stack in STACKS {
        let region = |prefix: &str| -> BTreeSet<_> {
            let resources = stacks.resources().filter(|(of, ..)| *of == stack);
            resources
                .filter_map(|(_, resource_type, name, _)| Some((resource_type, name.strip_prefix(prefix)?)))
                .filter(|(resource_type, _)| *resource_type != "aws_appautoscaling_scheduled_action")
                .collect()
        };
        let (home, away) = (region("us_"), region("eu_"));
        let only_home: Vec<_> = home.difference(&away).copied().collect();
        assert_eq!(
            only_home,
            [
                ("aws_dynamodb_table", "progress"),
                ("aws_ecr_replication_configuration", "main"),
                ("aws_secretsmanager_secret", "session"),
            ]
        );
        assert!(away.is_subset(&home), "{stack}");
    }
}
