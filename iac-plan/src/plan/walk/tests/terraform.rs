//! Decisions that Terraform makes before any provider is asked: targets, moves between types, types of unknown values.

use iac_lang::Value;

use super::{lines, plan_with, state};
use crate::plan::{Options, RemoteStates, Target};
use crate::state::Output;

#[test]
fn target_with_a_key_selects_one_instance() {
    let config = r#"
        resource "terraform_data" "a" {
          for_each = toset(["x", "y"])
          input    = "new"
        }
        resource "terraform_data" "b" { input = terraform_data.a["y"].output }
    "#;
    let before = state(&[("a", "\"x\"", "\"old\"", "")]);
    let planned = |targets: &[&str]| {
        let targets = targets.iter().map(|target| Target::Resource(target.parse().unwrap())).collect();
        lines(&plan_with(config, &before, &Options { targets, ..Options::default() }).unwrap())
    };
    assert_eq!(planned(&["terraform_data.a[\"x\"]"]), ["terraform_data.a[\"x\"] Update"]);
    assert_eq!(planned(&["terraform_data.a[\"y\"]"]), ["terraform_data.a[\"y\"] Create"]);
    // A dependency is planned as a whole, unless it is targeted itself.
    let whole =
        ["terraform_data.a[\"x\"] Update", "terraform_data.a[\"y\"] Create", "terraform_data.b Create"];
    assert_eq!(planned(&["terraform_data.b"]), whole);
    let both = ["terraform_data.a[\"x\"] Update", "terraform_data.b Create"];
    assert_eq!(planned(&["terraform_data.b", "terraform_data.a[\"x\"]"]), both);
}

#[test]
fn move_to_another_type_needs_a_provider_that_supports_it() {
    let config = r#"
        resource "terraform_data" "new" { triggers_replace = { a = "1" } }
        moved {
          from = null_resource.old
          to   = terraform_data.new
        }
    "#;
    let before = |ty: &str, provider: &str| {
        format!(
            r#"{{ "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {{}},
                "resources": [{{ "mode": "managed", "type": "{ty}", "name": "old",
                    "provider": "provider[\"registry.terraform.io/hashicorp/{provider}\"]",
                    "instances": [{{ "schema_version": 0, "attributes": {{ "id": "7", "triggers": {{ "a": "1" }} }} }}] }}],
                "check_results": null }}"#
        )
    };
    let plan = plan_with(config, &before("null_resource", "null"), &Options::default()).unwrap();
    assert_eq!(lines(&plan), ["terraform_data.new NoOp from null_resource.old"]);
    let other = config.replace("null_resource", "random_id");
    let error = plan_with(&other, &before("random_id", "random"), &Options::default()).unwrap_err();
    assert!(error.contains("Unsupported `moved` across resource types"), "{error}");
}

#[test]
fn types_and_bounds_of_unknown_values_decide_instances() {
    let config = r#"
        resource "terraform_data" "a" {}
        resource "terraform_data" "b" {
          count = length(terraform_data.a.id == "x" ? ["p"] : ["q"])
        }
        resource "terraform_data" "c" {
          for_each = terraform_data.a.id == null ? {} : { k = terraform_data.a.id }
        }
        resource "terraform_data" "d" {
          count = "p-${terraform_data.a.id}" != "" ? 1 : 0
        }
        resource "terraform_data" "e" {
          for_each = toset(keys(terraform_data.a.id == "x" ? { m = 1 } : { m = 2 }))
        }
    "#;
    let plan = plan_with(config, &state(&[]), &Options::default()).unwrap();
    let created: Vec<String> = plan.changes.iter().map(|change| change.address.to_string()).collect();
    let expected = ["a", "b[0]", "c[\"k\"]", "d[0]", "e[\"m\"]"].map(|name| format!("terraform_data.{name}"));
    assert_eq!(created, expected);
    let wrong = "resource \"terraform_data\" \"a\" {}\noutput \"o\" { value = concat(\"x\", split(\",\", terraform_data.a.id)) }\n";
    let error = plan_with(wrong, &state(&[]), &Options::default()).unwrap_err();
    assert!(error.contains("Invalid function argument"), "{error}");
}

#[test]
fn output_of_a_module_that_is_declared_sensitive_is_hidden_but_not_marked() {
    let config = r#"
        module "m" { source = "./m" }
        output "o" { value = module.m.password }
        resource "terraform_data" "a" { input = "user:${module.m.password}" }
        # module m
        output "password" {
          value     = "hunter2"
          sensitive = true
        }
    "#;
    let plan = plan_with(config, &state(&[]), &Options::default()).unwrap();
    assert!(plan.outputs[0].after_sensitive);
    assert!(!plan.changes[0].after_sensitive.is_empty());
    let shown = config.replace("value = module.m.password", "value = nonsensitive(module.m.password)");
    let plan = plan_with(&shown, &state(&[]), &Options::default()).unwrap();
    assert!(!plan.outputs[0].after_sensitive && !plan.changes[0].after_sensitive.is_empty());
    let marked = config.replace("\"hunter2\"", "sensitive(\"hunter2\")");
    let error = plan_with(&marked, &state(&[]), &Options::default()).unwrap_err();
    assert!(error.contains("Output refers to sensitive values"), "{error}");
}

/// The states of other configurations: one with outputs, one that only Terraform reads, and none.
#[derive(Debug)]
struct Others;

impl RemoteStates for Others {
    fn outputs(&self, backend: &str, config: &Value, workspace: &str) -> Result<Option<Vec<Output>>, String> {
        let output = |name: &str, value: &str, sensitive| Output {
            name: name.into(),
            value: Value::String(value.into()),
            ty: "\"string\"".to_owned(),
            sensitive,
        };
        match backend {
            "local" => {
                let path = format!("{workspace}:{:?}", config.member("path"));
                Ok(Some(vec![output("path", &path, false), output("password", "hunter2", true)]))
            }
            "remote" => Ok(None),
            _ => Err("there is no state".to_owned()),
        }
    }
}

#[test]
fn state_of_another_configuration_is_read() {
    let config = |backend: &str| {
        format!(
            r#"
            data "terraform_remote_state" "a" {{
              backend  = "{backend}"
              config   = {{ path = "a.tfstate" }}
              defaults = {{ path = "none", more = "more" }}
            }}
            output "all" {{ value = [data.terraform_remote_state.a.outputs.path, data.terraform_remote_state.a.outputs.more] }}
            output "password" {{ value = "x-${{data.terraform_remote_state.a.outputs.password}}" }}
            "#
        )
    };
    let options = Options { remote_states: Some(&Others), ..Options::default() };
    let plan = plan_with(&config("local"), &state(&[]), &options).unwrap();
    assert_eq!(format!("{:?}", plan.outputs[0].after), r#"["default:Some(\"a.tfstate\")", "more"]"#);
    // Terraform does not mark it, but reports hide it.
    assert!(plan.outputs[1].after_sensitive);
    assert_eq!(lines(&plan), ["data.terraform_remote_state.a NoOp"]);
    for (backend, reason) in [("remote", "not read offline"), ("s3", "there is no state")] {
        let plan = plan_with(&config(backend), &state(&[]), &options).unwrap();
        let undecided = &plan.outputs[0].undecided;
        assert!(undecided.iter().any(|undecided| undecided.reason.contains(reason)), "{undecided:?}");
    }
}
