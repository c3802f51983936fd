//! Values on one line.

use iac_core::text::Text;
use iac_lang::value::Value;
use iac_plan::plan::secret::REDACTED;

use super::pair::{elements, is_collection};
use crate::report::push_visible;

/// The placeholder for values that are known only after apply.
pub(in crate::report) const UNKNOWN: &str = "(known after apply)";

/// Formats a value on one line.
pub(in crate::report) fn leaf(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            format!("[{}]", elements.iter().map(leaf).collect::<Vec<_>>().join(", "))
        }
        Value::Map(members) | Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Map(members) | Value::Object(members) => {
            let member = |(name, value): (&Text, &Value)| format!("{} = {}", quoted(name), leaf(value));
            format!("{{ {} }}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        Value::Unknown(_) => UNKNOWN.to_owned(),
        Value::Sensitive(_) => REDACTED.to_owned(),
    }
}

/// Quotes a string, and escapes all characters that could control a terminal.
pub(in crate::report) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => push_visible(other, &mut quoted),
        }
    }
    quoted.push('"');
    quoted
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
