//! The two sides of a difference.

use iac_core::text::Text;
use iac_lang::value::{Value, ValueMap};

use super::model::Sign;
use crate::report::places::PathContext;

/// A value before and after the change; absent on the side where it does not exist.
#[derive(Clone, Copy)]
pub(in crate::report) struct Pair<'v> {
    pub(in crate::report) before: Option<&'v Value>,
    pub(in crate::report) after: Option<&'v Value>,
}

impl<'v> Pair<'v> {
    /// Returns an attribute or nested block. Null counts as absent.
    pub(super) fn member(self, name: &str) -> Self {
        let Self { before, after } = self.element(name);
        let is_present = |value: &&Value| **value != Value::Null;
        Self { before: before.filter(is_present), after: after.filter(is_present) }
    }

    /// Returns an element of a map, which may be null.
    pub(super) fn element(self, key: &str) -> Self {
        let element = |value: Option<&'v Value>| value.and_then(|value| value.member(key));
        Self { before: element(self.before), after: element(self.after) }
    }

    pub(super) fn sign(self, context: &PathContext<'_>) -> Sign {
        match (self.before, self.after) {
            (None, None) => Sign::Same,
            (None, Some(_)) => Sign::Add,
            (Some(_), None) => Sign::Remove,
            (Some(before), Some(after)) if before == after && !context.changes_marks(before, after) => {
                Sign::Same
            }
            (Some(_), Some(_)) => Sign::Update,
        }
    }

    pub(super) fn either(self) -> Option<&'v Value> {
        self.after.or(self.before)
    }

    pub(super) fn is_any(self, what: impl Fn(&Value) -> bool) -> bool {
        self.before.is_some_and(&what) || self.after.is_some_and(&what)
    }

    /// Returns `true` if the values must not be shown.
    pub(super) fn is_secret(self, context: &PathContext<'_>) -> bool {
        self.before.is_some_and(|value| context.before.covers(value))
            || self.after.is_some_and(|value| context.after.covers(value))
    }
}

pub(super) fn names(pair: Pair<'_>) -> Vec<&Text> {
    let (before, after) = (pair.before.and_then(Value::members), pair.after.and_then(Value::members));
    let mut names: Vec<&Text> = Vec::with_capacity(after.or(before).map_or(0, ValueMap::len));
    for members in [before, after].into_iter().flatten() {
        names.extend(members.keys());
    }
    if before.is_some() && after.is_some() {
        names.sort_unstable();
        names.dedup();
    }
    names
}

/// The elements that only one of two sets has, and the number of common ones.
pub(super) struct Sides<'v> {
    pub(super) removed: Vec<&'v Value>,
    pub(super) added: Vec<&'v Value>,
    pub(super) same: usize,
}

pub(super) fn sides<'v>(before: &'v [Value], after: &'v [Value]) -> Sides<'v> {
    let mut sides = Sides { removed: Vec::new(), added: Vec::new(), same: 0 };
    let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return sides,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(before), Some(after)) => before.order(after),
        };
        if order.is_eq() {
            left.next();
            right.next();
            sides.same += 1;
        } else if order.is_lt() {
            sides.removed.extend(left.next());
        } else {
            sides.added.extend(right.next());
        }
    }
}

pub(super) fn elements(value: Option<&Value>) -> &[Value] {
    value.map_or(&[], Value::elements)
}

pub(super) fn is_collection(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Map(_) | Value::Object(_))
}
