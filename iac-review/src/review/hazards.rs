//! What is lost or interrupted by which changes: what a schema does not say.

use std::collections::HashMap;
use std::fmt;

use iac_core::text::Text;

/// What is lost or interrupted by which changes of which resources.
///
/// One line each, `#` begins a comment:
///
/// ```text
/// TYPE: loses WHAT                   destroying or replacing it loses data
/// TYPE: interrupts WHAT              destroying or replacing it interrupts others
/// TYPE: notes WHAT                   replacing it does no harm
/// TYPE.PLACE: interrupts WHAT        changing the place in place does; or `loses`, or `unguards`
/// TYPE.PLACE=VALUE: unguards WHAT    only where it becomes this value
/// TYPE.PLACE: notes WHAT             changing it does no harm, but there is something to be known
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
    Unguards,
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
            "loses" => Harm::Loses,
            "interrupts" => Harm::Interrupts,
            "unguards" => Harm::Unguards,
            "notes" => Harm::Notes,
            _ => return None,
        };
        // What is to be known stands for itself; what is harmed needs the verb.
        let what = if harm == Harm::Notes { what } else { rest };
        match place.split_once('.') {
            None if harm == Harm::Unguards => return None,
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
        write!(f, "line {} does not say what a change loses, interrupts or unguards", self.line)
    }
}

impl std::error::Error for HazardsError {}
