//! Console output of a program. Messages go to standard error, since the results are files.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where a program prints")]

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use super::arguments::{Arguments, HELP, UsageError};
use super::error::WriteError;
use super::write::{Difference, Written};
use crate::diagnostic::{Diagnostics, render};
use crate::synth::Synthesis;

/// Exit code when `--check` finds a difference.
const DIFFERS: u8 = 5;

pub(super) fn help() -> ExitCode {
    print!("{HELP}");
    ExitCode::SUCCESS
}

pub(super) fn usage_error(error: &UsageError) -> ExitCode {
    eprintln!("error: {error}\n\nhint: `--help` lists the arguments");
    ExitCode::FAILURE
}

pub(super) fn diagnostics(diagnostics: &Diagnostics) -> ExitCode {
    eprint!("{}", render::render(diagnostics, read_source, colored()));
    let errors = diagnostics.errors();
    let plural = if errors == 1 { "" } else { "s" };
    eprintln!("error: {errors} problem{plural} in the program; nothing was written");
    ExitCode::FAILURE
}

pub(super) fn warnings(warnings: &Diagnostics) {
    eprint!("{}", render::render(warnings, read_source, colored()));
}

pub(super) fn orphaned(paths: &[PathBuf]) {
    for path in paths {
        eprintln!("warning: `{}` belongs to a stack that no longer exists", path.display());
    }
    if !paths.is_empty() {
        eprintln!("hint: destroy its resources with Terraform, then remove the directory");
    }
}

pub(super) fn written(
    synthesis: &Synthesis,
    written: &Written,
    arguments: &Arguments,
    elapsed: Duration,
) -> ExitCode {
    if !arguments.quiet {
        let (stacks, resources) = size(synthesis);
        let out = arguments.out.display();
        let changed = match written.changed {
            0 => "nothing changed".to_owned(),
            1 => "1 file changed".to_owned(),
            changed => format!("{changed} files changed"),
        };
        eprintln!("{stacks}, {resources} → {out} ({changed}, {} ms)", elapsed.as_millis());
    }
    ExitCode::SUCCESS
}

pub(super) fn differences(differences: &[Difference], arguments: &Arguments) -> ExitCode {
    if differences.is_empty() {
        if !arguments.quiet {
            eprintln!("{} is up to date", arguments.out.display());
        }
        return ExitCode::SUCCESS;
    }
    for difference in differences {
        match difference {
            Difference::Missing(path) => eprintln!("error: `{}` is missing", path.display()),
            Difference::Changed(path, line) => {
                eprintln!("error: `{}` differs from the program's output at line {line}", path.display());
            }
            Difference::Superseded(path) => {
                eprintln!("error: `{}` is left over from the other syntax", path.display());
            }
        }
    }
    eprintln!("hint: run the same command without `--check` and commit the result");
    ExitCode::from(DIFFERS)
}

pub(super) fn waiting() {
    eprintln!("Waiting for another run that writes to the same directory");
}

pub(super) fn write_error(error: &WriteError) -> ExitCode {
    eprintln!("error: {error}");
    if let WriteError::Foreign(_) = error {
        eprintln!("hint: move or remove what is there, if it is not needed");
    }
    eprintln!("hint: `--out` chooses another directory");
    ExitCode::FAILURE
}

fn size(synthesis: &Synthesis) -> (String, String) {
    let count = |number: usize, noun: &str| match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    };
    let resources = synthesis.stacks.iter().map(|stack| stack.resources).sum();
    (count(synthesis.stacks.len(), "stack"), count(resources, "resource"))
}

fn colored() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && (is_set("CLICOLOR_FORCE") || io::stderr().is_terminal())
}

/// Reads a source file of the program to quote its lines. The compiler records paths relative to the workspace root,
/// which is the current directory or one of its ancestors.
fn read_source(file: &str) -> Option<String> {
    let directory = std::env::current_dir().ok()?;
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let roots = directory.ancestors().chain(manifest.iter().flat_map(|path| path.ancestors()));
    roots.map(|root: &Path| root.join(file)).find_map(|path| std::fs::read_to_string(path).ok())
}
