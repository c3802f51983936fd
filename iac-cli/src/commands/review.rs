//! `iac review`

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use iac_aws_rules::knowledge::knowledge;
use iac_aws_rules::versions::VERSIONS;
use iac_plan::plan::json::{PlanText, ReadPlanError};
use iac_plan::plan::{Plan, hide_credentials, json};
use iac_review::policy::Links;
use iac_review::review::{Digest, Review};

use super::output_args::OutputArgs;
use super::plan::{knowledge_of, locate_by_config};
use super::reporting::{self, Format, ReportKind, ReportedStack};
use super::review_args::{ReviewArgs, StackContext, read_waivers};
use crate::command_error::{CommandError, CommandResult};
use crate::output;
use crate::terminal::Terminal;

/// Review a plan: data loss, exposure, likely renames, policy findings
///
/// Reads the JSON output of `terraform show -json`, `tofu show -json` or `iac plan --json`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReviewCommandArgs {
    /// Plans in JSON; `-` is stdin
    #[arg(value_name = "PLAN.json", required = true)]
    plans: Vec<PathBuf>,

    /// Read source locations and waivers from this directory of configuration
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,

    #[command(flatten)]
    output: OutputArgs<Format>,

    /// Print only the digest of the effects
    #[arg(long)]
    digest: bool,

    /// Limit the size of Markdown, omitting the least dangerous changes first
    #[arg(long, value_name = "BYTES", default_value_t = iac_review::report::COMMENT_LIMIT)]
    max_bytes: usize,

    #[command(flatten)]
    review: ReviewArgs,
}

const EXAMPLES: &str = "\
Examples:
  terraform show -json plan.bin | iac review -      Review a Terraform plan
  iac review plan.json --format html -o plan.html   Write an HTML page
  iac review plan.json --fail-on destructive        Fail on destructive changes
  iac review plan.json --digest                     Print the digest for an approval
  iac review plan.json --expect DIGEST              Fail unless the effects are the approved ones

Exit codes: 0 success, 1 error or invalid usage, 3 a condition of `--fail-on`,
4 effects digest mismatch (`--expect`)";

pub(crate) fn run(args: &ReviewCommandArgs, terminal: &Terminal) -> CommandResult {
    let reviewer = args.review.reviewer()?;
    let waivers = match &args.config {
        Some(directory) => read_waivers(directory)?,
        None => HashMap::new(),
    };
    let mut plans = Vec::new();
    for path in &args.plans {
        let (mut plan, links) = read(path)?;
        if let Some(directory) = &args.config {
            locate_by_config(&mut plan, directory)?;
        }
        plans.push((title(path, &args.plans), plan, links));
    }
    let reviews: Vec<Review> = plans
        .iter()
        .map(|(_, plan, links)| {
            reviewer.review(plan, &StackContext { links: links.clone(), waivers: waivers.clone() }, true)
        })
        .collect();
    let all: Vec<&Review> = reviews.iter().collect();
    if args.digest {
        let digests: Vec<Digest> = reviews.iter().map(|review| review.digest).collect();
        output::write(&args.output.out, format!("{}\n", Digest::of_all(&digests)).as_bytes())?;
        return Ok(args.review.gate(&all, &[], false, terminal));
    }
    let files = args.plans.iter().map(|path| path.to_str().filter(|path| *path != output::STDOUT));
    let stacks: Vec<ReportedStack<'_>> = plans
        .iter()
        .zip(&reviews)
        .zip(files)
        .map(|(((title, plan, _), review), file)| ReportedStack {
            file,
            name: title.as_deref(),
            environment: None,
            plan,
            module: None,
            review,
            source_url: args.review.source_url.as_deref(),
        })
        .collect();
    let OutputArgs { out, .. } = &args.output;
    reporting::write(&stacks, args.output.format(), ReportKind::Plan, Some(args.max_bytes), out)?;
    Ok(args.review.gate(&all, &[], false, terminal))
}

/// Returns the title of a plan if there are several: its file name without the extension.
fn title(path: &Path, all: &[PathBuf]) -> Option<String> {
    (all.len() > 1).then(|| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
}

/// The hint for files that are not plans.
const HINT: &str = "print a saved plan as JSON with `terraform show -json FILE`";

/// Reads a plan in JSON.
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
    let message = || format!("cannot read `{}` as a plan", path.display());
    let refused = |error: ReadPlanError| {
        let hint = match &error {
            ReadPlanError::OtherDocument(other) => other.hint(),
            _ => HINT,
        };
        CommandError::because(message(), error).hint(hint)
    };
    let text = PlanText::new(&bytes).map_err(refused)?;
    let version = knowledge_of(text.as_str()).version;
    // Types that this version lacks still have secrets.
    let others = VERSIONS.into_iter().filter(|other| *other != version);
    let known: Vec<_> = std::iter::once(version).chain(others).map(knowledge).collect();
    let schema = |kind, name: &str| known.iter().find_map(|known| known.schema(kind, name).ok().flatten());
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
