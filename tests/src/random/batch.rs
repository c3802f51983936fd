//! Batches of programs, planned by Terraform as one configuration.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::Program;
use crate::terraform::command;

/// A directory for Terraform runs, with the AWS provider installed.
#[derive(Debug)]
pub struct Terraform {
    directory: TempDir,
}

/// The result of a batch.
#[derive(Debug)]
pub struct Planned {
    /// The plan in the format of `terraform show -json`.
    pub plan: Value,
    /// The numbers of the programs that Terraform rejected, with the reasons; they are not part of the plan.
    pub refused: Vec<(usize, String)>,
}

/// Provider configuration for planning without a server. `aws.tagged` has default tags.
#[must_use]
pub fn provider() -> Value {
    let plain = json!({
        "region": "us-east-1", "access_key": "test", "secret_key": "test",
        "skip_credentials_validation": true, "skip_requesting_account_id": true,
        "skip_metadata_api_check": true, "skip_region_validation": true,
    });
    let mut tagged = plain.clone();
    tagged["alias"] = json!("tagged");
    tagged["default_tags"] = json!({"tags": {"owner": "all", "Name": "default"}});
    json!({
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}},
        "provider": {"aws": [plain, tagged]},
    })
}

impl Terraform {
    /// Creates a directory.
    ///
    /// # Panics
    ///
    /// Panics if Terraform or the provider is not found.
    #[must_use]
    pub fn new() -> Self {
        let directory =
            TempDir::with_prefix("iac-differential-").expect("the temporary directory can be written");
        let terraform = Self { directory };
        terraform.write("provider.tf.json", &provider());
        let output = terraform.run(&["init", "-input=false", "-no-color"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "cannot install the AWS provider; run `. .ci/terraform.sh` first\n{stderr}"
        );
        terraform
    }

    /// Plans programs from a state, without the ones that Terraform rejects.
    ///
    /// # Panics
    ///
    /// Panics if Terraform fails for a reason unrelated to any program.
    #[must_use]
    pub fn plan(&self, programs: &[Program], state: &Value) -> Planned {
        self.clear();
        self.write("before.tfstate", state);
        for program in programs {
            self.write(&file(program.number), &program.config());
        }
        let mut refused = Vec::new();
        loop {
            let arguments =
                ["plan", "-refresh=false", "-input=false", "-json", "-state=before.tfstate", "-out=planned"];
            let output = self.run(&arguments);
            if output.status.success() {
                break;
            }
            let errors = errors(&output);
            let numbers: BTreeSet<usize> = errors.iter().filter_map(|error| error.0).collect();
            assert!(
                !numbers.is_empty(),
                "terraform refuses: {errors:#?}\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
            for number in numbers {
                let why = errors.iter().find(|error| error.0 == Some(number)).map(|error| error.1.clone());
                refused.push((number, why.unwrap_or_default()));
                fs::remove_file(self.path().join(file(number))).expect("it was written");
            }
            let state = without(state, &refused);
            self.write("before.tfstate", &state);
        }
        let output = self.run(&["show", "-json", "planned"]);
        let plan = serde_json::from_slice(&output.stdout).expect("`terraform show -json` writes JSON");
        Planned { plan, refused }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, content: &Value) {
        fs::write(self.path().join(name), content.to_string())
            .expect("the temporary directory can be written");
    }

    fn clear(&self) {
        for entry in fs::read_dir(self.path()).expect("the directory is there").flatten() {
            if entry.file_name().to_string_lossy().starts_with('p')
                && entry.path() != self.path().join("provider.tf.json")
            {
                fs::remove_file(entry.path()).expect("it is ours");
            }
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = command(self.path(), arguments);
        command.env("AWS_EC2_METADATA_DISABLED", "true").output().expect("terraform is on the path")
    }
}

impl Default for Terraform {
    fn default() -> Self {
        Self::new()
    }
}

fn file(number: usize) -> String {
    format!("p{number}.tf.json")
}

/// Returns the program of a name such as `p12_0`.
#[must_use]
pub fn number(name: &str) -> Option<usize> {
    name.strip_prefix('p')?.split(['_', '.']).next()?.parse().ok()
}

/// Returns the program of an address such as `aws_vpc.p12_0`.
#[must_use]
pub fn number_of_address(address: &str) -> Option<usize> {
    number(address.split('.').nth(1)?)
}

/// Returns the state without the resources of some programs.
#[must_use]
pub fn without(state: &Value, refused: &[(usize, String)]) -> Value {
    let mut state = state.clone();
    if let Some(resources) = state["resources"].as_array_mut() {
        resources.retain(|resource| {
            let number = resource["name"].as_str().and_then(number);
            !refused.iter().any(|(refused, _)| Some(*refused) == number)
        });
    }
    state
}

/// Terraform's message for calls that were cancelled because the provider crashed.
const CANCELLED: &str = "Request cancelled";

/// Returns the errors with the programs they concern. A crash of the provider is attributed to one of the calls in
/// progress.
fn errors(output: &Output) -> Vec<(Option<usize>, String)> {
    let text = String::from_utf8_lossy(&output.stdout);
    let diagnostics = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    diagnostics
        .filter(|line| {
            line["diagnostic"]["severity"] == "error" && line["diagnostic"]["summary"] != CANCELLED
        })
        .map(|line| {
            let diagnostic = &line["diagnostic"];
            let of_file = diagnostic["range"]["filename"].as_str().and_then(number);
            let of_address = diagnostic["address"].as_str().and_then(number_of_address);
            let message = format!("{}: {}", diagnostic["summary"], diagnostic["detail"]);
            // Provider bugs have no source range; the address is part of the message.
            let of_detail = || message.split_whitespace().find_map(number_of_address);
            (of_address.or(of_file).or_else(of_detail), message)
        })
        .collect()
}
