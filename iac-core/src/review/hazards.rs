//! What is lost or interrupted by which changes: what a schema does not say.

use std::collections::HashMap;
use std::fmt;

use crate::text::Text;

/// What is lost or interrupted by which changes of which resources.
///
/// One line each, `#` begins a comment:
///
/// ```text
/// TYPE: deletes WHAT                 destroying or replacing the resource loses data; or `loses`
/// TYPE: interrupts WHAT              destroying or replacing the resource interrupts a service
/// TYPE: notes TEXT                   replacing the resource is harmless
/// TYPE.PATH: interrupts WHAT         updating the argument in place does; or `deletes`, or `disables`
/// TYPE.PATH=VALUE: disables WHAT     only an update to this value does: it removes a protection
/// TYPE.PATH: notes TEXT              updating the argument is harmless, but has a side effect
/// ```
#[derive(Clone, Debug, Default)]
pub struct Hazards {
    types: HashMap<Text, (Harm, Text)>,
    places: HashMap<Text, Vec<Hazard>>,
}

/// What a change of a place does.
#[derive(Clone, Debug)]
pub(super) struct Hazard {
    /// The names of the place, with dots between.
    pub(super) path: String,
    /// The value that it has to become.
    pub(super) becomes: Option<String>,
    pub(super) harm: Harm,
    pub(super) what: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    Loses,
    Interrupts,
    RemovesProtection,
    Notes,
}

/// A line that says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HazardsError {
    /// The line, counted from 1.
    pub line: usize,
}

impl Hazards {
    /// Reads hazards.
    ///
    /// # Errors
    ///
    /// When a line is not understood.
    pub fn parse(text: &str) -> Result<Self, HazardsError> {
        let mut hazards = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if !text.is_empty() && !text.starts_with('#') {
                hazards.line(text).ok_or(HazardsError { line })?;
            }
        }
        Ok(hazards)
    }

    fn line(&mut self, text: &str) -> Option<()> {
        let (place, rest) = text.split_once(": ")?;
        let (word, what) = rest.split_once(' ')?;
        let harm = match word {
            "deletes" | "loses" => Harm::Loses,
            "interrupts" => Harm::Interrupts,
            "disables" => Harm::RemovesProtection,
            "notes" => Harm::Notes,
            _ => return None,
        };
        // A note is a sentence of its own; the other texts begin with the verb.
        let what = if harm == Harm::Notes { what } else { rest };
        match place.split_once('.') {
            None if harm == Harm::RemovesProtection => return None,
            None => {
                self.types.insert(place.into(), (harm, what.into()));
            }
            Some((type_name, place)) => {
                let (path, becomes) = match place.split_once('=') {
                    Some((path, value)) => (path, Some(value.to_owned())),
                    None => (place, None),
                };
                let hazard = Hazard { path: path.to_owned(), becomes, harm, what: what.into() };
                self.places.entry(type_name.into()).or_default().push(hazard);
            }
        }
        Some(())
    }

    /// The types and the places that are named, for who checks that they exist.
    pub fn places(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let types = self.types.keys().map(|name| (name.as_str(), None));
        let places = self.places.iter().flat_map(|(name, hazards)| {
            hazards.iter().map(|hazard| (name.as_str(), Some(hazard.path.as_str())))
        });
        types.chain(places)
    }

    pub(super) fn of_type(&self, type_name: &str) -> Option<&(Harm, Text)> {
        self.types.get(type_name)
    }

    pub(super) fn of_places(&self, type_name: &str) -> &[Hazard] {
        self.places.get(type_name).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Display for HazardsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {} is not a hazard: expected `TYPE: deletes`, `loses`, `interrupts`, `disables` or `notes`, and a text",
            self.line
        )
    }
}

impl std::error::Error for HazardsError {}
