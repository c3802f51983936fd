//! Resources.

use iac_core::address::ResourceMode;
use iac_core::body::Body;
use iac_core::expression::{Expression, ObjectKey};

use super::references::resource_of;
use super::{Place, Validator};
use crate::config::Resource;
use crate::references::visit;

impl<'a> Validator<'a, '_> {
    /// Checks a resource; `nested` is the data source of the same `check` block.
    pub(super) fn resource(&mut self, resource: &'a Resource, nested: Option<&'a Resource>) {
        let has_iterators =
            resource.body.arguments().any(|(name, value)| *name == "dynamic" || has_dynamic(value));
        let outside = Place { nested, has_iterators, ..Place::new(&resource.location, "") };
        let place = Place { resource: Some(resource), nested: None, ..outside };
        let meta = &resource.meta;
        for (name, value) in [("count", &meta.count), ("for_each", &meta.for_each)] {
            if let Some(value) = value {
                self.references(value, Place { has_iterators: false, ..place.argument(name) });
            }
        }
        self.depends_on(&meta.depends_on, place.argument("depends_on"));
        self.body(&resource.body, place);
        self.conditions(&meta.lifecycle.preconditions, place);
        self.conditions(&meta.lifecycle.postconditions, place);
        for trigger in &meta.lifecycle.action_triggers {
            self.action_trigger(trigger, place);
        }
        for trigger in &meta.lifecycle.replace_triggered_by {
            self.trigger(trigger, place.argument("lifecycle.replace_triggered_by"));
        }
        // They run after the resource exists, so they may refer to it.
        for body in &meta.provisioners {
            self.body(body, Place { nested: Some(resource), ..outside });
        }
        if let Some((name, Some(alias))) = &meta.provider {
            self.provider_exists(name, alias, place.argument("provider"));
        }
        self.ephemeral_resource(resource, place);
    }

    /// Checks the references in a body.
    pub(super) fn body(&mut self, body: &'a Body, place: Place<'a>) {
        body.visit_expressions(&mut |name, value| self.references(value, place.argument(name)));
    }

    /// Checks an entry of `replace_triggered_by`.
    fn trigger(&mut self, trigger: &'a Expression, place: Place<'a>) {
        let place = Place { resource: None, ..place };
        let mut is_resource = false;
        visit(trigger, &mut |reference| {
            // The keys come first, the resource last.
            is_resource = matches!(resource_of(&reference), Some((ResourceMode::Managed, ..)));
        });
        if !is_resource {
            let detail = "`replace_triggered_by` takes references to managed resources and their attributes.";
            self.error(place, Some(trigger), "invalid-reference", "Invalid reference", detail);
            return;
        }
        self.references(trigger, place);
    }

    /// Reports a provider configuration that does not exist.
    pub(super) fn provider_exists(&mut self, name: &str, alias: &str, place: Place<'_>) {
        let is_declared = self.module.providers.iter().any(|provider| {
            provider.name == *name && provider.alias.as_ref().is_some_and(|other| *other == *alias)
        });
        let is_required = self.module.required_providers.iter().any(|required| {
            required.aliases.iter().any(|(local, other)| *local == *name && *other == *alias)
        });
        let is_passed = self.passed.unwrap_or_default().iter().any(|passed| {
            passed.inner.0 == *name && passed.inner.1.as_ref().is_some_and(|other| *other == *alias)
        });
        if !(is_declared || is_required || is_passed) {
            let detail =
                format!("This module has no `provider \"{name}\"` block with `alias = \"{alias}\"`.");
            self.error(place, None, "undeclared-reference", "Provider configuration not present", detail);
        }
    }
}

/// Returns true if an object in JSON syntax has `dynamic` blocks.
fn has_dynamic(value: &Expression) -> bool {
    match value {
        Expression::List(elements) => elements.iter().any(has_dynamic),
        Expression::Object(elements) => elements.iter().any(|(key, value)| {
            matches!(key, ObjectKey::Name(name) | ObjectKey::Computed(Expression::String(name)) if *name == "dynamic")
                || has_dynamic(value)
        }),
        _ => false,
    }
}
