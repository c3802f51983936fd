//! A plan as one HTML file, which asks for nothing else and opens from disk.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::diff::Sign;
use super::heading::{heading, symbol};
use super::remarks::{self, Broken, Ordered};
use super::text::{output_lines, parts};
use super::tree::Line;
use super::{Planned, summary, visible};
use crate::plan::secret::SchemaSecrets;
use crate::plan::{Action, Counts, ResourceChange};
use crate::review::Review;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Plans as one HTML file: to be searched, filtered and folded, with a graph of what causes what.
#[must_use]
pub fn html(plans: &[Planned<'_>]) -> String {
    let stacks: Vec<Json> = plans.iter().map(stack).collect();
    // A script ends where its end tag stands, even in text.
    let data = Json::from(stacks).to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028");
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

fn stack(planned: &Planned<'_>) -> Json {
    let plan = planned.plan;
    let secrets =
        SchemaSecrets::of(plan.changes.iter().chain(&plan.drift).map(|change| change.schema.as_ref()));
    let ordered = remarks::ordered(plan, planned.review);
    let changes: Vec<Json> = ordered.iter().map(|each| change(each, &secrets)).collect();
    let drift: Vec<Json> = plan
        .drift
        .iter()
        .filter(|change| change.action != Action::NoOp)
        .map(|each| change(&Ordered { change: each, fold: None, others: Vec::new() }, &secrets))
        .collect();
    let mut outputs = Vec::new();
    output_lines(&plan.outputs, &mut outputs);
    let counts = Counts::of(plan);
    let rules = |of: fn(&Review) -> Vec<Broken>| -> Vec<Json> {
        planned.review.map(of).unwrap_or_default().iter().map(broken).collect()
    };
    let renames = planned.review.into_iter().flat_map(|review| &review.renames);
    json!({
        "title": planned.title(),
        "summary": if counts.has_changes() || counts.read > 0 { summary::counts(&counts) } else { "no changes".to_owned() },
        "digest": planned.review.map(|review| review.digest.to_string()),
        "changes": changes,
        "drift": drift,
        "outputs": lines(&outputs),
        "problems": summary::problems(plan),
        "undecided": summary::undecided_places(plan),
        "exposed": rules(remarks::exposed),
        "refused": rules(remarks::refused),
        "warned": rules(remarks::warnings),
        "renames": renames.map(|rename| {
            json!({"what": remarks::renamed(rename), "rust": rename.to_rust("handle"), "hcl": rename.to_hcl()})
        }).collect::<Vec<_>>(),
    })
}

fn change(ordered: &Ordered<'_>, secrets: &SchemaSecrets) -> Json {
    let change = ordered.change;
    let heading = heading(change);
    let address = visible(&change.address);
    let what = heading.what.strip_prefix(address.as_str()).unwrap_or(&heading.what).trim_start();
    let mut found = Vec::new();
    parts(change, secrets, &mut found);
    json!({
        "address": address,
        "what": what,
        "symbol": symbol(change.action).trim(),
        "action": action(change),
        "danger": ordered.danger().as_str(),
        "dangers": ordered.dangers(),
        "notes": heading.notes,
        "source": change.source.as_ref().map(|source| visible(source)),
        "same": ordered.others.iter().map(|other| visible(&other.address)).collect::<Vec<_>>(),
        "lines": lines(&found),
        "causes": change.cause.iter().map(|cause| visible(&cause.address)).collect::<Vec<_>>(),
    })
}

const fn action(change: &ResourceChange) -> &'static str {
    match change.action {
        Action::NoOp => "move",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::Delete => "destroy",
        Action::DeleteThenCreate | Action::CreateThenDelete => "replace",
        Action::Forget => "forget",
    }
}

/// Lines as the script takes them: sign, depth, text, remark.
fn lines(lines: &[Line]) -> Vec<Json> {
    let line = |line: &Line| {
        let sign = match line.sign {
            Sign::Same => " ",
            Sign::Add => "+",
            Sign::Remove => "-",
            Sign::Update => "~",
        };
        json!([sign, line.depth, line.text, line.remark])
    };
    lines.iter().map(line).collect()
}

fn broken(broken: &Broken) -> Json {
    json!({"what": broken.rule, "why": broken.why, "places": broken.places})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::Danger;

    const DANGERS: [Danger; 7] = [
        Danger::LosesData,
        Danger::Destroys,
        Danger::Interrupts,
        Danger::Unguards,
        Danger::Changes,
        Danger::Adds,
        Danger::None,
    ];

    #[test]
    fn the_page_asks_for_nothing_and_knows_every_danger() {
        let page = html(&[]);
        for foreign in ["http:", "https:", "src=", "@import", "url(", "fetch(", "XMLHttpRequest"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert!(page.contains("default-src 'none'"));
        for danger in DANGERS {
            assert!(SCRIPT.contains(&format!("'{}'", danger.as_str())), "{}", danger.as_str());
            assert!(STYLE.contains(&format!(".{}", danger.as_str())), "{}", danger.as_str());
        }
    }
}
