//! The reference systems, applied to a local AWS API, one environment each.
//!
//! A system is synthesized, validated and planned, and checkov reports nothing for the configuration or the plan;
//! then it is applied, a second plan is empty, and it is destroyed. `moto-gaps.toml` lists the limitations of the
//! local API.

use std::collections::BTreeSet;
use std::env::var;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use iac_tests::moto::{self, LOCAL_STATE, Moto};
use serde_json::Value;
use tempfile::TempDir;

/// The account of the applied environments.
const ACCOUNT: &str = "111111111111";

#[test]
fn edtech() {
    System::new("edtech", "edtech-development").applies();
}

#[test]
fn chatbot() {
    System::new("chatbot", "chatbot-staging").applies();
}

#[test]
fn microservices() {
    System::new("microservices", "shop-staging").applies();
}

#[test]
fn observability() {
    System::new("observability", "toolbox").applies();
}

#[test]
fn flags() {
    System::new("flags", "notes-staging").applies();
}

/// A system, written to a directory of its own.
struct System {
    /// The directory with all stacks of the system.
    directory: TempDir,
    /// The stack that is applied.
    path: PathBuf,
    moto: Moto,
    /// Known limitations of the local API, by address.
    gaps: Vec<Gap>,
}

/// A limitation of the local API.
struct Gap {
    address: String,
    /// The attribute that it returns with a different value; `None` if it cannot create the resource at all.
    attribute: Option<String>,
}

impl System {
    fn new(program: &str, stack: &str) -> Self {
        let directory = TempDir::with_prefix("iac-system-").expect("the temporary directory can be written");
        moto::synthesize(program, directory.path());
        let path = directory.path().join(stack);
        let gaps = gaps(stack);
        fs::write(path.join("override.tf"), LOCAL_STATE).expect("it can be written");
        Self { directory, path, moto: Moto::start(ACCOUNT), gaps }
    }

    fn applies(&self) {
        self.terraform(&["init", "-input=false"]);
        self.terraform(&["validate"]);
        self.terraform(&["plan", "-out=planned"]);
        self.checkov_finds_nothing();
        self.leave_out_what_cannot_be_made();
        self.terraform(&["plan", "-out=planned"]);
        self.terraform(&["apply", "-auto-approve", "-parallelism=60", "planned"]);

        // All of moto's deviations must be listed, and all listed ones must occur.
        self.terraform(&["plan", "-out=planned"]);
        let shown = self.terraform(&["show", "-json", "planned"]);
        let again: Value = serde_json::from_slice(&shown.stdout).expect("valid JSON");
        let known: BTreeSet<_> =
            self.gaps.iter().filter_map(|gap| Some((gap.address.clone(), gap.attribute.clone()?))).collect();
        assert_eq!(changes(&again), known, "the changes of the second plan differ from moto-gaps.toml");

        let state = fs::read(self.path.join("terraform.tfstate")).expect("it was applied");
        let state: Value = serde_json::from_slice(&state).expect("a state is JSON");
        let made = state["resources"].as_array().expect("it has resources");
        let made = made.iter().filter(|resource| resource["mode"] == "managed").count();
        let left_out = self.gaps.iter().filter(|gap| gap.attribute.is_none()).count();
        assert!(10 * made >= 9 * (made + left_out), "of {} resources, {made} apply", made + left_out);
        self.terraform(&["destroy", "-auto-approve", "-parallelism=60"]);
    }

    /// Scans the configurations of all stacks, and the plan of the applied one; each detects problems that the other
    /// does not.
    fn checkov_finds_nothing(&self) {
        let planned = self.terraform(&["show", "-json", "planned"]);
        let plan = self.path.join("planned.json");
        fs::write(&plan, planned.stdout).expect("the directory can be written");
        let path = self.path.to_str().expect("temporary paths are valid UTF-8");
        let all = self.directory.path().to_str().expect("temporary paths are valid UTF-8");
        let plan = plan.to_str().expect("temporary paths are valid UTF-8");
        for (framework, arguments) in [
            ("terraform", ["--directory", all].as_slice()),
            ("terraform_plan", ["--file", plan, "--repo-root-for-plan-enrichment", path].as_slice()),
        ] {
            let mut checkov =
                Command::new(var("IAC_CHECKOV").expect("`. .ci/checkov.sh` sets the path of checkov"));
            checkov
                .args(["--quiet", "--compact", "--framework", framework])
                .args(arguments)
                .stderr(Stdio::null());
            let output = checkov.output().expect("checkov runs");
            let stdout = String::from_utf8_lossy(&output.stdout);
            assert!(stdout.contains("Passed checks:"), "checkov checked nothing\n{stdout}");
            assert!(stdout.contains("Failed checks: 0,"), "{framework}: {stdout}");
        }
    }

