//! The command line: global options and subcommands.

use clap::Parser;

use crate::commands::Command;
use crate::terminal::GlobalArgs;

/// The parsed command line.
#[derive(Debug, Parser)]
#[command(name = "iac", about = "Infrastructure as typed Rust, for Terraform and OpenTofu", version, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  iac new infra && cd infra    Create a project
  iac synth                    Write its Terraform configuration
  iac plan                     Show the changes that apply would make
  iac deploy                   Review, approve and apply them
  iac graph --format mermaid   Draw its dependency graph
  iac schema aws_vpc           Look up the arguments of a resource type

Exit codes: 0 success, 1 error or invalid usage, 2 changes (`--detailed-exitcode`), 3 failed gate,
4 effects digest mismatch (`--expect`), 5 stale files (`iac synth --check`)";
