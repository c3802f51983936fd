//! Measures a command: `measure NAME RUNS COMMAND…` runs it several times and prints the median wall time and the
//! peak memory.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let name = arguments.next();
    let runs =
        arguments.next().and_then(|runs| runs.to_str()?.parse::<usize>().ok()).filter(|runs| *runs > 0);
    let (Some(name), Some(runs), Some(program)) = (name, runs, arguments.next()) else {
        eprintln!("usage: measure NAME RUNS COMMAND…");
        return ExitCode::FAILURE;
    };
    let arguments: Vec<_> = arguments.collect();
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let mut command = Command::new(&program);
        command.args(&arguments).stdin(Stdio::null()).stdout(Stdio::null());
        let start = Instant::now();
        match command.status() {
            Ok(status) if status.success() => times.push(start.elapsed()),
            Ok(status) => {
                eprintln!("error: {}: {status}", program.display());
                return ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!("error: {}: {error}", program.display());
                return ExitCode::FAILURE;
            }
        }
    }
    times.sort();
    // The maximum over all children so far; there is only this one program.
    let kibibytes = getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| usage.max_rss());
    let median = times[runs / 2].as_secs_f64() * 1000.0;
    println!("{:<44} {median:>9.1} ms {:>7} MiB", name.display(), kibibytes / 1024);
    ExitCode::SUCCESS
}
