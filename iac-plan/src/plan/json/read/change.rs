//! `resource_changes`, `resource_drift`, `deferred_changes` and `output_changes`.

use std::sync::Arc;

use super::super::shape;
use super::entry::{Entry, Unknown};
use super::{ReadPlanError, Schemas};
use crate::plan::{
    Action, ActionReason, Cause, ChangeDetails, Deferral, OutputChange, Predictor, ResourceChange, Undecided,
};
use crate::schema::EntityKind;
use iac_core::address::ResourceMode;
use iac_core::address::{InstanceKey, ModuleStep, ResourceAddress, module_steps};
use iac_core::text::Text;
use iac_lang::config::Location;
use iac_lang::value::{Value, ValueMap};

const ENTRY: [&str; 18] = [
    "action_reason",
    "address",
    "cause",
    "change",
    "deposed",
    "index",
    "index_unknown",
    "inner_source",
    "mode",
    "module_address",
    "name",
    "possible_actions",
    "predicted_by",
    "previous_address",
    "provider_name",
    "source",
    "type",
    "undecided",
];
const CHANGE: [&str; 11] = [
    "actions",
    "after",
    "after_identity",
    "after_sensitive",
    "after_unknown",
    "before",
    "before_identity",
    "before_sensitive",
    "generated_config",
    "importing",
    "replace_paths",
];
const OUTPUT: [&str; 7] =
    ["actions", "after", "after_sensitive", "after_unknown", "before", "before_sensitive", "undecided"];
const IMPORTING: [&str; 3] = ["id", "identity", "unknown"];

/// Reads a list of changes.
pub(super) fn resource_changes(
    document: Entry<'_>,
    list: &'static str,
    schemas: Schemas<'_>,
    unknown: &mut Unknown,
) -> Result<Vec<ResourceChange>, ReadPlanError> {
    document.objects(list)?.map(|entry| resource_change(entry?, list, schemas, unknown)).collect()
}

/// Reads the deferred changes.
pub(super) fn deferred_changes(
    document: Entry<'_>,
    schemas: Schemas<'_>,
    unknown: &mut Unknown,
) -> Result<Vec<ResourceChange>, ReadPlanError> {
    const LIST: &str = "deferred_changes";
    let mut changes = Vec::new();
    for entry in document.objects(LIST)? {
        let entry = entry?.named(LIST).only(&["reason", "resource_change"], LIST, unknown);
        let change = entry.object("resource_change")?;
        let change = change.ok_or_else(|| entry.wrong("resource_change", "missing"))?;
        let deferred = Some(deferral(entry, LIST, unknown)?);
        changes.push(ResourceChange { deferred, ..resource_change(change, LIST, schemas, unknown)? });
    }
    Ok(changes)
}

/// Reads the reason why an entry is deferred.
pub(super) fn deferral(
    entry: Entry<'_>,
    list: &'static str,
    unknown: &mut Unknown,
) -> Result<Deferral, ReadPlanError> {
    let word = entry.text("reason")?.unwrap_or("unknown");
    Ok(Deferral::of_word(word).unwrap_or_else(|| {
        unknown.add(list, format!("reason `{word}`"));
        Deferral::Unknown
    }))
}

