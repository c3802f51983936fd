//! `--with auto`, with an installed binary that cannot be started: it tells whether it was tried.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::process::Iac;

const CONFIG: &str = r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
"#;

/// A directory with an installed provider, which notes that it was started and exits.
struct Project(TempDir);

impl Project {
    fn new(version: &str, files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            fs::write(project.0.path().join(name), text).unwrap();
        }
        let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
        let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
        let binary = project.0.path().join(format!(
            ".terraform/providers/registry.terraform.io/hashicorp/aws/{version}/{system}_{machine}/terraform-provider-aws_v{version}_x5"
        ));
        fs::create_dir_all(binary.parent().unwrap()).unwrap();
        let script = format!("#!/bin/sh\necho started >> {}\nexit 1\n", project.started().display());
        fs::write(&binary, script).unwrap();
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        project
    }

    fn started(&self) -> PathBuf {
        self.0.path().join("started")
    }

    fn plan(&self, args: &[&str]) -> String {
        let args = [&["plan", "--config", ".", "--no-cache"], args].concat();
        Iac::new(&args).directory(self.0.path()).run()
    }
}

#[test]
fn failed_start_is_reported_and_the_table_answers() {
    let project = Project::new("5.100.0", &[("main.tf", CONFIG)]);
    let said = project.plan(&["--no-state"]);
    assert!(project.started().exists());
    assert!(said.starts_with("exit: 0\n"), "{said}");
    assert!(said.contains("Plan: 1 to add, 0 to change, 0 to destroy."), "{said}");
    assert!(said.contains("Provider: built-in knowledge predicted 1 change"), "{said}");
    assert!(said.contains("the binary of provider `hashicorp/aws` did not answer"), "{said}");
    let said = project.plan(&["--no-state", "--format", "json"]);
    assert!(said.contains(r#""predicted_by":"table""#), "{said}");
}

#[test]
fn unchanged_plan_and_table_start_no_provider() {
    let state = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}"#;
    let empty = CONFIG.split("resource").next().unwrap();
    let project = Project::new("5.100.0", &[("main.tf", empty), ("terraform.tfstate", state)]);
    let said = project.plan(&[]);
    assert!(said.contains("No changes."), "{said}");
    assert!(!said.contains("did not answer"), "{said}");
    fs::write(project.0.path().join("main.tf"), CONFIG).unwrap();
    let said = project.plan(&["--with", "table"]);
    assert!(said.contains("1 to add") && !said.contains("Provider:"), "{said}");
    assert!(!project.started().exists());
}

#[test]
fn version_that_the_constraints_exclude_is_not_used() {
    let project = Project::new("6.58.0", &[("main.tf", CONFIG)]);
    let said = project.plan(&["--no-state"]);
    assert!(said.contains("1 to add") && !said.contains("did not answer"), "{said}");
    let said = project.plan(&["--no-state", "--with", "provider"]);
    assert!(
        said.contains("no binary found for provider registry.terraform.io/hashicorp/aws ~> 5.0"),
        "{said}"
    );
    assert!(!project.started().exists());
}
