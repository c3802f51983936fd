//! Cargo: metadata of packages, and builds.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

use crate::command_error::CommandError;
use crate::terminal::Terminal;

/// The packages of a workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
}

/// A package and its targets.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) targets: Vec<Target>,
    pub(crate) default_run: Option<String>,
    /// `[package.metadata]`: one table for each tool.
    metadata: Option<BTreeMap<String, Value>>,
}

/// A target of a package: a binary, an example, a library, a test…
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

/// The kind of a target that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    Bin,
    Example,
}

impl TargetKind {
    /// Returns the noun for messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Bin => "binary",
            Self::Example => "example",
        }
    }

    /// Returns the noun for messages, with its article.
    pub(crate) fn a_noun(self) -> &'static str {
        match self {
            Self::Bin => "a binary",
            Self::Example => "an example",
        }
    }

    /// Returns Cargo's name of the kind.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Bin => "bin",
            Self::Example => "example",
        }
    }
}

impl Package {
    pub(crate) fn directory(&self) -> &Path {
        self.manifest_path.parent().expect("a manifest path has a parent")
    }

    /// `[package.metadata.iac]`
    pub(crate) fn iac_table(&self) -> Option<&Value> {
        self.metadata.as_ref()?.get("iac")
    }

    /// Returns the names of the targets of a kind.
    pub(crate) fn programs(&self, kind: TargetKind) -> impl Iterator<Item = &str> {
        let is_kind = move |target: &&Target| target.kind.iter().any(|each| each == kind.as_str());
        self.targets.iter().filter(is_kind).map(|target| target.name.as_str())
    }
}

/// The Cargo that runs this process, or else the one on the path.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

fn cannot_run(error: std::io::Error) -> CommandError {
    CommandError::because("cannot run cargo", error).hint("install Rust from https://rustup.rs")
}

/// Asks Cargo for the packages of the workspace that a `Cargo.toml` belongs to.
pub(crate) fn metadata(manifest: &Path) -> Result<Metadata, CommandError> {
    let answer = cargo()
        .args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"])
        .arg(manifest)
        .stderr(Stdio::inherit())
        .output()
        .map_err(cannot_run)?;
    if !answer.status.success() {
        return Err(CommandError::reported());
    }
    serde_json::from_slice(&answer.stdout)
        .map_err(|error| CommandError::because("cannot parse the output of `cargo metadata`", error))
}

/// A target to build, with its options.
#[derive(Debug)]
pub(crate) struct Build<'a> {
    pub(crate) package: &'a Package,
    pub(crate) kind: TargetKind,
    pub(crate) name: &'a str,
    /// Options for `cargo build`.
    pub(crate) options: Vec<String>,
}

/// Builds a program and returns the path of its executable. Cargo reports progress and compile errors on stderr.
pub(crate) fn build(build: &Build<'_>, terminal: &Terminal) -> Result<PathBuf, CommandError> {
    let mut command = cargo();
    command
        .args(["build", "--message-format=json-render-diagnostics", "--color", terminal.color.as_str()])
        .arg("--manifest-path")
        .arg(&build.package.manifest_path)
        .args(["--package", &build.package.name])
        .args([&format!("--{}", build.kind.as_str()), build.name])
        .args(&build.options);
    if terminal.quiet {
        command.arg("--quiet");
    }
    terminal.detail("Running", format_args!("{command:?}"));
    let mut cargo = command.stdout(Stdio::piped()).spawn().map_err(cannot_run)?;
    let stdout = cargo.stdout.take().expect("stdout is piped");
    let mut executable = None;
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(|error| CommandError::because("cannot read the output of cargo", error))?;
        // Most lines are about dependencies: they are not worth parsing.
        if line.contains("\"executable\":\"") {
            executable = executable_of(&line, build).or(executable);
        }
    }
    let status = cargo.wait().map_err(cannot_run)?;
    if !status.success() {
        return Err(CommandError::reported());
    }
    executable
        .ok_or_else(|| CommandError::new(format!("cargo did not report the executable of `{}`", build.name)))
}

/// Returns the path of the executable if a message of Cargo is about this build.
fn executable_of(message: &str, build: &Build<'_>) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Artifact {
        target: Target,
        executable: Option<PathBuf>,
    }
    let artifact: Artifact = serde_json::from_str(message).ok()?;
    let is_target = artifact.target.name == build.name
        && artifact.target.kind.iter().any(|kind| kind == build.kind.as_str());
    artifact.executable.filter(|_| is_target)
}
