//! Plans of whole, small configurations. `terraform_data` needs no provider.

mod terraform;

use std::collections::HashMap;
use std::fmt::Write as _;

use iac_core::text::Text;
use iac_lang::config;
use iac_lang::eval::functions::FunctionError;
use iac_lang::files::MemoryFiles;
use iac_lang::value::Value;

use super::plan;
use crate::plan::{Options, Plan, ProviderEntry, Request, Table, Target};
use crate::schema::KnowledgeFiles;
use crate::state::State;

/// Builds a state with instances of `terraform_data`: name, key as JSON, input as JSON, more members of the instance.
fn state(resources: &[(&str, &str, &str, &str)]) -> String {
    let resource = |(name, key, input, more): &(&str, &str, &str, &str)| {
        let (module, name) =
            name.rsplit_once('.').map_or((None, *name), |(module, name)| (Some(module), name));
        let module = module.map_or_else(String::new, |module| format!("\"module\": {module:?},"));
        let key = if key.is_empty() { String::new() } else { format!("\"index_key\": {key},") };
        format!(
            r#"{{ {module} "mode": "managed", "type": "terraform_data", "name": "{name}",
                "provider": "provider[\"terraform.io/builtin/terraform\"]",
                "instances": [{{ {key} {more} "schema_version": 0, "attributes": {{
                    "id": "id-{name}", "input": {{"value": {input}, "type": "string"}},
                    "output": {{"value": {input}, "type": "string"}}, "triggers_replace": null
                }} }}] }}"#
        )
    };
    let resources: Vec<_> = resources.iter().map(resource).collect();
    format!(
        r#"{{ "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {{}},
            "resources": [{}], "check_results": null }}"#,
        resources.join(",")
    )
}

fn files(config: &str) -> MemoryFiles {
    // A line `# module NAME` starts the file of a module.
    let mut files = MemoryFiles::new();
    let mut parts = config.split("# module ");
    files = files.with("main.tf", parts.next().unwrap_or_default());
    for part in parts {
        let (name, content) = part.split_once('\n').expect("a module has lines");
        files = files.with(&format!("{name}/main.tf"), content);
    }
    files
}

