//! `configuration`: constant arguments, and the references of others.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use iac_core::address::{ModulePath, ResourceMode};
use iac_core::body::{Body, Content};
use iac_core::expression::{Expression, ObjectKey};
use iac_core::text::Text;
use iac_lang::config::{Meta, Module, ModuleCall, Output, ProviderConfiguration, Resource, Variable};
use iac_lang::value::Value;

use super::references::references;
use super::writer::{Mark, Writer};
use crate::credential::is_credential_name;
use crate::plan::secret::{REDACTED, Secrets, credential_places_of_user, holds_secret};
use crate::schema::{Block, EntityKind, NestingMode, Schema};

/// A function that returns the schema of a type, if known.
type SchemaOf<'a> = &'a dyn Fn(EntityKind, &str) -> Option<Arc<Schema>>;

/// The source of sensitivity for the arguments of a body.
#[derive(Clone, Copy)]
enum Sensitivity<'a> {
    /// A schema.
    Schema(&'a Block),
    /// The arguments that a provider's schema marks as sensitive, and those with the name of a credential: providers
    /// rarely mark their own.
    Provider(&'a Block),
    /// A predicate on argument names.
    Secret(&'a dyn Fn(&str) -> bool),
}

pub(super) fn write(
    writer: &mut Writer,
    module: &Module,
    schema: SchemaOf<'_>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    writer.begin_object();
    let mut providers = Vec::new();
    gather_providers(module, &mut Vec::new(), &mut providers);
    if !providers.is_empty() {
        writer.key("provider_config");
        writer.begin_object();
        for provider in &providers {
            writer.provider(provider, schema);
        }
        writer.end_object();
    }
    writer.key("root_module");
    writer.configuration_module(module, schema, to)?;
    writer.end_object();
    Ok(())
}

/// A provider configuration, or a provider without an explicit one.
struct Provider<'a> {
    module: String,
    name: &'a Text,
    source: Option<(&'a Text, Option<&'a Text>)>,
    configuration: Option<&'a ProviderConfiguration>,
}

fn gather_providers<'a>(module: &'a Module, path: &mut Vec<&'a str>, found: &mut Vec<Provider<'a>>) {
    let address = ModulePath::of_names(&*path);
    let required = |name: &Text| module.required_providers.iter().find(|each| each.name == *name);
    for configuration in &module.providers {
        let source = required(&configuration.name).map(|each| (&each.source, each.version.as_ref()));
        let name = &configuration.name;
        found.push(Provider { module: address.clone(), name, source, configuration: Some(configuration) });
    }
    for required in &module.required_providers {
        if path.is_empty() && module.providers.iter().all(|each| each.name != required.name) {
            let source = Some((&required.source, required.version.as_ref()));
            let name = &required.name;
            found.push(Provider { module: address.clone(), name, source, configuration: None });
        }
    }
    for call in &module.calls {
        if let Some(module) = &call.module {
            path.push(&call.name);
            gather_providers(module, path, found);
            path.pop();
        }
    }
}

impl Writer {
    fn provider(&mut self, provider: &Provider<'_>, schema: SchemaOf<'_>) {
        let alias = provider.configuration.and_then(|each| each.alias.as_ref());
        let mut key = provider.module.clone();
        if !key.is_empty() {
            key.push(':');
        }
        key.push_str(provider.name);
        if let Some(alias) = alias {
            key.push('.');
            key.push_str(alias);
        }
        self.key(&key);
        self.begin_object();
        self.key("name");
        self.string(provider.name);
        if let Some((source, version)) = provider.source {
            self.key("full_name");
            self.string(source);
            if let Some(version) = version {
                self.key("version_constraint");
                self.string(version);
            }
        }
        if let Some(alias) = alias {
            self.key("alias");
            self.string(alias);
        }
        if !provider.module.is_empty() {
            self.key("module_address");
            self.string(&provider.module);
        }
        if let Some(configuration) = provider.configuration
            && !configuration.body.is_empty()
        {
            self.key("expressions");
            match schema(EntityKind::Provider, provider.name) {
                Some(schema) => self.body(&configuration.body, Sensitivity::Provider(&schema.block)),
                // Without a schema, any argument may be sensitive.
                None => self.body(&configuration.body, Sensitivity::Secret(&|_| true)),
            }
        }
        self.end_object();
    }

