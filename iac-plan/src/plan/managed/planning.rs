//! The planning of one instance, from its configuration to its change.

use std::sync::Arc;

use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value};

use super::Answer;
use super::prepared::{Prepared, prepare};
use super::redact::Redaction;
use crate::plan::action::{self, Decision};
use crate::plan::propose::{propose, propose_unread};
use crate::plan::session::Session;
use crate::plan::work::{Outcome, WorkItem, provider_error};
use crate::plan::{
    Action, ChangeDetails, PlanRequest, PlanResponse, ProviderError, ResourceChange, Undecided, cause, marks,
    unset,
};
use crate::schema::Schema;

/// The planning of an instance of a type with a schema.
pub(super) struct Planning<'w, 'a> {
    pub work: &'w WorkItem<'a>,
    schema: &'w Arc<Schema>,
    prepared: Prepared,
    /// Stays as it is for an unchanged instance, which no provider is asked about.
    decision: Decision,
    /// The value proposed without a prior value, if the instance is replaced.
    replacement: Option<Value>,
}

impl<'w, 'a> Planning<'w, 'a> {
    /// Evaluates the configuration. Returns `None` if the type has no schema.
    pub(super) fn start(session: &Session<'_>, work: &'w WorkItem<'a>) -> Option<Self> {
        let schema = work.definition.schema.as_ref()?;
        let prepared = prepare(session, work, schema);
        let decision = if prepared.errors.is_empty() {
            Decision::nothing()
        } else {
            Decision::failed(&prepared.prior.value)
        };
        Some(Self { work, schema, prepared, decision, replacement: None })
    }

