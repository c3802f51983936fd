//! Updates in place that do harm.
//!
//! The direction of a change matters: a longer retention period loses nothing, a shorter one does.

pub(in crate::review) mod correlate;
pub(in crate::review) mod direction;
#[cfg(test)]
mod tests;

use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep};
use iac_plan::plan::ResourceChange;

use self::correlate::{Step, pairs};
use self::direction::{Direction, Verdict};
use super::{Hazards, HazardsError};
use crate::review::{Danger, Reason};

/// A change of an argument that does harm.
#[derive(Clone, Debug)]
pub(super) struct HarmfulChange {
    path: Vec<Step>,
    direction: Direction,
    danger: Danger,
    what: Text,
}

/// A harmful change as its line describes it, for tests of the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangeRule<'a> {
    /// The resource type.
    pub type_name: &'a str,
    /// The names of the blocks on the path, then of the argument.
    pub path: Vec<&'a str>,
    /// The conditions for blocks: the position of the block in the path, an argument of it, and the required value.
    pub filters: Vec<(usize, &'a str, &'a str)>,
    /// The direction as the line spells it: `decreases`, `becomes 0`.
    pub direction: String,
}

impl Hazards {
    /// Adds updates in place that do harm. The format has one per line; `#` begins a comment:
    ///
    /// ```text
    /// TYPE.PATH DIRECTION: VERB WHAT
    /// ```
    ///
    /// The directions are `changes`, `decreases` and `increases`, `shortens` (a period, where zero and null are infinite),
    /// `becomes VALUE` and `leaves VALUE`, `removes` and `adds` (elements of a collection, or the value as a whole). The verbs
    /// are `deletes` and `loses`, `interrupts`, `disables` (a protection), and `notes` for a harmless side
    /// effect. `rule[status=Enabled].days` is the argument only in blocks with this value.
    ///
    /// # Errors
    ///
    /// Fails if a line is not in this format.
    pub fn with_changes(mut self, text: &str) -> Result<Self, HazardsError> {
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if !text.is_empty() && !text.starts_with('#') {
                let (type_name, change) = HarmfulChange::parse(text).ok_or(HazardsError { line })?;
                self.changes.entry(type_name).or_default().push(change);
            }
        }
        Ok(self)
    }

    /// Returns the updates in place that do harm.
    pub fn change_rules(&self) -> impl Iterator<Item = ChangeRule<'_>> {
        self.changes.iter().flat_map(|(type_name, changes)| {
            changes.iter().map(|change| ChangeRule {
                type_name,
                path: change.path.iter().map(|step| step.name.as_str()).collect(),
                filters: change.filters().collect(),
                direction: change.direction.to_string(),
            })
        })
    }
}

impl HarmfulChange {
    pub(super) fn parse(line: &str) -> Option<(Text, Self)> {
        let (change, effect) = line.split_once(": ")?;
        let (place, direction) = change.split_once(' ')?;
        let (type_name, path) = place.split_once('.')?;
        let (verb, rest) = effect.split_once(' ')?;
        let danger = match verb {
            "deletes" | "loses" => Danger::LosesData,
            "interrupts" => Danger::Interrupts,
            "disables" => Danger::RemovesProtection,
            "notes" => Danger::Changes,
            _ => return None,
        };
        // A note is a sentence of its own; the other texts begin with the verb.
        let what = if verb == "notes" { rest } else { effect };
        let change = Self {
            path: Step::parse(path)?,
            direction: Direction::parse(direction)?,
            danger,
            what: what.into(),
        };
        Some((type_name.into(), change))
    }

    fn filters(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        self.path.iter().enumerate().filter_map(|(position, step)| {
            let (name, value) = step.filter.as_ref()?;
            Some((position, name.as_str(), value.as_str()))
        })
    }

    /// Returns the reason, if the change does harm.
    fn reason(&self, change: &ResourceChange) -> Option<Reason> {
        let verdicts = pairs(&change.before, &change.after, &self.path)
            .into_iter()
            .filter_map(|(before, after)| self.direction.judge(before, after));
        let what = match verdicts.max()? {
            Verdict::Harms => self.what.clone(),
            Verdict::MayHarm => format!("possibly {}", self.what).into(),
        };
        Some(Reason { path: self.places(), what })
    }

    fn places(&self) -> AttributePath {
        self.path.iter().map(|step| PathStep::Name(step.name.clone())).collect()
    }
}

/// Returns the danger of an update in place, and the reasons.
pub(in crate::review) fn update(change: &ResourceChange, hazards: &Hazards) -> (Danger, Vec<Reason>) {
    let mut greatest = Danger::Changes;
    let mut reasons: Vec<Reason> = Vec::new();
    let changes = hazards.changes.get(&change.address.resource_type);
    for harmful in changes.into_iter().flatten() {
        // The first rule that applies to an argument is the most specific.
        let is_reported = reasons.iter().any(|reason| reason.path == harmful.places());
        if !is_reported && let Some(reason) = harmful.reason(change) {
            greatest = greatest.max(harmful.danger);
            reasons.push(reason);
        }
    }
    (greatest, reasons)
}

/// Returns the protections that a replacement certainly lacks.
pub(in crate::review) fn lost_protections(change: &ResourceChange, hazards: &Hazards) -> Vec<Reason> {
    if !change.action.is_replace() {
        return Vec::new();
    }
    let of_type = hazards.changes.get(&change.address.resource_type).into_iter().flatten();
    let lost = of_type.filter(|harmful| harmful.danger == Danger::RemovesProtection);
    let reasons = lost.filter_map(|harmful| harmful.reason(change));
    reasons.filter(|reason| !reason.what.starts_with("possibly ")).collect()
}
