//! Output and exit codes of the `iac` binary. Library functions are tested next to their code.
//!
//! These tests are in this package because Cargo builds a binary for the tests of its own package only, and passes
//! them its path.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod across;
mod add;
mod auto;
mod check;
mod ci;
mod completions;
mod credentials;
mod docs;
mod documentation;
mod graph;
mod help;
mod new;
mod partial;
mod plan;
mod process;
mod program;
mod project;
mod remote;
mod review;
mod samples;
mod schema;
mod schema_check;
mod secrets;
mod versions;
mod whole;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_test_file_is_a_module() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let main = fs::read_to_string(directory.join("main.rs")).unwrap();
    let declared: BTreeSet<&str> =
        main.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    let files: BTreeSet<String> = fs::read_dir(&directory)
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .filter(|name| name != "main")
        .collect();
    let declared: BTreeSet<String> = declared.into_iter().map(str::to_owned).collect();
    let undeclared: Vec<&String> = files.difference(&declared).collect();
    assert!(undeclared.is_empty(), "declare these files of tests/cli as modules in main.rs: {undeclared:?}");
}
