//! Terraform's JSON plan format, version 1.2: writing and reading.
//!
//! Tools that read the output of `terraform show -json` can read this as well. It differs in sensitive values:
//! Terraform writes them, this module never does. [`REDACTED`](super::REDACTED) takes their place, or
//! [`REDACTED_CHANGED`](super::REDACTED_CHANGED) if the value changes. Values missing in `after_unknown`,
//! `before_sensitive` and `after_sensitive` are false.
//!
//! Keys beyond Terraform's: `source`, `cause` and `undecided` for a change, and `counts` and `state` for the plan; a
//! review may add `effects_digest` and `review`.

mod change;
mod configuration;
mod document;
mod invocations;
mod read;
mod references;
mod rendered;
mod rewrite;
mod shape;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod values;
mod words;
mod writer;

use std::fmt;
use std::io;
use std::sync::Arc;

pub use document::{OtherDocument, SourceDocument};
pub use read::{ReadPlanError, read};
pub(crate) use shape::by_block;
pub use text::PlanText;

use iac_core::address::ResourceMode;
use iac_lang::config::Module;

use self::rendered::{Rendered, Resource};
use self::writer::Writer;
use super::secret::{SchemaSecrets, Secrets};
use super::{
    CheckResult, CheckStatus, Completion, Counts, KnowledgeRecord, Plan, Predictor, StateContents,
    StateRecord,
};
use crate::schema::{EntityKind, Schema};

/// The version of the format.
pub const FORMAT_VERSION: &str = "1.2";
/// The version of Terraform whose plans are predicted.
pub const TERRAFORM_VERSION: &str = "1.11.4";

/// The content of a JSON plan.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The configuration that the plan was made from.
    pub configuration: Option<&'a Module>,
    /// The schemas of the types in the configuration, which tell the sensitive arguments.
    pub schema: &'a dyn Fn(EntityKind, &str) -> Option<Arc<Schema>>,
    /// Additional members of the plan: their names and JSON.
    pub members: &'a [(&'a str, String)],
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").finish_non_exhaustive()
    }
}

/// Writes a plan as JSON. A plan that was read is written as it was, with sensitive values replaced.
///
/// # Errors
///
/// Returns an error if writing fails.
pub fn write(document: &Document<'_>, to: &mut dyn io::Write) -> io::Result<()> {
    if rewrite::rewrite(document, to)? {
        return Ok(());
    }
    let plan = document.plan;
    let schemas = plan.changes.iter().chain(&plan.drift).map(|change| change.schema.as_ref());
    let secrets = SchemaSecrets::of(schemas);
    let is_stored = |mode| mode != ResourceMode::Ephemeral;
    let changes = plan.changes.iter().filter(|change| is_stored(change.address.mode));
    let rendered = Rendered::new(changes, &secrets);

    let mut writer = Writer::default();
    writer.begin_object();
    writer.key("format_version");
    writer.string(FORMAT_VERSION);
    writer.key("terraform_version");
    writer.string(TERRAFORM_VERSION);
    writer.variables(plan);
    writer.section("planned_values");
    values::planned(&mut writer, plan, &rendered, to)?;
    if !plan.drift.is_empty() {
        writer.section("resource_drift");
        changes_of(&mut writer, &Rendered::new(plan.drift.iter(), &secrets), to)?;
    }
    writer.section("resource_changes");
    changes_of(&mut writer, &rendered, to)?;
    deferred_changes(&mut writer, &rendered, to)?;
    writer.undecided_instances(&plan.undecided_instances);
    writer.output_changes(&plan.outputs);
    writer.invocations(&plan.invocations);
    writer.section("prior_state");
    values::prior(&mut writer, plan, &rendered, to)?;
    if let Some(module) = document.configuration {
        writer.section("configuration");
        configuration::write(&mut writer, module, document.schema, to)?;
    }
    writer.checks(&plan.checks);
    let counts = Counts::of(plan);
    writer.counts(&counts);
    writer.state(plan.state.as_ref());
    writer.knowledge(&plan.knowledge);
    for (name, json) in document.members {
        writer.section(name);
        writer.raw(json.as_bytes());
    }
    let has_failed = || plan.checks.iter().any(|check| check.status() == CheckStatus::Error);
    let Completion { errored, complete, applyable } = plan.completion;
    writer.section("applyable");
    writer.bool(applyable.unwrap_or_else(|| counts.may_have_changes()));
    writer.section("complete");
    writer.bool(complete.unwrap_or(counts.undecided == 0));
    writer.section("errored");
    writer.bool(errored.unwrap_or_else(has_failed));
    writer.end_object();
    writer.out.push(b'\n');
    to.write_all(&writer.out)
}

