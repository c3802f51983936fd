//! Timestamps and durations.
//!
//! The calendar is that of the crate `jiff`. Notations are parsed here: `jiff` accepts more
//! timestamps than Terraform does (a space for `T`, a leap second), and has another notation of durations.

use std::fmt;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};

/// Nanoseconds.
const SECOND: i128 = 1_000_000_000;

/// The years after which the calendar repeats.
const CYCLE: i16 = 400;

/// A point in time, in local time of a zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timestamp {
    pub(super) local: DateTime,
    /// Years to add to it: the calendar of `jiff` ends with year 9999, but repeats every 400 years.
    later: i16,
    /// The offset of the zone from UTC, in minutes.
    pub(super) offset: i64,
}

impl Timestamp {
    /// Parses `2025-01-31T23:59:59.5+01:00`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| format!("{text:?} is not a timestamp such as 2025-01-31T23:59:59Z"))
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| {
            let digits = bytes.get(from..to).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
            Some(digits.iter().fold(0_i16, |number, digit| number * 10 + i16::from(digit - b'0')))
        };
        let two = |from: usize| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
        let punctuation = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        punctuation.iter().all(|(position, byte)| bytes.get(*position) == Some(byte)).then_some(())?;
        let (year, month, day) = (number(0, 4)?, two(5)?, two(8)?);
        let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
        let mut rest = text.get(19..)?;
        let mut nanoseconds = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let digits = fraction[..length].bytes().chain(std::iter::repeat(b'0')).take(9);
            nanoseconds = digits.fold(0, |number, digit| number * 10 + i32::from(digit - b'0'));
            rest = &fraction[length..];
            (length > 0).then_some(())?;
        }
        let offset = match rest.as_bytes() {
            b"Z" => 0,
            [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
                let end = bytes.len();
                let (hours, minutes) = (i64::from(two(end - 5)?), i64::from(two(end - 2)?));
                (hours < 24 && minutes < 60).then_some(())?;
                (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
            }
            _ => return None,
        };
        let local = DateTime::new(year, month, day, hour, minute, second, nanoseconds).ok()?;
        Some(Self { local, later: 0, offset })
    }

    /// Returns the time in UTC since the start of year 0.
    pub(super) fn instant(&self) -> SignedDuration {
        self.local.duration_since(DateTime::ZERO) - SignedDuration::from_mins(self.offset)
    }

    /// Adds nanoseconds, keeping the zone.
    pub(super) fn add(&self, nanoseconds: i64) -> Option<Self> {
        let duration = SignedDuration::from_nanos(nanoseconds);
        let earlier = || self.local.checked_sub(Span::new().years(CYCLE)).ok();
        let (local, later) = match self.local.checked_add(duration) {
            Ok(local) => (local, 0),
            Err(_) => (earlier()?.checked_add(duration).ok()?, CYCLE),
        };
        Some(Self { local, later, offset: self.offset })
    }
}

impl fmt::Display for Timestamp {
    /// Formats without a fraction of a second, as Terraform does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.local.year() + self.later;
        let sign = if year < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}", year.abs())?;
        write!(f, "{}{}", self.local.strftime("-%m-%dT%H:%M:%S"), zone(self.offset, ":", "Z"))
    }
}

/// Formats the offset of a zone.
pub(super) fn zone(offset: i64, separator: &str, utc: &str) -> String {
    if offset == 0 && !utc.is_empty() {
        return utc.to_owned();
    }
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}{separator}{:02}", offset.abs() / 60, offset.abs() % 60)
}

/// Parses a duration such as `-1h30m0.5s` to nanoseconds.
pub(super) fn duration(text: &str) -> Result<i64, String> {
    read_duration(text).ok_or_else(|| format!("{text:?} is not a duration such as 1h30m"))
}

fn read_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0_i128;
    (!rest.is_empty()).then_some(())?;
    while !rest.is_empty() {
        let (whole, after) = leading_digits(rest);
        let (fraction, after) = after.strip_prefix('.').map_or(("", after), leading_digits);
        (!whole.is_empty() || !fraction.is_empty()).then_some(())?;
        let length =
            after.find(|letter: char| letter == '.' || letter.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(length);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1000,
            "ms" => 1_000_000,
            "s" => SECOND,
            "m" => 60 * SECOND,
            "h" => 3600 * SECOND,
            _ => return None,
        };
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        // Further digits are below a nanosecond.
        let fraction = &fraction[..fraction.len().min(18)];
        let places = u32::try_from(fraction.len()).ok()?;
        let fraction: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        total = total
            .checked_add(whole.checked_mul(unit)?)?
            .checked_add(fraction * unit / 10_i128.pow(places))?;
        rest = after;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

fn leading_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len()))
}
