//! What Cargo knows of packages, and what it builds.

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

/// A package, and what can be built of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) targets: Vec<Target>,
    pub(crate) default_run: Option<String>,
    /// `[package.metadata]`: one table for each tool.
    metadata: Option<BTreeMap<String, Value>>,
}

/// A binary, an example, or something that is not run.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

/// What a program is to its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    Bin,
    Example,
}

impl TargetKind {
    /// What it is called in a sentence.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Bin => "binary",
            Self::Example => "example",
        }
    }

    /// One of them in a sentence.
    pub(crate) fn a_noun(self) -> &'static str {
        match self {
            Self::Bin => "a binary",
            Self::Example => "an example",
        }
    }

    /// Cargo's name for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Bin => "bin",
            Self::Example => "example",
        }
    }
}

impl Package {
    pub(crate) fn directory(&self) -> &Path {
        self.manifest_path.parent().expect("Cargo.toml lies in a directory")
    }

    /// `[package.metadata.iac]`
    pub(crate) fn iac_table(&self) -> Option<&Value> {
        self.metadata.as_ref()?.get("iac")
    }

    /// The names of what can be run.
    pub(crate) fn programs(&self, kind: TargetKind) -> impl Iterator<Item = &str> {
        let is_such = move |target: &&Target| target.kind.iter().any(|each| each == kind.as_str());
        self.targets.iter().filter(is_such).map(|target| target.name.as_str())
    }
}

/// The Cargo that runs us, else the one that the shell would run.
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
        .map_err(|error| CommandError::because("cannot understand `cargo metadata`", error))
}

/// What is to be built, and how.
#[derive(Debug)]
pub(crate) struct Build<'a> {
    pub(crate) package: &'a Package,
    pub(crate) kind: TargetKind,
    pub(crate) name: &'a str,
    /// What is passed on to Cargo.
    pub(crate) options: Vec<String>,
}

/// Builds a program. Cargo itself says on stderr how it gets on, and what does not compile.
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
        let line = line.map_err(|error| CommandError::because("cannot read what cargo says", error))?;
        // There is a line for each of the dependencies, too.
        if line.contains("\"executable\":\"") {
            executable = executable_of(&line, build).or(executable);
        }
    }
    let status = cargo.wait().map_err(cannot_run)?;
    if !status.success() {
        return Err(CommandError::reported());
    }
    executable.ok_or_else(|| {
        CommandError::new(format!("cargo has built `{}`, but does not say where it is", build.name))
    })
}

/// Where the program is, if a message of Cargo's is about it.
fn executable_of(message: &str, build: &Build<'_>) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Artifact {
        target: Target,
        executable: Option<PathBuf>,
    }
    let artifact: Artifact = serde_json::from_str(message).ok()?;
    let is_it = artifact.target.name == build.name
        && artifact.target.kind.iter().any(|kind| kind == build.kind.as_str());
    artifact.executable.filter(|_| is_it)
}
