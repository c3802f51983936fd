//! Redaction of `planned_values` and `prior_state`.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::{Document, shape};
use super::hidden::{Hidden, as_maps, covers_any, flags, hide};
use super::{elements, member, redacted, slot};
use crate::plan::ResourceChange;
use crate::plan::secret::{SchemaSecrets, Secrets, copies, credential_places_of};
use crate::schema::{EntityKind, Schema};
use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value, ValueMap};

/// Redacts the planned and the prior values.
pub(super) fn hide_states(members: &mut ValueMap, document: &Document<'_>, hidden: &Hidden) {
    let outputs = &document.plan.outputs;
    if let Some(planned) = members.get_mut("planned_values") {
        let sensitive = outputs.iter().filter(|output| output.after_sensitive);
        State::new(document, hidden, Side::After).hide(planned, sensitive.map(|output| &output.name));
    }
    if let Some(values) = members.get_mut("prior_state").and_then(|prior| member(prior, "values")) {
        let sensitive = outputs.iter().filter(|output| output.before_sensitive);
        State::new(document, hidden, Side::Before).hide(values, sensitive.map(|output| &output.name));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// The context for redacting the resources of a state.
struct State<'a> {
    document: &'a Document<'a>,
    hidden: &'a Hidden,
    side: Side,
    /// The changes, by address and deposed key.
    changes: HashMap<(String, Option<&'a str>), &'a ResourceChange>,
    schemas: HashMap<(EntityKind, Text), Option<Arc<Schema>>>,
}

impl<'a> State<'a> {
    fn new(document: &'a Document<'a>, hidden: &'a Hidden, side: Side) -> Self {
        let key = |change: &'a ResourceChange| {
            let address = match (side, &change.previous_address) {
                (Side::Before, Some(previous)) => previous,
                _ => &change.address,
            };
            (address.to_string(), change.deposed.as_deref())
        };
        let has_secrets = |change: &&ResourceChange| {
            !change.before_sensitive.is_empty() || !change.after_sensitive.is_empty()
        };
        let changes = document.plan.changes.iter().filter(has_secrets);
        let changes = changes.map(|change| (key(change), change)).collect();
        Self { document, hidden, side, changes, schemas: HashMap::new() }
    }

    fn hide<'n>(&mut self, values: &mut Value, sensitive: impl Iterator<Item = &'n Text>) {
        if let Some(Value::Object(outputs)) = member(values, "outputs") {
            for name in sensitive {
                if let Some(output) = outputs.get_mut(name) {
                    *slot(output, "sensitive") = Value::Bool(true);
                }
            }
            for (_, output) in outputs.iter_mut() {
                let is_sensitive = member(output, "sensitive").is_some_and(|flag| *flag == Value::Bool(true));
                if let Some(value) = member(output, "value").filter(|value| is_sensitive && !value.is_null())
                {
                    *value = redacted();
                }
            }
        }
        if let Some(module) = member(values, "root_module") {
            self.hide_module(module);
        }
    }

    fn hide_module(&mut self, module: &mut Value) {
        for resource in member(module, "resources").map(elements).unwrap_or_default() {
            self.hide_resource(resource);
        }
        for child in member(module, "child_modules").map(elements).unwrap_or_default() {
            self.hide_module(child);
        }
    }

    fn hide_resource(&mut self, resource: &mut Value) {
        let Value::Object(members) = &*resource else { return };
        let Some(values) = members.get("values").filter(|values| !values.is_null()) else { return };
        let text = |name| match members.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            _ => None,
        };
        let kind = match text("mode").as_deref() {
            Some("data") => EntityKind::DataSource,
            Some("ephemeral") => EntityKind::Ephemeral,
            _ => EntityKind::Resource,
        };
        let schema = self.schema(kind, &text("type").unwrap_or_default());
        let mut typed = values.clone();
        match &schema {
            Some(schema) => shape::by_block(&mut typed, &schema.block),
            None => typed = top_as_object(&typed),
        }
        let mut marks = shape::places(members.get("sensitive_values"), &typed);
        marks.extend(credential_places_of(&typed, schema.as_deref().map(|schema| &*schema.block)));
        marks.extend(self.marks(&text("address").unwrap_or_default(), text("deposed_key").as_deref()));
        let schemas = SchemaSecrets::of(std::iter::once(schema.as_ref()));
        let more = copies(&typed, &Secrets::new(schemas.get(schema.as_ref()), &marks));
        marks.extend(more);
        let secrets = Secrets::new(schemas.get(schema.as_ref()), &marks);
        if !covers_any(&typed, &secrets) {
            return;
        }
        if let Some(values) = member(resource, "values") {
            hide(values, &typed, &secrets, None);
            self.hidden.hide_copies(values);
        }
        flags(slot(resource, "sensitive_values"), &typed, &secrets);
    }

    fn marks(&self, address: &str, deposed: Option<&str>) -> Vec<AttributePath> {
        let key = (address.to_owned(), deposed);
        let change = self.changes.get(&key).copied();
        change.map_or_else(Vec::new, |change| match self.side {
            Side::Before => change.before_sensitive.clone(),
            Side::After => change.after_sensitive.clone(),
        })
    }

    fn schema(&mut self, kind: EntityKind, type_name: &Text) -> Option<Arc<Schema>> {
        let of_document = self.document.schema;
        let entry = self.schemas.entry((kind, type_name.clone()));
        entry.or_insert_with(|| of_document(kind, type_name)).clone()
    }
}

/// Converts the values of a type without a schema: the provider chooses its attribute names, while users may choose
/// the keys below.
fn top_as_object(values: &Value) -> Value {
    match values {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), as_maps(member))).collect())
        }
        other => other.clone(),
    }
}
