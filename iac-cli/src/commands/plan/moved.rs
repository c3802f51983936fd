//! `--write-moved`: `moved` blocks for likely renames.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use iac_review::review::Review;

use super::PlannedStack;
use crate::command_error::CommandError;
use crate::output;
use crate::terminal::{Terminal, counted};

/// The file to which `moved` blocks are appended.
const FILE: &str = "moved.tf";

/// Appends `moved` blocks to a configuration, or prints the lines to add to a program.
pub(super) fn write_moved(
    stacks: &[PlannedStack],
    reviews: &[Review],
    out: &Path,
    terminal: &Terminal,
) -> Result<(), CommandError> {
    let mut printed = String::new();
    for (stack, review) in stacks.iter().zip(reviews) {
        if review.renames.is_empty() {
            terminal.status("Found", format_args!("no likely renames in {}", stack.input.title()));
        } else if stack.input.is_synthesized() {
            rust(stack, review, &mut printed);
        } else {
            let blocks: Vec<String> = review.renames.iter().map(iac_review::review::Rename::to_hcl).collect();
            let path = stack.input.directory.join(FILE);
            append(&path, &blocks.join("\n"))?;
            let count = counted(blocks.len(), "`moved` block");
            terminal.status("Wrote", format_args!("{count} to {}", path.display()));
        }
    }
    if printed.is_empty() { Ok(()) } else { output::write(out, printed.as_bytes()) }
}

/// Prints the lines for a program, each with the location of the resource whose handle it takes.
fn rust(stack: &PlannedStack, review: &Review, printed: &mut String) {
    for rename in &review.renames {
        let change = rename.changes.first().and_then(|(_, new)| stack.plan.changes.get(*new));
        let Some(change) = change else { continue };
        if let Some(source) = &change.source {
            let _ = writeln!(printed, "// {source}");
        }
        let _ = writeln!(printed, "{}", rename.to_rust(&change.address.name));
    }
}

fn append(path: &Path, blocks: &str) -> Result<(), CommandError> {
    let failed = |error| CommandError::file("cannot write", path, error);
    let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
    let space = if file.metadata().map_err(failed)?.len() > 0 { "\n" } else { "" };
    file.write_all(format!("{space}{blocks}").as_bytes()).map_err(failed)
}
