//! Which state a plan was made from.

use std::fmt;

use iac_core::text::Text;

/// The state that a plan was made from, for the reader of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateRecord {
    /// Where it was read: a path, an address without credentials, or the backend.
    pub source: Text,
    /// What was found there.
    pub contents: StateContents,
}

/// What was found where a state is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateContents {
    /// A state.
    Present {
        /// How often it was written; `terraform show -json` does not say it.
        serial: Option<u64>,
        /// What tells it from other states; `terraform show -json` does not say it.
        lineage: Option<Text>,
        /// When it was last written, as RFC 3339 in UTC, if the source says it.
        modified: Option<Text>,
    },
    /// No state exists yet.
    Absent {
        /// Why that is known: `no file exists there`.
        reason: Text,
    },
}

impl fmt::Display for StateRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.contents {
            StateContents::Absent { reason } => write!(f, "none ({reason})"),
            StateContents::Present { serial, lineage, modified } => {
                let parts = [
                    serial.map(|serial| format!("serial {serial}")),
                    lineage.as_ref().map(|lineage| format!("lineage {lineage}")),
                    modified.as_ref().map(|modified| {
                        let modified = modified.trim_end_matches('Z').replace('T', " ");
                        format!("last modified {modified} UTC")
                    }),
                ];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                f.write_str(&self.source)?;
                if parts.is_empty() { Ok(()) } else { write!(f, " ({})", parts.join(", ")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_says_where_and_which() {
        let record = |contents| StateRecord { source: "a.tfstate".into(), contents }.to_string();
        let full = StateContents::Present {
            serial: Some(3),
            lineage: Some("5a7f".into()),
            modified: Some("2026-01-02T03:04:05Z".into()),
        };
        assert_eq!(record(full), "a.tfstate (serial 3, lineage 5a7f, last modified 2026-01-02 03:04:05 UTC)");
        let shown = StateContents::Present { serial: None, lineage: None, modified: None };
        assert_eq!(record(shown), "a.tfstate");
        let absent = StateContents::Absent { reason: "no file exists there".into() };
        assert_eq!(record(absent), "none (no file exists there)");
    }
}
