//! Imports a provider's schema as knowledge. Requires the feature `import`.
//!
//! The schema is the output of `terraform providers schema -json`. The facts and the grouping of types into services,
//! which it does not contain, are given by the caller or taken from earlier knowledge.

mod changes;
mod complete;
mod facts;
mod grouping;
mod schema;
mod source;

use std::collections::BTreeMap;

use serde_json::Value;

pub use changes::changes;

use complete::complete;
use facts::AllFacts;
use grouping::Grouping;
use iac_schema::model::{EntityKind, Facts, Knowledge, Provider};
use iac_schema::{Error, Errors};
use schema::Reader;
use source::Source;

/// The input of an import.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The schema, as printed by `terraform providers schema -json`.
    pub schema: &'a str,
    /// The source address of the provider, if the schema contains several: `registry.terraform.io/hashicorp/aws`.
    pub source: Option<&'a str>,
    /// The version of the provider, which the schema does not contain. Defaults to that of the earlier knowledge.
    pub version: Option<&'a str>,
    /// Facts per resource type, as JSON. Defaults to those of the earlier knowledge.
    pub facts: Option<&'a str>,
    /// The types of each service, as JSON. Defaults to those of the earlier knowledge.
    pub services: Option<&'a str>,
    /// Earlier knowledge, without rules and corrections applied.
    pub earlier: Option<&'a Knowledge>,
    /// The schema of an earlier minor version, for parts that `schema` lacks.
    pub completed_from: Option<&'a str>,
    /// Facts that were read from the source of the provider.
    pub source_facts: Option<&'a str>,
    /// The same of the version that the earlier knowledge describes.
    pub earlier_source_facts: Option<&'a str>,
}

impl<'a> Input<'a> {
    /// Creates the input from a schema alone.
    #[must_use]
    pub const fn new(schema: &'a str) -> Self {
        Self {
            schema,
            source: None,
            version: None,
            facts: None,
            services: None,
            earlier: None,
            completed_from: None,
            source_facts: None,
            earlier_source_facts: None,
        }
    }
}

/// The result of an import.
#[derive(Debug)]
pub struct Imported {
    /// The knowledge.
    pub knowledge: Knowledge,
    /// Facts that were dropped because the schema has no such path.
    pub dropped: Vec<String>,
    /// Paths that were added from an earlier schema.
    pub completed: Vec<String>,
}

/// Imports a provider's schema as knowledge.
pub fn import(input: Input<'_>) -> Result<Imported, Errors> {
    let schema = parse_json("schema", input.schema)?;
    let (source, schema) = choose_provider(&schema, input.source)?;
    let mut schema = std::borrow::Cow::Borrowed(schema);
    let mut completed = Vec::new();
    if let Some(text) = input.completed_from {
        let earlier = parse_json("earlier schema", text)?;
        let (_, earlier) = choose_provider(&earlier, Some(source))?;
        completed = complete(schema.to_mut(), earlier);
    }
    let schema = &*schema;
    let parse = |name, text: Option<&str>| text.map(|text| parse_json(name, text)).transpose();
    let now = parse("source facts", input.source_facts)?;
    let before = parse("earlier source facts", input.earlier_source_facts)?;
    let read = now.as_ref().map(|now| Source { now, before: before.as_ref() });
    let name = source.rsplit('/').next().unwrap_or(source);
    let version = match (input.version, input.earlier) {
        (Some(version), _) => version.to_owned(),
        (None, Some(earlier)) => earlier.provider.version.clone(),
        (None, None) => {
            return Err(Error::new("schema", 0, "the schema does not contain the provider's version").into());
        }
    };
    let mut all_facts = match (input.facts, input.earlier) {
        (Some(facts), _) => AllFacts::from_json(&parse_json("facts", facts)?)?,
        (None, Some(earlier)) => AllFacts::from_knowledge(earlier),
        (None, None) => AllFacts::default(),
    };
    let grouping = match (input.services, input.earlier) {
        (Some(services), _) => Grouping::from_json(&parse_json("services", services)?)?,
        (None, Some(earlier)) => Grouping::from_knowledge(earlier),
        (None, None) => Grouping::single(name),
    };
    let types = schema_types(schema);
    let services = grouping.group(types.keys().copied(), name)?;
    let mut dropped = Vec::new();
    let mut reader = Reader::new(name);
    let functions = reader.functions(&schema["functions"])?;
    let facts = all_facts.take((EntityKind::Provider, name));
    reader.entity(EntityKind::Provider, name, &schema["provider"], facts, &mut dropped)?;
    let mut knowledge = Knowledge {
        provider: Provider {
            source: source.to_owned(),
            version,
            facts_source: facts_source(&all_facts.source, now.as_ref()),
            functions,
            config: reader.into_service(),
        },
        services: Vec::new(),
    };
    for (service, members) in services {
        let mut reader = Reader::new(&service);
        for key in members {
            let mut facts = all_facts.take(key);
            let earlier = source::find(input.earlier, key.0, key.1);
            let of_type = read.and_then(|read| read.of(key.0, key.1, earlier));
            if let Some(of_type) = &of_type {
                of_type.refine_type(&mut facts);
            }
            reader.refined_by(of_type);
            reader.entity(key.0, key.1, types[&key], facts, &mut dropped)?;
        }
        knowledge.services.push(reader.into_service());
    }
    dropped.extend(all_facts.left().map(|type_name| format!("{type_name}: the schema has no such type")));
    Ok(Imported { knowledge, dropped, completed })
}

/// Returns the name of the source of most facts.
fn facts_source(source: &str, read: Option<&Value>) -> String {
    match read.and_then(|read| read["about"]["version"].as_str()) {
        Some(version) if source == facts::NO_SOURCE => format!("source {version}"),
        // What an earlier import named first is kept.
        Some(version) => format!("source {version}, {}", source.rsplit(", ").next().unwrap_or(source)),
        None => source.to_owned(),
    }
}

fn parse_json(file: &str, text: &str) -> Result<Value, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::new(file, error.line(), format!("is not valid JSON: {error}")))
}

fn choose_provider<'a>(schema: &'a Value, source: Option<&str>) -> Result<(&'a str, &'a Value), Error> {
    let error = |message: String| Error::new("schema", 0, message);
    let providers = schema["provider_schemas"].as_object().ok_or_else(|| {
        error("has no `provider_schemas`: is it the output of `terraform providers schema -json`?".to_owned())
    })?;
    let known = || providers.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let mut found = providers.iter().filter(|(name, _)| source.is_none_or(|source| source == *name));
    match (found.next(), found.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        (Some(_), Some(_)) => Err(error(format!("has several providers, choose one: {}", known()))),
        (None, _) => match source {
            Some(source) => Err(error(format!("has no provider `{source}`; it has: {}", known()))),
            None => Err(error("has no provider".to_owned())),
        },
    }
}

/// Identifies a type by kind and type name.
type Key<'a> = (EntityKind, &'a str);

fn schema_types(schema: &Value) -> BTreeMap<Key<'_>, &Value> {
    let kinds = [
        (EntityKind::Resource, "resource_schemas"),
        (EntityKind::DataSource, "data_source_schemas"),
        (EntityKind::Ephemeral, "ephemeral_resource_schemas"),
    ];
    let mut types = BTreeMap::new();
    for (kind, key) in kinds {
        let found = schema[key].as_object().into_iter().flatten();
        types.extend(found.map(|(name, value)| ((kind, name.as_str()), value)));
    }
    types
}

/// Facts by dotted path.
type FactsByPath = BTreeMap<String, Facts>;
