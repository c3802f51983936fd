//! Instances that are not planned: those of modules that are not installed, and those whose number is unknown.

use iac_core::address::{ModuleStep, ResourceMode};
use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::config::{Location, Meta, ModuleCall};
use iac_lang::value::{AttributePath, PathStep, Unknown, Value};

use super::index::{InstanceIndex, ModuleIndex};
use super::session::{InstanceRange, Session};
use super::values;
use crate::plan::{Action, ResourceChange, Undecided, UndecidedInstances};
use crate::schema::{Facts, ForceNew};

/// The relation of a module instance in the state to the configuration.
#[derive(Debug)]
pub(crate) enum Enclosing {
    /// The configuration has this instance.
    Exists,
    /// The configuration does not have this instance.
    Gone,
    /// It cannot be told, and why.
    Undecided(Text),
}

impl Session<'_> {
    /// Reports a module that is not installed, which Terraform refuses. Nothing is known of its resources.
    pub(crate) fn not_installed(&mut self, module: ModuleIndex, call: &ModuleCall) {
        for instance in self.instances_of[module].clone() {
            let address = values::address(&self.instances[instance].steps, "module", &call.name);
            let reason = format!("module `{}` is not installed", call.name);
            self.add_undecided_instances(address, reason, &call.location);
        }
        let summary = format!("module `{}` from `{}` is not installed", call.name, call.source);
        self.warnings.push(
            Diagnostic::error("module-not-installed", summary)
                .address(values::address(&static_steps(&self.modules.path(module)), "module", &call.name))
                .detail("Its resources are not planned, and its outputs are unknown.")
                .hint("Run `terraform init` to install it.")
                .at(call.location.clone()),
        );
    }

    /// Reports unknown instances: an error, unless Terraform may know them.
    pub(crate) fn unknown_expansion(
        &mut self,
        unknown: &Unknown,
        address: String,
        meta: &Meta,
        location: &Location,
    ) {
        let argument = if meta.count.is_some() { "count" } else { "for_each" };
        // A provider that is not asked may know more than its schema tells.
        let is_estimate = || self.request.providers.iter().any(|entry| !entry.provider.is_exact());
        if let Some(reason) = unknown.reason() {
            self.add_undecided_instances(address, format!("`{argument}` is unknown: {reason}"), location);
        } else if is_estimate() {
            let reason = format!("`{argument}` depends on values that are unknown here");
            self.add_undecided_instances(address, reason, location);
        } else if self.errors.is_empty() {
            let detail = format!(
                "The value of `{argument}` depends on values that are unknown until apply, so the instances cannot be determined."
            );
            self.errors.push(
                Diagnostic::error("unknown-instances", format!("Invalid {argument} argument"))
                    .address(address)
                    .detail(detail)
                    .at(location.clone()),
            );
        }
    }

    fn add_undecided_instances(&mut self, address: String, reason: String, location: &Location) {
        self.undecided_instances.push(UndecidedInstances {
            address: address.into(),
            actions: vec![Action::NoOp, Action::Create],
            reason: reason.into(),
            source: Some(location.clone()),
        });
    }

    /// Finds the module instance with an address in the state.
    pub(crate) fn enclosing(&self, steps: &[ModuleStep]) -> Enclosing {
        let mut instance = InstanceIndex::ROOT;
        for step in steps {
            let module_instance = &self.instances[instance];
            let module = self.modules.get(module_instance.module);
            let Some(call) = module.call(&step.name) else { return Enclosing::Gone };
            if module.children[call].is_none() {
                return Enclosing::Undecided(format!("module `{}` is not installed", step.name).into());
            }
            let range = &module_instance.calls[call];
            if matches!(range, InstanceRange::Unknown) {
                return Enclosing::Undecided(
                    format!("the instances of module `{}` are unknown", step.name).into(),
                );
            }
            let next = range.positions().find(|position| {
                self.instances[*position].steps.last().is_some_and(|last| last.key == step.key)
            });
            let Some(next) = next else { return Enclosing::Gone };
            instance = next;
        }
        Enclosing::Exists
    }
}

fn static_steps(path: &[&str]) -> Vec<ModuleStep> {
    path.iter().map(|name| ModuleStep { name: (*name).into(), key: None }).collect()
}

/// Returns the undecided arguments of a configuration.
pub(crate) fn arguments(config: &Value) -> Vec<Undecided> {
    let Value::Object(arguments) = config else { return Vec::new() };
    let undecided = arguments.iter().filter_map(|(name, value)| {
        let reason = value.doubt()?.reason()?.clone();
        Some(Undecided { path: AttributePath(vec![PathStep::Name(name.clone())]), reason })
    });
    undecided.collect()
}

