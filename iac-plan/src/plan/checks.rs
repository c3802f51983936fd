//! `check` blocks.

use std::sync::Arc;

use iac_core::address::ResourceAddress;
use iac_lang::config::Check;
use iac_lang::value::Value;

use super::expand::Repetition;
use super::ignore::Ignored;
use super::index::{InstanceIndex, ModuleIndex};
use super::pending::Pending;
use super::session::Session;
use super::work::{ResourceDefinition, WorkItem};
use super::{conditions, data, scope, values};
use crate::plan::{Action, ActionReason, CheckKind};
use crate::schema::EntityKind;

impl<'a> Session<'a> {
    /// Evaluates the checks of all modules. Their failures are warnings.
    pub(crate) fn all_checks(&mut self) {
        for module in self.modules.list.keys() {
            for check in &self.modules.get(module).module.checks {
                for instance in self.instances_of[module].clone() {
                    self.check(module, instance, check);
                }
            }
        }
    }

    fn check(&mut self, module: ModuleIndex, instance: InstanceIndex, check: &'a Check) {
        let address = values::address(&self.instances[instance].steps, "check", &check.name);
        let nested = check.data.as_ref().map(|resource| {
            let selected = self.select_provider(module, resource);
            let schema =
                selected.provider.and_then(|each| each.schema(EntityKind::DataSource, &resource.type_name));
            let definition = ResourceDefinition {
                resource,
                schema,
                selected,
                ignored: Ignored::Nothing,
                create_before_destroy: false,
            };
            let steps = self.instances[instance].steps.clone();
            let work = WorkItem {
                definition: Arc::new(definition),
                module: instance,
                repetition: Repetition::None,
                address: ResourceAddress { modules: steps, ..resource.address() },
                importing: None,
            };
            (resource, data::plan(self, &work, &Pending::No))
        });
        let mut value = Value::UNKNOWN;
        if let Some((_, outcome)) = nested.as_ref() {
            value = scope::whole(&outcome.change);
        }
        let repetition = self.instances[instance].repetition.clone();
        let mut scope = self.scope(instance, &repetition);
        scope.nested = nested.as_ref().map(|(resource, _)| (*resource, &value));
        let checked = conditions::check(&check.assertions, &scope, "Check block assertion failed", &address);
        self.conclude(CheckKind::Check, module, ("check", &check.name), address, checked);
        if let Some((_, outcome)) = nested {
            let mut change = outcome.change;
            if change.action == Action::Read {
                change.reason = Some(ActionReason::ReadBecauseCheckNested);
            }
            self.changes.push(change);
            let as_warning = |mut diagnostic: iac_core::diagnostic::Diagnostic| {
                diagnostic.severity = iac_core::diagnostic::Severity::Warning;
                diagnostic
            };
            self.warnings.extend(outcome.errors.into_iter().map(as_warning));
        }
    }
}
