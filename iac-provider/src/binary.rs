//! A provider's binary as the planner's [`Provider`].

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use iac_core::plan::{PlanRequest, PlanResponse, Provider, ProviderError, ReadRequest};
use iac_core::schema::{EntityKind, Schema};
use iac_core::value::{AttributePath, PathStep, Value};
use prost::Message;
use tokio::runtime::Runtime;

use crate::answers::Answers;
use crate::calls::{Gate, each};
use crate::client::{Client, Method};
use crate::codec::{self, CodecError, Shape};
use crate::error::ClientError;
use crate::find::Found;
use crate::instance::{Instance, Recipe, first_error};
use crate::messages::{self, Checked, ClientCapabilities, Diagnostic, DynamicValue, Selector};
use crate::schemas::Schemas;
use crate::{offline, secrets, wire};

/// The version of Terraform whose behaviour this has. Providers put it into what they send to others.
const TERRAFORM_VERSION: &str = "1.11.4";

/// What this client takes, which is what Terraform takes: no deferral, and arguments that are only written.
const CAPABILITIES: ClientCapabilities =
    ClientCapabilities { deferral_allowed: false, write_only_attributes_allowed: true };

/// How a provider is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether it may ask others: with the credentials that there are, and data sources are read.
    pub live: bool,
    /// Where answers are kept, if they are: see [`cache_directory`](crate::cache_directory). Live ones are not.
    pub cache: Option<PathBuf>,
    /// How many calls are under way at once.
    pub in_flight: usize,
    /// How long a call may take.
    pub limit: Duration,
}

impl Default for Options {
    /// Offline, without a cache, with 16 calls at once of a minute at most.
    fn default() -> Self {
        Self { live: false, cache: None, in_flight: 16, limit: Duration::from_secs(60) }
    }
}

/// A provider's binary, asked as Terraform asks it.
pub struct Binary {
    found: Found,
    options: Options,
    recipe: Recipe,
    schemas: Schemas,
    answers: Option<Answers>,
    instances: Mutex<Instances>,
    /// A process that was started for the schema and is not configured.
    spare: Mutex<Option<Client>>,
    gate: Gate,
    /// Dropped last, when no process is left that it would serve.
    runtime: Runtime,
}

