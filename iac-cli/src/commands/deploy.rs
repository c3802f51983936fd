//! `iac deploy` and `iac destroy`

mod agreement;
mod deployment;
mod engine;
mod interrupts;
mod progress;
mod schedule;
mod stack;
mod workplace;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use clap::Args;

use self::agreement::Missing;
use self::deployment::{Deployment, StackFate, Stop};
use self::engine::{Engine, EngineName};
use self::progress::{Event, Progress, tally};
use self::schedule::Fate;
use self::stack::{Staged, digest_of};
use self::workplace::{Journal, Workplace};
use super::plan::{Input, Inputs, StagedArgs, may_change, refuse_incomplete};
use super::reporting::{self, Format, ReportKind, ReportedStack};
use super::review::read as read_plan;
use super::review_args::ReviewArgs;
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::output;
use crate::select::SelectArgs;
use crate::synthesized::SourceArgs;
use crate::terminal::{Terminal, counted};

/// Apply the stacks of a program in the order of their dependencies
///
/// Plans all stacks, reports one review, and asks for approval. Then Terraform or OpenTofu applies them, independent stacks in
/// parallel. A stack whose upstream stacks change is planned again after they were applied, and stops if its effects are not
/// those that were approved.
#[derive(Debug, Args)]
#[command(after_help = DEPLOY_EXAMPLES)]
pub(crate) struct DeployArgs {
    #[command(flatten)]
    run: RunArgs,
}

/// Destroy all resources of the stacks of a program, dependents first
///
/// Plans to destroy all stacks, reports one review, and asks for approval.
#[derive(Debug, Args)]
#[command(after_help = DESTROY_EXAMPLES)]
pub(crate) struct DestroyArgs {
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// Apply without asking
    #[arg(long)]
    auto_approve: bool,

    /// Go on after a failure, with the effects that were approved then
    #[arg(long, conflicts_with_all = ["auto_approve", "expect"])]
    resume: bool,

    /// Apply at most this many stacks at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..))]
    parallel: u8,

    /// Apply with this program; by default, with the one that wrote the lock file, or else Terraform
    #[arg(long, value_name = "ENGINE", value_enum)]
    engine: Option<EngineName>,

    /// Print one JSON object per event to stdout
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    select: SelectArgs,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    staged: StagedArgs,

    #[command(flatten)]
    review: ReviewArgs,
}

const DEPLOY_EXAMPLES: &str = "\
Examples:
  iac deploy                                Plan all stacks, review, ask, and apply them
  iac deploy --env prod --fail-on broadening
                                            Refuse to make anything public or privileged
  iac deploy --expect DIGEST                Apply the effects that were approved elsewhere
  iac deploy --resume                       Go on after a failure

Logs are in `.iac/logs` of the output directory.

Exit codes: 0 success, 1 error or invalid usage, 3 a condition of `--fail-on`,
4 effects that were not approved";

const DESTROY_EXAMPLES: &str = "\
Examples:
  iac destroy --env dev     Destroy the stacks of an environment
  iac destroy --stack web   Destroy one stack

Exit codes: 0 success, 1 error or invalid usage, 3 a condition of `--fail-on`,
4 effects that were not approved";

pub(crate) fn deploy(args: &DeployArgs, terminal: &Terminal) -> CommandResult {
    run(&args.run, false, terminal)
}

pub(crate) fn destroy(args: &DestroyArgs, terminal: &Terminal) -> CommandResult {
    run(&args.run, true, terminal)
}

