//! `aws_iam_policy_document`.
//!
//! The document is merged from source documents, the statements of the configuration, and overriding documents. A later
//! statement replaces an earlier one with the same `sid`.

mod parse;
#[cfg(test)]
mod tests;

use iac_core::Text;
use iac_lang::value::{Value, ValueMap};
use iac_plan::plan::ProviderError;

use super::go_json::Json;
use super::{set_order, string, text, with};

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

#[derive(Debug, Default)]
struct Document {
    version: String,
    id: String,
    statements: Vec<Statement>,
}

#[derive(Debug, Default)]
struct Statement {
    sid: String,
    effect: String,
    /// `Action`, `NotAction`, `Resource` and `NotResource`, in the order of [`LISTS`].
    lists: [Option<Json>; 4],
    principals: Vec<Principals>,
    not_principals: Vec<Principals>,
    conditions: Vec<Condition>,
}

const LISTS: [&str; 4] = ["Action", "NotAction", "Resource", "NotResource"];

/// Identifiers of a type of principals.
#[derive(Debug)]
struct Principals {
    kind: String,
    identifiers: Strings,
}

/// A string or a list of strings. The provider does not treat them the same.
#[derive(Debug)]
enum Strings {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug)]
struct Condition {
    test: String,
    variable: String,
    values: Vec<String>,
}

impl Document {
    fn merge(&mut self, newer: Self) {
        if !newer.id.is_empty() {
            self.id = newer.id;
        }
        if newer.version > self.version {
            self.version = newer.version;
        }
        for statement in newer.statements {
            let same = self.statements.iter_mut().find(|existing| existing.sid == statement.sid);
            match same {
                Some(existing) if !statement.sid.is_empty() => *existing = statement,
                _ => self.statements.push(statement),
            }
        }
    }

    fn json(&self) -> Json {
        let mut members = Vec::new();
        if !self.version.is_empty() {
            members.push(("Version".to_owned(), Json::String(self.version.clone())));
        }
        if !self.id.is_empty() {
            members.push(("Id".to_owned(), Json::String(self.id.clone())));
        }
        if !self.statements.is_empty() {
            let statements = self.statements.iter().map(Statement::json).collect();
            members.push(("Statement".to_owned(), Json::Array(statements)));
        }
        Json::Object(members)
    }
}

impl Statement {
    /// Returns the statement of a block.
    fn configured(block: &Value, version: &str) -> Result<Self, Failure> {
        let Value::Object(block) = block else { return Err(Failure::NotModeled) };
        let effect = text(block, "effect").unwrap_or("Allow");
        if !["Allow", "Deny"].contains(&effect) {
            let message = format!("expected effect to be one of [\"Allow\" \"Deny\"], got {effect}");
            return Err(Failure::Error(message));
        }
        let sid = text(block, "sid").unwrap_or_default();
        // Later versions of the provider refuse it.
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Failure::NotModeled);
        }
        let variables = |argument: &'static str| {
            move |text: String| {
                replaced(text, version)
                    .map_err(|failure| failure.inside(|problem| format!("reading {argument}: {problem}")))
            }
        };
        let list = |name: &'static str, convert: &dyn Fn(String) -> Result<String, Failure>| {
            Ok(identifiers(block.get(name))?
                .map(|strings| strings.map(convert))
                .transpose()?
                .map(Strings::json))
        };
        let principals = |name: &'static str| {
            let blocks = block.get(name).unwrap_or(&Value::Null);
            let serialize = |block: &ValueMap| {
                set_order::serialized([
                    ("identifiers", set_order::set(block.get("identifiers"))),
                    ("type", set_order::scalar(block.get("type"))),
                ])
            };
            let principals = |block: &ValueMap| {
                let identifiers = identifiers(block.get("identifiers"))?.unwrap_or(Strings::Many(Vec::new()));
                Ok(Principals {
                    kind: text(block, "type").unwrap_or_default().to_owned(),
                    identifiers: identifiers.map(variables(name))?,
                })
            };
            set_order::blocks(blocks, serialize).into_iter().map(principals).collect::<Result<_, Failure>>()
        };
        let plain = |text| Ok(text);
        Ok(Self {
            sid: sid.to_owned(),
            effect: effect.to_owned(),
            lists: [
                list("actions", &plain)?,
                list("not_actions", &plain)?,
                list("resources", &variables("resources"))?,
                list("not_resources", &variables("not_resources"))?,
            ],
            principals: principals("principals")?,
            not_principals: principals("not_principals")?,
            conditions: conditions(block, version)?,
        })
    }

    fn json(&self) -> Json {
        let mut members = Vec::new();
        for (name, text) in [("Sid", &self.sid), ("Effect", &self.effect)] {
            if !text.is_empty() {
                members.push((name.to_owned(), Json::String(text.clone())));
            }
        }
        for (name, list) in LISTS.iter().zip(&self.lists) {
            members.extend(list.clone().map(|list| ((*name).to_owned(), list)));
        }
        for (name, principals) in [("Principal", &self.principals), ("NotPrincipal", &self.not_principals)] {
            if !principals.is_empty() {
                members.push((name.to_owned(), principals_json(principals)));
            }
        }
        if !self.conditions.is_empty() {
            members.push(("Condition".to_owned(), conditions_json(&self.conditions)));
        }
        Json::Object(members)
    }
}

