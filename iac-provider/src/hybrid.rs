//! A provider that answers from built-in knowledge and from its binary.

mod asking;
mod shape;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use iac_lang::value::{Unknown, Value};
use iac_plan::plan::{MoveRequest, PlanRequest, PlanResponse, Provider, ProviderError, ReadRequest};
use iac_plan::schema::{EntityKind, Schema};

use crate::binary::Binary;
use crate::error::ClientError;

/// An answer to one request.
type Answer = Result<PlanResponse, ProviderError>;
/// Opens the binary on first use.
type Open<'a> = Box<dyn Fn() -> Result<Binary, ClientError> + Send + Sync + 'a>;
/// The built-in knowledge.
type Table<'a> = Box<dyn Provider + Send + 'a>;

/// How the two answer together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// The knowledge describes the version of the binary. It answers for what does not change, and the binary for the
    /// rest.
    Knowledge,
    /// The knowledge describes another version. It answers only for types whose schema is the same.
    CommonTypes,
    /// The binary answers. The knowledge helps where the binary would need its service.
    Binary,
}

/// A provider that answers from built-in knowledge, if there is any, and from its binary, which is started on the first
/// question that needs it.
///
/// If the binary cannot be started or fails, the knowledge answers alone; [`failure`](Self::failure) tells why.
pub struct Hybrid<'a> {
    preference: Preference,
    /// True if data sources are read.
    live: bool,
    table: Option<Table<'a>>,
    open: Open<'a>,
    /// `None` if it could not be opened.
    binary: OnceLock<Option<Binary>>,
    /// The provider's configurations, which the binary gets once it is opened.
    configurations: Mutex<Vec<(String, Value)>>,
    failure: Mutex<Option<String>>,
    /// True if the knowledge answered for a change, so that unknown values are estimates.
    has_estimated: AtomicBool,
    /// Whether the knowledge has the binary's schema of a type.
    common: RwLock<HashMap<(EntityKind, String), bool>>,
}

impl fmt::Debug for Hybrid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hybrid")
            .field("preference", &self.preference)
            .field("binary", &self.binary)
            .finish_non_exhaustive()
    }
}

impl<'a> Hybrid<'a> {
    /// Creates a provider whose binary is opened on first use. `live` tells whether it reads data sources.
    #[must_use]
    pub fn new(
        preference: Preference,
        table: Option<Table<'a>>,
        live: bool,
        open: impl Fn() -> Result<Binary, ClientError> + Send + Sync + 'a,
    ) -> Self {
        Self {
            preference,
            live,
            table,
            open: Box::new(open),
            binary: OnceLock::new(),
            configurations: Mutex::default(),
            failure: Mutex::default(),
            has_estimated: AtomicBool::new(false),
            common: RwLock::default(),
        }
    }

    /// Creates a provider of an open binary, which answers all questions. The knowledge helps where it would need its
    /// service.
    #[must_use]
    pub fn with_binary(binary: Binary, table: Option<Table<'a>>, live: bool) -> Self {
        let never = || Err(ClientError::Connect("it is open already".to_owned()));
        let hybrid = Self::new(Preference::Binary, table, live, never);
        Self { binary: OnceLock::from(Some(binary)), ..hybrid }
    }

    /// Returns true if the binary has been opened.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.binary.get(), Some(Some(_)))
    }

    /// Returns the reason why the binary did not answer, if it could not be started or failed.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fail(&self, reason: impl fmt::Display) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert_with(|| reason.to_string());
    }

    /// Returns the binary, and opens it if necessary; `None` if that fails.
    fn binary(&self) -> Option<&Binary> {
        let open = || match (self.open)() {
            Ok(binary) => {
                let configurations = self.configurations.lock().unwrap_or_else(PoisonError::into_inner);
                for (name, config) in configurations.iter() {
                    if let Err(error) = binary.configure(name, config) {
                        self.fail(error);
                        return None;
                    }
                }
                Some(binary)
            }
            Err(error) => {
                self.fail(error);
                None
            }
        };
        self.binary.get_or_init(open).as_ref()
    }

    /// Returns an undecided value in a configuration of the provider.
    fn doubt_of_provider(&self, name: &str) -> Option<Unknown> {
        let configurations = self.configurations.lock().unwrap_or_else(PoisonError::into_inner);
        configurations.iter().rev().find(|(each, _)| each == name)?.1.doubt().cloned()
    }

    /// Returns the knowledge, if it answers for a type.
    fn table_for(&self, schema: &Schema) -> Option<&Table<'a>> {
        let table = self.table.as_ref()?;
        let is_common = match self.preference {
            Preference::Knowledge => true,
            Preference::CommonTypes => self.is_common(schema.kind, &schema.type_name),
            Preference::Binary => false,
        };
        is_common.then_some(table)
    }

    /// Returns the knowledge and its schema of a type, if that is the same as the binary's.
    fn same_in_table(&self, schema: &Schema) -> Option<(&Table<'a>, Arc<Schema>)> {
        let table = self.table.as_ref()?;
        let own = table.schema(schema.kind, &schema.type_name)?;
        shape::is_same(&own.block, &schema.block).then_some((table, own))
    }

    /// Returns true if the knowledge has the binary's schema of a type. Without a binary, its own is used.
    fn is_common(&self, kind: EntityKind, type_name: &str) -> bool {
        let key = (kind, type_name.to_owned());
        let known = self.common.read().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        known.unwrap_or_else(|| {
            let own = self.table.as_ref().and_then(|table| table.schema(kind, type_name));
            let is_common = match (self.binary(), own) {
                (None, _) => true,
                (Some(binary), own) => match (binary.schema(kind, type_name), own) {
                    (Some(schema), Some(own)) => {
                        own.version == schema.version && shape::is_same(&own.block, &schema.block)
                    }
                    _ => false,
                },
            };
            self.common.write().unwrap_or_else(PoisonError::into_inner).insert(key, is_common);
            is_common
        })
    }
}

