//! Reading of JSON plans, made by this program or by Terraform.

use std::fmt;
use std::sync::Arc;

use iac_core::address::{ResourceAddress, ResourceMode};
use iac_core::text::Text;
use iac_lang::config::Location;
use iac_lang::value::{AttributePath, Number, PathStep, Value, ValueMap};
use serde_core::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::super::{
    Action, ActionReason, Cause, CheckInstance, CheckKind, CheckResult, CheckStatus, OutputChange, Plan,
    ResourceChange, Undecided, UndecidedInstances, VariableValue,
};
use super::shape;
use crate::plan::secret::spread;
use crate::schema::{EntityKind, Schema};

/// An error of reading a JSON plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadPlanError {
    /// The text is not JSON.
    #[error("the plan is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// The JSON is not a plan.
    #[error("not a plan: it has no `format_version`")]
    NotAPlan,
    /// The format version is not supported.
    #[error("unsupported plan format version {0}; supported are versions 0 and 1")]
    Version(String),
    /// A member does not conform to the format.
    #[error("invalid `{member}` of {of}: {problem}")]
    Member {
        /// The name of the member.
        member: &'static str,
        /// The address of the object with the member, or the plan.
        of: String,
        /// The problem with it.
        problem: &'static str,
    },
}

/// Reads a plan. Without the schema of a type, its sets are read as lists.
///
/// # Errors
///
/// Returns an error if the text is not a plan.
pub fn read(
    text: &[u8],
    schema: &dyn Fn(EntityKind, &str) -> Option<Arc<Schema>>,
) -> Result<Plan, ReadPlanError> {
    let document: Members = serde_json::from_slice(text).map_err(ReadPlanError::Json)?;
    let Some(version) = document.get("format_version") else { return Err(ReadPlanError::NotAPlan) };
    match version {
        Value::String(version) if matches!(version.split('.').next(), Some("0" | "1")) => {}
        Value::String(version) => return Err(ReadPlanError::Version(version.to_string())),
        _ => return Err(ReadPlanError::NotAPlan),
    }
    let changes = |member: &'static str| {
        let read = |change: &Value| resource_change(change, member, schema);
        list(document.get(member)).iter().map(read).collect::<Result<Vec<_>, _>>()
    };
    let outputs = object(document.get("output_changes")).into_iter().flat_map(ValueMap::iter);
    let variables = object(document.get("variables")).into_iter().flat_map(ValueMap::iter);
    let mut plan = Plan {
        changes: changes("resource_changes")?,
        undecided_instances: list(document.get("undecided_instances"))
            .iter()
            .map(undecided_instances)
            .collect::<Result<_, _>>()?,
        drift: changes("resource_drift")?,
        outputs: outputs.map(|(name, change)| output_change(name, change)).collect::<Result<_, _>>()?,
        variables: variables.map(variable).collect(),
        checks: list(document.get("checks")).iter().filter_map(check).collect(),
        ..Plan::default()
    };
    spread(&mut plan);
    Ok(plan)
}

/// The members of the document that are used; the others may be large.
#[derive(Default)]
struct Members(ValueMap);

impl Members {
    const READ: [&'static str; 7] = [
        "format_version",
        "variables",
        "resource_changes",
        "undecided_instances",
        "resource_drift",
        "output_changes",
        "checks",
    ];

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Document;

        impl<'de> Visitor<'de> for Document {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a plan")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = ValueMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if Members::READ.contains(&name.as_str()) {
                        let value = map.next_value::<Value>()?;
                        if members.insert(name.into(), value).is_some() {
                            return Err(A::Error::custom("duplicate member"));
                        }
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Document)
    }
}

fn resource_change(
    entry: &Value,
    list_name: &'static str,
    schema: &dyn Fn(EntityKind, &str) -> Option<Arc<Schema>>,
) -> Result<ResourceChange, ReadPlanError> {
    let wrong = |of: &str, member, problem| ReadPlanError::Member { member, of: of.to_owned(), problem };
    let text = |name| string(member(entry, name));
    let name = text("address").ok_or_else(|| wrong(list_name, "address", "missing"))?;
    let parse = |text: &str| text.parse::<ResourceAddress>();
    let address = parse(name).map_err(|_| wrong(name, "address", "not an address"))?;
    let previous_address = match text("previous_address") {
        Some(previous) => {
            Some(parse(previous).map_err(|_| wrong(name, "previous_address", "not an address"))?)
        }
        None => None,
    };
    let change = member(entry, "change").ok_or_else(|| wrong(name, "change", "missing"))?;
    let action = action(change).ok_or_else(|| wrong(name, "actions", "unknown combination"))?;
    let kind = match address.mode {
        ResourceMode::Managed => EntityKind::Resource,
        ResourceMode::Data => EntityKind::DataSource,
        ResourceMode::Ephemeral => EntityKind::Ephemeral,
    };
    let schema = schema(kind, &address.resource_type);
    let value = |name| member(change, name).cloned().unwrap_or(Value::Null);
    let (mut before, mut after) = (value("before"), value("after"));
    shape::unknown(&mut after, member(change, "after_unknown"));
    if let Some(schema) = &schema {
        shape::by_block(&mut before, &schema.block);
        shape::by_block(&mut after, &schema.block);
    }
    let sensitive = |name, value| shape::places(member(change, name), value);
    Ok(ResourceChange {
        previous_address,
        deposed: text("deposed").map(Into::into),
        provider_name: text("provider_name").unwrap_or_default().into(),
        action,
        reason: text("action_reason").and_then(ActionReason::of_word),
        replace_paths: list(member(change, "replace_paths")).iter().map(path).collect(),
        before_sensitive: sensitive("before_sensitive", &before),
        after_sensitive: sensitive("after_sensitive", &after),
        importing: member(change, "importing")
            .map(|import| string(member(import, "id")).unwrap_or("(by identity)").into()),
        undecided: list(member(entry, "undecided")).iter().map(undecided).collect(),
        cause: list(member(entry, "cause")).iter().filter_map(cause).collect(),
        source: member(entry, "source").and_then(source),
        inner_source: member(entry, "inner_source").and_then(source),
        schema,
        before: Arc::new(before),
        after: Arc::new(after),
        address,
    })
}

