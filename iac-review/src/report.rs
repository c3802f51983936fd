//! Reports: plans in formats for people and machines.
//!
//! A report only reads a [`Plan`], whatever its origin. Sensitive values are never shown.

mod diff;
mod drift;
mod findings;
mod heading;
mod html;
mod invocations;

mod machine;
mod markdown;
mod places;
mod remarks;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod tree;

pub use findings::findings;
pub use html::html;
pub use machine::{github, junit, review_json, sarif};
pub use markdown::{COMMENT_LIMIT, markdown};
pub use text::text;

use iac_lang::config::Location;
use iac_plan::plan::Plan;

use crate::review::Review;

/// A plan with its stack and its review.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The name of the stack, if it has one.
    pub name: Option<&'a str>,
    /// The environment of the stack.
    pub environment: Option<&'a str>,
    /// The plan.
    pub plan: &'a Plan,
    /// The review, which orders the changes by danger. Without it, changes are in the order of the plan.
    pub review: Option<&'a Review>,
    /// The file that the plan was read from, or a file of its configuration: the location of results without a line.
    pub file: Option<&'a str>,
    /// The URL of source code, with the placeholders `{file}` and `{line}`. Pages and comments link to it.
    pub source_url: Option<&'a str>,
}

/// The layout of a report for terminals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// `true` if the terminal shows colors.
    pub color: bool,
    /// The maximum number of characters in a line of prose.
    pub width: Option<usize>,
}

impl Planned<'_> {
    /// Returns the URL of a line of code.
    fn url(&self, source: &Location) -> Option<String> {
        let template = self.source_url?;
        Some(template.replace("{file}", &source.file).replace("{line}", &source.line.to_string()))
    }

    /// Returns the file for results without a line.
    fn fallback(&self) -> &str {
        let sources = self.plan.changes.iter().filter_map(|change| change.source.as_ref());
        let mut files = sources.map(|source| source.file.as_str());
        self.file.or_else(|| files.find(|file| !file.is_empty())).unwrap_or("plan.json")
    }

    /// Returns the title of the plan: the name of the stack, and its environment if it is another name.
    fn title(&self) -> Option<String> {
        let name = self.name?;
        Some(match self.environment {
            Some(environment) if environment != name => format!("{name} ({environment})"),
            _ => name.to_owned(),
        })
    }
}

/// Adds a character, escaped if it could control a terminal.
fn push_visible(character: char, out: &mut String) {
    // Directional marks can make text look like other text.
    let is_hidden = character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if is_hidden {
        out.extend(character.escape_unicode());
    } else {
        out.push(character);
    }
}

/// Returns a text with all characters escaped that could control a terminal.
fn visible(text: impl std::fmt::Display) -> String {
    let text = text.to_string();
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|character| push_visible(character, &mut out));
    out
}
