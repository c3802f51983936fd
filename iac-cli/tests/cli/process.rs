//! Runs `iac` and captures its output.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A run of `iac` that is independent of the environment.
pub(crate) struct Iac {
    command: Command,
    /// Strings that differ between runs, and their placeholders.
    hidden: Vec<(String, &'static str)>,
}

impl Iac {
    /// Runs in this package's directory.
    pub(crate) fn new(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iac"));
        command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
        for name in [
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "COLUMNS",
            "RUST_BACKTRACE",
            "CARGO_TERM_COLOR",
            "TF_DATA_DIR",
            "TF_PLUGIN_CACHE_DIR",
            "TF_WORKSPACE",
        ] {
            command.env_remove(name);
        }
        // No provider is found in the mirrors of this machine.
        command.env(
            "TF_CLI_CONFIG_FILE",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/no-mirrors.tfrc"),
        );
        Self { command, hidden: Vec::new() }
    }

    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Replaces a path in the output by a placeholder.
    pub(crate) fn hide(mut self, path: &Path, name: &'static str) -> Self {
        self.hidden.push((path.display().to_string(), name));
        self
    }

    /// Returns the exit code, stdout and stderr.
    pub(crate) fn run(mut self) -> String {
        let Output { status, stdout, stderr } = self.command.output().unwrap();
        let mut seen = String::new();
        writeln!(seen, "exit: {}", status.code().map_or("signal".to_owned(), |code| code.to_string()))
            .unwrap();
        for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
            if !text.is_empty() {
                writeln!(seen, "{name}:\n{}", String::from_utf8(text).unwrap()).unwrap();
            }
        }
        for (text, name) in &self.hidden {
            seen = seen.replace(text, name);
        }
        without_times(seen.trim_end())
    }
}

/// Replaces the modification times of states, which depend on the checkout.
fn without_times(text: &str) -> String {
    const MARK: &str = "last modified ";
    let mut parts = text.split(MARK);
    let mut hidden = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once(" UTC").expect("times end with UTC");
        hidden.push_str(MARK);
        hidden.push_str("TIME");
        hidden.push_str(rest);
    }
    hidden
}

/// Runs `iac`, and returns the exit code, stdout and stderr.
pub(crate) fn iac(args: &[&str]) -> String {
    Iac::new(args).run()
}

/// Returns a directory like one that `iac synth` writes.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}