fn resource_change(
    entry: Entry<'_>,
    list: &'static str,
    schemas: Schemas<'_>,
    unknown: &mut Unknown,
) -> Result<ResourceChange, ReadPlanError> {
    let entry = entry.named(list).only(&ENTRY, list, unknown);
    let address = address(entry)?;
    let name = address.to_string();
    let entry = entry.named(&name);
    let change = entry.object("change")?.ok_or_else(|| entry.wrong("change", "missing"))?;
    let change = change.only(&CHANGE, "change", unknown);
    let action = action(change)?;
    let parse = |text: &str| text.parse().map_err(|_| entry.wrong("previous_address", "not an address"));
    let previous_address = entry.text("previous_address")?.map(parse).transpose()?;
    let reason = match entry.text("action_reason")? {
        None => None,
        Some(word) => {
            let reason = ActionReason::of_word(word);
            if reason.is_none() {
                unknown.add("action_reason", format!("reason `{word}`"));
            }
            reason
        }
    };
    let kind = match address.mode {
        ResourceMode::Managed => EntityKind::Resource,
        ResourceMode::Data => EntityKind::DataSource,
        ResourceMode::Ephemeral => EntityKind::Ephemeral,
    };
    let schema = schemas(kind, &address.resource_type);
    let (mut before, mut after) = (change.value("before"), change.value("after"));
    shape::unknown(&mut after, change.member("after_unknown"));
    if let Some(schema) = &schema {
        shape::by_block(&mut before, &schema.block);
        shape::by_block(&mut after, &schema.block);
    }
    let sensitive = |name, value| shape::places(change.member(name), value);
    let importing = change.object("importing")?;
    let importing = importing.map(|entry| importing_of(entry, unknown)).transpose()?;
    let replace_paths = change.list("replace_paths")?.iter().map(|path| match path {
        Value::List(steps) | Value::Tuple(steps) => change.path_of(steps, "replace_paths"),
        _ => Err(change.wrong("replace_paths", "not a list of paths")),
    });
    Ok(ResourceChange {
        previous_address,
        deposed: entry.text("deposed")?.map(Into::into),
        provider_name: entry.text("provider_name")?.unwrap_or_default().into(),
        action,
        reason,
        replace_paths: replace_paths.collect::<Result<_, _>>()?,
        before_sensitive: sensitive("before_sensitive", &before),
        after_sensitive: sensitive("after_sensitive", &after),
        importing,
        deferred: None,
        details: details(change)?,
        predicted_by: entry.text("predicted_by")?.and_then(Predictor::of_word),
        undecided: undecided(entry)?,
        cause: entry.objects("cause")?.map(|entry| cause(entry?)).collect::<Result<_, _>>()?,
        source: source(entry.object("source")?)?,
        inner_source: source(entry.object("inner_source")?)?,
        schema,
        before: Arc::new(before),
        after: Arc::new(after),
        address,
    })
}

/// Returns the address of an entry. Tools that omit it still write its parts.
fn address(entry: Entry<'_>) -> Result<ResourceAddress, ReadPlanError> {
    if let Some(text) = entry.text("address")? {
        let wrong = || ReadPlanError::Member {
            member: "address",
            of: text.to_owned(),
            problem: "not the address of a resource",
        };
        return text.parse().map_err(|_| wrong());
    }
    let text = |name| entry.text(name)?.ok_or_else(|| entry.wrong("address", "missing"));
    let modules: Vec<ModuleStep> = match entry.text("module_address")? {
        Some(text) => {
            module_steps(text).map_err(|_| entry.wrong("module_address", "not the address of a module"))?
        }
        None => Vec::new(),
    };
    let mode = match text("mode")? {
        "managed" => ResourceMode::Managed,
        "data" => ResourceMode::Data,
        "ephemeral" => ResourceMode::Ephemeral,
        _ => return Err(entry.wrong("mode", "unknown")),
    };
    let key = match entry.member("index") {
        None if entry.flag("index_unknown")? == Some(true) => Some(InstanceKey::Unknown),
        None => None,
        Some(Value::String(key)) => Some(InstanceKey::String(key.clone())),
        Some(_) => entry.integer("index")?.map(InstanceKey::Number),
    };
    Ok(ResourceAddress {
        modules,
        mode,
        resource_type: text("type")?.into(),
        name: text("name")?.into(),
        key,
    })
}

pub(super) fn action(change: Entry<'_>) -> Result<Action, ReadPlanError> {
    let word = |word: &'_ Value| match word {
        Value::String(word) => Some(word.clone()),
        _ => None,
    };
    let words: Option<Vec<Text>> = change.list("actions")?.iter().map(word).collect();
    let words = words.ok_or_else(|| change.wrong("actions", "not a list of strings"))?;
    let words: Vec<&str> = words.iter().map(Text::as_str).collect();
    if words.is_empty() {
        return Err(change.wrong("actions", "missing or empty"));
    }
    Action::of_words(&words).ok_or_else(|| change.wrong("actions", "unknown"))
}

