//! The steps of a deployment: planning, and applying what was approved.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

use iac_plan::plan::hide_credentials;
use iac_review::review;
use tempfile::TempDir;

use super::agreement::{Deviation, Missing, deviations};
use super::engine::{Engine, Place, option, words};
use super::interrupts::is_interrupted;
use super::progress::{Event, Progress};
use super::schedule::{self, Fate};
use super::stack::{PlanFile, Staged};
use super::workplace::{self, Workplace};
use crate::command_error::{CommandError, Outcome};
use crate::commands::plan::{Input, PlannedStack, Stages, may_change};
use crate::commands::review_args::{ReviewArgs, Reviewer};

/// A deployment.
pub(super) struct Deployment<'a> {
    pub(super) engine: &'a Engine,
    pub(super) workplace: &'a Workplace,
    pub(super) stages: Stages,
    pub(super) reviewer: &'a Reviewer,
    pub(super) review: &'a ReviewArgs,
    pub(super) progress: Progress<'a>,
    pub(super) parallel: usize,
    /// A directory for plan files that only its owner can read; removed when dropped.
    pub(super) plans: TempDir,
    /// What becomes of approved effects that are not planned any more.
    pub(super) missing: Missing,
}

/// The reason why a stack was not applied.
#[derive(Debug)]
pub(super) enum Stop {
    /// A command failed.
    Failed(CommandError),
    /// Its effects are not those that were approved.
    Deviates(Vec<Deviation>),
    /// A gate failed once the values of upstream stacks were known.
    Gate(Outcome),
}

impl From<CommandError> for Stop {
    fn from(error: CommandError) -> Self {
        Self::Failed(error)
    }
}

/// What was done to a stack, or why not.
pub(super) type StackFate = Fate<(), Stop>;

impl Deployment<'_> {
    /// Initializes the stacks: one after another, because a plugin cache cannot be used concurrently.
    pub(super) fn initialize(&self, stacks: &[Input]) -> Result<(), CommandError> {
        for stack in stacks {
            self.progress.terminal.status("Initializing", stack.title());
            let _spinner = self.progress.terminal.spinner();
            let (name, log) = (stack.title(), self.workplace.log(&stack.title()));
            let place = Place { stack: &name, directory: &stack.terraform_directory, log: &log };
            let args = words(["init", "-input=false", "-no-color"]);
            self.engine.run(place, &args, false, self.progress.terminal)?;
            interrupted()?;
        }
        Ok(())
    }

    /// Plans all stacks in order: by Terraform, or by prediction if upstream stacks may change.
    pub(super) fn plan(&mut self, stacks: Vec<Input>) -> Result<Vec<Staged>, CommandError> {
        let mut all: Vec<Staged> = Vec::with_capacity(stacks.len());
        for input in stacks {
            interrupted()?;
            let waits = all.iter().any(|upstream| {
                input.depends_on.contains(&upstream.stack.name()) && may_change(&upstream.stack.plan)
            });
            let (stack, file) = if waits && !self.stages.destroys() {
                (self.stages.predict(input, self.progress.terminal)?, None)
            } else {
                let (stack, file) = self.plan_with_engine(input)?;
                (stack, Some(file))
            };
            self.stages.add(&stack)?;
            let staged = self.reviewed(stack, file)?;
            self.progress.report(&staged.event(&staged.stack.name()));
            all.push(staged);
        }
        Ok(all)
    }

    /// Lets Terraform plan a stack.
    fn plan_with_engine(&self, input: Input) -> Result<(PlannedStack, PlanFile), CommandError> {
        let name = input.title();
        let log = self.workplace.log(&name);
        let place = Place { stack: &name, directory: &input.terraform_directory, log: &log };
        let file = self.plans.path().join(format!("{name}.plan"));
        let mut args = words(["plan", "-input=false", "-no-color"]);
        args.push(option("-out=", file.as_os_str()));
        args.extend(self.stages.arguments());
        let terminal = self.progress.terminal;
        self.engine.run(place, &args, false, terminal)?;
        let file = PlanFile::new(file)?;
        let show: [OsString; 3] = ["show".into(), "-json".into(), file.verified()?.into()];
        let text = self.engine.run(place, &show, true, terminal)?;
        Ok((Stages::read(input, &text, self.engine.name)?, file))
    }

    fn reviewed(&self, mut stack: PlannedStack, file: Option<PlanFile>) -> Result<Staged, CommandError> {
        hide_credentials(&mut stack.plan, true);
        let mut review = if may_change(&stack.plan) {
            self.reviewer.review(&stack.plan, &stack.context()?, true)
        } else {
            review::review(&stack.plan, &review::Options::default())
        };
        stack.locate_findings(&mut review)?;
        Ok(Staged { stack, review, file })
    }

    /// Applies the stacks: those that they depend on first, or last if everything is destroyed.
    pub(super) fn apply(&self, stacks: &[Staged], upstream: &[Vec<usize>]) -> Vec<StackFate> {
        schedule::run(upstream, self.parallel, &is_interrupted, &|position| {
            let staged = &stacks[position];
            let name = staged.stack.name();
            let started = Instant::now();
            let result = self.apply_stack(&name, staged);
            match &result {
                Ok(changed) => {
                    let seconds = started.elapsed().as_secs();
                    self.progress.report(&Event::StackFinished { stack: &name, changed: *changed, seconds });
                }
                Err(stop) => {
                    self.progress.report(&Event::StackFailed { stack: &name, reason: &stop.to_string() });
                }
            }
            result.map(drop)
        })
    }

    /// Applies a stack and returns whether there was anything to apply.
    fn apply_stack(&self, name: &str, approved: &Staged) -> Result<bool, Stop> {
        let planned;
        let staged = if approved.file.is_some() {
            approved
        } else {
            let (stack, file) = self.plan_with_engine(approved.stack.input().clone())?;
            planned = self.reviewed(stack, Some(file))?;
            let deviations = deviations(&approved.stack.plan, &planned.stack.plan, self.missing);
            if !deviations.is_empty() {
                return Err(Stop::Deviates(deviations));
            }
            let outcome = self.review.gates_of(&[&planned.review], self.progress.terminal);
            if outcome != Outcome::Success {
                return Err(Stop::Gate(outcome));
            }
            &planned
        };
        if !staged.counts().has_changes() {
            self.workplace.record(name, workplace::Progress::Applied)?;
            return Ok(false);
        }
        self.workplace.record(name, workplace::Progress::Started)?;
        self.progress.report(&Event::StackStarted { stack: name });
        let file: PathBuf = match &staged.file {
            Some(file) => file.verified()?.to_owned(),
            None => return Err(CommandError::new(format!("stack `{name}` has no plan file")).into()),
        };
        let mut args = words(["apply", "-input=false", "-json"]);
        args.push(file.into_os_string());
        let log = self.workplace.log(name);
        let place = Place { stack: name, directory: staged.stack.terraform_directory(), log: &log };
        self.engine
            .follow(place, &args, self.progress.terminal, &mut |line| self.progress.follow(name, line))?;
        self.workplace.record(name, workplace::Progress::Applied)?;
        Ok(true)
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failed(error) => error.kind.fmt(f),
            Self::Deviates(deviations) => {
                f.write_str("its effects are not those that were approved")?;
                deviations.iter().try_for_each(|deviation| write!(f, "\n  {deviation}"))
            }
            Self::Gate(_) => f.write_str("a gate failed once the values of upstream stacks were known"),
        }
    }
}

fn interrupted() -> Result<(), CommandError> {
    if is_interrupted() { Err(CommandError::new("interrupted before anything was applied")) } else { Ok(()) }
}
