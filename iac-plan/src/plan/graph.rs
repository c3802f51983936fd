//! The dependency graph of the configuration, with one node for all instances of a block.
//!
//! Its size is linear in blocks and references. Variables, locals and outputs share the level of their dependencies;
//! resources in the same level do not depend on each other and are planned together.

use std::collections::HashMap;
use std::ops::Range;

use iac_core::address::{ModulePath, ResourceMode};
use iac_core::diagnostic::Diagnostic;
use iac_core::expression::Expression;
use iac_core::graph::{Edge, Graph};
use iac_core::text::Text;
use iac_lang::config::{Condition, Meta, ModuleCall, Resource};
use iac_lang::references::{Reference, visit};

use super::imported;
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
    pub module: usize,
    pub kind: Kind,
    pub position: usize,
}

/// The dependency graph of a configuration.
#[derive(Debug)]
pub(crate) struct Dependencies {
    /// The first node of each module and kind.
    bases: Vec<[u32; KINDS.len()]>,
    nodes: Vec<Node>,
    /// The start of each node's list of dependencies.
    starts: Vec<u32>,
    targets: Vec<u32>,
}

/// Nodes that are evaluated together: first the resources, then the others in order.
#[derive(Debug, Default)]
pub(crate) struct Level {
    pub resources: Vec<u32>,
    pub others: Vec<u32>,
}

