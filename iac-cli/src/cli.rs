//! The command line: global options and subcommands.

use clap::Parser;

use crate::commands::Command;
use crate::terminal::GlobalArgs;

/// The parsed command line.
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
