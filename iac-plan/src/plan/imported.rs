//! Objects that `import` blocks name.

use iac_core::address::ResourceMode;
use iac_core::expression::Expression;
use iac_core::text::Text;
use iac_lang::config::Location;
use iac_lang::references::{Step, visit};

use super::index::ModuleIndex;
use super::modules::Modules;

/// An object imported to an address.
#[derive(Debug)]
pub(crate) struct Imported {
    /// The import ID.
    pub id: Text,
    pub location: Location,
    /// True if the configuration has the instance.
    pub is_declared: bool,
}

/// Returns the resource that an import targets, ignoring keys: the module, and the position of the resource.
pub(crate) fn resource_of(modules: &Modules<'_>, to: &Expression) -> Option<(ModuleIndex, usize)> {
    let mut found = None;
    visit(to, &mut |reference| {
        // Keys are visited first, the address itself last.
        let mut names =
            std::iter::once(reference.root).chain(reference.steps.iter().filter_map(|step| match step {
                Step::Name(name) => Some(*name),
                _ => None,
            }));
        let mut module = Some(ModuleIndex::ROOT);
        let mut name = names.next();
        while name == Some("module") {
            module = names.next().zip(module).and_then(|(call, module)| {
                let static_module = modules.get(module);
                static_module.children[static_module.call(call)?]
            });
            name = names.next();
        }
        found = module.and_then(|module| {
            let position = modules.get(module).resource(ResourceMode::Managed, name?, names.next()?)?;
            Some((module, position))
        });
    });
    found
}
