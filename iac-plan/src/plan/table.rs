//! Planning from facts, without the provider's binary.
//!
//! A provider's answer follows from the schema of a type and a few facts about its arguments. There are two sets of
//! rules: those of the legacy provider SDK ([`legacy`]), to which null, zero and empty are equivalent, and those of
//! the plugin framework ([`framework`]). The table knows no type by name. If the facts are insufficient, the answer
//! is marked as undecided instead of guessed.

mod condition;
mod defaults;
mod effects;
mod equal;
mod framework;
mod legacy;
mod tags;
#[cfg(test)]
mod tests;
mod trace;
mod unchanged;
mod upgrade;
mod validate;
mod versions;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use iac_core::text::Text;
use iac_lang::eval::functions::FunctionError;
use iac_lang::value::{AttributePath, Value};

use self::condition::Values;
use self::tags::DefaultTags;
use self::trace::Trace;
use self::upgrade::Upgrades;
use super::{PlanRequest, PlanResponse, Provider, ProviderError, ReadRequest, Undecided};
use crate::schema::{EntityKind, Facts, Knowledge, KnowledgeFiles, Literal, Schema, Suppress};
use crate::state;

/// A provider that predicts its answers from knowledge files.
#[derive(Debug)]
pub struct Table {
    knowledge: Arc<Knowledge>,
    /// Other known versions, if the version that will be applied is none of them.
    others: Vec<Arc<Knowledge>>,
    /// Known versions that may have types which this one lacks.
    related: Vec<Arc<Knowledge>>,
    /// Schemas with doubts where the known versions differ.
    doubted: RwLock<Schemas>,
    /// The default tags of each provider configuration, by its address.
    configurations: RwLock<HashMap<String, Arc<DefaultTags>>>,
    /// The values of each provider configuration, by its address.
    settings: RwLock<HashMap<String, Arc<Value>>>,
    functions: Option<CallFunction>,
    upgrades: Upgrades,
    data_sources: Option<ComputeData>,
}

/// The schemas of types, as far as they are known.
type Schemas = HashMap<(EntityKind, String), Option<Arc<Schema>>>;

/// Calls a function of a provider by its name; `None` if there is no such function.
pub type CallFunction = fn(function: &str, arguments: &[Value]) -> Option<Result<Value, FunctionError>>;

/// Computes a data source from its configuration and that of its provider; `None` if that is not possible, for example
/// because the result depends on a service. `schema` is that of the data source.
pub type ComputeData =
    fn(schema: &Schema, config: &Value, settings: &Value) -> Option<Result<Value, ProviderError>>;

impl Table {
    /// Creates a table from the knowledge files of a provider.
    #[must_use]
    pub fn new(files: KnowledgeFiles) -> Self {
        Self::from(Knowledge::new(files))
    }

    /// Adds all functions of the provider. Without them, the results of calls are unknown.
    #[must_use]
    pub fn with_functions(self, call: CallFunction) -> Self {
        Self { functions: Some(call), ..self }
    }

    /// Answers for a version that is not known. Changes in which the known versions differ are undecided.
    #[must_use]
    pub fn with_other_versions<K: Into<Arc<Knowledge>>>(self, others: impl IntoIterator<Item = K>) -> Self {
        Self { others: others.into_iter().map(K::into).collect(), ..self }
    }

    /// Adds other versions, whose types are refused if this version lacks them.
    #[must_use]
    pub fn with_related_versions<K: Into<Arc<Knowledge>>>(
        self,
        related: impl IntoIterator<Item = K>,
    ) -> Self {
        Self { related: related.into_iter().map(K::into).collect(), ..self }
    }

    /// Adds the known upgrades of recorded attributes, one per line.
    #[must_use]
    pub fn with_upgrades(self, rules: &'static str) -> Self {
        Self { upgrades: Upgrades::parse(rules), ..self }
    }

