//! Arguments that exclude or require each other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::TypeSource;
use crate::import::facts::{EntityFacts, GROUPS};

/// Replaces the groups that differ between the versions, and adds those that are new.
pub(super) fn refine(source: &TypeSource<'_>, facts: &mut EntityFacts) {
    let (now, before) = (of(source.now()), source.before().map(of).unwrap_or_default());
    let is_known = source.earlier.is_some();
    for word in GROUPS {
        let (now, before) = (now.get(word).unwrap_or(&EMPTY), before.get(word).unwrap_or(&EMPTY));
        if !facts.groups.iter().any(|(known, _)| *known == word) {
            facts.groups.push((word, Vec::new()));
        }
        let Some((_, groups)) = facts.groups.iter_mut().find(|(known, _)| *known == word) else { continue };
        let sorted = |group: &Vec<String>| {
            let mut group = group.clone();
            // The first one requires the others.
            group[usize::from(word == "required_with")..].sort();
            group
        };
        groups.retain(|group| !before.contains(&sorted(group)) || now.contains(&sorted(group)));
        for group in now {
            let is_new = !is_known || source.before().is_some() && !before.contains(group);
            if is_new && !groups.iter().any(|known| sorted(known) == *group) {
                groups.push(group.clone());
            }
        }
    }
}

static EMPTY: Vec<Vec<String>> = Vec::new();

fn of(of_type: &Value) -> BTreeMap<&'static str, Vec<Vec<String>>> {
    let mut found: BTreeMap<&'static str, Vec<Vec<String>>> = BTreeMap::new();
    let mut add = |word: &'static str, group: Vec<String>| {
        let groups = found.entry(word).or_default();
        if group.len() > 1 && !groups.contains(&group) {
            groups.push(group);
        }
    };
    for (path, attribute) in of_type["attrs"].as_object().into_iter().flatten() {
        for word in GROUPS {
            let Some(others) = attribute.get(word).and_then(Value::as_array) else { continue };
            let others: Vec<String> = others.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            match word {
                "conflicts_with" => {
                    for other in others.into_iter().filter(|other| other != path) {
                        let mut pair = vec![path.clone(), other];
                        pair.sort();
                        add(word, pair);
                    }
                }
                "required_with" => {
                    let mut group = vec![path.clone()];
                    group.extend(others.into_iter().filter(|other| other != path));
                    group[1..].sort();
                    add(word, group);
                }
                _ => {
                    let mut group = others;
                    if !group.contains(path) {
                        group.push(path.clone());
                    }
                    group.sort();
                    add(word, group);
                }
            }
        }
    }
    for rule in of_type["rules"].as_array().into_iter().flatten() {
        let mut words = rule.as_array().into_iter().flatten().filter_map(Value::as_str);
        let word = match words.next() {
            Some("conflicts_with" | "conflicting") => "conflicts_with",
            Some("exactly_one_of") => "exactly_one_of",
            Some("at_least_one_of") => "at_least_one_of",
            _ => continue,
        };
        let mut group: Vec<String> = words.map(str::to_owned).collect();
        group.sort();
        add(word, group);
    }
    found
}
