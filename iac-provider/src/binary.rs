//! A provider's binary as a [`Provider`] of the planner.

mod convert;
mod requests;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use convert::encode;
use iac_lang::value::Value;
use iac_plan::plan::{MoveRequest, PlanRequest, PlanResponse, Provider, ProviderError, ReadRequest};
use iac_plan::schema::{EntityKind, Schema};
use prost::Message;
use tokio::runtime::Runtime;

use crate::answers::Answers;
use crate::calls::{Gate, each};
use crate::client::{Client, Method};
use crate::codec::Shape;
use crate::error::ClientError;
use crate::failure::{Failure, no_schema, provider_error};
use crate::find::Found;
use crate::instance::{Instance, Launcher, first_error};
use crate::messages::{self, ClientCapabilities};
use crate::offline;
use crate::schemas::Schemas;
#[cfg(feature = "probe")]
pub(crate) use requests::Problem;

/// The version of Terraform that is emulated. Providers include it in their user agent.
const TERRAFORM_VERSION: &str = "1.11.4";

/// The capabilities of this client, which are those of Terraform: write-only arguments, but no deferral.
const CAPABILITIES: ClientCapabilities =
    ClientCapabilities { deferral_allowed: false, write_only_attributes_allowed: true };

/// Options for running a provider.
#[derive(Clone, Debug)]
pub struct Options {
    /// True if the provider may access its service: it gets the available credentials, and data sources are read.
    pub live: bool,
    /// The directory of the answer cache, if any: see [`cache_directory`](crate::cache_directory). Live answers are
    /// not cached.
    pub cache: Option<PathBuf>,
    /// The maximum number of concurrent calls.
    pub in_flight: usize,
    /// The timeout of a call.
    pub limit: Duration,
}

impl Default for Options {
    /// Offline, without a cache, with 16 concurrent calls and a timeout of one minute.
    fn default() -> Self {
        Self { live: false, cache: None, in_flight: 16, limit: Duration::from_secs(60) }
    }
}

/// A provider's binary, called as Terraform calls it.
pub struct Binary {
    found: Found,
    options: Options,
    launcher: Launcher,
    schemas: Schemas,
    answers: Option<Answers>,
    instances: Mutex<Instances>,
    /// An unconfigured process, started to fetch the schema.
    spare: Mutex<Option<Client>>,
    gate: Gate,
    /// Dropped last, after all processes that use it.
    runtime: Runtime,
}

#[derive(Default)]
struct Instances {
    by_name: BTreeMap<String, Arc<Instance>>,
    /// Equal configurations share a process, because each takes half a gigabyte.
    by_configuration: HashMap<Bytes, Arc<Instance>>,
}

impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binary")
            .field("found", &self.found)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Binary {
    /// Prepares to call a provider. It is started only if its schema is not cached.
    ///
    /// # Errors
    ///
    /// Returns an error if the provider cannot be started or does not return its schema.
    pub fn open(found: Found, options: Options) -> Result<Self, ClientError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("iac-provider")
            .enable_all()
            .build()
            .map_err(|source| ClientError::Start { path: found.path.clone(), source })?;
        let launcher = Launcher {
            path: found.path.clone(),
            environment: offline::environment(&found.source, options.live),
        };
        let answers = options.cache.as_deref().and_then(|directory| Answers::open(directory, &found));
        let kept = answers.as_ref().and_then(Answers::schema);
        let kept = kept.and_then(|kept| {
            // The first byte is the protocol version of the answer.
            let protocol = *kept.first()?;
            Schemas::new(kept.slice(1..), protocol).ok()
        });
        let mut spare = None;
        let schemas = if let Some(schemas) = kept {
            schemas
        } else {
            let (client, schemas, answer) = runtime.block_on(ask_schema(&launcher, options.limit))?;
            if let Some(answers) = &answers {
                answers.store_schema(&[&[client.protocol][..], &answer].concat());
            }
            spare = Some(client);
            schemas
        };
        Ok(Self {
            found,
            options,
            launcher,
            schemas,
            answers,
            instances: Mutex::default(),
            spare: Mutex::new(spare),
            gate: Gate::default(),
            runtime,
        })
    }

    /// Returns the binary.
    #[must_use]
    pub fn found(&self) -> &Found {
        &self.found
    }

    #[cfg(feature = "probe")]
    pub(crate) fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// Returns the names of the types of a kind, sorted.
    #[must_use]
    pub fn type_names(&self, kind: EntityKind) -> Vec<&str> {
        self.schemas.type_names(kind)
    }

    /// Returns the instance for a configuration's address. Without a configuration, it is configured with an empty
    /// one.
    fn instance(&self, name: &str) -> Result<Arc<Instance>, ProviderError> {
        let known = {
            let instances = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
            instances.by_name.get(name).cloned()
        };
        match known {
            Some(instance) => Ok(instance),
            None => self.add_instance(name, &Value::Object(iac_lang::value::ValueMap::new())),
        }
    }

    fn add_instance(&self, name: &str, config: &Value) -> Result<Arc<Instance>, ProviderError> {
        let schema = self.schemas.get(EntityKind::Provider, "").ok_or_else(no_schema)?;
        let prepared;
        let config = if self.options.live {
            config
        } else {
            prepared = offline::configuration(&self.found.source, &schema, config);
            &prepared
        };
        let request = messages::ConfigureRequest {
            terraform_version: TERRAFORM_VERSION.to_owned(),
            config: Some(encode(config, Shape::Block(&schema.block))?),
            capabilities: Some(CAPABILITIES),
        };
        let configure = Bytes::from(request.encode_to_vec());
        let mut instances = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
        let instance = instances.by_configuration.entry(configure.clone());
        let instance =
            Arc::clone(instance.or_insert_with(|| Arc::new(Instance::new(self.launcher.clone(), configure))));
        instances.by_name.insert(name.to_owned(), Arc::clone(&instance));
        Ok(instance)
    }

    /// Returns an instance with any configuration, for calls that need none.
    fn any_instance(&self) -> Result<Arc<Instance>, ProviderError> {
        let first = {
            let instances = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
            instances.by_name.values().next().cloned()
        };
        first.map_or_else(|| self.instance(""), Ok)
    }

    /// Makes a call, or returns its cached answer. `check` tells whether an answer may be cached.
    async fn ask<Answer: Message + Default>(
        &self,
        instance: &Instance,
        client: &mut Option<Arc<Client>>,
        method: Method,
        request: Bytes,
        store: Option<fn(&Answer) -> bool>,
    ) -> Result<Answer, Failure> {
        let answers = if self.options.live { None } else { self.answers.as_ref() };
        let kept = answers.zip(store).map(|(answers, store)| {
            let key = Answers::key(&[&instance.configure, method.name(6).as_bytes(), &request]);
            (answers, store, key)
        });
        if let Some((answers, _, key)) = &kept
            && let Some(answer) = answers.get(key)
            && let Ok(answer) = Answer::decode(answer)
        {
            return Ok(answer);
        }
        let client = match client {
            Some(client) => client,
            None => client.insert(self.client(instance).await?),
        };
        match client.call_raw(method, request, self.options.limit).await {
            Ok(bytes) => {
                let answer = client.answer(method, bytes.clone()).map_err(|error| Failure::of(&error))?;
                if let Some((answers, store, key)) = kept
                    && store(&answer)
                {
                    answers.store(key, bytes);
                }
                Ok(answer)
            }
            Err(error @ ClientError::Crashed { .. }) => {
                instance.forget(client).await;
                Err(Failure::Crashed(error.to_string()))
            }
            Err(error) => Err(Failure::of(&error)),
        }
    }

    async fn client(&self, instance: &Instance) -> Result<Arc<Client>, Failure> {
        let spare = || self.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A provider that refuses its configuration cannot be asked about anything.
        instance.client(spare).await.map_err(|error| Failure::Answered(provider_error(&error).broken()))
    }
}

