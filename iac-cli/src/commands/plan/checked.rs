//! Plans for `iac check`, which evaluates policies but does not report changes.

use std::path::PathBuf;

use clap::Args;

use super::input::Input;
use super::options::{OptionArgs, VariableArgs};
use super::{PlannedStack, Planner, locate, offline};
use crate::command_error::CommandError;
use crate::state_source::other::PlannedOutputs;
use crate::terminal::Terminal;

/// Options of `iac check` for planning.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub(in crate::commands) struct CheckedArgs {
    /// Compare with this state; without one, all resources are new
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    #[command(flatten)]
    variables: VariableArgs,
}

impl CheckedArgs {
    /// Plans a stack against the given state, or as if nothing existed.
    pub(in crate::commands) fn plan(
        &self,
        input: Input,
        upstream: &mut PlannedOutputs,
        terminal: &Terminal,
    ) -> Result<PlannedStack, CommandError> {
        let args = OptionArgs::checked(self.state.clone(), self.variables.clone());
        let options = args.parse()?;
        let mut planned = offline::plan(
            input,
            upstream,
            &args,
            &options,
            Planner::Table,
            offline::Tolerance::Readable,
            terminal,
        )?;
        planned.add_outputs(upstream, &options)?;
        terminal.warnings(&planned.warnings);
        terminal.warnings(&planned.plan.warnings);
        locate::locate(&mut planned.plan, &planned.input, &planned.module, true)?;
        Ok(planned)
    }
}
