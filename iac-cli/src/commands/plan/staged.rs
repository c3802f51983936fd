//! Plans for `iac deploy`: those of Terraform where upstream stacks do not change, predictions elsewhere.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;
use iac_core::diagnostic::Diagnostics;
use iac_lang::config::Loaded;
use iac_plan::plan::{Counts, Plan};
use iac_review::review::Review;

use super::input::Input;
use super::options::{OptionArgs, ParsedOptions, VariableArgs};
use super::{PlannedStack, Planner, locate, offline, terraform};
use crate::command_error::CommandError;
use crate::state_source::other::PlannedOutputs;
use crate::terminal::Terminal;

/// Options of the plans of a deployment.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub(in crate::commands) struct StagedArgs {
    /// Change only this resource or module and its dependencies
    #[arg(long, value_name = "ADDRESS")]
    target: Vec<String>,

    #[command(flatten)]
    variables: VariableArgs,
}

/// Plans the stacks of a program one after another.
#[derive(Debug)]
pub(in crate::commands) struct Stages {
    args: OptionArgs,
    options: ParsedOptions,
    upstream: PlannedOutputs,
}

impl StagedArgs {
    /// Returns the stages of a deployment, or of destroying everything.
    pub(in crate::commands) fn stages(&self, destroy: bool) -> Result<Stages, CommandError> {
        let args = OptionArgs::staged(self.target.clone(), self.variables.clone(), destroy);
        let options = args.parse()?;
        Ok(Stages { args, options, upstream: PlannedOutputs::default() })
    }
}

impl Stages {
    /// Returns `true` if everything is to be destroyed.
    pub(in crate::commands) const fn destroys(&self) -> bool {
        self.args.destroy
    }

    /// Returns the arguments of `terraform plan`.
    pub(in crate::commands) fn arguments(&self) -> Vec<OsString> {
        terraform::arguments(&self.args)
    }

    /// Predicts the plan of a stack from what is planned for its upstream stacks.
    pub(in crate::commands) fn predict(
        &self,
        input: Input,
        terminal: &Terminal,
    ) -> Result<PlannedStack, CommandError> {
        let (planner, tolerance) = (Planner::Table, offline::Tolerance::None);
        let mut stack =
            offline::plan(input, &self.upstream, &self.args, &self.options, planner, tolerance, terminal)?;
        locate::locate(&mut stack.plan, &stack.input, &stack.module, false)?;
        Ok(stack)
    }

    /// Reads the plan of a stack that Terraform made.
    pub(in crate::commands) fn read(
        input: Input,
        text: &[u8],
        engine: &str,
    ) -> Result<PlannedStack, CommandError> {
        let Loaded { module, warnings } = input.load(offline::Tolerance::None)?;
        let mut plan = terraform::read(text, &input, &module, engine)?;
        locate::locate(&mut plan, &input, &module, false)?;
        Ok(PlannedStack { input, module, plan, warnings })
    }

    /// Makes the outputs of a stack known to those that are planned later.
    pub(in crate::commands) fn add(&mut self, stack: &PlannedStack) -> Result<(), CommandError> {
        stack.add_outputs(&mut self.upstream, &self.options)
    }
}

impl Input {
    /// Returns the stack with a plan that was made earlier.
    pub(in crate::commands) fn with_plan(self, plan: Plan) -> Result<PlannedStack, CommandError> {
        let module = self.load(offline::Tolerance::None)?.module;
        Ok(PlannedStack { input: self, module, plan, warnings: Diagnostics::default() })
    }
}

impl PlannedStack {
    pub(in crate::commands) fn name(&self) -> String {
        self.input.title()
    }

    /// Returns the directory in which Terraform runs.
    pub(in crate::commands) fn terraform_directory(&self) -> &Path {
        &self.input.terraform_directory
    }

    /// Returns the names of the stacks whose outputs it uses.
    pub(in crate::commands) fn upstream(&self) -> &[String] {
        &self.input.depends_on
    }

    /// Sets the source locations of findings.
    pub(in crate::commands) fn locate_findings(&self, review: &mut Review) -> Result<(), CommandError> {
        locate::locate_findings(review, &self.input, &self.module)
    }

    /// Prints the warnings about its configuration and its plan.
    pub(in crate::commands) fn warn(&self, terminal: &Terminal) {
        terminal.warnings(&self.warnings);
        terminal.warnings(&self.plan.warnings);
    }

    /// Returns the stack to be planned again.
    pub(in crate::commands) fn input(&self) -> &Input {
        &self.input
    }
}

/// Returns `true` if applying a plan may change a resource or an output.
pub(in crate::commands) fn may_change(plan: &Plan) -> bool {
    Counts::of(plan).may_have_changes()
}
