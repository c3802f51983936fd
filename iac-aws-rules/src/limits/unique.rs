//! Resources of which AWS accepts only one with the same arguments.

use iac_lang::value::Value;
use iac_review::policy::{Subject, Verdict};

/// An argument that must differ.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) path: String,
    /// Refers to another resource, whose id may be unknown.
    refers: bool,
    /// Missing values are equal. Otherwise, AWS or the provider generates them.
    optional: bool,
}

impl Key {
    pub(super) fn parse(word: &str) -> Self {
        let path = word.trim_start_matches(['&', '?']);
        Self { path: path.to_owned(), refers: word.starts_with('&'), optional: word.starts_with('?') }
    }

    /// Returns true if an equal value means the same object, whatever the account and the region.
    fn is_global(&self, value: &str) -> bool {
        let ids = ["bucket", "_id", "_arn", "_url", "arn"];
        value.starts_with("arn:") || ids.iter().any(|end| self.path.ends_with(end))
    }
}

/// Returns the arguments for a message: `` `listener_arn`, `priority` ``.
pub(super) fn names(keys: &[Key]) -> String {
    keys.iter().map(|key| format!("`{}`", key.path)).collect::<Vec<_>>().join(", ")
}

/// Returns an accepted and a refused configuration.
pub(super) fn cases(type_name: &str, keys: &[Key]) -> [String; 2] {
    let resource = |name: &str, parent: &str| {
        let argument = |key: &Key| {
            let value =
                if key.refers { format!("terraform_data.{parent}_{}.id", key.path) } else { "1".to_owned() };
            format!("  {} = {value}\n", key.path)
        };
        let arguments: Vec<String> = keys.iter().map(argument).collect();
        format!("resource \"{type_name}\" \"{name}\" {{\n{}}}\n", arguments.concat())
    };
    let parents = |name: &str| {
        let parent = |key: &Key| format!("resource \"terraform_data\" \"{name}_{}\" {{}}\n", key.path);
        keys.iter().filter(|key| key.refers).map(parent).collect::<Vec<_>>().concat()
    };
    let shared = format!("{}{}", parents("one"), resource("x", "one"));
    [
        format!("{shared}{}{}", parents("other"), resource("y", "other")),
        format!("{shared}{}", resource("y", "one")),
    ]
}

/// Fails for the later of two resources with the same keys.
pub(super) fn verdict(subject: &Subject<'_>, keys: &[Key]) -> Verdict {
    for other in subject.world().of_type(subject.type_name()) {
        if std::ptr::eq(other.address(), subject.address()) {
            break;
        }
        if is_same(subject, &other, keys) {
            return Verdict::fail().because(format!("also `{}`", other.address()));
        }
    }
    Verdict::Pass
}

/// Returns true if both certainly have the same keys, in the same account and region.
fn is_same(one: &Subject<'_>, other: &Subject<'_>, keys: &[Key]) -> bool {
    let mut located = false;
    let same = keys.iter().all(|key| {
        if key.refers && one.refers_alike(other, &key.path) {
            located = true;
            return true;
        }
        let (left, right) = (one.at(&key.path), other.at(&key.path));
        match (left.text(), right.text()) {
            (Some(left), Some(right)) => {
                located |= key.is_global(left);
                left == right
            }
            _ => match (left.number(), right.number()) {
                (Some(left), Some(right)) => left == right,
                _ => key.optional && is_missing(&left) && is_missing(&right),
            },
        }
    });
    same && located
}

fn is_missing(value: &iac_review::policy::Reading<'_>) -> bool {
    value.is_unset().is_pass() || value.holds(|value| matches!(value, Value::Null)).is_pass()
}
