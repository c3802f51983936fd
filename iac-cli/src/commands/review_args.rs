//! Options of reviews: policies, baseline and gates.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use iac_plan::plan::Plan;
use iac_review::policy::{self, Baseline, Date, Finding, Limit, Links, Rules, Severity, Status, Waiver};
use iac_review::review::{CaveatKind, Danger, Digest, Options, Review, exposure_rules, review};

use crate::command_error::{CommandError, Outcome};
use crate::suggest::did_you_mean;
use crate::terminal::Terminal;

/// Options of a review.
#[derive(Debug, Args)]
#[command(next_help_heading = "Review")]
pub(crate) struct ReviewArgs {
    /// Fail with exit code 3 on this condition
    #[arg(long, value_name = "CONDITION", value_enum, value_delimiter = ',')]
    fail_on: Vec<Gate>,

    /// Let plans through gates although they do not show everything
    #[arg(long, value_name = "KIND", value_enum, value_delimiter = ',')]
    allow: Vec<Allowed>,

    /// Fail with exit code 4 unless the plan's effects have this digest
    #[arg(long, value_name = "DIGEST")]
    expect: Option<Digest>,

    /// Ignore findings listed in this baseline file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Enable this opt-in rule
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    enable: Vec<String>,

    /// Disable this rule
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    disable: Vec<String>,

    /// Link source lines to this URL template, with `{file}` and `{line}`
    #[arg(long, value_name = "URL")]
    pub(crate) source_url: Option<String>,
}

/// A gap in a plan that gates let through on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Allowed {
    /// Plans that are limited to targets, or have deferred changes
    Incomplete,
    /// Actions with an unknown effect
    Actions,
}

/// A condition under which a command fails with exit code 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gate {
    /// Resources that are destroyed or replaced, or lose data
    Destructive,
    /// Resources that become public or privileged
    Broadening,
    /// Changes and exposures that cannot be decided offline or before apply
    Undecided,
    /// Policy errors
    Error,
    /// Policy errors and warnings
    Warn,
    /// Policy errors and warnings, and rules that depend on values known only after apply
    Unknown,
}

/// Information about a stack that its plan does not contain.
#[derive(Debug, Default)]
pub(crate) struct StackContext {
    pub(crate) links: Links,
    pub(crate) waivers: HashMap<String, Vec<Waiver>>,
}

/// Reviews plans with the selected rules and the baseline.
#[derive(Debug)]
pub(crate) struct Reviewer {
    rules: Rules,
    baseline: Option<Baseline>,
    today: Option<Date>,
}

impl ReviewArgs {
    /// Returns `true` if `--expect` names the approved effects.
    pub(crate) const fn is_expected(&self) -> bool {
        self.expect.is_some()
    }

    /// Evaluates the gates of `--fail-on` for a part of what `--expect` names.
    pub(crate) fn gates_of(&self, reviews: &[&Review], terminal: &Terminal) -> Outcome {
        self.gates(reviews, &self.fail_on, true, terminal)
    }

    /// Selects the rules and reads the baseline.
    pub(crate) fn reviewer(&self) -> Result<Reviewer, CommandError> {
        let mut all = iac_aws_rules::policies::rules();
        all.extend(exposure_rules());
        for id in self.enable.iter().chain(&self.disable) {
            if all.get(id).is_none() {
                let known = all.iter().map(|rule| rule.info.id.as_str());
                return Err(
                    CommandError::new(format!("unknown rule `{id}`")).maybe_hint(did_you_mean(id, known))
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
                    CommandError::because(format!("cannot parse baseline `{}`", path.display()), error)
                        .hint("create a baseline with `iac check --write-baseline FILE`")
                };
                Some(Baseline::parse(&text).map_err(failed)?)
            }
            None => None,
        };
        // Limits cannot be disabled, except for quotas.
        let mut rules = all.with(&enable).without(&disable);
        rules.extend(iac_aws_rules::limits::rules().filter(|info| {
            info.limit == Some(Limit::Refused) || !disable.iter().any(|id| info.is_called(id))
        }));
        Ok(Reviewer { rules, baseline, today: today() })
    }

    /// Returns true if a command fails on this condition by option.
    pub(crate) fn fails_on(&self, gate: Gate) -> bool {
        self.fail_on.contains(&gate)
    }

    /// Evaluates `--expect` and the gates: those of `--fail-on`, or else `default`. Prints those that fail.
    pub(crate) fn gate(
        &self,
        reviews: &[&Review],
        default: &[Gate],
        only_new: bool,
        terminal: &Terminal,
    ) -> Outcome {
        let digests: Vec<Digest> = reviews.iter().map(|review| review.digest).collect();
        let digest = Digest::of_all(&digests);
        if let Some(expected) = self.expect
            && expected != digest
        {
            terminal.status("Failed", format_args!("on effects digest: expected {expected}, found {digest}"));
            return Outcome::DigestMismatch;
        }
        let gates = if self.fail_on.is_empty() { default } else { &self.fail_on };
        self.gates(reviews, gates, only_new, terminal)
    }

