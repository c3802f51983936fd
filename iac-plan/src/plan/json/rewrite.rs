//! Writing of a plan that was read: unchanged, except for redacted values and members of this program.
//!
//! Secrets are marked by path. Copies of a secret at other paths are found by comparing strings.

mod configuration;
mod hidden;
mod state;

use std::io;

use self::hidden::{Hidden, covers_any, flags, hide};
use super::Document;
use super::writer::Writer;
use crate::plan::secret::{REDACTED, REDACTED_CHANGED, SchemaSecrets, Secrets};
use crate::plan::{Counts, OutputChange, ResourceChange, VariableValue};
use iac_lang::value::{Value, ValueMap};

/// The members in Terraform's order. Others follow.
const ORDER: [&str; 27] = [
    "format_version",
    "plan_format_version",
    "terraform_version",
    "applyable",
    "complete",
    "errored",
    "variables",
    "planned_values",
    "resource_drift",
    "resource_changes",
    "deferred_changes",
    "deferred_action_invocations",
    "output_changes",
    "action_invocations",
    "prior_state",
    "configuration",
    "relevant_attributes",
    "condition_results",
    "checks",
    "timestamp",
    "provider_format_version",
    "provider_schemas",
    "counts",
    "state",
    "provider_knowledge",
    "effects_digest",
    "review",
];
/// Members of this program, which are written anew.
const OURS: [&str; 5] = ["counts", "effects_digest", "provider_knowledge", "review", "state"];
/// The lists whose entries are written on separate lines.
const LISTS: [&str; 5] = [
    "resource_drift",
    "resource_changes",
    "deferred_changes",
    "action_invocations",
    "deferred_action_invocations",
];

/// Writes the document that a plan was read from. Returns false, and writes nothing, if the plan no longer
/// corresponds to it.
pub(super) fn rewrite(document: &Document<'_>, to: &mut dyn io::Write) -> io::Result<bool> {
    let plan = document.plan;
    let Some(source) = &plan.document else { return Ok(false) };
    let Value::Object(mut members) = source.parse().map_err(io::Error::from)? else { return Ok(false) };
    let Some(changes) = Changes::of(document, &members) else { return Ok(false) };
    let schemas = SchemaSecrets::of(plan.changes.iter().chain(&plan.drift).map(|each| each.schema.as_ref()));
    let hidden = Hidden::of(plan, &schemas);

    for (list, changes) in changes.0 {
        let entries = members.get_mut(list).map(elements).unwrap_or_default();
        for (entry, change) in entries.iter_mut().zip(changes) {
            let entry =
                if list == "deferred_changes" { member(entry, "resource_change") } else { Some(entry) };
            if let Some(entry) = entry {
                resource_change(entry, change, &schemas);
                extend(entry, change);
            }
        }
    }
    for list in ["action_invocations", "deferred_action_invocations"] {
        let is_deferred = list.starts_with("deferred");
        let mut entries = members.get_mut(list).map(elements).unwrap_or_default().iter_mut();
        for invocation in plan.invocations.iter().filter(|each| each.deferred.is_some() == is_deferred) {
            let entry = entries.next();
            let entry =
                if is_deferred { entry.and_then(|each| member(each, "action_invocation")) } else { entry };
            let secrets = Secrets::new(None, &invocation.config_sensitive);
            let Some(entry) = entry else { continue };
            if let Some(config) = member(entry, "config_values") {
                hide(config, &invocation.config, &secrets, None);
            }
            if covers_any(&invocation.config, &secrets) {
                flags(slot(entry, "config_sensitive"), &invocation.config, &secrets);
            }
        }
    }
    if let Some(Value::Object(outputs)) = members.get_mut("output_changes") {
        plan.outputs.iter().for_each(|output| output_change(outputs, output));
    }
    if let Some(Value::Object(variables)) = members.get_mut("variables") {
        plan.variables.iter().for_each(|variable| hide_variable(variables, variable));
    }
    state::hide_states(&mut members, document, &hidden);
    if let Some(configuration) = members.get_mut("configuration") {
        configuration::hide_configuration(configuration, document, &hidden);
    }
    for (_, member) in members.iter_mut() {
        hidden.hide_copies(member);
    }
    write(members, document, to)?;
    Ok(true)
}

/// The lists of changes in the document, each with the changes read from it.
struct Changes<'p>([(&'static str, Vec<&'p ResourceChange>); 3]);

impl<'p> Changes<'p> {
    /// Returns `None` if the changes do not correspond to the document.
    fn of(document: &Document<'p>, members: &ValueMap) -> Option<Self> {
        let plan = document.plan;
        let (deferred, planned): (Vec<_>, Vec<_>) =
            plan.changes.iter().partition(|change| change.deferred.is_some());
        let lists = [
            ("resource_changes", planned),
            ("resource_drift", plan.drift.iter().collect()),
            ("deferred_changes", deferred),
        ];
        let is_same = lists.iter().all(|(list, changes)| match members.get(list) {
            Some(Value::Tuple(entries)) => entries.len() == changes.len(),
            _ => changes.is_empty(),
        });
        is_same.then_some(Self(lists))
    }
}

