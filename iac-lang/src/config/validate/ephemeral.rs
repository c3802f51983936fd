//! Ephemeral values, which are never stored and so cannot be everywhere.
//!
//! Only what is ephemeral for certain is reported; the rest depends on values.

use iac_core::address::ResourceMode;
use iac_core::body::{Body, Content};
use iac_core::expression::{Expression, Operation, TemplatePart};

use super::{Place, Validator};
use crate::config::{Module, Output, Resource};
use crate::references::{Reference, visit};

/// Functions whose result need not be ephemeral although an argument is.
const CLEARING: &[&str] = &["can", "ephemeralasnull", "issensitive", "try", "type"];

/// The maximum number of local values that are followed from one expression.
const MAX_DEPTH: usize = 20;

impl<'a> Validator<'a, '_> {
    /// Reports an output with an ephemeral value.
    pub(super) fn ephemeral_output(&mut self, output: &'a Output) {
        let place = Place::new(&output.location, "value");
        if output.ephemeral && self.passed.is_none() {
            let detail = "Outputs of the root module are stored, so they cannot be ephemeral.";
            let place = place.argument("ephemeral");
            self.error(place, None, "ephemeral-value", "Ephemeral output not allowed", detail);
        } else if !output.ephemeral && self.holds_ephemeral(&output.value, 0) {
            let detail = "This output is not declared as `ephemeral`, so its value cannot be ephemeral.";
            let summary = "Ephemeral value not allowed";
            self.error(place, Some(&output.value), "ephemeral-value", summary, detail);
        }
    }

    /// Reports an ephemeral argument of a module whose variable is not ephemeral.
    pub(super) fn ephemeral_argument(&mut self, value: &'a Expression, place: Place<'a>) {
        if self.holds_ephemeral(value, 0) {
            let detail = "The variable is not declared as `ephemeral`, so its value cannot be ephemeral.";
            self.error(place, Some(value), "ephemeral-value", "Ephemeral value not allowed", detail);
        }
    }

    /// Reports ephemeral arguments of a resource.
    pub(super) fn ephemeral_resource(&mut self, resource: &'a Resource, place: Place<'a>) {
        let meta = &resource.meta;
        for (name, value) in [("count", &meta.count), ("for_each", &meta.for_each)] {
            if let Some(value) = value
                && self.holds_ephemeral(value, 0)
            {
                let detail = format!("Instances are stored, so `{name}` cannot depend on ephemeral values.");
                let summary = format!("Invalid {name} argument");
                self.error(place.argument(name), Some(value), "ephemeral-value", summary, detail);
            }
        }
        if resource.mode != ResourceMode::Ephemeral {
            self.ephemeral_body(&resource.body, place);
        }
    }

    fn ephemeral_body(&mut self, body: &'a Body, place: Place<'a>) {
        for item in body.items() {
            match &item.content {
                // Write-only arguments are not stored, and only the schema knows them for certain.
                Content::Argument(_) if item.name.ends_with("_wo") => {}
                Content::Argument(value) => {
                    if self.holds_ephemeral(value, 0) {
                        let detail =
                            format!("Ephemeral values are not valid for `{}`, which is stored.", item.name);
                        let place = place.argument(&item.name);
                        self.error(
                            place,
                            Some(value),
                            "ephemeral-value",
                            "Invalid use of ephemeral value",
                            detail,
                        );
                    }
                }
                Content::Block(block) => self.ephemeral_body(&block.body, place),
                Content::Dynamic(dynamic) => self.ephemeral_body(&dynamic.block.body, place),
            }
        }
    }

    /// Returns true if a value or a part of it is ephemeral.
    fn holds_ephemeral(&self, expression: &Expression, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        match expression {
            Expression::List(elements) => elements.iter().any(|each| self.holds_ephemeral(each, depth + 1)),
            Expression::Object(elements) => {
                elements.iter().any(|(_, value)| {
                    // JSON syntax writes blocks as objects, and write-only arguments may be in them.
                    self.holds_ephemeral(value, depth + 1)
                })
            }
            _ => {
                self.whole_local(expression).is_some_and(|value| self.holds_ephemeral(value, depth + 1))
                    || self.is_ephemeral(expression, depth)
            }
        }
    }

    /// Returns true if a whole value is ephemeral.
    fn is_ephemeral(&self, expression: &Expression, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let is = |expression: &Expression| self.is_ephemeral(expression, depth + 1);
        match expression {
            Expression::Operation(operation) => match &**operation {
                Operation::Template(parts) => parts.iter().any(|part| match part {
                    TemplatePart::Interpolation(inner) => is(inner),
                    TemplatePart::Literal(_) => false,
                }),
                Operation::Conditional(condition, yes, no) => is(condition) || (is(yes) && is(no)),
                Operation::Binary(_, left, right) => is(left) || is(right),
                Operation::Unary(_, operand) => is(operand),
                Operation::Call { function, arguments, expand_last: false } => {
                    !CLEARING.contains(&function.as_str()) && arguments.iter().any(is)
                }
                Operation::Name(_) | Operation::Attribute(..) | Operation::Index(..) => {
                    self.is_reference_ephemeral(expression, depth)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn is_reference_ephemeral(&self, expression: &Expression, depth: usize) -> bool {
        let mut found = false;
        visit(expression, &mut |reference| found = self.names_ephemeral(&reference, depth));
        found
    }

    fn names_ephemeral(&self, reference: &Reference<'_>, depth: usize) -> bool {
        match (reference.root, reference.name(0)) {
            ("ephemeral", Some(_)) => true,
            ("var", Some(name)) => self.names.variables.get(name).is_some_and(|variable| variable.ephemeral),
            ("local", Some(name)) => {
                self.names.locals.get(name).is_some_and(|local| self.is_ephemeral(&local.value, depth + 1))
            }
            ("module", Some(name)) => {
                let called = self.names.calls.get(name).and_then(|call| call.module.as_deref());
                let output = reference.next_name(1);
                let is_ephemeral = |module: &Module| {
                    module.outputs.iter().any(|each| output == Some(&each.name) && each.ephemeral)
                };
                called.is_some_and(is_ephemeral)
            }
            _ => false,
        }
    }

    /// Returns the value of a local value, if an expression is just its name.
    fn whole_local(&self, expression: &Expression) -> Option<&'a Expression> {
        let Expression::Operation(operation) = expression else { return None };
        let Operation::Attribute(base, name) = &**operation else { return None };
        let Expression::Operation(base) = base else { return None };
        match &**base {
            Operation::Name(root) if *root == "local" => {
                self.names.locals.get(name.as_str()).map(|local| &local.value)
            }
            _ => None,
        }
    }
}