impl Dependencies {
    pub(crate) fn new(modules: &Modules<'_>) -> Self {
        let mut nodes = Vec::new();
        let mut bases = Vec::with_capacity(modules.list.len());
        for (module, static_module) in modules.list.iter().enumerate() {
            let mut base = [0; KINDS.len()];
            for (slot, kind) in KINDS.into_iter().enumerate() {
                base[slot] = number(nodes.len());
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
        let mut imports: HashMap<u32, Vec<usize>> = HashMap::new();
        let root = modules.get(0).module;
        let graph = Self { bases, nodes, starts: Vec::new(), targets: Vec::new() };
        for (import, block) in root.imports.iter().enumerate() {
            if let Some((module, position)) = imported::resource_of(modules, &block.to) {
                imports.entry(graph.id(module, Kind::Resource, position)).or_default().push(import);
            }
        }
        let mut graph = graph;
        let mut starts = Vec::with_capacity(graph.nodes.len() + 1);
        let mut targets = Vec::with_capacity(graph.nodes.len());
        starts.push(0);
        for node in 0..graph.nodes.len() {
            graph.collect(modules, graph.nodes[node], &mut |target| {
                if target as usize != node {
                    targets.push(target);
                }
            });
            let imports = imports.get(&number(node)).into_iter().flatten();
            targets.extend(imports.map(|import| graph.id(0, Kind::Import, *import)));
            starts.push(number(targets.len()));
        }
        graph.starts = starts;
        graph.targets = targets;
        graph
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, node: u32) -> Node {
        self.nodes[node as usize]
    }

    pub(crate) fn id(&self, module: usize, kind: Kind, position: usize) -> u32 {
        self.bases[module][kind as usize] + number(position)
    }

    /// Returns the dependencies of a node.
    pub(crate) fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// Calls `visit` with the nodes that a reference in a module resolves to.
    pub(crate) fn resolve(
        &self,
        modules: &Modules<'_>,
        module: usize,
        reference: &Reference<'_>,
        found: &mut dyn FnMut(u32),
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
        module: usize,
        entries: &[Expression],
        found: &mut dyn FnMut(u32),
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

    fn collect(&self, modules: &Modules<'_>, node: Node, found: &mut dyn FnMut(u32)) {
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

    fn range(&self, module: usize, kind: Kind) -> Range<u32> {
        let slot = kind as usize;
        let start = self.bases[module][slot];
        let end = match (self.bases[module].get(slot + 1), self.bases.get(module + 1)) {
            (Some(end), _) => *end,
            (None, Some(next)) => next[0],
            (None, None) => number(self.nodes.len()),
        };
        start..end
    }

    fn resource<'a>(
        &self,
        modules: &Modules<'a>,
        module: usize,
        resource: &'a Resource,
        found: &mut dyn FnMut(u32),
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

    fn meta(&self, modules: &Modules<'_>, module: usize, meta: &Meta, found: &mut dyn FnMut(u32)) {
        for expression in meta.count.iter().chain(&meta.for_each) {
            self.expression(modules, module, expression, found);
        }
        self.depends_on(modules, module, &meta.depends_on, found);
    }

    fn conditions(
        &self,
        modules: &Modules<'_>,
        module: usize,
        conditions: &[Condition],
        found: &mut dyn FnMut(u32),
    ) {
        for condition in conditions {
            self.expression(modules, module, &condition.condition, found);
            self.expression(modules, module, &condition.error_message, found);
        }
    }

    fn expression(
        &self,
        modules: &Modules<'_>,
        module: usize,
        expression: &Expression,
        found: &mut dyn FnMut(u32),
    ) {
        visit(expression, &mut |reference| self.resolve(modules, module, &reference, found));
    }
}

impl Dependencies {
    /// Returns the nodes by level, or an error that describes a cycle.
    pub(crate) fn levels(&self, modules: &Modules<'_>) -> Result<Vec<Level>, Box<Diagnostic>> {
        let size = self.nodes.len();
        let (starts, dependents) = self.dependents();
        let mut pending: Vec<u32> = (0..size).map(|node| self.starts[node + 1] - self.starts[node]).collect();
        let mut queue: Vec<u32> = (0..number(size)).filter(|node| pending[*node as usize] == 0).collect();
        let mut level_of = vec![0_u32; size];
        let mut levels: Vec<Level> = vec![Level::default()];
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            let is_resource = self.nodes[node as usize].kind == Kind::Resource;
            let level = level_of[node as usize] + u32::from(is_resource);
            level_of[node as usize] = level;
            if levels.len() <= level as usize {
                levels.resize_with(level as usize + 1, Level::default);
            }
            let level_nodes = &mut levels[level as usize];
            if is_resource {
                level_nodes.resources.push(node);
            } else {
                level_nodes.others.push(node);
            }
            let slots = starts[node as usize] as usize..starts[node as usize + 1] as usize;
            for &dependent in &dependents[slots] {
                let dependent = dependent as usize;
                level_of[dependent] = level_of[dependent].max(level);
                pending[dependent] -= 1;
                if pending[dependent] == 0 {
                    queue.push(number(dependent));
                }
            }
        }
        if queue.len() < size {
            return Err(Box::new(self.cycle(modules, &pending)));
        }
        for level in &mut levels {
            level.resources.sort_unstable();
        }
        Ok(levels)
    }

    /// Returns the reverse edges: where the list of each node starts, and the lists.
    pub(crate) fn dependents(&self) -> (Vec<u32>, Vec<u32>) {
        let mut starts = vec![0_u32; self.nodes.len() + 1];
        for &target in &self.targets {
            starts[target as usize + 1] += 1;
        }
        for node in 0..self.nodes.len() {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut dependents = vec![0; self.targets.len()];
        for node in 0..number(self.nodes.len()) {
            for &target in self.of(node) {
                let slot = &mut next[target as usize];
                dependents[*slot as usize] = node;
                *slot += 1;
            }
        }
        (starts, dependents)
    }

    fn cycle(&self, modules: &Modules<'_>, pending: &[u32]) -> Diagnostic {
        let waits = |node: &u32| pending[*node as usize] > 0;
        let mut positions = vec![0; self.nodes.len()];
        let mut names = Vec::new();
        let members: Vec<u32> = (0..number(self.nodes.len())).filter(waits).collect();
        for (position, &node) in members.iter().enumerate() {
            positions[node as usize] = number(position);
            names.push(Text::from(self.name(modules, node)));
        }
        let edges = members.iter().flat_map(|&node| {
            let from = positions[node as usize];
            let targets = self.of(node).iter().filter(|target| waits(target));
            targets.map(move |target| (from, *target))
        });
        let edges = edges.map(|(from, target)| Edge {
            from,
            to: positions[target as usize],
            attribute: Text::from_static("refers to"),
        });
        let graph = Graph::new(names, edges.collect());
        let ring = graph.order().err().map(|cycle| cycle.addresses).unwrap_or_default();
        let mut text = String::new();
        for name in ring.iter().chain(ring.first()) {
            if !text.is_empty() {
                text.push_str(" → ");
            }
            text.push_str(name);
        }
        Diagnostic::error("cycle", format!("Cycle: {text}"))
            .detail("Each of these depends on the next one, so none of them can be planned first.")
    }

    /// Returns the name of a node for messages.
    pub(crate) fn name(&self, modules: &Modules<'_>, node: u32) -> String {
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

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("fewer than 2^32 blocks")
}