    /// Removes resources that the local API cannot create from the configuration, and everything that refers to them.
    fn leave_out_what_cannot_be_made(&self) {
        let path = self.path.join("main.tf");
        let mut text = fs::read_to_string(&path).expect("the configuration is written");
        for Gap { address, .. } in self.gaps.iter().filter(|gap| gap.attribute.is_none()) {
            let (kind, name) = address.split_once('.').expect("an address is a type and a name");
            let start = text.find(&format!("\nresource \"{kind}\" \"{name}\" {{"));
            let start =
                start.unwrap_or_else(|| panic!("{address} is in moto-gaps.toml and not in the system"));
            let end = start + text[start..].find("\n}\n").expect("a block ends") + 3;
            text.replace_range(start..end, "");
            while let Some(start) = text.find(&format!("{address}.")) {
                let rest = &text[start + address.len()..];
                let length = rest.find(|c: char| c != '.' && c != '_' && !c.is_ascii_alphanumeric());
                text.replace_range(
                    start..start + address.len() + length.unwrap_or(rest.len()),
                    "\"arn:aws:test:eu-west-1:111111111111:left-out\"",
                );
            }
        }
        fs::write(path, text).expect("the directory can be written");
    }

    fn terraform(&self, arguments: &[&str]) -> Output {
        self.moto.terraform(&self.path, arguments)
    }
}

/// Returns the addresses and attributes that a plan changes.
fn changes(plan: &Value) -> BTreeSet<(String, String)> {
    let changes = plan["resource_changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut found = BTreeSet::new();
    for change in changes {
        let actions = &change["change"]["actions"];
        if *actions == serde_json::json!(["no-op"]) || *actions == serde_json::json!(["read"]) {
            continue;
        }
        let (before, after) = (&change["change"]["before"], &change["change"]["after"]);
        let unknown = &change["change"]["after_unknown"];
        let names: BTreeSet<_> = [before, after, unknown]
            .into_iter()
            .filter_map(Value::as_object)
            .flat_map(|each| each.keys())
            .collect();
        let address = change["address"].as_str().unwrap_or_default();
        let differs = |name: &&&String| {
            before.get(name) != after.get(name) || unknown.get(name) == Some(&Value::Bool(true))
        };
        found.extend(names.iter().filter(differs).map(|name| (address.to_owned(), (*name).clone())));
    }
    found
}

/// Returns the entries of `moto-gaps.toml` for a stack.
fn gaps(stack: &str) -> Vec<Gap> {
    let text = include_str!("../../moto-gaps.toml");
    let table: toml::Table = text.parse().expect("moto-gaps.toml is TOML");
    let gaps = table.get(stack).and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |gap: &toml::Value, name: &str| gap.get(name).and_then(toml::Value::as_str).map(str::to_owned);
    gaps.iter()
        .map(|gap| {
            assert!(text(gap, "reason").is_some(), "{stack}: a gap has no reason");
            let address = text(gap, "address").expect("a gap has an address");
            Gap { address, attribute: text(gap, "attribute") }
        })
        .collect()
}

/// Every stack in the file is applied by a test.
#[test]
fn gaps_belong_to_applied_systems() {
    let table: toml::Table = include_str!("../../moto-gaps.toml").parse().expect("moto-gaps.toml is TOML");
    let known = ["edtech-development", "chatbot-staging", "shop-staging", "toolbox", "notes-staging"];
    for stack in table.keys() {
        assert!(known.contains(&stack.as_str()), "{stack} is not applied");
    }
}
