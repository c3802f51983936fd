//! The modules of a configuration as a flat list, and their names.

use foldhash::HashMap;
use iac_core::address::ResourceMode;
use iac_core::text::Text;
use iac_lang::config::{Module, ModuleCall, PassedProvider, Resource};
use typed_index_collections::TiVec;

use super::index::{Index as _, ModuleIndex};

/// The modules of a configuration: the root module first, each module before those that it calls.
#[derive(Debug)]
pub(crate) struct Modules<'a> {
    pub list: TiVec<ModuleIndex, StaticModule<'a>>,
}

/// A module as written, independent of its instances.
#[derive(Debug)]
pub(crate) struct StaticModule<'a> {
    pub module: &'a Module,
    /// The calling module, and the position of the call in it.
    pub parent: Option<(ModuleIndex, usize)>,
    /// The called modules, by position of the call; `None` if the module is not installed.
    pub children: Vec<Option<ModuleIndex>>,
    names: Names<'a>,
}

/// The names in a module, and their positions in its lists.
#[derive(Debug, Default)]
struct Names<'a> {
    variables: HashMap<&'a str, usize>,
    locals: HashMap<&'a str, usize>,
    outputs: HashMap<&'a str, usize>,
    resources: HashMap<(ResourceMode, &'a str, &'a str), usize>,
    calls: HashMap<&'a str, usize>,
}

/// A provider configuration: its module, its local name there, and its alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ProviderReference<'a> {
    pub module: ModuleIndex,
    pub name: &'a str,
    pub alias: Option<&'a str>,
}

impl<'a> Modules<'a> {
    pub(crate) fn new(root: &'a Module) -> Self {
        let mut list = TiVec::from(vec![StaticModule::new(root, None)]);
        let mut next = ModuleIndex::ROOT;
        while next < list.next_key() {
            let position = next;
            let module: &'a Module = list[position].module;
            for (call, ModuleCall { module: called, .. }) in module.calls.iter().enumerate() {
                let child = called
                    .as_deref()
                    .map(|called| list.push_and_get_key(StaticModule::new(called, Some((position, call)))));
                list[position].children.push(child);
            }
            next = position.plus(1);
        }
        Self { list }
    }

    pub(crate) fn get(&self, module: ModuleIndex) -> &StaticModule<'a> {
        &self.list[module]
    }

    /// Returns the module with this path of call names.
    pub(crate) fn find<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Option<ModuleIndex> {
        names.into_iter().try_fold(ModuleIndex::ROOT, |module, name| {
            let module = self.get(module);
            module.children[module.call(name)?]
        })
    }

    /// Returns the path of call names of a module.
    pub(crate) fn path(&self, module: ModuleIndex) -> Vec<&'a str> {
        let mut names = Vec::new();
        let mut parent = self.get(module).parent;
        while let Some((module, call)) = parent {
            names.push(self.get(module).module.calls[call].name.as_str());
            parent = self.get(module).parent;
        }
        names.reverse();
        names
    }

    /// Returns the provider configuration that a resource or module call uses, named explicitly or inherited.
    pub(crate) fn provider(
        &self,
        module: ModuleIndex,
        name: &'a str,
        alias: Option<&'a str>,
    ) -> ProviderReference<'a> {
        let mut reference = ProviderReference { module, name, alias };
        loop {
            let ProviderReference { module, name, alias } = reference;
            let static_module = self.get(module);
            if static_module.has_provider(name, alias) {
                return reference;
            }
            let Some((parent, call)) = static_module.parent else { return reference };
            let passed = &self.get(parent).module.calls[call].providers;
            let is_it =
                |passed: &&PassedProvider| passed.inner.0 == name && passed.inner.1.as_deref() == alias;
            reference = match passed.iter().find(is_it) {
                Some(PassedProvider { outer: (name, alias), .. }) => {
                    ProviderReference { module: parent, name, alias: alias.as_deref() }
                }
                // Modules inherit configurations without an alias.
                None if alias.is_none() => {
                    ProviderReference { module: parent, name: self.name_in(parent, module, name), alias }
                }
                None => return reference,
            };
        }
    }

    /// Translates the local name of a provider in a descendant module to this module's local name.
    fn name_in(&self, module: ModuleIndex, below: ModuleIndex, name: &'a str) -> &'a str {
        let source = self.get(below).source(name);
        let required = &self.get(module).module.required_providers;
        required
            .iter()
            .find(|required| required.source == source.as_str())
            .map_or(name, |required| &required.name)
    }
}

impl<'a> StaticModule<'a> {
    fn new(module: &'a Module, parent: Option<(ModuleIndex, usize)>) -> Self {
        let names = Names {
            variables: positions(module.variables.iter().map(|variable| variable.name.as_str())),
            locals: positions(module.locals.iter().map(|local| local.name.as_str())),
            outputs: positions(module.outputs.iter().map(|output| output.name.as_str())),
            resources: positions(module.resources.iter().map(resource_key)),
            calls: positions(module.calls.iter().map(|call| call.name.as_str())),
        };
        Self { module, parent, children: Vec::with_capacity(module.calls.len()), names }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<usize> {
        self.names.variables.get(name).copied()
    }

    pub(crate) fn local(&self, name: &str) -> Option<usize> {
        self.names.locals.get(name).copied()
    }

    pub(crate) fn output(&self, name: &str) -> Option<usize> {
        self.names.outputs.get(name).copied()
    }

    pub(crate) fn call(&self, name: &str) -> Option<usize> {
        self.names.calls.get(name).copied()
    }

    pub(crate) fn resource(&self, mode: ResourceMode, type_name: &str, name: &str) -> Option<usize> {
        self.names.resources.get(&(mode, type_name, name)).copied()
    }

    fn has_provider(&self, name: &str, alias: Option<&str>) -> bool {
        self.module
            .providers
            .iter()
            .any(|provider| provider.name == name && provider.alias.as_deref() == alias)
    }

    /// Returns the source address of the provider with this local name.
    pub(crate) fn source(&self, name: &str) -> Text {
        let required = self.module.required_providers.iter().find(|required| required.name == name);
        match required {
            Some(required) => required.source.clone(),
            None if name == "terraform" => Text::from_static("terraform.io/builtin/terraform"),
            None => format!("registry.terraform.io/hashicorp/{name}").into(),
        }
    }
}

/// Returns the default local name of the provider of a type: the part before the first `_`.
pub(crate) fn provider_of_type(type_name: &str) -> &str {
    type_name.split_once('_').map_or(type_name, |(provider, _)| provider)
}

fn resource_key(resource: &Resource) -> (ResourceMode, &str, &str) {
    (resource.mode, &resource.type_name, &resource.name)
}

fn positions<K: Eq + std::hash::Hash>(names: impl ExactSizeIterator<Item = K>) -> HashMap<K, usize> {
    names.enumerate().map(|(position, name)| (name, position)).collect()
}