fn output_change(name: &Text, change: &Value) -> Result<OutputChange, ReadPlanError> {
    let action = action(change).ok_or_else(|| ReadPlanError::Member {
        member: "actions",
        of: format!("output.{name}"),
        problem: "unknown value",
    })?;
    let value = |name| member(change, name).cloned().unwrap_or(Value::Null);
    let mut after = value("after");
    shape::unknown(&mut after, member(change, "after_unknown"));
    // Terraform does not tell which part of an output is sensitive.
    let is_sensitive = |name| member(change, name).is_some_and(|flag| *flag != Value::Bool(false));
    Ok(OutputChange {
        name: name.clone(),
        action,
        before: value("before"),
        after,
        before_sensitive: is_sensitive("before_sensitive"),
        after_sensitive: is_sensitive("after_sensitive"),
        undecided: list(member(change, "undecided")).iter().map(undecided).collect(),
    })
}

fn variable((name, variable): (&Text, &Value)) -> VariableValue {
    // Terraform writes sensitive values in plain text without marking them here, so none of them is shown.
    let value = member(variable, "value").cloned().unwrap_or(Value::Null);
    VariableValue { name: name.clone(), value, sensitive: true }
}

fn check(check: &Value) -> Option<CheckResult> {
    let address = member(check, "address")?;
    let instance = |instance: &Value| {
        let problem = |problem| string(member(problem, "message")).map(str::to_owned);
        Some(CheckInstance {
            address: display(instance)?.into(),
            status: CheckStatus::of_word(string(member(instance, "status"))?)?,
            problems: list(member(instance, "problems")).iter().filter_map(problem).collect(),
        })
    };
    Some(CheckResult {
        kind: CheckKind::of_word(string(member(address, "kind"))?)?,
        address: display(check)?.into(),
        instances: list(member(check, "instances")).iter().filter_map(instance).collect(),
    })
}

fn display(check: &Value) -> Option<&str> {
    string(member(member(check, "address")?, "to_display"))
}

fn action(change: &Value) -> Option<Action> {
    let words: Vec<&str> =
        list(member(change, "actions")).iter().map_while(|word| string(Some(word))).collect();
    Action::of_words(&words)
}

fn undecided(entry: &Value) -> Undecided {
    Undecided {
        path: member(entry, "path").map(path).unwrap_or_default(),
        reason: string(member(entry, "reason")).unwrap_or_default().into(),
    }
}

fn undecided_instances(entry: &Value) -> Result<UndecidedInstances, ReadPlanError> {
    let wrong =
        |member, problem| ReadPlanError::Member { member, of: "undecided_instances".to_owned(), problem };
    let address = string(member(entry, "address")).ok_or_else(|| wrong("address", "missing"))?;
    let action = |words: &Value| {
        let words: Vec<&str> = list(Some(words)).iter().map_while(|word| string(Some(word))).collect();
        Action::of_words(&words).ok_or_else(|| wrong("possible_actions", "unknown combination"))
    };
    let reason = list(member(entry, "undecided")).first().map(undecided);
    Ok(UndecidedInstances {
        address: address.into(),
        actions: list(member(entry, "possible_actions")).iter().map(action).collect::<Result<_, _>>()?,
        reason: reason.map(|undecided| undecided.reason).unwrap_or_default(),
        source: member(entry, "source").and_then(source),
    })
}

fn cause(entry: &Value) -> Option<Cause> {
    Some(Cause {
        address: string(member(entry, "address"))?.parse().ok()?,
        path: member(entry, "path").map(path).unwrap_or_default(),
        via: member(entry, "via").map(path),
    })
}

fn source(entry: &Value) -> Option<Location> {
    let number = |name| match member(entry, name) {
        Some(Value::Number(number)) => index(number).and_then(|number| u32::try_from(number).ok()),
        _ => None,
    };
    Some(Location {
        file: string(member(entry, "file"))?.into(),
        line: number("line").unwrap_or_default(),
        column: number("column").unwrap_or_default(),
    })
}

fn path(steps: &Value) -> AttributePath {
    let step = |step: &Value| match step {
        Value::String(name) => Some(PathStep::Name(name.clone())),
        Value::Number(number) => index(number).map(PathStep::Index),
        _ => None,
    };
    list(Some(steps)).iter().map_while(step).collect()
}

fn index(number: &Number) -> Option<usize> {
    number.to_string().parse().ok()
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    object(Some(value))?.get(name)
}

fn object(value: Option<&Value>) -> Option<&ValueMap> {
    match value? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::List(elements) | Value::Tuple(elements)) => elements,
        _ => &[],
    }
}

fn string(value: Option<&Value>) -> Option<&str> {
    match value? {
        Value::String(text) => Some(text),
        _ => None,
    }
}