impl Provider for Hybrid<'_> {
    fn schema(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>> {
        let table = self.table.as_ref();
        match (self.preference, table) {
            (Preference::Knowledge, Some(table)) => table.schema(kind, type_name),
            (Preference::CommonTypes, Some(table)) if self.is_common(kind, type_name) => {
                table.schema(kind, type_name)
            }
            _ => self.binary()?.schema(kind, type_name),
        }
    }

    fn lacks(&self, kind: EntityKind, type_name: &str) -> Option<String> {
        let table = self.table.as_ref().filter(|_| self.preference == Preference::Knowledge)?;
        table.lacks(kind, type_name)
    }

    fn configure(&self, name: &str, config: &Value) -> Result<(), ProviderError> {
        if let Some(table) = &self.table {
            table.configure(name, config)?;
        }
        let mut configurations = self.configurations.lock().unwrap_or_else(PoisonError::into_inner);
        configurations.push((name.to_owned(), config.clone()));
        match self.binary.get() {
            Some(Some(binary)) => binary.configure(name, config),
            _ => Ok(()),
        }
    }

    fn upgrade(&self, schema: &Schema, version: u64, attributes: &str) -> Result<Value, ProviderError> {
        let table = self.table_for(schema);
        if let Some(table) = table
            && (table.is_known_upgrade(schema, version, attributes) || self.binary().is_none())
        {
            return table.upgrade(schema, version, attributes);
        }
        let binary = self.binary().ok_or_else(|| unanswered(self.failure()))?;
        let upgraded = binary.upgrade(schema, version, attributes);
        match (upgraded, table) {
            (Err(error), Some(table)) if error.broken || error.unreachable => {
                self.fail(&error);
                table.upgrade(schema, version, attributes)
            }
            (upgraded, _) => upgraded,
        }
    }

    fn is_known_upgrade(&self, schema: &Schema, version: u64, attributes: &str) -> bool {
        let Some(table) = self.table_for(schema) else { return true };
        table.is_known_upgrade(schema, version, attributes) || self.is_open() && self.failure().is_none()
    }

    fn moves_state(&self) -> bool {
        self.is_open() && self.failure().is_none()
    }

    fn move_state(&self, request: &MoveRequest<'_>) -> Option<Result<Value, ProviderError>> {
        let moved = self.binary()?.move_state(request)?;
        match moved {
            Err(error) if error.broken && self.preference != Preference::Binary => {
                self.fail(error);
                None
            }
            moved => Some(moved),
        }
    }

    fn complete(&self, provider: &str, schema: &Schema, prior: &mut Arc<Value>) {
        if let Some(table) = self.table_for(schema) {
            table.complete(provider, schema, prior);
        }
    }

    fn validate(&self, schema: &Schema, config: &Value) -> Vec<ProviderError> {
        self.table_for(schema).map_or_else(Vec::new, |table| table.validate(schema, config))
    }

    fn unchanged(&self, provider: &str, schema: &Schema, prior: &Value, config: &Value) -> bool {
        self.table_for(schema).is_some_and(|table| table.unchanged(provider, schema, prior, config))
    }

    fn is_exact(&self) -> bool {
        match self.preference {
            Preference::Binary => true,
            _ => !self.has_estimated.load(Ordering::Relaxed) && self.failure().is_none(),
        }
    }

    /// With knowledge, batches are planned on several threads, each of which asks the binary.
    fn batch(&self) -> usize {
        if self.table.is_some() && self.preference != Preference::Binary { 256 } else { 4096 }
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<Answer> {
        self.answers(requests)
    }

    fn read(&self, request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>> {
        if !self.live {
            return None;
        }
        self.binary()?.read(request)
    }

    fn compute(&self, request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>> {
        if let Some(table) = self.table_for(request.schema) {
            return table.compute(request);
        }
        let (table, schema) = self.same_in_table(request.schema)?;
        table.compute(&ReadRequest { schema: &schema, ..*request })
    }

    fn has_function(&self, function: &str) -> Option<bool> {
        let known = self.table.as_ref().filter(|_| self.preference == Preference::Knowledge);
        known.and_then(|table| table.has_function(function)).or_else(|| self.binary()?.has_function(function))
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Option<Result<Value, ProviderError>> {
        let known = self.table.as_ref().filter(|_| self.preference == Preference::Knowledge);
        known
            .and_then(|table| table.call(function, arguments))
            .or_else(|| self.binary()?.call(function, arguments))
    }
}

/// Returns the error for a question that nobody can answer.
fn unanswered(reason: Option<String>) -> ProviderError {
    let mut error =
        ProviderError::new("the provider could not be asked", reason.unwrap_or_default()).broken();
    error.unreachable = true;
    error
}
