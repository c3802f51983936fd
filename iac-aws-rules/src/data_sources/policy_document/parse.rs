//! Source documents, read as Go's `encoding/json` reads them into the provider's types.

use iac_core::Text;
use iac_lang::value::{Value, ValueMap};

use super::super::go_json::Json;
use super::Failure;
use super::model::{Condition, Document, LISTS, Principals, Statement, Strings};

pub(super) fn document(text: &str) -> Result<Document, Failure> {
    let value = match Value::parse_json(text) {
        Ok(value) => value,
        // Go accepts escapes of single surrogates, and deeper nesting.
        Err(_) if text.contains("\\u") || text.len() > 1_000_000 => return Err(Failure::NotModeled),
        Err(error) => {
            let detail = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
            return Err(Failure::error(format!("the document contains invalid JSON: {detail}")));
        }
    };
    let members = match &value {
        Value::Null => return Ok(Document::default()),
        Value::Object(members) => Fields::new(members)?,
        other => return Err(mismatch(other, "the document", "an object")),
    };
    let statements = match members.get("Statement") {
        Value::Null => Vec::new(),
        Value::Tuple(elements) | Value::List(elements) => {
            elements.iter().map(statement).collect::<Result<_, _>>()?
        }
        other => return Err(mismatch(other, "Statement", "a list")),
    };
    Ok(Document { version: members.string("Version")?, id: members.string("Id")?, statements })
}

fn statement(value: &Value) -> Result<Statement, Failure> {
    let Value::Object(members) = value else {
        // The provider crashes on a null statement.
        return Err(if value.is_null() {
            Failure::NotModeled
        } else {
            mismatch(value, "Statement", "objects")
        });
    };
    let members = Fields::new(members)?;
    let mut lists = [const { None }; 4];
    for (list, name) in lists.iter_mut().zip(LISTS) {
        let value = members.get(name);
        if !value.is_null() {
            *list = Some(Json::from_value(value).ok_or(Failure::NotModeled)?);
        }
    }
    Ok(Statement {
        sid: members.string("Sid")?,
        effect: members.string("Effect")?,
        lists,
        principals: principals(members.find("Principal"))?,
        not_principals: principals(members.find("NotPrincipal"))?,
        conditions: conditions(members.get("Condition"))?,
    })
}

fn principals(value: Option<&Value>) -> Result<Vec<Principals>, Failure> {
    let Some(value) = value else { return Ok(Vec::new()) };
    match value {
        Value::Null => Err(Failure::NotModeled),
        Value::String(_) => {
            let identifiers = Strings::Many(vec!["*".to_owned()]);
            Ok(vec![Principals { kind: "*".to_owned(), identifiers }])
        }
        Value::Object(kinds) => {
            let principals = |(kind, value): (&Text, &Value)| {
                let identifiers = match value {
                    Value::String(text) => Strings::One(text.to_string()),
                    Value::Tuple(elements) | Value::List(elements) => Strings::Many(strings(elements)?),
                    other => return Err(mismatch(other, "Principal", "strings")),
                };
                Ok(Principals { kind: kind.to_string(), identifiers })
            };
            kinds.iter().map(principals).collect()
        }
        other => Err(mismatch(other, "Principal", "a string or an object")),
    }
}

fn strings(elements: &[Value]) -> Result<Vec<String>, Failure> {
    let text = |element: &Value| match element {
        Value::String(text) => Ok(text.to_string()),
        other => Err(mismatch(other, "Principal", "strings")),
    };
    elements.iter().map(text).collect()
}

fn conditions(value: &Value) -> Result<Vec<Condition>, Failure> {
    let tests = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Object(tests) => tests,
        other => return Err(mismatch(other, "Condition", "an object")),
    };
    let mut conditions = Vec::new();
    for (test, variables) in tests.iter() {
        let variables = match variables {
            Value::Null => continue,
            Value::Object(variables) => variables,
            other => return Err(mismatch(other, "Condition", "objects")),
        };
        for (variable, values) in variables.iter() {
            let values = match values {
                Value::String(text) => vec![text.to_string()],
                Value::Bool(value) => vec![value.to_string()],
                Value::Tuple(elements) | Value::List(elements) => {
                    let text = |element: &Value| match element {
                        Value::String(text) => Ok(text.to_string()),
                        // The provider crashes.
                        _ => Err(Failure::NotModeled),
                    };
                    elements.iter().map(text).collect::<Result<_, _>>()?
                }
                // The provider drops other values.
                _ => continue,
            };
            conditions.push(Condition { test: test.to_string(), variable: variable.to_string(), values });
        }
    }
    Ok(conditions)
}

/// The members of an object. Go ignores the case of names.
struct Fields<'v>(Vec<(String, &'v Value)>);

impl<'v> Fields<'v> {
    fn new(members: &'v ValueMap) -> Result<Self, Failure> {
        let mut fields: Vec<(String, &Value)> =
            members.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
        // Which of two wins depends on their order in the text.
        let is_ambiguous = fields.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if is_ambiguous { Err(Failure::NotModeled) } else { Ok(Self(fields)) }
    }

    fn find(&self, name: &str) -> Option<&'v Value> {
        self.0.iter().find(|(each, _)| name.eq_ignore_ascii_case(each)).map(|(_, value)| *value)
    }

    fn get(&self, name: &str) -> &'v Value {
        self.find(name).unwrap_or(&Value::Null)
    }

    fn string(&self, name: &str) -> Result<String, Failure> {
        match self.get(name) {
            Value::Null => Ok(String::new()),
            Value::String(text) => Ok(text.to_string()),
            other => Err(mismatch(other, name, "a string")),
        }
    }
}

fn mismatch(value: &Value, place: &str, expected: &str) -> Failure {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Object(_) | Value::Map(_) => "object",
        _ => "array",
    };
    Failure::Error(format!("cannot read {kind} in {place}: expected {expected}"))
}
