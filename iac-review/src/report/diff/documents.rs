//! JSON documents in strings: what they are, and which of their elements belong together.

use std::collections::HashMap;

use iac_core::text::Text;
use iac_lang::eval::functions::json_decode;
use iac_lang::value::{Value, ValueMap};

use super::pair::{Pair, is_collection};
use crate::report::places::{Document, PathContext};

/// The members of policy statements whose order is insignificant, and whose value may be a single element instead of
/// a list.
const UNORDERED: [&str; 6] = ["Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"];
/// The members that identify an element of a list.
const IDENTITIES: [&str; 7] = ["Sid", "name", "Name", "id", "Id", "ID", "key"];

impl Document {
    /// Returns the kind of a document.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Object(members) if members.contains_key("Statement") => Self::Policy,
            _ => Self::Json,
        }
    }
}

/// Parses a string that is a JSON object or array.
pub(super) fn json_document(text: &Text) -> Option<Value> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['{', '[']) {
        return None;
    }
    // With all digits of numbers: only some of them may have changed.
    let value = json_decode(text).ok()?;
    is_collection(&value).then_some(value)
}

/// Decodes Base64 if the result is text of several lines, such as user data.
pub(super) fn decoded(text: &str) -> Option<Text> {
    use base64::Engine as _;
    const LEAST: usize = 16;
    let text = text.trim();
    if text.len() < LEAST || !text.len().is_multiple_of(4) {
        return None;
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    let decoded = String::from_utf8(bytes).ok()?;
    let is_prose = decoded.chars().all(|each| !each.is_control() || matches!(each, '\n' | '\r' | '\t'));
    (is_prose && decoded.contains('\n')).then(|| decoded.into())
}

/// Returns both sides of an unordered member as lists.
pub(super) fn as_lists(
    name: &str,
    pair: Pair<'_>,
    context: &PathContext<'_>,
) -> Option<(Vec<Value>, Vec<Value>)> {
    if context.document() != Document::Policy || !UNORDERED.contains(&name) {
        return None;
    }
    let list = |value: Option<&Value>| match value {
        None => Some(Vec::new()),
        Some(Value::List(elements) | Value::Tuple(elements)) => Some(elements.clone()),
        Some(Value::String(text)) => Some(vec![Value::String(text.clone())]),
        Some(_) => None,
    };
    let (before, after) = (list(pair.before)?, list(pair.after)?);
    let is_list = |value: Option<&Value>| matches!(value, Some(Value::List(_) | Value::Tuple(_)));
    (is_list(pair.before) || is_list(pair.after)).then_some((before, after))
}

/// Matches equal elements, then elements with the same identity, then the rest in order.
pub(super) fn correlate(before: &[Value], after: &[Value]) -> Vec<(Option<usize>, Option<usize>)> {
    let called = |values: &[Value]| -> HashMap<String, Vec<usize>> {
        let mut called: HashMap<String, Vec<usize>> = HashMap::new();
        for (position, value) in values.iter().enumerate() {
            called.entry(identity(value).unwrap_or_default().to_owned()).or_default().push(position);
        }
        called
    };
    let (old, new) = (called(before), called(after));
    let mut partner: Vec<Option<usize>> = vec![None; after.len()];
    let mut is_taken = vec![false; before.len()];
    for (name, positions) in &new {
        let Some(candidates) = old.get(name) else { continue };
        for &right in positions {
            let same = candidates.iter().find(|left| !is_taken[**left] && before[**left] == after[right]);
            if let Some(&left) = same {
                partner[right] = Some(left);
                is_taken[left] = true;
            }
        }
        // Elements with the same identity, or none, are matched in order.
        let mut rest =
            candidates.iter().copied().filter(|left| !is_taken[*left]).collect::<Vec<_>>().into_iter();
        for &right in positions {
            if partner[right].is_none()
                && let Some(left) = rest.next()
            {
                partner[right] = Some(left);
                is_taken[left] = true;
            }
        }
    }
    let removed = (0..before.len()).filter(|left| !is_taken[*left]).map(|left| (Some(left), None));
    removed.chain(partner.iter().copied().enumerate().map(|(right, left)| (left, Some(right)))).collect()
}

pub(super) fn identity(value: &Value) -> Option<&str> {
    let members = value.members()?;
    IDENTITIES.iter().find_map(|name| match members.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    })
}

/// Returns `true` if a change broadens a statement: it allows more, denies less, or loses a condition.
pub(super) fn broadens(pair: Pair<'_>) -> bool {
    let (before, after) = (pair.before.and_then(Value::members), pair.after.and_then(Value::members));
    let is_allow = |statement: Option<&ValueMap>| matches!(statement.and_then(|members| members.get("Effect")), Some(Value::String(text)) if *text == "Allow");
    let texts = |statement: Option<&ValueMap>, name: &str| -> Vec<Value> {
        match statement.and_then(|members| members.get(name)) {
            None => Vec::new(),
            Some(Value::List(elements) | Value::Tuple(elements)) => elements.clone(),
            Some(value) => vec![value.clone()],
        }
    };
    let grows = |from: Option<&ValueMap>, to: Option<&ValueMap>| {
        ["Action", "Resource", "Principal"].iter().any(|name| {
            let from = texts(from, name);
            texts(to, name).iter().any(|value| !from.contains(value))
        })
    };
    let condition =
        |statement: Option<&ValueMap>| statement.and_then(|members| members.get("Condition")).cloned();
    match (before, after) {
        (None, after) => is_allow(after),
        (before, None) => !is_allow(before),
        (before, after) if is_allow(before) != is_allow(after) => is_allow(after),
        (before, after) if is_allow(after) => {
            grows(before, after) || (condition(before).is_some() && condition(before) != condition(after))
        }
        (before, after) => {
            grows(after, before) || (condition(after).is_some() && condition(before) != condition(after))
        }
    }
}
