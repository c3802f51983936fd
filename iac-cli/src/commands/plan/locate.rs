//! Where in the program, or in its configuration, the changes of a plan come from.

use std::collections::{HashMap, HashSet};

use iac_core::address::ResourceAddress;
use iac_core::config::{Location, Module};
use iac_core::plan::{Action, Plan, ResourceChange};

use super::Format;
use super::input::Input;
use crate::command_error::CommandError;

/// Says of each change where it comes from. Nobody asks that of what stays the same, unless the plan is written with all that
/// it says: thousands of lines need not be read then.
pub(super) fn locate(
    plan: &mut Plan,
    input: &Input,
    root: &Module,
    format: Format,
) -> Result<(), CommandError> {
    let is_shown = |change: &ResourceChange| {
        format == Format::Json
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
        change.source = lines.get(&address).cloned();
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

/// Where the resources of a module are declared, and those of the modules that it calls.
fn declared(module: &Module, path: &str, wanted: &HashSet<&str>, lines: &mut HashMap<String, Location>) {
    for resource in &module.resources {
        let address = format!("{path}{}", resource.address());
        if wanted.contains(address.as_str()) {
            lines.insert(address, resource.location.clone());
        }
    }
    for call in &module.calls {
        if let Some(module) = &call.module {
            declared(module, &format!("{path}module.{}.", call.name), wanted, lines);
        }
    }
}
