//! Statements from the blocks of a configuration.

use iac_lang::value::{Value, ValueMap};

use super::super::{set_order, text};
use super::model::{Condition, Principals, Statement, Strings};
use super::{Failure, OLD_VERSION};

impl Statement {
    /// Returns the statement of a block.
    pub(super) fn configured(block: &Value, version: &str) -> Result<Self, Failure> {
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
                set_order::serialized(&[
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
}

impl Strings {
    fn map(self, convert: impl Fn(String) -> Result<String, Failure>) -> Result<Self, Failure> {
        Ok(match self {
            Self::One(text) => Self::One(convert(text)?),
            Self::Many(texts) => Self::Many(texts.into_iter().map(convert).collect::<Result<_, _>>()?),
        })
    }
}

fn conditions(block: &ValueMap, version: &str) -> Result<Vec<Condition>, Failure> {
    let serialize = |block: &ValueMap| {
        set_order::serialized(&[
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