    fn doubted(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>> {
        let key = (kind, type_name.to_owned());
        let known = self.doubted.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let mut schema = self.knowledge.schema(kind, type_name).ok().flatten();
            for other in &self.others {
                let other = other.schema(kind, type_name).ok().flatten();
                if let (Some(schema), Some(other)) = (&mut schema, other) {
                    *schema = Arc::new(versions::doubted(schema, &other));
                }
            }
            let mut doubted = self.doubted.write().unwrap_or_else(PoisonError::into_inner);
            doubted.insert(key, schema.clone());
            schema
        })
    }

    /// Adds the data sources that follow from their configuration alone. Without them, data sources are not read.
    #[must_use]
    pub fn with_data_sources(self, compute: ComputeData) -> Self {
        Self { data_sources: Some(compute), ..self }
    }

    /// Returns the knowledge of the provider.
    #[must_use]
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    fn settings(&self, provider: &str) -> Arc<Value> {
        let settings = self.settings.read().unwrap_or_else(PoisonError::into_inner);
        settings.get(provider).cloned().unwrap_or_else(|| Arc::new(Value::Null))
    }

    fn tags(&self, provider: &str) -> Arc<DefaultTags> {
        let configurations = self.configurations.read().unwrap_or_else(PoisonError::into_inner);
        configurations.get(provider).cloned().unwrap_or_default()
    }

    fn plan_one(request: &PlanRequest<'_>, tags: &DefaultTags) -> PlanResponse {
        let legacy = request.schema.legacy;
        if request.proposed.is_null() {
            return PlanResponse {
                planned: Value::Null,
                requires_replace: Vec::new(),
                legacy,
                predicted_by: None,
                undecided: Vec::new(),
                warnings: Vec::new(),
            };
        }
        let values = Values {
            prior: request.prior,
            planned: request.proposed,
            config: request.config,
            schema: request.schema,
        };
        let mut trace = Trace::new(values);
        let planned = if legacy {
            legacy::plan(request, tags, &mut trace)
        } else {
            framework::plan(request, tags, &mut trace)
        };
        defaults::perhaps(request.schema, &mut trace);
        let (requires_replace, undecided) = trace.finish();
        PlanResponse {
            planned,
            requires_replace,
            legacy,
            predicted_by: None,
            undecided,
            warnings: Vec::new(),
        }
    }
}

impl From<Knowledge> for Table {
    fn from(knowledge: Knowledge) -> Self {
        Self::from(Arc::new(knowledge))
    }
}

/// Tables may share knowledge, of which each type is then parsed once.
impl From<Arc<Knowledge>> for Table {
    fn from(knowledge: Arc<Knowledge>) -> Self {
        Self {
            knowledge,
            others: Vec::new(),
            related: Vec::new(),
            doubted: RwLock::default(),
            configurations: RwLock::default(),
            settings: RwLock::default(),
            functions: None,
            data_sources: None,
            upgrades: Upgrades::default(),
        }
    }
}

impl Provider for Table {
    fn is_exact(&self) -> bool {
        false
    }

