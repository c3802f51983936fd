//! Plans read back, whoever wrote them.

use std::sync::Arc;

use super::super::{
    Action, ActionReason, Cause, CheckInstance, CheckKind, CheckResult, CheckStatus, Completion, Deferral,
    OutputChange, Plan, ResourceChange, Undecided, VariableValue,
};
use super::document::{Members, OtherDocument};
use super::{invocations, shape};
use crate::address::ResourceAddress;
use crate::builder::ResourceMode;
use crate::config::Location;
use crate::plan::secret::spread;
use crate::schema::{EntityKind, Schema};
use crate::text::Text;
use crate::value::{AttributePath, Number, PathStep, Value, ValueMap};

/// Why text is not a plan that can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadPlanError {
    /// It is not JSON.
    #[error("it is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// It is JSON of another kind.
    #[error("it is not a plan: `format_version` is missing")]
    NotAPlan,
    /// It is another document of Terraform.
    #[error("it is {0}, not a plan")]
    OtherDocument(OtherDocument),
    /// It has a version, and nothing that is planned.
    #[error("`resource_changes` and `planned_values` are missing")]
    NoSections,
    /// Its format is of a version that is not understood.
    #[error("the plan has format version {0}, but only versions 0 and 1 are understood")]
    Version(String),
    /// Something in it is not what the format says.
    #[error("`{member}` of {of} is {problem}")]
    Member {
        /// The member.
        member: &'static str,
        /// What has the member: an address, or the plan.
        of: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// Reads a plan. Without the schema of a type, a set of it is read as a list.
///
/// # Errors
///
/// When the text is not a plan.
pub fn read(
    text: &[u8],
    schema: &dyn Fn(EntityKind, &str) -> Option<Arc<Schema>>,
) -> Result<Plan, ReadPlanError> {
    let document = Members::parse(text)?;
    let changes = |member: &'static str| {
        let read = |change: &Value| resource_change(change, member, schema);
        list(document.get(member)).iter().map(read).collect::<Result<Vec<_>, _>>()
    };
    let outputs = object(document.get("output_changes")).into_iter().flat_map(ValueMap::iter);
    let variables = object(document.get("variables")).into_iter().flat_map(ValueMap::iter);
    let mut resources = changes("resource_changes")?;
    for entry in list(document.get("deferred_changes")) {
        let change = member(entry, "resource_change").ok_or_else(|| ReadPlanError::Member {
            member: "resource_change",
            of: "deferred_changes".to_owned(),
            problem: "missing",
        })?;
        let reason = string(member(entry, "reason")).and_then(Deferral::of_word);
        let deferred = Some(reason.unwrap_or(Deferral::Unknown));
        resources.push(ResourceChange { deferred, ..resource_change(change, "deferred_changes", schema)? });
    }
    let flag = |name| match document.get(name) {
        Some(Value::Bool(flag)) => Some(*flag),
        _ => None,
    };
    let mut plan = Plan {
        changes: resources,
        invocations: invocations::read(
            document.get("action_invocations"),
            document.get("deferred_action_invocations"),
        ),
        completion: Completion {
            errored: flag("errored"),
            complete: flag("complete"),
            applyable: flag("applyable"),
        },
        drift: changes("resource_drift")?,
        outputs: outputs.map(|(name, change)| output_change(name, change)).collect::<Result<_, _>>()?,
        variables: variables.map(variable).collect(),
        checks: list(document.get("checks")).iter().filter_map(check).collect(),
        ..Plan::default()
    };
    spread(&mut plan);
    Ok(plan)
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
    let action = action(change).ok_or_else(|| wrong(name, "actions", "not known"))?;
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
        deferred: None,
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
        problem: "not known",
    })?;
    let value = |name| member(change, name).cloned().unwrap_or(Value::Null);
    let mut after = value("after");
    shape::unknown(&mut after, member(change, "after_unknown"));
    // Terraform does not say which part of an output is sensitive.
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
    // Terraform writes sensitive ones as they are, and does not say here which they are: none is shown.
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

fn cause(entry: &Value) -> Option<Cause> {
    Some(Cause {
        address: string(member(entry, "address"))?.parse().ok()?,
        path: member(entry, "path").map(path).unwrap_or_default(),
        via: member(entry, "via").map(path),
    })
}

fn source(entry: &Value) -> Option<Location> {
    let number = |name| integer(member(entry, name)).and_then(|number| u32::try_from(number).ok());
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

pub(super) fn integer(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn index(number: &Number) -> Option<usize> {
    number.to_string().parse().ok()
}

pub(super) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    object(Some(value))?.get(name)
}

pub(super) fn object(value: Option<&Value>) -> Option<&ValueMap> {
    match value? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

pub(super) fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::List(elements) | Value::Tuple(elements)) => elements,
        _ => &[],
    }
}

pub(super) fn string(value: Option<&Value>) -> Option<&str> {
    match value? {
        Value::String(text) => Some(text),
        _ => None,
    }
}
