//! Terraform judges configurations of providers that are not installed: it asks a provider that answers from knowledge.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use iac_aws_rules::knowledge::knowledge;
use iac_core::prelude::*;
use iac_core::{Provider, Resource, object};
use iac_plan::plan::Table;
use iac_plan::schema::KnowledgeFiles;
use iac_provider::serve::{REATTACH, Stub, reattach};
use iac_tests::terraform::command;
use serde_json::Value;

/// A directory with a configuration, and the providers that answer for it.
struct Configuration<'a> {
    directory: PathBuf,
    stubs: &'a [&'a Stub],
}

impl<'a> Configuration<'a> {
    fn new(name: &str, text: &str, stubs: &'a [&'a Stub]) -> Self {
        let directory = env::temp_dir().join(format!("iac-stub-test-{}-{name}", std::process::id()));
        fs::create_dir_all(directory.join("assets")).expect("the temporary directory can be written");
        for asset in text.split("${path.module}/assets/").skip(1).filter_map(|rest| rest.split('"').next()) {
            fs::write(directory.join("assets").join(asset), "").expect("the directory can be written");
        }
        fs::write(directory.join("main.tf"), text).expect("the directory can be written");
        Self { directory, stubs }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command: Command = command(&self.directory, arguments);
        command.env(REATTACH, reattach(self.stubs.iter().copied()));
        command.output().expect("terraform is on the path")
    }

    /// Returns the errors of `terraform validate`, sorted.
    fn errors(&self) -> Vec<String> {
        let output = self.run(&["validate", "-json"]);
        let answer: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        let diagnostics = answer["diagnostics"].as_array().expect("the answer lists diagnostics");
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic["severity"] == "error");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut errors: Vec<_> = errors
            .map(|error| format!("{}: {}", text(&error["snippet"]["context"]), text(&error["detail"])))
            .collect();
        errors.sort();
        errors
    }

    /// Returns the planned changes.
    fn changes(&self) -> Vec<Value> {
        for arguments in [
            &["plan", "-input=false", "-no-color", "-refresh=false", "-out=planned"][..],
            &["show", "-json", "planned"],
        ] {
            let output = self.run(arguments);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            if arguments[0] == "show" {
                let plan: Value = serde_json::from_slice(&output.stdout).expect("the plan is JSON");
                return plan["resource_changes"].as_array().cloned().unwrap_or_default();
            }
        }
        unreachable!("the plan is shown")
    }
}

impl Drop for Configuration<'_> {
    fn drop(&mut self) {
        // The directory is kept after a failure, for inspection.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

fn aws(version: &str) -> Stub {
    Stub::start(Table::from(knowledge(version))).expect("the provider starts")
}

#[test]
fn examples_are_valid_with_both_major_versions() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut snapshots: Vec<PathBuf> = fs::read_dir(examples)
        .expect("the examples are there")
        .filter_map(|example| fs::read_dir(example.ok()?.path().join("snapshots")).ok())
        .flat_map(|directory| directory.map(|file| file.expect("the directory can be read").path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "tf"))
        .collect();
    snapshots.sort();
    assert!(snapshots.len() > 5, "there are only {} snapshots", snapshots.len());
    for version in ["6.58.0", "5.100.0"] {
        let stub = aws(version);
        let stubs = [&stub];
        for path in &snapshots {
            let text = fs::read_to_string(path).expect("the snapshot can be read");
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let configuration = Configuration::new(&name, &text, &stubs);
            assert_eq!(configuration.errors(), [] as [&str; 0], "{name} with {version}");
        }
    }
}

#[test]
fn versions_differ_and_errors_are_found() {
    let text = r#"
        resource "aws_vpc" "regional" {
          region     = "eu-west-1"
          cidr_block = "10.0.0.0/16"
        }

        resource "aws_vpc" "misspelled" {
          cidr_blok = "10.0.0.0/16"
        }

        resource "aws_subnet" "incomplete" {}

        resource "aws_vpc" "excluded" {
          ipv4_netmask_length              = 24
          assign_generated_ipv6_cidr_block = true
          ipv6_ipam_pool_id                = "ipam-pool-1"
        }
    "#;
    let (new, old) = (aws("6.58.0"), aws("5.100.0"));
    let of_new = Configuration::new("new", text, &[&new]).errors();
    let of_old = Configuration::new("old", text, &[&old]).errors();
    let unexpected = |name: &str| format!("An argument named \"{name}\" is not expected here");
    let has = |errors: &[String], part: &str| errors.iter().any(|error| error.contains(part));
    assert!(!has(&of_new, &unexpected("region")), "{of_new:#?}");
    assert!(has(&of_old, &unexpected("region")), "{of_old:#?}");
    for errors in [&of_new, &of_old] {
        assert!(has(errors, &unexpected("cidr_blok")), "{errors:#?}");
        assert!(has(errors, "The argument \"vpc_id\" is required"), "{errors:#?}");
    }
}

