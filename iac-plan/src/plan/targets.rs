//! `-target`: the resources and instances that are planned.

use std::sync::Arc;

use iac_core::address::{ModuleStep, ResourceAddress};
use iac_lang::config::Resource;
use iac_lang::value::Value;

use super::dependencies::{Kind, Node};
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
        let mut stack = Vec::new();
        for node in self.dependencies.keys() {
            let Node { module, kind, position } = self.dependencies.node(node);
            if kind == Kind::Resource {
                let path = self.modules.path(module);
                let resource = &self.modules.get(module).module.resources[position];
                if targets.iter().any(|target| target.may_hold(&path, resource)) {
                    stack.push(node);
                }
            }
        }
        self.included.fill(false);
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut self.included[node], true) {
                stack.extend_from_slice(self.dependencies.of(node));
            }
        }
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
    pub(crate) fn skip_untargeted(&mut self, address: &ResourceAddress) {
        let targets = &self.request.options.targets;
        if targets.is_empty() {
            return;
        }
        let whole = ResourceAddress { key: None, ..address.clone() };
        if targets.iter().any(|target| target.selects(&whole))
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
    /// Returns true if the target may contain instances of a resource, ignoring keys.
    fn may_hold(&self, path: &[&str], resource: &Resource) -> bool {
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

    /// Returns true if the target may contain instances of a resource, ignoring all keys.
    fn selects(&self, address: &ResourceAddress) -> bool {
        let names = |steps: &[ModuleStep]| {
            steps.len() <= address.modules.len()
                && steps.iter().zip(&address.modules).all(|(step, other)| step.name == other.name)
        };
        match self {
            Self::Module(steps) => names(steps),
            Self::Resource(target) => {
                target.modules.len() == address.modules.len()
                    && names(&target.modules)
                    && target.mode == address.mode
                    && target.resource_type == address.resource_type
                    && target.name == address.name
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
