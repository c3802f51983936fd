//! Which version of a provider the facts of a plan describe.

use std::fmt;

use iac_core::text::Text;

/// The version of a provider that a plan's facts describe, for the reader of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnowledgeRecord {
    /// The provider's source address.
    pub provider: Text,
    /// The version that the facts describe.
    pub version: Text,
    /// The difference to the version that will be applied; `None` if they are the same, as far as is known.
    pub remark: Option<Text>,
}

impl fmt::Display for KnowledgeRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let provider = self.provider.strip_prefix("registry.terraform.io/").unwrap_or(&self.provider);
        match &self.remark {
            Some(remark) => write!(f, "{remark}; planned as {}", self.version),
            None => write!(f, "{provider} {}", self.version),
        }
    }
}
