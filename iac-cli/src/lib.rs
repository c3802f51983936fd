//! The `iac` command line: finds a program through Cargo, runs it, and plans, checks, reviews and documents its
//! stacks.
//!
//! Anything that another program could use is in the libraries, such as [`iac_core`] and [`iac_plan`]. The binaries
//! only call [`run`].

mod cargo;
mod cli;
mod command_error;
mod commands;
mod data_directory;
mod disk;
mod manifest;
mod output;
mod program;
mod select;
mod settings;
mod state_source;
mod suggest;
mod synthesized;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::cli::Cli;
use crate::command_error::CommandError;
use crate::terminal::{ColorChoice, Terminal};

/// Returns the definition of all commands and options, from which documentation is generated.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs a command line, whose first element is the name of the binary, and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut args: Vec<OsString> = args.into_iter().collect();
    // Help and usage errors are printed before the options are parsed.
    ColorChoice::of_args(&args).make_global();
    let mut command = Cli::command();
    // Cargo runs `cargo-iac iac synth` for `cargo iac synth`.
    let runs_under_cargo = args.first().is_some_and(|binary| {
        std::path::Path::new(binary).file_stem().is_some_and(|name| name == "cargo-iac")
    });
    if runs_under_cargo {
        command = command.bin_name("cargo iac");
        if args.get(1).is_some_and(|word| word == "iac") {
            args.remove(1);
        }
    }
    let parsed = command.try_get_matches_from_mut(args).and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => {
            let terminal = Terminal::new(&cli.global);
            match cli.command.run(&terminal) {
                Ok(outcome) => outcome.into(),
                Err(error) => {
                    terminal.error(&error);
                    CommandError::EXIT_CODE.into()
                }
            }
        }
        // clap returns help and the version as errors.
        Err(answer) => match answer.print() {
            Ok(()) if !answer.use_stderr() => ExitCode::SUCCESS,
            _ => CommandError::EXIT_CODE.into(),
        },
    }
}
