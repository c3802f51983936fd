//! Plans across stacks: a stack reads what the plans of other stacks say of their outputs.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::process::Iac;

/// The dependent stack is listed first.
const MANIFEST: &str = r#"{"format_version": "1.0", "stacks": [
    {"name": "web", "path": "web", "files": [], "depends_on": ["network"], "resources": [], "edges": []},
    {"name": "network", "path": "network", "files": [], "depends_on": [], "resources": [], "edges": []}]}"#;

const NETWORK: &str = r#"{"resource": {"terraform_data": {"vpc": {"input": "10.0.0.0/16"}}},
    "output": {"cidr": {"value": "${terraform_data.vpc.input}"}, "id": {"value": "${terraform_data.vpc.id}"},
        "key": {"value": "${sensitive(\"hunter2\")}", "sensitive": true}}}"#;

const WEB: &str = r#"{"data": {"terraform_remote_state": {"network":
        {"backend": "local", "config": {"path": "${path.module}/../network/terraform.tfstate"}}}},
    "resource": {"terraform_data": {
        "cidr": {"input": "${data.terraform_remote_state.network.outputs.cidr}"},
        "id": {"input": "${data.terraform_remote_state.network.outputs.id}"},
        "key": {"input": "${data.terraform_remote_state.network.outputs.key}"}}}}"#;

fn program(network_state: Option<&str>) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("manifest.json", MANIFEST);
    write("network/model.json", NETWORK);
    write("web/model.json", WEB);
    if let Some(state) = network_state {
        write("network/terraform.tfstate", state);
    }
    directory
}

fn plan(directory: &Path, args: &[&str]) -> String {
    let program = directory.to_str().unwrap();
    Iac::new(&[&["plan", "--synthesized", program], args].concat()).hide(directory, "DIR").run()
}

#[test]
fn first_plan_of_all_stacks_is_certain() {
    let directory = program(None);
    assert_snapshot!(plan(directory.path(), &[]));
}

#[test]
fn planned_output_replaces_the_recorded_one() {
    let state = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "resources": [
        {"mode": "managed", "type": "terraform_data", "name": "vpc",
         "provider": "provider[\"terraform.io/builtin/terraform\"]", "instances": [{"schema_version": 0, "attributes": {
            "id": "5a7f4b5e", "input": {"value": "10.9.0.0/16", "type": "string"},
            "output": {"value": "10.9.0.0/16", "type": "string"}, "triggers_replace": null}}]}],
        "outputs": {"cidr": {"value": "10.9.0.0/16", "type": "string"}, "id": {"value": "5a7f4b5e", "type": "string"}}}"#;
    let directory = program(Some(state));
    let input = |plan: &str, name: &str| {
        let block = plan.split(&format!("resource \"terraform_data\" \"{name}\"")).nth(1).unwrap();
        block.lines().find(|line| line.contains("input")).unwrap().trim().to_owned()
    };
    let all = plan(directory.path(), &[]);
    assert_eq!(input(&all, "cidr"), "+ input = \"10.0.0.0/16\"", "{all}");
    assert_eq!(input(&all, "id"), "+ input = \"5a7f4b5e\"", "{all}");
    assert!(!all.contains("hunter2"), "{all}");
    // A stack that is planned alone reads the state as it is.
    let alone = plan(directory.path(), &["--stack", "web"]);
    assert!(alone.contains("attribute named `key`"), "{alone}");
}

#[test]
fn stacks_that_depend_on_each_other_are_refused() {
    let directory = program(None);
    let manifest = MANIFEST.replace("\"depends_on\": []", "\"depends_on\": [\"web\"]");
    fs::write(directory.path().join("manifest.json"), manifest).unwrap();
    assert_snapshot!(plan(directory.path(), &[]), @r"
    exit: 1
    stderr:
    error: invalid manifest: dependency cycle: web → (depends_on) → network → (depends_on) → web
    ");
}
