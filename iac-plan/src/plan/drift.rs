//! Differences between the state and a fresher one.

use std::collections::HashMap;
use std::sync::Arc;

use iac_core::address::{ResourceAddress, ResourceMode};
use iac_lang::value::Value;

use super::orphans::source_of;
use super::prior::{PriorObject, PriorValue};
use super::session::Session;
use crate::plan::{Action, ResourceChange};
use crate::schema::EntityKind;
use crate::state::{Instance, Resource, State};

impl Session<'_> {
    /// Returns the changes made outside Terraform: objects that differ in the fresher state, or no longer exist.
    pub(crate) fn drift(&self) -> Vec<ResourceChange> {
        let (Some(before), Some(after)) = (self.request.state, self.request.options.refreshed) else {
            return Vec::new();
        };
        let fresh = objects(after);
        let mut drift = Vec::new();
        for resource in before.resources.iter().filter(|resource| resource.mode == ResourceMode::Managed) {
            for instance in resource.instances.iter().filter(|instance| instance.deposed.is_none()) {
                let address = resource.address(instance.key.clone());
                let now = fresh.get(&address).copied();
                drift.extend(self.difference(address, (resource, instance), now));
            }
        }
        drift.sort_by(|left, right| left.address.cmp(&right.address));
        drift
    }

    fn difference(
        &self,
        address: ResourceAddress,
        (resource, instance): (&Resource<'_>, &Instance<'_>),
        now: Option<(&Resource<'_>, &Instance<'_>)>,
    ) -> Option<ResourceChange> {
        let source = source_of(&resource.provider);
        let provider = self.provider(&source);
        let schema = provider.and_then(|each| each.schema(EntityKind::Resource, &address.resource_type));
        let decode = |resource: &Resource<'_>, instance: &Instance<'_>| {
            let object = PriorObject { key: None, resource, instance, moved_from: None, changes_type: false };
            let decoded = match (&schema, provider) {
                (Some(schema), Some(provider)) => object.decode(schema, provider),
                _ => object.decode_untyped(),
            };
            decoded.ok()
        };
        let before = decode(resource, instance)?;
        let after = match now {
            Some((resource, instance)) => decode(resource, instance)?,
            None => PriorValue { value: Arc::new(Value::Null), sensitive: Vec::new() },
        };
        if before.value == after.value {
            return None;
        }
        let action = if now.is_some() { Action::Update } else { Action::Delete };
        Some(ResourceChange {
            schema,
            before_sensitive: before.sensitive,
            after_sensitive: after.sensitive,
            ..ResourceChange::new(address, source, action, before.value, after.value)
        })
    }
}

type Objects<'s> = HashMap<ResourceAddress, (&'s Resource<'s>, &'s Instance<'s>)>;

fn objects<'s>(state: &'s State<'s>) -> Objects<'s> {
    let mut objects = HashMap::new();
    for resource in &state.resources {
        for instance in resource.instances.iter().filter(|instance| instance.deposed.is_none()) {
            objects.insert(resource.address(instance.key.clone()), (resource, instance));
        }
    }
    objects
}
