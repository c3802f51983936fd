//! `iac plan`

use std::fs;

use insta::assert_snapshot;

use crate::process::{Iac, fixture};
use crate::schema_check::{check, documented};

/// Runs `iac plan` on a synthesized fixture.
fn plan(args: &[&str]) -> String {
    let directory = fixture("planned");
    Iac::new(&[&["plan", "--synthesized", directory.to_str().unwrap()], args].concat())
        .hide(&directory, "DIR")
        .run()
}

/// Runs `iac plan` on configuration files in a temporary directory.
fn plan_files(files: &[(&str, &str)], args: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    Iac::new(&[&["plan", "--config", "."], args].concat())
        .directory(directory.path())
        .hide(directory.path(), "DIR")
        .run()
}

#[test]
fn each_stack_is_compared_with_its_own_state() {
    assert_snapshot!(plan(&[]));
}

#[test]
fn stack_is_selected_by_name() {
    assert_snapshot!(plan(&["--stack", "service", "--format", "markdown"]), @r#"
    exit: 0
    stdout:
    ### service: 1 to add, 0 to change, 0 to destroy

    3 policy warnings; run `iac check` for details.

    | | Resource | Change | Source |
    |---|---|---|---|
    | `+` | `aws_sqs_queue.mail` | will be created | `src/main.rs:30:21` |

    <details><summary><code>aws_sqs_queue.mail</code></summary>

    ```diff
    + content_based_deduplication = false
    + delay_seconds               = 0
    + fifo_queue                  = false
    + max_message_size            = 262144
    + message_retention_seconds   = 345600
    + name                        = "mail"
    + receive_wait_time_seconds   = 0
    + visibility_timeout_seconds  = 30
      # known after apply: arn, deduplication_scope, fifo_throughput_limit, id, kms_data_key_reuse_period_seconds,
      #   name_prefix, policy, redrive_allow_policy, redrive_policy, sqs_managed_sse_enabled, tags_all,
      #   url
    ```

    </details>

    <sub>State: none (no backend is configured, and \`DIR/service/terraform.tfstate\` does not exist)</sub>

    <sub>Effects: `cba6cbed95de961feb3bc2ed2a84d8af93fa172d`</sub>
    "#);
    assert_snapshot!(plan(&["--stack", "servise"]), @"
    exit: 1
    stderr:
    error: no stack matches `servise`
    hint: did you mean `service`?
    ");
}

#[test]
fn targets_replacements_and_destroy_are_planned() {
    assert_snapshot!(plan(&["--stack", "service", "--destroy"]), @"
    exit: 0
    stdout:
    service

    State: none (no backend is configured, and `DIR/service/terraform.tfstate` does not exist)
    No changes. The state matches the configuration.
    ");
    let summary = |args: &[&str]| {
        plan(&[&["--stack", "network"], args].concat()).lines().last().unwrap_or_default().to_owned()
    };
    assert_snapshot!(summary(&["--target", "aws_vpc.main"]), @"Plan: 0 to add, 1 to change, 0 to destroy. The plan is incomplete.");
    assert_snapshot!(summary(&["--target", "aws_vpc.main", "--replace", "aws_vpc.main"]), @"Plan: 1 to add, 0 to change, 1 to destroy. The plan is incomplete.");
    assert_snapshot!(summary(&["--destroy"]), @"Plan: 0 to add, 0 to change, 3 to destroy.");
    assert_snapshot!(plan(&["--target", "module."]), @"
    exit: 1
    stderr:
    error: invalid target `module.`: `module.` is not a valid resource address: expected a name at the end
    hint: targets are resources, instances or modules: `aws_vpc.main`, `aws_subnet.a[0]`, `module.network`
    ");
    assert_snapshot!(plan(&["--replace", "module.a"]), @"
    exit: 1
    stderr:
    error: invalid address `module.a` for `--replace`: `module.a` is not a valid resource address: expected `.` at the end
    hint: use a resource or an instance: `aws_instance.web`, `aws_subnet.a[0]`
    ");
}

#[test]
fn detailed_exit_code_reports_changes() {
    let code = |args: &[&str]| plan(args).lines().next().unwrap_or_default().to_owned();
    assert_eq!(code(&["--detailed-exitcode"]), "exit: 2");
    assert_eq!(code(&["--detailed-exitcode", "--stack", "service", "--destroy"]), "exit: 0");
    assert_eq!(code(&["--stack", "service"]), "exit: 0");
    assert_eq!(code(&["--detailed-exitcode", "--state", "nowhere", "--stack", "service"]), "exit: 1");
}

#[test]
fn json_conforms_to_its_schema() {
    let schema = documented("plan.schema.json");
    let json = |args: &[&str]| -> serde_json::Value {
        let seen = plan(args);
        serde_json::from_str(seen.strip_prefix("exit: 0\nstdout:\n").unwrap()).unwrap()
    };
    let one = json(&["--stack", "network", "--json"]);
    check(&schema, &one);
    // A plan made here is complete.
    for member in [
        "format_version",
        "terraform_version",
        "planned_values",
        "resource_changes",
        "prior_state",
        "configuration",
        "applyable",
        "complete",
        "errored",
    ] {
        assert!(one.get(member).is_some(), "{member}");
    }
    for change in one["resource_changes"].as_array().unwrap() {
        for member in ["before", "after", "after_unknown", "before_sensitive", "after_sensitive"] {
            assert!(change["change"].get(member).is_some(), "{member} of {}", change["address"]);
        }
    }
    assert_eq!(one["counts"]["add"], 2);
    let changes = one["resource_changes"].as_array().unwrap();
    let subnet = changes.iter().find(|change| change["address"] == "aws_subnet.a").unwrap();
    assert_eq!(subnet["source"], serde_json::json!({"file": "src/main.rs", "line": 15, "column": 21}));
    assert_eq!(subnet["inner_source"]["file"], "src/network.rs");
    assert_eq!(subnet["change"]["replace_paths"], serde_json::json!([["cidr_block"]]));
    let all = json(&["--format", "json"]);
    assert_eq!(all["stacks"][0]["plan"], one);
    assert_eq!(all["stacks"][0]["environment"], "production");
    check(&schema, &all["stacks"][1]["plan"]);
    assert_eq!(all["counts"]["add"], 3);
}

#[test]
fn plan_file_is_replaced_atomically() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("plan.json");
    let out = file.to_str().unwrap();
    assert_eq!(plan(&["--json", "--stack", "network", "--out", out]), "exit: 0");
    let text = fs::read_to_string(&file).unwrap();
    let shown = text.replace(fixture("planned").to_str().unwrap(), "DIR");
    assert!(plan(&["--json", "--stack", "network"]).ends_with(shown.trim_end()));
    assert!(
        plan(&["--json", "--stack", "network", "--state", "nowhere", "--out", out]).starts_with("exit: 1")
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), text, "a plan that fails leaves it");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn empty_stdin_is_not_an_empty_state() {
    let main = ("main.tf", "locals {\n  x = 1\n}\n");
    assert_snapshot!(plan_files(&[main], &["--state", "-"]), @"
    exit: 1
    stderr:
    error: expected a state, but stdin is empty
    hint: use `--no-state` to plan as if nothing existed
    hint: `terraform state pull` prints nothing if it fails: see its error on stderr
    ");
    assert_snapshot!(plan_files(&[main, ("terraform.tfstate", "not read")], &["--no-state"]), @"
    exit: 0
    stdout:
    State: none (`--no-state` was given)
    No changes. The state matches the configuration.
    ");
}

#[test]
fn configuration_directory_is_planned() {
    let configuration = "
        variable \"name\" {
          type = string
        }
        variable \"size\" {
          type = number
        }
        resource \"aws_sqs_queue\" \"a\" {
          name                       = var.name
          visibility_timeout_seconds = var.size
        }
    ";
    let files =
        [("main.tf", configuration), ("terraform.tfvars", "name = \"a\"\n"), ("x.tfvars", "size = 1\n")];
    assert_snapshot!(plan_files(&files, &["--var", "size=2", "--var-file", "x.tfvars"]), @r#"
    exit: 0
    stdout:
      # aws_sqs_queue.a will be created
      # main.tf:8:9
      + resource "aws_sqs_queue" "a" {
          + content_based_deduplication = false
          + delay_seconds               = 0
          + fifo_queue                  = false
          + max_message_size            = 262144
          + message_retention_seconds   = 345600
          + name                        = "a"
          + receive_wait_time_seconds   = 0
          + visibility_timeout_seconds  = 1
            # known after apply: arn, deduplication_scope, fifo_throughput_limit, id, kms_data_key_reuse_period_seconds,
            #   name_prefix, policy, redrive_allow_policy, redrive_policy, region, sqs_managed_sse_enabled,
            #   tags_all, url
        }

    3 policy warnings; run `iac check` for details.

    State: none (no backend is configured, and `./terraform.tfstate` does not exist)
    Effects: 3f58df9824d4d0e468cc5a0fb454f3d6775b7a98
    Plan: 1 to add, 0 to change, 0 to destroy.
    "#);
    let last = plan_files(&files, &["--var-file", "x.tfvars", "--var", "size=2", "--json"]);
    assert!(last.contains(r#""variables":{"name":{"value":"a"},"size":{"value":2}}"#), "{last}");
}

#[test]
fn invalid_input_is_explained() {
    assert_snapshot!(plan(&["--state", "x"]), @"
    exit: 1
    stderr:
    error: `--state` is for a single stack, but several are selected: network, service
    hint: select one with `--stack`
    ");
    assert_snapshot!(plan(&["--stack", "network", "--state", "nowhere"]), @"
    exit: 1
    stderr:
    error: cannot read `nowhere`: No such file or directory (os error 2)
    ");
    assert_snapshot!(plan_files(&[("main.tf", "resource \"aws_vpc\" {\n")], &[]), @r#"
    exit: 1
    stderr:
    error[invalid-syntax]: unclosed block `resource`
     --> main.tf:1:20
      |
    1 | resource "aws_vpc" {
      |                    ^
      |
      = help: add `}`

    error: 1 error in the configuration
    "#);
    assert_snapshot!(plan_files(&[("main.tf", ""), ("s", "{\"version\": 4, ")], &["--state", "s"]), @"
    exit: 1
    stderr:
    error: cannot parse the state in `s`: invalid state at line 1, column 16: expected a quoted name, found the end of the file
    hint: The file is truncated. Fetch it again, or use its backup.
    ");
    assert_snapshot!(Iac::new(&["plan", "--config", "nowhere"]).run(), @"
    exit: 1
    stderr:
    error: `nowhere` is not a directory
    hint: `--config` takes the directory of a root module
    ");
    assert_snapshot!(plan_files(&[("main.tf", "")], &["--stack", "a"]), @"
    exit: 1
    stderr:
    error: the argument '--config <DIR>' cannot be used with '--stack <GLOB>'

    Usage: iac plan --config <DIR>

    For more information, try '--help'.
    ");
    assert_snapshot!(plan_files(&[("main.tf", "variable \"a\" {}")], &[]), @r#"
    exit: 1
    stderr:
    error[missing-variable]: No value for required variable
     --> main.tf:1:1
      |
    1 | variable "a" {}
      | ^^^^^^^^^^^^^^^
      |
      = note: Variable `a` has no default, and no value is given for it.
      = help: Set it with `--var a=…`, or in a file with `--var-file`.

    error: 1 error in the configuration
    "#);
    assert_snapshot!(plan_files(&[("main.tf", "variable \"a\" {}")], &["--var", "b=1"]), @r#"
    exit: 1
    stderr:
    error[undeclared-variable]: value for undeclared variable `b`
     |
     = help: declare it with `variable "b" { }`

    error: 1 error in the configuration
    "#);
}
