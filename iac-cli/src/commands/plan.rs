//! `iac plan`

mod checked;
mod input;
mod knowledge;
mod locate;
mod moved;
mod offline;
mod options;
mod providers;
mod staged;
mod terraform;
mod terraform_args;

use std::mem::ManuallyDrop;
use std::thread;

use clap::{Args, ValueEnum};
use iac_core::diagnostic::{Diagnostic, Diagnostics, Severity};
use iac_lang::config::Module;
use iac_plan::plan::{Counts, Plan, hide_credentials};
use iac_review::policy::Links;
use iac_review::review::{Review, review};

pub(super) use self::checked::CheckedArgs;
pub(super) use self::input::{Input, InputArgs, Inputs};
pub(super) use self::knowledge::knowledge_of;
pub(super) use self::locate::locate_by_config;
use self::options::{OptionArgs, ParsedOptions};
pub(super) use self::staged::{StagedArgs, Stages, may_change};
use super::output_args::OutputArgs;
use super::reporting::{self, Format, ReportKind, ReportedStack};
use super::review_args::{ReviewArgs, StackContext, read_waivers};
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::state_source::other::PlannedOutputs;
use crate::terminal::Terminal;

/// Show the changes that apply would make, and their causes
///
/// Compares the configuration with the recorded state. The stacks of a program are planned in the order of their
/// dependencies, and a stack reads the outputs that other stacks will have after apply. Without `--live`, nothing is requested from the provider's API, and
/// values that cannot be predicted are marked as undecided.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PlanArgs {
    /// Predict changes with this planner
    #[arg(long, value_name = "PLANNER", value_enum, default_value_t)]
    with: Planner,

    #[command(flatten)]
    output: OutputArgs<Format>,

    /// Exit with code 2 if there are changes
    #[arg(long)]
    detailed_exitcode: bool,

    /// Limit the size of Markdown, omitting the least dangerous changes first
    #[arg(long, value_name = "BYTES", default_value_t = iac_review::report::COMMENT_LIMIT)]
    max_bytes: usize,

    /// Write `moved` blocks for likely renames to the configuration, or print the lines to add to the program
    #[arg(long, conflicts_with_all = ["format", "json"])]
    write_moved: bool,

    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    options: OptionArgs,

    #[command(flatten)]
    review: ReviewArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac plan                                       Plan the stacks of the program
  iac plan --state prod.tfstate --stack prod     Plan one stack with a state file
  iac plan --config live --format json           Plan a directory of Terraform configuration
  iac plan --with table --format markdown        Start no provider, and report in a pull request
  terraform state pull | iac plan --state -      Read the state from stdin

Exit codes: 0 success, 1 error or invalid usage, 2 changes (with `--detailed-exitcode`),
3 a condition of `--fail-on`, 4 effects digest mismatch (`--expect`)";

/// The source of predictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Planner {
    /// Built-in provider knowledge for what does not change, and the provider binary for the rest, if it is installed
    #[default]
    Auto,
    /// Built-in provider knowledge: fast, with undecided values
    Table,
    /// Provider binary: exact, without credentials
    Provider,
    /// `terraform plan` or `tofu plan`
    Terraform,
}

/// A stack and its plan.
#[derive(Debug)]
pub(super) struct PlannedStack {
    input: Input,
    module: Module,
    pub(super) plan: Plan,
    /// Warnings about its configuration.
    warnings: Diagnostics,
}

impl PlannedStack {
    /// Adds the outputs for stacks that are planned later and read them.
    fn add_outputs(&self, outputs: &mut PlannedOutputs, options: &ParsedOptions) -> Result<(), CommandError> {
        // A plan that is limited to targets does not show all outputs.
        if options.has_targets() {
            return Ok(());
        }
        outputs.add(&self.input.title(), &self.input.terraform_directory, &self.module, &self.plan)
    }

