//! A plan for a pull request: Markdown as GitHub and GitLab show it.

use std::fmt::Write as _;

use super::diff::Sign;
use super::heading::{heading, symbol};
use super::text::{is_shown, output_lines, parts};
use super::tree::Line;
use super::{Planned, summary, visible};
use crate::plan::secret::SchemaSecrets;
use crate::plan::{Action, Counts, ResourceChange};

/// Plans as Markdown: a table of what changes, and each change to be unfolded.
#[must_use]
pub fn markdown(plans: &[Planned<'_>]) -> String {
    let mut out = String::new();
    if plans.len() > 1 {
        let counts = summary::total(plans);
        let _ = writeln!(out, "## Plan of {} stacks: {}\n", plans.len(), headline(&counts));
    }
    for planned in plans {
        plan(planned, &mut out);
    }
    out
}

fn headline(counts: &Counts) -> String {
    let mut line = if counts.has_changes() || counts.read > 0 {
        summary::counts(counts)
    } else {
        "no changes".to_owned()
    };
    if let Some(undecided) = summary::undecided(counts) {
        let _ = write!(line, "; {undecided}");
    }
    line
}

fn plan(planned: &Planned<'_>, out: &mut String) {
    let plan = planned.plan;
    let title = planned.title().map_or_else(|| "Plan".to_owned(), |title| text(&visible(title)));
    let _ = writeln!(out, "### {title}: {}\n", headline(&Counts::of(plan)));
    let secrets =
        SchemaSecrets::of(plan.changes.iter().chain(&plan.drift).map(|change| change.schema.as_ref()));
    let drift: Vec<_> = plan.drift.iter().filter(|change| change.action != Action::NoOp).collect();
    if !drift.is_empty() {
        let _ = writeln!(out, "Changed outside of Terraform since the state was written:\n");
        for change in drift {
            details(change, &secrets, out);
        }
    }
    let shown: Vec<_> = plan.changes.iter().filter(|change| is_shown(change)).collect();
    if !shown.is_empty() {
        let _ = writeln!(out, "| | resource | what and why | line |\n|---|---|---|---|");
        for change in &shown {
            row(change, out);
        }
        out.push('\n');
        for change in shown {
            details(change, &secrets, out);
        }
    }
    let mut lines = Vec::new();
    output_lines(&plan.outputs, &mut lines);
    if !lines.is_empty() {
        let _ = writeln!(out, "Changes to outputs:\n");
        fenced(&lines.iter().map(|each| line(each, 0)).collect::<String>(), out);
    }
    list("Conditions that do not hold", &summary::problems(plan), out);
    list("Not certain", &summary::undecided_places(plan), out);
}

fn row(change: &ResourceChange, out: &mut String) {
    let heading = heading(change);
    let address = visible(&change.address);
    let what = heading.what.strip_prefix(address.as_str()).unwrap_or(&heading.what).trim_start();
    let mut words = text(what);
    for note in &heading.notes {
        let _ = write!(words, "; {}", text(note));
    }
    let source = change.source.as_ref().map(|source| code(&visible(source))).unwrap_or_default();
    let symbol = match change.action {
        Action::NoOp if !change.undecided.is_empty() => "?",
        Action::NoOp if change.importing.is_some() => "<-",
        Action::NoOp => "->",
        action => symbol(action).trim(),
    };
    let _ = writeln!(out, "| `{symbol}` | {} | {words} | {source} |", code(&address));
}

fn details(change: &ResourceChange, secrets: &SchemaSecrets, out: &mut String) {
    let mut lines = Vec::new();
    parts(change, secrets, &mut lines);
    if lines.is_empty() {
        return;
    }
    let address = visible(&change.address);
    let _ = writeln!(out, "<details><summary><code>{}</code></summary>\n", html(&address));
    fenced(&lines.iter().map(|each| line(each, 1)).collect::<String>(), out);
    let _ = writeln!(out, "</details>\n");
}

/// A line of a `diff` block, where the sign comes first and `!` is a change.
fn line(line: &Line, base: usize) -> String {
    let sign = match line.sign {
        Sign::Same => ' ',
        Sign::Add => '+',
        Sign::Remove => '-',
        Sign::Update => '!',
    };
    let indent = "  ".repeat(line.depth - base);
    let space = if line.text.is_empty() || line.remark.is_empty() { "" } else { " " };
    let text = format!("{sign} {indent}{}{space}{}", line.text, line.remark);
    format!("{}\n", text.trim_end())
}

/// A block of code, with a fence that is longer than any in it.
fn fenced(code: &str, out: &mut String) {
    let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(out, "{fence}diff\n{code}{fence}\n");
}

fn list(title: &str, items: &[String], out: &mut String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "{title}:\n");
    for item in items {
        let _ = writeln!(out, "- {}", text(item));
    }
    out.push('\n');
}

/// Code in a line, which may stand in a table.
fn code(code: &str) -> String {
    let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", code.replace('|', "\\|"))
}

/// Text that means nothing to Markdown.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '@' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
