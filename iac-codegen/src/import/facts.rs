//! Facts per type, from JSON or from earlier knowledge.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{FactsByPath, Key};
use iac_schema::Error;
use iac_schema::model::{Block, EntityKind, Facts, ForceNew, Knowledge, Literal, Norm, Service, Suppress};
use iac_schema::split_kind;

/// The facts about one type.
#[derive(Debug, Default)]
pub(super) struct EntityFacts {
    pub(super) legacy: Option<bool>,
    pub(super) customize_diff: bool,
    /// The source of the facts, if different from the most common one.
    pub(super) source: Option<String>,
    /// The groups of arguments, by keyword.
    pub(super) groups: Vec<(&'static str, Vec<Vec<String>>)>,
    pub(super) by_path: FactsByPath,
}

/// The facts about all types.
#[derive(Debug)]
pub(super) struct AllFacts {
    /// The most common source of facts.
    pub(super) source: String,
    entities: BTreeMap<(EntityKind, String), EntityFacts>,
}

impl Default for AllFacts {
    fn default() -> Self {
        Self { source: NO_SOURCE.to_owned(), entities: BTreeMap::new() }
    }
}

/// The source name for types without facts.
pub(super) const NO_SOURCE: &str = "none";

pub(super) const GROUPS: [&str; 4] = ["conflicts_with", "exactly_one_of", "at_least_one_of", "required_with"];

impl AllFacts {
    /// Removes and returns the facts about one type.
    pub(super) fn take(&mut self, (kind, name): Key<'_>) -> EntityFacts {
        let found = self.entities.remove(&(kind, name.to_owned()));
        let is_new = kind == EntityKind::Resource && self.source != NO_SOURCE;
        found.unwrap_or_else(|| EntityFacts {
            source: is_new.then(|| NO_SOURCE.to_owned()),
            ..EntityFacts::default()
        })
    }

    /// Returns the types whose facts were not taken.
    pub(super) fn left(&self) -> impl Iterator<Item = &str> {
        self.entities.keys().map(|(_, name)| name.as_str())
    }

    /// Parses facts per type, with `data.` before the names of data sources: `force_new`, `defaults`, `enums`,
    /// `norms`, and so on, by dotted path.
    pub(super) fn from_json(value: &Value) -> Result<Self, Error> {
        let error = |message: String| Error::new("facts", 0, message);
        let types =
            value.as_object().ok_or_else(|| error("expected an object with a member per type".to_owned()))?;
        let mut sources = BTreeMap::<&str, usize>::new();
        for facts in types.values() {
            *sources.entry(source(facts)).or_default() += 1;
        }
        let most = sources.iter().max_by_key(|(_, count)| **count).map_or(NO_SOURCE, |(source, _)| source);
        let mut entities = BTreeMap::new();
        for (name, facts) in types {
            let facts = entity(facts, most).map_err(|message| error(format!("{name}: {message}")))?;
            let (kind, name) = split_kind(name);
            entities.insert((kind, name.to_owned()), facts);
        }
        Ok(Self { source: most.to_owned(), entities })
    }

