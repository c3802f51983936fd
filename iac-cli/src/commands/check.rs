//! `iac check`

use std::path::{Path, PathBuf};

use clap::Args;
use iac_review::policy::Baseline;
use iac_review::review::Review;

use super::plan::{CheckedArgs, InputArgs, Planned, refuse_incomplete};
use super::reporting::{self, About, Format, Stack};
use super::review_args::{Gate, ReviewArgs};
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::output;
use crate::terminal::Terminal;

/// Hold the configuration against the policies
///
/// Evaluates the configuration, and asks every rule about every resource. With a state, what the change brings is told
/// from what is there already. Where something is not known before it is applied, a rule neither holds nor fails.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Print the findings in this format
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,

    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Write to this file
    #[arg(short, long, value_name = "FILE", default_value = output::STDOUT)]
    out: PathBuf,

    /// Let be what is there already: only what the change brings closes the gate
    #[arg(long)]
    new_only: bool,

    /// Write what is found to this file, so that `--baseline` lets it be
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,

    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    checked: CheckedArgs,

    #[command(flatten)]
    review: ReviewArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac check                                        Check what the program describes
  iac check --config live --format sarif -o x.sarif   Check Terraform configuration, for code scanning
  iac check --write-baseline iac-baseline.json     Accept what is there
  iac check --baseline iac-baseline.json           Check only what came since
  iac check --state prod.tfstate --new-only        Check only what this change brings
  iac check --fail-on broadening,destructive       Choose what is not let through

A rule is set aside in the block of a resource: in Rust `.waive(\"s3-versioned\", \"only logs\")` or
`.waive_until(\"s3-versioned\", \"2027-01-31\", \"only logs\")`, in HCL the comment
`# iac:waive=s3-versioned until=2027-01-31: only logs`. `checkov:skip=CKV_AWS_21:only logs` counts, too.

Exit codes: 0 fine, 1 error or wrong usage, 3 a rule does not hold that refuses, or what `--fail-on` names";

pub(crate) fn run(args: &CheckArgs, terminal: &Terminal) -> CommandResult {
    let reviewer = args.review.reviewer()?;
    let format = if args.json { Format::Json } else { args.format };
    let mut planned = Vec::new();
    let inputs = args.input.inputs(terminal)?;
    for input in inputs.stacks {
        planned.push(args.checked.plan(input, terminal)?);
    }
    let reviews: Vec<Review> = planned
        .iter()
        .map(|stack| Ok(reviewer.review(&stack.plan, &stack.beside()?, false)))
        .collect::<Result<_, CommandError>>()?;
    if let Some(path) = &args.write_baseline {
        write_baseline(path, &reviews, terminal)?;
        return Ok(Outcome::Fine);
    }
    let stacks: Vec<Stack<'_>> = planned
        .iter()
        .zip(&reviews)
        .map(|(stack, review)| Planned::shown(stack, review, &args.review))
        .collect();
    reporting::write(&stacks, format, About::Findings, None, &args.out)?;
    let reviews: Vec<&Review> = reviews.iter().collect();
    refuse_incomplete(planned.iter())?;
    Ok(args.review.gate(&reviews, &[Gate::Error], args.new_only, terminal))
}

fn write_baseline(path: &Path, reviews: &[Review], terminal: &Terminal) -> Result<(), CommandError> {
    let findings = reviews.iter().flat_map(|review| &review.policies.findings);
    let baseline = Baseline::from_findings(findings);
    output::write(path, baseline.to_string().as_bytes())?;
    terminal.status("Wrote", format_args!("{} findings to {}", baseline.len(), path.display()));
    Ok(())
}
