//! The effects of the actions that a plan invokes. A plan shows only their configuration.

use iac_core::text::Text;
use iac_plan::plan::{ActionInvocation, Plan};

use super::{Danger, Hazards, HazardsError};

/// The effect of an action that a plan invokes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionEffect {
    /// The position in [`Plan::invocations`].
    pub invocation: usize,
    /// The danger of the action.
    pub danger: Danger,
    /// The effect, as a phrase. `None` if it is unknown: the action may do anything.
    pub what: Option<Text>,
}

impl Hazards {
    /// Adds the effects of actions. The format has one action per line; `#` begins a comment:
    ///
    /// ```text
    /// ACTION_TYPE: interrupts WHAT
    /// ACTION_TYPE: deletes WHAT          or `loses`
    /// ACTION_TYPE: notes TEXT            the action is harmless
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if a line is not in this format.
    pub fn with_actions(mut self, text: &str) -> Result<Self, HazardsError> {
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if !text.is_empty() && !text.starts_with('#') {
                let (action, effect) = parse(text).ok_or(HazardsError { line })?;
                self.actions.insert(action, effect);
            }
        }
        Ok(self)
    }
}

fn parse(line: &str) -> Option<(Text, (Danger, Text))> {
    let (action, effect) = line.split_once(": ")?;
    let (verb, rest) = effect.split_once(' ')?;
    let (danger, what) = match verb {
        "deletes" | "loses" => (Danger::LosesData, effect),
        "interrupts" => (Danger::Interrupts, effect),
        "notes" => (Danger::Changes, rest),
        _ => return None,
    };
    let is_type = !action.contains(['.', ' ']);
    is_type.then(|| (action.into(), (danger, what.into())))
}

/// Returns the effects of the actions of a plan, in its order.
pub(super) fn effects(plan: &Plan, hazards: &Hazards) -> Vec<ActionEffect> {
    let effect = |(invocation, action): (usize, &ActionInvocation)| {
        let known = hazards.actions.get(&action.action_type);
        ActionEffect {
            invocation,
            danger: known.map_or(Danger::Changes, |(danger, _)| *danger),
            what: known.map(|(_, what)| what.clone()),
        }
    };
    plan.invocations.iter().enumerate().map(effect).collect()
}
