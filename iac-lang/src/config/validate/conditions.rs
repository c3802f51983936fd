//! Conditions and variables.

use super::{Place, Validator};
use crate::config::{Condition, Variable};
use crate::references::visit;

impl<'a> Validator<'a, '_> {
    /// Checks conditions in a block. A condition without references would not check anything.
    pub(super) fn conditions(&mut self, conditions: &'a [Condition], around: Place<'a>) {
        for condition in conditions {
            let place = Place { location: &condition.location, ..around };
            let place = place.argument("condition");
            let mut refers = false;
            visit(&condition.condition, &mut |_| refers = true);
            if !refers {
                let detail = "The condition must refer to at least one object from elsewhere in the configuration, \
                              or else its result would not be checking anything.";
                let expression = Some(&condition.condition);
                self.error(place, expression, "constant-condition", "Invalid condition expression", detail);
            }
            self.references(&condition.condition, place);
            self.references(&condition.error_message, place.argument("error_message"));
        }
    }

    /// Checks the conditions of a variable, which have to refer to it.
    pub(super) fn variable(&mut self, variable: &'a Variable) {
        let place = Place::new(&variable.location, "condition");
        for condition in &variable.validations {
            let place = Place { location: &condition.location, ..place };
            let mut refers = false;
            visit(&condition.condition, &mut |reference| {
                refers |= reference.root == "var" && reference.name(0) == Some(&variable.name);
            });
            if !refers {
                let detail = format!(
                    "The condition for variable `{0}` must refer to `var.{0}` in order to test incoming values.",
                    variable.name
                );
                let summary = "Invalid variable validation condition";
                self.error(place, Some(&condition.condition), "constant-condition", summary, detail);
            }
            self.references(&condition.condition, place);
            self.references(&condition.error_message, place.argument("error_message"));
        }
    }
}
