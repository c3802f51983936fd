//! The values at a path before and after. Blocks that occur several times are correlated.

use iac_core::text::Text;
use iac_lang::value::Value;

use super::direction::is;

/// A step of a path: the name of an argument or a block, and a condition for the block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::review) struct Step {
    pub(in crate::review) name: Text,
    /// An argument of the block and its required value.
    pub(in crate::review) filter: Option<(Text, Text)>,
}

impl Step {
    /// Parses a path: `rule[status=Enabled].expiration.days`.
    pub(in crate::review) fn parse(path: &str) -> Option<Vec<Self>> {
        path.split('.').map(Self::parse_one).collect()
    }

    fn parse_one(step: &str) -> Option<Self> {
        let Some((name, filter)) = step.split_once('[') else {
            return (!step.is_empty()).then(|| Self { name: step.into(), filter: None });
        };
        let (argument, value) = filter.strip_suffix(']')?.split_once('=')?;
        Some(Self { name: name.into(), filter: Some((argument.into(), value.into())) })
    }

    /// Returns true if a block meets the condition, or may meet it because the value is unknown.
    fn includes(&self, block: &Value) -> bool {
        let Some((name, expected)) = &self.filter else { return true };
        let value = member(block, name);
        value.is_some_and(Value::is_unknown) || is(value, expected)
    }
}

type Pair<'v> = (Option<&'v Value>, Option<&'v Value>);

/// Returns the values at a path before and after, one pair for each block on the way.
pub(in crate::review) fn pairs<'v>(before: &'v Value, after: &'v Value, path: &[Step]) -> Vec<Pair<'v>> {
    let mut found = vec![(Some(before), Some(after))];
    for (position, step) in path.iter().enumerate() {
        let is_last = position + 1 == path.len();
        let mut next = Vec::new();
        for (before, after) in found {
            let pair = (inside(before, &step.name), inside(after, &step.name));
            // The last step is the argument itself, and compared as a whole.
            if is_last { next.push(pair) } else { blocks(pair, step, &mut next) }
        }
        found = next;
    }
    found.retain(|pair| *pair != (None, None));
    found
}

/// Returns a member of a block. The members of an unknown block are unknown.
fn inside<'v>(block: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    match block?.peel() {
        Value::Unknown(_) => block,
        block => member(block, name),
    }
}

fn member<'v>(block: &'v Value, name: &str) -> Option<&'v Value> {
    match block.peel() {
        Value::Object(members) | Value::Map(members) => {
            members.get(name).map(Value::peel).filter(|value| !value.is_null())
        }
        _ => None,
    }
}

/// Pairs the blocks of a name: by their id or name where they have one, then by content, then in order.
fn blocks<'v>((before, after): Pair<'v>, step: &Step, found: &mut Vec<Pair<'v>>) {
    let (old, new) = (each(before, step), each(after, step));
    if let Some(unknown) = after.filter(|value| value.is_unknown()) {
        found.extend(old.iter().map(|block| (Some(*block), Some(unknown))));
        if old.is_empty() {
            found.push((None, Some(unknown)));
        }
        return;
    }
    let mut rest: Vec<&Value> = new;
    let mut unmatched = Vec::new();
    for block in old {
        let position = match key(block) {
            Some(key) => rest.iter().position(|other| self::key(other) == Some(key)),
            None => rest.iter().position(|other| *other == block),
        };
        match position {
            Some(position) => found.push((Some(block), Some(rest.remove(position)))),
            None => unmatched.push(block),
        }
    }
    // Blocks with different keys are different blocks.
    let mut rest = rest.into_iter().peekable();
    for block in unmatched {
        let other = if key(block).is_none() { rest.next_if(|other| key(other).is_none()) } else { None };
        found.push((Some(block), other));
    }
    found.extend(rest.map(|block| (None, Some(block))));
}

/// Returns the blocks in a value that meet the condition.
fn each<'v>(value: Option<&'v Value>, step: &Step) -> Vec<&'v Value> {
    let blocks = match value.map(Value::peel) {
        Some(Value::List(elements) | Value::Set(elements) | Value::Tuple(elements)) => {
            elements.iter().map(Value::peel).collect()
        }
        Some(block @ (Value::Object(_) | Value::Map(_))) => vec![block],
        _ => Vec::new(),
    };
    blocks.into_iter().filter(|block| step.includes(block)).collect()
}

/// Returns the value that identifies a block among its siblings.
fn key(block: &Value) -> Option<&str> {
    ["id", "rule_id", "name", "key"].iter().find_map(|name| match member(block, name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    })
}
