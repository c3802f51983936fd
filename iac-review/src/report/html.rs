//! Plans as a self-contained HTML page.

use std::fmt::Write as _;

use iac_plan::plan::secret::SchemaSecrets;
use iac_plan::plan::{Counts, Plan, ResourceChange};
use iac_plan::threads;
use serde_json::{Value as Json, json};

use super::diff::Sign;
use super::drift::{self, Drift};
use super::heading::{heading, source};
use super::invocations::{self, Invoked};
use super::remarks::{self, ShownChange, Violation};
use super::text::{output_lines, parts};
use super::tree::Line;
use super::{Planned, summary, visible};
use crate::review::Review;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Renders plans as one HTML page that can be searched and filtered and has a graph of causes. It loads no other
/// resources.
#[must_use]
pub fn html(plans: &[Planned<'_>]) -> String {
    let stacks: Vec<String> = plans.iter().map(stack).collect();
    // A script ends at its end tag, even inside a string.
    let data = format!("[{}]", stacks.join(",")).replace('<', "\\u003c");
    let title = plans.iter().filter_map(Planned::title).collect::<Vec<_>>().join(", ");
    let title = if title.is_empty() { "Plan".to_owned() } else { format!("Plan of {title}") };
    let mut page = String::with_capacity(PAGE.len() + STYLE.len() + SCRIPT.len() + data.len());
    let mut rest = PAGE;
    let parts = [
        ("{title}", escaped(&title)),
        ("{style}", STYLE.to_owned()),
        ("{data}", data),
        ("{script}", SCRIPT.to_owned()),
    ];
    for (mark, part) in parts {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        page.push_str(before);
        page.push_str(&part);
        rest = after;
    }
    page.push_str(rest);
    page
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' | '<' | '>' | '"' => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            other => super::push_visible(other, &mut escaped),
        }
    }
    escaped
}

fn stack(planned: &Planned<'_>) -> String {
    let plan = planned.plan;
    let secrets =
        SchemaSecrets::of(plan.changes.iter().chain(&plan.drift).map(|change| change.schema.as_ref()));
    let ordered = remarks::ordered(plan, planned.review);
    // Changes are serialized separately, since there may be thousands.
    let changes = threads::map(&ordered, |each| change(each, &secrets, planned)).join(",");
    let drift = Drift::of(plan);
    let drifted = drift.shown.iter().map(|change| drift_json(change, &secrets));
    let drifted: Vec<Json> = drifted.chain(drift.rest.clone().map(Json::String)).collect();
    let mut outputs = Vec::new();
    output_lines(&plan.outputs, &mut outputs);
    let counts = Counts::of(plan);
    let rules = |of: fn(&Review) -> Vec<Violation>| -> Vec<Json> {
        planned.review.map(of).unwrap_or_default().iter().map(violation).collect()
    };
    let renames = planned.review.into_iter().flat_map(|review| &review.renames);
    let rest = json!({
        "title": planned.title(),
        "summary": headline(plan, &counts),
        "caveats": planned.review.map(remarks::caveats).unwrap_or_default(),
        "unrecognized": planned.review.map(remarks::unrecognized).unwrap_or_default(),
        "open": summary::open_conditions(plan),
        "actions": remarks::actions(plan, planned.review),
        "invoked": invocations::invoked(plan).iter().map(invoked).collect::<Vec<_>>(),
        "digest": planned.review.map(|review| review.digest.to_string()),
        "state": summary::state(plan),
        "knowledge": summary::knowledge(plan),
        "drift": drifted,
        "outputs": lines(&outputs),
        "problems": summary::problems(plan),
        "undecided": summary::undecided_places(plan),
        "exposed": rules(remarks::exposed),
        "refused": rules(remarks::refused),
        "warned": rules(remarks::warnings),
        "renames": renames.map(|rename| {
            json!({"what": remarks::renamed(rename), "code": rename.to_code(plan)})
        }).collect::<Vec<_>>(),
    });
    // The object is left open for the changes.
    let mut text = rest.to_string();
    text.pop();
    let _ = write!(text, ",\"changes\":[{changes}]}}");
    text
}

