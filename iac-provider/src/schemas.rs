//! A provider's schemas, each decoded on first use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use iac_plan::schema::{EntityKind, Schema};
use prost::Message;

use crate::messages::{Function, Schemas as Answer};
use crate::wire;

/// The decoded schemas; `None` for an invalid one.
type Read = HashMap<(EntityKind, String), Option<Arc<Schema>>>;

/// A provider's schemas.
pub(crate) struct Schemas {
    message: Answer,
    protocol: u8,
    read: Mutex<Read>,
}

impl Schemas {
    /// Creates the schemas from the answer to the schema call.
    pub(crate) fn new(answer: Bytes, protocol: u8) -> Result<Self, prost::DecodeError> {
        Ok(Self { message: Answer::decode(answer)?, protocol, read: Mutex::default() })
    }

    /// Returns the answer as received, and the protocol version.
    #[cfg(feature = "probe")]
    pub(crate) fn raw(&self) -> (&Answer, u8) {
        (&self.message, self.protocol)
    }

    /// Returns the diagnostics of the schema call.
    pub(crate) fn diagnostics(&self) -> &[crate::messages::Diagnostic] {
        &self.message.diagnostics
    }

    /// Returns true if the provider plans the destruction of resources.
    pub(crate) fn plans_destroy(&self) -> bool {
        self.message.server.is_some_and(|server| server.plan_destroy)
    }

    /// Returns true if the provider turns objects of one type into objects of another one.
    pub(crate) fn moves_state(&self) -> bool {
        self.message.server.is_some_and(|server| server.move_resource_state)
    }

    /// Returns a function.
    pub(crate) fn function(&self, name: &str) -> Option<&Function> {
        self.message.functions.get(name)
    }

    /// Returns the names of the types of a kind, sorted.
    pub(crate) fn type_names(&self, kind: EntityKind) -> Vec<&str> {
        let Some(types) = self.types(kind) else { return Vec::new() };
        let mut names: Vec<&str> = types.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    fn types(&self, kind: EntityKind) -> Option<&HashMap<String, Bytes>> {
        match kind {
            EntityKind::Provider => None,
            EntityKind::Resource => Some(&self.message.resources),
            EntityKind::DataSource => Some(&self.message.data_sources),
            EntityKind::Ephemeral => Some(&self.message.ephemeral_resources),
        }
    }

    /// Returns the schema of a type; for the provider's configuration, the name is ignored.
    pub(crate) fn get(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>> {
        let bytes = match self.types(kind) {
            Some(types) => types.get(type_name)?,
            None => &self.message.provider,
        };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (kind, type_name.to_owned());
        let schema = read
            .entry(key)
            .or_insert_with(|| wire::schema(kind, type_name, bytes, self.protocol).map(Arc::new));
        schema.clone()
    }
}
