//! What stands before and beside the commands.

use clap::{Args, Parser};

use crate::commands::Command;
use crate::terminal::ColorChoice;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "iac", about = "Infrastructure written in Rust, for Terraform and OpenTofu", version, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  iac new infra && cd infra    Start a project
  iac synth                    Write its Terraform configuration
  iac plan                     Say what applying it would change, and why
  iac graph --format mermaid   Draw what depends on what
  iac schema aws_vpc           Look up the arguments of a resource

Exit codes: 0 fine, 1 error or wrong usage, 2 `iac plan --detailed-exitcode` finds changes,
5 `iac synth --check` differs";

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Say nothing but errors and warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say what is run
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    /// Choose when to colour; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: ColorChoice,
}
