//! Plans for `iac check`, which evaluates policies but does not report changes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
    /// Predict changes with this planner
    #[arg(long, value_name = "PLANNER", value_enum, default_value_t)]
    with: CheckPlanner,

    /// Compare with this state; without one, all resources are new
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    #[command(flatten)]
    variables: VariableArgs,
}

/// The source of predictions, of those that read no state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CheckPlanner {
    /// Built-in provider knowledge for what does not change, and the provider binary for the rest, if it is installed
    #[default]
    Auto,
    /// Built-in provider knowledge: fast, with undecided values
    Table,
    /// Provider binary: exact, without credentials
    Provider,
}

impl From<CheckPlanner> for Planner {
    fn from(planner: CheckPlanner) -> Self {
        match planner {
            CheckPlanner::Auto => Self::Auto,
            CheckPlanner::Table => Self::Table,
            CheckPlanner::Provider => Self::Provider,
        }
    }
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
            self.with.into(),
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
