//! `formatdate`.

use super::timestamp::{Timestamp, zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

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

fn verb(verb: &str, time: &Timestamp) -> Option<String> {
    let civil = time.civil();
    let name = |names: &'static [&'static str], position: i64| {
        usize::try_from(position).ok().and_then(|position| names.get(position)).copied().unwrap_or_default()
    };
    let month = name(&MONTHS, civil.month - 1);
    let weekday = name(&WEEKDAYS, civil.weekday);
    let twelve = (civil.hour + 11) % 12 + 1;
    Some(match verb {
        "YYYY" => format!("{:04}", civil.year),
        "YY" => format!("{:02}", civil.year % 100),
        "MMMM" => month.to_owned(),
        "MMM" => month[..3].to_owned(),
        "MM" => format!("{:02}", civil.month),
        "M" => civil.month.to_string(),
        "DD" => format!("{:02}", civil.day),
        "D" => civil.day.to_string(),
        "EEEE" => weekday.to_owned(),
        "EEE" => weekday[..3].to_owned(),
        "hh" => format!("{:02}", civil.hour),
        "h" => civil.hour.to_string(),
        "HH" => format!("{twelve:02}"),
        "H" => twelve.to_string(),
        "AA" => (if civil.hour < 12 { "AM" } else { "PM" }).to_owned(),
        "aa" => (if civil.hour < 12 { "am" } else { "pm" }).to_owned(),
        "mm" => format!("{:02}", civil.minute),
        "m" => civil.minute.to_string(),
        "ss" => format!("{:02}", civil.second),
        "s" => civil.second.to_string(),
        "ZZZZZ" => zone(time.offset, ":", ""),
        "ZZZZ" => zone(time.offset, "", ""),
        "ZZZ" => zone(time.offset, "", "UTC"),
        "Z" => zone(time.offset, ":", "Z"),
        _ => return None,
    })
}
