//! A whole program, for timing from the outside: `synth-scale RESOURCES [--out DIR]`.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(resources) = arguments.next().and_then(|number| number.to_str()?.parse().ok()) else {
        eprintln!("usage: synth-scale RESOURCES [--out DIR]");
        return ExitCode::FAILURE;
    };
    iac_benches::program(iac_benches::Scale::of(resources)).run_with(arguments)
}