    fn configuration_module(
        &mut self,
        module: &Module,
        schema: SchemaOf<'_>,
        to: &mut dyn io::Write,
    ) -> io::Result<()> {
        self.begin_object();
        self.named("outputs", &module.outputs, Self::output_block);
        if !module.resources.is_empty() {
            self.key("resources");
            self.begin_array();
            let mut schemas: HashMap<(ResourceMode, &str), Option<Arc<Schema>>> = HashMap::new();
            for resource in &module.resources {
                let kind = match resource.mode {
                    ResourceMode::Managed => EntityKind::Resource,
                    ResourceMode::Data => EntityKind::DataSource,
                    ResourceMode::Ephemeral => EntityKind::Ephemeral,
                };
                let name = resource.type_name.as_str();
                let sensitivity = schemas.entry((resource.mode, name)).or_insert_with(|| schema(kind, name));
                self.resource_block(resource, sensitivity.as_deref());
                self.flush(to)?;
            }
            self.end_array();
        }
        if !module.calls.is_empty() {
            self.key("module_calls");
            self.begin_object();
            for call in &module.calls {
                self.key(&call.name);
                self.module_call(call, schema, to)?;
            }
            self.end_object();
        }
        self.named("variables", &module.variables, Self::variable_block);
        self.end_object();
        Ok(())
    }

    fn named<T: Named>(&mut self, key: &str, items: &[T], write: impl Fn(&mut Self, &T)) {
        if items.is_empty() {
            return;
        }
        self.key(key);
        self.begin_object();
        for item in items {
            self.key(item.name());
            self.begin_object();
            write(self, item);
            self.end_object();
        }
        self.end_object();
    }

    fn output_block(&mut self, output: &Output) {
        self.key("expression");
        self.expression(&output.value, output.sensitive || is_credential_name(&output.name));
        if let Some(description) = &output.description {
            self.key("description");
            self.string(description);
        }
        if output.sensitive {
            self.key("sensitive");
            self.bool(true);
        }
        self.depends_on(&output.depends_on);
    }

    fn variable_block(&mut self, variable: &Variable) {
        if let Some(default) = &variable.default {
            self.key("default");
            let mark = self.mark();
            let is_secret = variable.sensitive || is_credential_name(&variable.name);
            if is_secret && *default != Expression::Null {
                self.string(REDACTED);
            } else if self.constant(default) {
                self.hide_credentials(mark);
            } else {
                self.rewind(mark);
                self.null();
            }
        }
        if variable.sensitive {
            self.key("sensitive");
            self.bool(true);
        }
    }

    fn resource_block(&mut self, resource: &Resource, schema: Option<&Schema>) {
        self.line();
        self.begin_object();
        self.address(&resource.address());
        self.key("provider_config_key");
        match &resource.meta.provider {
            Some((name, Some(alias))) => self.display(format_args!("{name}.{alias}")),
            Some((name, None)) => self.string(name),
            None => self.string(resource.type_name.split('_').next().unwrap_or_default()),
        }
        self.key("schema_version");
        self.number(schema.map_or(0, |schema| schema.version));
        if !resource.body.is_empty() {
            self.key("expressions");
            // Without a schema, any argument may be sensitive.
            self.body(
                &resource.body,
                schema.map_or(Sensitivity::Secret(&|_| true), |each| Sensitivity::Schema(&each.block)),
            );
        }
        self.repetition(&resource.meta);
        self.end_object();
    }

    fn repetition(&mut self, meta: &Meta) {
        for (key, expression) in [("count_expression", &meta.count), ("for_each_expression", &meta.for_each)]
        {
            if let Some(expression) = expression {
                self.key(key);
                self.expression(expression, false);
            }
        }
        self.depends_on(&meta.depends_on);
    }

    fn module_call(
        &mut self,
        call: &ModuleCall,
        schema: SchemaOf<'_>,
        to: &mut dyn io::Write,
    ) -> io::Result<()> {
        self.begin_object();
        self.key("source");
        self.string(&call.source);
        if let Some(version) = &call.version {
            self.key("version_constraint");
            self.string(version);
        }
        if !call.arguments.is_empty() {
            self.key("expressions");
            match &call.module {
                Some(module) => {
                    let is_public =
                        |name: &str| module.variables.iter().any(|each| each.name == name && !each.sensitive);
                    self.body(&call.arguments, Sensitivity::Secret(&|name| !is_public(name)));
                }
                // The module is not installed, so any of its variables may be sensitive.
                None => self.body(&call.arguments, Sensitivity::Secret(&|_| true)),
            }
        }
        self.repetition(&call.meta);
        if let Some(module) = &call.module {
            self.key("module");
            self.configuration_module(module, schema, to)?;
        }
        self.end_object();
        Ok(())
    }

    fn depends_on(&mut self, dependencies: &[Expression]) {
        if dependencies.is_empty() {
            return;
        }
        self.key("depends_on");
        self.begin_array();
        for dependency in dependencies {
            if let Some(reference) = references(dependency).first() {
                self.string(reference);
            }
        }
        self.end_array();
    }

