//! Plans read back, whoever wrote them.

mod change;
mod check;
mod entry;
mod invocation;

use std::sync::Arc;

use self::entry::{Entry, Unknown};
use super::document::{Members, OtherDocument};
use super::{PlanText, SourceDocument};
use crate::plan::secret::spread;
use crate::plan::{Completion, Plan, RelevantAttribute, VariableValue};
use crate::schema::{EntityKind, Schema};
use crate::text::Text;
use crate::value::Value;

/// The schema of a type, where it is known.
type Schemas<'a> = &'a dyn Fn(EntityKind, &str) -> Option<Arc<Schema>>;

/// Why text is not a plan that can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadPlanError {
    /// It is not JSON.
    #[error("it is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// It is neither UTF-8 nor UTF-16.
    #[error("it is neither UTF-8 nor UTF-16")]
    Encoding,
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is a saved plan, and not JSON.
    #[error("it is a saved plan file, not JSON")]
    SavedPlan,
    /// It is JSON of another kind.
    #[error("it is not a plan: `format_version` is missing")]
    NotAPlan,
    /// It is another document of Terraform.
    #[error("it is {0}, not a plan")]
    OtherDocument(OtherDocument),
    /// It has a version, and nothing that is planned.
    #[error("`resource_changes` and `planned_values` are missing")]
    NoSections,
    /// It says what there will be, and not what changes.
    #[error("`resource_changes` is missing, but `planned_values` has {0} resources")]
    NoChanges(usize),
    /// Its format is of a version that is not understood.
    #[error("format version {0} is not supported, only 0 and 1 are")]
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
/// What the format does not have is named in [`Plan::unrecognized`].
///
/// # Errors
///
/// When the text is not a plan, or something in it has another type than the format says.
pub fn read(text: &PlanText<'_>, schema: Schemas<'_>) -> Result<Plan, ReadPlanError> {
    let members = Members::parse(text.as_str())?;
    let mut unknown = Unknown::default();
    for name in members.unknown_names() {
        unknown.add("", format!("member `{name}`"));
    }
    let document = Entry::new(members.value(), "plan", "the plan")?;
    let mut changes = change::resource_changes(document, "resource_changes", schema, &mut unknown)?;
    changes.extend(change::deferred_changes(document, schema, &mut unknown)?);
    let mut plan = Plan {
        changes,
        drift: change::resource_changes(document, "resource_drift", schema, &mut unknown)?,
        outputs: change::output_changes(document, &mut unknown)?,
        variables: variables(document, &mut unknown)?,
        checks: check::checks(document, &mut unknown)?,
        invocations: invocation::invocations(document, &mut unknown)?,
        completion: Completion {
            errored: document.flag("errored")?,
            complete: document.flag("complete")?,
            applyable: document.flag("applyable")?,
        },
        relevant_attributes: relevant_attributes(document, members.version(), &mut unknown)?,
        document: Some(SourceDocument::new(text.as_str())),
        ..Plan::default()
    };
    if !members.has("resource_changes") && plan.changes.is_empty() {
        match super::document::planned_resources(text.as_str())? {
            0 => {}
            many => return Err(ReadPlanError::NoChanges(many)),
        }
    }
    plan.unrecognized = unknown.phrases().map(Text::from).collect();
    if text.ignored_lines > 0 {
        let lines = text.ignored_lines;
        let plural = if lines == 1 { "" } else { "s" };
        plan.unrecognized
            .push(format!("{lines} line{plural} around the plan, as wrappers print them").into());
    }
    if let (1, minor @ 3..) = members.version() {
        plan.unrecognized
            .push(format!("format version 1.{minor}, which is newer than {}", super::FORMAT_VERSION).into());
    }
    spread(&mut plan);
    Ok(plan)
}

fn variables(document: Entry<'_>, unknown: &mut Unknown) -> Result<Vec<VariableValue>, ReadPlanError> {
    let Some(variables) = document.object("variables")? else { return Ok(Vec::new()) };
    let variable = |(name, variable): (&str, &Value)| {
        // Terraform writes sensitive ones as they are, and does not say here which they are: none is shown.
        let variable = Entry::new(variable, "variables", "the plan")?.only(&["value"], "variables", unknown);
        Ok(VariableValue { name: name.into(), value: variable.value("value"), sensitive: true })
    };
    variables.each().map(variable).collect()
}

/// What of the drift has a part in the plan. Terraform says it since version 1.2, with the format version 1.1; where it
/// was only to refresh the state, nothing is planned, and all of the drift is what the plan is about.
fn relevant_attributes(
    document: Entry<'_>,
    version: (u32, u32),
    unknown: &mut Unknown,
) -> Result<Option<Vec<RelevantAttribute>>, ReadPlanError> {
    const LIST: &str = "relevant_attributes";
    let mut attributes = Vec::new();
    for entry in document.objects(LIST)? {
        let entry = entry?.named(LIST).only(&["attribute", "resource"], LIST, unknown);
        let resource = entry.text("resource")?.unwrap_or_default().into();
        attributes.push(RelevantAttribute { resource, path: entry.path("attribute")? });
    }
    let is_refresh_only = document.list("resource_changes")?.is_empty();
    let is_said = version >= (1, 1) || !attributes.is_empty();
    Ok((is_said && !is_refresh_only).then_some(attributes))
}