/// Serializes a change as JSON.
fn change(ordered: &ShownChange<'_>, secrets: &SchemaSecrets, planned: &Planned<'_>) -> String {
    let change = ordered.change;
    let heading = heading(change);
    let address = visible(&change.address);
    let what = heading.what.strip_prefix(address.as_str()).unwrap_or(&heading.what).trim_start();
    let mut found = Vec::new();
    parts(change, secrets, &mut found);
    let mut out = String::from("{\"lines\":[");
    for (position, line) in found.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        let _ = write!(out, "[\"{}\",{},", sign(line.sign), line.depth);
        string(&line.text, &mut out);
        out.push(',');
        string(&line.remark, &mut out);
        out.push(']');
    }
    let list = |texts: Vec<String>| Json::from(texts).to_string();
    let _ = write!(
        out,
        "],\"address\":{},\"what\":{},\"symbol\":{},\"action\":\"{}\",\"danger\":\"{}\",\"dangers\":{},\"notes\":{},\"source\":{},\"url\":{},\"same\":{},\"causes\":{}}}",
        Json::from(address.as_str()),
        Json::from(what),
        Json::from(change.action.symbol()),
        change.action.verb(),
        ordered.danger().as_str(),
        list(ordered.dangers()),
        list(heading.notes.into_iter().chain(heading.cause).collect()),
        Json::from(source(change)),
        Json::from(change.source.as_ref().and_then(|source| planned.url(source))),
        list(ordered.others.iter().map(|other| visible(&other.address)).collect()),
        list(change.cause.iter().map(|cause| visible(&cause.address)).collect()),
    );
    out
}

/// Serializes a string as JSON.
fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            other if other.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(other));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Returns lines in the format of the script: sign, depth, text, remark.
fn lines(lines: &[Line]) -> Vec<Json> {
    lines.iter().map(|line| json!([sign(line.sign), line.depth, line.text, line.remark])).collect()
}

const fn sign(sign: Sign) -> &'static str {
    match sign {
        Sign::Same => " ",
        Sign::Add => "+",
        Sign::Remove => "-",
        Sign::Update => "~",
    }
}

/// Formats the counts, and a remark if the plan is incomplete.
fn headline(plan: &Plan, counts: &Counts) -> String {
    if summary::is_unchanged(plan, counts) {
        return "no changes".to_owned();
    }
    let mut line = summary::counts(counts);
    if let Some(completion) = summary::completion(plan) {
        let _ = write!(line, ". {completion}");
    }
    line
}

/// Changes outside of Terraform, with the lines of each change.
fn drift_json(change: &ResourceChange, secrets: &SchemaSecrets) -> Json {
    let mut lines = Vec::new();
    parts(change, secrets, &mut lines);
    json!({"what": drift::what(change), "places": plain(&lines)})
}

/// An invoked action, with the lines of its configuration.
fn invoked(invoked: &Invoked) -> Json {
    json!({"what": invoked.what, "places": plain(&invoked.lines)})
}

/// Formats lines with their signs.
fn plain(lines: &[Line]) -> Vec<String> {
    let line = |line: &Line| {
        let indent = "  ".repeat(line.depth - 1);
        let space = if line.text.is_empty() || line.remark.is_empty() { "" } else { " " };
        format!("{} {indent}{}{space}{}", sign(line.sign), line.text, line.remark).trim_end().to_owned()
    };
    lines.iter().map(line).collect()
}

fn violation(violation: &Violation) -> Json {
    json!({"what": violation.rule, "why": violation.why, "places": violation.places})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::Danger;

    #[test]
    fn page_is_self_contained_and_styles_every_danger() {
        let page = html(&[]);
        for foreign in ["http:", "https:", "src=", "@import", "url(", "fetch(", "XMLHttpRequest"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert!(page.contains("default-src 'none'"));
        for danger in Danger::ALL {
            assert!(SCRIPT.contains(&format!("'{}'", danger.as_str())), "{}", danger.as_str());
            assert!(STYLE.contains(&format!(".{}", danger.as_str())), "{}", danger.as_str());
        }
    }
}
