//! The state by address, after moves.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};
use iac_core::address::{InstanceKey, ResourceAddress};
use iac_lang::value::{AttributePath, Value};
use rayon::prelude::*;

use super::marks;
use super::move_type;
use super::moved::Moves;
use crate::plan::{Provider, ProviderError};
use crate::schema::Schema;
use crate::state::{Attributes, Instance, Resource, State};

/// The state by address.
#[derive(Debug, Default)]
pub(crate) struct Prior<'a> {
    /// The objects of each resource, sorted by key, under the address without a key.
    resources: HashMap<ResourceAddress, Vec<PriorObject<'a>>>,
}

/// An existing object of an instance.
#[derive(Clone, Debug)]
pub(crate) struct PriorObject<'a> {
    pub key: Option<InstanceKey>,
    pub resource: &'a Resource<'a>,
    pub instance: &'a Instance<'a>,
    /// The address before the move, if it moved.
    pub moved_from: Option<ResourceAddress>,
    /// True if it moved to another type.
    pub changes_type: bool,
}

/// The decoded value of an existing object.
#[derive(Clone, Debug)]
pub(crate) struct PriorValue {
    pub value: Arc<Value>,
    /// Paths of sensitive values, normalized for comparison.
    pub sensitive: Vec<AttributePath>,
}

impl<'a> Prior<'a> {
    pub(crate) fn new(state: Option<&'a State<'a>>, moves: &mut Moves<'_>) -> Self {
        let mut resources: HashMap<ResourceAddress, Vec<PriorObject<'a>>> = HashMap::new();
        let Some(state) = state else { return Self { resources } };
        resources.reserve(state.resources.len());
        for resource in &state.resources {
            if moves.is_empty() {
                let objects = resource.instances.iter().map(|instance| PriorObject {
                    key: instance.key.clone(),
                    resource,
                    instance,
                    moved_from: None,
                    changes_type: false,
                });
                match resources.entry(resource.address(None)) {
                    Entry::Occupied(mut known) => known.get_mut().extend(objects),
                    Entry::Vacant(new) => {
                        new.insert(objects.collect());
                    }
                }
                continue;
            }
            for instance in &resource.instances {
                let address = resource.address(instance.key.clone());
                let (mut to, moved_from) = match moves.follow(&address) {
                    Some(to) => (to, Some(address)),
                    None => (address, None),
                };
                let key = to.key.take();
                let changes_type = to.resource_type != resource.type_name;
                let object = PriorObject { key, resource, instance, moved_from, changes_type };
                resources.entry(to).or_default().push(object);
            }
        }
        for objects in resources.values_mut() {
            if !objects.is_sorted_by(|left, right| left.key <= right.key) {
                objects.sort_by(|left, right| left.key.cmp(&right.key));
            }
        }
        Self { resources }
    }

    /// Returns the current, not deposed, object of an instance.
    pub(crate) fn current(&self, address: &ResourceAddress) -> Option<&PriorObject<'a>> {
        let objects = match &address.key {
            None => self.resources.get(address)?,
            Some(_) => self.resources.get(&ResourceAddress { key: None, ..address.clone() })?,
        };
        let start = objects.partition_point(|object| object.key < address.key);
        objects[start..]
            .iter()
            .take_while(|object| object.key == address.key)
            .find(|object| object.instance.deposed.is_none())
    }

    /// Returns the objects of a resource, which has an address without a key.
    pub(crate) fn objects(&self, address: &ResourceAddress) -> &[PriorObject<'a>] {
        self.resources.get(address).map_or(&[], Vec::as_slice)
    }

    /// Maps objects, and returns those with a result, sorted by the address of their resource.
    pub(crate) fn find<T: Send>(
        &self,
        ask: impl Fn(&ResourceAddress, &PriorObject<'a>) -> Option<T> + Sync + Send,
    ) -> Vec<(&ResourceAddress, &PriorObject<'a>, T)> {
        let ask = &ask;
        let resources = self.resources.par_iter();
        let found = resources.flat_map_iter(|(address, objects)| {
            objects.iter().filter_map(move |object| Some((address, object, ask(address, object)?)))
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|(address, ..)| *address);
        found
    }
}

impl PriorObject<'_> {
    /// Decodes the attributes according to the schema, upgraded to its version.
    pub(crate) fn decode(
        &self,
        schema: &Schema,
        provider: &dyn Provider,
    ) -> Result<PriorValue, ProviderError> {
        let instance = self.instance;
        if let Some(value) = move_type::moved(self, schema, provider)? {
            return Ok(PriorValue { value: Arc::new(value), sensitive: Vec::new() });
        }
        let value = match instance.attributes {
            _ if instance.schema_version > schema.version => {
                return Err(ProviderError::new(
                    "Resource instance managed by newer provider version",
                    format!(
                        "The state has schema version {} of `{}`, but this version of the provider only supports versions up to {}.",
                        instance.schema_version, schema.type_name, schema.version,
                    ),
                ));
            }
            Attributes::Json(json) if instance.schema_version < schema.version => {
                provider.upgrade(schema, instance.schema_version, json)?
            }
            attributes => {
                attributes
                    .decode(schema)
                    .map_err(|error| ProviderError::new("cannot decode the state", error.to_string()))?
                    .value
            }
        };
        let sensitive = marks::normalized(&value, instance.sensitive.iter().cloned());
        Ok(PriorValue { value: Arc::new(value), sensitive })
    }

    /// Decodes the attributes without a schema.
    pub(crate) fn decode_untyped(&self) -> Result<PriorValue, ProviderError> {
        let value = self
            .instance
            .attributes
            .decode_untyped()
            .map_err(|error| ProviderError::new("cannot decode the state", error.to_string()))?;
        let sensitive = marks::normalized(&value, self.instance.sensitive.iter().cloned());
        Ok(PriorValue { value: Arc::new(value), sensitive })
    }
}
