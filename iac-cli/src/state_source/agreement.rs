//! The comparison of a `backend` block with what `terraform init` recorded.

use super::hash;
use super::settings::{Backend, Recorded};

/// Whether a block is the one that `terraform init` has seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// It is, so what was recorded holds: it has what `-backend-config` said, too.
    Same,
    /// It is not: these settings differ.
    Changed(Vec<String>),
    /// Only Terraform can tell.
    Unsure,
}

impl Backend {
    /// Compares the block with what was recorded, as Terraform does: it is the same if all settings are, or if it has the
    /// hash of the block that `terraform init` has seen, to which `-backend-config` added.
    pub(super) fn agreement(&self, recorded: &Recorded) -> Agreement {
        if self.kind != recorded.backend.kind {
            return Agreement::Changed(vec!["type".to_owned()]);
        }
        if !self.is_literal() {
            return Agreement::Unsure;
        }
        let sorted = |backend: &Self| {
            let mut settings = backend.settings.clone();
            settings.sort();
            settings
        };
        let (block, record) = (sorted(self), sorted(&recorded.backend));
        if block == record {
            return Agreement::Same;
        }
        match (hash::of_block(self, &recorded.config), recorded.hash) {
            (Some(hash), Some(recorded)) if u64::from(hash) == recorded => Agreement::Same,
            (Some(_), Some(_)) => {
                let only_in = |one: &[(String, String)], other: &[(String, String)]| -> Vec<String> {
                    one.iter().filter(|each| !other.contains(each)).map(|(name, _)| name.clone()).collect()
                };
                let mut names = only_in(&block, &record);
                if names.is_empty() {
                    // Something was removed, if `-backend-config` did not give it.
                    names = only_in(&record, &block);
                }
                names.sort();
                names.dedup();
                Agreement::Changed(names)
            }
            _ => Agreement::Unsure,
        }
    }
}
