//! Upgrades of recorded attributes to a newer version of a type's schema.
//!
//! Providers do this by code. What is known of it is data, one line per type and version:
//!
//! ```text
//! aws_instance 1: move=cpu_core_count:cpu_options.core_count -- the reason
//! ```

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The known upgrades of a provider.
#[derive(Debug, Default)]
pub(super) struct Upgrades(HashMap<(&'static str, u64), Vec<Step>>);

/// A step of an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// `same`: attributes that no longer exist are dropped, and nothing else happens.
    Same,
    /// `rename=A:B`: B gets the value of A, if A is set.
    Rename(&'static str, &'static str),
    /// `copy=A:B`: B gets the value of A.
    Copy(&'static str, &'static str),
    /// `move=A:B.C`: C in the only block B gets the value of A, unless it has one.
    Move(&'static str, &'static str, &'static str),
    /// `list=A`: the object in A becomes a list of it.
    List(&'static str),
    /// `join=A:B,C`: A is the values of B and C, separated by commas.
    Join(&'static str, &'static str),
    /// `clear=A:B`: A is removed unless B is set.
    Clear(&'static str, &'static str),
    /// `unless=A`: not known if A is set.
    Unless(&'static str),
    /// `unless=A:TEXT`: not known if A is this text.
    UnlessIs(&'static str, &'static str),
}

impl Upgrades {
    /// Parses the lines. A line or step that cannot be read is left out: the upgrade is not known then.
    pub(super) fn parse(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(upgrade).collect())
    }

    /// Upgrades attributes; `None` if it is not known how.
    pub(super) fn apply(&self, type_name: &str, from: u64, to: u64, attributes: &str) -> Option<String> {
        let Value::Object(mut object) = serde_json::from_str(attributes).ok()? else { return None };
        for version in from..to {
            let steps = self.0.iter().find(|((name, each), _)| *name == type_name && *each == version);
            for step in steps?.1 {
                apply(*step, &mut object)?;
            }
        }
        serde_json::to_string(&object).ok()
    }
}

fn upgrade(line: &'static str) -> Option<((&'static str, u64), Vec<Step>)> {
    let (head, steps) = line.split_once(": ")?;
    let (type_name, version) = head.split_once(' ')?;
    let steps = steps.split_once(" -- ")?.0.split(' ').map(step).collect::<Option<Vec<_>>>()?;
    Some(((type_name, version.parse().ok()?), steps))
}

fn step(text: &'static str) -> Option<Step> {
    if text == "same" {
        return Some(Step::Same);
    }
    let (word, value) = text.split_once('=')?;
    let pair = || value.split_once(':');
    Some(match word {
        "rename" => Step::Rename(pair()?.0, pair()?.1),
        "copy" => Step::Copy(pair()?.0, pair()?.1),
        "move" => {
            let (block, member) = pair()?.1.split_once('.')?;
            Step::Move(pair()?.0, block, member)
        }
        "list" => Step::List(value),
        "join" => Step::Join(pair()?.0, pair()?.1),
        "clear" => Step::Clear(pair()?.0, pair()?.1),
        "unless" => pair().map_or(Step::Unless(value), |(name, text)| Step::UnlessIs(name, text)),
        _ => return None,
    })
}

fn is_set(value: Option<&Value>) -> bool {
    value.is_some_and(|value| {
        !value.is_null() && value != "" && value.as_array().is_none_or(|list| !list.is_empty())
    })
}

/// Applies a step; `None` if its effect is not known.
fn apply(step: Step, object: &mut Map<String, Value>) -> Option<()> {
    match step {
        Step::Same => {}
        Step::Rename(from, to) => {
            if is_set(object.get(from)) {
                let value = object.remove(from)?;
                object.insert(to.to_owned(), value);
            }
        }
        Step::Copy(from, to) => {
            let value = object.get(from).cloned().unwrap_or_default();
            object.insert(to.to_owned(), value);
        }
        Step::Move(from, block, member) => {
            let value = object.remove(from);
            let blocks = object.entry(block).or_insert_with(|| Value::Array(Vec::new())).as_array_mut()?;
            if !matches!(blocks.first(), Some(Value::Object(_))) {
                *blocks = vec![Value::Object(Map::new())];
            }
            if let (Some(Value::Object(members)), Some(value)) = (blocks.first_mut(), value) {
                members.entry(member).or_insert(value);
            }
        }
        Step::List(name) => {
            if let Some(value) = object.get_mut(name).filter(|value| value.is_object()) {
                *value = Value::Array(vec![value.take()]);
            }
        }
        Step::Join(name, parts) => {
            let parts = parts.split(',').map(|part| object.get(part)?.as_str().map(str::to_owned));
            let joined = parts.collect::<Option<Vec<_>>>()?.join(",");
            object.insert(name.to_owned(), Value::String(joined));
        }
        Step::Clear(name, other) => {
            if !is_set(object.get(other)) {
                object.remove(name);
            }
        }
        Step::Unless(name) => return (!is_set(object.get(name))).then_some(()),
        Step::UnlessIs(name, text) => {
            return object.get(name).is_none_or(|value| value != text).then_some(());
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "\
# Comment.
x_a 0: rename=old:new -- reason
x_a 1: move=count:options.count clear=strategy:token -- reason
x_b 0: list=options join=id:one,two unless=gone unless=kind:asks -- reason
x_c 0: unheard=of -- reason
";

    #[track_caller]
    fn check(type_name: &str, from: u64, attributes: &str, expected: Option<&str>) {
        let upgraded =
            Upgrades::parse(RULES).apply(type_name, from, if type_name == "x_a" { 2 } else { 1 }, attributes);
        assert_eq!(upgraded.as_deref(), expected);
    }

    #[test]
    fn known_steps_are_applied_in_order() {
        check("x_a", 0, r#"{"old":"a"}"#, Some(r#"{"new":"a","options":[{}]}"#));
        check(
            "x_a",
            0,
            r#"{"old":"","new":"b","options":[]}"#,
            Some(r#"{"new":"b","old":"","options":[{}]}"#),
        );
        check("x_a", 1, r#"{"count":2,"strategy":"s"}"#, Some(r#"{"options":[{"count":2}]}"#));
        check("x_a", 1, r#"{"count":2,"options":[{"count":3}]}"#, Some(r#"{"options":[{"count":3}]}"#));
        check(
            "x_a",
            1,
            r#"{"strategy":"s","token":"t"}"#,
            Some(r#"{"options":[{}],"strategy":"s","token":"t"}"#),
        );
        check(
            "x_b",
            0,
            r#"{"one":"1","two":"2","options":{"a":true}}"#,
            Some(r#"{"id":"1,2","one":"1","options":[{"a":true}],"two":"2"}"#),
        );
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        check("x_b", 0, r#"{"one":"1","two":"2","gone":"a"}"#, None);
        check("x_b", 0, r#"{"one":"1","two":"2","kind":"asks"}"#, None);
        check("x_b", 0, r#"{"one":"1"}"#, None);
        check("x_c", 0, "{}", None);
        check("x_d", 0, "{}", None);
    }
}
