//! Hazards and exposures of providers other than AWS.

use super::changes::HarmfulChange;
use super::{Hazards, HazardsError};

/// The rules of each provider.
const RULES: [&str; 6] = [
    include_str!("../../../rules/azuread.rules"),
    include_str!("../../../rules/azurerm.rules"),
    include_str!("../../../rules/github.rules"),
    include_str!("../../../rules/google.rules"),
    include_str!("../../../rules/helm.rules"),
    include_str!("../../../rules/kubernetes.rules"),
];

impl Hazards {
    /// Returns the hazards and exposures of Azure, Entra ID, GitHub, Google Cloud, Helm and Kubernetes.
    ///
    /// # Panics
    ///
    /// Never: the embedded rules are valid.
    #[must_use]
    pub fn of_other_providers() -> Self {
        RULES.iter().fold(Self::default(), |hazards, rules| {
            hazards.with_rules(rules).expect("the embedded rules are valid")
        })
    }

    /// Adds hazards and exposures in one text: lines as in [`Hazards::parse`], [`Hazards::with_changes`] and
    /// [`Hazards::with_exposures`].
    ///
    /// # Errors
    ///
    /// Fails if a line is neither a hazard nor an exposure.
    pub fn with_rules(mut self, text: &str) -> Result<Self, HazardsError> {
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') || self.line(text).is_some() {
                continue;
            }
            if let Some((type_name, change)) = HarmfulChange::parse(text) {
                self.changes.entry(type_name).or_default().push(change);
            } else {
                self.exposures.line(text).ok_or(HazardsError { line })?;
            }
        }
        Ok(self)
    }
}
