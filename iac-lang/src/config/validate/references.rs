//! References to what a module declares.

use iac_core::address::ResourceMode;
use iac_core::diagnostic::closest;
use iac_core::expression::{Expression, Operation};

use super::{Place, Validator};
use crate::config::{Local, Resource};
use crate::references::{Reference, Step, visit};

/// A declaration that a reference names.
enum Subject<'e> {
    Variable(&'e str),
    Local(&'e str),
    Module(&'e str),
    /// A resource, and the number of steps that its address consists of.
    Resource(ResourceMode, &'e str, &'e str, usize),
    /// `each.key`, `path.module` and others, which always exist.
    Other,
    /// A name without what has to follow it.
    Incomplete,
}

impl<'e> Subject<'e> {
    fn of(reference: &Reference<'e>) -> Self {
        let name = |position: usize| reference.name(position);
        let resource =
            |mode, at: usize| match (at.checked_sub(1).map_or(Some(reference.root), name), name(at)) {
                (Some(type_name), Some(resource)) => Self::Resource(mode, type_name, resource, at + 1),
                _ => Self::Incomplete,
            };
        match (reference.root, name(0)) {
            ("var", Some(name)) => Self::Variable(name),
            ("local", Some(name)) => Self::Local(name),
            ("module", Some(name)) => Self::Module(name),
            ("each" | "count" | "path" | "terraform" | "tofu", Some(_)) | ("self", _) => Self::Other,
            ("data", _) => resource(ResourceMode::Data, 1),
            ("ephemeral", _) => resource(ResourceMode::Ephemeral, 1),
            ("resource", _) => resource(ResourceMode::Managed, 1),
            ("var" | "local" | "module" | "each" | "count" | "path" | "terraform" | "tofu", None) => {
                Self::Incomplete
            }
            _ => resource(ResourceMode::Managed, 0),
        }
    }
}

/// Calls `found` with each name and the steps after it in an expression.
pub(super) fn traversals<'e>(expression: &'e Expression, found: &mut dyn FnMut(&'e Expression)) {
    let mut base = expression;
    while let Expression::Operation(operation) = base {
        match &**operation {
            Operation::Attribute(inner, _)
            | Operation::Index(inner, _)
            | Operation::Splat(inner, _)
            | Operation::Static(inner)
            | Operation::Secret(inner)
            | Operation::Plaintext(inner)
            | Operation::Gathered(_, inner) => base = inner,
            Operation::Name(_) => return found(expression),
            _ => break,
        }
    }
    match base {
        Expression::Symbol(_) => found(expression),
        _ => expression.for_each_child(&mut |child| traversals(child, found)),
    }
}

/// Returns the resource that a reference names.
pub(super) fn resource_of<'e>(reference: &Reference<'e>) -> Option<(ResourceMode, &'e str, &'e str)> {
    match Subject::of(reference) {
        Subject::Resource(mode, type_name, name, _) => Some((mode, type_name, name)),
        _ => None,
    }
}

impl<'a> Validator<'a, '_> {
    /// Checks the references in an expression.
    pub(super) fn references(&mut self, expression: &'a Expression, place: Place<'a>) {
        traversals(expression, &mut |traversal| {
            visit(traversal, &mut |reference| self.reference(&reference, traversal, place));
        });
    }

    fn reference(&mut self, reference: &Reference<'_>, expression: &Expression, place: Place<'_>) {
        match Subject::of(reference) {
            Subject::Variable(name) if !self.names.variables.contains_key(name) => {
                let hint = closest(name, self.names.variables.keys().copied());
                let detail = undeclared(&format!("This module does not declare a variable `{name}`."), hint);
                self.undeclared(place, expression, "input variable", detail);
            }
            Subject::Local(name) if !self.names.locals.contains_key(name) => {
                let hint = closest(name, self.names.locals.keys().copied());
                let detail =
                    undeclared(&format!("This module does not declare a local value `{name}`."), hint);
                self.undeclared(place, expression, "local value", detail);
            }
            Subject::Module(name) if !self.names.calls.contains_key(name) => {
                let hint = closest(name, self.names.calls.keys().copied());
                let detail = undeclared(&format!("This module does not call a module `{name}`."), hint);
                self.undeclared(place, expression, "module", detail);
            }
            Subject::Resource(mode, type_name, name, _) => {
                self.resource_reference((mode, type_name, name), expression, place);
            }
            Subject::Incomplete if !place.has_iterators => {
                let detail = format!(
                    "`{}` is not a complete reference. A reference to a resource consists of its type and its name.",
                    reference.root
                );
                self.error(place, Some(expression), "invalid-reference", "Invalid reference", detail);
            }
            _ => {}
        }
    }

    fn resource_reference(
        &mut self,
        (mode, type_name, name): (ResourceMode, &str, &str),
        expression: &Expression,
        place: Place<'_>,
    ) {
        let is = |resource: &Resource| {
            resource.mode == mode && resource.type_name == *type_name && resource.name == *name
        };
        if place.resource.is_some_and(is) {
            let detail = format!(
                "`{}{type_name}.{name}` refers to itself, so none of its values can be known first.",
                mode.prefix()
            );
            self.error(place, Some(expression), "self-reference", "Self-referential block", detail);
            return;
        }
        if self.names.resources.contains(&(mode, type_name, name)) || place.nested.is_some_and(is) {
            return;
        }
        if place.has_iterators && mode == ResourceMode::Managed {
            return;
        }
        let others = self.names.resources.iter().filter(|other| other.0 == mode && other.1 == type_name);
        let hint = closest(name, others.map(|other| other.2));
        let text = format!("This module does not declare `{}{type_name}.{name}`.", mode.prefix());
        self.undeclared(place, expression, "resource", undeclared(&text, hint));
    }

    fn undeclared(&mut self, place: Place<'_>, expression: &Expression, kind: &str, detail: String) {
        let summary = format!("Reference to undeclared {kind}");
        self.error(place, Some(expression), "undeclared-reference", summary, detail);
    }

    /// Checks addresses in `depends_on`.
    pub(super) fn depends_on(&mut self, addresses: &'a [Expression], place: Place<'a>) {
        for address in addresses {
            self.references(address, place);
            visit(address, &mut |reference| {
                let Subject::Resource(.., length) = Subject::of(&reference) else { return };
                let rest = reference.steps.get(length..).unwrap_or_default();
                if rest.iter().any(|step| matches!(step, Step::Name(_))) {
                    let detail = "`depends_on` names whole resources and modules, not their attributes.";
                    let summary = "Invalid depends_on reference";
                    self.error(place, Some(address), "invalid-reference", summary, detail);
                }
            });
        }
    }

    /// Reports a local value that refers to itself.
    pub(super) fn local_of_itself(&mut self, local: &'a Local) {
        let mut refers = false;
        visit(&local.value, &mut |reference| {
            refers |= matches!(Subject::of(&reference), Subject::Local(name) if local.name == *name);
        });
        if refers {
            let place = Place::new(&local.location, &local.name);
            let detail = format!("`local.{}` refers to itself.", local.name);
            self.error(place, None, "self-reference", "Self-referential local value", detail);
        }
    }
}

fn undeclared(text: &str, similar: Option<&str>) -> String {
    match similar {
        Some(similar) => format!("{text} Did you mean `{similar}`?"),
        None => text.to_owned(),
    }
}
