//! Reports: plans for people to read.
//!
//! A report only reads a [`Plan`]: where the plan comes from is no matter. Nothing that is sensitive is shown.

mod diff;
mod drift;
mod findings;
mod heading;
mod html;
mod invocations;
mod lines;
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

use crate::config::Location;
use crate::plan::Plan;
use crate::review::Review;

/// A plan, and what it is a plan of.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The name of the stack, where there are several or it has one.
    pub name: Option<&'a str>,
    /// The environment of the stack.
    pub environment: Option<&'a str>,
    /// The plan.
    pub plan: &'a Plan,
    /// What a reviewer should know of it: the order of the changes, dangers, policies, renames. Without it, changes are
    /// shown in the order of the plan.
    pub review: Option<&'a Review>,
    /// Where code can be looked at: a URL with `{file}` and `{line}` in it. Pages and comments link there.
    pub source_url: Option<&'a str>,
}

/// How a report is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Whether the terminal shows colours.
    pub color: bool,
    /// How many characters a line of prose may have.
    pub width: Option<usize>,
}

impl Planned<'_> {
    /// Where a line of code can be looked at.
    fn url(&self, source: &Location) -> Option<String> {
        let template = self.source_url?;
        Some(template.replace("{file}", &source.file).replace("{line}", &source.line.to_string()))
    }

    /// What it is called.
    fn title(&self) -> Option<String> {
        let name = self.name?;
        Some(match self.environment {
            Some(environment) if environment != name => format!("{name} ({environment})"),
            _ => name.to_owned(),
        })
    }
}

/// Adds a character in a form that can do nothing to a terminal.
fn push_visible(character: char, out: &mut String) {
    // Marks of direction can make text look like other text.
    let is_hidden = character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if is_hidden {
        out.extend(character.escape_unicode());
    } else {
        out.push(character);
    }
}

/// Text in which nothing can do anything to a terminal.
fn visible(text: impl std::fmt::Display) -> String {
    let text = text.to_string();
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|character| push_visible(character, &mut out));
    out
}
