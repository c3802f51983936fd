//! Hazards and exposures of providers other than AWS.

use std::collections::{BTreeMap, HashSet};

use iac_core::address::ResourceMode;
use iac_core::text::Text;
use iac_plan::plan::{Action, Plan};

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

/// The providers whose resources hold no data and let nobody in: they exist in the state only, or on the machine.
const UTILITIES: [&str; 12] = [
    "archive",
    "cloudinit",
    "external",
    "http",
    "local",
    "null",
    "random",
    "template",
    "terraform",
    "time",
    "tls",
    "wait",
];

/// Returns the name of the provider of a type: `google` of `google_compute_disk`.
fn provider(type_name: &str) -> &str {
    type_name.split('_').next().unwrap_or(type_name)
}

impl Hazards {
    /// Returns the providers without any rule, by name, with the number of their changes.
    pub(in crate::review) fn uncovered(&self, plan: &Plan) -> Vec<(String, usize)> {
        let types = self.types.keys().chain(self.changes.keys());
        let known: HashSet<&str> =
            types.chain(self.exposures.types()).map(Text::as_str).map(provider).collect();
        let mut uncovered: BTreeMap<&str, usize> = BTreeMap::new();
        for change in &plan.changes {
            let provider = provider(&change.address.resource_type);
            let is_relevant = change.address.mode == ResourceMode::Managed && change.action != Action::NoOp;
            if is_relevant && !known.contains(provider) && !UTILITIES.contains(&provider) {
                *uncovered.entry(provider).or_default() += 1;
            }
        }
        uncovered.into_iter().map(|(provider, count)| (provider.to_owned(), count)).collect()
    }

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
