//! `iac review`

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use iac_plan::plan::json::{PlanText, ReadPlanError};
use iac_plan::plan::{Plan, hide_credentials, json};
use iac_plan::schema::Knowledge;
use iac_review::policy::Links;
use iac_review::review::{Digest, Review};

use super::plan::declared_places;
use super::reporting::{self, About, Format, Stack};
use super::review_args::{Beside, ReviewArgs, waivers};
use crate::command_error::{CommandError, CommandResult};
use crate::output;
use crate::terminal::Terminal;

/// Report a plan that is there: dangers, exposures, renames, policies
///
/// Takes what `terraform show -json` or `tofu show -json` prints of a plan, or what `iac plan --json` writes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReviewCommandArgs {
    /// The plan as JSON; `-` for stdin
    #[arg(value_name = "PLAN.json", required = true)]
    plans: Vec<PathBuf>,

    /// The directory of its configuration: for the lines that changes come from, and for waivers
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,

    /// Print it in this format
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,

    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Write to this file
    #[arg(short, long, value_name = "FILE", default_value = output::STDOUT)]
    out: PathBuf,

    /// Print only the fingerprint of the effects
    #[arg(long)]
    digest: bool,

    /// How long Markdown may be: what does not fit is left out, the least dangerous first
    #[arg(long, value_name = "BYTES", default_value_t = iac_review::report::COMMENT_LIMIT)]
    max_bytes: usize,

    #[command(flatten)]
    review: ReviewArgs,
}

const EXAMPLES: &str = "\
Examples:
  terraform show -json plan.bin | iac review -      Report a plan of Terraform
  iac review plan.json --format html -o plan.html   As a page
  iac review plan.json --fail-on destructive        Let nothing through that destroys
  iac review plan.json --digest                     The fingerprint that an approval binds to
  iac review plan.json --expect DIGEST              Fail unless it still does what was approved

Exit codes: 0 fine, 1 error or wrong usage, 3 what `--fail-on` names is there, 4 `--expect` differs";

pub(crate) fn run(args: &ReviewCommandArgs, terminal: &Terminal) -> CommandResult {
    let reviewer = args.review.reviewer()?;
    let waivers = match &args.config {
        Some(directory) => waivers(directory)?,
        None => HashMap::new(),
    };
    let mut plans = Vec::new();
    for path in &args.plans {
        let (mut plan, links) = read(path)?;
        if let Some(directory) = &args.config {
            declared_places(&mut plan, directory)?;
        }
        plans.push((name(path, &args.plans), plan, links));
    }
    let reviews: Vec<Review> = plans
        .iter()
        .map(|(_, plan, links)| {
            reviewer.review(plan, &Beside { links: links.clone(), waivers: waivers.clone() }, true)
        })
        .collect();
    let all: Vec<&Review> = reviews.iter().collect();
    if args.digest {
        let digests: Vec<Digest> = reviews.iter().map(|review| review.digest).collect();
        output::write(&args.out, format!("{}\n", Digest::of_all(&digests)).as_bytes())?;
        return Ok(args.review.gate(&all, &[], false, terminal));
    }
    let stacks: Vec<Stack<'_>> = plans
        .iter()
        .zip(&reviews)
        .map(|((name, plan, _), review)| Stack {
            name: name.as_deref(),
            environment: None,
            plan,
            module: None,
            review,
            source_url: args.review.source_url.as_deref(),
        })
        .collect();
    let format = if args.json { Format::Json } else { args.format };
    reporting::write(&stacks, format, About::Plan, Some(args.max_bytes), &args.out)?;
    Ok(args.review.gate(&all, &[], false, terminal))
}

/// What a plan is called, where there are several: its file without the extension.
fn name(path: &Path, all: &[PathBuf]) -> Option<String> {
    (all.len() > 1).then(|| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
}

/// What helps whose file is no plan.
const HINT: &str = "print a saved plan as JSON with `terraform show -json FILE`";

/// Reads a plan that somebody wrote.
pub(super) fn read(path: &Path) -> Result<(Plan, Links), CommandError> {
    let bytes = if path == Path::new(output::STDOUT) {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| CommandError::because("cannot read stdin", error))?;
        bytes
    } else {
        fs::read(path).map_err(|error| CommandError::file("cannot read", path, error))?
    };
    let knowledge = Knowledge::new(iac_aws_rules::knowledge::texts());
    let message = || format!("cannot read `{}` as a plan", path.display());
    let schema = |kind, name: &str| knowledge.schema(kind, name).ok().flatten();
    let refused = |error: ReadPlanError| {
        let hint = match &error {
            ReadPlanError::OtherDocument(other) => other.hint(),
            _ => HINT,
        };
        CommandError::because(message(), error).hint(hint)
    };
    let text = PlanText::new(&bytes).map_err(refused)?;
    let (plan, links) = thread::scope(|scope| {
        let links = scope.spawn(|| Links::from_plan_json(text.as_str()));
        let plan = json::read(&text, &schema);
        (plan, links.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let mut plan = plan.map_err(refused)?;
    let links = links.map_err(|error| CommandError::because(message(), error).hint(HINT))?;
    hide_credentials(&mut plan, true);
    Ok((plan, links))
}
