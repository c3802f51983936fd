//! `iac plan`

mod checked;
mod input;
mod locate;
mod moved;
mod offline;
mod options;
mod terraform;

use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::thread;

use clap::{Args, ValueEnum};
use iac_core::diagnostic::Diagnostics;
use iac_lang::config::Module;
use iac_plan::plan::{Counts, Plan, hide_credentials};
use iac_review::policy::Links;
use iac_review::review::{Review, review};

pub(super) use self::checked::CheckedArgs;
use self::input::Input;
pub(super) use self::input::InputArgs;
pub(super) use self::locate::declared_places;
use self::options::OptionArgs;
use super::reporting::{self, About, Format, Stack};
use super::review_args::{Beside, ReviewArgs, waivers};
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::output;
use crate::terminal::Terminal;

/// Say what applying the configuration would change, and why
///
/// Compares the configuration with the state, offline: nothing in the cloud is asked. Where it cannot know what the
/// provider will say, it says so.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PlanArgs {
    /// Who says what becomes of each resource
    #[arg(long, value_name = "WHO", value_enum, default_value_t)]
    with: Planner,

    /// Print it in this format
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,

    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Write to this file
    #[arg(short, long, value_name = "FILE", default_value = output::STDOUT)]
    out: PathBuf,

    /// End with exit code 2 if there are changes
    #[arg(long)]
    detailed_exitcode: bool,

    /// How long Markdown may be: what does not fit is left out, the least dangerous first
    #[arg(long, value_name = "BYTES", default_value_t = iac_review::report::COMMENT_LIMIT)]
    max_bytes: usize,

    /// Keep what is only renamed: add `moved` blocks to the configuration, or print the lines for the program
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
  iac plan                                       Plan what the program describes
  iac plan --state prod.tfstate --stack prod     Plan one stack with a state that is there
  iac plan --config live --format json           Plan a directory of Terraform configuration
  iac plan --with provider --format markdown     Ask the provider, and report to a pull request
  terraform state pull | iac plan --state -      Take the state from stdin

Exit codes: 0 fine, 1 error or wrong usage, 2 changes, with `--detailed-exitcode`,
3 what `--fail-on` names is there, 4 `--expect` differs";

/// Who says what becomes of each resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Planner {
    /// What is known of the provider: at once, and marked where it is not certain
    #[default]
    Table,
    /// The provider's binary: exact
    Provider,
    /// Terraform or OpenTofu
    Terraform,
}

/// A stack, and what is planned for it.
#[derive(Debug)]
pub(super) struct Planned {
    input: Input,
    module: Module,
    pub(super) plan: Plan,
    /// What is to be said of its configuration.
    warnings: Diagnostics,
}

impl Planned {
    /// What is known of the stack beside its plan.
    pub(super) fn beside(&self) -> Result<Beside, CommandError> {
        let (links, waivers) = thread::scope(|scope| {
            let waivers = scope.spawn(|| waivers(&self.input.directory));
            let links = Links::from_configuration(&self.module);
            (links, waivers.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        Ok(Beside { links, waivers: waivers? })
    }

    /// What is written of it.
    pub(super) fn shown<'a>(&'a self, review: &'a Review, args: &'a ReviewArgs) -> Stack<'a> {
        Stack {
            name: self.input.name.as_deref(),
            environment: self.input.environment.as_deref(),
            plan: &self.plan,
            module: Some(&self.module),
            review,
            source_url: args.source_url.as_deref(),
        }
    }
}

/// Fails if a plan is incomplete. The reasons have been reported with its warnings.
pub(super) fn refuse_incomplete<'a>(
    mut planned: impl Iterator<Item = &'a Planned>,
) -> Result<(), CommandError> {
    if planned.any(|stack| stack.plan.warnings.has_errors()) {
        return Err(CommandError::new("the plan is incomplete, because modules are not installed"));
    }
    Ok(())
}

pub(super) fn run(args: &PlanArgs, terminal: &Terminal) -> CommandResult {
    let reviewer = args.review.reviewer()?;
    let inputs = args.input.inputs(terminal)?;
    if inputs.stacks.len() > 1 && args.options.state.is_some() {
        let names: Vec<String> = inputs.stacks.iter().map(Input::title).collect();
        return Err(CommandError::new(format!(
            "`--state` is the state of one stack, but these are planned: {}",
            names.join(", ")
        ))
        .hint("choose one with `--stack`"));
    }
    let asked = args.options.parse()?;
    let format = if args.json { Format::Json } else { args.format };
    // Nobody waits for thousands of resources to be freed one by one when the process ends.
    let mut planned = ManuallyDrop::new(Vec::with_capacity(inputs.stacks.len()));
    let mut reviews = ManuallyDrop::new(Vec::with_capacity(inputs.stacks.len()));
    for input in inputs.stacks {
        let mut stack = match args.with {
            Planner::Terraform => terraform::plan(input, &args.options, terminal)?,
            with => offline::plan(input, &args.options, &asked, with, terminal)?,
        };
        hide_credentials(&mut stack.plan, format == Format::Json);
        locate::locate(&mut stack.plan, &stack.input, &stack.module, format == Format::Json)?;
        // Where nothing changes, no rule has anything to say of the change.
        let is_reviewed = Counts::of(&stack.plan).may_have_changes();
        let mut review = if is_reviewed {
            reviewer.review(&stack.plan, &stack.beside()?, true)
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
        moved::write_moved(&planned, &reviews, &args.out, terminal)?;
        return Ok(Outcome::Fine);
    }
    let stacks: Vec<Stack<'_>> =
        planned.iter().zip(reviews.iter()).map(|(stack, review)| stack.shown(review, &args.review)).collect();
    reporting::write(&stacks, format, About::Plan, Some(args.max_bytes), &args.out)?;
    let reviews: Vec<&Review> = reviews.iter().collect();
    let outcome = args.review.gate(&reviews, &[], true, terminal);
    let has_changes = planned.iter().any(|stack| Counts::of(&stack.plan).may_have_changes());
    refuse_incomplete(planned.iter())?;
    Ok(match outcome {
        Outcome::Fine if has_changes && args.detailed_exitcode => Outcome::Changes,
        other => other,
    })
}