    /// Extracts the facts from earlier knowledge.
    pub(super) fn from_knowledge(knowledge: &Knowledge) -> Self {
        let mut entities = BTreeMap::new();
        for service in knowledge.services.iter().chain([&knowledge.provider.config]) {
            for entity in &service.entities {
                let mut facts = EntityFacts {
                    legacy: Some(entity.legacy),
                    customize_diff: entity.customize_diff,
                    source: entity.facts_source.clone(),
                    ..EntityFacts::default()
                };
                let groups = [
                    &entity.conflicts_with,
                    &entity.exactly_one_of,
                    &entity.at_least_one_of,
                    &entity.required_with,
                ];
                facts.groups = GROUPS.into_iter().zip(groups.into_iter().cloned()).collect();
                collect(service, &entity.block, "", &mut facts.by_path);
                entities.insert((entity.kind, entity.type_name.clone()), facts);
            }
        }
        Self { source: knowledge.provider.facts_source.clone(), entities }
    }
}

fn collect(service: &Service, block: &Block, start: &str, into: &mut FactsByPath) {
    for attribute in &block.attributes {
        let path = format!("{start}{}", attribute.name);
        if let Some(shape) = attribute.ty.shape() {
            collect(service, service.shape(shape), &format!("{path}."), into);
        }
        if !attribute.facts.is_empty() {
            into.insert(path, attribute.facts.clone());
        }
    }
    for nested in &block.blocks {
        let path = format!("{start}{}", nested.name);
        collect(service, service.shape(nested.nested.shape), &format!("{path}."), into);
        if !nested.facts.is_empty() {
            into.insert(path, nested.facts.clone());
        }
    }
}

fn source(facts: &Value) -> &str {
    facts["source"].as_str().unwrap_or(NO_SOURCE)
}

fn entity(value: &Value, most: &str) -> Result<EntityFacts, String> {
    let mut facts = EntityFacts::default();
    let source = source(value);
    facts.source = (source != most).then(|| source.to_owned());
    let by_path = &mut facts.by_path;
    for (key, value) in members(value)? {
        match key.as_str() {
            "source" => {}
            "legacy" => facts.legacy = Some(boolean(value)?),
            "customize_diff" => facts.customize_diff = boolean(value)?,
            "force_new" => {
                for path in strings(value)? {
                    let facts = by_path.entry(path).or_default();
                    if facts.force_new == ForceNew::No {
                        facts.force_new = ForceNew::Yes;
                    }
                }
            }
            "force_new_conditional" => {
                for path in strings(value)? {
                    by_path.entry(path).or_default().force_new = ForceNew::Conditional;
                }
            }
            "suppressed" => set_all(by_path, value, |facts| facts.suppressed = true)?,
            "null_keeps" => set_all(by_path, value, |facts| facts.null_keeps = true)?,
            "needed" => set_all(by_path, value, |facts| facts.needed = true)?,
            "settable" => set_all(by_path, value, |facts| facts.settable = true)?,
            "defaults" => {
                for (path, value) in members(value)? {
                    by_path.entry(path.clone()).or_default().default = Some(literal(value));
                }
            }
            "enums" => {
                for (path, value) in members(value)? {
                    let mut allowed: Vec<Literal> = Vec::new();
                    for value in value.as_array().into_iter().flatten().map(literal) {
                        if !allowed.contains(&value) {
                            allowed.push(value);
                        }
                    }
                    by_path.entry(path.clone()).or_default().allowed = allowed;
                }
            }
            "norms" => {
                for (path, value) in members(value)? {
                    let norm = |word: String| {
                        Norm::from_word(&word).ok_or_else(|| format!("`{word}` is not a norm"))
                    };
                    let mut norms = strings(value)?.into_iter().map(norm).collect::<Result<Vec<_>, _>>()?;
                    norms.sort_unstable();
                    by_path.entry(path.clone()).or_default().norms = norms;
                }
            }
            "suppress" => {
                for (path, value) in members(value)? {
                    let word = value.as_str().unwrap_or_default();
                    let suppress = Suppress::from_word(word);
                    let suppress = suppress.ok_or_else(|| format!("`{word}` is not a reason to suppress"))?;
                    by_path.entry(path.clone()).or_default().suppress = Some(suppress);
                }
            }
            other => {
                let word = GROUPS.into_iter().find(|word| *word == other);
                let word = word.ok_or_else(|| format!("unknown key `{other}`"))?;
                let groups = value.as_array().into_iter().flatten().map(strings).collect::<Result<_, _>>()?;
                facts.groups.push((word, groups));
            }
        }
    }
    Ok(facts)
}

fn set_all(by_path: &mut FactsByPath, paths: &Value, set: impl Fn(&mut Facts)) -> Result<(), String> {
    for path in strings(paths)? {
        set(by_path.entry(path).or_default());
    }
    Ok(())
}

fn boolean(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("expected true or false, found `{value}`"))
}

fn members(value: &Value) -> Result<&Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("expected an object, found `{value}`"))
}

fn strings(value: &Value) -> Result<Vec<String>, String> {
    let strings = value.as_array().and_then(|values| {
        values.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    strings.ok_or_else(|| format!("expected a list of strings, found `{value}`"))
}

pub(super) fn literal(value: &Value) -> Literal {
    match value {
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(*value),
        Value::Number(value) => Literal::Number(value.to_string()),
        Value::String(value) => Literal::String(value.clone()),
        Value::Array(values) => Literal::List(values.iter().map(literal).collect()),
        Value::Object(values) => {
            Literal::Object(values.iter().map(|(name, value)| (name.clone(), literal(value))).collect())
        }
    }
}