    fn schema(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>> {
        if !self.others.is_empty() {
            return self.doubted(kind, type_name);
        }
        // The knowledge files are part of the program, whose tests parse all of them.
        self.knowledge.schema(kind, type_name).ok().flatten()
    }

    fn configure(&self, name: &str, config: &Value) -> Result<(), ProviderError> {
        let tags = Arc::new(DefaultTags::new(config));
        let mut configurations = self.configurations.write().unwrap_or_else(PoisonError::into_inner);
        configurations.insert(name.to_owned(), tags);
        let mut settings = self.settings.write().unwrap_or_else(PoisonError::into_inner);
        settings.insert(name.to_owned(), Arc::new(config.clone()));
        Ok(())
    }

    /// Keeps the attributes that still exist, if it is not known what the provider does.
    fn upgrade(&self, schema: &Schema, version: u64, attributes: &str) -> Result<Value, ProviderError> {
        let upgraded = self.upgrades.apply(&schema.type_name, version, schema.version, attributes);
        state::attributes::decode(upgraded.as_deref().unwrap_or(attributes), schema)
            .map(|decoded| decoded.value)
            .map_err(|error| {
                ProviderError::new("cannot decode the attributes in the state", error.to_string())
            })
    }

    fn lacks(&self, kind: EntityKind, type_name: &str) -> Option<String> {
        let has = |knowledge: &&Arc<Knowledge>| {
            knowledge.schema(kind, type_name).is_ok_and(|schema| schema.is_some())
        };
        let other = self.related.iter().find(has).filter(|_| !has(&&self.knowledge))?;
        let source = other.source();
        let source = source.strip_prefix("registry.terraform.io/").unwrap_or(source);
        let (version, other) = (self.knowledge.version(), other.version());
        Some(format!("{source} {version} does not have `{type_name}`, which {other} has."))
    }

    fn is_known_upgrade(&self, schema: &Schema, version: u64, attributes: &str) -> bool {
        self.upgrades.apply(&schema.type_name, version, schema.version, attributes).is_some()
    }

    fn complete(&self, provider: &str, schema: &Schema, prior: &mut Arc<Value>) {
        defaults::complete(schema, &self.settings(provider), prior);
    }

    fn has_function(&self, function: &str) -> Option<bool> {
        self.functions.map(|call| call(function, &[]).is_some())
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Option<Result<Value, ProviderError>> {
        let result = self.functions.and_then(|call| call(function, arguments))?;
        Some(result.map_err(|error| ProviderError::new(error.to_string(), String::new())))
    }

    fn validate(&self, schema: &Schema, config: &Value) -> Vec<ProviderError> {
        validate::validate(schema, config)
    }

    fn unchanged(&self, provider: &str, schema: &Schema, prior: &Value, config: &Value) -> bool {
        let configurations = self.configurations.read().unwrap_or_else(PoisonError::into_inner);
        match configurations.get(provider) {
            Some(tags) => unchanged::unchanged(schema, tags, prior, config),
            None => unchanged::unchanged(schema, &DefaultTags::default(), prior, config),
        }
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<Result<PlanResponse, ProviderError>> {
        let mut answers = Vec::with_capacity(requests.len());
        // Consecutive requests mostly have the same provider configuration.
        let mut known: Option<(&str, Arc<DefaultTags>)> = None;
        for request in requests {
            let tags = match &known {
                Some((provider, tags)) if *provider == request.provider => tags.clone(),
                _ => self.tags(request.provider),
            };
            let mut answer = Self::plan_one(request, &tags);
            defaults::plan(request, &self.settings(request.provider), &mut answer);
            answers.push(Ok(answer));
            known = Some((request.provider, tags));
        }
        answers
    }

    fn read(&self, _request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>> {
        None
    }

    fn compute(&self, request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>> {
        let compute = self.data_sources?;
        compute(request.schema, request.config, &self.settings(request.provider))
    }
}

/// Converts a literal of the knowledge files to a value, except for collections whose kind depends on a type.
pub(super) fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Number(text) => text.parse().map_or(Value::Null, Value::Number),
        Literal::String(text) => Value::String(text.into()),
        Literal::List(elements) => Value::List(elements.iter().map(self::literal).collect()),
        Literal::Object(members) => {
            let member = |(name, value): &(String, Literal)| (Text::from(name), self::literal(value));
            Value::Map(members.iter().map(member).collect())
        }
    }
}

/// Returns true if the provider treats some values of an argument as equivalent, and it is not known which.
fn undecided_by(facts: &Facts) -> bool {
    facts.suppressed
        && facts.norms.is_empty()
        && facts.allowed.len() != 1
        && matches!(facts.suppress, None | Some(Suppress::Conditional | Suppress::Other | Suppress::Arn))
}

fn undecided(path: AttributePath, reason: &'static str) -> Undecided {
    Undecided { path, reason: Text::from_static(reason) }
}