impl Provider for Binary {
    fn schema(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>> {
        self.schemas.get(kind, type_name)
    }

    fn configure(&self, name: &str, config: &Value) -> Result<(), ProviderError> {
        let instance = self.add_instance(name, config)?;
        if self.options.live {
            // Problems with credentials are reported once, not for each resource.
            match self.runtime.block_on(self.client(&instance)) {
                Ok(_) => {}
                Err(Failure::Answered(error)) => return Err(error),
                Err(Failure::Crashed(message)) => {
                    return Err(ProviderError::new(message, String::new()).broken());
                }
            }
        }
        Ok(())
    }

    fn upgrade(&self, schema: &Schema, version: u64, attributes: &str) -> Result<Value, ProviderError> {
        self.one(|| self.upgrade_one(schema, version, attributes))
    }

    fn moves_state(&self) -> bool {
        true
    }

    fn move_state(&self, request: &MoveRequest<'_>) -> Option<Result<Value, ProviderError>> {
        if !self.schemas.moves_state() {
            let detail = format!(
                "The provider {} does not support moves from `{}` to `{}`.",
                self.found.source, request.from_type, request.schema.type_name
            );
            return Some(Err(ProviderError::new("Unsupported `moved` across resource types", detail)));
        }
        Some(self.one(|| self.move_one(request)))
    }

    /// The provider handles many requests concurrently.
    fn batch(&self) -> usize {
        4096
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<Result<PlanResponse, ProviderError>> {
        each(&self.runtime, &self.gate, self.options.in_flight, requests.len(), |position| {
            self.plan_one(&requests[position])
        })
    }

    fn read(&self, request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>> {
        self.options.live.then(|| self.one(|| self.read_one(request)))
    }

    fn has_function(&self, function: &str) -> Option<bool> {
        Some(self.schemas.function(function).is_some())
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Option<Result<Value, ProviderError>> {
        let signature = self.schemas.function(function)?;
        Some(self.one(|| self.call_one(function, signature, arguments)))
    }
}

impl Binary {
    /// Makes one call and handles a crash.
    fn one<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        call: impl Fn() -> F,
    ) -> Result<T, ProviderError> {
        let mut answers = each(&self.runtime, &self.gate, 1, 1, |_| call());
        answers.pop().expect("every call has an answer")
    }
}

/// Starts a provider and requests its schema.
async fn ask_schema(launcher: &Launcher, limit: Duration) -> Result<(Client, Schemas, Bytes), ClientError> {
    let client = launcher.start().await?;
    let answer = client.call_raw(Method::Schema, Bytes::new(), limit).await?;
    let method = Method::Schema.name(client.protocol);
    let schemas = Schemas::new(answer.clone(), client.protocol)
        .map_err(|error| ClientError::Answer { method, reason: error.to_string() })?;
    match first_error(schemas.diagnostics()) {
        Some(error) => {
            Err(ClientError::Provider { summary: error.summary.clone(), detail: error.detail.clone() })
        }
        None => Ok((client, schemas, answer)),
    }
}
