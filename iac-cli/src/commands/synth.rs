//! `iac synth`

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::command_error::{CommandResult, Outcome};
use crate::program::{ProgramArgs, ProgramOutput};
use crate::terminal::Terminal;

/// Write the Terraform configuration of a program
///
/// Builds the program with Cargo and runs it. It writes a directory for each stack, and a manifest of all. If anything
/// is wrong with any stack, it says so and writes nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SynthArgs {
    /// Write here instead of `iac.out` or what Cargo.toml says
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Write nothing, and fail with exit code 5 if what is there differs
    #[arg(long)]
    check: bool,

    /// Write this syntax
    #[arg(long, value_enum, default_value_t)]
    syntax: Syntax,

    #[command(flatten)]
    program: ProgramArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac synth                      Write iac.out/<stack>/main.tf
  iac synth --check              Fail in CI if the committed files are stale
  iac synth -p infra --out live  Write what the package `infra` describes to live/
  iac synth --syntax json        Write main.tf.json, for tools that read JSON

Cargo.toml may say where the program is, and where it writes:
  [package.metadata.iac]
  bin = \"infra\"
  out = \"iac.out\"";

/// Syntax of the written configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Syntax {
    /// Terraform's own: main.tf
    #[default]
    Hcl,
    /// Its JSON form: main.tf.json
    Json,
}

impl Syntax {
    fn as_str(self) -> &'static str {
        match self {
            Self::Hcl => "hcl",
            Self::Json => "json",
        }
    }
}

pub(crate) fn run(args: &SynthArgs, terminal: &Terminal) -> CommandResult {
    let program = args.program.find()?;
    let out = args.out.clone().unwrap_or_else(|| program.default_out());
    let mut passed: Vec<&OsStr> =
        vec!["--out".as_ref(), out.as_ref(), "--syntax".as_ref(), args.syntax.as_str().as_ref()];
    if args.check {
        passed.push("--check".as_ref());
    }
    if terminal.quiet {
        passed.push("--quiet".as_ref());
    }
    let outcome = program.run(passed, ProgramOutput::Inherit, terminal)?;
    if outcome == Outcome::Success {
        program.check_written(&out)?;
    }
    Ok(outcome)
}
