//! `iac completions`

use std::path::Path;

use clap::Args;
use clap_complete::Shell;

use crate::command_error::{CommandResult, Outcome};
use crate::output;

/// Generate a shell completion script
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// Shell to generate the script for
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  iac completions bash > ~/.local/share/bash-completion/completions/iac
  iac completions zsh > \"${fpath[1]}/_iac\"
  iac completions fish > ~/.config/fish/completions/iac.fish";

pub(crate) fn run(args: &CompletionsArgs) -> CommandResult {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::command(), "iac", &mut script);
    output::write(Path::new(output::STDOUT), &script)?;
    Ok(Outcome::Success)
}