    fn body(&mut self, body: &Body, sensitivity: Sensitivity<'_>) {
        self.begin_object();
        let items = body.items();
        for (position, item) in items.iter().enumerate() {
            match &item.content {
                Content::Argument(value) => {
                    self.key(&item.name);
                    self.argument(&item.name, value, sensitivity);
                }
                // All blocks of a type are written at the position of the first one.
                _ if items[..position].iter().any(|each| each.name == item.name) => {}
                _ => {
                    self.key(&item.name);
                    self.blocks(body, &item.name, sensitivity);
                }
            }
        }
        self.end_object();
    }

    fn argument(&mut self, name: &str, value: &Expression, sensitivity: Sensitivity<'_>) {
        let secret = match sensitivity {
            Sensitivity::Secret(is_secret) => is_secret(name),
            Sensitivity::Schema(block) | Sensitivity::Provider(block) => {
                if let Some(nested) = block.nested(name) {
                    return self.blocks_of_json(value, &nested.block);
                }
                let is_named = matches!(sensitivity, Sensitivity::Provider(_)) && is_credential_name(name);
                is_named || block.attribute(name).is_none_or(holds_secret)
            }
        };
        self.expression(value, secret);
    }

    /// Writes the nested blocks of a type: an object if the schema allows at most one, otherwise a list.
    fn blocks(&mut self, body: &Body, name: &str, sensitivity: Sensitivity<'_>) {
        let nested = match sensitivity {
            Sensitivity::Schema(block) | Sensitivity::Provider(block) => block.nested(name),
            Sensitivity::Secret(_) => None,
        };
        // A block without a schema may contain anything.
        let inner =
            nested.map_or(Sensitivity::Secret(&|_| true), |nested| Sensitivity::Schema(&nested.block));
        let is_single =
            nested.is_some_and(|nested| matches!(nested.mode, NestingMode::Single | NestingMode::Group));
        if !is_single {
            self.begin_array();
        }
        for item in body.items().iter().filter(|item| item.name == name) {
            match &item.content {
                Content::Argument(_) => {}
                Content::Block(block) => self.body(&block.body, inner),
                Content::Dynamic(dynamic) => self.body(&dynamic.block.body, inner),
            }
            if is_single {
                break;
            }
        }
        if !is_single {
            self.end_array();
        }
    }

    /// Writes nested blocks in JSON syntax: an object or a list of them.
    fn blocks_of_json(&mut self, value: &Expression, block: &Block) {
        match value {
            Expression::List(elements) => {
                self.begin_array();
                for element in elements {
                    self.blocks_of_json(element, block);
                }
                self.end_array();
            }
            Expression::Object(members) => {
                self.begin_object();
                for (key, value) in members {
                    if let ObjectKey::Name(name) = key {
                        self.key(name);
                        self.argument(name, value, Sensitivity::Schema(block));
                    }
                }
                self.end_object();
            }
            other => self.expression(other, true),
        }
    }

    /// Writes the value of a constant expression, otherwise its references.
    fn expression(&mut self, expression: &Expression, secret: bool) {
        self.begin_object();
        let start = self.mark();
        self.key("constant_value");
        let value = self.mark();
        if self.constant(expression) {
            if secret && *expression != Expression::Null {
                self.rewind(value);
                self.string(REDACTED);
            } else {
                self.hide_credentials(value);
            }
        } else {
            self.rewind(start);
            let references = references(expression);
            if !references.is_empty() {
                self.key("references");
                self.begin_array();
                for reference in &references {
                    self.string(reference);
                }
                self.end_array();
            }
        }
        self.end_object();
    }

    /// Redacts the credentials in the constant that was written since a mark.
    fn hide_credentials(&mut self, mark: Mark) {
        let Some(constant) = self.since(mark).and_then(|text| Value::parse_json(text).ok()) else { return };
        let places = credential_places_of_user(&constant);
        if !places.is_empty() {
            self.rewind(mark);
            self.value(&constant, &Secrets::new(None, &places), None);
        }
    }

    /// Writes a constant expression. Returns false if it is not constant; the caller then has to discard the output.
    fn constant(&mut self, expression: &Expression) -> bool {
        match expression {
            Expression::Null => self.null(),
            Expression::Bool(value) => self.bool(*value),
            Expression::Integer(number) => self.number(number),
            Expression::Float(number) => self.number(number),
            Expression::String(text) => self.string(text),
            Expression::List(elements) => {
                self.begin_array();
                if !elements.iter().all(|element| self.constant(element)) {
                    return false;
                }
                self.end_array();
            }
            Expression::Object(members) => {
                self.begin_object();
                for (key, value) in members {
                    let ObjectKey::Name(name) = key else { return false };
                    self.key(name);
                    if !self.constant(value) {
                        return false;
                    }
                }
                self.end_object();
            }
            _ => return false,
        }
        true
    }
}

/// A block that is written under its name.
trait Named {
    fn name(&self) -> &str;
}

impl Named for Output {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Variable {
    fn name(&self) -> &str {
        &self.name
    }
}
