//! Plans as Markdown, for comments on pull requests.

use std::cmp::Reverse;
use std::fmt::Write as _;

use iac_lang::config::Location;
use iac_plan::plan::secret::SchemaSecrets;
use iac_plan::plan::{Action, Counts, ResourceChange, UndecidedInstances};
use iac_plan::threads;

use super::diff::Sign;
use super::drift::{self, Drift};
use super::heading::heading;
use super::invocations::{self, Invoked};
use super::remarks::{self, ShownChange, Violation};
use super::text::{output_lines, parts};
use super::tree::Line;
use super::{Planned, summary, visible};
use crate::review::{Danger, Digest, Rename};

/// The maximum length of a comment on GitHub, in bytes.
pub const COMMENT_LIMIT: usize = 65_536;

/// Renders plans as Markdown: dangerous changes, a table of all changes, and collapsible details.
///
/// To stay within `max_bytes`, details are left out first, then rows, those of the least dangerous changes first.
/// Their numbers are stated.
#[must_use]
pub fn markdown(plans: &[Planned<'_>], max_bytes: Option<usize>) -> String {
    let mut sections: Vec<Section> = plans.iter().map(Section::of).collect();
    let mut start = String::new();
    if plans.len() > 1 {
        let counts = summary::total(plans);
        let is_unchanged = plans.iter().all(|each| summary::is_unchanged(each.plan, &Counts::of(each.plan)));
        let _ = writeln!(start, "## Plan of {} stacks: {}\n", plans.len(), headline(&counts, is_unchanged));
    }
    let end = digest(plans).map(|digest| format!("<sub>Effects: `{digest}`</sub>\n")).unwrap_or_default();
    if let Some(max_bytes) = max_bytes {
        let fixed = start.len() + end.len() + sections.iter().map(Section::fixed).sum::<usize>();
        fit(&mut sections, max_bytes.saturating_sub(fixed));
    }
    for section in &sections {
        section.write(&mut start);
    }
    start + &end
}

/// Returns the combined digest, if all plans are reviewed.
fn digest(plans: &[Planned<'_>]) -> Option<Digest> {
    let digests: Option<Vec<Digest>> =
        plans.iter().map(|planned| planned.review.map(|review| review.digest)).collect();
    let has_changes =
        plans.iter().any(|planned| !summary::is_unchanged(planned.plan, &Counts::of(planned.plan)));
    digests.filter(|digests| has_changes && !digests.is_empty()).map(|digests| Digest::of_all(&digests))
}

/// The Markdown of a plan.
struct Section {
    head: String,
    rows: Vec<Piece>,
    details: Vec<Piece>,
    tail: String,
}

/// A part that may be left out.
struct Piece {
    danger: Danger,
    text: String,
    is_shown: bool,
}

const TABLE: &str = "| | Resource | Change | Source |\n|---|---|---|---|\n";
/// The maximum length of the notes about omissions.
const NOTES: usize = 200;

impl Section {
    fn of(planned: &Planned<'_>) -> Self {
        let plan = planned.plan;
        let title = planned.title().map_or_else(|| "Plan".to_owned(), |title| text(&visible(title)));
        let counts = Counts::of(plan);
        let mut head =
            format!("### {title}: {}\n\n", headline(&counts, summary::is_unchanged(plan, &counts)));
        if let Some(completion) = summary::completion(plan).filter(|_| planned.review.is_none()) {
            let _ = writeln!(head, "**{completion}**\n");
        }
        let secrets =
            SchemaSecrets::of(plan.changes.iter().chain(&plan.drift).map(|change| change.schema.as_ref()));
        let ordered = remarks::ordered(plan, planned.review);
        if let Some(review) = planned.review {
            list("**Incomplete plan**", &remarks::caveats(review), &mut head);
            list("**Unrecognized content**", &remarks::unrecognized(review), &mut head);
            list("**Dangerous changes**", &remarks::dangerous(&ordered), &mut head);
            violations("**Newly public or privileged**", &remarks::exposed(review), &mut head);
            violations("**Policy violations**", &remarks::refused(review), &mut head);
            if let Some(warned) = remarks::warned(review) {
                let _ = writeln!(head, "{warned}\n");
            }
            renames(&review.renames, &mut head);
        }
        let piece = |ordered: &ShownChange<'_>, text: String| Piece {
            danger: ordered.danger(),
            text,
            is_shown: true,
        };
        let mut rows = threads::map(&ordered, |change| piece(change, row(change, planned)));
        rows.extend(plan.undecided_instances.iter().map(|instances| Piece {
            danger: Danger::default(),
            text: instances_row(instances, planned),
            is_shown: true,
        }));
        let details = threads::map(&ordered, |each| piece(each, details(each.change, &secrets)));
        let mut details: Vec<Piece> = details.into_iter().filter(|piece| !piece.text.is_empty()).collect();
        let invoked = invocations::invoked(plan);
        details.extend(invoked.iter().filter_map(configuration));
        let mut tail = String::new();
        let whats = invoked.into_iter().map(|invoked| invoked.what).collect();
        list("**Actions**", &remarks::limited(whats), &mut tail);
        let mut lines = Vec::new();
        output_lines(&plan.outputs, &mut lines);
        if !lines.is_empty() {
            let _ = writeln!(tail, "Changes to outputs:\n");
            fenced(&lines.iter().map(|each| line(each, 0)).collect::<String>(), &mut tail);
        }
        let drift = Drift::of(plan);
        if !drift.shown.is_empty() {
            let _ = writeln!(tail, "Changed outside of Terraform:\n");
            for change in &drift.shown {
                let _ = writeln!(tail, "- {}", text(&drift::what(change)));
            }
            tail.push('\n');
        }
        for change in &drift.shown {
            let text = self::details(change, &secrets);
            if !text.is_empty() {
                details.push(Piece { danger: Danger::None, text, is_shown: true });
            }
        }
        if let Some(rest) = &drift.rest {
            let _ = writeln!(tail, "{}\n", text(rest));
        }
        list("Checks unknown until apply", &summary::open_conditions(plan), &mut tail);
        list("Failed checks", &summary::problems(plan), &mut tail);
        list("Uncertain", &remarks::limited(summary::undecided_places(plan)), &mut tail);
        if let Some(state) = summary::state(plan) {
            let _ = writeln!(tail, "<sub>{}</sub>\n", text(&state));
        }
        Self { head, rows, details, tail }
    }

    fn pieces(&mut self, kind: Kind) -> &mut [Piece] {
        match kind {
            Kind::Rows => &mut self.rows,
            Kind::Details => &mut self.details,
        }
    }

    /// Returns the length without any pieces.
    fn fixed(&self) -> usize {
        self.head.len() + self.tail.len() + TABLE.len() + NOTES
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.head);
        let shown = |pieces: &[Piece], out: &mut String| -> usize {
            pieces.iter().filter(|piece| piece.is_shown).for_each(|piece| out.push_str(&piece.text));
            pieces.iter().filter(|piece| !piece.is_shown).count()
        };
        if !self.rows.is_empty() {
            out.push_str(TABLE);
            let left_out = shown(&self.rows, out);
            if left_out > 0 {
                let _ = writeln!(out, "| | … | {left_out} more, which are less dangerous | |");
            }
            out.push('\n');
        }
        if !self.details.is_empty() {
            let left_out = shown(&self.details, out);
            if left_out > 0 {
                let _ = writeln!(
                    out,
                    "Details of {left_out} changes are left out to stay within the size limit.\n"
                );
            }
        }
        out.push_str(&self.tail);
    }
}

