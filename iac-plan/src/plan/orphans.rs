//! Objects that are in the state but not in the configuration, and deposed objects.

use std::collections::HashMap;
use std::sync::Arc;

use iac_core::address::{InstanceKey, ModuleStep, ResourceAddress, ResourceMode};
use iac_core::text::Text;
use iac_lang::config::Resource;
use iac_lang::eval::NoScope;
use iac_lang::value::{AttributePath, Value};

use super::action;
use super::endpoint::Endpoint;
use super::index::InstanceIndex;
use super::prior::{PriorObject, PriorValue};
use super::session::{InstanceRange, Session};
use super::undecided::Enclosing;
use crate::plan::{Action, ActionReason, ProviderError, ResourceChange, Undecided};
use crate::schema::EntityKind;

/// The relation of an object's address to the configuration.
enum Declaration<'a> {
    /// The configuration has this instance.
    Declared,
    /// The instances of the resource or its module are unknown, and why.
    Undecided(Option<&'a Resource>, Text),
    /// The configuration does not have this instance.
    Orphan(Option<&'a Resource>, ActionReason),
}

/// A `removed` block.
struct Removal<'a> {
    module: Vec<&'a str>,
    from: Endpoint,
    destroy: bool,
}

impl<'a> Session<'a> {
    /// Plans the removal of objects that are not in the configuration.
    pub(crate) fn orphans(&mut self) {
        let instances: HashMap<&[ModuleStep], InstanceIndex> = self
            .instances
            .iter_enumerated()
            .map(|(index, instance)| (instance.steps.as_slice(), index))
            .collect();
        let removals = self.removals();
        let undeclared = self.prior.find(|resource, object| {
            let declaration = match resource.mode {
                ResourceMode::Managed => self.declaration(&instances, resource, object.key.as_ref()),
                _ => Declaration::Declared,
            };
            // Most objects are declared.
            let is_declared =
                matches!(declaration, Declaration::Declared) && object.instance.deposed.is_none();
            (!is_declared).then_some(declaration)
        });
        let mut changes = Vec::new();
        let mut errors = Vec::new();
        for (resource, object, declaration) in undeclared {
            let address = ResourceAddress { key: object.key.clone(), ..resource.clone() };
            if resource.mode != ResourceMode::Managed || !self.is_targeted(&address) {
                continue;
            }
            let forgotten = removals.iter().any(|removal| !removal.destroy && removal.is_about(&address));
            let action = if forgotten { Action::Forget } else { Action::Delete };
            if object.instance.deposed.is_some() {
                let declared = match declaration {
                    Declaration::Declared => None,
                    Declaration::Undecided(declared, _) | Declaration::Orphan(declared, _) => declared,
                };
                changes.push(self.removal(&address, object, action, None, declared));
                continue;
            }
            match declaration {
                Declaration::Declared => {}
                Declaration::Undecided(declared, reason) => {
                    let mut change = self.removal(&address, object, Action::NoOp, None, declared);
                    change.after = Arc::clone(&change.before);
                    change.after_sensitive.clone_from(&change.before_sensitive);
                    change.undecided.push(Undecided { path: AttributePath::default(), reason });
                    changes.push(change);
                }
                Declaration::Orphan(declared, reason) => {
                    let moved = object.moved_from.is_some();
                    let reason = match reason {
                        ActionReason::DeleteBecauseNoResourceConfig if moved => {
                            ActionReason::DeleteBecauseNoMoveTarget
                        }
                        reason => reason,
                    };
                    if let Some(declared) = declared
                        && declared.meta.lifecycle.prevent_destroy
                        && !forgotten
                    {
                        errors.push(action::prevented(&address, declared));
                    }
                    changes.push(self.removal(&address, object, action, Some(reason), declared));
                }
            }
        }
        self.changes.extend(changes);
        self.errors.extend(errors);
    }

    /// Plans the removal of all objects.
    pub(crate) fn destroy(&mut self) {
        let mut changes = Vec::new();
        let mut errors = Vec::new();
        let managed = |resource: &ResourceAddress| resource.mode == ResourceMode::Managed;
        for (resource, object, ()) in self.prior.find(|resource, _| managed(resource).then_some(())) {
            let address = ResourceAddress { key: object.key.clone(), ..resource.clone() };
            if !self.is_targeted(&address) {
                continue;
            }
            let names = resource.modules.iter().map(|step| step.name.as_str());
            let declared = self.modules.find(names).and_then(|module| {
                let static_module = self.modules.get(module);
                let position =
                    static_module.resource(resource.mode, &resource.resource_type, &resource.name)?;
                Some(&static_module.module.resources[position])
            });
            if let Some(declared) = declared
                && declared.meta.lifecycle.prevent_destroy
                && object.instance.deposed.is_none()
            {
                errors.push(action::prevented(&address, declared));
            }
            changes.push(self.removal(&address, object, Action::Delete, None, declared));
        }
        self.changes.extend(changes);
        self.errors.extend(errors);
    }

    fn is_targeted(&self, address: &ResourceAddress) -> bool {
        let targets = &self.request.options.targets;
        targets.is_empty() || targets.iter().any(|target| target.holds(address))
    }

