//! `iac new`, without building the project.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::process::Iac;

fn new(directory: &Path, args: &[&str]) -> String {
    Iac::new(&[&["new"], args].concat()).directory(directory).hide(directory, "HERE").run()
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn project_is_created() {
    let directory = tempfile::tempdir().unwrap();
    assert_snapshot!(new(directory.path(), &["live/infra", "--iac-version", "0.1.0"]), @"
    exit: 0
    stderr:
         Created `infra` in live/infra
    hint: run `cd live/infra && iac synth` to write the Terraform configuration
    ");
    let project = directory.path().join("live/infra");
    assert_eq!(names(&project), [".gitignore", "Cargo.toml", "README.md", "src"]);
    assert_eq!(names(&project.join("src")), ["main.rs", "tests.rs"]);
    assert_snapshot!(fs::read_to_string(project.join("Cargo.toml")).unwrap(), @r#"
    [package]
    name = "infra"
    version = "0.1.0"
    edition = "2024"
    rust-version = "1.89"
    publish = false

    [package.metadata.iac]
    # Output directory of `iac synth`, relative to this file.
    out = "iac.out"

    [dependencies]
    # One feature per AWS service: `iac schema TYPE` shows the feature of a resource type.
    iac-aws = { version = "0.1.0", default-features = false, features = ["ec2"] }
    iac-core = { version = "0.1.0" }

    [dev-dependencies]
    insta = { version = "1", default-features = false }

    [profile.dev]
    # Sufficient for backtraces, and faster to build.
    debug = "line-tables-only"
    "#);
    for file in ["README.md", "src/main.rs", "src/tests.rs"] {
        let text = fs::read_to_string(project.join(file)).unwrap();
        assert!(text.contains("infra") && !text.contains("{{"), "{file}");
    }
}

#[test]
fn existing_empty_directory_is_used() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    assert_snapshot!(new(directory.path(), &[".", "--name", "infra", "--iac-git", "https://example.org/iac", "--iac-rev", "v1"]), @"
    exit: 0
    stderr:
         Created `infra` in .
    hint: run `iac synth` to write the Terraform configuration
    ");
    let manifest = fs::read_to_string(directory.path().join("Cargo.toml")).unwrap();
    assert!(manifest.contains(r#"iac-core = { git = "https://example.org/iac", rev = "v1" }"#), "{manifest}");
}

#[test]
fn existing_files_are_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("README.md"), "mine").unwrap();
    assert_snapshot!(new(directory.path(), &[".", "--name", "infra"]), @"
    exit: 1
    stderr:
    error: `HERE` is not empty: it contains `README.md`
    hint: choose an empty directory, or one that does not exist
    ");
    assert_snapshot!(new(directory.path(), &["README.md", "--name", "infra"]), @"
    exit: 1
    stderr:
    error: `HERE/README.md` exists but is not a directory
    ");
    assert_eq!(names(directory.path()), ["README.md"]);
}

#[test]
fn invalid_names_and_sources_are_rejected() {
    let directory = tempfile::tempdir().unwrap();
    assert_snapshot!(new(directory.path(), &["my infra"]), @"
    exit: 1
    stderr:
    error: invalid package name `my infra`
    hint: start with a letter, and use only letters, digits, `-` and `_`
    hint: set another name with `--name`
    ");
    assert_snapshot!(new(directory.path(), &["infra", "--name", "iac-core"]), @"
    exit: 1
    stderr:
    error: invalid package name `iac-core`
    hint: the name is reserved by Rust or Cargo, or is that of a dependency
    ");
    assert_snapshot!(new(directory.path(), &["infra", "--iac-path", "."]), @"
    exit: 1
    stderr:
    error: `.` is not a checkout of iac
    hint: a checkout has the directories iac-core and iac-aws
    ");
    assert_snapshot!(new(directory.path(), &["infra", "--iac-path", "nowhere"]), @"
    exit: 1
    stderr:
    error: cannot find `nowhere`: No such file or directory (os error 2)
    ");
    assert!(names(directory.path()).is_empty());
}

#[test]
fn enclosing_workspace_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("Cargo.toml"), "[workspace]\nmembers = []\n").unwrap();
    assert_snapshot!(new(directory.path(), &["infra", "--quiet"]), @"exit: 0");
    assert_snapshot!(new(directory.path(), &["other"]), @"
    exit: 0
    stderr:
         Created `other` in other
    hint: add the package to `members` in HERE/Cargo.toml
    hint: run `cd other && iac synth` to write the Terraform configuration
    ");
}