fn plan_with(config: &str, state: &str, options: &Options<'_>) -> Result<Plan, String> {
    let files = files(config);
    let loaded = config::load(".", &files).map_err(|errors| errors.to_string())?;
    let state = State::decode(state.as_bytes()).expect("the state can be read");
    let request = Request {
        module: &loaded.module,
        state: Some(&state),
        providers: &[],
        variables: &HashMap::new(),
        files: &files,
        options,
    };
    plan(&request).map_err(|errors| {
        errors
            .iter()
            .map(|error| format!("{}: {}", error.summary, error.detail.as_deref().unwrap_or_default()))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// Formats the changes, one line each: address, action, reason, previous address.
fn lines(plan: &Plan) -> Vec<String> {
    let line = |change: &crate::plan::ResourceChange| {
        let mut line = format!("{} {:?}", change.address, change.action);
        if let Some(reason) = change.reason {
            line = format!("{line} {reason:?}");
        }
        if let Some(previous) = &change.previous_address {
            line = format!("{line} from {previous}");
        }
        line
    };
    plan.changes.iter().map(line).collect()
}

#[track_caller]
fn check(config: &str, resources: &[(&str, &str, &str, &str)], expected: &[&str]) {
    let plan = plan_with(config, &state(resources), &Options::default()).unwrap();
    assert_eq!(lines(&plan), expected);
}

#[track_caller]
fn refused(config: &str, expected: &str) {
    let error = plan_with(config, &state(&[]), &Options::default()).unwrap_err();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn instances_are_created_updated_and_kept() {
    check(
        r#"
        resource "terraform_data" "new" { input = "a" }
        resource "terraform_data" "same" { input = "a" }
        resource "terraform_data" "other" { input = "b" }
        "#,
        &[("same", "", "\"a\"", ""), ("other", "", "\"a\"", "")],
        &["terraform_data.new Create", "terraform_data.other Update", "terraform_data.same NoOp"],
    );
}

#[test]
fn removed_instances_are_deleted_with_a_reason() {
    check(
        r#"
        resource "terraform_data" "counted" {
          count = 1
          input = "a"
        }
        resource "terraform_data" "keyed" {
          for_each = { a = 1 }
          input    = "a"
        }
        resource "terraform_data" "single" { input = "a" }
        "#,
        &[
            ("counted", "0", "\"a\"", ""),
            ("counted", "1", "\"a\"", ""),
            ("keyed", "\"a\"", "\"a\"", ""),
            ("keyed", "\"b\"", "\"a\"", ""),
            ("single", "\"x\"", "\"a\"", ""),
            ("gone", "", "\"a\"", ""),
            ("module.gone.a", "", "\"a\"", ""),
        ],
        &[
            "terraform_data.counted[0] NoOp",
            "terraform_data.counted[1] Delete DeleteBecauseCountIndex",
            "terraform_data.gone Delete DeleteBecauseNoResourceConfig",
            "terraform_data.keyed[\"a\"] NoOp",
            "terraform_data.keyed[\"b\"] Delete DeleteBecauseEachKey",
            "terraform_data.single Create",
            "terraform_data.single[\"x\"] Delete DeleteBecauseWrongRepetition",
            "module.gone.terraform_data.a Delete DeleteBecauseNoResourceConfig",
        ],
    );
}

#[test]
fn removed_module_instance_is_the_delete_reason() {
    check(
        "module \"m\" {\n source = \"./m\"\n count = 1\n}\n# module m\nresource \"terraform_data\" \"a\" { input = \"a\" }\n",
        &[("module.m[0].a", "", "\"a\"", ""), ("module.m[1].a", "", "\"a\"", "")],
        &["module.m[0].terraform_data.a NoOp", "module.m[1].terraform_data.a Delete DeleteBecauseNoModule"],
    );
}

#[test]
fn moves_are_followed() {
    check(
        r#"
        resource "terraform_data" "c" { input = "a" }
        moved {
          from = terraform_data.a
          to   = terraform_data.b
        }
        moved {
          from = terraform_data.b
          to   = terraform_data.c
        }
        "#,
        &[("a", "", "\"a\"", "")],
        &["terraform_data.c NoOp from terraform_data.a"],
    );
    check(
        "module \"n\" {\n source = \"./m\"\n}\nmoved {\n from = module.m\n to = module.n\n}\n# module m\nresource \"terraform_data\" \"a\" { input = \"a\" }\n",
        &[("module.m.a", "", "\"a\"", "")],
        &["module.n.terraform_data.a NoOp from module.m.terraform_data.a"],
    );
    check(
        "moved {\n from = terraform_data.a\n to = terraform_data.b\n}\n",
        &[("a", "", "\"a\"", "")],
        &["terraform_data.b Delete DeleteBecauseNoMoveTarget from terraform_data.a"],
    );
}

#[test]
fn adding_count_moves_the_single_instance() {
    let counted = "resource \"terraform_data\" \"a\" {\n count = 1\n input = \"a\"\n}\n";
    check(counted, &[("a", "", "\"a\"", "")], &["terraform_data.a[0] NoOp from terraform_data.a"]);
    let single = "resource \"terraform_data\" \"a\" { input = \"a\" }\n";
    check(single, &[("a", "0", "\"a\"", "")], &["terraform_data.a NoOp from terraform_data.a[0]"]);
}

#[test]
fn tainted_deposed_and_forced_instances_are_replaced_or_deleted() {
    check(
        r#"
        resource "terraform_data" "a" { input = "a" }
        resource "terraform_data" "b" {
          input = "b"
          lifecycle { replace_triggered_by = [terraform_data.c] }
        }
        resource "terraform_data" "c" { input = "new" }
        "#,
        &[
            ("a", "", "\"a\"", "\"status\": \"tainted\","),
            ("b", "", "\"b\"", ""),
            ("c", "", "\"old\"", ""),
            ("c", "", "\"older\"", "\"deposed\": \"12345678\","),
        ],
        &[
            "terraform_data.a DeleteThenCreate ReplaceBecauseTainted",
            "terraform_data.b DeleteThenCreate ReplaceByTriggers",
            "terraform_data.c Update",
            "terraform_data.c Delete",
        ],
    );
}

#[test]
fn create_before_destroy_propagates_to_dependencies() {
    check(
        r#"
        resource "terraform_data" "base" { input = "a" }
        resource "terraform_data" "top" {
          input = terraform_data.base.id
          lifecycle { create_before_destroy = true }
        }
        "#,
        &[("base", "", "\"a\"", "\"status\": \"tainted\",")],
        &["terraform_data.base CreateThenDelete ReplaceBecauseTainted", "terraform_data.top Create"],
    );
}

#[test]
fn targets_and_forced_replacements_are_honored() {
    let config = "resource \"terraform_data\" \"a\" { input = \"new\" }\nresource \"terraform_data\" \"b\" { input = \"new\" }\n";
    let before = state(&[("a", "", "\"old\"", ""), ("b", "", "\"old\"", "")]);
    let a: iac_core::address::ResourceAddress = "terraform_data.a".parse().unwrap();
    let targets = Options { targets: vec![Target::Resource(a.clone())], ..Options::default() };
    assert_eq!(lines(&plan_with(config, &before, &targets).unwrap()), ["terraform_data.a Update"]);
    let replace = Options { replace: vec![a], ..Options::default() };
    let plan = plan_with(config, &before, &replace).unwrap();
    assert_eq!(
        lines(&plan),
        ["terraform_data.a DeleteThenCreate ReplaceByRequest", "terraform_data.b Update"]
    );
    let destroy = Options { destroy: true, ..Options::default() };
    let plan = plan_with(config, &before, &destroy).unwrap();
    assert_eq!(lines(&plan), ["terraform_data.a Delete", "terraform_data.b Delete"]);
}

#[test]
fn values_flow_through_modules_in_both_directions() {
    let config = r#"
        module "m" {
          source   = "./m"
          for_each = { x = "1", y = "2" }
          text     = each.value
        }
        output "all" { value = [for key, each in module.m : "${key}=${each.text}"] }
        output "one" { value = module.m["x"].text }
        # module m
variable "text" { type = number }
locals { twice = var.text * 2 }
resource "terraform_data" "a" { input = local.twice }
output "text" { value = terraform_data.a.input }
"#;
    let plan = plan_with(config, &state(&[]), &Options::default()).unwrap();
    let value = |name: &str| {
        let output = plan.outputs.iter().find(|output| output.name == *name).unwrap();
        format!("{:?}", output.after)
    };
    assert_eq!(value("one"), "2");
    assert_eq!(value("all"), r#"["x=2", "y=4"]"#);
}

#[test]
fn cause_leads_back_to_the_edit() {
    let config = r#"
        resource "terraform_data" "base" { input = "new" }
        locals { base = terraform_data.base.output }
        resource "terraform_data" "top" { input = local.base }
        "#;
    let before = state(&[("base", "", "\"old\"", ""), ("top", "", "\"old\"", "")]);
    let plan = plan_with(config, &before, &Options::default()).unwrap();
    let cause: Vec<_> = plan.changes[1]
        .cause
        .iter()
        .map(|cause| {
            format!("{} {} {:?}", cause.address, cause.path, cause.via.as_ref().map(ToString::to_string))
        })
        .collect();
    assert_eq!(cause, ["terraform_data.base output Some(\"input\")", "terraform_data.base input None"]);
}

#[test]
fn failed_conditions_are_errors_and_failed_checks_are_warnings() {
    refused(
        r#"
        variable "a" {
          default = 1
          validation {
            condition     = var.a > 1
            error_message = "a is too small"
          }
        }
        "#,
        "a is too small",
    );
    let check = r#"
        locals { one = 1 }
        check "c" {
          assert {
            condition     = local.one > 2
            error_message = "one is not greater"
          }
        }
        "#;
    let plan = plan_with(check, &state(&[]), &Options::default()).unwrap();
    assert_eq!(plan.warnings.iter().count(), 1);
    assert_eq!(plan.checks[0].instances[0].problems, ["one is not greater"]);
}

#[test]
fn checks_that_cannot_be_evaluated_are_errors() {
    refused(
        "locals { l = [] }\ncheck \"c\" {\n  assert {\n    condition = local.l[0] == 1\n    error_message = \"x\"\n  }\n}\n",
        "Invalid index",
    );
}

/// Returns the error of a configuration, with its position.
fn at(config: &str) -> String {
    let files = files(config);
    let loaded = config::load(".", &files).unwrap_or_else(|errors| panic!("{errors}"));
    let request = Request {
        module: &loaded.module,
        state: None,
        providers: &[],
        variables: &HashMap::new(),
        files: &files,
        options: &Options::default(),
    };
    plan(&request).expect_err("it has an error").to_string()
}

#[test]
fn errors_point_at_the_expression() {
    let config = "locals { t = { a = 1 } }\nresource \"terraform_data\" \"w\" {\n  input = {\n    b = 1\n    c = local.t.d\n  }\n}\n";
    assert!(at(config).ends_with("--> main.tf:5:9"), "{}", at(config));
    let config = "resource \"terraform_data\" \"w\" {\n  input = 1\n\n  count = -1\n}\n";
    assert!(at(config).ends_with("--> main.tf:4:11"), "{}", at(config));
    let config = "output \"n\" {\n  value = join(\"-\", [\n    \"a\",\n    tonumber(\"x\"),\n  ])\n}\n";
    assert!(at(config).ends_with("--> main.tf:4:5"), "{}", at(config));
}

#[test]
fn ignored_names_are_in_the_schema() {
    let ignoring = |name: &str| {
        format!(
            "resource \"terraform_data\" \"w\" {{\n  lifecycle {{\n    ignore_changes = [{name}]\n  }}\n}}\n"
        )
    };
    refused(&ignoring("nope"), "Unsupported attribute");
    refused(&ignoring("\"*\""), "Invalid ignore_changes wildcard");
    assert!(plan_with(&ignoring("input"), &state(&[]), &Options::default()).is_ok());
    assert!(plan_with(&ignoring("input[\"a\"]"), &state(&[]), &Options::default()).is_ok());
}

#[test]
fn imports_of_a_list_have_numbers_as_keys() {
    let config = "resource \"terraform_data\" \"a\" {\n  count = 2\n}\nimport {\n  for_each = [12, \"y\"]\n  to = terraform_data.a[each.key]\n  id = each.value\n}\n";
    let plan = plan_with(config, &state(&[]), &Options::default()).unwrap();
    let imported = |position: usize| plan.changes[position].importing.as_deref();
    assert_eq!((imported(0), imported(1)), (Some("12"), Some("y")));
}

#[test]
fn counts_may_be_sensitive() {
    let config = "resource \"terraform_data\" \"a\" {\n  count = sensitive(2)\n}\n";
    assert_eq!(plan_with(config, &state(&[]), &Options::default()).unwrap().changes.len(), 2);
}

#[test]
fn configuration_errors_are_diagnostics() {
    refused("locals {\n a = local.b\n b = local.a\n}\n", "Cycle: local.a → local.b → local.a");
    refused("variable \"a\" {}\n", "No value for required variable");
    refused("output \"a\" { value = var.b }\n", "Reference to undeclared input variable");
    refused(
        "resource \"terraform_data\" \"a\" {\n count = length(terraform_data.b.output)\n}\nresource \"terraform_data\" \"b\" { input = \"a\" }\n",
        "Invalid count argument",
    );
    refused(
        "resource \"terraform_data\" \"a\" {\n input = \"a\"\n}\nmoved {\n from = terraform_data.a\n to = terraform_data.b\n}\n",
        "Moved object still exists",
    );
    refused(
        "import {\n to = terraform_data.a\n id = \"x\"\n}\n",
        "Configuration for import target does not exist",
    );
    refused(
        "variable \"a\" {\n default = \"s\"\n sensitive = true\n}\noutput \"o\" { value = var.a }\n",
        "Output refers to sensitive values",
    );
}

#[test]
fn prevent_destroy_is_an_error() {
    let config = r#"
        resource "terraform_data" "a" {
          input = "a"
          lifecycle { prevent_destroy = true }
        }
        "#;
    let before = state(&[("a", "", "\"a\"", "\"status\": \"tainted\",")]);
    let error = plan_with(config, &before, &Options::default()).unwrap_err();
    assert!(error.contains("Instance cannot be destroyed"), "{error}");
}

#[test]
fn refreshed_state_is_planned_against_and_shows_drift() {
    let config = "resource \"terraform_data\" \"a\" { input = \"new\" }\n";
    let fresh_text = state(&[("a", "", "\"new\"", "")]);
    let fresh = State::decode(fresh_text.as_bytes()).unwrap();
    let options = Options { refreshed: Some(&fresh), ..Options::default() };
    let plan = plan_with(config, &state(&[("a", "", "\"old\"", "")]), &options).unwrap();
    assert_eq!(lines(&plan), ["terraform_data.a NoOp"]);
    assert_eq!(plan.drift.len(), 1);
}

#[test]
fn resources_without_a_schema_are_compared_as_written() {
    let config = "resource \"random_pet\" \"a\" {\n prefix = \"x\"\n}\nresource \"terraform_data\" \"b\" { input = random_pet.a.id }\n";
    let plan = plan_with(config, &state(&[]), &Options::default()).unwrap();
    assert_eq!(lines(&plan), ["random_pet.a Create", "terraform_data.b Create"]);
    assert!(!plan.changes[0].undecided.is_empty());
    let reason = &plan.changes[1].undecided[0].reason;
    assert!(reason.starts_with("`random_pet.a` is undecided"), "{reason}");
    assert_eq!(member(&plan.changes[1].after, "input"), Some(&Value::UNKNOWN));
}

#[test]
fn long_reference_chains_need_linear_work_and_constant_stack() {
    let mut config =
        "resource \"terraform_data\" \"r0\" { input = \"a\" }\nlocals { l0 = terraform_data.r0.output }\n"
            .to_owned();
    for number in 1..3000 {
        let before = number - 1;
        let _ = writeln!(
            config,
            "resource \"terraform_data\" \"r{number}\" {{ input = terraform_data.r{before}.output }}\nlocals {{ l{number} = local.l{before} }}"
        );
    }
    config += "resource \"terraform_data\" \"end\" { input = local.l2999 }\n";
    let before = state(&[("r0", "", "\"old\"", ""), ("r1", "", "\"old\"", ""), ("end", "", "\"old\"", "")]);
    let plan = plan_with(&config, &before, &Options::default()).unwrap();
    assert_eq!(plan.changes.len(), 3001);
    assert_eq!(
        lines(&plan)[..3],
        ["terraform_data.end Update", "terraform_data.r0 Update", "terraform_data.r1 Update"]
    );
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get(&Text::from(name)),
        _ => None,
    }
}

#[test]
fn module_that_is_not_installed_is_undecided() {
    let plan = plan_with(
        r#"
        module "far" {
          source = "example/network/aws"
        }
        module "near" {
          source = "./near"
          count  = 1
        }
        # module near
        module "deep" { source = "git::https://example.com/deep.git" }
        "#,
        &state(&[
            ("module.far.a", "", "\"a\"", ""),
            ("module.near[0].module.deep.a", "", "\"a\"", ""),
            ("module.near[1].module.deep.a", "", "\"a\"", ""),
        ]),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(
        lines(&plan),
        [
            "module.far.terraform_data.a NoOp",
            "module.near[0].module.deep.terraform_data.a NoOp",
            "module.near[1].module.deep.terraform_data.a Delete DeleteBecauseNoResourceConfig",
        ]
    );
    let undecided: Vec<usize> = plan.changes.iter().map(|change| change.undecided.len()).collect();
    assert_eq!(undecided, [1, 1, 0]);
    let instances: Vec<&str> = plan.undecided_instances.iter().map(|each| each.address.as_str()).collect();
    assert_eq!(instances, ["module.far", "module.near[0].module.deep"]);
    assert!(plan.warnings.has_errors());
}

#[test]
fn undecided_instances_are_in_the_plan() {
    let plan = plan_with(
        r#"
        resource "terraform_data" "a" { count = timestamp() == "never" ? 1 : 0 }
        module "far" { source = "example/network/aws" }
        "#,
        &state(&[("a", "0", "\"a\"", "")]),
        &Options::default(),
    );
    // Without anything undecided that they depend on, unknown instances are an error.
    assert!(plan.unwrap_err().contains("depends on values that are unknown until apply"));
    let plan = plan_with(
        r#"
        module "far" { source = "example/network/aws" }
        resource "terraform_data" "a" { count = module.far.count }
        module "m" {
          source = "./m"
          count  = module.far.count
        }
        # module m
        resource "terraform_data" "b" {}
        "#,
        &state(&[("a", "0", "\"a\"", ""), ("module.m[0].b", "", "\"a\"", "")]),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(lines(&plan), ["terraform_data.a[0] NoOp", "module.m[0].terraform_data.b NoOp"]);
    assert!(plan.changes.iter().all(|change| !change.undecided.is_empty()));
    let instances: Vec<&str> = plan.undecided_instances.iter().map(|each| each.address.as_str()).collect();
    assert_eq!(instances, ["module.far", "module.m", "terraform_data.a"]);
    let counts = crate::plan::Counts::of(&plan);
    assert!(!counts.has_changes() && counts.may_have_changes());
    assert_eq!((counts.undecided, counts.possible), (5, 5));
}

/// As in Terraform, only a direct reference counts, not one by way of a local value.
#[test]
fn data_source_is_read_later_if_what_it_refers_to_changes() {
    let plan = plan_with(
        r#"
        locals { id = terraform_data.changed.id }
        resource "terraform_data" "changed" { input = "b" }
        resource "terraform_data" "same" { input = "a" }
        data "terraform_remote_state" "direct" {
          backend = "local"
          config  = { path = terraform_data.changed.id }
        }
        data "terraform_remote_state" "local" {
          backend = "local"
          config  = { path = local.id }
        }
        data "terraform_remote_state" "ordered" {
          backend    = "local"
          config     = { path = local.id }
          depends_on = [terraform_data.changed]
        }
        data "terraform_remote_state" "same" {
          backend = "local"
          config  = { path = terraform_data.same.id }
        }
        "#,
        &state(&[("changed", "", "\"a\"", ""), ("same", "", "\"a\"", "")]),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(
        lines(&plan),
        [
            "terraform_data.changed Update",
            "terraform_data.same NoOp",
            "data.terraform_remote_state.direct Read ReadBecauseDependencyPending",
            "data.terraform_remote_state.local NoOp",
            "data.terraform_remote_state.ordered Read ReadBecauseDependencyPending",
            "data.terraform_remote_state.same NoOp",
        ]
    );
}

/// What is undecided at its source is undecided wherever it arrives, and nothing else is.
#[test]
fn undecided_values_are_undecided_where_they_arrive() {
    let plan = plan_with(
        r#"
        module "far" { source = "example/network/aws" }
        locals {
          names = { a = module.far.id, b = "b" }
        }
        resource "terraform_data" "direct" { triggers_replace = "x-${module.far.id}" }
        resource "terraform_data" "after" { input = terraform_data.direct.id }
        resource "terraform_data" "each" {
          for_each = local.names
          input    = each.value
        }
        resource "terraform_data" "later" { input = timestamp() }
        resource "terraform_data" "triggered" {
          input = "a"
          lifecycle { replace_triggered_by = [terraform_data.after] }
        }
        module "m" {
          source   = "./m"
          for_each = local.names
          value    = each.value
        }
        output "seen" { value = module.m["a"].value }
        output "fine" { value = module.m["b"].value }
        # module m
        variable "value" {}
        resource "terraform_data" "inner" { input = upper(var.value) }
        output "value" { value = terraform_data.inner.input }
        "#,
        &state(&[
            ("direct", "", "\"a\"", ""),
            ("after", "", "\"id-direct\"", ""),
            ("each", "\"a\"", "\"a\"", ""),
            ("each", "\"b\"", "\"b\"", ""),
            ("later", "", "\"a\"", ""),
            ("triggered", "", "\"a\"", ""),
        ]),
        &Options::default(),
    )
    .unwrap();
    let undecided = plan.changes.iter().filter(|change| !change.undecided.is_empty());
    let undecided: Vec<String> = undecided.map(|change| change.address.to_string()).collect();
    assert_eq!(
        undecided,
        [
            "terraform_data.after",
            "terraform_data.direct",
            "terraform_data.each[\"a\"]",
            "terraform_data.triggered",
            "module.m[\"a\"].terraform_data.inner",
        ]
    );
    let outputs: Vec<(&str, bool)> =
        plan.outputs.iter().map(|output| (output.name.as_str(), output.undecided.is_empty())).collect();
    assert_eq!(outputs, [("fine", true), ("seen", false)]);
}

#[test]
fn working_and_home_directory_are_known_if_they_are_given() {
    let config = r#"
        output "o" {
          value = [path.cwd, abspath(path.module), abspath("x"), pathexpand("~/x"), fileexists("~/x")]
        }
    "#;
    let known = Options {
        working_directory: Some("/work/stack".into()),
        home: Some("/home/user".into()),
        ..Options::default()
    };
    let plan = plan_with(config, &state(&[]), &known).unwrap();
    assert_eq!(
        format!("{:?}", plan.outputs[0].after),
        r#"["/work/stack", "/work/stack", "/work/stack/x", "/home/user/x", false]"#
    );
    let plan = plan_with(r#"output "o" { value = path.cwd }"#, &state(&[]), &Options::default()).unwrap();
    assert_eq!(format!("{:?}", plan.outputs[0].after), "(known after apply)");
}

#[test]
fn functions_of_a_provider_are_called() {
    const FILES: KnowledgeFiles = KnowledgeFiles {
        provider: "source hashicorp/x\nversion 1\nfacts -\n",
        services: &[],
        overlay: "",
        hooks: "",
    };
    fn call(function: &str, arguments: &[Value]) -> Option<Result<Value, FunctionError>> {
        match (function, arguments) {
            ("echo", [value]) => Some(Ok(value.clone())),
            ("echo", _) => Some(Err(FunctionError::Failed("one argument is required".to_owned()))),
            _ => None,
        }
    }
    let answer = |table: &Table, value: &str| {
        let required = "terraform {\n  required_providers {\n    mine = { source = \"hashicorp/x\" }\n  }\n}";
        let files = files(&format!("{required}\noutput \"o\" {{\n  value = {value}\n}}"));
        let loaded = config::load(".", &files).expect("it is valid");
        let request = Request {
            module: &loaded.module,
            state: None,
            providers: &[ProviderEntry { source: "registry.terraform.io/hashicorp/x", provider: table }],
            variables: &HashMap::new(),
            files: &files,
            options: &Options::default(),
        };
        match plan(&request) {
            Ok(plan) => format!("{:?}", plan.outputs[0].after),
            Err(errors) => {
                errors.iter().map(|error| error.detail.clone().unwrap_or_default()).collect::<String>()
            }
        }
    };
    let table = Table::new(FILES).with_functions(call);
    assert_eq!(answer(&table, r#"provider::mine::echo("a")"#), r#""a""#);
    assert!(answer(&table, "provider::mine::echo()").contains("one argument is required"));
    assert!(answer(&table, r#"provider::mine::nothing("a")"#).contains("there is no function"));
    // A function that does not exist is an error even before its arguments are known.
    assert!(answer(&table, "provider::mine::nothing(timestamp())").contains("there is no function"));
    let without = Table::new(FILES);
    assert_eq!(answer(&without, "provider::mine::nothing()"), "(known after apply)");
}

#[test]
fn text_is_compared_in_one_unicode_form() {
    check(
        "resource \"terraform_data\" \"a\" { input = \"e\u{301}\" }",
        &[("a", "", "\"\u{e9}\"", "")],
        &["terraform_data.a NoOp"],
    );
    check(
        "resource \"terraform_data\" \"a\" { input = \"\u{e9}\" }",
        &[("a", "", "\"e\u{301}\"", "")],
        &["terraform_data.a NoOp"],
    );
}
