//! Data loss, interruptions and lost protections that schemas do not describe.

pub(super) mod changes;
mod others;

use std::collections::HashMap;
use std::fmt;

use iac_core::text::Text;

use super::Danger;
use super::exposure::rules::Exposures;

/// Data loss, interruptions and lost protections, by resource type and argument.
///
/// The format has one hazard per line; `#` begins a comment:
///
/// ```text
/// TYPE: deletes WHAT                 destroying or replacing the resource loses data; or `loses`
/// TYPE: interrupts WHAT              destroying or replacing the resource interrupts a service
/// TYPE: disables WHAT                destroying the resource turns off a guard
/// TYPE: notes TEXT                   replacing the resource is harmless
/// ```
///
/// [`Hazards::with_changes`] adds updates in place, [`Hazards::with_actions`] actions, [`Hazards::with_exposures`] questions
/// about who gets in.
#[derive(Clone, Debug, Default)]
pub struct Hazards {
    types: HashMap<Text, (Harm, Text)>,
    changes: HashMap<Text, Vec<changes::HarmfulChange>>,
    /// The effects of actions, by their type.
    pub(super) actions: HashMap<Text, (Danger, Text)>,
    pub(super) exposures: Exposures,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    Loses,
    Interrupts,
    Disables,
    Notes,
}

/// An error from parsing [`Hazards`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HazardsError {
    /// The number of the invalid line, starting at 1.
    pub line: usize,
}

impl Hazards {
    /// Parses hazards of types.
    ///
    /// # Errors
    ///
    /// Fails if a line is not a hazard.
    pub fn parse(text: &str) -> Result<Self, HazardsError> {
        Self::default().with_types(text)
    }

    /// Adds hazards of types.
    ///
    /// # Errors
    ///
    /// Fails if a line is not a hazard.
    pub fn with_types(mut self, text: &str) -> Result<Self, HazardsError> {
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if !text.is_empty() && !text.starts_with('#') {
                self.line(text).ok_or(HazardsError { line })?;
            }
        }
        Ok(self)
    }

    fn line(&mut self, text: &str) -> Option<()> {
        let (place, rest) = text.split_once(": ")?;
        let (word, what) = rest.split_once(' ')?;
        let harm = match word {
            "deletes" | "loses" => Harm::Loses,
            "interrupts" => Harm::Interrupts,
            "disables" => Harm::Disables,
            "notes" => Harm::Notes,
            _ => return None,
        };
        // A note is a sentence of its own; the other texts begin with the verb.
        let what = if harm == Harm::Notes { what } else { rest };
        let is_type = !place.contains(['.', ' ']);
        is_type.then(|| drop(self.types.insert(place.into(), (harm, what.into()))))
    }

    /// Returns the resource types that have a hazard when they are destroyed or replaced, so that their existence can be
    /// checked.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(Text::as_str)
    }

    pub(super) fn of_type(&self, type_name: &str) -> Option<&(Harm, Text)> {
        self.types.get(type_name)
    }
}

impl fmt::Display for HazardsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {} is not a hazard: expected what is affected, a verb such as `deletes`, `interrupts` or `notes`, and a text",
            self.line
        )
    }
}

impl std::error::Error for HazardsError {}
