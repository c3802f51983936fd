//! Facts that were read from the provider's source code.
//!
//! They list every function that takes part in planning an argument. Facts that were observed are kept where the source
//! of both versions says the same; where it says something else, or where nothing was observed, the source decides. A
//! function whose effect the knowledge has no word for is recorded as such, so that no plan relies on its absence.

mod effects;
mod groups;
mod hooks;

use std::collections::BTreeSet;

use serde_json::Value;

use effects::Effects;
use iac_schema::model::{Entity, EntityKind, Facts, ForceNew, Hook, Literal, Service, Transition};

use super::facts::{EntityFacts, literal};

/// The maximum number of references from a path to the path with the same content.
const MAX_REFERENCES: usize = 50;

/// The argument that selects the region of a resource.
const REGION: &str = "region";

/// The facts of two versions of a provider.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// The facts of the version to import.
    pub(super) now: &'a Value,
    /// The facts of the version that the earlier knowledge describes.
    pub(super) before: Option<&'a Value>,
}

/// The facts of one resource type.
pub(super) struct TypeSource<'a> {
    source: Source<'a>,
    type_name: String,
    /// The type in the earlier knowledge.
    earlier: Option<(&'a Service, &'a Entity)>,
    effects: Effects,
}

impl<'a> Source<'a> {
    /// Returns the facts of a type; `None` if the source says nothing about it.
    pub(super) fn of(
        self,
        kind: EntityKind,
        type_name: &str,
        earlier: Option<(&'a Service, &'a Entity)>,
    ) -> Option<TypeSource<'a>> {
        let now = self.now["resources"].get(type_name).filter(|_| kind == EntityKind::Resource)?;
        Some(TypeSource {
            source: self,
            type_name: type_name.to_owned(),
            earlier,
            effects: Effects::new(now),
        })
    }
}

/// Returns the facts of an attribute. The content of some paths is that of others.
fn at<'v>(document: &'v Value, type_name: &str, path: &str) -> Option<&'v Value> {
    let (mut type_name, mut path) = (type_name.to_owned(), path.to_owned());
    for _ in 0..MAX_REFERENCES {
        let attributes = document["resources"][&type_name]["attrs"].as_object()?;
        if let Some(found) = attributes.get(&path) {
            return Some(found);
        }
        let (target, rest) = path.rmatch_indices('.').find_map(|(end, _)| {
            let target = attributes.get(&path[..end])?["same_as"].as_str()?;
            Some((target, path[end + 1..].to_owned()))
        })?;
        let (target_type, target_path) = target.split_once('.')?;
        (type_name, path) = (target_type.to_owned(), format!("{target_path}.{rest}"));
    }
    None
}