/// Formats the import: an ID, an identity, or an unknown.
fn importing_of(entry: Entry<'_>, unknown: &mut Unknown) -> Result<Text, ReadPlanError> {
    let entry = entry.only(&IMPORTING, "importing", unknown);
    if entry.flag("unknown")? == Some(true) {
        return Ok(Text::from_static("(known after apply)"));
    }
    if let Some(id) = entry.text("id")? {
        return Ok(id.into());
    }
    let identity = entry.object("identity")?;
    Ok(identity.map_or_else(|| Text::from_static("(unknown)"), |identity| identity_text(identity).into()))
}

/// Formats an identity on one line: `account_id=123456789012, name=jobs`.
fn identity_text(identity: Entry<'_>) -> String {
    let part = |(name, value): (&str, &Value)| match value {
        Value::String(text) => format!("{name}={text}"),
        Value::Null => format!("{name}=null"),
        Value::Bool(value) => format!("{name}={value}"),
        Value::Number(value) => format!("{name}={value}"),
        other => format!("{name}={other:?}"),
    };
    identity.each().map(part).collect::<Vec<_>>().join(", ")
}

fn details(change: Entry<'_>) -> Result<Option<Box<ChangeDetails>>, ReadPlanError> {
    let identity = |name| -> Result<Option<ValueMap>, ReadPlanError> {
        Ok(change
            .object(name)?
            .map(|identity| identity.each().map(|(name, value)| (Text::from(name), value.clone())).collect()))
    };
    let details = ChangeDetails {
        unset: Vec::new(),
        written: Vec::new(),
        before_identity: identity("before_identity")?,
        after_identity: identity("after_identity")?,
        generated_config: change.text("generated_config")?.map(Into::into),
    };
    Ok((details != ChangeDetails::default()).then(|| Box::new(details)))
}

/// Reads the output values that change.
pub(super) fn output_changes(
    document: Entry<'_>,
    unknown: &mut Unknown,
) -> Result<Vec<OutputChange>, ReadPlanError> {
    let Some(outputs) = document.object("output_changes")? else { return Ok(Vec::new()) };
    outputs.each().map(|(name, change)| output_change(name, change, unknown)).collect()
}

fn output_change(name: &str, change: &Value, unknown: &mut Unknown) -> Result<OutputChange, ReadPlanError> {
    let of = format!("output.{name}");
    let change =
        Entry::new(change, "output_changes", &of)?.named(&of).only(&OUTPUT, "output_changes", unknown);
    let mut after = change.value("after");
    shape::unknown(&mut after, change.member("after_unknown"));
    // Terraform does not tell which part of an output is sensitive.
    let is_sensitive = |name| change.member(name).is_some_and(|flag| *flag != Value::Bool(false));
    Ok(OutputChange {
        name: name.into(),
        action: action(change)?,
        before: change.value("before"),
        after,
        before_sensitive: is_sensitive("before_sensitive"),
        after_sensitive: is_sensitive("after_sensitive"),
        undecided: undecided(change)?,
    })
}

pub(super) fn undecided(entry: Entry<'_>) -> Result<Vec<Undecided>, ReadPlanError> {
    let undecided = |entry: Entry<'_>| {
        let reason = entry.text("reason")?.unwrap_or_default().into();
        Ok(Undecided { path: entry.path("path")?, reason })
    };
    entry.objects("undecided")?.map(|entry| undecided(entry?)).collect()
}

fn cause(entry: Entry<'_>) -> Result<Cause, ReadPlanError> {
    let address = entry.text("address")?.and_then(|address| address.parse().ok());
    Ok(Cause {
        address: address.ok_or_else(|| entry.wrong("cause", "without an address"))?,
        path: entry.path("path")?,
        via: entry.member("via").map(|_| entry.path("via")).transpose()?,
    })
}

pub(super) fn source(entry: Option<Entry<'_>>) -> Result<Option<Location>, ReadPlanError> {
    let Some(entry) = entry else { return Ok(None) };
    let number = |name| -> Result<u32, ReadPlanError> {
        Ok(entry.integer(name)?.and_then(|number| u32::try_from(number).ok()).unwrap_or_default())
    };
    let file = entry.text("file")?.ok_or_else(|| entry.wrong("source", "without a file"))?;
    Ok(Some(Location { file: file.into(), line: number("line")?, column: number("column")? }))
}
