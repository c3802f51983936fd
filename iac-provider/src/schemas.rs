//! The schemas of a provider, each read when it is first asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use iac_plan::schema::{EntityKind, Schema};
use prost::Message;

use crate::messages::{Function, Schemas as Answer};
use crate::wire;

/// Those that were asked for; `None` is one that cannot be read.
type Read = HashMap<(EntityKind, String), Option<Arc<Schema>>>;

/// The schemas of a provider.
pub(crate) struct Schemas {
    message: Answer,
    protocol: u8,
    read: Mutex<Read>,
}

impl Schemas {
    /// The schemas of the answer to the schema call.
    pub(crate) fn new(answer: Bytes, protocol: u8) -> Result<Self, prost::DecodeError> {
        Ok(Self { message: Answer::decode(answer)?, protocol, read: Mutex::default() })
    }

    /// The answer as it was sent, and the version of the protocol.
    #[cfg(feature = "probe")]
    pub(crate) fn raw(&self) -> (&Answer, u8) {
        (&self.message, self.protocol)
    }

    /// What the provider has to say against being asked.
    pub(crate) fn diagnostics(&self) -> &[crate::messages::Diagnostic] {
        &self.message.diagnostics
    }

    /// Whether the provider wants to plan the destruction of resources.
    pub(crate) fn plans_destroy(&self) -> bool {
        self.message.server.is_some_and(|server| server.plan_destroy)
    }

    /// A function.
    pub(crate) fn function(&self, name: &str) -> Option<&Function> {
        self.message.functions.get(name)
    }

    /// The names of the types of a kind, sorted.
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

    /// The schema of a type, or (with any name) that of the provider's configuration.
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
