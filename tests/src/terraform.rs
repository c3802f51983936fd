//! Terraform as the oracle for rendered configurations.
//!
//! `terraform` must be in `PATH`, and `terraform init` must find the AWS provider offline: `. .ci/terraform.sh` sets
//! this up.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use serde_json::Value;

/// The maximum length of a file in bytes.
const PART: usize = 8000;

/// A directory for Terraform runs, with the AWS provider installed once.
#[derive(Debug)]
pub struct Terraform {
    directory: PathBuf,
}

/// A diagnostic of `terraform validate`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// True for an error, false for a warning.
    pub is_error: bool,
    /// The block concerned, as its first line in the configuration: `resource "aws_vpc" "main"`.
    pub block: String,
    /// The summary.
    pub summary: String,
    /// The details.
    pub detail: String,
    /// The line of the configuration.
    pub line: String,
}

impl Terraform {
    /// Creates a directory with this name, empty except for the provider.
    ///
    /// # Panics
    ///
    /// Panics if Terraform or the provider is not found.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let directory = env::temp_dir().join(format!("iac-oracle-{}-{name}", std::process::id()));
        fs::create_dir_all(&directory).expect("the temporary directory can be written");
        let terraform = Self { directory };
        terraform.write(
            "main.tf",
            "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n      version = \"5.100.0\"\n    }\n  }\n}\n",
        );
        let output = terraform.run(&["init", "-input=false", "-no-color"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "cannot install the AWS provider; run `. .ci/terraform.sh` first\n{stderr}"
        );
        fs::remove_file(terraform.directory.join("main.tf")).expect("it was written");
        terraform
    }

    /// Writes a file of the configuration.
    ///
    /// # Panics
    ///
    /// Panics if it cannot be written.
    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.directory.join(file), text).expect("the temporary directory can be written");
    }

    /// Writes a configuration, split into many files: Terraform rereads a whole file for each diagnostic.
    ///
    /// # Panics
    ///
    /// Panics if a file cannot be written.
    pub fn write_hcl(&self, text: &str) {
        let mut part = String::new();
        let mut parts = 0..;
        for block in text.split_inclusive("\n}\n") {
            part.push_str(block);
            if part.len() > PART {
                self.write(&format!("{}.tf", parts.next().expect("numbers do not end")), part.trim_start());
                part.clear();
            }
        }
        self.write("last.tf", part.trim_start());
    }

    /// Writes a JSON configuration, with one file per type.
    ///
    /// # Panics
    ///
    /// Panics if the configuration is not valid JSON.
    pub fn write_json(&self, text: &str) {
        let Value::Object(keywords) = serde_json::from_str(text).expect("a configuration is JSON") else {
            panic!("a configuration is an object");
        };
        for (keyword, content) in keywords {
            match content {
                Value::Object(types) if ["resource", "data", "ephemeral"].contains(&&*keyword) => {
                    for (name, content) in types {
                        let content = Value::from_iter([(name.clone(), content)]);
                        let text = Value::from_iter([(keyword.clone(), content)]).to_string();
                        self.write(&format!("{keyword}_{name}.tf.json"), &text);
                    }
                }
                content => {
                    let text = Value::from_iter([(keyword.clone(), content)]).to_string();
                    self.write(&format!("{keyword}.tf.json"), &text);
                }
            }
        }
    }

    /// Returns the directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the changes that `terraform fmt` would make; empty if there are none.
    ///
    /// # Panics
    ///
    /// Panics if Terraform cannot read a file.
    #[must_use]
    pub fn format_difference(&self) -> String {
        let output = self.run(&["fmt", "-check", "-diff", "-no-color"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.is_empty(), "terraform fmt: {stderr}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Returns the diagnostics of `terraform validate`, sorted.
    ///
    /// # Panics
    ///
    /// Panics if Terraform fails to run.
    #[must_use]
    pub fn validate(&self) -> Vec<Diagnostic> {
        let output = self.run(&["validate", "-json"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let answer: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("terraform validate failed: {error}\n{stderr}"));
        let diagnostics = answer["diagnostics"].as_array().expect("the answer lists diagnostics");
        let mut diagnostics: Vec<Diagnostic> = diagnostics.iter().map(Diagnostic::read).collect();
        diagnostics.sort();
        diagnostics
    }

    /// Returns the JSON of `terraform plan` for the configuration and an empty state.
    ///
    /// # Panics
    ///
    /// Panics if Terraform rejects the configuration.
    #[must_use]
    pub fn plan(&self) -> Value {
        let run = |arguments: &[&str]| succeed(&mut command(&self.directory, arguments));
        run(&["init", "-input=false", "-no-color"]);
        run(&["plan", "-input=false", "-no-color", "-refresh=false", "-out=planned"]);
        let shown = run(&["show", "-json", "planned"]);
        serde_json::from_slice(&shown.stdout).expect("`terraform show -json` writes JSON")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        command(&self.directory, arguments).output().expect("terraform is on the path")
    }
}

/// Creates a Terraform command for a directory, quiet and not interactive.
#[must_use]
pub fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("terraform");
    command.args(arguments).current_dir(directory).stdin(Stdio::null());
    // Otherwise the provider logs kilobytes per call.
    command.env("TF_LOG_SDK", "OFF").env("CHECKPOINT_DISABLE", "1");
    command
}

/// Returns the output of a Terraform command.
///
/// # Panics
///
/// Panics if the command fails.
pub fn succeed(command: &mut Command) -> Output {
    let output = command.output().expect("terraform is on the path");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    output
}

impl Drop for Terraform {
    fn drop(&mut self) {
        // The directory is kept after a failure, for inspection.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

impl Diagnostic {
    fn read(diagnostic: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            is_error: diagnostic["severity"] == "error",
            block: text(&diagnostic["snippet"]["context"]),
            summary: text(&diagnostic["summary"]),
            detail: text(&diagnostic["detail"]),
            line: text(&diagnostic["snippet"]["code"]).trim().to_owned(),
        }
    }
}
