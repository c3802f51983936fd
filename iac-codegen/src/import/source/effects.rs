//! Effects of the functions that change the plan of a whole resource.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use iac_schema::model::{Facts, ForceNew, Hook};

/// The effects by the path of the attribute that they change.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Effects(BTreeMap<String, Vec<Effect>>);

#[derive(Debug, PartialEq)]
struct Effect {
    kind: String,
    /// True if the attribute is inside a block, and this is the block.
    is_inside: bool,
    when: Value,
}

impl Effects {
    pub(super) fn new(of_type: &Value) -> Self {
        let mut effects = Self::default();
        for list in ["customize_diff", "modify_plan"] {
            for effect in of_type[list].as_array().into_iter().flatten() {
                let kind = effect["do"].as_str().unwrap_or_default();
                let Some(path) = effect["attr"].as_str() else { continue };
                // Replacements and suppressions concern the attribute itself; values are planned for whole arguments.
                let (place, is_inside) = match path.split_once('.') {
                    Some((top, _)) if matches!(kind, "computed" | "set") => (top, true),
                    _ => (path, false),
                };
                let effect = Effect { kind: kind.to_owned(), is_inside, when: effect["when"].clone() };
                effects.0.entry(place.to_owned()).or_default().push(effect);
            }
        }
        effects
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the effects on an attribute.
    pub(super) fn of(&self, path: &str) -> impl PartialEq + use<'_> {
        self.0.get(path).map(Vec::as_slice).unwrap_or_default()
    }

    /// Adds the effects on an attribute to its facts. `is_observed` tells that the provider was asked about them.
    pub(super) fn apply(&self, path: &str, is_observed: bool, facts: &mut Facts) {
        for effect in self.0.get(path).into_iter().flatten() {
            match effect.kind.as_str() {
                "force_new" if facts.force_new == ForceNew::No => {
                    let only = exact(&effect.when);
                    let always = only.is_some_and(|only| only.len() == 1 && only.contains(path));
                    facts.force_new = if always { ForceNew::Yes } else { ForceNew::Conditional };
                }
                "computed" if is_observed && !facts.updated_by.is_empty() => {}
                "computed" | "set" => match exact(&effect.when) {
                    Some(causes) if effect.kind == "computed" && !effect.is_inside => {
                        add(&mut facts.updated_by, causes);
                    }
                    _ => add(
                        &mut facts.perhaps_updated_by,
                        necessary(&effect.when).unwrap_or_else(|| BTreeSet::from(["*".to_owned()])),
                    ),
                },
                "clear" if !facts.unmodeled.contains(&Hook::Suppress) => facts.unmodeled.push(Hook::Suppress),
                _ => {}
            }
        }
        let covers_all = facts.perhaps_updated_by.iter().any(|cause| cause == "*");
        if covers_all {
            facts.perhaps_updated_by = vec!["*".to_owned()];
        }
    }
}

fn add(list: &mut Vec<String>, causes: BTreeSet<String>) {
    let mut all: BTreeSet<String> = list.drain(..).collect();
    all.extend(causes);
    list.extend(all);
}

fn parts(condition: &Value) -> Option<(&str, &[Value])> {
    let (word, rest) = condition.as_array()?.split_first()?;
    Some((word.as_str()?, rest))
}

/// Returns the paths of which one must have changed; `None` if the condition may hold whatever changed.
fn necessary(condition: &Value) -> Option<BTreeSet<String>> {
    let (word, rest) = parts(condition)?;
    match word {
        "changed" => changed(rest),
        "and" => rest.iter().filter_map(necessary).min_by_key(BTreeSet::len),
        "or" => rest.iter().map(necessary).try_fold(BTreeSet::new(), |mut all, each| {
            all.extend(each?);
            Some(all)
        }),
        "!=" => match (parts(&rest[0])?, parts(rest.get(1)?)?) {
            (("oldof", [old]), ("newof", [new])) | (("newof", [new]), ("oldof", [old])) if old == new => {
                changed(std::slice::from_ref(new))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Returns the paths of which one must have changed, if the condition says nothing else.
fn exact(condition: &Value) -> Option<BTreeSet<String>> {
    let (word, rest) = parts(condition)?;
    match word {
        "changed" => changed(rest),
        "or" => rest.iter().map(exact).try_fold(BTreeSet::new(), |mut all, each| {
            all.extend(each?);
            Some(all)
        }),
        _ => None,
    }
}

fn changed(arguments: &[Value]) -> Option<BTreeSet<String>> {
    let path = arguments.first()?.as_str()?;
    (!path.starts_with('*')).then(|| BTreeSet::from([path.to_owned()]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(effects: &Value) -> Facts {
        let mut facts = Facts::default();
        Effects::new(&json!({ "customize_diff": effects })).apply("a", false, &mut facts);
        facts
    }

    #[test]
    fn change_that_makes_an_attribute_unknown_is_exact_only_without_other_conditions() {
        let when = json!(["or", ["changed", "b"], ["changed", "c.d"]]);
        let exact = facts(&json!([{ "do": "computed", "attr": "a", "when": when }]));
        assert_eq!((exact.updated_by, exact.perhaps_updated_by), (vec!["b".into(), "c.d".into()], vec![]));
        let when = json!(["and", ["updating"], ["changed", "b"], ["!=", ["get", "c"], ""]]);
        let perhaps = facts(&json!([{ "do": "computed", "attr": "a", "when": when }]));
        assert_eq!((perhaps.updated_by, perhaps.perhaps_updated_by), (vec![], vec!["b".to_owned()]));
        let any = facts(&json!([{ "do": "set", "attr": "a.b", "when": ["or", ["changed", "b"], ["?"]] }]));
        assert_eq!(any.perhaps_updated_by, ["*"]);
    }

    #[test]
    fn replacement_under_a_condition_is_conditional() {
        let of = |when| facts(&json!([{ "do": "force_new", "attr": "a", "when": when }])).force_new;
        assert_eq!(of(json!(["changed", "a"])), ForceNew::Yes);
        assert_eq!(of(json!(["changed", "b"])), ForceNew::Conditional);
        assert_eq!(of(json!(["and", ["changed", "a"], ["get", "b"]])), ForceNew::Conditional);
    }

    #[test]
    fn dropped_differences_are_unmodeled() {
        assert_eq!(
            facts(&json!([{ "do": "clear", "attr": "a", "when": ["?"] }])).unmodeled,
            [Hook::Suppress]
        );
    }
}
