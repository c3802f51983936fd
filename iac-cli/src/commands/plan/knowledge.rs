//! The version of the built-in provider knowledge that answers for a configuration.

use std::collections::BTreeMap;
use std::path::Path;

use iac_aws_rules::versions::{Choice, Evidence, Recorded};
use iac_lang::config::{Module, satisfies};
use iac_plan::plan::Plan;
use iac_plan::state::State;
use iac_provider::locked_version;
use serde::Deserialize;

use crate::command_error::CommandError;

/// The registry addresses of the provider that the knowledge describes.
pub(super) const TABLE_SOURCES: [&str; 2] =
    ["registry.terraform.io/hashicorp/aws", "registry.opentofu.org/hashicorp/aws"];

/// Chooses by the lock file in a directory, the installed version, the version constraints of all modules, and the state.
pub(in crate::commands) fn choose(
    directory: &Path,
    module: &Module,
    state: Option<&State<'_>>,
    installed: Option<&str>,
) -> Result<Choice, CommandError> {
    let mut evidence = Evidence::default();
    for source in TABLE_SOURCES {
        let locked = locked_version(directory, source);
        let locked = locked.map_err(|error| CommandError::because("cannot read the lock file", error))?;
        evidence.locked = evidence.locked.or(locked);
    }
    evidence.installed = installed.map(str::to_owned);
    // A state says nothing about a later version than the one that wrote it.
    let is_new = |locked: &str| satisfies(">= 6.0", locked) == Some(true);
    if !evidence.locked.as_deref().is_some_and(is_new) {
        evidence.recorded = state.and_then(Recorded::of);
    }
    collect_constraints(module, &mut evidence.constraints);
    Ok(Choice::new(&evidence))
}

fn collect_constraints(module: &Module, constraints: &mut Vec<String>) {
    let required = &module.required_providers;
    let aws = required.iter().filter(|required| TABLE_SOURCES.contains(&required.source.as_str()));
    for constraint in aws.filter_map(|required| required.version.as_ref()) {
        if !constraints.iter().any(|known| known == constraint.as_str()) {
            constraints.push(constraint.to_string());
        }
    }
    for module in module.calls.iter().filter_map(|call| call.module.as_deref()) {
        collect_constraints(module, constraints);
    }
}

/// Chooses by what a plan in JSON says: the version that answered, or the constraint of the provider.
pub(in crate::commands) fn knowledge_of(plan: &str) -> Choice {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Document {
        provider_knowledge: Vec<Answered>,
        configuration: Configuration,
    }
    #[derive(Deserialize)]
    struct Answered {
        version: String,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Configuration {
        provider_config: BTreeMap<String, Provider>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Provider {
        full_name: String,
        version_constraint: Option<String>,
    }
    let document: Document = serde_json::from_str(plan).unwrap_or_default();
    let answered = document.provider_knowledge.into_iter().next();
    let providers = document.configuration.provider_config.into_values();
    let aws = providers.filter(|provider| TABLE_SOURCES.contains(&provider.full_name.as_str()));
    let evidence = Evidence {
        locked: answered.map(|answered| answered.version),
        constraints: aws.filter_map(|provider| provider.version_constraint).collect(),
        ..Evidence::default()
    };
    Choice::new(&evidence)
}

/// Returns true if the knowledge took part in a plan.
pub(super) fn is_used(plan: &Plan) -> bool {
    plan.changes.iter().any(|change| TABLE_SOURCES.contains(&change.provider_name.as_str()))
}
