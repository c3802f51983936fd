//! `iac add`, without building the crate.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::process::Iac;

/// The schema of a small provider.
const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/provider/schema.json");

fn add(directory: &Path, args: &[&str]) -> String {
    Iac::new(&[&["add"], args].concat()).directory(directory).hide(directory, "HERE").run()
}

fn read(directory: &Path, file: &str) -> String {
    fs::read_to_string(directory.join(file)).unwrap()
}

#[test]
fn crate_is_created_from_a_schema() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    assert_snapshot!(add(directory, &["example/cloudy@1.2.3", "--schema", SCHEMA, "--iac-version", "0.1.0"]));
    let package = directory.join("iac-cloudy");
    assert_snapshot!(read(&package, "Cargo.toml"));
    assert_snapshot!(read(&package, "knowledge/references.rules"));
    assert!(read(&package, "src/lib.rs").contains("provider example/cloudy"));
    assert!(read(&package, "build.rs").contains("rerun-if-changed=knowledge"));
    assert!(read(&package, "knowledge/provider.schema").contains("version 1.2.3"));
    assert!(read(&package, "knowledge/cloudy.schema").contains("resource cloudy_network"));
}

#[test]
fn existing_crate_is_updated_and_keeps_its_rules() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let args =
        ["example/cloudy@1.2.3", "--schema", SCHEMA, "--iac-version", "0.1.0", "--include", "cloudy_network"];
    add(directory, &args);
    let knowledge = directory.join("iac-cloudy/knowledge");
    let first = read(&knowledge, "cloudy.schema");
    assert!(first.contains("resource cloudy_network") && !first.contains("cloudy_server"), "{first}");

    fs::write(
        knowledge.join("references.rules"),
        "kind cloudy_network id:id\nrefer network_id id cloudy_network\n",
    )
    .unwrap();
    assert_snapshot!(add(directory, &["example/cloudy@1.3.0", "--schema", SCHEMA]));
    assert!(read(&knowledge, "cloudy.schema").contains("resource cloudy_server"));
    assert!(read(&knowledge, "provider.schema").contains("version 1.3.0"));
    assert!(read(&knowledge, "references.rules").starts_with("kind cloudy_network"));

    fs::write(
        knowledge.join("provider.schema"),
        read(&knowledge, "provider.schema").replace("1.3.0", "1.2.9"),
    )
    .unwrap();
    fs::write(knowledge.join("references.rules"), "kind cloudy_lake id:id\nrefer lake_id id cloudy_lake\n")
        .unwrap();
    assert_snapshot!(add(directory, &["example/cloudy@1.3.0", "--schema", SCHEMA]));
    // Nothing is replaced.
    assert!(read(&knowledge, "provider.schema").contains("version 1.2.9"));
}

#[test]
fn mistakes_are_explained() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let answers = [
        add(directory, &["a/b/c/d"]),
        add(directory, &["example/cloudy", "--schema", SCHEMA]),
        add(directory, &["example/other@1.0.0", "--schema", SCHEMA]),
        add(directory, &["example/cloudy@1.2.3", "--schema", SCHEMA, "--include", "cloudy_lake*"]),
        add(directory, &["example/cloudy@1.2.3", "--schema", "missing.json"]),
    ];
    assert_snapshot!(answers.join("\n"));
    assert_eq!(fs::read_dir(directory).unwrap().count(), 0);
}
