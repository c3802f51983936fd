//! Which version of a provider answered for a plan.

use std::fmt;

use iac_core::text::Text;

use super::Predictor;

/// The version of a provider that answered for a plan, for the reader of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnowledgeRecord {
    /// The provider's source address.
    pub provider: Text,
    /// The version of the binary, or the version that the facts describe.
    pub version: Text,
    /// Who answered.
    pub predictor: Predictor,
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
