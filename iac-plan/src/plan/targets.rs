//! `-target`: the resources and instances that are planned.

use std::sync::Arc;

use iac_core::address::{ModuleStep, ResourceAddress};
use iac_lang::config::Resource;
use iac_lang::value::Value;

use super::dependencies::Kind;
use super::index::ModuleIndex;
use super::session::Session;
use crate::plan::{Action, ResourceChange, Target};

impl Session<'_> {
    /// Restricts the plan to the targets and their dependencies, if there are targets.
    pub(crate) fn include_targets(&mut self) {
        let targets = &self.request.options.targets;
        if targets.is_empty() {
            return;
        }
        let is_target = |module, resource: &Resource| {
            let path = self.modules.path(module);
            targets.iter().any(|target| target.selects(&path, resource))
        };
        self.included = self.dependencies.closure(self.resources(is_target));
        self.include_outputs();
    }

    /// Includes the outputs whose dependencies are all included.
    fn include_outputs(&mut self) {
        for position in 0..self.modules.get(ModuleIndex::ROOT).module.outputs.len() {
            let node = self.dependencies.id(ModuleIndex::ROOT, Kind::Output, position);
            let dependencies = self.dependencies.of(node);
            let complete =
                !dependencies.is_empty() && dependencies.iter().all(|dependency| self.included[*dependency]);
            if complete {
                self.included[node] = true;
            }
        }
    }

    /// Leaves out an instance that is not targeted although another instance of its resource is.
    ///
    /// Resources that are planned only because targets depend on them are planned as a whole, as in Terraform.
    pub(crate) fn skip_untargeted(&mut self, resource: &Resource, address: &ResourceAddress) {
        let targets = &self.request.options.targets;
        if targets.is_empty() {
            return;
        }
        let path: Vec<&str> = address.modules.iter().map(|step| step.name.as_str()).collect();
        if targets.iter().any(|target| target.selects(&path, resource))
            && !targets.iter().any(|target| target.holds(address))
        {
            self.untargeted.insert(address.clone());
        }
    }
}

/// Returns the change of an instance that is not planned, as others refer to it: its value in the state, if any.
pub(crate) fn unplanned(change: ResourceChange) -> ResourceChange {
    let after = if change.before.is_null() { Arc::new(Value::UNKNOWN) } else { Arc::clone(&change.before) };
    ResourceChange {
        action: Action::NoOp,
        reason: None,
        replace_paths: Vec::new(),
        after,
        after_sensitive: change.before_sensitive.clone(),
        importing: None,
        deferred: None,
        details: None,
        undecided: Vec::new(),
        ..change
    }
}

impl Target {
    /// Returns true if the target may contain instances of a resource in a module, ignoring keys.
    fn selects(&self, path: &[&str], resource: &Resource) -> bool {
        let names = |steps: &[ModuleStep]| {
            steps.len() <= path.len() && steps.iter().zip(path).all(|(step, name)| step.name == **name)
        };
        match self {
            Self::Module(steps) => names(steps),
            Self::Resource(address) => {
                address.modules.len() == path.len()
                    && names(&address.modules)
                    && address.mode == resource.mode
                    && address.resource_type == resource.type_name
                    && address.name == resource.name
            }
        }
    }

    /// Returns true if the target contains an instance.
    pub(crate) fn holds(&self, address: &ResourceAddress) -> bool {
        let within = |steps: &[ModuleStep]| {
            steps.len() <= address.modules.len()
                && steps.iter().zip(&address.modules).all(|(step, other)| {
                    step.name == other.name && (step.key.is_none() || step.key == other.key)
                })
        };
        match self {
            Self::Module(steps) => within(steps),
            Self::Resource(target) => {
                target.modules.len() == address.modules.len()
                    && within(&target.modules)
                    && target.mode == address.mode
                    && target.resource_type == address.resource_type
                    && target.name == address.name
                    && (target.key.is_none() || target.key == address.key)
            }
        }
    }
}
