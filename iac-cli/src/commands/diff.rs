//! `iac diff`

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use iac_plan::plan::{Action, Plan};
use iac_review::review::{Difference, Digest, differences};
use serde_json::json;

use super::output_args::{OutputArgs, OutputFormat};
use super::review::read;
use crate::command_error::{CommandResult, Outcome};
use crate::output;
use crate::terminal::Terminal;

/// Compare the effects of two plans
///
/// Lists the effects that were added, removed or changed, for example since a plan was approved. Reads plans as `iac review`
/// does.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiffArgs {
    /// Old plan, for example the approved one
    #[arg(value_name = "OLD.json")]
    old: PathBuf,

    /// New plan
    #[arg(value_name = "NEW.json")]
    new: PathBuf,

    #[command(flatten)]
    output: OutputArgs<Format>,

    /// Exit with code 2 if the effects differ
    #[arg(long)]
    detailed_exitcode: bool,
}

/// Output format of differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Human-readable text
    Text,
    /// JSON
    Json,
}

impl OutputFormat for Format {
    const DEFAULT: &'static str = "text";
    const JSON: Self = Self::Json;
}

const EXAMPLES: &str = "\
Examples:
  iac diff approved.json plan.json                       Show the differences since the approval
  iac diff approved.json plan.json --detailed-exitcode   Report differences by the exit code

Exit codes: 0 success, 1 error or invalid usage, 2 differences (with `--detailed-exitcode`)";

pub(crate) fn run(args: &DiffArgs, _: &Terminal) -> CommandResult {
    let ((old, _), (new, _)) = (read(&args.old)?, read(&args.new)?);
    let differences = differences(&old, &new);
    let text = match args.output.format() {
        Format::Text => to_text(&old, &new, &differences),
        Format::Json => to_json(&old, &new, &differences),
    };
    output::write(&args.output.out, text.as_bytes())?;
    let is_different = !differences.is_empty() || Digest::of(&old) != Digest::of(&new);
    Ok(if is_different && args.detailed_exitcode { Outcome::Changes } else { Outcome::Success })
}

/// Returns the planned action of a resource: `create`, `update`, `destroy`, `replace`, `forget`, `import`, `defer` or `move`.
fn action(plan: &Plan, position: Option<usize>) -> Option<&'static str> {
    let change = plan.changes.get(position?)?;
    if change.deferred.is_some() {
        return Some("defer");
    }
    Some(match change.action {
        Action::NoOp if change.importing.is_some() => "import",
        Action::CreateThenForget | Action::ForgetThenCreate => "replace-and-forget",
        action => action.verb(),
    })
}

fn to_text(old: &Plan, new: &Plan, differences: &[Difference]) -> String {
    let mut text = String::new();
    for difference in differences {
        let address = &difference.address;
        let _ = match (action(old, difference.old), action(new, difference.new)) {
            (None, Some(now)) => writeln!(text, "  + {address}: {now}"),
            (Some(before), None) => writeln!(text, "  - {address}: {before} (no longer planned)"),
            (Some(before), Some(now)) if before == now => {
                writeln!(text, "  ~ {address}: {now}, with other values")
            }
            (Some(before), Some(now)) => writeln!(text, "  ~ {address}: {now} instead of {before}"),
            (None, None) => Ok(()),
        };
    }
    let (before, now) = (Digest::of(old), Digest::of(new));
    if before == now {
        text.push_str("The plans have the same effects.\n");
    } else {
        let _ = writeln!(text, "{}Effects: {before} -> {now}", if text.is_empty() { "" } else { "\n" });
        let others = others(old, new);
        if !others.is_empty() {
            let also = if differences.is_empty() { "The plans differ only in" } else { "Also different" };
            let _ = writeln!(text, "{also}: {}.", others.join(", "));
        }
    }
    text
}

/// Returns the parts of plans other than resources that differ.
fn others(old: &Plan, new: &Plan) -> Vec<&'static str> {
    type Part = fn(&Plan) -> Plan;
    let parts: [(&str, Part); 3] = [
        ("output values", |plan| Plan { outputs: plan.outputs.clone(), ..Plan::default() }),
        ("actions to invoke", |plan| Plan { invocations: plan.invocations.clone(), ..Plan::default() }),
        ("completeness", |plan| Plan { completion: plan.completion, ..Plan::default() }),
    ];
    let differs = |part: &Part| Digest::of(&part(old)) != Digest::of(&part(new));
    parts.into_iter().filter(|(_, part)| differs(part)).map(|(name, _)| name).collect()
}

fn to_json(old: &Plan, new: &Plan, differences: &[Difference]) -> String {
    let difference = |difference: &Difference| {
        json!({
            "address": difference.address.to_string(),
            "deposed": difference.deposed.as_ref().map(iac_core::Text::as_str),
            "old": action(old, difference.old),
            "new": action(new, difference.new),
        })
    };
    let document = json!({
        "format_version": "1.0",
        "old_digest": Digest::of(old).to_string(),
        "new_digest": Digest::of(new).to_string(),
        "differences": differences.iter().map(difference).collect::<Vec<_>>(),
        "others": others(old, new),
    });
    format!("{document:#}\n")
}
