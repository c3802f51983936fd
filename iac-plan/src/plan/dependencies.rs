//! The dependency graph of the configuration, with one node for all instances of a block.
//!
//! Its size is linear in blocks and references. Variables, locals and outputs share the level of their dependencies;
//! resources in the same level do not depend on each other and are planned together.

mod edges;
mod levels;

use std::collections::HashMap;

use iac_core::address::{ModulePath, ResourceMode};
use iac_core::expression::Expression;
use iac_lang::config::{Condition, Meta, ModuleCall, Resource};
use iac_lang::references::{Reference, visit};
use typed_index_collections::TiVec;

use self::edges::Edges;
pub(crate) use self::levels::Level;
use super::imported;
use super::index::{Index as _, ModuleIndex, NodeIndex};
use super::modules::{Modules, provider_of_type};

/// A block of the configuration, or a stage of a module call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Variable,
    Local,
    Output,
    Resource,
    Provider,
    /// The call itself, which determines the instances of the module.
    Call,
    /// All outputs of the called module.
    CallOutputs,
    /// Everything in the called module.
    CallEnd,
    Import,
}

const KINDS: [Kind; 9] = [
    Kind::Variable,
    Kind::Local,
    Kind::Output,
    Kind::Resource,
    Kind::Provider,
    Kind::Call,
    Kind::CallOutputs,
    Kind::CallEnd,
    Kind::Import,
];

/// A node: its kind, and the position of its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub module: ModuleIndex,
    pub kind: Kind,
    pub position: usize,
}

/// The dependency graph of a configuration.
#[derive(Debug)]
pub(crate) struct Dependencies {
    /// The first node of each module and kind.
    bases: TiVec<ModuleIndex, [NodeIndex; KINDS.len()]>,
    nodes: TiVec<NodeIndex, Node>,
    /// From each node to its dependencies.
    edges: Edges,
}

impl Dependencies {
    pub(crate) fn new(modules: &Modules<'_>) -> Self {
        let mut nodes = TiVec::new();
        let mut bases = TiVec::with_capacity(modules.list.len());
        for (module, static_module) in modules.list.iter_enumerated() {
            let mut base = [NodeIndex::from(0); KINDS.len()];
            for (slot, kind) in KINDS.into_iter().enumerate() {
                base[slot] = nodes.next_key();
                let count = match kind {
                    Kind::Variable => static_module.module.variables.len(),
                    Kind::Local => static_module.module.locals.len(),
                    Kind::Output => static_module.module.outputs.len(),
                    Kind::Resource => static_module.module.resources.len(),
                    Kind::Provider => static_module.module.providers.len(),
                    Kind::Call | Kind::CallOutputs | Kind::CallEnd => static_module.module.calls.len(),
                    Kind::Import => static_module.module.imports.len(),
                };
                nodes.extend((0..count).map(|position| Node { module, kind, position }));
            }
            bases.push(base);
        }
        let mut graph = Self { bases, nodes, edges: Edges::with_capacity(0) };
        let imports = graph.imports(modules);
        let mut edges = Edges::with_capacity(graph.nodes.len());
        let mut targets = Vec::new();
        for (node, block) in graph.nodes.iter_enumerated() {
            graph.collect(modules, *block, &mut |target| targets.push(target));
            targets.retain(|target| *target != node);
            targets.extend(imports.get(&node).into_iter().flatten());
            edges.push(targets.drain(..));
        }
        graph.edges = edges;
        graph
    }

