//! `action` blocks, and the triggers that invoke them.

use iac_core::diagnostic::Diagnostic;

use super::{Place, Validator};
use crate::config::{Action, ActionTrigger};
use crate::references::visit;

impl<'a> Validator<'a, '_> {
    pub(super) fn action(&mut self, action: &'a Action) {
        let place = Place::new(&action.location, "");
        for (name, value) in [("count", &action.meta.count), ("for_each", &action.meta.for_each)] {
            if let Some(value) = value {
                self.references(value, place.argument(name));
            }
        }
        self.body(&action.body, place.argument("config"));
        if let Some((name, Some(alias))) = &action.meta.provider {
            self.provider_exists(name, alias, place.argument("provider"));
        }
    }

    /// Checks a trigger. Its actions are not planned, which is reported.
    pub(super) fn action_trigger(&mut self, trigger: &'a ActionTrigger, around: Place<'a>) {
        let place = Place { location: &trigger.location, ..around };
        if let Some(condition) = &trigger.condition {
            let place = place.argument("condition");
            self.references(condition, Place { nested: place.resource, resource: None, ..place });
        }
        for action in &trigger.actions {
            let mut named = None;
            visit(action, &mut |reference| {
                named = reference.name(0).zip(reference.next_name(1)).filter(|_| reference.root == "action");
            });
            let is_declared = named.is_some_and(|(type_name, name)| {
                self.module.actions.iter().any(|each| each.type_name == *type_name && each.name == *name)
            });
            if !is_declared {
                let detail =
                    "`actions` lists actions of this module, such as `action.aws_lambda_invoke.main`.";
                let summary = "Reference to undeclared action";
                self.error(place.argument("actions"), Some(action), "undeclared-reference", summary, detail);
                continue;
            }
            if let Some((type_name, name)) = named {
                let summary = format!("`action.{type_name}.{name}` is not planned");
                let detail = format!("Terraform 1.14 and later call it ({}).", trigger.events.join(", "));
                let diagnostic = Diagnostic::warning("action-not-planned", summary).detail(detail);
                self.diagnostics.push(diagnostic.at(trigger.location.clone()));
            }
        }
    }
}