    fn declaration(
        &self,
        instances: &HashMap<&[ModuleStep], InstanceIndex>,
        address: &ResourceAddress,
        key: Option<&InstanceKey>,
    ) -> Declaration<'a> {
        let orphan = Declaration::Orphan;
        let names = address.modules.iter().map(|step| step.name.as_str());
        let Some(module) = self.modules.find(names) else {
            return match self.enclosing(&address.modules) {
                Enclosing::Undecided(reason) => Declaration::Undecided(None, reason),
                Enclosing::Exists | Enclosing::Gone => {
                    orphan(None, ActionReason::DeleteBecauseNoResourceConfig)
                }
            };
        };
        let static_module = self.modules.get(module);
        let Some(position) = static_module.resource(address.mode, &address.resource_type, &address.name)
        else {
            return orphan(None, ActionReason::DeleteBecauseNoResourceConfig);
        };
        let resource = &static_module.module.resources[position];
        let Some(instance) = instances.get(address.modules.as_slice()) else {
            return match self.enclosing(&address.modules) {
                Enclosing::Undecided(reason) => Declaration::Undecided(Some(resource), reason),
                Enclosing::Exists | Enclosing::Gone => {
                    orphan(Some(resource), ActionReason::DeleteBecauseNoModule)
                }
            };
        };
        let range = &self.instances[*instance].resources[position];
        if matches!(range, InstanceRange::Unknown) {
            return Declaration::Undecided(
                Some(resource),
                Text::from_static("the instances of the resource are unknown"),
            );
        }
        if range.contains(key) {
            return Declaration::Declared;
        }
        let meta = &resource.meta;
        let reason = match key {
            Some(InstanceKey::Number(_)) if meta.count.is_some() => ActionReason::DeleteBecauseCountIndex,
            Some(InstanceKey::String(_)) if meta.for_each.is_some() => ActionReason::DeleteBecauseEachKey,
            _ => ActionReason::DeleteBecauseWrongRepetition,
        };
        orphan(Some(resource), reason)
    }

    fn removals(&self) -> Vec<Removal<'a>> {
        let mut removals = Vec::new();
        for module in self.modules.list.keys() {
            for removed in &self.modules.get(module).module.removed {
                if let Some(from) = Endpoint::of(&removed.from, &NoScope) {
                    removals.push(Removal {
                        module: self.modules.path(module),
                        from,
                        destroy: removed.destroy,
                    });
                }
            }
        }
        removals
    }

    /// Builds the change that removes an object.
    fn removal(
        &self,
        address: &ResourceAddress,
        object: &PriorObject<'_>,
        action: Action,
        reason: Option<ActionReason>,
        declared: Option<&Resource>,
    ) -> ResourceChange {
        let source = source_of(&object.resource.provider);
        let provider = self.provider(&source);
        let schema =
            provider.and_then(|provider| provider.schema(EntityKind::Resource, &address.resource_type));
        let decoded = match (&schema, provider) {
            (Some(schema), Some(provider)) => object.decode(schema, provider),
            _ => object.decode_untyped(),
        };
        let mut undecided = Vec::new();
        let lacked = provider.filter(|_| schema.is_none());
        // Without a schema, it is not known what is sensitive.
        let refused =
            lacked.and_then(|provider| provider.lacks(EntityKind::Resource, &address.resource_type));
        let decoded = match refused {
            Some(reason) => Err(ProviderError::new(reason, "")),
            None => decoded,
        };
        let PriorValue { value, sensitive } = decoded.unwrap_or_else(|error| {
            undecided.push(Undecided { path: AttributePath::default(), reason: error.to_string().into() });
            PriorValue { value: Arc::new(Value::Null), sensitive: Vec::new() }
        });
        ResourceChange {
            previous_address: object.moved_from.clone(),
            deposed: object.instance.deposed.clone(),
            schema,
            reason,
            before_sensitive: sensitive,
            undecided,
            source: declared.map(|declared| declared.location.clone()),
            ..ResourceChange::new(address.clone(), source, action, value, Arc::new(Value::Null))
        }
    }
}

/// Returns the source address in the address of a provider configuration.
pub(crate) fn source_of(name: &str) -> Text {
    let quoted = name.split_once("[\"").and_then(|(_, rest)| rest.split_once("\"]"));
    quoted.map_or_else(|| name.into(), |(source, _)| source.into())
}

impl Removal<'_> {
    fn is_about(&self, address: &ResourceAddress) -> bool {
        let inner = self.from.modules();
        let length = self.module.len() + inner.len();
        if address.modules.len() < length {
            return false;
        }
        let names = self.module.iter().copied().chain(inner.iter().map(|step| step.name.as_str()));
        if !names.zip(&address.modules).all(|(name, step)| step.name == *name) {
            return false;
        }
        match &self.from {
            Endpoint::Module(_) => true,
            Endpoint::Resource(from) => {
                address.modules.len() == length
                    && from.mode == address.mode
                    && from.resource_type == address.resource_type
                    && from.name == address.name
            }
        }
    }
}
