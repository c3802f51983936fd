//! Plans as Markdown, for comments on pull requests.

mod budget;

use std::fmt::Write as _;

use iac_lang::config::Location;
use iac_plan::plan::secret::SchemaSecrets;
use iac_plan::plan::{Action, Counts, OutputChange, Plan, ResourceChange, UndecidedInstances};
use iac_plan::threads;

use self::budget::{Part, Piece, Rank, Section, Syntax, fit};
use super::diff::Sign;
use super::drift::{self, Drift};
use super::heading::heading;
use super::invocations::{self, Invoked};
use super::remarks::{self, ShownChange, Violation};
use super::text::{output_lines, parts};
use super::tree::Line;
use super::{Planned, summary, visible};
use crate::review::{Danger, Rename};

/// The maximum length of a comment on GitHub, in bytes.
pub const COMMENT_LIMIT: usize = 65_536;

/// Renders plans as Markdown: dangerous changes, a table of all changes, and collapsible details.
///
/// To stay within `max_bytes`, details are omitted first, then outputs, drift and the like, then rows, those of the
/// least dangerous changes first. Notes count what is omitted, by kind and danger.
#[must_use]
pub fn markdown(plans: &[Planned<'_>], max_bytes: Option<usize>) -> String {
    /// The maximum length of the note about omitted stacks.
    const NOTE: usize = 100;
    let mut sections: Vec<Section> = plans.iter().map(section).collect();
    let mut out = String::new();
    if plans.len() > 1 {
        let counts = summary::total(plans);
        let is_unchanged = plans.iter().all(|each| summary::is_unchanged(each.plan, &Counts::of(each.plan)));
        let _ = writeln!(out, "## Plan of {} stacks: {}\n", plans.len(), headline(&counts, is_unchanged));
    }
    let end =
        summary::digest(plans).map(|digest| format!("<sub>Effects: `{digest}`</sub>\n")).unwrap_or_default();
    let omitted = max_bytes
        .map_or(0, |max_bytes| fit(&mut sections, max_bytes.saturating_sub(out.len() + end.len() + NOTE)));
    for section in &sections {
        out.push_str(&section.head);
        section.parts.iter().for_each(|part| part.write(&mut out));
        out.push_str(&section.tail);
    }
    if omitted > 0 {
        let _ = writeln!(
            out,
            "**{omitted} of {} stacks are omitted to stay within the size limit.**\n",
            plans.len()
        );
    }
    out + &end
}

const TABLE: &str = "| | Resource | Change | Source |\n|---|---|---|---|\n";

fn section(planned: &Planned<'_>) -> Section {
    let plan = planned.plan;
    let title = planned.title().map_or_else(|| "Plan".to_owned(), |title| text(&visible(title)));
    let counts = Counts::of(plan);
    let mut head = format!("### {title}: {}\n\n", headline(&counts, summary::is_unchanged(plan, &counts)));
    if let Some(completion) = summary::completion(plan).filter(|_| planned.review.is_none()) {
        let _ = writeln!(head, "**{completion}**\n");
    }
    let secrets =
        SchemaSecrets::of(plan.changes.iter().chain(&plan.drift).map(|change| change.schema.as_ref()));
    let ordered = remarks::ordered(plan, planned.review);
    let mut parts = Vec::new();
    if let Some(review) = planned.review {
        let alarm =
            |noun, title: &str, items: &[String]| Part::list(Rank::Alarm, noun, title, escaped(items));
        parts.push(alarm("reasons", "**Incomplete plan**", &remarks::caveats(review)));
        parts.push(alarm("items", "**Unrecognized content**", &remarks::unrecognized(review)));
        let mut dangerous = remarks::dangerous(&ordered);
        dangerous.extend(remarks::actions(plan, Some(review)));
        parts.push(alarm("changes", "**Dangerous changes**", &dangerous));
        parts.push(violations("**Newly public or privileged**", &remarks::exposed(review)));
        parts.push(violations("**Policy violations**", &remarks::refused(review)));
        parts.push(paragraph(remarks::warned(review)));
        parts.push(paragraph(remarks::uncovered(review).map(|uncovered| text(&uncovered))));
        let renames = review.renames.iter().map(|each| rename(each, plan)).collect();
        parts.push(Part::list(Rank::Alarm, "likely renames", "**Likely renames**", renames));
    }
    let cascades = remarks::cascades(plan);
    let mut rows =
        threads::map(&ordered, |change| Piece::new(change.danger(), row(change, planned, &cascades)));
    let undecided = plan.undecided_instances.iter().map(|each| instances_row(each, planned));
    rows.extend(undecided.map(|row| Piece::new(Danger::default(), row)));
    parts.push(Part {
        rank: Rank::Changes,
        syntax: Syntax::Rows,
        noun: "changes",
        start: TABLE.to_owned(),
        pieces: rows,
        end: "\n".to_owned(),
    });

    let drift = Drift::of(plan);
    let invoked = invocations::invoked(plan);
    let mut pieces = threads::map(&ordered, |each| Piece::new(each.danger(), details(each.change, &secrets)));
    pieces.extend(invoked.iter().filter_map(configuration));
    pieces.extend(drift.shown.iter().map(|change| Piece::new(Danger::None, details(change, &secrets))));
    pieces.retain(|piece| !piece.text.is_empty());
    parts.push(Part {
        rank: Rank::Details,
        syntax: Syntax::Paragraphs,
        noun: "change details",
        start: String::new(),
        pieces,
        end: String::new(),
    });

    let remark = |noun, title, items: &[String]| Part::list(Rank::Remark, noun, title, escaped(items));
    let whats = invoked.into_iter().map(|invoked| invoked.what).collect();
    parts.push(remark("cascades", "**Cascades**", &cascades));
    parts.push(remark("actions", "**Actions**", &remarks::limited(whats)));
    parts.push(outputs(&plan.outputs));
    let drifted: Vec<String> = drift.shown.iter().map(|change| drift::what(change)).collect();
    parts.push(remark("resources", "Changed outside of Terraform", &drifted));
    parts.push(paragraph(drift.rest.map(|rest| text(&rest))));
    parts.push(remark("checks", "Checks unknown until apply", &summary::open_conditions(plan)));
    let problems = escaped(&summary::problems(plan));
    parts.push(Part::list(Rank::Alarm, "failed checks", "Failed checks", problems));
    parts.push(remark("uncertain values", "Uncertain", &remarks::limited(summary::undecided_places(plan))));
    let origins = summary::state(plan).into_iter().chain(summary::knowledge(plan));
    let tail: Vec<String> = origins.map(|origin| format!("<sub>{}</sub>\n\n", text(&origin))).collect();
    let tail = tail.concat();
    Section { head, parts, tail }
}

fn escaped(items: &[String]) -> Vec<String> {
    items.iter().map(|item| text(item)).collect()
}

fn paragraph(content: Option<String>) -> Part {
    let piece = |content: String| Piece::new(Danger::None, format!("{content}\n\n"));
    Part {
        rank: Rank::Remark,
        syntax: Syntax::Paragraphs,
        noun: "remarks",
        start: String::new(),
        pieces: content.map(piece).into_iter().collect(),
        end: String::new(),
    }
}

/// Returns the changes to outputs as a code block, with a piece for each output.
fn outputs(changes: &[OutputChange]) -> Part {
    let mut lines = Vec::new();
    output_lines(changes, &mut lines);
    let top = lines.iter().map(|line| line.depth).min().unwrap_or_default();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut code = String::new();
    for each in &lines {
        let line = line(each, 0);
        code.push_str(&line);
        // Closing brackets are at the depth of the output.
        let is_end = line[1..].trim_start().starts_with(['}', ']', ')']);
        match pieces.last_mut() {
            Some(last) if each.depth > top || is_end => last.text.push_str(&line),
            _ => pieces.push(Piece::new(Danger::None, line)),
        }
    }
    let fence = fence(&code);
    Part {
        rank: Rank::Remark,
        syntax: Syntax::Lines,
        noun: "outputs",
        start: format!("Changes to outputs:\n\n{fence}diff\n"),
        pieces,
        end: format!("{fence}\n\n"),
    }
}

fn headline(counts: &Counts, is_unchanged: bool) -> String {
    let mut line = if is_unchanged { "no changes".to_owned() } else { summary::counts(counts) };
    if let Some(undecided) = summary::undecided(counts) {
        let _ = write!(line, "; {undecided}");
    }
    line
}

fn violations(title: &str, rules: &[Violation]) -> Part {
    let item = |violation: &Violation| {
        let places = violation.places.iter().map(|place| format!("\n  - {}", text(place)));
        text(&violation.rule) + &places.collect::<String>()
    };
    Part::list(Rank::Alarm, "violations", title, rules.iter().map(item).collect())
}

fn rename(rename: &Rename, plan: &Plan) -> String {
    let code: Vec<String> = rename.to_code(plan).lines().map(visible).collect();
    let what = text(&remarks::renamed(rename));
    match &code[..] {
        [line] => format!("{what}; to keep it, add {}", self::code(line)),
        lines => {
            let indented = lines.iter().map(|line| format!("  {line}\n"));
            let fence = fence(&lines.join("\n"));
            format!("{what}; to keep it, add\n\n  {fence}hcl\n{}  {fence}\n", indented.collect::<String>())
        }
    }
}

fn row(ordered: &ShownChange<'_>, planned: &Planned<'_>, cascades: &[String]) -> String {
    let change = ordered.change;
    let heading = heading(change);
    let address = visible(&change.address);
    let what = heading.what.strip_prefix(address.as_str()).unwrap_or(&heading.what).trim_start();
    let mut words = text(what);
    let mark = if ordered.danger() >= Danger::RemovesProtection { "**" } else { "" };
    for danger in ordered.dangers() {
        let _ = write!(words, "; {mark}{}{mark}", text(&danger));
    }
    // A cascade is explained once, below the table.
    let root = remarks::root(change);
    let is_listed = root.is_some_and(|root| {
        cascades.iter().any(|cascade| cascade.contains(&format!("follow from {root}: ")))
    });
    let cause = heading.cause.clone().filter(|_| !is_listed);
    for note in heading.notes.iter().cloned().chain(cause).chain(ordered.same()) {
        let _ = write!(words, "; {}", text(&note));
    }
    let source = place(change.source.as_ref(), planned);
    let symbol = match change.action {
        Action::NoOp if !change.undecided.is_empty() => "?",
        Action::NoOp if change.importing.is_some() => "<-",
        Action::NoOp => "->",
        action => action.symbol(),
    };
    format!("| `{symbol}` | {} | {words} | {source} |\n", code(&address))
}

/// Returns the row of a block whose instances are undecided.
fn instances_row(instances: &UndecidedInstances, planned: &Planned<'_>) -> String {
    let words = text(&format!("may be created; undecided: {}", visible(&instances.reason)));
    let source = place(instances.source.as_ref(), planned);
    format!("| `?` | {} | {words} | {source} |\n", code(&visible(&instances.address)))
}

/// Formats a source location, as a link if possible.
fn place(source: Option<&Location>, planned: &Planned<'_>) -> String {
    let Some(source) = source else { return String::new() };
    let shown = code(&visible(source));
    planned.url(source).map_or(shown.clone(), |url| format!("[{shown}](<{}>)", url.replace(['<', '>'], "")))
}

fn details(change: &ResourceChange, secrets: &SchemaSecrets) -> String {
    let mut lines = Vec::new();
    parts(change, secrets, &mut lines);
    if lines.is_empty() {
        return String::new();
    }
    let address = visible(&change.address);
    let mut out = format!("<details><summary><code>{}</code></summary>\n\n", html(&address));
    fenced(&lines.iter().map(|each| line(each, 1)).collect::<String>(), &mut out);
    out.push_str("</details>\n\n");
    out
}

/// Renders the configuration of an invoked action.
fn configuration(invoked: &Invoked) -> Option<Piece> {
    if invoked.lines.is_empty() {
        return None;
    }
    let mut text = format!("<details><summary>{}</summary>\n\n", html(&invoked.what));
    fenced(&invoked.lines.iter().map(|each| line(each, 1)).collect::<String>(), &mut text);
    text.push_str("</details>\n\n");
    Some(Piece::new(Danger::Changes, text))
}

/// Formats a line of a `diff` block, which begins with the sign; `!` marks an update.
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

/// Adds a code block.
fn fenced(code: &str, out: &mut String) {
    let fence = fence(code);
    let _ = writeln!(out, "{fence}diff\n{code}{fence}\n");
}

/// Returns a fence that is longer than any in the code.
fn fence(code: &str) -> String {
    let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

/// Formats inline code that may be part of a table.
fn code(code: &str) -> String {
    let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", code.replace('|', "\\|"))
}

/// Escapes the characters that have a meaning in Markdown.
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
