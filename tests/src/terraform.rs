//! Terraform, as the judge of what is rendered.
//!
//! `terraform` has to be on the path, and `terraform init` has to find the AWS provider without a network: with
//! `. .ci/terraform.sh` it does.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use serde_json::Value;

/// How long a file becomes, in bytes.
const PART: usize = 8000;

/// A directory in which Terraform runs, and in which the AWS provider is installed once.
#[derive(Debug)]
pub struct Terraform {
    directory: PathBuf,
}

/// What `terraform validate` says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Judgement {
    /// Whether it is an error, not a warning.
    pub is_error: bool,
    /// What it is about, as the configuration begins it: `resource "aws_vpc" "main"`.
    pub block: String,
    /// What kind of problem it is.
    pub summary: String,
    /// What the problem is.
    pub detail: String,
    /// The line of the configuration.
    pub line: String,
}

impl Terraform {
    /// A directory of this name, empty but for the provider.
    ///
    /// # Panics
    ///
    /// If there is no Terraform or no provider.
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
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "the AWS provider cannot be installed; `. .ci/terraform.sh` first\n{said}"
        );
        fs::remove_file(terraform.directory.join("main.tf")).expect("it was written");
        terraform
    }

    /// Writes a file of the configuration.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.directory.join(file), text).expect("the temporary directory can be written");
    }

    /// Writes a configuration, in many files: Terraform reads a whole file again for each diagnostic.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
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

    /// Writes a configuration in JSON, in a file for each type.
    ///
    /// # Panics
    ///
    /// If it is none.
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

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What `terraform fmt` would change: nothing, if the text is empty.
    ///
    /// # Panics
    ///
    /// If Terraform cannot read a file.
    #[must_use]
    pub fn format_difference(&self) -> String {
        let output = self.run(&["fmt", "-check", "-diff", "-no-color"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.is_empty(), "terraform fmt: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What `terraform validate` says of the configuration, sorted.
    ///
    /// # Panics
    ///
    /// If Terraform does not answer.
    #[must_use]
    pub fn validate(&self) -> Vec<Judgement> {
        let output = self.run(&["validate", "-json"]);
        let said = String::from_utf8_lossy(&output.stderr);
        let answer: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("terraform validate does not answer: {error}\n{said}"));
        let diagnostics = answer["diagnostics"].as_array().expect("the answer lists diagnostics");
        let mut judgements: Vec<Judgement> = diagnostics.iter().map(Judgement::read).collect();
        judgements.sort();
        judgements
    }

    /// What `terraform plan` makes of the configuration where there is nothing yet, as JSON.
    ///
    /// # Panics
    ///
    /// If Terraform refuses the configuration.
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

/// Terraform in a directory, quiet and asking nobody.
#[must_use]
pub fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("terraform");
    command.args(arguments).current_dir(directory).stdin(Stdio::null());
    // The provider writes kilobytes for each call otherwise.
    command.env("TF_LOG_SDK", "OFF").env("CHECKPOINT_DISABLE", "1");
    command
}

/// What a command of Terraform says.
///
/// # Panics
///
/// If it fails.
pub fn succeed(command: &mut Command) -> Output {
    let output = command.output().expect("terraform is on the path");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output
}

impl Drop for Terraform {
    fn drop(&mut self) {
        // After a failure, the directory stays for those who look for the reason.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

impl Judgement {
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