impl TypeSource<'_> {
    fn now(&self) -> &Value {
        &self.source.now["resources"][&self.type_name]
    }

    /// Returns the type's facts of the version that the earlier knowledge describes.
    fn before(&self) -> Option<&Value> {
        self.source.before?["resources"].get(&self.type_name)
    }

    /// Returns true if the earlier knowledge has the path.
    fn is_known(&self, path: &str) -> bool {
        self.earlier.is_some_and(|(service, entity)| service.find(&entity.block, path).is_some())
    }

    /// Completes the facts about the type itself.
    pub(super) fn refine_type(&self, facts: &mut EntityFacts) {
        facts.source = None;
        facts.legacy = Some(self.now()["sdk"] == "sdk");
        facts.customize_diff = !self.effects.is_empty();
        groups::refine(self, facts);
    }

    /// Completes the facts about an argument, attribute or block.
    pub(super) fn refine(&self, path: &str, facts: &mut Facts) {
        let top = path.split('.').next().unwrap_or_default();
        if path == REGION
            && self.now()["region"].as_str().is_some_and(|region| region.starts_with("override"))
        {
            facts.force_new = ForceNew::Yes;
            facts.provider_default = Some(REGION.to_owned());
            return;
        }
        // The provider adds these to most types.
        if matches!(top, "id" | "tags_all" | "timeouts" | REGION) && self.attribute(path).is_none() {
            return;
        }
        let is_known = self.is_known(path);
        let Some(now) = self.attribute(path) else {
            if !is_known {
                facts.unmodeled = vec![Hook::Plan];
            }
            return;
        };
        let before = self.source.before.and_then(|before| at(before, &self.type_name, path));
        let is_covered = self.before().is_none() || before.is_some();
        let changed = |key: &str| {
            let differs = before.is_some_and(|before| before.get(key) != now.get(key));
            !is_known || !is_covered || differs
        };
        if changed("force_new") {
            force_new(&now["force_new"], facts);
        }
        if changed("default") {
            facts.default = now.get("default").map(literal);
        }
        if ["allowed", "allowed_or", "allowed_fold"].into_iter().any(changed) {
            facts.allowed = self.allowed(now);
        }
        if ["suppress", "state_func", "set_hash"].into_iter().any(changed) {
            hooks::replace(now, facts);
        }
        self.complete_default(now, facts);
        self.open(now, is_known, facts);
        hooks::plan_modifiers(now, facts);
        hooks::add(&format!("{}.{path}", self.type_name), now, facts);
        self.effects.apply(path, facts);
        hooks::mark_unmodeled(now, facts);
        let parent = path.rsplit_once('.').and_then(|(parent, name)| Some((self.attribute(parent)?, name)));
        if parent.is_some_and(|(parent, name)| hooks::leaves_out(parent, name)) {
            facts.unhashed = true;
            // Elements that differ only in such a member are the same to the provider.
            facts.force_new = ForceNew::No;
            facts.force_new_when.clear();
        }
        if self.now()["read"] == "partly" && !facts.unmodeled.contains(&Hook::Plan) {
            facts.unmodeled.push(Hook::Plan);
        }
    }

    /// Adds a default of a legacy type that was not observed.
    fn complete_default(&self, now: &Value, facts: &mut Facts) {
        let is_computed = now["f"].as_str().is_some_and(|flags| flags.contains('c'));
        if self.now()["sdk"] == "sdk" && facts.default.is_none() && !is_computed {
            facts.default = now.get("default").map(literal);
        }
    }

    /// Marks values that were observed to be allowed, if the source allows others.
    fn open(&self, now: &Value, is_known: bool, facts: &mut Facts) {
        let text = |values: &[Literal]| values.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        facts.open =
            is_known && !facts.allowed.is_empty() && text(&facts.allowed) != text(&self.allowed(now));
    }

    fn attribute(&self, path: &str) -> Option<&Value> {
        at(self.source.now, &self.type_name, path)
    }

    fn allowed(&self, now: &Value) -> Vec<Literal> {
        if now.get("allowed_or").is_some() || now.get("allowed_fold").is_some() {
            return Vec::new();
        }
        let values = match &now["allowed"] {
            Value::String(name) => &self.source.now["enums"][name.trim_start_matches('@')],
            values => values,
        };
        let mut seen = BTreeSet::new();
        let values = values.as_array().into_iter().flatten();
        values.filter(|value| seen.insert(value.to_string())).map(literal).collect()
    }
}

fn force_new(value: &Value, facts: &mut Facts) {
    facts.force_new_when.clear();
    facts.force_new = match value {
        Value::Null | Value::Bool(false) => ForceNew::No,
        Value::Bool(true) => ForceNew::Yes,
        condition => {
            if condition["if"] == "configured" {
                facts.force_new_when = vec![Transition::Added, Transition::Changed, Transition::Unknown];
            }
            ForceNew::Conditional
        }
    };
}

/// Returns the type in earlier knowledge.
pub(super) fn find<'a>(
    earlier: Option<&'a iac_schema::model::Knowledge>,
    kind: EntityKind,
    type_name: &str,
) -> Option<(&'a Service, &'a Entity)> {
    let services = &earlier?.services;
    services.iter().find_map(|service| Some((service, service.entity(kind, type_name)?)))
}
