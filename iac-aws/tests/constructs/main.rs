//! Snapshot tests of the constructs' HCL, and of their diagnostics.

mod accepted;
mod compute;
mod containers;
mod databases;
mod delivery;
mod foundations;
mod network;
mod serverless;
mod stacks;
mod traffic;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use iac_aws::network::{Nat, Network};
use iac_core::Stack;
use iac_core::diagnostic::Diagnostic;

/// Compares the HCL of a stack, filled by a closure, with `snapshots/<name>.snap`.
fn check(name: &str, fill: impl FnOnce(&Stack)) {
    let stack = Stack::new("production");
    fill(&stack);
    let text = stack.render_hcl().unwrap_or_else(|problems| panic!("{name}: {problems}"));
    // Skips the header with the provider version, which is the same everywhere.
    assert_snapshot(name, text.split_once("\n}\n\n").expect("the stack has settings").1);
}

/// Compares the diagnostics of a stack, filled by a closure, with `snapshots/<name>.snap`.
fn check_problems(name: &str, fill: impl FnOnce(&Stack)) {
    let stack = Stack::new("production");
    fill(&stack);
    let problems = stack.render_hcl().expect_err("the stack is invalid");
    assert_snapshot(name, &problems.iter().map(line).collect::<String>());
}

fn assert_snapshot(name: &str, text: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

fn line(problem: &Diagnostic) -> String {
    let detail = problem.detail.as_deref().map(|detail| format!(" {detail}")).unwrap_or_default();
    format!("{}: {}.{detail}\n", problem.code, problem.summary)
}

/// Returns a minimal network in two zones.
fn network(stack: &Stack) -> Network {
    let zones = ["eu-west-1a", "eu-west-1b"];
    stack.add(Network::builder("main", zones).nat(Nat::None).flow_log(false).gateway_endpoints([""; 0]))
}

/// A construct module with the name of a service would shadow the service.
#[test]
fn module_names_differ_from_service_names() {
    let names = |directory: &str, ending: &str| -> BTreeSet<String> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
        let files = fs::read_dir(directory).expect("the directory exists");
        let names =
            files.map(|file| file.expect("the entry can be read").file_name().to_string_lossy().into_owned());
        names.filter_map(|name| Some(name.strip_suffix(ending)?.to_owned())).collect()
    };
    let (modules, services) = (names("src", ".rs"), names("knowledge", ".schema"));
    assert!(services.contains("ec2") && modules.contains("network"));
    assert_eq!(modules.intersection(&services).collect::<Vec<_>>(), Vec::<&String>::new());
}
