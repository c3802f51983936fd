//! `iac synth`

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::command_error::{CommandResult, Outcome};
use crate::program::{ProgramArgs, ProgramOutput};
use crate::terminal::Terminal;

/// Write the Terraform configuration of a program
///
/// Builds the program with Cargo and runs it. Writes one directory per stack and a manifest of all stacks. If any stack is
/// invalid, reports all errors and writes nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SynthArgs {
    /// Write to this directory; the default is `out` of Cargo.toml, or `iac.out`
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Write nothing, and exit with code 5 if the existing files are stale
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
  iac synth -p infra --out live  Write the stacks of the package `infra` to live/
  iac synth --syntax json        Write main.tf.json, for tools that read JSON

Settings in Cargo.toml:
  [package.metadata.iac]
  bin = \"infra\"
  out = \"iac.out\"";

/// Syntax of the written configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Syntax {
    /// Native syntax: main.tf
    #[default]
    Hcl,
    /// JSON syntax: main.tf.json
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
