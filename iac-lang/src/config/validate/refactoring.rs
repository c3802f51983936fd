//! `removed` blocks.

use iac_core::address::ResourceMode;
use iac_core::expression::Expression;

use super::{Place, Validator};
use crate::config::Module;
use crate::references::{Reference, Step, visit};

impl Validator<'_, '_> {
    /// Reports `removed` blocks for what the configuration still has.
    pub(super) fn removed(&mut self) {
        let module = self.module;
        for removed in &module.removed {
            let Some(kind) = declared(module, &removed.from) else { continue };
            let place = Place::new(&removed.location, "from");
            let summary = format!("Removed {kind} still exists");
            let detail = format!(
                "This block says that the {kind} was removed, but the configuration still has it. Remove one of the two."
            );
            self.error(place, Some(&removed.from), "still-declared", summary, detail);
        }
    }
}

/// Returns the kind of declaration that an address names, if there is one.
fn declared(module: &Module, address: &Expression) -> Option<&'static str> {
    let mut kind = None;
    visit(address, &mut |reference| kind = declared_at(module, &reference));
    kind
}

fn declared_at(module: &Module, reference: &Reference<'_>) -> Option<&'static str> {
    let names = reference.steps.iter().filter_map(|step| match step {
        Step::Name(name) => Some(*name),
        Step::Key(_) | Step::Splat => None,
    });
    let mut names = std::iter::once(reference.root).chain(names);
    let mut module = module;
    loop {
        let first = names.next()?;
        let second = names.next()?;
        if first != "module" {
            let is_it = |resource: &&crate::config::Resource| {
                resource.mode == ResourceMode::Managed
                    && resource.type_name == *first
                    && resource.name == *second
            };
            return module.resources.iter().find(is_it).map(|_| "resource");
        }
        let call = module.calls.iter().find(|call| call.name == *second)?;
        let mut rest = names.clone();
        if rest.next().is_none() {
            return Some("module");
        }
        module = call.module.as_deref()?;
    }
}
