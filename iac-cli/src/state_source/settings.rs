//! Settings of a backend: from its block, and as recorded by `terraform init`.

use std::fs;
use std::path::Path;

use iac_core::body::{Body, Content};
use iac_core::expression::{Expression, ObjectKey};
use iac_lang::config::Module;
use iac_lang::value::{Value, ValueMap};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::command_error::CommandError;
use crate::data_directory::{data_directory, is_missing};

/// A backend: its type and its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backend {
    pub(super) kind: String,
    /// Literal settings in order. Members of objects and lists have dotted names.
    pub(super) settings: Vec<(String, String)>,
    /// The names of nested blocks and of settings whose values are not literals.
    others: Vec<String>,
}

/// The record of `terraform init`.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) backend: Backend,
    /// The configuration of the backend: all settings of its schema. Unset ones are null.
    pub(super) config: Json,
    /// The hash of the block, which changes when the block is edited.
    pub(super) hash: Option<u64>,
}

/// The file that `terraform init` writes.
#[derive(Deserialize)]
struct RecordFile {
    backend: Option<RecordedBackend>,
}

#[derive(Deserialize)]
struct RecordedBackend {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    config: Json,
    hash: Option<u64>,
}

impl Backend {
    /// Returns the backend of a configuration, if it has one.
    pub(crate) fn of_module(module: &Module) -> Option<Self> {
        let (label, body) = module.backend.as_ref()?;
        Some(Self::of_block(label.as_deref(), body))
    }

    /// Returns the backend of a `backend` block, or of a `cloud` block, which has no label.
    pub(super) fn of_block(label: Option<&str>, body: &Body) -> Self {
        let mut backend = Self::new(label.unwrap_or("cloud"));
        for item in body.items() {
            match &item.content {
                Content::Argument(argument) => backend.argument(&item.name, argument),
                Content::Block(_) | Content::Dynamic(_) => backend.others.push(item.name.to_string()),
            }
        }
        backend
    }

    fn new(kind: &str) -> Self {
        Self { kind: kind.to_owned(), settings: Vec::new(), others: Vec::new() }
    }

    /// Returns the backend with the configuration of a `terraform_remote_state`.
    pub(super) fn of_value(kind: &str, config: &Value) -> Self {
        let mut backend = Self::new(kind);
        for (name, value) in config.members().into_iter().flat_map(ValueMap::iter) {
            backend.value(name, value);
        }
        backend
    }

    fn value(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) => self.push(name, text.to_string()),
            Value::Bool(value) => self.push(name, value.to_string()),
            Value::Number(number) => self.push(name, number.to_plain()),
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    self.value(&format!("{name}.{position}"), element);
                }
            }
            Value::Map(members) | Value::Object(members) => {
                for (key, value) in members.iter() {
                    self.value(&format!("{name}.{key}"), value);
                }
            }
            Value::Sensitive(value) => self.value(name, value),
            Value::Null | Value::Unknown(_) => {}
        }
    }

    fn argument(&mut self, name: &str, argument: &Expression) {
        match argument {
            Expression::Null => {}
            Expression::String(text) => self.push(name, text.to_string()),
            Expression::Bool(value) => self.push(name, value.to_string()),
            Expression::Integer(number) => self.push(name, number.to_string()),
            Expression::List(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    self.argument(&format!("{name}.{position}"), element);
                }
            }
            Expression::Object(members) => {
                for (key, value) in members {
                    match key {
                        ObjectKey::Name(key) => self.argument(&format!("{name}.{key}"), value),
                        ObjectKey::Computed(_) => self.others.push(name.to_owned()),
                    }
                }
            }
            _ => self.others.push(name.to_owned()),
        }
    }

    fn json(&mut self, name: &str, value: &Json) {
        match value {
            Json::Null => {}
            Json::String(text) => self.push(name, text.clone()),
            Json::Bool(_) | Json::Number(_) => self.push(name, value.to_string()),
            Json::Array(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    self.json(&format!("{name}.{position}"), element);
                }
            }
            Json::Object(members) => {
                for (key, value) in members {
                    self.json(&format!("{name}.{key}"), value);
                }
            }
        }
    }

    fn push(&mut self, name: &str, value: String) {
        self.settings.push((name.to_owned(), value));
    }

    /// Returns the value of a setting, which may be empty.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    /// Returns the value of a setting if it is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.setting(name).filter(|value| !value.is_empty())
    }

    /// Returns `true` if there is a setting of this name, or a member of it.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let is_inside = |each: &str| each.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        self.settings.iter().any(|(each, _)| each == name || is_inside(each))
    }

    /// Sets a setting if it has no value.
    pub(super) fn set_default(&mut self, name: &str, value: String) {
        if self.setting(name).is_none() {
            self.push(name, value);
        }
    }

    pub(super) fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    /// Returns `true` if all settings are literals.
    pub(super) const fn is_literal(&self) -> bool {
        self.others.is_empty()
    }

    /// Reads the record of `terraform init` for the stack in a directory.
    pub(super) fn recorded(directory: &Path) -> Result<Option<Recorded>, CommandError> {
        let path = data_directory(directory).join("terraform.tfstate");
        let text = match fs::read(&path) {
            Err(error) if is_missing(&error) => return Ok(None),
            text => text.map_err(|error| CommandError::file("cannot read", &path, error))?,
        };
        let file: RecordFile = serde_json::from_slice(&text).map_err(|error| {
            CommandError::because(format!("cannot parse `{}`", path.display()), error)
                .hint("the file records the backend: run `terraform init -reconfigure` to rewrite it")
        })?;
        let Some(RecordedBackend { kind, config, hash }) = file.backend.filter(|it| !it.kind.is_empty())
        else {
            return Ok(None);
        };
        let mut backend = Self::new(&kind);
        for (name, value) in config.as_object().into_iter().flatten() {
            backend.json(name, value);
        }
        Ok(Some(Recorded { backend, config, hash }))
    }
}
