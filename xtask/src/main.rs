//! Development tasks: `cargo xtask --help`.
#![allow(clippy::print_stdout, reason = "a command-line program prints its results")]

mod regenerate;
mod schedule;
mod steps;

use std::env;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use schedule::Schedule;
use steps::Step;

const HELP: &str = "\
Development tasks

Usage: cargo xtask <COMMAND>

Commands:
  ci [STEP…]          Run the checks that must pass before a change lands, or only these and what they need
  oracles             Run the checks that compare results with those of other programs
  regenerate [FILE…]  Regenerate files that are derived from others
  list                List the steps of `ci` and the files of `regenerate`

Options for `ci` and `oracles`:
  --jobs <N>          Run at most this many steps at the same time [default: 2]
";

fn main() -> ExitCode {
    // Whatever the current directory is, steps run at the root of the repository.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package is in the repository");
    if let Err(error) = env::set_current_dir(root) {
        return fail(&format!("cannot enter `{}`: {error}", root.display()));
    }
    let args: Vec<String> = env::args().skip(1).collect();
    let result = match args.split_first().map(|(command, rest)| (command.as_str(), rest)) {
        Some(("ci", rest)) => ci(steps::ALL, rest),
        Some(("oracles", rest)) => ci(&steps::oracles(), rest),
        Some(("regenerate", names)) => regenerate::run(names),
        Some(("list", [])) => {
            list();
            Ok(true)
        }
        None | Some(("--help" | "-h" | "help", _)) => {
            print!("{HELP}");
            Ok(true)
        }
        Some((command, _)) => Err(format!("unknown command `{command}`: see `cargo xtask --help`")),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => fail(&error),
    }
}

#[expect(clippy::print_stderr, reason = "errors go to stderr")]
fn fail(error: &str) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

fn list() {
    for Step { name, title, .. } in steps::ALL {
        println!("{name:<20} {title}");
    }
    println!();
    for file in regenerate::ALL {
        println!("{:<20} {}", file.name, file.title);
    }
}

/// Runs steps. Returns false if one of them fails.
fn ci(available: &[Step], args: &[String]) -> Result<bool, String> {
    let mut jobs = 2;
    let mut names: Vec<&str> = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--jobs" {
            let value = args.next().and_then(|value| value.parse().ok()).filter(|jobs| *jobs > 0);
            jobs = value.ok_or("`--jobs` needs a positive number")?;
        } else {
            names.push(arg);
        }
    }
    let steps = if names.is_empty() { available.to_vec() } else { steps::select(&names)? };
    Schedule::new(&steps).run(jobs, &mut io::stdout()).map_err(|error| error.to_string())
}
