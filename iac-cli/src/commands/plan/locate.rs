//! Source locations of changes and findings: origins of the program, or of the configuration.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use iac_core::address::{ModulePath, ResourceAddress};
use iac_lang::config::{Module, load};
use iac_plan::plan::{Action, Plan, ResourceChange};
use iac_review::review::Review;

use super::input::{Input, utf8_path};
use crate::command_error::CommandError;
use crate::disk::Disk;
use crate::manifest::{Manifest, ManifestIndex, ManifestText, Origin, ResourceSources};

/// Sets the source locations of changes. With `is_whole`, unchanged resources get theirs too: only the JSON format
/// shows them, and decoding thousands of locations takes time.
pub(super) fn locate(
    plan: &mut Plan,
    input: &Input,
    root: &Module,
    is_whole: bool,
) -> Result<(), CommandError> {
    let is_shown = |change: &ResourceChange| {
        is_whole
            || change.action != Action::NoOp
            || change.importing.is_some()
            || change.previous_address.is_some()
    };
    let shown: Vec<(&mut ResourceChange, String)> = plan
        .changes
        .iter_mut()
        .chain(&mut plan.drift)
        .filter(|change| is_shown(change))
        .map(|change| {
            let address = without_keys(&change.address).to_string();
            (change, address)
        })
        .collect();
    if shown.is_empty() {
        return Ok(());
    }
    let addresses: HashSet<&str> = shown.iter().map(|(_, address)| address.as_str()).collect();
    let mut origins = input.sources.of(&addresses)?;
    // Users do not know the origins of generated configuration.
    if !input.is_synthesized() {
        add_declared(root, "", &addresses, &mut origins);
    }
    for (change, address) in shown {
        let origin = origins.get(&address);
        change.source = origin.map(|origin| origin.source.clone());
        change.inner_source = origin.and_then(|origin| origin.inner.clone());
    }
    Ok(())
}

fn without_keys(address: &ResourceAddress) -> ResourceAddress {
    let mut address = address.clone();
    address.key = None;
    for step in &mut address.modules {
        step.key = None;
    }
    address
}

/// Sets the source locations of findings, including those of unchanged resources.
pub(super) fn locate_findings(review: &mut Review, input: &Input, root: &Module) -> Result<(), CommandError> {
    let findings = &mut review.policies.findings;
    let keyless: Vec<String> =
        findings.iter().map(|finding| without_keys(&finding.address).to_string()).collect();
    if keyless.is_empty() {
        return Ok(());
    }
    let addresses: HashSet<&str> = keyless.iter().map(String::as_str).collect();
    let mut origins = input.sources.of(&addresses)?;
    if !input.is_synthesized() {
        add_declared(root, "", &addresses, &mut origins);
    }
    for (finding, address) in findings.iter_mut().zip(&keyless) {
        finding.source = origins.get(address).map(|origin| origin.source.clone());
    }
    Ok(())
}

/// Sets the source locations of changes in a plan that Terraform made: from the configuration of a directory, or from
/// the manifest of the program that wrote it.
pub(in crate::commands) fn locate_by_config(plan: &mut Plan, directory: &Path) -> Result<(), CommandError> {
    let sources = synthesized(directory)?;
    let root = match sources {
        Some(_) => Module::default(),
        None => load(&utf8_path(directory)?, &Disk).map_err(CommandError::diagnosed)?.module,
    };
    let changes: Vec<&mut ResourceChange> =
        plan.changes.iter_mut().chain(&mut plan.drift).filter(|change| change.source.is_none()).collect();
    let keyless: Vec<String> =
        changes.iter().map(|change| without_keys(&change.address).to_string()).collect();
    let addresses: HashSet<&str> = keyless.iter().map(String::as_str).collect();
    let mut origins = sources.unwrap_or_default().of(&addresses)?;
    add_declared(&root, "", &addresses, &mut origins);
    for (change, address) in changes.into_iter().zip(&keyless) {
        let origin = origins.get(address);
        change.source = origin.map(|origin| origin.source.clone());
        change.inner_source = origin.and_then(|origin| origin.inner.clone());
    }
    Ok(())
}

/// Returns the source locations of the stack in a directory if a program wrote it. The manifest is in a directory
/// above.
fn synthesized(directory: &Path) -> Result<Option<ResourceSources>, CommandError> {
    let Ok(directory) = directory.canonicalize() else { return Ok(None) };
    let above = directory.ancestors().skip(1).find(|above| above.join(Manifest::FILE).is_file());
    let Some(above) = above else { return Ok(None) };
    let text = ManifestText::read(above)?;
    let stacks = text.parse::<ManifestIndex<'_>>()?.stacks;
    let stack = stacks.iter().find(|stack| above.join(&*stack.path) == directory);
    Ok(stack.map(|stack| stack.sources.clone()))
}

/// Adds the locations of the resources that a module and its child modules declare.
fn add_declared(
    module: &Module,
    path: &str,
    addresses: &HashSet<&str>,
    origins: &mut HashMap<String, Origin>,
) {
    for resource in &module.resources {
        let address = format!("{path}{}", resource.address());
        if addresses.contains(address.as_str()) {
            origins.insert(address, Origin { source: resource.location.clone(), inner: None });
        }
    }
    for call in &module.calls {
        if let Some(module) = &call.module {
            let path = format!("{path}{}", ModulePath::prefix_of([&call.name]));
            add_declared(module, &path, addresses, origins);
        }
    }
}