/// The kinds of pieces in a section.
#[derive(Clone, Copy)]
enum Kind {
    Rows,
    Details,
}

/// Leaves pieces out until the rest fits. The rows of all plans take precedence over details, and dangerous changes
/// over others.
fn fit(sections: &mut [Section], mut room: usize) {
    for kind in [Kind::Rows, Kind::Details] {
        let mut order: Vec<(Reverse<Danger>, usize, usize)> = Vec::new();
        for (number, section) in sections.iter_mut().enumerate() {
            let pieces = section.pieces(kind);
            order
                .extend(pieces.iter().enumerate().map(|(piece, each)| (Reverse(each.danger), number, piece)));
        }
        order.sort_unstable();
        let mut is_full = false;
        for (_, number, piece) in order {
            let piece = &mut sections[number].pieces(kind)[piece];
            is_full |= piece.text.len() > room;
            piece.is_shown = !is_full;
            if piece.is_shown {
                room -= piece.text.len();
            }
        }
    }
}

fn headline(counts: &Counts, is_unchanged: bool) -> String {
    let mut line = if is_unchanged { "no changes".to_owned() } else { summary::counts(counts) };
    if let Some(undecided) = summary::undecided(counts) {
        let _ = write!(line, "; {undecided}");
    }
    line
}

fn violations(title: &str, rules: &[Violation], out: &mut String) {
    if rules.is_empty() {
        return;
    }
    let _ = writeln!(out, "{title}:\n");
    for violation in rules {
        let _ = writeln!(out, "- {}", text(&violation.rule));
        for place in &violation.places {
            let _ = writeln!(out, "  - {}", text(place));
        }
    }
    out.push('\n');
}

fn renames(renames: &[Rename], out: &mut String) {
    if renames.is_empty() {
        return;
    }
    let _ = writeln!(out, "**Likely renames**:\n");
    for rename in renames {
        let rust = code(&visible(rename.to_rust("handle")));
        let _ = writeln!(out, "- {}; to keep it, add {rust}", text(&remarks::renamed(rename)));
    }
    out.push('\n');
}

fn row(ordered: &ShownChange<'_>, planned: &Planned<'_>) -> String {
    let change = ordered.change;
    let heading = heading(change);
    let address = visible(&change.address);
    let what = heading.what.strip_prefix(address.as_str()).unwrap_or(&heading.what).trim_start();
    let mut words = text(what);
    let mark = if ordered.danger() >= Danger::RemovesProtection { "**" } else { "" };
    for danger in ordered.dangers() {
        let _ = write!(words, "; {mark}{}{mark}", text(&danger));
    }
    for note in heading.notes.iter().cloned().chain(ordered.same()) {
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
    Some(Piece { danger: Danger::Changes, text, is_shown: true })
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

/// Adds a code block, with a fence that is longer than any in the code.
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
