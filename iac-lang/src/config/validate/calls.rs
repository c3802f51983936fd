//! Module calls.

use iac_core::diagnostic::closest;

use super::{Place, Validator};
use crate::config::{Module, ModuleCall};

impl<'a> Validator<'a, '_> {
    pub(super) fn call(&mut self, call: &'a ModuleCall) {
        let place = Place::new(&call.location, "");
        for (name, value) in [("count", &call.meta.count), ("for_each", &call.meta.for_each)] {
            if let Some(value) = value {
                self.references(value, place.argument(name));
            }
        }
        self.depends_on(&call.meta.depends_on, place.argument("depends_on"));
        self.body(&call.arguments, place);
        for passed in &call.providers {
            if let (name, Some(alias)) = &passed.outer {
                self.provider_exists(name, alias, place.argument("providers"));
            }
        }
        let Some(module) = call.module.as_deref() else { return };
        self.arguments(call, module, place);
        self.required_configurations(call, module, place);
        Validator::new(module, Some(&call.providers), self.diagnostics).module();
    }

    /// Checks the arguments of a call against the variables of the module.
    fn arguments(&mut self, call: &'a ModuleCall, module: &'a Module, place: Place<'a>) {
        for (name, value) in call.arguments.arguments() {
            let Some(variable) = module.variables.iter().find(|variable| variable.name == *name) else {
                let mut detail = format!("The module does not declare a variable `{name}`.");
                if let Some(similar) = closest(name, module.variables.iter().map(|each| each.name.as_str())) {
                    detail = format!("{detail} Did you mean `{similar}`?");
                }
                self.error(place.argument(name), None, "unknown-argument", "Unsupported argument", detail);
                continue;
            };
            if !variable.ephemeral {
                self.ephemeral_argument(value, place.argument(name));
            }
        }
    }

    /// Reports provider configurations that a module requires and the call does not pass.
    fn required_configurations(&mut self, call: &'a ModuleCall, module: &'a Module, place: Place<'a>) {
        for (name, alias) in module.required_providers.iter().flat_map(|required| &required.aliases) {
            let is_it =
                |(other, other_alias): &(_, Option<_>)| other == name && other_alias.as_ref() == Some(alias);
            if !call.providers.iter().any(|passed| is_it(&passed.inner)) {
                let detail = format!(
                    "The module requires the provider configuration `{name}.{alias}`. Pass one: \
                     `providers = {{ {name}.{alias} = {name} }}`."
                );
                let summary = "Missing required provider configuration";
                self.error(place, None, "missing-provider", summary, detail);
            }
        }
    }
}
