//! What can be said about a configuration without evaluating it.
//!
//! Terraform resolves every reference before it evaluates anything, so a reference to nothing is an error even in a
//! branch that is not taken, in `try`, and in a value that nothing uses.

mod actions;
mod calls;
mod conditions;
mod ephemeral;
mod names;
mod refactoring;
mod references;
mod resources;
#[cfg(test)]
mod tests;

use iac_core::diagnostic::{Diagnostic, Diagnostics, Location};
use iac_core::expression::Expression;
use iac_core::syntax::fingerprint;
use iac_core::text::Text;

use self::names::Names;
use super::{Module, PassedProvider, Resource};

/// Checks a root module and the modules that it calls.
pub(super) fn validate(module: &Module, diagnostics: &mut Diagnostics) {
    Validator::new(module, None, diagnostics).module();
}

/// The checks of a module.
struct Validator<'a, 'd> {
    module: &'a Module,
    names: Names<'a>,
    /// The provider configurations that the caller passes; `None` in the root module.
    passed: Option<&'a [PassedProvider]>,
    diagnostics: &'d mut Diagnostics,
}

/// Where an expression stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The position of the block.
    location: &'a Location,
    /// The name of the argument.
    argument: &'a str,
    /// The resource that the block configures, which cannot refer to itself.
    resource: Option<&'a Resource>,
    /// The data source that is only visible in this block.
    nested: Option<&'a Resource>,
    /// True if names that are not declared may be iterators of dynamic blocks in JSON syntax.
    has_iterators: bool,
}

impl<'a> Place<'a> {
    const fn new(location: &'a Location, argument: &'a str) -> Self {
        Self { location, argument, resource: None, nested: None, has_iterators: false }
    }

    const fn argument(self, argument: &'a str) -> Self {
        Self { argument, ..self }
    }
}

impl<'a, 'd> Validator<'a, 'd> {
    fn new(
        module: &'a Module,
        passed: Option<&'a [PassedProvider]>,
        diagnostics: &'d mut Diagnostics,
    ) -> Self {
        Self { module, names: Names::new(module), passed, diagnostics }
    }

    fn module(&mut self) {
        let module = self.module;
        for variable in &module.variables {
            self.variable(variable);
        }
        for local in &module.locals {
            let place = Place::new(&local.location, &local.name);
            self.references(&local.value, place);
            self.local_of_itself(local);
        }
        for output in &module.outputs {
            let place = Place::new(&output.location, "value");
            self.references(&output.value, place);
            self.depends_on(&output.depends_on, place.argument("depends_on"));
            self.conditions(&output.preconditions, place);
            self.ephemeral_output(output);
        }
        for resource in &module.resources {
            self.resource(resource, None);
        }
        for action in &module.actions {
            self.action(action);
        }
        for call in &module.calls {
            self.call(call);
        }
        for provider in &module.providers {
            let place = Place::new(&provider.location, "");
            self.body(&provider.body, place);
        }
        for check in &module.checks {
            if let Some(data) = &check.data {
                self.resource(data, Some(data));
            }
            let place = Place::new(&check.location, "");
            self.conditions(&check.assertions, Place { nested: check.data.as_ref(), ..place });
        }
        for import in &module.imports {
            let place = Place::new(&import.location, "id");
            for expression in import.for_each.iter().chain(&import.id).chain(&import.identity) {
                self.references(expression, place);
            }
        }
        self.removed();
    }

    /// Reports an error in an expression.
    fn error(
        &mut self,
        place: Place<'_>,
        expression: Option<&Expression>,
        code: &'static str,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> &mut Self {
        let mut diagnostic = Diagnostic::error(code, summary).detail(detail).at(place.location.clone());
        diagnostic.subject = Some((Text::from(place.argument), expression.map_or(0, fingerprint)));
        if let Some(resource) = place.resource {
            diagnostic = diagnostic.address(resource.address().to_string());
        }
        self.diagnostics.push(diagnostic);
        self
    }
}
