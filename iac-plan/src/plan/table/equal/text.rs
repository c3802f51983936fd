//! Equivalent strings.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iac_lang::eval::functions::json;
use iac_lang::value::{Number, Value};

use sha1::Digest as _;

use super::containers;
use crate::schema::{Norm, StateFunc};

/// Normalizes a string.
pub(super) fn normal(text: Cow<'_, str>, norm: Norm) -> Cow<'_, str> {
    let trimmed = |text: Cow<'_, str>, kept: fn(&str) -> &str| -> String { kept(&text).to_owned() };
    match norm {
        Norm::Case if text.chars().any(char::is_uppercase) => Cow::Owned(text.to_lowercase()),
        Norm::Slash if text.ends_with('/') => Cow::Owned(trimmed(text, |text| text.trim_end_matches('/'))),
        Norm::Dot if text.ends_with('.') => Cow::Owned(trimmed(text, |text| text.trim_end_matches('.'))),
        Norm::NewLine if text.ends_with('\n') => {
            Cow::Owned(trimmed(text, |text| text.trim_end_matches('\n')))
        }
        Norm::Scheme if text.starts_with("https://") => Cow::Owned(text["https://".len()..].to_owned()),
        Norm::Space if text.contains(char::is_whitespace) => Cow::Owned(trimmed(text, str::trim)),
        _ => text,
    }
}

/// Normalizes a JSON document: members sorted by name, no whitespace.
pub(super) fn normal_json(text: &str) -> Option<String> {
    Value::parse_json(text).ok().map(|document| json(&document))
}

/// Moves the version of a policy document to the front.
fn version_first(policy: &str) -> String {
    const VERSION: &str = "\"Version\":\"2012-10-17\"";
    match policy.strip_prefix('{').and_then(|content| content.split_once(VERSION)) {
        Some((before, after)) if before.ends_with(',') => {
            format!("{{{VERSION},{}{after}", &before[..before.len() - 1])
        }
        _ => policy.to_owned(),
    }
}

/// Applies a provider's function to a configured string. An unmodeled one leaves it unchanged.
pub(in crate::plan::table) fn state_func(function: StateFunc, text: String) -> String {
    match function {
        StateFunc::Lower => text.to_lowercase(),
        StateFunc::Upper => text.to_uppercase(),
        StateFunc::TrimSpace => text.trim().to_owned(),
        StateFunc::TrimDot => text.strip_suffix('.').map(str::to_owned).unwrap_or(text),
        StateFunc::Json => normal_json(&text).unwrap_or(text),
        StateFunc::JsonOrYaml if text.trim_start().starts_with('{') => normal_json(&text).unwrap_or(text),
        StateFunc::Policy => normal_json(&text).map_or(text, |text| version_first(&text)),
        StateFunc::Containers => containers::planned(&text).map_or(text, |planned| json(&planned)),
        StateFunc::Protocol => protocol(&text).into_owned(),
        StateFunc::Sha1 => {
            let content = STANDARD.decode(&text).unwrap_or_else(|_| text.into_bytes());
            sha1::Sha1::digest(content).iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
        }
        StateFunc::JsonOrYaml | StateFunc::Opaque => text,
    }
}

/// Returns true if two strings are equal JSON documents.
pub(in crate::plan::table) fn same_json(left: &str, right: &str) -> bool {
    match (Value::parse_json(left), Value::parse_json(right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

/// Parses a number.
pub(super) fn number(text: &str) -> Option<Number> {
    text.parse().ok()
}

/// Returns true if two numbers are the same float.
pub(in crate::plan::table) fn same_float(left: &Number, right: &Number) -> bool {
    let float = |number: &Number| number.to_plain().parse::<f64>().ok();
    float(left).is_some_and(|left| Some(left) == float(right))
}

/// Parses a Boolean.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Returns the number or name that identifies an IP protocol.
pub(super) fn protocol(text: &str) -> Cow<'_, str> {
    let name = match text {
        "-1" | "all" | "ALL" | "All" => "-1",
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "58" => "icmpv6",
        _ if text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        other => other,
    };
    Cow::Borrowed(name)
}

/// Returns true if two strings denote the same network.
pub(super) fn same_cidr(left: &str, right: &str) -> bool {
    network(left).is_some_and(|left| Some(left) == network(right))
}

fn network(text: &str) -> Option<(bool, u128, u8)> {
    let (address, length) = text.split_once('/')?;
    let length: u8 = length.parse().ok()?;
    let (is_v6, bits, width): (_, _, u8) = match address.parse().ok()? {
        IpAddr::V4(address) => (false, u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (true, u128::from(address), 128),
    };
    let host = width.checked_sub(length)?;
    let mask = u128::MAX.checked_shl(u32::from(host)).unwrap_or(0);
    Some((is_v6, bits & mask, length))
}

/// Returns true if two RFC 3339 timestamps denote the same instant.
pub(super) fn same_time(left: &str, right: &str) -> bool {
    instant(left).is_some_and(|left| Some(left) == instant(right))
}

/// Returns seconds since a fixed date, and the digits of the fraction.
fn instant(text: &str) -> Option<(i64, &str)> {
    let digits = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok().map(i64::from);
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let (hour, minute, second) = (digits(11..13)?, digits(14..16)?, digits(17..19)?);
    let mut rest = text.get(19..)?;
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        let end = after.find(|character: char| !character.is_ascii_digit())?;
        (fraction, rest) = (after[..end].trim_end_matches('0'), &after[end..]);
    }
    let offset = match rest.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = rest[1..].split_once(':')?;
            let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    // Calendar days, in years that start in March so that the leap day is the last one.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    Some((((days * 24 + hour) * 60 + minute - offset) * 60 + second, fraction))
}
