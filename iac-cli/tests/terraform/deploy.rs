//! `iac deploy` and `iac destroy` with the real Terraform, on built-in resources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A synthesized program.
pub(crate) struct Program(TempDir);

impl Program {
    /// Writes stacks: their names, upstream stacks and configuration.
    pub(crate) fn new(stacks: &[(&str, &[&str], Value)]) -> Self {
        let program = Self(tempfile::tempdir().unwrap());
        let manifest: Vec<Value> = stacks
            .iter()
            .map(|(name, upstream, _)| {
                json!({"name": name, "path": name, "depends_on": upstream, "resources": [], "edges": []})
            })
            .collect();
        let manifest = json!({"format_version": "1.0", "stacks": manifest});
        fs::write(program.path("manifest.json"), manifest.to_string()).unwrap();
        for (name, _, configuration) in stacks {
            program.configure(name, configuration);
        }
        program
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn configure(&self, stack: &str, configuration: &Value) {
        fs::create_dir_all(self.path(stack)).unwrap();
        for name in ["model.json", "main.tf.json"] {
            fs::write(self.path(stack).join(name), configuration.to_string()).unwrap();
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iac"));
        let (verb, args) = args.split_first().unwrap();
        command.arg(verb).arg("--synthesized").arg(self.0.path()).args(args);
        command.stdin(Stdio::null()).env("CHECKPOINT_DISABLE", "1").env("NO_COLOR", "1");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TF_")) {
            command.env_remove(name);
        }
        command
    }

    /// Runs `iac` and returns its exit code and everything that it printed.
    pub(crate) fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        ended(self.command(args).output().unwrap())
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Returns the resources in the state of a stack.
    fn resources(&self, stack: &str) -> Vec<String> {
        let text = fs::read(self.path(stack).join("terraform.tfstate")).unwrap_or_default();
        let state: Value = serde_json::from_slice(&text).unwrap_or_default();
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        let managed = resources.iter().filter(|resource| resource["mode"] == "managed");
        managed.map(|resource| resource["name"].as_str().unwrap().to_owned()).collect()
    }
}

fn ended(output: Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

fn wait_for(path: &Path) {
    let started = Instant::now();
    while !path.exists() {
        assert!(started.elapsed() < Duration::from_secs(60), "{} does not appear", path.display());
        thread::sleep(Duration::from_millis(20));
    }
}

/// A resource, and an output with its ID.
fn producer(input: &Value) -> Value {
    json!({"resource": {"terraform_data": {"made": {"input": input}}},
        "output": {"id": {"value": "${terraform_data.made.id}"}, "input": {"value": "${terraform_data.made.output}"}}})
}

/// A resource whose input is the output of another stack.
fn consumer(of: &str, output: &str) -> Value {
    let path = format!("${{path.module}}/../{of}/terraform.tfstate");
    json!({"data": {"terraform_remote_state": {"other": {"backend": "local", "config": {"path": path}}}},
        "resource": {"terraform_data": {"used": {
            "input": format!("${{data.terraform_remote_state.other.outputs.{output}}}")}}}})
}

/// A resource that runs a command when it is created.
fn running(command: &str) -> Value {
    let provisioner = json!({"local-exec": {"command": command, "quiet": true}});
    json!({"resource": {"terraform_data": {"ran": {"provisioner": provisioner}}}})
}

fn two_stacks() -> Program {
    Program::new(&[("web", &["network"], consumer("network", "id")), ("network", &[], producer(&json!("a")))])
}

#[test]
fn stacks_are_applied_in_order_and_then_match() {
    let program = two_stacks();
    let (code, said) = program.run(&["deploy"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("approval is required"), "{said}");
    assert!(program.resources("network").is_empty());
    let digest = said.split("--expect ").nth(1).unwrap().split('`').next().unwrap().to_owned();

    let (code, said) = program.run(&["deploy", "--expect", &digest]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        (program.resources("network"), program.resources("web")),
        (vec!["made".into()], vec!["used".into()])
    );
    assert!(!program.path(".iac/journal.json").exists());

    let (code, said) = program.run(&["deploy", "--auto-approve"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("All 2 stacks: no changes."), "{said}");
    let (code, said) = program.run(&["deploy", "--resume"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nothing to resume"), "{said}");

    let (code, said) = program.run(&["destroy", "--auto-approve"]);
    assert_eq!(code, Some(0), "{said}");
    let at = |name: &str| said.find(&format!("Applied {name}")).unwrap();
    assert!(at("web") < at("network"), "{said}");
    assert!(program.resources("network").is_empty() && program.resources("web").is_empty());
}

#[test]
fn other_effects_than_those_expected_are_not_applied() {
    let program = two_stacks();
    let digest = "0".repeat(40);
    let (code, said) = program.run(&["deploy", "--expect", &digest]);
    assert_eq!(code, Some(4), "{said}");
    assert!(program.resources("network").is_empty());
}

#[test]
fn events_are_lines_of_json() {
    let program = two_stacks();
    let output = program.command(&["deploy", "--auto-approve", "--json"]).output().unwrap();
    let events: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let applied = ["stack_started", "resource_started", "resource_finished", "stack_finished"];
    assert_eq!(kinds, [&["stack_planned", "stack_planned", "approved"], &applied[..], &applied[..]].concat());
    assert_eq!(events[1]["stack"], "web");
    assert_eq!(events[1]["predicted"], true);
}

#[test]
fn failure_stops_dependents_only_and_the_rest_is_resumed() {
    let fails = "test -f ../mended && echo x >> ../ran";
    let mut failing = running(fails);
    failing["output"] = json!({"id": {"value": "${terraform_data.ran.id}"}});
    let program = Program::new(&[
        ("failing", &[], failing),
        ("alone", &[], running("echo x >> ../alone-ran")),
        ("dependent", &["failing"], consumer("failing", "id")),
    ]);
    let (code, said) = program.run(&["deploy", "--auto-approve"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("1 stack applied, 1 stack failed, 1 stack not begun"), "{said}");
    assert!(said.contains("Skipped dependent: `failing` was not applied"), "{said}");
    assert_eq!(program.resources("alone"), ["ran"]);

    // A resource whose creation failed is tainted: its replacement was not approved.
    let (code, said) = program.run(&["deploy", "--resume"]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("terraform_data.ran: replace instead of create"), "{said}");

    fs::write(program.path("mended"), "").unwrap();
    let (code, said) = program.run(&["deploy", "--auto-approve"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(program.resources("dependent"), ["used"]);
    assert_eq!(fs::read_to_string(program.path("alone-ran")).unwrap().lines().count(), 1);
}

#[test]
fn effects_that_differ_after_upstream_was_applied_stop_the_stack() {
    // Applying the first stack changes what the second one reads from a file.
    let mut first = running("touch ../web/flag");
    first["output"] = json!({"id": {"value": "${terraform_data.ran.id}"}});
    let mut web = consumer("first", "id");
    web["resource"]["terraform_data"]["flagged"] =
        json!({"input": "${fileexists(\"${path.module}/flag\") ? \"b\" : \"a\"}"});
    let program = Program::new(&[("first", &[], first), ("web", &["first"], web)]);
    let (code, said) = program.run(&["deploy", "--auto-approve"]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("terraform_data.flagged: another value of `input`"), "{said}");
    assert!(program.resources("web").is_empty(), "{said}");
    // It can be reviewed as it is now.
    let (code, said) = program.run(&["deploy", "--auto-approve"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn count_that_depends_on_another_stack_is_undecided_until_that_is_applied() {
    let mut web = consumer("network", "id");
    web["resource"]["terraform_data"]["used"]["count"] =
        json!("${length(data.terraform_remote_state.other.outputs.input)}");
    let program = Program::new(&[("network", &[], producer(&json!(["a", "b"]))), ("web", &["network"], web)]);
    let (code, said) = program.run(&["deploy", "--auto-approve"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("terraform_data.used may be created"), "{said}");
    let state = fs::read_to_string(program.path("web/terraform.tfstate")).unwrap();
    assert_eq!(state.matches("index_key").count(), 2);
}

#[cfg(unix)]
#[test]
fn interrupt_lets_terraform_store_what_it_did() {
    let program = Program::new(&[
        ("slow", &[], running("touch ../begun; sleep 2; echo x >> ../ran")),
        ("later", &["slow"], running("true")),
    ]);
    let child = program.start(&["deploy", "--auto-approve"]);
    wait_for(&program.path("begun"));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let (code, said) = ended(child.wait_with_output().unwrap());
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(program.resources("slow"), ["ran"], "{said}");
    assert!(program.resources("later").is_empty(), "{said}");
}

#[cfg(unix)]
#[test]
fn killed_deployment_is_resumed_without_applying_twice() {
    let program = Program::new(&[
        ("slow", &[], running("touch ../begun; sleep 1; echo x >> ../ran")),
        ("later", &["slow"], running("echo x >> ../later-ran")),
    ]);
    let mut child = program.start(&["deploy", "--auto-approve"]);
    wait_for(&program.path("begun"));
    child.kill().unwrap();
    child.wait().unwrap();
    // Terraform goes on and stores the state.
    wait_for(&program.path("ran"));
    let started = Instant::now();
    while program.resources("slow").is_empty() || program.path("slow/.terraform.tfstate.lock.info").exists() {
        assert!(started.elapsed() < Duration::from_secs(60));
        thread::sleep(Duration::from_millis(20));
    }
    let (code, said) = program.run(&["deploy", "--resume"]);
    assert_eq!(code, Some(0), "{said}");
    let lines = |name: &str| fs::read_to_string(program.path(name)).unwrap().lines().count();
    assert_eq!((lines("ran"), lines("later-ran")), (1, 1), "{said}");
}

#[test]
fn change_between_approval_and_apply_is_stopped() {
    let other = json!({"resource": {"terraform_data": {"made": {"input": "approved"}}}});
    let program = Program::new(&[("a", &[], running("touch ../begun; sleep 3")), ("b", &[], other)]);
    let child = program.start(&["deploy", "--auto-approve", "--parallel", "1"]);
    wait_for(&program.path("begun"));
    // Somebody else applies the stack that waits.
    let theirs = r#"{"resource": {"terraform_data": {"made": {"input": "theirs"}}}}"#;
    fs::write(program.path("b/main.tf.json"), theirs).unwrap();
    let apply = ["apply", "-auto-approve", "-input=false", "-no-color"];
    let applied = Command::new("terraform").args(apply).current_dir(program.path("b")).output().unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    let (code, said) = ended(child.wait_with_output().unwrap());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("Saved plan is stale"), "{said}");
    assert!(fs::read_to_string(program.path("b/terraform.tfstate")).unwrap().contains("theirs"));
}

#[test]
fn two_deployments_of_one_directory_exclude_each_other() {
    let program = Program::new(&[("slow", &[], running("touch ../begun; sleep 2"))]);
    let child = program.start(&["deploy", "--auto-approve"]);
    wait_for(&program.path("begun"));
    let (code, said) = program.run(&["deploy", "--auto-approve"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("another `iac` deploys"), "{said}");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn gate_closes_before_anything_is_applied() {
    let program = Program::new(&[("network", &[], producer(&json!("a")))]);
    assert_eq!(program.run(&["deploy", "--auto-approve"]).0, Some(0));
    program.configure("network", &json!({"output": {"id": {"value": "none"}}}));
    let (code, said) = program.run(&["deploy", "--auto-approve", "--fail-on", "destructive"]);
    assert_eq!(code, Some(3), "{said}");
    assert_eq!(program.resources("network"), ["made"]);
}
