//! A program: its stacks, and the entry point that synthesizes them.

mod arguments;
mod error;
mod ownership;
mod pending;
mod report;
mod write;

use std::cell::RefCell;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Instant;

use self::arguments::{Arguments, Request};
use self::error::WriteError;
use crate::diagnostic::Diagnostics;
use crate::stack::Stack;
use crate::synth::{Syntax, Synthesis, synthesize};
use crate::text::Text;

/// The stacks of a program.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use iac_core::{App, Output};
///
/// fn main() -> ExitCode {
///     let app = App::new();
///     for environment in ["staging", "production"] {
///         let stack = app.stack(environment).environment(environment);
///         stack.add(Output::new("environment", environment));
///     }
///     app.run()
/// }
/// ```
#[derive(Debug, Default)]
pub struct App {
    stacks: RefCell<Vec<Stack>>,
}

impl App {
    /// Creates a program without stacks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a stack. The name is also the name of its output directory, and identifies the stack to other stacks.
    #[track_caller]
    pub fn stack(&self, name: impl Into<Text>) -> Stack {
        let stack = Stack::new(name);
        self.stacks.borrow_mut().push(stack.clone());
        stack
    }

    /// Validates and renders all stacks.
    ///
    /// # Errors
    ///
    /// Returns all diagnostics of the program if any of them is an error.
    pub fn synthesize(&self, syntax: Syntax) -> Result<Synthesis, Diagnostics> {
        synthesize(&self.stacks.borrow(), syntax)
    }

    /// Runs the program according to the process arguments: writes the configurations, or compares them with the
    /// files on disk.
    ///
    /// `--help` lists the arguments. The exit code is 0 on success, 1 if the program or an argument is invalid or a
    /// file cannot be written, and 5 if `--check` finds a difference. Nothing is written unless everything is valid;
    /// either all files are replaced, the manifest last,
    /// or none, and none that somebody else wrote.
    #[must_use]
    pub fn run(&self) -> ExitCode {
        self.run_with(std::env::args_os().skip(1))
    }

    /// Like [`run`](Self::run), with explicit arguments instead of those of the process.
    #[must_use]
    pub fn run_with(&self, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
        let start = Instant::now();
        let arguments = match Arguments::parse(arguments.into_iter()) {
            Ok(Request::Synthesize(arguments)) => arguments,
            Ok(Request::Help) => return report::help(),
            Err(error) => return report::usage_error(&error),
        };
        let synthesis = match self.synthesize(arguments.syntax) {
            Ok(synthesis) => synthesis,
            Err(diagnostics) => return report::diagnostics(&diagnostics),
        };
        report::warnings(&synthesis.warnings);
        let files = write::files(&synthesis, &arguments);
        let result = if arguments.check {
            files.compare().map(|differences| report::differences(&differences, &arguments))
        } else {
            files
                .write(report::waiting)
                .map(|written| report::written(&synthesis, &written, &arguments, start.elapsed()))
        };
        let result = result.and_then(|code| {
            report::orphaned(&files.orphaned()?);
            Ok(code)
        });
        result.unwrap_or_else(|error: WriteError| report::write_error(&error))
    }
}