    /// Returns the imports of each resource.
    fn imports(&self, modules: &Modules<'_>) -> HashMap<NodeIndex, Vec<NodeIndex>> {
        let mut imports: HashMap<NodeIndex, Vec<NodeIndex>> = HashMap::new();
        for (import, block) in modules.get(ModuleIndex::ROOT).module.imports.iter().enumerate() {
            if let Some((module, position)) = imported::resource_of(modules, &block.to) {
                let import = self.id(ModuleIndex::ROOT, Kind::Import, import);
                imports.entry(self.id(module, Kind::Resource, position)).or_default().push(import);
            }
        }
        imports
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = NodeIndex> + use<> {
        self.nodes.keys()
    }

    pub(crate) fn node(&self, node: NodeIndex) -> Node {
        self.nodes[node]
    }

    pub(crate) fn id(&self, module: ModuleIndex, kind: Kind, position: usize) -> NodeIndex {
        self.bases[module][kind as usize].plus(position)
    }

    /// Returns the dependencies of a node.
    pub(crate) fn of(&self, node: NodeIndex) -> &[NodeIndex] {
        self.edges.of(node)
    }

    /// Returns which nodes are among some, or what these depend on, directly or by way of others.
    pub(crate) fn closure(&self, mut nodes: Vec<NodeIndex>) -> TiVec<NodeIndex, bool> {
        let mut is_found: TiVec<NodeIndex, bool> = std::iter::repeat_n(false, self.len()).collect();
        while let Some(node) = nodes.pop() {
            if !std::mem::replace(&mut is_found[node], true) {
                nodes.extend_from_slice(self.of(node));
            }
        }
        is_found
    }

    /// Calls `visit` with the nodes that a reference in a module resolves to.
    pub(crate) fn resolve(
        &self,
        modules: &Modules<'_>,
        module: ModuleIndex,
        reference: &Reference<'_>,
        found: &mut dyn FnMut(NodeIndex),
    ) {
        let static_module = modules.get(module);
        let mut give = |kind, position: Option<usize>| {
            if let Some(position) = position {
                found(self.id(module, kind, position));
            }
        };
        let resource = |mode, at: usize| {
            let type_name =
                if mode == ResourceMode::Managed { Some(reference.root) } else { reference.name(0) };
            static_module.resource(mode, type_name?, reference.name(at)?)
        };
        match (reference.root, reference.name(0)) {
            ("var", Some(name)) => give(Kind::Variable, static_module.variable(name)),
            ("local", Some(name)) => give(Kind::Local, static_module.local(name)),
            ("module", Some(name)) => {
                let Some(call) = static_module.call(name) else { return };
                give(Kind::Call, Some(call));
                // A quoted instance key is a name, too.
                let meta = &static_module.module.calls[call].meta;
                let is_single = meta.count.is_none() && meta.for_each.is_none();
                let output = if is_single { reference.next_name(1) } else { reference.name(2) };
                let child = static_module.children[call];
                match (output, child) {
                    (Some(output), Some(child)) => {
                        if let Some(output) = modules.get(child).output(output) {
                            found(self.id(child, Kind::Output, output));
                        }
                    }
                    (None, Some(_)) => found(self.id(module, Kind::CallOutputs, call)),
                    (_, None) => {}
                }
            }
            ("data", Some(_)) => give(Kind::Resource, resource(ResourceMode::Data, 1)),
            ("ephemeral", Some(_)) => give(Kind::Resource, resource(ResourceMode::Ephemeral, 1)),
            ("resource", Some(type_name)) => {
                let name = reference.name(1);
                let found =
                    name.and_then(|name| static_module.resource(ResourceMode::Managed, type_name, name));
                give(Kind::Resource, found);
            }
            (_, Some(_)) => give(Kind::Resource, resource(ResourceMode::Managed, 0)),
            _ => {}
        }
    }

    /// Calls `visit` with the nodes of an entry of `depends_on`. For a module, that is everything in it.
    pub(crate) fn depends_on(
        &self,
        modules: &Modules<'_>,
        module: ModuleIndex,
        entries: &[Expression],
        found: &mut dyn FnMut(NodeIndex),
    ) {
        for entry in entries {
            visit(entry, &mut |reference| match (reference.root, reference.name(0)) {
                ("module", Some(name)) if reference.next_name(1).is_none() => {
                    if let Some(call) = modules.get(module).call(name) {
                        found(self.id(module, Kind::CallEnd, call));
                    }
                }
                _ => self.resolve(modules, module, &reference, found),
            });
        }
    }

    fn collect(&self, modules: &Modules<'_>, node: Node, found: &mut dyn FnMut(NodeIndex)) {
        let Node { module, kind, position } = node;
        let static_module = modules.get(module);
        if let (
            Some((parent, call)),
            Kind::Variable | Kind::Resource | Kind::Local | Kind::Output | Kind::Call,
        ) = (static_module.parent, kind)
        {
            found(self.id(parent, Kind::Call, call));
        }
        match kind {
            Kind::Variable => {
                let variable = &static_module.module.variables[position];
                if let Some((parent, call)) = static_module.parent {
                    let call = &modules.get(parent).module.calls[call];
                    if let Some(argument) = call.arguments.argument(&variable.name) {
                        self.expression(modules, parent, argument, found);
                    }
                }
                self.conditions(modules, module, &variable.validations, found);
            }
            Kind::Local => {
                self.expression(modules, module, &static_module.module.locals[position].value, found);
            }
            Kind::Output => {
                let output = &static_module.module.outputs[position];
                self.expression(modules, module, &output.value, found);
                self.depends_on(modules, module, &output.depends_on, found);
                self.conditions(modules, module, &output.preconditions, found);
            }
            Kind::Resource => {
                self.resource(modules, module, &static_module.module.resources[position], found);
            }
            Kind::Provider => {
                let provider = &static_module.module.providers[position];
                provider
                    .body
                    .visit_expressions(&mut |_, value| self.expression(modules, module, value, found));
            }
            Kind::Call => self.meta(modules, module, &static_module.module.calls[position].meta, found),
            Kind::Import => {
                let import = &static_module.module.imports[position];
                for expression in import.for_each.iter().chain(&import.id).chain(&import.identity) {
                    self.expression(modules, module, expression, found);
                }
            }
            Kind::CallOutputs => {
                found(self.id(module, Kind::Call, position));
                if let Some(child) = static_module.children[position] {
                    self.range(child, Kind::Output).for_each(found);
                }
            }
            Kind::CallEnd => {
                found(self.id(module, Kind::CallOutputs, position));
                let call: &ModuleCall = &static_module.module.calls[position];
                call.arguments
                    .visit_expressions(&mut |_, value| self.expression(modules, module, value, found));
                if let Some(child) = static_module.children[position] {
                    self.range(child, Kind::Resource).for_each(&mut *found);
                    self.range(child, Kind::CallEnd).for_each(found);
                }
            }
        }
    }

    /// Returns the nodes of a kind in a module.
    fn range(&self, module: ModuleIndex, kind: Kind) -> impl Iterator<Item = NodeIndex> + use<> {
        let slot = kind as usize;
        let start = self.bases[module][slot];
        let next = module.plus(1);
        let end = match (self.bases[module].get(slot + 1), self.bases.get(next)) {
            (Some(end), _) => *end,
            (None, Some(next)) => next[0],
            (None, None) => self.nodes.next_key(),
        };
        (usize::from(start)..usize::from(end)).map(NodeIndex::from)
    }

    fn resource<'a>(
        &self,
        modules: &Modules<'a>,
        module: ModuleIndex,
        resource: &'a Resource,
        found: &mut dyn FnMut(NodeIndex),
    ) {
        self.meta(modules, module, &resource.meta, found);
        resource.body.visit_expressions(&mut |_, value| self.expression(modules, module, value, found));
        let lifecycle = &resource.meta.lifecycle;
        for trigger in &lifecycle.replace_triggered_by {
            self.expression(modules, module, trigger, found);
        }
        self.conditions(modules, module, &lifecycle.preconditions, found);
        self.conditions(modules, module, &lifecycle.postconditions, found);
        let (name, alias) = match &resource.meta.provider {
            Some((name, alias)) => (name.as_str(), alias.as_deref()),
            None => (provider_of_type(&resource.type_name), None),
        };
        let reference = modules.provider(module, name, alias);
        let providers = &modules.get(reference.module).module.providers;
        let position = providers.iter().position(|provider| {
            provider.name == reference.name && provider.alias.as_deref() == reference.alias
        });
        if let Some(position) = position {
            found(self.id(reference.module, Kind::Provider, position));
        }
    }

