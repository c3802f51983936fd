//! Module calls.

use iac_core::diagnostic::closest;
use iac_core::text::Text;

use super::{Place, Validator};
use crate::config::decode::complete;
use crate::config::{Module, ModuleCall, PassedProvider, ProviderConfiguration, RequiredProvider};

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
        self.passed_configurations(call, module, place);
        self.repeated(call, module, place);
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

    /// Checks the provider configurations that a call passes.
    fn passed_configurations(&mut self, call: &'a ModuleCall, module: &'a Module, place: Place<'a>) {
        let place = place.argument("providers");
        for PassedProvider { inner, outer } in &call.providers {
            let is_it = |own: &&ProviderConfiguration| own.name == inner.0 && own.alias == inner.1;
            if module.providers.iter().find(is_it).is_some_and(is_configured) {
                let detail = format!(
                    "The module has its own configuration of provider `{}`, so none can be passed.",
                    written(inner)
                );
                let summary = "Cannot override provider configuration";
                self.error(place, None, "conflicting-provider", summary, detail);
            }
            let Some(expected) = required(module, &inner.0) else { continue };
            let given = match required(self.module, &outer.0) {
                Some(given) => given.source.clone(),
                None => complete(&outer.0),
            };
            if expected.source != given {
                let detail = format!(
                    "`{}` is a configuration of `{given}`, but `{}` in the module is one of `{}`.",
                    written(outer),
                    written(inner),
                    expected.source
                );
                self.error(place, None, "conflicting-provider", "Provider type mismatch", detail);
            }
        }
    }

    /// Reports meta-arguments that a module with its own provider configurations does not support.
    fn repeated(&mut self, call: &'a ModuleCall, module: &'a Module, place: Place<'a>) {
        let meta = &call.meta;
        let argument = match (&meta.count, &meta.for_each) {
            (Some(_), _) => "count",
            (_, Some(_)) => "for_each",
            _ if !meta.depends_on.is_empty() => "depends_on",
            _ => return,
        };
        if configures_providers(module) {
            let detail = format!(
                "The module, or one that it calls, has a `provider` block of its own, so calls of it cannot use `{argument}`. \
                 Pass the configuration with `providers`."
            );
            let summary = "Module is incompatible with count, for_each, and depends_on";
            self.error(place.argument(argument), None, "conflicting-provider", summary, detail);
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

/// Returns the requirement of a provider in a module.
fn required<'a>(module: &'a Module, name: &str) -> Option<&'a RequiredProvider> {
    module.required_providers.iter().find(|required| required.name == *name)
}

/// Returns false for an empty block, which stands for a configuration that the caller passes.
fn is_configured(provider: &ProviderConfiguration) -> bool {
    !provider.body.items().is_empty()
}

/// Returns true if a module, or one that it calls, configures a provider.
fn configures_providers(module: &Module) -> bool {
    module.providers.iter().any(is_configured)
        || module.calls.iter().filter_map(|call| call.module.as_deref()).any(configures_providers)
}

fn written((name, alias): &(Text, Option<Text>)) -> String {
    alias.as_ref().map_or_else(|| name.to_string(), |alias| format!("{name}.{alias}"))
}
