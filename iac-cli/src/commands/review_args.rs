//! What a plan is held against: policies, a baseline, gates.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use iac_plan::plan::Plan;
use iac_review::policy::{self, Baseline, Date, Finding, Links, Rules, Severity, Waiver};
use iac_review::review::{CaveatKind, Danger, Digest, Options, Review, review};

use crate::command_error::{CommandError, Outcome};
use crate::suggest::did_you_mean;
use crate::terminal::Terminal;

/// What a plan is held against.
#[derive(Debug, Args)]
#[command(next_help_heading = "Review")]
pub(crate) struct ReviewArgs {
    /// End with exit code 3 if there is something of this kind
    #[arg(long, value_name = "KIND", value_enum, value_delimiter = ',')]
    fail_on: Vec<Gate>,

    /// Let plans through gates that are limited to targets or have deferred changes
    #[arg(long)]
    allow_incomplete: bool,

    /// End with exit code 4 unless the effects have this digest: what was approved is what is planned
    #[arg(long, value_name = "DIGEST")]
    expect: Option<Digest>,

    /// Let be what was found when this file was written
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Ask this rule, too, though it is not for everybody
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    enable: Vec<String>,

    /// Link lines of code to this URL, in which `{file}` and `{line}` stand for them
    #[arg(long, value_name = "URL")]
    pub(crate) source_url: Option<String>,

    /// Do not ask this rule
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    disable: Vec<String>,
}

/// What closes the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gate {
    /// Something is destroyed or replaced, or loses data
    Destructive,
    /// Something becomes public or privileged
    Broadening,
    /// A policy refuses something
    Error,
    /// A policy refuses something or warns of it
    Warn,
}

/// What is known of a stack beside its plan.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    pub(crate) links: Links,
    pub(crate) waivers: HashMap<String, Vec<Waiver>>,
}

/// What plans are held against, understood.
#[derive(Debug)]
pub(crate) struct Reviewer {
    rules: Rules,
    baseline: Option<Baseline>,
    today: Option<Date>,
}

impl ReviewArgs {
    /// Reads the baseline and chooses the rules.
    pub(crate) fn reviewer(&self) -> Result<Reviewer, CommandError> {
        let all = iac_aws_rules::policies::rules();
        for id in self.enable.iter().chain(&self.disable) {
            if all.get(id).is_none() {
                let known = all.iter().map(|rule| rule.info.id.as_str());
                return Err(
                    CommandError::new(format!("there is no rule `{id}`")).maybe_hint(did_you_mean(id, known))
                );
            }
        }
        let enable: Vec<&str> = self.enable.iter().map(String::as_str).collect();
        let disable: Vec<&str> = self.disable.iter().map(String::as_str).collect();
        let baseline = match &self.baseline {
            Some(path) => {
                let text = fs::read_to_string(path)
                    .map_err(|error| CommandError::file("cannot read", path, error))?;
                let failed = |error| {
                    CommandError::because(format!("cannot understand `{}`", path.display()), error)
                        .hint("`iac check --write-baseline FILE` writes one")
                };
                Some(Baseline::parse(&text).map_err(failed)?)
            }
            None => None,
        };
        Ok(Reviewer { rules: all.with(&enable).without(&disable), baseline, today: today() })
    }