    fn meta(
        &self,
        modules: &Modules<'_>,
        module: ModuleIndex,
        meta: &Meta,
        found: &mut dyn FnMut(NodeIndex),
    ) {
        for expression in meta.count.iter().chain(&meta.for_each) {
            self.expression(modules, module, expression, found);
        }
        self.depends_on(modules, module, &meta.depends_on, found);
    }

    fn conditions(
        &self,
        modules: &Modules<'_>,
        module: ModuleIndex,
        conditions: &[Condition],
        found: &mut dyn FnMut(NodeIndex),
    ) {
        for condition in conditions {
            self.expression(modules, module, &condition.condition, found);
            self.expression(modules, module, &condition.error_message, found);
        }
    }

    fn expression(
        &self,
        modules: &Modules<'_>,
        module: ModuleIndex,
        expression: &Expression,
        found: &mut dyn FnMut(NodeIndex),
    ) {
        visit(expression, &mut |reference| self.resolve(modules, module, &reference, found));
    }
}

impl Dependencies {
    /// Returns the name of a node for messages.
    pub(crate) fn name(&self, modules: &Modules<'_>, node: NodeIndex) -> String {
        let Node { module, kind, position } = self.node(node);
        let name = ModulePath::prefix_of(modules.path(module));
        let configuration = modules.get(module).module;
        match kind {
            Kind::Variable => name + "var." + &configuration.variables[position].name,
            Kind::Local => name + "local." + &configuration.locals[position].name,
            Kind::Output => name + "output." + &configuration.outputs[position].name,
            Kind::Resource => name + &configuration.resources[position].address().to_string(),
            Kind::Provider => name + "provider." + &configuration.providers[position].name,
            Kind::Import => name + "import",
            Kind::Call | Kind::CallOutputs | Kind::CallEnd => {
                name + &ModulePath::of_names([&configuration.calls[position].name])
            }
        }
    }
}
