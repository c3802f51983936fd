//! The state of planning: everything known so far.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use iac_core::address::{InstanceKey, ModulePath, ModuleStep, ResourceAddress};
use iac_core::diagnostic::Diagnostics;
use iac_core::text::Text;
use iac_lang::config::Resource;
use iac_lang::value::Value;
use typed_index_collections::TiVec;

use super::builtin::{self, Builtin};
use super::dependencies::{Dependencies, Kind, Node};
use super::expand::{Expansion, Repetition};
use super::imported::Imported;
use super::index::{ChangeIndex, Index, InstanceIndex, ModuleIndex, NodeIndex};
use super::modules::{Modules, ProviderReference, provider_of_type};
use super::prior::Prior;
use super::request::Request;
use super::root_files::RootFiles;
use crate::plan::{CheckInstance, CheckKind, CheckResult, Provider, ResourceChange, UndecidedInstances};

/// A plan in progress.
pub(crate) struct Session<'a> {
    pub request: Request<'a>,
    /// The files that functions may read.
    pub files: RootFiles<'a>,
    pub modules: Modules<'a>,
    pub dependencies: Dependencies,
    /// The module instances; the first one is the root module.
    pub instances: TiVec<InstanceIndex, ModuleInstance>,
    /// The instances of each module.
    pub instances_of: TiVec<ModuleIndex, Vec<InstanceIndex>>,
    pub prior: Prior<'a>,
    pub imports: HashMap<ResourceAddress, Imported>,
    pub changes: TiVec<ChangeIndex, ResourceChange>,
    pub undecided_instances: Vec<UndecidedInstances>,
    pub errors: Diagnostics,
    pub warnings: Diagnostics,
    pub checks: Vec<CheckResult>,
    /// Whether the replacement of a node is created before it is destroyed, because it or a dependent resource says
    /// so.
    pub create_before_destroy: TiVec<NodeIndex, bool>,
    /// Whether a node is planned at all.
    pub included: TiVec<NodeIndex, bool>,
    /// Values of outputs that are declared sensitive, in modules and in other states.
    pub declared_secrets: Mutex<Vec<Value>>,
    /// Instances that `-target` leaves out, although it selects others of their resource.
    pub untargeted: HashSet<ResourceAddress>,
}

/// A module instance, and its values known so far.
#[derive(Debug)]
pub(crate) struct ModuleInstance {
    pub module: ModuleIndex,
    pub steps: Vec<ModuleStep>,
    pub parent: Option<InstanceIndex>,
    /// `each` and `count` of the call.
    pub repetition: Repetition,
    pub variables: Vec<Value>,
    pub locals: Vec<Value>,
    pub outputs: Vec<Value>,
    /// The position of each resource's changes.
    pub resources: Vec<InstanceRange<ChangeIndex>>,
    /// The position of each call's module instances.
    pub calls: Vec<InstanceRange<InstanceIndex>>,
}

/// The position of the instances of a resource or module, which are stored consecutively.
#[derive(Clone, Debug)]
pub(crate) enum InstanceRange<I> {
    /// A single instance.
    Single(I),
    /// The first position and the number of instances.
    Count(I, usize),
    /// The first position and the keys of all instances.
    Each(I, Vec<Text>),
    /// Unknown, or not planned yet.
    Unknown,
}

impl<I: Index> InstanceRange<I> {
    pub(crate) fn new(expansion: &Expansion, first: I) -> Self {
        match expansion {
            Expansion::Single => Self::Single(first),
            Expansion::Count(count) => Self::Count(first, usize::try_from(*count).unwrap_or(usize::MAX)),
            Expansion::Each(elements) => {
                Self::Each(first, elements.iter().map(|(key, _)| key.clone()).collect())
            }
            Expansion::Unknown(_) => Self::Unknown,
        }
    }

    /// Returns the positions.
    pub(crate) fn positions(&self) -> impl Iterator<Item = I> + use<I> {
        let (first, count) = match self {
            Self::Single(position) => (*position, 1),
            Self::Count(first, count) => (*first, *count),
            Self::Each(first, keys) => (*first, keys.len()),
            Self::Unknown => (I::from(0), 0),
        };
        (0..count).map(move |index| first.plus(index))
    }

    /// Returns true if there is an instance with this key.
    pub(crate) fn contains(&self, key: Option<&InstanceKey>) -> bool {
        match (self, key) {
            (Self::Single(_), None) => true,
            (Self::Count(_, count), Some(InstanceKey::Number(index))) => {
                usize::try_from(*index).is_ok_and(|index| index < *count)
            }
            (Self::Each(_, keys), Some(InstanceKey::String(key))) => keys.binary_search(key).is_ok(),
            _ => false,
        }
    }
}