fn run(args: &RunArgs, destroy: bool, terminal: &Terminal) -> CommandResult {
    let reviewer = args.review.reviewer()?;
    let synthesized = args.source.written(terminal)?;
    let workplace = Workplace::open(synthesized.path())?;
    let stacks = Inputs::of_program(synthesized, &args.select)?.stacks;
    let progress = Progress { terminal, json: args.json };
    let unfinished = workplace.unfinished()?;
    let stacks = if args.resume { remaining(stacks, unfinished.as_ref(), destroy)? } else { stacks };
    let Some(first) = stacks.first() else { return Ok(Outcome::Success) };
    let engine = Engine::find(args.engine, &first.terraform_directory)?;
    interrupts::watch().map_err(|error| CommandError::because("cannot handle interrupts", error))?;
    let plans = tempfile::Builder::new().prefix("iac-").tempdir();
    let plans = plans.map_err(|error| CommandError::because("cannot create a temporary directory", error))?;
    let mut deployment = Deployment {
        engine: &engine,
        workplace: &workplace,
        stages: args.staged.stages(destroy)?,
        reviewer: &reviewer,
        review: &args.review,
        progress,
        parallel: usize::from(args.parallel),
        plans,
        missing: if args.resume { Missing::Done } else { Missing::Deviates },
    };
    deployment.initialize(&stacks)?;
    let staged = if args.resume {
        let staged = approved_earlier(stacks, &workplace, &reviewer)?;
        workplace.resume(unfinished.unwrap_or_default());
        staged
    } else {
        let staged = deployment.plan(stacks)?;
        for staged in &staged {
            staged.stack.warn(terminal);
        }
        report(&staged, args)?;
        refuse_incomplete(staged.iter().map(|staged| &staged.stack))?;
        let reviews: Vec<_> = staged.iter().map(|staged| &staged.review).collect();
        let outcome = args.review.gate(&reviews, &[], true, terminal);
        if outcome != Outcome::Success {
            return Ok(outcome);
        }
        if !staged.iter().any(|staged| may_change(&staged.stack.plan)) {
            return Ok(Outcome::Success);
        }
        approve(args, &staged, destroy)?;
        begin(&workplace, &staged, destroy)?;
        progress.report(&Event::Approved { effects_digest: digest_of(&staged).to_string() });
        staged
    };
    let upstream = dependencies(&staged, destroy);
    let fates = deployment.apply(&staged, &upstream);
    conclude(&staged, fates, &workplace, progress)
}

/// Returns the stacks that a failed deployment did not finish.
fn remaining(
    stacks: Vec<Input>,
    journal: Option<&Journal>,
    destroy: bool,
) -> Result<Vec<Input>, CommandError> {
    let Some(journal) = journal else {
        return Err(CommandError::new("there is nothing to resume: the last deployment ended well"));
    };
    if journal.destroy != destroy {
        let command = if journal.destroy { "iac destroy" } else { "iac deploy" };
        return Err(CommandError::new(format!("the command to resume is `{command}`")));
    }
    let is_open = |stack: &Input| {
        journal.stacks.get(&stack.title()).is_some_and(|stack| *stack != workplace::Progress::Applied)
    };
    Ok(stacks.into_iter().filter(is_open).collect())
}

/// Returns the stacks with the plans that were approved earlier.
fn approved_earlier(
    stacks: Vec<Input>,
    workplace: &Workplace,
    reviewer: &super::review_args::Reviewer,
) -> Result<Vec<Staged>, CommandError> {
    let staged = |input: Input| {
        let (plan, _) = read_plan(&workplace.approved(&input.title()))?;
        let review = reviewer.review(&plan, &super::review_args::StackContext::default(), true);
        Ok(Staged { stack: input.with_plan(plan)?, review, file: None })
    };
    stacks.into_iter().map(staged).collect()
}

fn report(staged: &[Staged], args: &RunArgs) -> Result<(), CommandError> {
    if args.json {
        return Ok(());
    }
    reporting::write(&reported(staged, args), Format::Text, ReportKind::Plan, None, Path::new(output::STDOUT))
}

fn reported<'a>(staged: &'a [Staged], args: &'a RunArgs) -> Vec<ReportedStack<'a>> {
    let source_url = args.review.source_url.as_deref();
    staged.iter().map(|staged| staged.stack.reported(&staged.review, source_url)).collect()
}

