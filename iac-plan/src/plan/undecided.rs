//! Instances that are not planned: those of modules that are not installed, and those whose number is unknown.

use iac_core::address::ModuleStep;
use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::config::{Location, Meta, ModuleCall};

use super::session::{InstanceRange, Session};
use super::values;
use crate::plan::{Action, UndecidedInstances};

/// The relation of a module instance in the state to the configuration.
#[derive(Debug)]
pub(crate) enum Enclosing {
    /// The configuration has this instance.
    Exists,
    /// The configuration does not have this instance.
    Gone,
    /// It cannot be told, and why.
    Undecided(Text),
}

impl Session<'_> {
    /// Reports a module that is not installed, which Terraform refuses. Nothing is known of its resources.
    pub(crate) fn not_installed(&mut self, node: u32, module: usize, call: &ModuleCall) {
        self.uncertain[node as usize] = true;
        for instance in self.instances_of[module].clone() {
            let address = values::address(&self.instances[instance].steps, "module", &call.name);
            let reason = format!("module `{}` is not installed", call.name);
            self.add_undecided_instances(address, reason, &call.location);
        }
        let summary = format!("module `{}` from `{}` is not installed", call.name, call.source);
        self.warnings.push(
            Diagnostic::error("module-not-installed", summary)
                .address(values::address(&static_steps(&self.modules.path(module)), "module", &call.name))
                .detail("Its resources are not planned, and its outputs are unknown.")
                .hint("Run `terraform init` to install it.")
                .at(call.location.clone()),
        );
    }

    /// Reports unknown instances: an error, unless Terraform may know them.
    pub(crate) fn unknown_expansion(&mut self, node: u32, address: String, meta: &Meta, location: &Location) {
        let argument = if meta.count.is_some() { "count" } else { "for_each" };
        if self.may_be_known(node) {
            let reason = format!("`{argument}` is unknown offline");
            self.add_undecided_instances(address, reason, location);
        } else if self.errors.is_empty() {
            let detail = format!(
                "The value of `{argument}` depends on values that are unknown until apply, so the instances cannot be determined."
            );
            self.errors.push(
                Diagnostic::error("unknown-instances", format!("Invalid {argument} argument"))
                    .address(address)
                    .detail(detail)
                    .at(location.clone()),
            );
        }
    }

    fn add_undecided_instances(&mut self, address: String, reason: String, location: &Location) {
        self.undecided_instances.push(UndecidedInstances {
            address: address.into(),
            actions: vec![Action::NoOp, Action::Create],
            reason: reason.into(),
            source: Some(location.clone()),
        });
    }

    /// Returns true if an unknown value may be unknown only offline, so that Terraform itself could resolve it.
    fn may_be_known(&self, node: u32) -> bool {
        self.uncertain[node as usize] || self.request.providers.iter().any(|entry| !entry.provider.is_exact())
    }

    /// Finds the module instance with an address in the state.
    pub(crate) fn enclosing(&self, steps: &[ModuleStep]) -> Enclosing {
        let mut instance = 0;
        for step in steps {
            let module_instance = &self.instances[instance];
            let module = self.modules.get(module_instance.module);
            let Some(call) = module.call(&step.name) else { return Enclosing::Gone };
            if module.children[call].is_none() {
                return Enclosing::Undecided(format!("module `{}` is not installed", step.name).into());
            }
            let range = &module_instance.calls[call];
            if matches!(range, InstanceRange::Unknown) {
                return Enclosing::Undecided(
                    format!("the instances of module `{}` are unknown", step.name).into(),
                );
            }
            let next = range.positions().find(|position| {
                self.instances[*position].steps.last().is_some_and(|last| last.key == step.key)
            });
            let Some(next) = next else { return Enclosing::Gone };
            instance = next;
        }
        Enclosing::Exists
    }
}

fn static_steps(path: &[&str]) -> Vec<ModuleStep> {
    path.iter().map(|name| ModuleStep { name: (*name).into(), key: None }).collect()
}
