//! `iac ci`

use std::fs;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::process::Iac;

/// Four stacks, two of which depend on the first, and the last on both; and a name that means something to YAML and shells.
const MANIFEST: &str = r#"{"format_version": "1.0", "stacks": [
    {"name": "service", "environment": "production", "path": "service", "depends_on": ["it's: \"odd\"", "data"], "resources": [], "edges": []},
    {"name": "it's: \"odd\"", "path": "it's: odd", "depends_on": ["network"], "resources": [], "edges": []},
    {"name": "data", "environment": "production", "path": "data", "depends_on": ["network"], "resources": [], "edges": []},
    {"name": "network", "path": "network", "depends_on": [], "resources": [], "edges": []}]}"#;

fn synthesized(manifest: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("out")).unwrap();
    fs::write(directory.path().join("out/manifest.json"), manifest).unwrap();
    directory
}

fn ci(manifest: &str, args: &[&str]) -> String {
    let directory = synthesized(manifest);
    Iac::new(&[&["ci"], args, &["--synthesized", "out"]].concat()).directory(directory.path()).run()
}

#[test]
fn each_system_gets_its_pipeline() {
    assert_snapshot!("github", ci(MANIFEST, &["github"]));
    assert_snapshot!("gitlab", ci(MANIFEST, &["gitlab", "--branch", "trunk"]));
    assert_snapshot!("atlantis", ci(MANIFEST, &["atlantis"]));
}

#[test]
fn what_cannot_be_ordered_is_refused() {
    let none = r#"{"format_version": "1.0", "stacks": []}"#;
    assert_snapshot!(ci(none, &["github"]), @"
    exit: 1
    stderr:
    error: there is no stack
    hint: a pipeline has a job for each stack
    ");
    let missing = r#"{"format_version": "1.0", "stacks": [{"name": "a", "path": "a", "depends_on": ["b"], "resources": [], "edges": []}]}"#;
    assert_snapshot!(ci(missing, &["github"]), @"
    exit: 1
    stderr:
    error: the manifest has stacks that depend on each other, or on none that is there
    hint: `iac synth` writes it anew
    ");
}