/// Writes a list of changes, without data sources that are read during planning.
fn changes_of(writer: &mut Writer, rendered: &Rendered<'_>, to: &mut dyn io::Write) -> io::Result<()> {
    writer.begin_array();
    for resource in rendered.iter().filter(Resource::is_change) {
        writer.line();
        writer.resource_change(&resource);
        writer.flush(to)?;
    }
    writer.end_array();
    Ok(())
}

/// Writes the deferred changes, each with its reason.
fn deferred_changes(writer: &mut Writer, rendered: &Rendered<'_>, to: &mut dyn io::Write) -> io::Result<()> {
    let mut deferred =
        rendered.iter().filter_map(|resource| Some((resource.change.deferred?, resource))).peekable();
    if deferred.peek().is_none() {
        return Ok(());
    }
    writer.section("deferred_changes");
    writer.begin_array();
    for (reason, resource) in deferred {
        writer.line();
        writer.begin_object();
        writer.key("reason");
        writer.string(reason.as_str());
        writer.key("resource_change");
        writer.resource_change(&resource);
        writer.end_object();
        writer.flush(to)?;
    }
    writer.end_array();
    Ok(())
}

impl Writer {
    fn variables(&mut self, plan: &Plan) {
        if plan.variables.is_empty() {
            return;
        }
        self.section("variables");
        self.begin_object();
        for variable in &plan.variables {
            self.key(&variable.name);
            self.begin_object();
            self.key("value");
            self.value(&variable.value, &Secrets::whole(variable.sensitive), None);
            self.end_object();
        }
        self.end_object();
    }

    fn state(&mut self, state: Option<&StateRecord>) {
        let Some(StateRecord { source, contents }) = state else { return };
        self.section("state");
        self.begin_object();
        self.key("source");
        self.string(source);
        self.key("exists");
        self.bool(matches!(contents, StateContents::Present { .. }));
        match contents {
            StateContents::Absent { reason } => {
                self.key("reason");
                self.string(reason);
            }
            StateContents::Present { serial, lineage, modified } => {
                if let Some(serial) = serial {
                    self.key("serial");
                    self.number(serial);
                }
                for (name, text) in [("lineage", lineage), ("modified", modified)] {
                    if let Some(text) = text {
                        self.key(name);
                        self.string(text);
                    }
                }
            }
        }
        self.end_object();
    }

    fn knowledge(&mut self, records: &[KnowledgeRecord]) {
        if records.is_empty() {
            return;
        }
        self.section("provider_knowledge");
        self.begin_array();
        for record in records {
            self.begin_object();
            for (name, text) in [("provider", &record.provider), ("version", &record.version)] {
                self.key(name);
                self.string(text);
            }
            if record.predictor != Predictor::Table {
                self.key("predicted_by");
                self.string(record.predictor.as_str());
            }
            if let Some(remark) = &record.remark {
                self.key("remark");
                self.string(remark);
            }
            self.end_object();
        }
        self.end_array();
    }

    fn checks(&mut self, checks: &[CheckResult]) {
        if checks.is_empty() {
            return;
        }
        self.section("checks");
        self.begin_array();
        for check in checks {
            self.line();
            self.begin_object();
            self.key("address");
            self.begin_object();
            self.key("kind");
            self.string(check.kind.as_str());
            self.key("to_display");
            self.string(&check.address);
            self.end_object();
            self.key("status");
            self.string(check.status().as_str());
            self.key("instances");
            self.begin_array();
            for instance in &check.instances {
                self.begin_object();
                self.key("address");
                self.begin_object();
                self.key("to_display");
                self.string(&instance.address);
                self.end_object();
                self.key("status");
                self.string(instance.status.as_str());
                if !instance.problems.is_empty() {
                    self.key("problems");
                    self.begin_array();
                    for problem in &instance.problems {
                        self.begin_object();
                        self.key("message");
                        self.string(problem);
                        self.end_object();
                    }
                    self.end_array();
                }
                self.end_object();
            }
            self.end_array();
            self.end_object();
        }
        self.end_array();
    }

    fn counts(&mut self, counts: &Counts) {
        self.section("counts");
        self.begin_object();
        for (name, count) in counts.named() {
            self.key(name);
            self.number(count);
        }
        self.end_object();
    }
}

impl CheckResult {
    /// Returns the combined status of all instances; `pass` if there are none.
    #[must_use]
    pub fn status(&self) -> CheckStatus {
        self.instances.iter().map(|instance| instance.status).max().unwrap_or(CheckStatus::Pass)
    }
}
