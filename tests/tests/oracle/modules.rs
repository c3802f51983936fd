//! Modules written like widely used ones: their typical expressions evaluate to the same values as in Terraform.

use std::fs;
use std::path::Path;

use iac_core::config::MemoryFiles;
use iac_tests::random::ours::Ours;
use iac_tests::terraform::Terraform;
use serde_json::Value;

/// An empty state.
const EMPTY: &[u8] = br#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "modules", "outputs": {}, "resources": []}"#;

/// The marker for sensitive values.
const REDACTED: &str = "(sensitive value)";

#[test]
fn modules_evaluate_as_in_terraform() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/modules");
    let terraform = Terraform::new("modules");
    let mut files = MemoryFiles::default();
    copy(&root, Path::new(""), terraform.directory(), &mut files);
    let theirs = terraform.plan();
    let ours = Ours::binary().plan_files(&files, EMPTY);

    let changes = |plan: &Value| plan["resource_changes"].as_array().cloned().unwrap_or_default();
    let (mut their_changes, our_changes) = (changes(&theirs), changes(&ours));
    assert!(their_changes.len() > 40, "there are only {} changes", their_changes.len());
    let mut differences = Vec::new();
    for our in &our_changes {
        let Some(position) = their_changes.iter().position(|their| their["address"] == our["address"]) else {
            differences.push(format!("{} is not Terraform's", our["address"]));
            continue;
        };
        let their = their_changes.swap_remove(position);
        let address = our["address"].as_str().unwrap_or_default();
        for part in ["actions", "after", "after_unknown"] {
            compare(
                &format!("{address}.{part}"),
                &their["change"][part],
                &our["change"][part],
                &mut differences,
            );
        }
    }
    differences.extend(their_changes.iter().map(|their| format!("{} is missing", their["address"])));
    let outputs = |plan: &Value| plan["output_changes"].clone();
    compare("outputs", &outputs(&theirs), &outputs(&ours), &mut differences);
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Collects the differences. Our plan omits markers that are all false, and redacts sensitive values.
fn compare(path: &str, theirs: &Value, ours: &Value, differences: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(their), Value::Object(our)) => {
            let others = our.keys().filter(|key| !their.contains_key(*key));
            for key in their.keys().chain(others) {
                compare(&format!("{path}.{key}"), &theirs[key], &ours[key], differences);
            }
        }
        (Value::Array(their), Value::Array(our)) if their.len() == our.len() => {
            for (index, (their, our)) in their.iter().zip(our).enumerate() {
                compare(&format!("{path}[{index}]"), their, our, differences);
            }
        }
        _ if theirs == ours || ours == REDACTED || ours.is_null() && is_unmarked(theirs) => {}
        _ => differences.push(format!("{path}: {theirs}, ours {ours}")),
    }
}

/// Returns `true` if nothing is marked.
fn is_unmarked(marks: &Value) -> bool {
    match marks {
        Value::Null | Value::Bool(false) => true,
        Value::Array(elements) => elements.iter().all(is_unmarked),
        Value::Object(members) => members.values().all(is_unmarked),
        _ => false,
    }
}

/// Copies a directory to another one and into memory.
fn copy(root: &Path, directory: &Path, to: &Path, files: &mut MemoryFiles) {
    fs::create_dir_all(to.join(directory)).expect("the temporary directory can be written");
    for entry in fs::read_dir(root.join(directory)).expect("the directory is there") {
        let entry = entry.expect("the directory can be read");
        let path = directory.join(entry.file_name());
        if entry.path().is_dir() {
            copy(root, &path, to, files);
        } else {
            let text = fs::read_to_string(entry.path()).expect("valid UTF-8");
            fs::write(to.join(&path), &text).expect("the temporary directory can be written");
            let name = path.to_str().expect("it is Unicode").replace('\\', "/");
            *files = std::mem::take(files).with(&name, text.as_str());
        }
    }
}
