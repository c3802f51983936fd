//! Data loss, interruptions and lost protections that schemas do not describe.

use std::collections::HashMap;
use std::fmt;

use iac_core::text::Text;

/// Data loss, interruptions and lost protections, by resource type and argument.
///
/// The format has one hazard per line; `#` begins a comment:
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

/// The effect of updating an argument in place.
#[derive(Clone, Debug)]
pub(super) struct Hazard {
    /// The path of the argument: names separated by dots.
    pub(super) path: String,
    /// The new value that has this effect. `None` for any.
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

/// An error from parsing [`Hazards`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HazardsError {
    /// The number of the invalid line, starting at 1.
    pub line: usize,
}

impl Hazards {
    /// Parses hazards.
    ///
    /// # Errors
    ///
    /// Fails if a line is not a hazard.
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

    /// Returns the resource types and argument paths, so that their existence can be checked.
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
