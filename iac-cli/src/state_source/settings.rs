//! The settings of a backend: of its block, and as `terraform init` recorded them.

use std::fs;
use std::path::Path;

use iac_core::body::{Body, Content};
use iac_core::expression::{Expression, ObjectKey};
use iac_lang::config::Module;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::command_error::CommandError;
use crate::data_directory::{data_directory, is_missing};

/// A backend: its type and its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backend {
    pub(super) kind: String,
    /// Literal settings: those in objects and lists by dotted names, in order.
    pub(super) settings: Vec<(String, String)>,
    /// The names of settings whose values are no literals, and of nested blocks.
    others: Vec<String>,
}

/// What `terraform init` recorded.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) backend: Backend,
    /// The configuration of the backend: all settings of its schema, those that are not set as null.
    pub(super) config: Json,
    /// What tells whether the block was edited since.
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
    /// The backend of a configuration, if it has one.
    pub(crate) fn of_module(module: &Module) -> Option<Self> {
        let (label, body) = module.backend.as_ref()?;
        Some(Self::of_block(label.as_deref(), body))
    }

    /// What a `backend` block says, or a `cloud` block, which has no label.
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

    /// The value of a setting, empty ones too.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    /// The value of a setting that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.setting(name).filter(|value| !value.is_empty())
    }

    /// Whether it has a setting of this name, or one inside of it.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let is_inside = |each: &str| each.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        self.settings.iter().any(|(each, _)| each == name || is_inside(each))
    }

    /// Gives a setting its value if it has none.
    pub(super) fn set_default(&mut self, name: &str, value: String) {
        if self.setting(name).is_none() {
            self.push(name, value);
        }
    }

    pub(super) fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    /// Whether all its settings are literals.
    pub(super) const fn is_literal(&self) -> bool {
        self.others.is_empty()
    }

    /// What `terraform init` recorded for the stack in a directory.
    pub(super) fn recorded(directory: &Path) -> Result<Option<Recorded>, CommandError> {
        let path = data_directory(directory).join("terraform.tfstate");
        let text = match fs::read(&path) {
            Err(error) if is_missing(&error) => return Ok(None),
            text => text.map_err(|error| CommandError::file("cannot read", &path, error))?,
        };
        let file: RecordFile = serde_json::from_slice(&text).map_err(|error| {
            CommandError::because(format!("cannot understand `{}`", path.display()), error)
                .hint("it records the backend: run `terraform init -reconfigure` to write it again")
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
