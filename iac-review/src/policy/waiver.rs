//! Waivers: exceptions from a rule for one resource, with a reason and an optional end date.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use iac_core::text::Text;
use jiff::{SignedDuration, civil};

/// An exception from a rule for one resource.
///
/// It is a comment in the block of the resource, so that it is kept wherever the configuration goes:
/// `iac:waive=s3-versioned until=2027-01-31: only logs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The id of the rule, also one of another tool.
    pub rule: Text,
    /// The reason.
    pub reason: Text,
    /// The last date on which the waiver is valid. `None` if it never expires.
    pub until: Option<Date>,
}

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(civil::Date);

/// An error from parsing a [`Date`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDateError(String);

const MARK: &str = "iac:waive=";
const CHECKOV_MARK: &str = "checkov:skip=";

impl Waiver {
    /// Parses a waiver from a comment: `iac:waive=RULE until=DATE: REASON`, or `checkov:skip=ID:REASON`, whose reason
    /// may begin with `until DATE: `. Returns `None` for other comments.
    ///
    /// # Errors
    ///
    /// Fails if the date of a waiver is invalid.
    pub fn from_comment(comment: &str) -> Result<Option<Self>, ParseDateError> {
        let comment = comment.trim_start_matches(['#', '/', '*', ' ', '\t']).trim();
        if let Some(rest) = comment.strip_prefix(CHECKOV_MARK) {
            let (rule, reason) = rest.split_once(':').unwrap_or((rest, ""));
            let (rule, reason) = (rule.trim().into(), reason.trim());
            let day = reason.strip_prefix("until ").and_then(|rest| rest.split_once(": "));
            // An invalid date is part of the reason here: checkov's format has no dates.
            return Ok(Some(match day.and_then(|(day, reason)| Some((day.parse().ok()?, reason))) {
                Some((until, reason)) => Self { rule, reason: reason.into(), until: Some(until) },
                None => Self { rule, reason: reason.into(), until: None },
            }));
        }
        let Some(rest) = comment.strip_prefix(MARK) else { return Ok(None) };
        let (head, reason) = rest.split_once(": ").unwrap_or((rest.trim_end_matches(':'), ""));
        let (rule, until) = match head.split_once(" until=") {
            Some((rule, until)) => (rule, Some(until.trim().parse()?)),
            None => (head, None),
        };
        Ok(Some(Self { rule: rule.trim().into(), reason: reason.trim().into(), until }))
    }

    /// Collects the waivers in the blocks of resources and data sources, by address.
    ///
    /// # Errors
    ///
    /// Fails if the date of a waiver is invalid.
    pub fn from_configuration(text: &str) -> Result<HashMap<String, Vec<Self>>, ParseDateError> {
        let mut waivers: HashMap<String, Vec<Self>> = HashMap::new();
        let mut block: Option<String> = None;
        for line in text.lines() {
            // Blocks of formatted configuration begin and end at the start of a line.
            if let Some(address) = address_of(line) {
                block = Some(address);
            } else if line.starts_with('}') {
                block = None;
            } else if let Some(address) = &block
                && line.trim_start().starts_with(['#', '/'])
                && let Some(waiver) = Self::from_comment(line)?
            {
                waivers.entry(address.clone()).or_default().push(waiver);
            }
        }
        Ok(waivers)
    }

    /// Returns `true` if the waiver is valid on this date.
    #[must_use]
    pub fn holds_on(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }
}

/// Formats the waiver as a comment.
impl fmt::Display for Waiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK}{}", self.rule)?;
        if let Some(until) = self.until {
            write!(f, " until={until}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Returns the address of the block that begins on a line: `resource "aws_vpc" "main" {`.
fn address_of(line: &str) -> Option<String> {
    let (prefix, rest) = match (line.strip_prefix("resource "), line.strip_prefix("data ")) {
        (Some(rest), _) => ("", rest),
        (_, Some(rest)) => ("data.", rest),
        _ => return None,
    };
    let mut labels = rest.split('"');
    let (_, type_name, _, name) = (labels.next()?, labels.next()?, labels.next()?, labels.next()?);
    Some(format!("{prefix}{type_name}.{name}"))
}

impl Date {
    /// Returns the date that is this number of days after 1 January 1970.
    #[must_use]
    pub fn from_unix_days(days: u32) -> Self {
        Self(civil::date(1970, 1, 1).saturating_add(SignedDuration::from_hours(i64::from(days) * 24)))
    }
}

/// Parses `2027-01-31`.
impl FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, ParseDateError> {
        // `jiff` parses other forms, too.
        let has_form = text.len() == 10
            && text.bytes().enumerate().all(|(position, byte)| match position {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let date = text.parse().ok().filter(|_| has_form);
        date.map(Self).ok_or_else(|| ParseDateError(text.to_owned()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ParseDateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid date `{}`: expected the form `2027-01-31`", self.0)
    }
}

impl std::error::Error for ParseDateError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waivers_round_trip_through_comments() {
        for comment in ["iac:waive=a-b until=2027-01-31: only logs", "iac:waive=CKV_AWS_8: why: because"] {
            assert_eq!(Waiver::from_comment(comment).unwrap().unwrap().to_string(), comment);
        }
        let until = Waiver::from_comment("#checkov:skip=CKV_AWS_21:until 2027-01-31: logs").unwrap().unwrap();
        assert_eq!((until.until, &*until.reason), (Some("2027-01-31".parse().unwrap()), "logs"));
        let checkov = Waiver::from_comment("#checkov:skip=CKV_AWS_21:logs only").unwrap().unwrap();
        assert_eq!(checkov.to_string(), "iac:waive=CKV_AWS_21: logs only");
        assert_eq!(Waiver::from_comment("# of the team").unwrap(), None);
    }

    #[test]
    fn invalid_dates_are_rejected() {
        for wrong in [
            "2027-02-29",
            "2027-13-01",
            "2027-1-1",
            "tomorrow",
            "2027-01-31-01",
            "2027-00-10",
            "20270131",
            "2027-W04-1",
        ] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert!(Waiver::from_comment("iac:waive=a until=soon: x").is_err());
        assert_eq!(Date::from_unix_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_unix_days(19_782).to_string(), "2024-02-29");
    }

    #[test]
    fn waivers_are_read_from_resource_blocks() {
        let text = "# iac:waive=a: nobody's\nresource \"aws_vpc\" \"main\" {\n  # iac:waive=a: x\n  tags = {\n    # checkov:skip=CKV_1:y\n  }\n}\n\ndata \"aws_vpc\" \"main\" {\n  # iac:waive=b: z\n}\n";
        let waivers = Waiver::from_configuration(text).unwrap();
        let rules =
            |address: &str| -> Vec<&str> { waivers[address].iter().map(|each| each.rule.as_str()).collect() };
        assert_eq!((rules("aws_vpc.main"), rules("data.aws_vpc.main")), (vec!["a", "CKV_1"], vec!["b"]));
        assert_eq!(waivers.len(), 2);
        assert!(
            Waiver::from_configuration("resource \"a\" \"b\" {\n  # iac:waive=a until=soon: x\n}").is_err()
        );
    }

    #[test]
    fn waiver_holds_on_its_last_date() {
        let waiver = Waiver::from_comment("iac:waive=a until=2027-01-31: x").unwrap().unwrap();
        assert!(waiver.holds_on("2027-01-31".parse().unwrap()));
        assert!(!waiver.holds_on("2027-02-01".parse().unwrap()));
    }
}