    fn gates(&self, reviews: &[&Review], gates: &[Gate], only_new: bool, terminal: &Terminal) -> Outcome {
        let mut outcome = Outcome::Success;
        // The omitted part of a plan may contain anything that a gate checks for.
        if !gates.is_empty() {
            let caveats = || reviews.iter().flat_map(|review| &review.caveats);
            let kinds =
                [CaveatKind::Failed, CaveatKind::Incomplete, CaveatKind::Deferred, CaveatKind::Action];
            for kind in kinds {
                let count = caveats().filter(|caveat| caveat.kind == kind).count();
                if count > 0 && self.closes(kind, gates) {
                    terminal.status("Failed", format_args!("on {}: {count}", uncovered(kind)));
                    outcome = Outcome::Gate;
                }
            }
        }
        for gate in gates {
            let count: usize = reviews.iter().map(|review| gate.count(review, only_new)).sum();
            if count > 0 {
                terminal.status("Failed", format_args!("on {}: {count}", gate.label()));
                outcome = Outcome::Gate;
            }
        }
        outcome
    }
}

impl ReviewArgs {
    /// Returns true if a plan with this caveat fails all gates.
    fn closes(&self, kind: CaveatKind, gates: &[Gate]) -> bool {
        match kind {
            CaveatKind::Failed => true,
            CaveatKind::Incomplete | CaveatKind::Deferred => !self.allow.contains(&Allowed::Incomplete),
            CaveatKind::Action => {
                gates.contains(&Gate::Destructive) && !self.allow.contains(&Allowed::Actions)
            }
            _ => false,
        }
    }
}

/// Describes the part of plans that a gate could not check.
fn uncovered(kind: CaveatKind) -> &'static str {
    match kind {
        CaveatKind::Failed => "failed plans",
        CaveatKind::Incomplete => "incomplete plans",
        CaveatKind::Deferred => "deferred changes",
        CaveatKind::Action => "actions with an unknown effect",
        _ => "parts that the plan does not show",
    }
}

impl Gate {
    const fn label(self) -> &'static str {
        match self {
            Self::Destructive => "destructive changes",
            Self::Broadening => "newly public or privileged resources",
            Self::Undecided => "undecided changes or exposures",
            Self::Error => "policy errors",
            Self::Warn => "policy errors and warnings",
            Self::Unknown => "policy findings and rules that are undecided until apply",
        }
    }

    fn count(self, review: &Review, only_new: bool) -> usize {
        let counts = |finding: &&Finding| !only_new || finding.is_open_and_new();
        let open = || review.policies.open().filter(counts);
        match self {
            Self::Destructive => {
                let changes = review.folds.iter().filter(|fold| fold.danger >= Danger::Destroys);
                let actions = review.actions.iter().filter(|effect| effect.danger >= Danger::Destroys);
                changes.map(|fold| fold.changes.len()).sum::<usize>() + actions.count()
            }
            Self::Broadening => review.policies.broadening().count(),
            Self::Undecided => review.undecided,
            Self::Error => open().filter(|finding| finding.rule.severity == Severity::Deny).count(),
            Self::Warn => open().count(),
            Self::Unknown => {
                let undecided = review.policies.undecided();
                let counts = |finding: &&Finding| !only_new || finding.status == Status::New;
                open().count() + undecided.filter(counts).count()
            }
        }
    }
}

impl Reviewer {
    /// Reviews a plan. The rules are evaluated for changed resources only, or for all.
    pub(crate) fn review(&self, plan: &Plan, context: &StackContext, changed_only: bool) -> Review {
        review(
            plan,
            &Options {
                links: Some(&context.links),
                rules: Some(&self.rules),
                policy: policy::Options {
                    waivers: Some(&context.waivers),
                    today: self.today,
                    baseline: self.baseline.as_ref(),
                    changed_only,
                },
                hazards: Some(iac_aws_rules::hazards::hazards()),
            },
        )
    }
}

/// Returns the current date in UTC.
fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    Some(Date::from_unix_days(u32::try_from(seconds / 86_400).ok()?))
}

/// Reads the waivers in the configuration of a directory, by address.
pub(crate) fn read_waivers(directory: &Path) -> Result<HashMap<String, Vec<Waiver>>, CommandError> {
    let mut waivers: HashMap<String, Vec<Waiver>> = HashMap::new();
    let failed = |path: &Path, error| CommandError::file("cannot read", path, error);
    let entries = fs::read_dir(directory).map_err(|error| failed(directory, error))?;
    for entry in entries {
        let path = entry.map_err(|error| failed(directory, error))?.path();
        if path.extension().is_none_or(|extension| extension != "tf") || !path.is_file() {
            continue;
        }
        let text = fs::read(&path).map_err(|error| failed(&path, error))?;
        // Comments may have any encoding.
        let text = String::from_utf8_lossy(&text);
        let found = Waiver::from_configuration(&text).map_err(|error| {
            CommandError::because(format!("invalid waiver in `{}`", path.display()), error)
        })?;
        for (address, found) in found {
            waivers.entry(address).or_default().extend(found);
        }
    }
    Ok(waivers)
}
