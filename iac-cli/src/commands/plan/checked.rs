//! What is planned only to be checked.

use std::path::PathBuf;

use clap::Args;

use super::input::Input;
use super::options::{OptionArgs, VariableArgs};
use super::{Planned, Planner, locate, offline};
use crate::command_error::CommandError;
use crate::terminal::Terminal;

/// What is asked of a plan that is only checked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub(in crate::commands) struct CheckedArgs {
    /// Take this state as what is there already; without one, everything is new
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    #[command(flatten)]
    variables: VariableArgs,
}

impl CheckedArgs {
    /// Plans a stack, from the state that was named or from none.
    pub(in crate::commands) fn plan(
        &self,
        input: Input,
        terminal: &Terminal,
    ) -> Result<Planned, CommandError> {
        let args = OptionArgs::checked(self.state.clone(), self.variables.clone());
        let mut asked = args.parse()?;
        asked.is_new = self.state.is_none();
        let mut planned = offline::plan(input, &args, &asked, Planner::Table, terminal)?;
        terminal.warnings(&planned.warnings);
        terminal.warnings(&planned.plan.warnings);
        locate::locate(&mut planned.plan, &planned.input, &planned.module, true)?;
        Ok(planned)
    }
}