#[derive(Default)]
struct Instances {
    by_name: BTreeMap<String, Arc<Instance>>,
    /// Configurations that are equal share a process: it takes half a gigabyte.
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
    /// Gets ready to ask a provider. It is started only if its schema is not kept.
    ///
    /// # Errors
    ///
    /// When it does not start, or does not say its schema.
    pub fn open(found: Found, options: Options) -> Result<Self, ClientError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("iac-provider")
            .enable_all()
            .build()
            .map_err(|source| ClientError::Start { path: found.path.clone(), source })?;
        let recipe = Recipe {
            path: found.path.clone(),
            environment: offline::environment(&found.source, options.live),
        };
        let answers = options.cache.as_deref().and_then(|directory| Answers::open(directory, &found));
        let kept = answers.as_ref().and_then(Answers::schema);
        let kept = kept.and_then(|kept| {
            // The first byte is the version of the protocol that it was asked with.
            let protocol = *kept.first()?;
            Schemas::new(kept.slice(1..), protocol).ok()
        });
        let mut spare = None;
        let schemas = if let Some(schemas) = kept {
            schemas
        } else {
            let (client, schemas, answer) = runtime.block_on(ask_schema(&recipe, options.limit))?;
            if let Some(answers) = &answers {
                answers.keep_schema(&[&[client.protocol][..], &answer].concat());
            }
            spare = Some(client);
            schemas
        };
        Ok(Self {
            found,
            options,
            recipe,
            schemas,
            answers,
            instances: Mutex::default(),
            spare: Mutex::new(spare),
            gate: Gate::default(),
            runtime,
        })
    }

    /// The binary.
    #[must_use]
    pub fn found(&self) -> &Found {
        &self.found
    }

    #[cfg(feature = "probe")]
    pub(crate) fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// The names of the types of a kind, sorted.
    #[must_use]
    pub fn type_names(&self, kind: EntityKind) -> Vec<&str> {
        self.schemas.type_names(kind)
    }

    /// The provider of a configuration's name. One that nobody configured has an empty configuration.
    fn instance(&self, name: &str) -> Result<Arc<Instance>, ProviderError> {
        let known = {
            let instances = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
            instances.by_name.get(name).cloned()
        };
        match known {
            Some(instance) => Ok(instance),
            None => self.add_instance(name, &Value::Object(iac_core::value::ValueMap::new())),
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
            Arc::clone(instance.or_insert_with(|| Arc::new(Instance::new(self.recipe.clone(), configure))));
        instances.by_name.insert(name.to_owned(), Arc::clone(&instance));
        Ok(instance)
    }

    /// A running provider of any configuration, for calls that need none.
    fn any_instance(&self) -> Result<Arc<Instance>, ProviderError> {
        let first = {
            let instances = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
            instances.by_name.values().next().cloned()
        };
        first.map_or_else(|| self.instance(""), Ok)
    }

    /// Makes a call, or takes its answer from those that are kept. `check` says whether an answer is worth keeping.
    async fn ask<Answer: Message + Default>(
        &self,
        instance: &Instance,
        client: &mut Option<Arc<Client>>,
        method: Method,
        request: Bytes,
        keep: Option<fn(&Answer) -> bool>,
    ) -> Result<Answer, Failure> {
        let answers = if self.options.live { None } else { self.answers.as_ref() };
        let kept = answers.zip(keep).map(|(answers, keep)| {
            let key = Answers::key(&[&instance.configure, method.name(6).as_bytes(), &request]);
            (answers, keep, key)
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
                if let Some((answers, keep, key)) = kept
                    && keep(&answer)
                {
                    answers.keep(key, bytes);
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
        instance.client(spare).await.map_err(|error| Failure::Answered(provider_error(&error)))
    }

    async fn plan_one(&self, request: &PlanRequest<'_>) -> Result<PlanResponse, Failure> {
        let destroys = *request.proposed == Value::Null;
        if destroys && !self.schemas.plans_destroy() {
            return Ok(PlanResponse {
                planned: Value::Null,
                requires_replace: Vec::new(),
                legacy: false,
                undecided: Vec::new(),
                warnings: Vec::new(),
            });
        }
        let schema = request.schema;
        let shape = Shape::Block(&schema.block);
        let instance = self.instance(request.provider)?;
        let mut client = None;
        let keeps = !request.sensitive
            && ![request.prior, request.proposed, request.config, request.written]
                .iter()
                .any(|value| secrets::holds(value, &schema.block));
        let config = encode(request.config, shape)?;
        let mut warnings = Vec::new();
        if !destroys {
            let validate = messages::ValidateRequest {
                type_name: schema.type_name.to_string(),
                config: Some(encode(request.written, shape)?),
                capabilities: Some(CAPABILITIES),
            };
            let keep: fn(&Checked) -> bool = |answer| first_error(&answer.diagnostics).is_none();
            let bytes = validate.encode_to_vec().into();
            let answer: Checked = self
                .ask(&instance, &mut client, Method::ValidateResource, bytes, keeps.then_some(keep))
                .await?;
            warnings.extend(sort(&answer.diagnostics)?);
        }
        let private = request.private.map(decode_base64).unwrap_or_default();
        let values = [request.prior, request.proposed];
        let mut answer =
            self.ask_plan(&instance, &mut client, schema, values, config, private, keeps).await?;
        warnings.append(&mut answer.warnings);
        Ok(PlanResponse { warnings, ..answer })
    }

    #[expect(clippy::too_many_arguments, reason = "they are what the protocol's message holds")]
    async fn ask_plan(
        &self,
        instance: &Instance,
        client: &mut Option<Arc<Client>>,
        schema: &Schema,
        [prior, proposed]: [&Value; 2],
        config: DynamicValue,
        private: Bytes,
        keeps: bool,
    ) -> Result<PlanResponse, Failure> {
        let shape = Shape::Block(&schema.block);
        let plan = messages::PlanRequest {
            type_name: schema.type_name.to_string(),
            prior: Some(encode(prior, shape)?),
            proposed: Some(encode(proposed, shape)?),
            config: Some(config),
            private,
            capabilities: Some(CAPABILITIES),
        };
        let keep: fn(&messages::PlanResponse) -> bool = |answer| first_error(&answer.diagnostics).is_none();
        let bytes = plan.encode_to_vec().into();
        let answer: messages::PlanResponse =
            self.ask(instance, client, Method::Plan, bytes, keeps.then_some(keep)).await?;
        let warnings = sort(&answer.diagnostics)?;
        Ok(PlanResponse {
            planned: decode(Method::Plan, answer.planned.as_ref(), shape)?,
            requires_replace: answer.requires_replace.iter().map(path).collect(),
            legacy: answer.legacy_type_system,
            undecided: Vec::new(),
            warnings,
        })
    }

    async fn upgrade_one(&self, schema: &Schema, version: u64, attributes: &str) -> Result<Value, Failure> {
        let request = messages::UpgradeRequest {
            type_name: schema.type_name.to_string(),
            version: i64::try_from(version).unwrap_or(i64::MAX),
            raw_state: Some(messages::RawState { json: Bytes::copy_from_slice(attributes.as_bytes()) }),
        };
        let instance = self.any_instance()?;
        let bytes = request.encode_to_vec().into();
        let answer: messages::StateResponse =
            self.ask(&instance, &mut None, Method::Upgrade, bytes, None).await?;
        sort(&answer.diagnostics)?;
        Ok(decode(Method::Upgrade, answer.state.as_ref(), Shape::Block(&schema.block))?)
    }

    async fn read_one(&self, request: &ReadRequest<'_>) -> Result<Value, Failure> {
        let shape = Shape::Block(&request.schema.block);
        let instance = self.instance(request.provider)?;
        let config = encode(request.config, shape)?;
        let validate = messages::ValidateRequest {
            type_name: request.schema.type_name.to_string(),
            config: Some(config.clone()),
            capabilities: None,
        };
        let mut client = None;
        let bytes = validate.encode_to_vec().into();
        let answer: Checked = self.ask(&instance, &mut client, Method::ValidateData, bytes, None).await?;
        sort(&answer.diagnostics)?;
        let read = messages::ReadRequest {
            type_name: request.schema.type_name.to_string(),
            config: Some(config),
            capabilities: Some(CAPABILITIES),
        };
        let bytes = read.encode_to_vec().into();
        let answer: messages::StateResponse =
            self.ask(&instance, &mut client, Method::Read, bytes, None).await?;
        sort(&answer.diagnostics)?;
        Ok(decode(Method::Read, answer.state.as_ref(), shape)?)
    }

    async fn call_one(
        &self,
        name: &str,
        function: &messages::Function,
        arguments: &[Value],
    ) -> Result<Value, Failure> {
        let mut encoded = Vec::with_capacity(arguments.len());
        for (position, argument) in arguments.iter().enumerate() {
            let parameter = function.parameters.get(position).or(function.variadic.as_ref());
            let ty = parameter.and_then(|parameter| wire::parse_type(&parameter.r#type));
            let Some(ty) = ty else {
                return Err(ProviderError::new("too many arguments", String::new()).into());
            };
            encoded.push(encode(argument, Shape::Type(&ty))?);
        }
        let returns = function.returns.as_ref().and_then(|returns| wire::parse_type(&returns.r#type));
        let returns = returns.ok_or_else(no_schema)?;
        let request = messages::CallRequest { name: name.to_owned(), arguments: encoded };
        let instance = self.any_instance()?;
        let bytes = request.encode_to_vec().into();
        let answer: messages::CallResponse =
            self.ask(&instance, &mut None, Method::Call, bytes, None).await?;
        match answer.error {
            Some(error) => Err(ProviderError::new(error.text, String::new()).into()),
            None => Ok(decode(Method::Call, answer.result.as_ref(), Shape::Type(&returns))?),
        }
    }
}

impl Provider for Binary {
    fn schema(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>> {
        self.schemas.get(kind, type_name)
    }

    fn configure(&self, name: &str, config: &Value) -> Result<(), ProviderError> {
        let instance = self.add_instance(name, config)?;
        if self.options.live {
            // What is wrong with credentials is said once, and not of each resource.
            match self.runtime.block_on(self.client(&instance)) {
                Ok(_) => {}
                Err(Failure::Answered(error)) => return Err(error),
                Err(Failure::Crashed(message)) => return Err(ProviderError::new(message, String::new())),
            }
        }
        Ok(())
    }

    fn upgrade(&self, schema: &Schema, version: u64, attributes: &str) -> Result<Value, ProviderError> {
        self.one(|| self.upgrade_one(schema, version, attributes))
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<Result<PlanResponse, ProviderError>> {
        each(&self.runtime, &self.gate, self.options.in_flight, requests.len(), |position| {
            self.plan_one(&requests[position])
        })
    }

    fn read(&self, request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>> {
        self.options.live.then(|| self.one(|| self.read_one(request)))
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Option<Result<Value, ProviderError>> {
        let signature = self.schemas.function(function)?;
        Some(self.one(|| self.call_one(function, signature, arguments)))
    }
}

impl Binary {
    /// Makes one call, with what is done about a crash.
    fn one<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        call: impl Fn() -> F,
    ) -> Result<T, ProviderError> {
        let mut answers = each(&self.runtime, &self.gate, 1, 1, |_| call());
        answers.pop().expect("there is an answer for each call")
    }
}

/// What a provider says against a configuration.
#[cfg(feature = "probe")]
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The names on the way to the place, without positions.
    pub(crate) path: Vec<iac_core::Text>,
    /// What it says.
    pub(crate) text: String,
}

#[cfg(feature = "probe")]
impl Binary {
    /// What the provider says against a configuration.
    pub(crate) fn problems(&self, schema: &Schema, config: &Value) -> Result<Vec<Problem>, ProviderError> {
        self.one(|| async {
            let instance = self.instance("")?;
            let validate = messages::ValidateRequest {
                type_name: schema.type_name.to_string(),
                config: Some(encode(config, Shape::Block(&schema.block))?),
                capabilities: Some(CAPABILITIES),
            };
            let bytes = validate.encode_to_vec().into();
            let answer: Checked =
                self.ask(&instance, &mut None, Method::ValidateResource, bytes, None).await?;
            let errors = answer.diagnostics.iter().filter(|diagnostic| diagnostic.severity != 2);
            let problem = |diagnostic: &Diagnostic| {
                let steps = diagnostic.attribute.as_ref().map(path).unwrap_or_default();
                let name = |step: PathStep| match step {
                    PathStep::Name(name) => Some(name),
                    PathStep::Index(_) => None,
                };
                Problem { path: steps.0.into_iter().filter_map(name).collect(), text: message(diagnostic) }
            };
            Ok(errors.map(problem).collect())
        })
    }

    /// What the provider plans, without asking it first whether the configuration is valid.
    pub(crate) fn plan_only(
        &self,
        schema: &Schema,
        prior: &Value,
        proposed: &Value,
        config: &Value,
    ) -> Result<PlanResponse, ProviderError> {
        self.one(|| async {
            let instance = self.instance("")?;
            let config = encode(config, Shape::Block(&schema.block))?;
            self.ask_plan(&instance, &mut None, schema, [prior, proposed], config, Bytes::new(), false).await
        })
    }
}

/// Why a call gave no answer.
pub(crate) enum Failure {
    /// The provider crashed while it was under way: this call may be why, or another one.
    Crashed(String),
    /// The provider said no, or nothing that can be read.
    Answered(ProviderError),
}

impl Failure {
    fn of(error: &ClientError) -> Self {
        Self::Answered(provider_error(error))
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Self::Answered(error)
    }
}

fn provider_error(error: &ClientError) -> ProviderError {
    match error {
        ClientError::Provider { summary, detail } => ProviderError::new(summary.as_str(), detail.as_str()),
        error => ProviderError::new(error.to_string(), String::new()),
    }
}

fn no_schema() -> ProviderError {
    ProviderError::new("the provider's schema cannot be read", String::new())
}

/// Starts a provider and asks for its schema.
async fn ask_schema(recipe: &Recipe, limit: Duration) -> Result<(Client, Schemas, Bytes), ClientError> {
    let client = recipe.start().await?;
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

fn encode(value: &Value, shape: Shape<'_>) -> Result<DynamicValue, ProviderError> {
    codec::encode(value, shape).map_err(|error: CodecError| {
        ProviderError::new("the value does not follow the provider's schema", error.to_string())
    })
}

fn decode(method: Method, value: Option<&DynamicValue>, shape: Shape<'_>) -> Result<Value, ProviderError> {
    codec::decode(value, shape).map_err(|error: CodecError| {
        let summary = format!("the provider's answer to `{}` does not follow its schema", method.name(6));
        ProviderError::new(summary, error.to_string())
    })
}

/// The warnings, if there is no error.
fn sort(diagnostics: &[Diagnostic]) -> Result<Vec<String>, ProviderError> {
    let Some(error) = first_error(diagnostics) else {
        return Ok(diagnostics.iter().map(message).collect());
    };
    let mut reported = ProviderError::new(error.summary.as_str(), error.detail.as_str());
    reported.path = error.attribute.as_ref().map(path).unwrap_or_default();
    for other in diagnostics.iter().filter(|other| other.severity != 2 && !std::ptr::eq(*other, error)) {
        if !reported.detail.is_empty() {
            reported.detail.push('\n');
        }
        reported.detail.push_str(&message(other));
    }
    reported.unreachable =
        offline::is_unreachable(&reported.summary) || offline::is_unreachable(&reported.detail);
    Err(reported)
}

fn message(diagnostic: &Diagnostic) -> String {
    if diagnostic.detail.is_empty() {
        diagnostic.summary.clone()
    } else {
        format!("{}: {}", diagnostic.summary, diagnostic.detail)
    }
}

fn path(path: &messages::Path) -> AttributePath {
    let step = |step: &messages::Step| {
        Some(match step.selector.as_ref()? {
            Selector::AttributeName(name) | Selector::ElementKeyString(name) => PathStep::Name(name.into()),
            Selector::ElementKeyInt(index) => PathStep::Index(usize::try_from(*index).ok()?),
        })
    };
    path.steps.iter().map_while(step).collect()
}

/// What a provider kept for itself. What is not base64 was not written by Terraform, and is left out.
fn decode_base64(text: &str) -> Bytes {
    STANDARD.decode(text).unwrap_or_default().into()
}
