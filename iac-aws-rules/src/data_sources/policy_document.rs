//! `aws_iam_policy_document`.
//!
//! The document is merged from source documents, the statements of the configuration, and overriding documents. A later
//! statement replaces an earlier one with the same `sid`.

mod configured;
mod model;
mod parse;
#[cfg(test)]
mod tests;

use iac_core::Text;
use iac_lang::value::{Value, ValueMap};
use iac_plan::plan::ProviderError;

use self::model::{Document, Statement};
use super::{string, text, with};

const OLD_VERSION: &str = "2008-10-17";
const VERSION: &str = "2012-10-17";

/// A problem of the configuration, or a case that is not modeled.
#[derive(Debug, PartialEq)]
enum Failure {
    Error(String),
    NotModeled,
}

impl Failure {
    fn error(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }
}

/// Computes the data source; `None` in the few cases that are not modeled.
pub(super) fn compute(config: &ValueMap) -> Option<Result<Value, ProviderError>> {
    match document(config) {
        Ok(value) => Some(Ok(value)),
        Err(Failure::Error(message)) => Some(Err(ProviderError::new(message, String::new()))),
        Err(Failure::NotModeled) => None,
    }
}

fn document(config: &ValueMap) -> Result<Value, Failure> {
    for unused in ["override_json", "source_json"] {
        if text(config, unused).is_some_and(|text| !text.is_empty()) {
            return Err(Failure::error(format!("expected \"{unused}\" to be an empty string")));
        }
    }
    let version = text(config, "version").unwrap_or(VERSION);
    if ![OLD_VERSION, VERSION].contains(&version) {
        let message =
            format!("expected version to be one of [\"{OLD_VERSION}\" \"{VERSION}\"], got {version}");
        return Err(Failure::error(message));
    }
    let mut merged = Document::default();
    let mut sids = Vec::new();
    for (position, source) in documents(config, "source_policy_documents")? {
        let message = |problem: String| {
            format!("writing IAM Policy Document: merging source document {position}: {problem}")
        };
        let source = parse::document(source).map_err(|failure| failure.inside(message))?;
        for (number, statement) in source.statements.iter().enumerate() {
            if statement.sid.is_empty() {
                continue;
            }
            if sids.contains(&statement.sid) {
                let problem = format!(
                    "duplicate Sid ({}) in source_policy_documents (statement {number}). Remove the Sid or ensure Sids \
                     are unique.",
                    statement.sid
                );
                return Err(Failure::Error(message(problem)));
            }
            sids.push(statement.sid.clone());
        }
        merged.merge(source);
    }
    let blocks = config.get("statement").map(Value::elements).unwrap_or_default();
    let statements = blocks.iter().map(|block| Statement::configured(block, version));
    let own = Document {
        version: version.to_owned(),
        id: text(config, "policy_id").unwrap_or_default().to_owned(),
        statements: statements.collect::<Result<_, _>>()?,
    };
    for (position, statement) in own.statements.iter().enumerate() {
        let is_duplicate = |earlier: &Statement| earlier.sid == statement.sid;
        if !statement.sid.is_empty() && own.statements[..position].iter().any(is_duplicate) {
            return Err(Failure::Error(format!(
                "writing IAM Policy Document: duplicate Sid ({}). Remove the Sid or ensure the Sid is unique.",
                statement.sid
            )));
        }
    }
    merged.merge(own);
    for (position, document) in documents(config, "override_policy_documents")? {
        let message = |problem: String| {
            format!("writing IAM Policy Document: merging override document {position}: {problem}")
        };
        merged.merge(parse::document(document).map_err(|failure| failure.inside(message))?);
    }
    let json = merged.json();
    let indented = json.indented();
    let blocks = if blocks.is_empty() { Value::Null } else { Value::List(blocks.iter().map(read).collect()) };
    let mut result = config.clone();
    // An empty list is not set, to the provider.
    for list in ["source_policy_documents", "override_policy_documents"] {
        if result.get(list).is_some_and(Value::is_null_or_empty) {
            result.insert(Text::from_static(list), Value::Null);
        }
    }
    let computed = [
        ("id", string(crc32fast::hash(indented.as_bytes()).to_string())),
        ("json", string(indented)),
        ("minified_json", string(json.minified())),
        ("statement", blocks),
        ("version", string(version)),
    ];
    Ok(with(&result, computed))
}

impl Failure {
    fn inside(self, message: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Error(problem) => Self::Error(message(problem)),
            Self::NotModeled => Self::NotModeled,
        }
    }
}

/// Returns the documents in a list, with their positions. Null and empty strings are skipped.
fn documents<'c>(config: &'c ValueMap, name: &str) -> Result<Vec<(usize, &'c str)>, Failure> {
    let elements = config.get(name).map(Value::elements).unwrap_or_default();
    let mut documents = Vec::new();
    for (position, element) in elements.iter().enumerate() {
        match element {
            Value::String(text) if !text.is_empty() => documents.push((position, text.as_str())),
            Value::String(_) | Value::Null => {}
            _ => return Err(Failure::NotModeled),
        }
    }
    Ok(documents)
}

/// Returns a statement's block as the provider stores it: with defaults, and empty sets instead of null.
fn read(block: &Value) -> Value {
    let Value::Object(members) = block else { return block.clone() };
    let stored = |(name, value): (&Text, &Value)| {
        let value = match (name.as_str(), value) {
            ("effect", Value::Null) => string("Allow"),
            ("sid", Value::Null) => string(""),
            (_, Value::Null) => Value::Set(Vec::new()),
            (_, value) => value.clone(),
        };
        (name.clone(), value)
    };
    Value::Object(members.iter().map(stored).collect())
}