/// Returns the planned value of an instance as others see it: what is undecided in it is an unknown value.
pub(crate) fn seen(change: &ResourceChange) -> Value {
    let mut value = (*change.after).clone();
    let Some(first) = change.undecided.first() else { return value };
    for undecided in &change.undecided {
        let doubt = doubt_of(change, &undecided.reason);
        match undecided.path.0.as_slice() {
            [] => value = value.doubted(Some(&doubt)),
            path => doubt_at(&mut value, path, &doubt),
        }
    }
    // If the action is undecided, so is whether the computed attributes keep their values.
    if !change.before.is_null() || change.address.mode == ResourceMode::Data {
        value = value.doubted(Some(&doubt_of(change, &first.reason)));
    }
    for (schema, undecided) in
        change.schema.iter().zip(change.undecided.iter().find(|each| replaces(change, each)))
    {
        let doubt = doubt_of(change, &undecided.reason);
        for attribute in schema.block.attributes.iter().filter(|each| each.computed) {
            doubt_at(&mut value, &[PathStep::Name(attribute.name.clone())], &doubt);
        }
    }
    value
}

/// Returns true if an undecided argument of an object that is planned to be kept may replace it, so that it is not known
/// whether the computed attributes keep their values.
fn replaces(change: &ResourceChange, undecided: &Undecided) -> bool {
    let is_kept = !change.before.is_null() && matches!(change.action, Action::NoOp | Action::Update);
    let Some(schema) = change.schema.as_ref().filter(|_| is_kept) else { return false };
    let may = |facts: &Facts| {
        facts.force_new != ForceNew::No || facts.hooks.as_ref().is_some_and(|hooks| hooks.replaces.is_some())
    };
    let mut block = &schema.block;
    for step in &undecided.path.0 {
        let PathStep::Name(name) = step else { continue };
        if let Some(attribute) = block.attribute(name) {
            return may(&attribute.facts);
        }
        let Some(nested) = block.nested(name) else { return false };
        if may(&nested.facts) {
            return true;
        }
        block = &nested.block;
    }
    false
}

/// Returns an unknown value whose reason is that of a change. A reason that names another change already is kept.
fn doubt_of(change: &ResourceChange, reason: &Text) -> Unknown {
    if reason.starts_with('`') && reason.contains("` is undecided: ") {
        return Unknown::undecided(reason.clone());
    }
    Unknown::undecided(format!("`{}` is undecided: {reason}", change.address))
}

/// Replaces the value at a path. Elements of sets have no paths, so the whole set is replaced.
fn doubt_at(value: &mut Value, path: &[PathStep], doubt: &Unknown) {
    match (&mut *value, path) {
        (Value::Object(members) | Value::Map(members), [PathStep::Name(name), rest @ ..]) => {
            if let Some(member) = members.get_mut(name) {
                doubt_at(member, rest, doubt);
            }
        }
        (Value::List(elements) | Value::Tuple(elements), [PathStep::Index(position), rest @ ..]) => {
            if let Some(element) = elements.get_mut(*position) {
                doubt_at(element, rest, doubt);
            }
        }
        (Value::Unknown(unknown), _) if unknown.reason().is_some() => {}
        _ => *value = Value::Unknown(doubt.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::plan::testing::{change, path};
    use crate::schema::Schema;

    #[test]
    fn computed_attributes_of_what_may_be_replaced_are_undecided_to_others() {
        let state = r#"{"id": "a", "name": "a", "size": 1}"#;
        let mut kept =
            change("test_thing.a", Action::Update, state, r#"{"id": "a", "name": "b", "size": 1}"#);
        kept.undecided = vec![Undecided { path: path("name"), reason: "who knows".into() }];
        let is_certain = |change: &ResourceChange, name: &str| {
            seen(change).member(name).is_some_and(|value| value.doubt().is_none())
        };
        assert!(is_certain(&kept, "id") && !is_certain(&kept, "name"));
        let mut schema: Schema = (**kept.schema.as_ref().unwrap()).clone();
        let block = Arc::make_mut(&mut schema.block);
        let name = block.attributes.iter_mut().find(|each| each.name == "name").unwrap();
        name.facts = Arc::new(Facts { force_new: ForceNew::Conditional, ..Facts::default() });
        kept.schema = Some(Arc::new(schema));
        assert!(!is_certain(&kept, "id") && is_certain(&kept, "size"));
    }
}
