//! Timestamps and durations.

use std::fmt;

const NANOSECONDS: i128 = 1_000_000_000;

/// A point in time, in local time of a zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timestamp {
    /// Seconds since the start of 1970, in local time.
    seconds: i64,
    nanoseconds: i64,
    /// The offset of the zone from UTC, in minutes.
    pub(super) offset: i64,
}

/// A calendar date and time of day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// Counted from Sunday.
    pub(super) weekday: i64,
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
            Some(digits.iter().fold(0_i64, |number, digit| number * 10 + i64::from(digit - b'0')))
        };
        let punctuation = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        punctuation.iter().all(|(position, byte)| bytes.get(*position) == Some(byte)).then_some(())?;
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let mut rest = text.get(19..)?;
        let mut nanoseconds = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let digits = fraction[..length].bytes().chain(std::iter::repeat(b'0')).take(9);
            nanoseconds = digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
            rest = &fraction[length..];
            (length > 0).then_some(())?;
        }
        let offset = match rest.as_bytes() {
            b"Z" => 0,
            [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
                let end = bytes.len();
                let (hours, minutes) = (number(end - 5, end - 3)?, number(end - 2, end)?);
                (hours < 24 && minutes < 60).then_some(())?;
                (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
            }
            _ => return None,
        };
        let valid = (1..=12).contains(&month)
            && (1..=days_of(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        let days = days_before(year, month, day);
        valid.then_some(Self {
            seconds: days * 86_400 + hour * 3600 + minute * 60 + second,
            nanoseconds,
            offset,
        })
    }

    /// Returns nanoseconds since the Unix epoch.
    pub(super) fn instant(&self) -> i128 {
        i128::from(self.seconds - self.offset * 60) * NANOSECONDS + i128::from(self.nanoseconds)
    }

    /// Adds nanoseconds, keeping the zone.
    pub(super) fn add(&self, nanoseconds: i64) -> Option<Self> {
        let local =
            i128::from(self.seconds) * NANOSECONDS + i128::from(self.nanoseconds) + i128::from(nanoseconds);
        Some(Self {
            seconds: i64::try_from(local.div_euclid(NANOSECONDS)).ok()?,
            nanoseconds: i64::try_from(local.rem_euclid(NANOSECONDS)).ok()?,
            offset: self.offset,
        })
    }

    /// Returns the calendar date and time in the zone.
    pub(super) const fn civil(&self) -> Civil {
        let days = self.seconds.div_euclid(86_400);
        let rest = self.seconds.rem_euclid(86_400);
        // Years start in March here, so that the leap day is the last one; 400 of them have 146097 days.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
        // 1970 began on a Thursday.
        Civil { year, month, day, hour, minute, second, weekday: (days + 4).rem_euclid(7) }
    }
}

/// Returns the number of days in a month.
const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the number of days from the start of 1970 to this date.
const fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl fmt::Display for Timestamp {
    /// Formats without a fraction of a second, as Terraform does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second, .. } = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        f.write_str(&zone(self.offset, ":", "Z"))
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
            "s" => NANOSECONDS,
            "m" => 60 * NANOSECONDS,
            "h" => 3600 * NANOSECONDS,
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
