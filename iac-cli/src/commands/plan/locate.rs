//! Where in the program, or in its configuration, the changes of a plan come from.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use iac_core::address::ResourceAddress;
use iac_lang::config::{Module, load};
use iac_plan::plan::{Action, Plan, ResourceChange};
use iac_review::review::Review;

use super::input::{Input, path_text};
use crate::command_error::CommandError;
use crate::disk::Disk;
use crate::manifest::{self, Manifest, Origin, Sources};

/// Says of each change where it comes from. Nobody asks that of what stays the same, unless the plan is written with all that
/// it says, `is_whole`: thousands of lines need not be read then.
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
    let wanted: HashSet<&str> = shown.iter().map(|(_, address)| address.as_str()).collect();
    let mut lines = input.sources.of(&wanted)?;
    // A place in what a program wrote means nothing to a person.
    if !input.is_model() {
        declared(root, "", &wanted, &mut lines);
    }
    for (change, address) in shown {
        let origin = lines.get(&address);
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

/// Says of the findings of a review where their resources come from: also those of resources that stay the same.
pub(super) fn locate_findings(review: &mut Review, input: &Input, root: &Module) -> Result<(), CommandError> {
    let findings = &mut review.policies.findings;
    let addresses: Vec<String> =
        findings.iter().map(|finding| without_keys(&finding.address).to_string()).collect();
    if addresses.is_empty() {
        return Ok(());
    }
    let wanted: HashSet<&str> = addresses.iter().map(String::as_str).collect();
    let mut lines = input.sources.of(&wanted)?;
    if !input.is_model() {
        declared(root, "", &wanted, &mut lines);
    }
    for (finding, address) in findings.iter_mut().zip(&addresses) {
        finding.source = lines.get(address).map(|origin| origin.source.clone());
    }
    Ok(())
}

/// Says of each change of a plan that somebody else made where its resource comes from: of the configuration of a directory,
/// or of the program that wrote it.
pub(in crate::commands) fn declared_places(plan: &mut Plan, directory: &Path) -> Result<(), CommandError> {
    let lines_of_rust = synthesized(directory)?;
    let root = match lines_of_rust {
        Some(_) => Module::default(),
        None => load(&path_text(directory)?, &Disk).map_err(CommandError::diagnosed)?.module,
    };
    let changes: Vec<&mut ResourceChange> =
        plan.changes.iter_mut().chain(&mut plan.drift).filter(|change| change.source.is_none()).collect();
    let addresses: Vec<String> =
        changes.iter().map(|change| without_keys(&change.address).to_string()).collect();
    let wanted: HashSet<&str> = addresses.iter().map(String::as_str).collect();
    let mut lines = lines_of_rust.unwrap_or_default().of(&wanted)?;
    declared(&root, "", &wanted, &mut lines);
    for (change, address) in changes.into_iter().zip(&addresses) {
        let origin = lines.get(address);
        change.source = origin.map(|origin| origin.source.clone());
        change.inner_source = origin.and_then(|origin| origin.inner.clone());
    }
    Ok(())
}

/// The lines of the program that wrote a directory, if one did: its manifest stands above.
fn synthesized(directory: &Path) -> Result<Option<Sources>, CommandError> {
    let Ok(directory) = directory.canonicalize() else { return Ok(None) };
    let above = directory.ancestors().skip(1).find(|above| above.join(Manifest::FILE).is_file());
    let Some(above) = above else { return Ok(None) };
    let text = manifest::Text::read(above)?;
    let stacks = text.parse::<manifest::Lines<'_>>()?.stacks;
    let stack = stacks.iter().find(|stack| above.join(&*stack.path) == directory);
    Ok(stack.map(|stack| stack.sources.clone()))
}

/// Where the resources of a module are declared, and those of the modules that it calls.
fn declared(module: &Module, path: &str, wanted: &HashSet<&str>, lines: &mut HashMap<String, Origin>) {
    for resource in &module.resources {
        let address = format!("{path}{}", resource.address());
        if wanted.contains(address.as_str()) {
            lines.insert(address, Origin { source: resource.location.clone(), inner: None });
        }
    }
    for call in &module.calls {
        if let Some(module) = &call.module {
            declared(module, &format!("{path}module.{}.", call.name), wanted, lines);
        }
    }
}