fn conditions(block: &ValueMap, version: &str) -> Result<Vec<Condition>, Failure> {
    let serialize = |block: &ValueMap| {
        set_order::serialized([
            ("test", set_order::scalar(block.get("test"))),
            ("values", set_order::list(block.get("values"))),
            ("variable", set_order::scalar(block.get("variable"))),
        ])
    };
    let condition = |block: &ValueMap| {
        let values = block.get("values").map(Value::elements).unwrap_or_default();
        let value = |value: &Value| match value {
            Value::String(text) => replaced(text.to_string(), version).map_err(|failure| {
                failure.inside(|problem| format!("reading condition: reading values: {problem}"))
            }),
            _ => Err(Failure::NotModeled),
        };
        Ok(Condition {
            test: text(block, "test").unwrap_or_default().to_owned(),
            variable: text(block, "variable").unwrap_or_default().to_owned(),
            values: values.iter().map(value).collect::<Result<_, _>>()?,
        })
    };
    let blocks = block.get("condition").unwrap_or(&Value::Null);
    set_order::blocks(blocks, serialize).into_iter().map(condition).collect()
}

/// Returns the strings of a set as the provider writes them: a single one alone, several in reverse order. `None` if there
/// is none.
fn identifiers(set: Option<&Value>) -> Result<Option<Strings>, Failure> {
    let elements = set.map(Value::elements).unwrap_or_default();
    let mut strings = Vec::new();
    for element in elements {
        match element {
            Value::String(text) => strings.push(text.to_string()),
            _ => return Err(Failure::NotModeled),
        }
    }
    strings.sort_unstable_by(|left, right| right.cmp(left));
    Ok(match strings.len() {
        0 => None,
        1 => strings.pop().map(Strings::One),
        _ => Some(Strings::Many(strings)),
    })
}

/// Replaces `&{`, the notation of policy variables, which Terraform would take for its own.
fn replaced(text: String, version: &str) -> Result<String, Failure> {
    if !text.contains("&{") {
        return Ok(text);
    }
    if version == OLD_VERSION {
        let problem = format!(
            "found &{{ sequence in ({text}), which is not supported in document version {OLD_VERSION}"
        );
        return Err(Failure::Error(problem));
    }
    Ok(text.replace("&{", "${"))
}

impl Strings {
    fn map(self, convert: impl Fn(String) -> Result<String, Failure>) -> Result<Self, Failure> {
        Ok(match self {
            Self::One(text) => Self::One(convert(text)?),
            Self::Many(texts) => Self::Many(texts.into_iter().map(convert).collect::<Result<_, _>>()?),
        })
    }

    fn json(self) -> Json {
        match self {
            Self::One(text) => Json::String(text),
            Self::Many(texts) => Json::Array(texts.into_iter().map(Json::String).collect()),
        }
    }

    fn is_wildcard(&self) -> bool {
        match self {
            Self::One(text) => text == "*",
            Self::Many(texts) => texts.len() == 1 && texts[0] == "*",
        }
    }
}

/// Returns the value of `Principal`, grouped by type.
fn principals_json(principals: &[Principals]) -> Json {
    if let [principals] = principals
        && principals.kind == "*"
        && principals.identifiers.is_wildcard()
    {
        return Json::String("*".to_owned());
    }
    let mut kinds: Vec<(String, Strings)> = Vec::new();
    for principals in principals {
        let added = match &principals.identifiers {
            Strings::One(text) => Strings::One(text.clone()),
            Strings::Many(texts) => {
                let mut texts = texts.clone();
                texts.sort_unstable_by(|left, right| right.cmp(left));
                Strings::Many(texts)
            }
        };
        match kinds.iter_mut().find(|(kind, _)| *kind == principals.kind) {
            None => kinds.push((principals.kind.clone(), added)),
            Some((_, strings)) => {
                let mut all = std::mem::replace(strings, Strings::Many(Vec::new())).into_vec();
                all.extend(added.into_vec());
                *strings = Strings::Many(all);
            }
        }
    }
    sorted(kinds.into_iter().map(|(kind, strings)| (kind, strings.json())).collect())
}

impl Strings {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

/// Returns the value of `Condition`, grouped by operator and key. A single value is written alone.
fn conditions_json(conditions: &[Condition]) -> Json {
    let mut tests: Vec<(String, Vec<(String, Vec<String>)>)> = Vec::new();
    for condition in conditions {
        let variables = entry(&mut tests, &condition.test);
        entry(variables, &condition.variable).extend(condition.values.iter().cloned());
    }
    let variable = |(variable, mut values): (String, Vec<String>)| {
        let strings = if values.len() == 1 { values.pop().map(Strings::One) } else { None };
        (variable, strings.unwrap_or(Strings::Many(values)).json())
    };
    let test =
        |(test, variables): (String, Vec<_>)| (test, sorted(variables.into_iter().map(variable).collect()));
    sorted(tests.into_iter().map(test).collect())
}

fn entry<'e, T: Default>(entries: &'e mut Vec<(String, T)>, name: &str) -> &'e mut T {
    let position = entries.iter().position(|(each, _)| each == name).unwrap_or_else(|| {
        entries.push((name.to_owned(), T::default()));
        entries.len() - 1
    });
    &mut entries[position].1
}

/// Returns an object with the members sorted, as Go writes maps.
fn sorted(mut members: Vec<(String, Json)>) -> Json {
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    Json::Object(members)
}