    /// Returns the request to the provider, unless nothing changes or there are errors.
    pub(super) fn request(&self) -> Option<PlanRequest<'_>> {
        let proposed = self.prepared.proposed.as_ref().filter(|_| self.prepared.errors.is_empty())?;
        Some(self.request_with(&self.prepared.prior.value, proposed, &self.prepared.config))
    }

    /// Returns the request about the replacement.
    pub(super) fn replacement_request(&self) -> Option<PlanRequest<'_>> {
        Some(self.request_with(&Value::Null, self.replacement.as_ref()?, self.written()))
    }

    fn request_with<'p>(
        &'p self,
        prior: &'p Value,
        proposed: &'p Value,
        config: &'p Value,
    ) -> PlanRequest<'p> {
        PlanRequest {
            address: &self.work.address,
            provider: &self.work.definition.selected.name,
            schema: self.schema,
            prior,
            proposed,
            config,
            written: self.written(),
            private: self.prepared.private.as_deref(),
            sensitive: !self.prepared.sensitive.is_empty() || !self.prepared.prior.sensitive.is_empty(),
        }
    }

    /// Returns the configuration as written, without `ignore_changes` applied.
    fn written(&self) -> &Value {
        self.prepared.original.as_ref().unwrap_or(&self.prepared.config)
    }

    /// Decides the action from the provider's answer.
    pub(super) fn decide(&mut self, answer: Answer) {
        let definition = &self.work.definition;
        let response = match answer {
            Ok(mut response) => {
                if response.legacy && !self.prepared.prior.value.is_null() {
                    definition.ignored.revert(&self.prepared.prior.value, &mut response.planned);
                }
                response
            }
            Err(error) if error.unreachable => self.estimate(unanswered(&error)),
            Err(error) => {
                let error = self.redaction().error(error);
                self.prepared.errors.push(provider_error(&error, &self.work.address, definition.resource));
                self.decision = Decision::failed(&self.prepared.prior.value);
                return;
            }
        };
        let decision = action::decide(
            &self.prepared.prior.value,
            response,
            self.prepared.forced,
            definition.create_before_destroy,
        );
        self.decision = match &self.prepared.tainted {
            Some(_) if decision.action == Action::Create => {
                decision.tainted(definition.create_before_destroy)
            }
            _ => decision,
        };
    }

    /// Hides sensitive values, which providers quote in messages.
    fn redaction(&self) -> Redaction {
        Redaction::new(self.schema, self.written(), &self.prepared.sensitive)
    }

    /// Estimates the plan of a provider that cannot answer because it cannot reach its service.
    fn estimate(&mut self, undecided: Undecided) -> PlanResponse {
        let planned = if self.prepared.prior.value.is_null() {
            propose_unread(&self.schema.block, &self.prepared.config)
        } else {
            self.prepared.proposed.take().unwrap_or(Value::UNKNOWN)
        };
        PlanResponse {
            planned,
            requires_replace: Vec::new(),
            legacy: false,
            predicted_by: None,
            undecided: vec![undecided],
            warnings: Vec::new(),
        }
    }

    /// Proposes a value without the prior one, if the instance is replaced.
    pub(super) fn propose_replacement(&mut self) {
        if self.decision.action.is_replace() {
            self.replacement = Some(propose(&self.schema.block, &Value::Null, self.written()));
        }
    }

    /// Completes a replacement from the provider's answer.
    pub(super) fn replace(&mut self, answer: Answer) {
        match answer {
            Ok(response) => {
                self.decision.planned = Some(response.planned);
                for each in response.undecided {
                    if !self.prepared.undecided.contains(&each) && !self.decision.undecided.contains(&each) {
                        self.decision.undecided.push(each);
                    }
                }
            }
            Err(error) if error.unreachable => {
                self.decision.planned = Some(propose_unread(&self.schema.block, self.written()));
                self.decision.undecided.push(unanswered(&error));
            }
            Err(error) => {
                let error = self.redaction().error(error);
                let resource = self.work.definition.resource;
                self.prepared.errors.push(provider_error(&error, &self.work.address, resource));
            }
        }
    }

    /// Returns the planned change.
    pub(super) fn finish(mut self, session: &Session<'_>) -> Outcome {
        let resource = self.work.definition.resource;
        if resource.meta.lifecycle.prevent_destroy && self.decision.action.is_replace() {
            self.prepared.errors.push(action::prevented(&self.work.address, resource));
        }
        let redaction = (!self.decision.warnings.is_empty()).then(|| self.redaction());
        let warning = |text: &String| {
            let text = redaction.as_ref().map_or_else(|| text.clone(), |redaction| redaction.text(text));
            Diagnostic::warning("provider", text)
                .address(self.work.address.to_string())
                .at(resource.location.clone())
        };
        let warnings = self.decision.warnings.iter().map(warning).collect();
        let work = self.work;
        let (mut change, config, errors) = self.into_change();
        if errors.is_empty() {
            change.cause = cause::of(session, work, &change);
        }
        let unset = unset::arguments(&resource.body, &config, &change.after);
        let mut written = unset::rewritten(&resource.body, &config, &change.after);
        written.retain(|(path, _)| !change.after_sensitive.contains(path));
        if !unset.is_empty() || !written.is_empty() {
            change.details = Some(Box::new(ChangeDetails { unset, written, ..ChangeDetails::default() }));
        }
        Outcome { change, errors, warnings }
    }

    /// Returns the change without its causes, the configuration, and the errors.
    fn into_change(self) -> (ResourceChange, Value, Vec<Diagnostic>) {
        let Self { work, schema, prepared, mut decision, .. } = self;
        let before = prepared.tainted.unwrap_or(prepared.prior);
        if let Some(planned) = &mut decision.planned {
            action::without_write_only(&schema.block, planned);
        }
        let has_errors = !prepared.errors.is_empty();
        let after = match decision.planned {
            // Seen only if the plan is made in spite of errors.
            _ if has_errors => Arc::new(propose_unread(&schema.block, &prepared.config)),
            Some(planned) if decision.action != Action::NoOp => Arc::new(planned),
            _ => Arc::clone(&before.value),
        };
        if decision.action == Action::NoOp {
            let of_schema = marks::of_schema(schema, &after);
            let paths = of_schema.into_iter().chain(prepared.sensitive.iter().cloned());
            if marks::normalized(&after, paths) != before.sensitive {
                decision.action = Action::Update;
            }
        }
        let after_sensitive = marks::normalized(&after, prepared.sensitive);
        let mut undecided = prepared.undecided;
        undecided.append(&mut decision.undecided);
        if has_errors {
            undecided = vec![whole("its configuration is invalid")];
        } else if work.importing.is_some() {
            // The state lacks attributes that only Terraform knows, so an import is nearly always followed by an
            // update.
            decision.action = Action::Update;
            undecided = vec![whole("the imported object is not read offline")];
        }
        let definition = &work.definition;
        let (address, provider) = (work.address.clone(), definition.selected.source.clone());
        let change = ResourceChange {
            previous_address: prepared.previous_address,
            schema: Some(Arc::clone(schema)),
            reason: decision.reason,
            replace_paths: decision.replace_paths,
            before_sensitive: before.sensitive,
            after_sensitive,
            importing: work.importing.clone(),
            predicted_by: decision
                .predicted_by
                .filter(|_| decision.action != Action::NoOp || !undecided.is_empty()),
            undecided,
            source: Some(definition.resource.location.clone()),
            ..ResourceChange::new(address, provider, decision.action, before.value, after)
        };
        (change, prepared.config, prepared.errors)
    }
}

fn unanswered(error: &ProviderError) -> Undecided {
    whole(if error.broken {
        "the provider failed to answer"
    } else {
        "the provider needs to access its service, which is not possible offline"
    })
}

/// Returns a reason why a whole change is undecided.
fn whole(reason: &'static str) -> Undecided {
    Undecided { path: AttributePath::default(), reason: Text::from_static(reason) }
}