    /// Returns the links and waivers of the stack, which a review needs in addition to the plan.
    pub(super) fn context(&self) -> Result<StackContext, CommandError> {
        let (links, waivers) = thread::scope(|scope| {
            let waivers = scope.spawn(|| read_waivers(&self.input.directory));
            let links = Links::from_configuration(&self.module);
            (links, waivers.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        Ok(StackContext { links, waivers: waivers? })
    }

    /// Returns the stack as an item of a report. `source_url` is a template for links to source lines.
    pub(super) fn reported<'a>(
        &'a self,
        review: &'a Review,
        source_url: Option<&'a str>,
    ) -> ReportedStack<'a> {
        ReportedStack {
            name: self.input.name.as_deref(),
            environment: self.input.environment.as_deref(),
            plan: &self.plan,
            module: Some(&self.module),
            review,
            file: None,
            source_url,
        }
    }
}

/// Fails if a part of the configuration could not be evaluated. The reasons have been reported with its warnings.
pub(super) fn refuse_unread<'a>(planned: impl Iterator<Item = &'a PlannedStack>) -> Result<(), CommandError> {
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let errors: usize =
        planned.map(|stack| stack.warnings.iter().chain(&stack.plan.warnings).filter(is_error).count()).sum();
    if errors == 0 {
        return Ok(());
    }
    Err(CommandError::new(
        "the check is incomplete, because parts of the configuration could not be evaluated",
    )
    .hint("the errors above are not findings of policies: rules were evaluated for everything else"))
}

/// Fails if a plan is incomplete. The reasons have been reported with its warnings.
pub(super) fn refuse_incomplete<'a>(
    mut planned: impl Iterator<Item = &'a PlannedStack>,
) -> Result<(), CommandError> {
    if planned.any(|stack| stack.plan.warnings.has_errors()) {
        return Err(CommandError::new("the plan is incomplete, because modules are not installed"));
    }
    Ok(())
}

pub(super) fn run(args: &PlanArgs, terminal: &Terminal) -> CommandResult {
    let reviewer = args.review.reviewer()?;
    let inputs = args.input.inputs(terminal)?;
    if inputs.stacks.len() > 1 && args.options.state.state.is_some() {
        let names: Vec<String> = inputs.stacks.iter().map(Input::title).collect();
        return Err(CommandError::new(format!(
            "`--state` is for a single stack, but several are selected: {}",
            names.join(", ")
        ))
        .hint("select one with `--stack`"));
    }
    let options = args.options.parse()?;
    let format = args.output.format();
    // Freeing thousands of resources one by one takes time, and the process ends anyway.
    let mut planned = ManuallyDrop::new(Vec::with_capacity(inputs.stacks.len()));
    let mut reviews = ManuallyDrop::new(Vec::with_capacity(inputs.stacks.len()));
    let mut upstream = PlannedOutputs::default();
    for input in inputs.stacks {
        let mut stack = match args.with {
            Planner::Terraform => terraform::plan(input, &args.options, terminal)?,
            with => {
                let tolerance = offline::Tolerance::None;
                offline::plan(input, &upstream, &args.options, &options, with, tolerance, terminal)?
            }
        };
        stack.add_outputs(&mut upstream, &options)?;
        hide_credentials(&mut stack.plan, format == Format::Json);
        locate::locate(&mut stack.plan, &stack.input, &stack.module, format == Format::Json)?;
        // Rules are only evaluated for changes.
        let is_reviewed = Counts::of(&stack.plan).may_have_changes();
        let mut review = if is_reviewed {
            reviewer.review(&stack.plan, &stack.context()?, true)
        } else {
            review(&stack.plan, &iac_review::review::Options::default())
        };
        locate::locate_findings(&mut review, &stack.input, &stack.module)?;
        reviews.push(review);
        planned.push(stack);
    }
    for stack in planned.iter() {
        terminal.warnings(&stack.warnings);
        terminal.warnings(&stack.plan.warnings);
    }
    if args.write_moved {
        moved::write_moved(&planned, &reviews, &args.output.out, terminal)?;
        return Ok(Outcome::Success);
    }
    let stacks: Vec<ReportedStack<'_>> = planned
        .iter()
        .zip(reviews.iter())
        .map(|(stack, review)| stack.reported(review, args.review.source_url.as_deref()))
        .collect();
    reporting::write(&stacks, format, ReportKind::Plan, Some(args.max_bytes), &args.output.out)?;
    let reviews: Vec<&Review> = reviews.iter().collect();
    let outcome = args.review.gate(&reviews, &[], true, terminal);
    let has_changes = planned.iter().any(|stack| Counts::of(&stack.plan).may_have_changes());
    refuse_incomplete(planned.iter())?;
    Ok(match outcome {
        Outcome::Success if has_changes && args.detailed_exitcode => Outcome::Changes,
        other => other,
    })
}
