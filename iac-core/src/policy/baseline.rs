//! Baselines: findings that are accepted because they existed before.

use std::collections::BTreeSet;
use std::fmt;

use super::{Finding, Outcome, Status};
use crate::render::json::write_string;
use crate::value::{ParseJsonError, Value};

/// The findings recorded in a baseline.
///
/// A finding is identified by its rule, file and address, since line numbers change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<(String, String, String)>);

/// An error from parsing a baseline.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// The text is not JSON.
    #[error("the baseline is not valid JSON")]
    Json(#[source] ParseJsonError),
    /// The JSON is not a baseline, or has an unsupported version.
    #[error("the file is not a baseline of format version 1")]
    Format,
}

const FORMAT_VERSION: &str = "1.0";

impl Baseline {
    /// Records all findings that are certain, present after the change, and not waived.
    pub fn from_findings<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let is_present = |finding: &&Finding| {
            finding.outcome == Outcome::Fail && finding.status != Status::Fixed && finding.waived.is_none()
        };
        Self(findings.into_iter().filter(is_present).map(key).collect())
    }

    /// Returns `true` if the finding is recorded.
    #[must_use]
    pub fn contains(&self, finding: &Finding) -> bool {
        self.0.contains(&key(finding))
    }

    /// Returns the number of findings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if no finding is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Parses a baseline.
    ///
    /// # Errors
    ///
    /// Fails if the text is not a baseline of a supported version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let document = Value::parse_json(text).map_err(BaselineError::Json)?;
        let member = |value: &Value, name: &str| match value {
            Value::Object(members) => members.get(name).cloned(),
            _ => None,
        };
        let text = |value: &Value, name: &str| match member(value, name) {
            Some(Value::String(text)) => Some(text.as_str().to_owned()),
            _ => None,
        };
        let version = text(&document, "format_version").ok_or(BaselineError::Format)?;
        if version.split('.').next() != Some("1") {
            return Err(BaselineError::Format);
        }
        let Some(Value::List(findings) | Value::Tuple(findings)) = member(&document, "findings") else {
            return Err(BaselineError::Format);
        };
        let finding = |finding: &Value| {
            Some((text(finding, "file")?, text(finding, "address")?, text(finding, "rule")?))
        };
        findings.iter().map(finding).collect::<Option<_>>().map(Self).ok_or(BaselineError::Format)
    }
}

/// The text of the baseline file: JSON with one finding per line.
impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = format!("{{\n  \"format_version\": \"{FORMAT_VERSION}\",\n  \"findings\": [");
        for (position, (file, address, rule)) in self.0.iter().enumerate() {
            out.push_str(if position == 0 { "\n    {\"file\": " } else { ",\n    {\"file\": " });
            write_string(&mut out, file);
            out.push_str(", \"address\": ");
            write_string(&mut out, address);
            out.push_str(", \"rule\": ");
            write_string(&mut out, rule);
            out.push('}');
        }
        out.push_str("\n  ]\n}\n");
        f.write_str(&out)
    }
}

fn key(finding: &Finding) -> (String, String, String) {
    let file = finding.source.as_ref().map(|source| source.file.as_str().to_owned()).unwrap_or_default();
    (file, finding.address.to_string(), finding.rule.id.as_str().to_owned())
}
