//! The changes of a value that do harm.

use std::fmt;

use iac_lang::value::Value;

/// The changes of a value that do harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::review) enum Direction {
    /// Any change.
    Changes,
    /// A number becomes smaller.
    Decreases,
    /// A number becomes greater.
    Increases,
    /// A period becomes shorter. Zero and null are infinite.
    Shortens,
    /// The value becomes this one.
    Becomes(String),
    /// The value was this one, and becomes another or null.
    Leaves(String),
    /// Elements are removed, or the whole value.
    Removes,
    /// Elements are added, or the whole value.
    Adds,
}

/// The judgment of a change that does harm or may do harm. Harmless changes have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::review) enum Verdict {
    /// The new value is unknown, so the change may do harm.
    MayHarm,
    /// The change does harm.
    Harms,
}

impl Direction {
    pub(in crate::review) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "changes" => Self::Changes,
            "decreases" => Self::Decreases,
            "increases" => Self::Increases,
            "shortens" => Self::Shortens,
            "removes" => Self::Removes,
            "adds" => Self::Adds,
            other => match other.split_once(' ')? {
                ("becomes", value) => Self::Becomes(value.to_owned()),
                ("leaves", value) => Self::Leaves(value.to_owned()),
                _ => return None,
            },
        })
    }

    /// Judges a change. Null is the same as no value.
    pub(in crate::review) fn judge(&self, before: Option<&Value>, after: Option<&Value>) -> Option<Verdict> {
        let before = before.map(Value::peel).filter(|value| !value.is_null());
        let after = after.map(Value::peel).filter(|value| !value.is_null());
        if before == after {
            return None;
        }
        let is_unknown = after.is_some_and(Value::is_unknown);
        let harms = |harms: bool| harms.then_some(Verdict::Harms);
        let may_harm = |harms: bool| harms.then_some(Verdict::MayHarm);
        match self {
            Self::Changes | Self::Shortens | Self::Adds if is_unknown => Some(Verdict::MayHarm),
            Self::Changes => Some(Verdict::Harms),
            // Without a value the provider's default applies, which may be anything.
            Self::Decreases => match (number(before), number(after)) {
                (Some(before), Some(after)) => harms(after < before),
                (Some(before), None) => may_harm(before > 0.0),
                _ => None,
            },
            Self::Increases => match (number(before), number(after)) {
                (Some(before), Some(after)) => harms(after > before),
                (Some(_), None) => Some(Verdict::MayHarm),
                _ => None,
            },
            Self::Shortens => {
                let period = |value| number(value).filter(|number| *number > 0.0).unwrap_or(f64::INFINITY);
                harms(period(after) < period(before))
            }
            Self::Becomes(value) if is_unknown => may_harm(!is(before, value)),
            Self::Becomes(value) => harms(is(after, value) && !is(before, value)),
            Self::Leaves(value) if is_unknown => may_harm(is(before, value)),
            Self::Leaves(value) => harms(is(before, value) && !is(after, value)),
            Self::Removes => missing(before, after),
            Self::Adds => missing(after, before),
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changes => f.write_str("changes"),
            Self::Decreases => f.write_str("decreases"),
            Self::Increases => f.write_str("increases"),
            Self::Shortens => f.write_str("shortens"),
            Self::Becomes(value) => write!(f, "becomes {value}"),
            Self::Leaves(value) => write!(f, "leaves {value}"),
            Self::Removes => f.write_str("removes"),
            Self::Adds => f.write_str("adds"),
        }
    }
}

fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Returns true if a value has this text.
pub(in crate::review) fn is(value: Option<&Value>, text: &str) -> bool {
    match value {
        Some(Value::String(value)) => value == text,
        Some(Value::Bool(value)) => value.to_string() == text,
        Some(Value::Number(value)) => value.to_string() == text,
        _ => false,
    }
}

/// Judges whether elements of one value are missing in another.
fn missing(of: Option<&Value>, from: Option<&Value>) -> Option<Verdict> {
    let of = of?;
    if is_empty(of) {
        return None;
    }
    let unknown = from.is_some_and(|value| !value.is_wholly_known());
    let is_missing = match (of, from) {
        (_, None) => true,
        (Value::Map(of) | Value::Object(of), Some(Value::Map(from) | Value::Object(from))) => {
            of.keys().any(|name| !from.contains_key(name))
        }
        (of, Some(from)) => match (elements(of), elements(from)) {
            (Some(of), Some(from)) => of.iter().any(|element| !from.contains(element)),
            // One value replaces another: nothing is missing.
            _ => unknown,
        },
    };
    is_missing.then_some(if unknown { Verdict::MayHarm } else { Verdict::Harms })
}

fn elements(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => Some(elements),
        _ => None,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Map(members) | Value::Object(members) => members.is_empty(),
        other => elements(other).is_some_and(<[Value]>::is_empty),
    }
}