/// The provider of a resource.
#[derive(Clone)]
pub(crate) struct SelectedProvider<'a> {
    /// The source address of the provider.
    pub source: Text,
    /// The address of its configuration.
    pub name: Text,
    pub provider: Option<&'a dyn Provider>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(
        request: Request<'a>,
        modules: Modules<'a>,
        dependencies: Dependencies,
        prior: Prior<'a>,
    ) -> Self {
        let nodes = dependencies.len();
        let mut session = Self {
            request,
            files: RootFiles::new(request.files, &request.module.directory),
            instances_of: std::iter::repeat_n(Vec::new(), modules.list.len()).collect(),
            modules,
            dependencies,
            instances: TiVec::new(),
            prior,
            imports: HashMap::new(),
            changes: TiVec::new(),
            undecided_instances: Vec::new(),
            errors: Diagnostics::default(),
            warnings: Diagnostics::default(),
            checks: Vec::new(),
            create_before_destroy: std::iter::repeat_n(false, nodes).collect(),
            included: std::iter::repeat_n(true, nodes).collect(),
            declared_secrets: Mutex::default(),
            untargeted: HashSet::new(),
        };
        session.add_instance(ModuleIndex::ROOT, Vec::new(), None, Repetition::None);
        session.spread_create_before_destroy();
        session.include_targets();
        session
    }

    pub(crate) fn add_instance(
        &mut self,
        module: ModuleIndex,
        steps: Vec<ModuleStep>,
        parent: Option<InstanceIndex>,
        repetition: Repetition,
    ) -> InstanceIndex {
        let configuration = self.modules.get(module).module;
        let values = |count: usize| vec![Value::UNKNOWN; count];
        let instance = self.instances.push_and_get_key(ModuleInstance {
            module,
            steps,
            parent,
            repetition,
            variables: values(configuration.variables.len()),
            locals: values(configuration.locals.len()),
            outputs: values(configuration.outputs.len()),
            resources: vec![InstanceRange::Unknown; configuration.resources.len()],
            calls: vec![InstanceRange::Unknown; configuration.calls.len()],
        });
        self.instances_of[module].push(instance);
        instance
    }

    /// Propagates `create_before_destroy` to dependencies.
    fn spread_create_before_destroy(&mut self) {
        let says_so = |_, resource: &Resource| resource.meta.lifecycle.create_before_destroy == Some(true);
        self.create_before_destroy = self.dependencies.closure(self.resources(says_so));
    }

    /// Returns the nodes of the resources that a predicate on their module and block selects.
    pub(crate) fn resources(&self, is_selected: impl Fn(ModuleIndex, &Resource) -> bool) -> Vec<NodeIndex> {
        let mut nodes = Vec::new();
        for node in self.dependencies.keys() {
            let Node { module, kind, position } = self.dependencies.node(node);
            if kind == Kind::Resource
                && is_selected(module, &self.modules.get(module).module.resources[position])
            {
                nodes.push(node);
            }
        }
        nodes
    }

    /// Returns the provider of a resource in a module.
    pub(crate) fn select_provider(
        &self,
        module: ModuleIndex,
        resource: &'a Resource,
    ) -> SelectedProvider<'a> {
        let (name, alias) = match &resource.meta.provider {
            Some((name, alias)) => (name.as_str(), alias.as_deref()),
            None => (provider_of_type(&resource.type_name), None),
        };
        self.selected_provider(self.modules.provider(module, name, alias))
    }

    pub(crate) fn selected_provider(&self, reference: ProviderReference<'a>) -> SelectedProvider<'a> {
        let source = self.modules.get(reference.module).source(reference.name);
        let mut name = ModulePath::prefix_of(self.modules.path(reference.module));
        name.push_str("provider[\"");
        name.push_str(&source);
        name.push_str("\"]");
        if let Some(alias) = reference.alias {
            name.push('.');
            name.push_str(alias);
        }
        SelectedProvider { provider: self.provider(&source), name: name.into(), source }
    }

    pub(crate) fn provider(&self, source: &str) -> Option<&'a dyn Provider> {
        static BUILTIN: Builtin = Builtin;
        if source == builtin::SOURCE {
            return Some(&BUILTIN);
        }
        self.request.providers.iter().find(|entry| entry.source == source).map(|entry| entry.provider)
    }

    /// Hides values in reports that Terraform does not mark as sensitive.
    pub(crate) fn hide(&self, values: Vec<Value>) {
        self.declared_secrets.lock().unwrap_or_else(PoisonError::into_inner).extend(values);
    }

    pub(crate) fn record_check(&mut self, kind: CheckKind, address: Text, instance: CheckInstance) {
        // The instances of a block are consecutive.
        match self.checks.last_mut() {
            Some(last) if last.kind == kind && last.address == address => last.instances.push(instance),
            _ => self.checks.push(CheckResult { kind, address, instances: vec![instance] }),
        }
    }
}