    /// Says whether a gate is closed, and why: one of those that are named, otherwise of the usual ones.
    pub(crate) fn gate(
        &self,
        reviews: &[&Review],
        usual: &[Gate],
        only_new: bool,
        terminal: &Terminal,
    ) -> Outcome {
        let digests: Vec<Digest> = reviews.iter().map(|review| review.digest).collect();
        let digest = Digest::of_all(&digests);
        if let Some(expected) = self.expect
            && expected != digest
        {
            terminal.status("Differs", format_args!("the effects are {digest}, expected were {expected}"));
            return Outcome::Unexpected;
        }
        let mut outcome = Outcome::Fine;
        let gates = if self.fail_on.is_empty() { usual } else { &self.fail_on };
        // The omitted part of a plan may contain anything that a gate checks for.
        if !gates.is_empty() {
            let caveats = || reviews.iter().flat_map(|review| &review.caveats);
            for kind in [CaveatKind::Failed, CaveatKind::Incomplete, CaveatKind::Deferred] {
                let count = caveats().filter(|caveat| caveat.kind == kind).count();
                if count > 0 && self.closes(kind) {
                    terminal.status("Closed", format_args!("{}: {count}", uncovered(kind)));
                    outcome = Outcome::Gate;
                }
            }
        }
        for gate in gates {
            let count: usize = reviews.iter().map(|review| gate.count(review, only_new)).sum();
            if count > 0 {
                terminal.status("Closed", format_args!("{}: {count}", gate.what()));
                outcome = Outcome::Gate;
            }
        }
        outcome
    }
}

impl ReviewArgs {
    /// Returns true if a plan with this caveat fails all gates.
    fn closes(&self, kind: CaveatKind) -> bool {
        kind == CaveatKind::Failed || !self.allow_incomplete
    }
}

/// Describes the part of plans that a gate could not check.
fn uncovered(kind: CaveatKind) -> &'static str {
    match kind {
        CaveatKind::Failed => "plans that failed",
        CaveatKind::Incomplete => "incomplete plans",
        CaveatKind::Deferred => "deferred changes",
        _ => "what the plan does not show",
    }
}

impl Gate {
    const fn what(self) -> &'static str {
        match self {
            Self::Destructive => "changes that destroy something or lose data",
            Self::Broadening => "what becomes public or privileged",
            Self::Error => "what the policies refuse",
            Self::Warn => "what the policies refuse or warn of",
        }
    }

    fn count(self, review: &Review, only_new: bool) -> usize {
        let counts = |finding: &&Finding| !only_new || finding.is_open_and_new();
        let open = || review.policies.open().filter(counts);
        match self {
            Self::Destructive => review
                .folds
                .iter()
                .filter(|fold| fold.danger >= Danger::Destroys)
                .map(|fold| fold.changes.len())
                .sum(),
            Self::Broadening => review.policies.broadening().count(),
            Self::Error => open().filter(|finding| finding.rule.severity == Severity::Deny).count(),
            Self::Warn => open().count(),
        }
    }
}

impl Reviewer {
    /// Reviews a plan; the policies are asked about what changes, or about everything.
    pub(crate) fn review(&self, plan: &Plan, beside: &Beside, changed_only: bool) -> Review {
        review(
            plan,
            &Options {
                links: Some(&beside.links),
                rules: Some(&self.rules),
                policy: policy::Options {
                    waivers: Some(&beside.waivers),
                    today: self.today,
                    baseline: self.baseline.as_ref(),
                    changed_only,
                },
                hazards: Some(iac_aws_rules::hazards::hazards()),
            },
        )
    }
}

/// The day, in UTC.
fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    Some(Date::from_unix_days(u32::try_from(seconds / 86_400).ok()?))
}

/// The waivers that stand in the configuration of a directory.
pub(crate) fn waivers(directory: &Path) -> Result<HashMap<String, Vec<Waiver>>, CommandError> {
    let mut waivers: HashMap<String, Vec<Waiver>> = HashMap::new();
    let failed = |path: &Path, error| CommandError::file("cannot read", path, error);
    let entries = fs::read_dir(directory).map_err(|error| failed(directory, error))?;
    for entry in entries {
        let path = entry.map_err(|error| failed(directory, error))?.path();
        if path.extension().is_none_or(|extension| extension != "tf") || !path.is_file() {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
        let found = Waiver::from_configuration(&text).map_err(|error| {
            CommandError::because(format!("cannot understand a waiver in `{}`", path.display()), error)
        })?;
        for (address, found) in found {
            waivers.entry(address).or_default().extend(found);
        }
    }
    Ok(waivers)
}
