//! `formatdate`.

use super::timestamp::{Timestamp, zone};

/// Formats a time.
pub(super) fn format(format: &str, time: &Timestamp) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        if letter == '\'' {
            rest = quoted(&rest[1..], &mut out)?;
            continue;
        }
        let end = if letter.is_ascii_alphabetic() {
            rest.bytes().position(|byte| u32::from(byte) != u32::from(letter)).unwrap_or(rest.len())
        } else {
            rest.find(|letter: char| letter == '\'' || letter.is_ascii_alphabetic()).unwrap_or(rest.len())
        };
        let (part, after) = rest.split_at(end);
        if letter.is_ascii_alphabetic() {
            out.push_str(&verb(part, time).ok_or_else(|| format!("unsupported verb {part:?}"))?);
        } else {
            out.push_str(part);
        }
        rest = after;
    }
    Ok(out)
}

/// Parses literal text up to the closing quote; two quotes are an escaped one.
fn quoted<'a>(mut rest: &'a str, out: &mut String) -> Result<&'a str, String> {
    loop {
        let (literal, after) = rest.split_once('\'').ok_or("unclosed quotation mark")?;
        out.push_str(literal);
        let Some(more) = after.strip_prefix('\'') else { return Ok(after) };
        out.push('\'');
        rest = more;
    }
}

/// Formats one part of the time; `None` if there is no such verb.
fn verb(verb: &str, time: &Timestamp) -> Option<String> {
    let directive = match verb {
        "YYYY" => "%Y",
        "YY" => "%y",
        "MMMM" => "%B",
        "MMM" => "%b",
        "MM" => "%m",
        "M" => "%-m",
        "DD" => "%d",
        "D" => "%-d",
        "EEEE" => "%A",
        "EEE" => "%a",
        "hh" => "%H",
        "h" => "%-H",
        "HH" => "%I",
        "H" => "%-I",
        "AA" => "%p",
        "aa" => "%P",
        "mm" => "%M",
        "m" => "%-M",
        "ss" => "%S",
        "s" => "%-S",
        "ZZZZZ" => return Some(zone(time.offset, ":", "")),
        "ZZZZ" => return Some(zone(time.offset, "", "")),
        "ZZZ" => return Some(zone(time.offset, "", "UTC")),
        "Z" => return Some(zone(time.offset, ":", "Z")),
        _ => return None,
    };
    Some(time.local.strftime(directive).to_string())
}
