//! `iac check`

mod standard;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use iac_aws_rules::policies::Standard;
use iac_review::policy::Baseline;
use iac_review::review::Review;

use super::output_args::OutputArgs;
use super::plan::{CheckedArgs, InputArgs, PlannedStack, refuse_unread};
use super::reporting::{self, Format, ReportKind, ReportedStack};
use super::review_args::{Gate, ReviewArgs};
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::output;
use crate::state_source::other::PlannedOutputs;
use crate::terminal::{Terminal, counted};

/// Check the configuration against policies
///
/// Evaluates the configuration and applies every rule to every resource. With a state, findings introduced by the change
/// are distinguished from existing ones. A rule that depends on a value known only after apply does not fail.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    output: OutputArgs<Format>,

    /// Fail only on findings introduced by this change
    #[arg(long)]
    new_only: bool,

    /// Write all findings to this baseline file
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,

    /// Print the controls of this standard with the rules that cover them, and the number of open findings
    #[arg(long, value_name = "STANDARD", value_enum, conflicts_with_all = ["format", "json", "write_baseline"])]
    standard: Option<StandardArg>,

    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    checked: CheckedArgs,

    #[command(flatten)]
    review: ReviewArgs,
}

/// A standard whose coverage is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StandardArg {
    /// CIS AWS Foundations Benchmark
    Cis,
    /// AWS Foundational Security Best Practices
    Fsbp,
}

impl From<StandardArg> for Standard {
    fn from(standard: StandardArg) -> Self {
        match standard {
            StandardArg::Cis => Self::Cis,
            StandardArg::Fsbp => Self::Fsbp,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  iac check                                      Check the stacks of the program
  iac check --config live --format sarif         Check Terraform configuration, for code scanning
  iac check --write-baseline iac-baseline.json   Record the existing findings
  iac check --baseline iac-baseline.json         Ignore the recorded findings
  iac check --state prod.tfstate --new-only      Fail only on findings introduced by this change
  iac check --fail-on broadening,destructive     Fail on these conditions
  iac check --standard cis                       Print the coverage of a standard

Rules are waived in the block of a resource. In Rust: `.waive(\"s3-versioned\", \"only logs\")` or
`.waive_until(\"s3-versioned\", \"2027-01-31\", \"only logs\")`. In HCL, with a comment:
`# iac:waive=s3-versioned until=2027-01-31: only logs` or `# checkov:skip=CKV_AWS_21:only logs`.

Exit codes: 0 success, 1 error or invalid usage, 3 policy errors or a condition of `--fail-on`,
4 effects digest mismatch (`--expect`)";

pub(crate) fn run(args: &CheckArgs, terminal: &Terminal) -> CommandResult {
    let reviewer = args.review.reviewer()?;
    let mut planned = Vec::new();
    let inputs = args.input.inputs(terminal)?;
    let mut upstream = PlannedOutputs::default();
    for input in inputs.stacks {
        planned.push(args.checked.plan(input, &mut upstream, terminal)?);
    }
    let reviews: Vec<Review> = planned
        .iter()
        .map(|stack| Ok(reviewer.review(&stack.plan, &stack.context()?, false)))
        .collect::<Result<_, CommandError>>()?;
    if let Some(path) = &args.write_baseline {
        write_baseline(path, &reviews, terminal)?;
        return Ok(Outcome::Success);
    }
    if let Some(standard) = args.standard {
        let table = standard::table(standard.into(), &reviews);
        output::write(&args.output.out, table.as_bytes())?;
        let reviews: Vec<&Review> = reviews.iter().collect();
        let outcome = args.review.gate(&reviews, &[Gate::Error], args.new_only, terminal);
        if outcome == Outcome::Success {
            refuse_unread(planned.iter())?;
        }
        return Ok(outcome);
    }
    let stacks: Vec<ReportedStack<'_>> = planned
        .iter()
        .zip(&reviews)
        .map(|(stack, review)| PlannedStack::reported(stack, review, args.review.source_url.as_deref()))
        .collect();
    reporting::write(&stacks, args.output.format(), ReportKind::Findings, None, &args.output.out)?;
    let reviews: Vec<&Review> = reviews.iter().collect();
    let outcome = args.review.gate(&reviews, &[Gate::Error], args.new_only, terminal);
    if outcome == Outcome::Success {
        refuse_unread(planned.iter())?;
        let undecided = planned.iter().map(|stack| stack.plan.undecided_instances.len()).sum::<usize>();
        if undecided > 0 && args.review.fails_on(Gate::Unknown) {
            terminal.status("Failed", format_args!("on undecided instances: {undecided}"));
            return Ok(Outcome::Gate);
        }
    }
    Ok(outcome)
}

fn write_baseline(path: &Path, reviews: &[Review], terminal: &Terminal) -> Result<(), CommandError> {
    let findings = reviews.iter().flat_map(|review| &review.policies.findings);
    let baseline = Baseline::from_findings(findings);
    output::write(path, baseline.to_string().as_bytes())?;
    terminal.status("Wrote", format_args!("{} to {}", counted(baseline.len(), "finding"), path.display()));
    Ok(())
}
