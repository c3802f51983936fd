//! `action_invocations` and `deferred_action_invocations`.

use super::writer::Writer;
use crate::plan::secret::Secrets;
use crate::plan::{ActionInvocation, ActionTrigger, Deferral};

impl Writer {
    pub(super) fn invocations(&mut self, invocations: &[ActionInvocation]) {
        let is_deferred = |invocation: &&ActionInvocation| invocation.deferred.is_some();
        if invocations.iter().any(|each| !is_deferred(&each)) {
            self.section("action_invocations");
            self.begin_array();
            for invocation in invocations.iter().filter(|each| !is_deferred(each)) {
                self.line();
                self.invocation(invocation);
            }
            self.end_array();
        }
        if invocations.iter().any(|each| is_deferred(&each)) {
            self.section("deferred_action_invocations");
            self.begin_array();
            for invocation in invocations.iter().filter(is_deferred) {
                self.line();
                self.begin_object();
                self.key("reason");
                self.string(invocation.deferred.unwrap_or(Deferral::Unknown).as_str());
                self.key("action_invocation");
                self.invocation(invocation);
                self.end_object();
            }
            self.end_array();
        }
    }

    fn invocation(&mut self, invocation: &ActionInvocation) {
        let ActionInvocation { address, action_type, name, provider_name, config, .. } = invocation;
        self.begin_object();
        let texts =
            [("address", address), ("type", action_type), ("name", name), ("provider_name", provider_name)];
        for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            self.key(key);
            self.string(text);
        }
        if !config.is_null() {
            let secrets = Secrets::new(None, &invocation.config_sensitive);
            self.key("config_values");
            self.value(config, &secrets, None);
            self.key("config_sensitive");
            self.sensitive(config, &secrets);
            self.key("config_unknown");
            self.unknown(config);
        }
        self.trigger(&invocation.trigger);
        self.end_object();
    }

    fn trigger(&mut self, trigger: &ActionTrigger) {
        match trigger {
            ActionTrigger::Unknown => {}
            ActionTrigger::Invoke { caller } => {
                self.key("invoke_action_trigger");
                self.begin_object();
                if let Some(caller) = caller {
                    self.key("calling_resource_address");
                    self.string(caller);
                }
                self.end_object();
            }
            ActionTrigger::Lifecycle { resource, event, block, action, on_failure } => {
                self.key("lifecycle_action_trigger");
                self.begin_object();
                self.key("triggering_resource_address");
                self.string(resource);
                self.key("action_trigger_event");
                self.string(event);
                self.key("action_trigger_block_index");
                self.number(block);
                self.key("actions_list_index");
                self.number(action);
                if let Some(on_failure) = on_failure {
                    self.key("on_failure");
                    self.string(on_failure);
                }
                self.end_object();
            }
        }
    }
}