/// Redacts a change.
fn resource_change(entry: &mut Value, change: &ResourceChange, schemas: &SchemaSecrets) {
    let schema = schemas.get(change.schema.as_ref());
    let (before, after) =
        (Secrets::new(schema, &change.before_sensitive), Secrets::new(schema, &change.after_sensitive));
    let Some(entry) = member(entry, "change") else { return };
    if let Some(value) = member(entry, "before") {
        hide(value, &change.before, &before, None);
    }
    if let Some(value) = member(entry, "after") {
        let other = (!change.before.is_null()).then_some(&*change.before);
        hide(value, &change.after, &after, other);
    }
    for (name, value, secrets) in
        [("before_sensitive", &change.before, &before), ("after_sensitive", &change.after, &after)]
    {
        if covers_any(value, secrets) {
            flags(slot(entry, name), value, secrets);
        }
    }
}

/// Adds the source location of a change.
fn extend(entry: &mut Value, change: &ResourceChange) {
    let Value::Object(members) = entry else { return };
    for (name, source) in [("source", &change.source), ("inner_source", &change.inner_source)] {
        let Some(source) = source else { continue };
        let mut place = ValueMap::new();
        place.insert("file".into(), Value::String(source.file.as_str().into()));
        if source.line > 0 {
            place.insert("line".into(), Value::Number(u64::from(source.line).into()));
            place.insert("column".into(), Value::Number(u64::from(source.column).into()));
        }
        members.insert(name.into(), Value::Object(place));
    }
}

fn output_change(outputs: &mut ValueMap, output: &OutputChange) {
    let Some(entry) = outputs.get_mut(&output.name) else { return };
    let other = (!output.before.is_null()).then_some(&output.before);
    let sides = [
        ("before", &output.before, output.before_sensitive, None),
        ("after", &output.after, output.after_sensitive, other),
    ];
    for (name, value, is_sensitive, other) in sides {
        if let Some(member) = member(entry, name) {
            hide(member, value, &Secrets::whole(is_sensitive), other);
        }
    }
    for (name, is_sensitive) in
        [("before_sensitive", output.before_sensitive), ("after_sensitive", output.after_sensitive)]
    {
        if is_sensitive {
            *slot(entry, name) = Value::Bool(true);
        }
    }
}

fn hide_variable(variables: &mut ValueMap, variable: &VariableValue) {
    if variable.sensitive
        && let Some(value) = variables.get_mut(&variable.name).and_then(|entry| member(entry, "value"))
        && !value.is_null()
    {
        *value = redacted();
    }
}

fn write(mut members: ValueMap, document: &Document<'_>, to: &mut dyn io::Write) -> io::Result<()> {
    for name in OURS {
        members.remove(name);
    }
    let mut writer = Writer::default();
    writer.begin_object();
    let (mut known, mut others) = (Vec::new(), Vec::new());
    for (name, value) in members.iter() {
        match ORDER.iter().position(|each| *each == name.as_str()) {
            Some(position) => known.push((position, name, value)),
            None => others.push((ORDER.len(), name, value)),
        }
    }
    known.sort_unstable_by_key(|(position, ..)| *position);
    for (_, name, value) in known.into_iter().chain(others) {
        writer.section(name);
        match value {
            Value::Tuple(entries) if LISTS.contains(&name.as_str()) => {
                writer.begin_array();
                for entry in entries {
                    writer.line();
                    writer.value(entry, &Secrets::whole(false), None);
                    writer.flush(to)?;
                }
                writer.end_array();
            }
            other => writer.value(other, &Secrets::whole(false), None),
        }
        writer.flush(to)?;
    }
    writer.counts(&Counts::of(document.plan));
    writer.state(document.plan.state.as_ref());
    writer.knowledge(&document.plan.knowledge);
    for (name, json) in document.members {
        writer.section(name);
        writer.raw(json.as_bytes());
    }
    writer.end_object();
    writer.out.push(b'\n');
    to.write_all(&writer.out)
}

fn elements(value: &mut Value) -> &mut [Value] {
    match value {
        Value::Tuple(elements) => elements,
        _ => &mut [],
    }
}

/// Returns a member of an object.
fn member<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    match value {
        Value::Object(members) => members.get_mut(name),
        _ => None,
    }
}

/// Returns a member of an object, which is inserted if absent.
fn slot<'v>(value: &'v mut Value, name: &str) -> &'v mut Value {
    if !matches!(value, Value::Object(_)) {
        *value = Value::Object(ValueMap::new());
    }
    let Value::Object(members) = value else { unreachable!("it was made one") };
    if !members.contains_key(name) {
        members.insert(name.into(), Value::Bool(false));
    }
    members.get_mut(name).expect("it was inserted")
}

const fn marker(is_changed: bool) -> &'static str {
    if is_changed { REDACTED_CHANGED } else { REDACTED }
}

fn redacted() -> Value {
    Value::String(iac_core::text::Text::from_static(REDACTED))
}