#[test]
fn knowledge_validates_what_the_schema_cannot() {
    let text = r#"
        resource "aws_vpc" "excluded" {
          cidr_block                       = "10.0.0.0/16"
          assign_generated_ipv6_cidr_block = true
          ipv6_ipam_pool_id                = "ipam-pool-1"
        }
    "#;
    let stub = aws("6.58.0");
    let errors = Configuration::new("conflict", text, &[&stub]).errors();
    assert!(errors.iter().any(|error| error.contains("ipv6_ipam_pool_id")), "{errors:#?}");
}

macro_rules! cloudy {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/provider/knowledge/", $file))
    };
}

const CLOUDY: KnowledgeFiles = KnowledgeFiles {
    provider: cloudy!("provider.schema"),
    services: &[("cloudy", cloudy!("cloudy.schema"))],
    overlay: cloudy!("overlay.rules"),
    hooks: "",
};

/// A program with every form of argument of a provider without bindings.
fn cloudy(size: &str, name: &str) -> String {
    let stack = Stack::new("cloudy");
    stack.add(Provider::of("example/cloudy", "~> 1.2").argument("type", "cloud"));
    let other = stack.add(Provider::of("example/cloudy", "~> 1.2").alias("other").argument("type", "cloud"));
    let network =
        stack.add(Resource::of("cloudy_network", "net").provider(&other).argument("cidr", "10.0.0.0/8"));
    stack.add(
        Resource::of("cloudy_server", "web")
            .argument("name", name)
            .argument("network_id", network.attribute("id"))
            .argument("size", size)
            .argument("one", object! { "x": "1" })
            .argument("unordered", [object! { "x": "2" }].to_vec())
            .argument("ports", [80, 443])
            .block("disk", |disk| disk.argument("gigabytes", 10))
            .block("option", |option| option.argument("name", "fast")),
    );
    stack.render_hcl().unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

#[test]
fn any_provider_is_validated_and_planned() {
    let stub = Stub::start(Table::new(CLOUDY)).expect("the provider starts");
    let stubs = [&stub];
    let configuration = Configuration::new("cloudy", &cloudy("small", "web"), &stubs);
    assert_eq!(configuration.errors(), [] as [&str; 0]);
    let changes = configuration.changes();
    let actions: Vec<_> = changes
        .iter()
        .map(|change| (change["address"].clone(), change["change"]["actions"].clone()))
        .collect();
    let created = |address: &str| (Value::from(address), serde_json::json!(["create"]));
    assert_eq!(actions, [created("cloudy_network.net"), created("cloudy_server.web")]);
    assert_eq!(changes[0]["change"]["after_unknown"]["id"], true);
    assert_eq!(changes[1]["change"]["after"]["disk"][0]["gigabytes"], 10);

    let wrong =
        Configuration::new("cloudy-wrong", &cloudy("large", "web").replace("gigabytes", "bytes"), &stubs);
    let errors = wrong.errors();
    assert!(errors.iter().any(|error| error.contains("\"gigabytes\" is required")), "{errors:#?}");
}

#[test]
fn replacements_are_planned() {
    const STATE: &str = r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[{
        "mode":"managed","type":"cloudy_network","name":"net","provider":"provider[\"registry.terraform.io/example/cloudy\"].other",
        "instances":[{"schema_version":0,"attributes":{"id":"n-1","cidr":"10.1.0.0/16"}}]}]}"#;

    let stub = Stub::start(Table::new(CLOUDY)).expect("the provider starts");
    let stubs = [&stub];
    let configuration = Configuration::new("cloudy-replaced", &cloudy("small", "web"), &stubs);
    fs::write(configuration.directory.join("terraform.tfstate"), STATE)
        .expect("the directory can be written");
    let changes = configuration.changes();
    assert_eq!(changes[0]["change"]["actions"], serde_json::json!(["delete", "create"]));
    assert_eq!(changes[0]["change"]["replace_paths"], serde_json::json!([["cidr"]]));
}
