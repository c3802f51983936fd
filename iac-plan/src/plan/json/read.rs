//! Reading of JSON plans, made by this program or by Terraform.

mod change;
mod check;
mod entry;
mod instances;
mod invocation;

use std::sync::Arc;

use iac_core::text::Text;
use iac_lang::value::Value;

use self::entry::{Entry, Unknown};
use super::document::{Members, OtherDocument};
use super::{PlanText, SourceDocument};
use crate::plan::secret::spread;
use crate::plan::{
    Completion, KnowledgeRecord, Plan, Predictor, RelevantAttribute, StateContents, StateRecord,
    VariableValue,
};
use crate::schema::{EntityKind, Schema};

/// Returns the schema of a type, if known.
type Schemas<'a> = &'a dyn Fn(EntityKind, &str) -> Option<Arc<Schema>>;

/// An error of reading a JSON plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadPlanError {
    /// The text is not JSON.
    #[error("invalid JSON")]
    Json(#[source] serde_json::Error),
    /// The text is neither UTF-8 nor UTF-16.
    #[error("the text is neither UTF-8 nor UTF-16")]
    Encoding,
    /// The text is empty.
    #[error("the document is empty")]
    Empty,
    /// A saved plan file instead of JSON.
    #[error("this is a saved plan file, not JSON")]
    SavedPlan,
    /// The JSON is not a plan.
    #[error("not a plan: it has no `format_version`")]
    NotAPlan,
    /// Another of Terraform's documents.
    #[error("this is {0}")]
    OtherDocument(OtherDocument),
    /// The document has a version and nothing that is planned.
    #[error("`resource_changes` and `planned_values` are missing")]
    NoSections,
    /// The document has the planned values but not the changes.
    #[error("`resource_changes` is missing, but `planned_values` has {0} resources")]
    NoChanges(usize),
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
/// [`Plan::unrecognized`] names content that the format does not define.
///
/// # Errors
///
/// Returns an error if the text is not a plan, or if a member is of another type than the format requires.
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
        undecided_instances: instances::undecided_instances(document, &mut unknown)?,
        state: state_record(document, &mut unknown)?,
        knowledge: knowledge_records(document, &mut unknown)?,
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
            .push(format!("{lines} line{plural} around the plan, such as the output of a wrapper").into());
    }
    if let (1, minor @ 3..) = members.version() {
        plan.unrecognized
            .push(format!("format version 1.{minor}, which is newer than {}", super::FORMAT_VERSION).into());
    }
    spread(&mut plan);
    Ok(plan)
}

/// Reads the versions of the knowledge, which only plans of this program have.
fn knowledge_records(
    document: Entry<'_>,
    unknown: &mut Unknown,
) -> Result<Vec<KnowledgeRecord>, ReadPlanError> {
    const LIST: &str = "provider_knowledge";
    let mut records = Vec::new();
    for record in document.objects(LIST)? {
        let record =
            record?.named(LIST).only(&["predicted_by", "provider", "remark", "version"], LIST, unknown);
        let text = |name| Ok(record.text(name)?.map(Text::from));
        let missing = |name| move || record.wrong(name, "missing");
        records.push(KnowledgeRecord {
            provider: text("provider")?.ok_or_else(missing("provider"))?,
            version: text("version")?.ok_or_else(missing("version"))?,
            predictor: record.text("predicted_by")?.and_then(Predictor::of_word).unwrap_or_default(),
            remark: text("remark")?,
        });
    }
    Ok(records)
}

/// Reads the record of the state, which only plans of this program have.
fn state_record(document: Entry<'_>, unknown: &mut Unknown) -> Result<Option<StateRecord>, ReadPlanError> {
    const MEMBERS: [&str; 6] = ["exists", "lineage", "modified", "reason", "serial", "source"];
    let Some(state) = document.object("state")? else { return Ok(None) };
    let state = state.named("`state`").only(&MEMBERS, "state", unknown);
    let text = |name| Ok(state.text(name)?.map(Text::from));
    let missing = |name| move || state.wrong(name, "missing");
    let contents = if state.flag("exists")?.ok_or_else(missing("exists"))? {
        StateContents::Present {
            serial: state.integer("serial")?,
            lineage: text("lineage")?,
            modified: text("modified")?,
        }
    } else {
        StateContents::Absent { reason: text("reason")?.ok_or_else(missing("reason"))? }
    };
    Ok(Some(StateRecord { source: text("source")?.ok_or_else(missing("source"))?, contents }))
}

fn variables(document: Entry<'_>, unknown: &mut Unknown) -> Result<Vec<VariableValue>, ReadPlanError> {
    let Some(variables) = document.object("variables")? else { return Ok(Vec::new()) };
    let variable = |(name, variable): (&str, &Value)| {
        // Terraform writes sensitive values in plain text without marking them here, so none of them is shown.
        let variable = Entry::new(variable, "variables", "the plan")?.only(&["value"], "variables", unknown);
        Ok(VariableValue { name: name.into(), value: variable.value("value"), sensitive: true })
    };
    variables.each().map(variable).collect()
}

/// Reads the attributes whose drift affects the plan. Terraform lists them since version 1.2 (format version 1.1). A
/// refresh-only plan has no changes: all of its drift is relevant.
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
