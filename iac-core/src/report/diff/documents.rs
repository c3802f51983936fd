//! Differences of JSON documents in strings. Elements of lists are matched by identity instead of position.

use std::collections::HashMap;

use super::value::{elements, is_collection};
use super::{Brackets, Diff, Group, Name, Pair, PathContext, Shape, Sign, part};
use crate::report::lines::LIMIT;
use crate::text::Text;
use crate::value::{PathStep, Value, ValueMap};

/// The kind of document that encloses a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) enum Document {
    /// No document.
    #[default]
    None,
    /// A JSON document.
    Json,
    /// A policy document, in which some lists are unordered.
    Policy,
}

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

/// Compares lists without regard to order.
pub(super) fn unordered(before: &[Value], after: &[Value], context: &PathContext<'_>) -> Group {
    let mut group = Group { brackets: Brackets::Square, ..Group::default() };
    let context = context.in_set();
    for value in before {
        if after.contains(value) {
            group.hidden.elements += 1;
        } else {
            let pair = Pair { before: Some(value), after: None };
            group.parts.push(part(Name::Element, Sign::Remove, pair, None, &context));
        }
    }
    for value in after.iter().filter(|value| !before.contains(value)) {
        let pair = Pair { before: None, after: Some(value) };
        group.parts.push(part(Name::Element, Sign::Add, pair, None, &context));
    }
    group
}

/// Compares objects in a list of a document, matched by identity or equality. `None` if the list has other elements.
pub(super) fn objects(pair: Pair<'_>, context: &PathContext<'_>) -> Option<Group> {
    let (before, after) = (elements(pair.before), elements(pair.after));
    let is_object = |value: &Value| matches!(value, Value::Object(_) | Value::Map(_));
    if context.document() == Document::None || before.is_empty() && after.is_empty() {
        return None;
    }
    let is_small = before.len().saturating_mul(after.len()) <= LIMIT;
    if !is_small || !before.iter().chain(after).all(is_object) {
        return None;
    }
    let mut group = Group { brackets: Brackets::Square, ..Group::default() };
    for (left, right) in correlate(before, after) {
        let inside = Pair { before: left.map(|left| &before[left]), after: right.map(|right| &after[right]) };
        let context = context.element(&PathStep::Index(right.or(left).unwrap_or_default()));
        let sign = inside.sign(&context);
        if sign == Sign::Same {
            group.hidden.elements += 1;
            continue;
        }
        let Diff { mut notes, name, shape, forces, .. } = part(Name::Element, sign, inside, None, &context);
        let says_the_same = matches!(&shape, Shape::Group(group) if group.parts.is_empty());
        if sign == Sign::Update && says_the_same {
            group.hidden.elements += 1;
            continue;
        }
        if sign == Sign::Update
            && let Some(called) = inside.after.and_then(identity)
        {
            notes.push(called.to_owned());
        }
        if context.document() == Document::Policy && broadens(inside) {
            notes.push("broadens access".to_owned());
        }
        group.parts.push(Diff { name, sign, shape, forces, notes });
    }
    Some(group)
}

/// Matches equal elements, then elements with the same identity, then the rest in order.
fn correlate(before: &[Value], after: &[Value]) -> Vec<(Option<usize>, Option<usize>)> {
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

fn identity(value: &Value) -> Option<&str> {
    let members = value.members()?;
    IDENTITIES.iter().find_map(|name| match members.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    })
}

/// Returns `true` if a change broadens a statement: it allows more, denies less, or loses a condition.
fn broadens(pair: Pair<'_>) -> bool {
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

/// The arguments that hold the peers of a rule.
const PEERS: [&str; 9] = [
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "security_groups",
    "prefix_list_ids",
    "cidr_ipv4",
    "cidr_ipv6",
    "referenced_security_group_id",
    "source_security_group_id",
    "prefix_list_id",
];

/// Formats a security group rule on one line: `tcp 443 with 10.0.0.0/8, sg-1: Web`. `None` if the value is not such a
/// rule, or not fully known.
pub(in crate::report) fn rule(value: &Value) -> Option<String> {
    let members = value.members()?;
    // A network ACL rule also has an action and a position.
    if ["action", "rule_action"].iter().any(|name| members.contains_key(name)) {
        return None;
    }
    let text = |name: &str| match members.get(name) {
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let port = |name: &str| match members.get(name) {
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let protocol = text("protocol").or_else(|| text("ip_protocol"))?;
    let mut rule = match (protocol, port("from_port"), port("to_port")) {
        ("-1" | "all", ..) => "all traffic".to_owned(),
        (protocol, Some(from), Some(to)) if from == to => format!("{protocol} {from}"),
        (protocol, Some(from), Some(to)) => format!("{protocol} {from}-{to}"),
        _ => return None,
    };
    let mut named = Vec::new();
    for peers in PEERS.iter().filter_map(|name| members.get(name)) {
        let one = std::slice::from_ref(peers);
        let peers = if is_collection(peers) { elements(Some(peers)) } else { one };
        for peer in peers {
            match peer {
                Value::String(peer) => named.push(peer.as_str()),
                Value::Null => {}
                _ => return None,
            }
        }
    }
    if members.get("self") == Some(&Value::Bool(true)) {
        named.push("the group itself");
    }
    if !named.is_empty() {
        rule.push_str(" with ");
        rule.push_str(&named.join(", "));
    }
    if let Some(description) = text("description").filter(|text| !text.is_empty()) {
        rule.push_str(": ");
        rule.push_str(description);
    }
    Some(rule)
}
