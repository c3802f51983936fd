//! Terraform as the oracle for rendered configurations.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::Value;

/// A directory for Terraform runs.
#[derive(Debug)]
pub(crate) struct Terraform(PathBuf);

impl Terraform {
    /// Creates an empty directory.
    pub(crate) fn new(name: &str) -> Self {
        let directory = env::temp_dir().join(format!("iac-render-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }

    /// Writes a file.
    pub(crate) fn write(&self, file: impl AsRef<Path>, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs Terraform and returns its output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("terraform");
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null()).env("CHECKPOINT_DISABLE", "1");
        let output = command.output().expect("terraform is on the path");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "terraform {arguments:?} in {}: {text}{errors}", self.0.display());
        text
    }

    /// Applies the configuration and returns the values of its outputs.
    pub(crate) fn outputs(&self) -> Value {
        self.run(&["init", "-no-color"]);
        self.run(&["apply", "-auto-approve", "-no-color"]);
        let outputs: Value = serde_json::from_str(&self.run(&["output", "-json"])).unwrap();
        let values =
            outputs.as_object().unwrap().iter().map(|(name, output)| (name.clone(), output["value"].clone()));
        values.collect()
    }
}

impl Drop for Terraform {
    fn drop(&mut self) {
        // The directory is kept after a failure, for inspection.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
