//! Invariants of the `edtech` program's output.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

const STACKS: [&str; 3] = ["edtech-development", "edtech-staging", "edtech-production"];

/// Runs the program, and returns its output directory.
fn synthesize(arguments: &[&str]) -> tempfile::TempDir {
    let out = tempfile::tempdir().expect("a temporary directory");
    let mut program = Command::new(env!("CARGO_BIN_EXE_edtech"));
    let status = program.args(["--quiet", "--out"]).arg(out.path()).args(arguments).status();
    assert!(status.expect("the program runs").success());
    out
}

/// The stacks in Terraform JSON.
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

    /// Iterates over the stack, type, name and body of each resource.
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
fn manifest_lists_stacks_and_environments() {
    let out = synthesize(&[]);
    let manifest = fs::read_to_string(out.path().join("manifest.json")).expect("there is a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("it is JSON");
    let stacks = manifest["stacks"].as_array().expect("there are stacks");
    let values = |key: &str| -> Vec<_> { stacks.iter().map(|stack| stack[key].as_str()).collect() };
    let names = ["development", "staging", "staging-load", "production", "delivery"];
    let names: Vec<String> = names.iter().map(|name| format!("edtech-{name}")).collect();
    assert_eq!(values("name"), names.iter().map(|name| Some(name.as_str())).collect::<Vec<_>>());
    let environments = [Some("development"), Some("staging"), Some("staging"), Some("production"), None];
    assert_eq!(values("environment"), environments);
}

/// Route 53 records are excepted, since they are global.
#[test]
fn name_prefix_of_each_resource_matches_its_region() {
    for (stack, resource_type, name, body) in Stacks::synthesize().resources() {
        let region = name.split('_').next().filter(|region| ["ap", "eu", "global"].contains(region));
        let expected = region.map(|region| format!("aws.{region}"));
        let is_name = resource_type == "aws_route53_record";
        assert!(
            is_name || body["provider"].as_str() == expected.as_deref(),
            "{stack}: {resource_type}.{name}"
        );
    }
}

/// Replicated resources, which exist in the home region only, are excepted.
#[test]
fn regions_have_the_same_resources() {
    let stacks = Stacks::synthesize();
    for stack in ["edtech-staging", "edtech-production"] {
        let region = |prefix: &str| -> BTreeSet<_> {
            let resources = stacks.resources().filter(|(resource_stack, ..)| *resource_stack == stack);
            resources
                .filter_map(|(_, resource_type, name, _)| Some((resource_type, name.strip_prefix(prefix)?)))
                // Excludes schedules, replicated resources, and those shared within a region, which have no region
                // prefix at home.
                .filter(|(_, name)| {
                    let excluded = ["access_logs", "assets", "encryption", "progress"];
                    let is_schedule = name.contains("_opens") || name.contains("_closes");
                    !is_schedule && !excluded.iter().any(|prefix| name.starts_with(prefix))
                })
                .collect()
        };
        let home = region("us_");
        assert!(home.len() > 150, "expected more than 150 resources, found {}", home.len());
        for prefix in ["eu_", "ap_"] {
            let away = region(prefix);
            let different: Vec<_> = home.symmetric_difference(&away).collect();
            assert!(different.is_empty(), "{stack}, {prefix}: {different:?}");
        }
    }
}