/// Asks for approval, unless the options give it.
fn approve(args: &RunArgs, staged: &[Staged], destroy: bool) -> Result<(), CommandError> {
    if args.auto_approve || args.review.is_expected() {
        return Ok(());
    }
    let hint =
        format!("approve these effects with `--expect {}`, or all with `--auto-approve`", digest_of(staged));
    if args.json || !io::stdin().is_terminal() {
        return Err(CommandError::new("approval is required, and stdin is not a terminal").hint(hint));
    }
    let stacks = counted(staged.iter().filter(|staged| may_change(&staged.stack.plan)).count(), "stack");
    let question = if destroy { "Destroy all resources of" } else { "Apply these changes to" };
    let answer = Terminal::ask(format_args!("{question} {stacks}? Only `yes` approves: "))
        .map_err(|error| CommandError::because("cannot read stdin", error))?;
    if answer == "yes" { Ok(()) } else { Err(CommandError::new("not approved; nothing was applied")) }
}

/// Records what was approved.
fn begin(workplace: &Workplace, staged: &[Staged], destroy: bool) -> Result<(), CommandError> {
    let mut stacks = BTreeMap::new();
    for staged in staged {
        let name = staged.stack.name();
        let item = [staged.stack.reported(&staged.review, None)];
        reporting::write(&item, Format::Json, ReportKind::Plan, None, &workplace.approved(&name))?;
        stacks.insert(name, workplace::Progress::Approved);
    }
    let effects_digest = digest_of(staged).to_string();
    workplace.begin(Journal::new(effects_digest, destroy, stacks))
}

/// Returns the positions of the stacks that have to be applied before each stack.
fn dependencies(staged: &[Staged], destroy: bool) -> Vec<Vec<usize>> {
    let names: Vec<String> = staged.iter().map(|staged| staged.stack.name()).collect();
    let mut all = vec![Vec::new(); staged.len()];
    for (position, staged) in staged.iter().enumerate() {
        let upstream = staged.stack.upstream().iter();
        for other in upstream.filter_map(|name| names.iter().position(|each| each == name)) {
            let (before, after) = if destroy { (position, other) } else { (other, position) };
            all[after].push(before);
        }
    }
    all
}

/// Reports the fates of the stacks, and returns the exit code.
fn conclude(
    staged: &[Staged],
    fates: Vec<StackFate>,
    workplace: &Workplace,
    progress: Progress<'_>,
) -> CommandResult {
    let names: Vec<String> = staged.iter().map(|staged| staged.stack.name()).collect();
    let (mut applied, mut failed, mut skipped) = (0, 0, 0);
    let mut outcome = Outcome::Success;
    for (name, fate) in names.iter().zip(fates) {
        let reason = match fate {
            Fate::Done(()) => {
                applied += 1;
                continue;
            }
            Fate::Failed(stop) => {
                failed += 1;
                match stop {
                    Stop::Failed(error) => progress.terminal.error(&error),
                    Stop::Deviates(_) => {
                        outcome = Outcome::DigestMismatch;
                        progress
                            .terminal
                            .remark("error", format_args!("stack `{name}` was not applied: {stop}"));
                    }
                    Stop::Gate(gate) => outcome = gate,
                }
                continue;
            }
            Fate::Blocked(upstream) => format!("`{}` was not applied", names[upstream]),
            Fate::Stopped => "interrupted".to_owned(),
        };
        skipped += 1;
        progress.report(&Event::StackSkipped { stack: name, reason: &reason });
    }
    if failed + skipped == 0 {
        workplace.finish()?;
        progress.terminal.status("Finished", tally(&[(applied, "applied")]));
        return Ok(Outcome::Success);
    }
    let text = tally(&[(applied, "applied"), (failed, "failed"), (skipped, "not begun")]);
    match outcome {
        Outcome::Success => Err(CommandError::new(text)
            .hint("once the cause is removed, `--resume` goes on with what was approved")),
        outcome => {
            progress.terminal.status("Stopped", text);
            progress.terminal.hint("run the command again to review what is left");
            Ok(outcome)
        }
    }
}
