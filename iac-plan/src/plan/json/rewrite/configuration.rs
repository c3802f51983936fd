//! Redaction of `configuration`, whose constants may be secrets.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::super::{Document, shape};
use super::hidden::{Hidden, as_maps, hide};
use super::{elements, member, redacted};
use crate::credential::is_credential_name;
use crate::plan::secret::{Secrets, credential_places, holds_secret};
use crate::schema::{Block, EntityKind, Schema};
use iac_core::text::Text;
use iac_lang::value::{PathStep, Value, ValueMap};

/// Words in the names of provider arguments that indicate a secret, for providers without a known schema.
const PROVIDER_SECRETS: [&str; 6] = ["cert", "credential", "key", "password", "secret", "token"];

/// The rule by which arguments of a body are secret.
#[derive(Clone, Copy)]
enum Known<'a> {
    /// According to a schema.
    Schema(&'a Block),
    /// According to a provider's schema, and by names of credentials: providers rarely mark their own arguments.
    Provider(&'a Block),
    /// By a predicate on names, and by names of credentials.
    Names(&'a dyn Fn(&str) -> bool),
}

/// Redacts secret constants.
pub(super) fn hide_configuration(configuration: &mut Value, document: &Document<'_>, hidden: &Hidden) {
    let mut configured = Configured { document, hidden, marked: marked(document), schemas: HashMap::new() };
    if let Some(Value::Object(providers)) = member(configuration, "provider_config") {
        for (_, provider) in providers.iter_mut() {
            configured.provider(provider);
        }
    }
    if let Some(module) = member(configuration, "root_module") {
        configured.module(module);
    }
}

/// Returns the attributes that any change marks as sensitive, by type, for types without a schema. Those of nested
/// blocks are identified by their own names.
fn marked(document: &Document<'_>) -> HashMap<Text, HashSet<Text>> {
    let mut marked: HashMap<Text, HashSet<Text>> = HashMap::new();
    for change in document.plan.changes.iter().filter(|change| change.schema.is_none()) {
        for path in change.before_sensitive.iter().chain(&change.after_sensitive) {
            let last = path.0.iter().rev().find_map(|step| match step {
                PathStep::Name(name) => Some(name),
                PathStep::Index(_) => None,
            });
            if let Some(name) = last {
                let names = marked.entry(change.address.resource_type.clone()).or_default();
                names.insert(name.clone());
            }
        }
    }
    marked
}

struct Configured<'a> {
    document: &'a Document<'a>,
    hidden: &'a Hidden,
    marked: HashMap<Text, HashSet<Text>>,
    schemas: HashMap<(EntityKind, Text), Option<Arc<Schema>>>,
}

impl Configured<'_> {
    fn provider(&mut self, provider: &mut Value) {
        let schema = self.schema(EntityKind::Provider, &text(provider, "name").unwrap_or_default());
        let Some(expressions) = member(provider, "expressions") else { return };
        let is_secret = |name: &str| PROVIDER_SECRETS.iter().any(|word| name.contains(word));
        let known = schema.as_ref().map_or(Known::Names(&is_secret), |schema| Known::Provider(&schema.block));
        self.body(expressions, known);
    }

    fn module(&mut self, module: &mut Value) {
        for resource in member(module, "resources").map(elements).unwrap_or_default() {
            self.resource(resource);
        }
        if let Some(Value::Object(calls)) = member(module, "module_calls") {
            calls.iter_mut().for_each(|(_, call)| self.call(call));
        }
        for (section, value) in [("variables", "default"), ("outputs", "expression")] {
            let Some(Value::Object(entries)) = member(module, section) else { continue };
            for (name, entry) in entries.iter_mut() {
                let is_secret = is_credential_name(name) || is_sensitive(entry);
                let Some(value) = member(entry, value) else { continue };
                match section {
                    "variables" => self.constant(name, value, is_secret, None),
                    _ => self.expression(name, value, is_secret, None),
                }
            }
        }
    }

    fn resource(&mut self, resource: &mut Value) {
        let kind = match text(resource, "mode").as_deref() {
            Some("data") => EntityKind::DataSource,
            Some("ephemeral") => EntityKind::Ephemeral,
            _ => EntityKind::Resource,
        };
        let type_name = text(resource, "type").unwrap_or_default();
        let schema = self.schema(kind, &type_name);
        let names = self.marked.get(&type_name).cloned().unwrap_or_default();
        let is_marked = |name: &str| names.contains(name);
        let known = match &schema {
            Some(schema) => Known::Schema(&schema.block),
            None => Known::Names(&is_marked),
        };
        if let Some(expressions) = member(resource, "expressions") {
            self.body(expressions, known);
        }
        for provisioner in member(resource, "provisioners").map(elements).unwrap_or_default() {
            if let Some(expressions) = member(provisioner, "expressions") {
                self.body(expressions, Known::Names(&|_| false));
            }
        }
    }

    fn call(&mut self, call: &mut Value) {
        let mut secret = HashSet::new();
        if let Some(module) = member(call, "module") {
            if let Some(Value::Object(variables)) = member(module, "variables") {
                let sensitive = variables
                    .iter_mut()
                    .filter_map(|(name, variable)| is_sensitive(variable).then(|| name.clone()));
                secret.extend(sensitive);
            }
            self.module(module);
        }
        if let Some(expressions) = member(call, "expressions") {
            self.body(expressions, Known::Names(&|name| secret.contains(name)));
        }
    }

    /// Redacts expressions by argument; blocks are objects of expressions or lists of such objects.
    fn body(&self, body: &mut Value, known: Known<'_>) {
        let Value::Object(arguments) = body else { return };
        for (name, argument) in arguments.iter_mut() {
            let nested = match known {
                Known::Schema(block) | Known::Provider(block) => {
                    block.nested(name).map(|nested| Known::Schema(&nested.block))
                }
                Known::Names(_) => None,
            };
            let attribute = match known {
                Known::Schema(block) | Known::Provider(block) => block.attribute(name).map(|_| block),
                Known::Names(_) => None,
            };
            let is_secret = match known {
                Known::Schema(block) => block.attribute(name).is_some_and(holds_secret),
                Known::Provider(block) => {
                    block.attribute(name).is_some_and(holds_secret) || is_credential_name(name)
                }
                Known::Names(is_secret) => is_secret(name) || is_credential_name(name),
            };
            if is_expression(argument) {
                self.expression(name, argument, is_secret, attribute);
                continue;
            }
            let known = nested.unwrap_or(known);
            match argument {
                Value::Tuple(blocks) => blocks.iter_mut().for_each(|block| self.body(block, known)),
                block => self.body(block, known),
            }
        }
    }

    fn expression(&self, name: &Text, expression: &mut Value, is_secret: bool, block: Option<&Block>) {
        if let Some(value) = member(expression, "constant_value") {
            self.constant(name, value, is_secret, block);
        }
    }

    /// Redacts a constant as a whole, or only the parts that look like a credential.
    fn constant(&self, name: &Text, value: &mut Value, is_secret: bool, block: Option<&Block>) {
        if is_secret {
            let says_nothing = match &*value {
                Value::Null | Value::Bool(_) => true,
                Value::String(text) => text.is_empty(),
                _ => false,
            };
            if !says_nothing {
                *value = redacted();
            }
            return;
        }
        let typed = match block {
            Some(block) => {
                let mut object: Value =
                    Value::Object([(name.clone(), value.clone())].into_iter().collect::<ValueMap>());
                shape::by_block(&mut object, block);
                match object {
                    Value::Object(mut members) => members.remove(name).unwrap_or(Value::Null),
                    other => other,
                }
            }
            None => as_maps(value),
        };
        let marks = credential_places(&typed);
        hide(value, &typed, &Secrets::new(None, &marks), None);
        self.hidden.hide_copies(value);
    }

    fn schema(&mut self, kind: EntityKind, type_name: &Text) -> Option<Arc<Schema>> {
        let of_document = self.document.schema;
        let entry = self.schemas.entry((kind, type_name.clone()));
        entry.or_insert_with(|| of_document(kind, type_name)).clone()
    }
}

/// Returns true if an object is an expression and not a block.
fn is_expression(value: &Value) -> bool {
    let is_of_expression = |name: &Text| matches!(name.as_str(), "constant_value" | "references");
    matches!(value, Value::Object(members) if members.keys().all(is_of_expression))
}

fn is_sensitive(entry: &mut Value) -> bool {
    member(entry, "sensitive").is_some_and(|flag| *flag == Value::Bool(true))
}

fn text(value: &mut Value, name: &str) -> Option<Text> {
    match member(value, name) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}
