//! Effects of the functions that change the plan of a whole resource.

use std::collections::BTreeMap;

use serde_json::Value;

use iac_schema::model::{Facts, ForceNew};

use crate::import::facts::literal;

/// The effects by the path of the attribute that they change.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Effects(BTreeMap<String, Vec<Effect>>);

#[derive(Debug, PartialEq)]
struct Effect {
    kind: String,
    when: Value,
    value: Value,
}

impl Effects {
    pub(super) fn new(of_type: &Value) -> Self {
        let mut effects = Self::default();
        for list in ["customize_diff", "modify_plan"] {
            for effect in of_type[list].as_array().into_iter().flatten() {
                let Some(path) = effect["attr"].as_str() else { continue };
                let when = effect.get("when").cloned().unwrap_or(Value::Bool(true));
                let kind = effect["do"].as_str().unwrap_or_default().to_owned();
                let value = effect["value"].clone();
                effects.0.entry(path.to_owned()).or_default().push(Effect { kind, when, value });
            }
        }
        effects
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the effects on an attribute to its facts.
    pub(super) fn apply(&self, path: &str, facts: &mut Facts) {
        let Some(effects) = self.0.get(path) else { return };
        let any = |kind: &str| {
            let mut all: Vec<Value> = effects
                .iter()
                .filter(|effect| effect.kind == kind)
                .map(|effect| effect.when.clone())
                .collect();
            match all.len() {
                0 => None,
                1 => all.pop(),
                _ => {
                    all.insert(0, Value::from("or"));
                    Some(Value::Array(all))
                }
            }
            .map(|condition| literal(&condition))
        };
        if let Some(condition) = any("force_new").filter(|_| facts.force_new != ForceNew::Yes) {
            facts.hooks.get_or_insert_default().replaces = Some(condition);
            facts.force_new = ForceNew::No;
            facts.force_new_when.clear();
        }
        if let Some(condition) = any("computed") {
            facts.hooks.get_or_insert_default().unknown = Some(condition);
            facts.updated_by.clear();
        }
        if let Some(condition) = any("clear") {
            facts.hooks.get_or_insert_default().reverts = Some(condition);
        }
        let sets = effects.iter().filter(|effect| effect.kind == "set");
        let sets: Vec<_> = sets.map(|effect| (literal(&effect.when), literal(&effect.value))).collect();
        if !sets.is_empty() {
            facts.hooks.get_or_insert_default().sets = sets;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(effects: &Value) -> Facts {
        let mut facts = Facts { updated_by: vec!["c".to_owned()], ..Facts::default() };
        Effects::new(&json!({ "customize_diff": effects })).apply("a", &mut facts);
        facts
    }

    #[test]
    fn effects_become_conditions() {
        let effects = json!([
            {"do": "computed", "attr": "a", "when": ["changed", "b"]},
            {"do": "computed", "attr": "a", "when": ["creating"]},
            {"do": "set", "attr": "a", "when": ["set", "b"], "value": ["get", "b"]},
            {"do": "force_new", "attr": "a"},
            {"do": "clear", "attr": "b", "when": ["?"]},
        ]);
        let facts = facts(&effects);
        let hooks = facts.hooks.unwrap();
        let text = |condition: Option<iac_schema::model::Literal>| condition.map(|each| each.to_string());
        assert_eq!(text(hooks.unknown).as_deref(), Some(r#"["or",["changed","b"],["creating"]]"#));
        assert_eq!(text(hooks.replaces).as_deref(), Some("true"));
        assert_eq!(hooks.reverts, None);
        assert_eq!(hooks.sets.len(), 1);
        assert!(facts.updated_by.is_empty());
    }

    #[test]
    fn argument_that_always_replaces_needs_no_condition() {
        let effects = json!({"customize_diff": [{"do": "force_new", "attr": "a", "when": ["changed", "b"]}]});
        let mut facts = Facts { force_new: ForceNew::Yes, ..Facts::default() };
        Effects::new(&effects).apply("a", &mut facts);
        assert_eq!((facts.force_new, facts.hooks), (ForceNew::Yes, None));
    }
}
