//! `resource_changes`, `resource_drift` and `output_changes`.

use iac_lang::config::Location;
use iac_lang::value::{AttributePath, Value};

use super::rendered::Resource;
use super::writer::Writer;
use crate::plan::secret::Secrets;
use crate::plan::{Action, Cause, OutputChange, Undecided, UndecidedInstances};

impl Writer {
    pub(super) fn resource_change(&mut self, resource: &Resource<'_>) {
        let change = resource.change;
        self.begin_object();
        self.address(&change.address);
        if let Some(previous) = &change.previous_address {
            self.key("previous_address");
            self.display(previous);
        }
        self.key("provider_name");
        self.string(&change.provider_name);
        if let Some(key) = &change.deposed {
            self.key("deposed");
            self.string(key);
        }
        self.key("change");
        self.change(resource);
        if let Some(reason) = change.reason {
            self.key("action_reason");
            self.string(reason.as_str());
        }
        for (name, source) in [("source", &change.source), ("inner_source", &change.inner_source)] {
            if let Some(source) = source {
                self.source(name, source);
            }
        }
        self.cause(&change.cause);
        self.possible_actions(&change.possible_actions());
        if let Some(predictor) = change.predicted_by {
            self.key("predicted_by");
            self.string(predictor.as_str());
        }
        self.undecided(&change.undecided);
        self.end_object();
    }

    fn change(&mut self, resource: &Resource<'_>) {
        let change = resource.change;
        self.begin_object();
        self.actions(change.action);
        self.key("before");
        self.raw(resource.before);
        self.key("after");
        self.raw(resource.compared);
        self.key("after_unknown");
        match &*change.after {
            Value::Null => self.raw(b"{}"),
            after => drop(self.unknown(after)),
        }
        self.key("before_sensitive");
        self.sensitive(&change.before, &resource.before_secrets);
        self.key("after_sensitive");
        self.sensitive(&change.after, &resource.after_secrets);
        if !change.replace_paths.is_empty() {
            self.key("replace_paths");
            self.begin_array();
            for path in &change.replace_paths {
                self.path(path);
            }
            self.end_array();
        }
        if let Some(id) = &change.importing {
            self.key("importing");
            self.begin_object();
            self.key("id");
            self.string(id);
            self.end_object();
        }
        self.end_object();
    }

    fn actions(&mut self, action: Action) {
        self.key("actions");
        self.begin_array();
        for action in action.as_strs() {
            self.string(action);
        }
        self.end_array();
    }

    /// Writes the actions that are possible, if the planned one is an estimate.
    fn possible_actions(&mut self, actions: &[Action]) {
        if actions.is_empty() {
            return;
        }
        self.key("possible_actions");
        self.begin_array();
        for action in actions {
            self.begin_array();
            for word in action.as_strs() {
                self.string(word);
            }
            self.end_array();
        }
        self.end_array();
    }

    fn source(&mut self, name: &str, source: &Location) {
        self.key(name);
        self.begin_object();
        self.key("file");
        self.string(&source.file);
        if source.line > 0 {
            self.key("line");
            self.number(source.line);
            self.key("column");
            self.number(source.column);
        }
        self.end_object();
    }

    fn cause(&mut self, cause: &[Cause]) {
        if cause.is_empty() {
            return;
        }
        self.key("cause");
        self.begin_array();
        for Cause { address, path, via } in cause {
            self.begin_object();
            self.key("address");
            self.display(address);
            self.key("path");
            self.path(path);
            if let Some(via) = via {
                self.key("via");
                self.path(via);
            }
            self.end_object();
        }
        self.end_array();
    }

    fn undecided(&mut self, undecided: &[Undecided]) {
        if undecided.is_empty() {
            return;
        }
        self.key("undecided");
        self.begin_array();
        for Undecided { path, reason } in undecided {
            self.begin_object();
            self.key("path");
            self.path(path);
            self.key("reason");
            self.string(reason);
            self.end_object();
        }
        self.end_array();
    }

    /// Writes the instances that are not planned, in the form of changes.
    pub(super) fn undecided_instances(&mut self, undecided: &[UndecidedInstances]) {
        if undecided.is_empty() {
            return;
        }
        self.section("undecided_instances");
        self.begin_array();
        for UndecidedInstances { address, actions, reason, source } in undecided {
            self.line();
            self.begin_object();
            self.key("address");
            self.string(address);
            self.possible_actions(actions);
            if let Some(source) = source {
                self.source("source", source);
            }
            self.undecided(&[Undecided { path: AttributePath::default(), reason: reason.clone() }]);
            self.end_object();
        }
        self.end_array();
    }

    pub(super) fn output_changes(&mut self, outputs: &[OutputChange]) {
        if outputs.is_empty() {
            return;
        }
        self.section("output_changes");
        self.begin_object();
        for output in outputs {
            self.line();
            self.key(&output.name);
            self.output_change(output);
        }
        self.end_object();
    }

    fn output_change(&mut self, output: &OutputChange) {
        self.begin_object();
        self.actions(output.action);
        self.key("before");
        self.value(&output.before, &Secrets::whole(output.before_sensitive), None);
        if output.after != Value::UNKNOWN {
            self.key("after");
            let before = (output.before != Value::Null).then_some(&output.before);
            self.value(&output.after, &Secrets::whole(output.after_sensitive), before);
        }
        self.key("after_unknown");
        let mark = self.mark();
        if !self.unknown(&output.after) {
            self.rewind(mark);
            self.bool(false);
        }
        self.key("before_sensitive");
        self.bool(output.before_sensitive);
        self.key("after_sensitive");
        self.bool(output.after_sensitive);
        self.undecided(&output.undecided);
        self.end_object();
    }
}
