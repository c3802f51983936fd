//! The managed resources that a data source waits for: if one of them has pending changes, it is read during apply.
//!
//! As in Terraform, these are the resources that the block itself refers to, those of its `depends_on`, and those of
//! the `depends_on` of the enclosing module calls. A reference by way of a local value or an output counts only in
//! `depends_on`, or if the data source has conditions.

use iac_core::address::{ResourceAddress, ResourceMode};
use iac_core::text::Text;
use iac_lang::config::Resource;
use iac_lang::references::visit;

use super::dependencies::{Kind, Node};
use super::index::{InstanceIndex, ModuleIndex, NodeIndex};
use super::session::{InstanceRange, Session};
use crate::plan::{Action, ResourceChange};

/// The answer to whether anything that a data source waits for has pending changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    No,
    Yes,
    /// It cannot be told, and why.
    Undecided(Text),
}

/// The nodes of the resources that a data source waits for.
pub(crate) struct Awaited {
    nodes: Vec<NodeIndex>,
    /// The module of the data source.
    module: ModuleIndex,
}

impl Session<'_> {
    /// Returns what the data source of a node waits for.
    pub(crate) fn awaited(&self, node: NodeIndex) -> Awaited {
        let Node { module, position, .. } = self.dependencies.node(node);
        let resource = &self.modules.get(module).module.resources[position];
        let mut nodes = self.referred(module, resource);
        let mut indirect = Vec::new();
        let lifecycle = &resource.meta.lifecycle;
        if !lifecycle.preconditions.is_empty() || !lifecycle.postconditions.is_empty() {
            indirect.extend_from_slice(self.dependencies.of(node));
        }
        self.dependencies.depends_on(
            &self.modules,
            module,
            &resource.meta.depends_on,
            &mut |found| match self.dependencies.node(found).kind {
                Kind::Resource => nodes.push(found),
                _ => indirect.push(found),
            },
        );
        let mut parent = self.modules.get(module).parent;
        while let Some((outer, call)) = parent {
            let static_module = self.modules.get(outer);
            let depends_on = &static_module.module.calls[call].meta.depends_on;
            self.dependencies.depends_on(&self.modules, outer, depends_on, &mut |found| indirect.push(found));
            parent = static_module.parent;
        }
        if !indirect.is_empty() {
            let found = self.dependencies.closure(indirect);
            nodes.extend(found.iter_enumerated().filter(|(_, is_found)| **is_found).map(|(node, _)| node));
        }
        nodes.retain(|found| *found != node && self.is_managed(*found));
        nodes.sort_unstable();
        nodes.dedup();
        Awaited { nodes, module }
    }

    /// Returns the nodes of the resources that the block itself refers to.
    fn referred(&self, module: ModuleIndex, resource: &Resource) -> Vec<NodeIndex> {
        let mut nodes = Vec::new();
        let mut expression = |expression| {
            visit(expression, &mut |reference| {
                self.dependencies.resolve(&self.modules, module, &reference, &mut |found| {
                    if self.dependencies.node(found).kind == Kind::Resource {
                        nodes.push(found);
                    }
                });
            });
        };
        resource.body.visit_expressions(&mut |_, value| expression(value));
        resource.meta.count.iter().chain(&resource.meta.for_each).for_each(&mut expression);
        let lifecycle = &resource.meta.lifecycle;
        for condition in lifecycle.preconditions.iter().chain(&lifecycle.postconditions) {
            expression(&condition.condition);
            expression(&condition.error_message);
        }
        nodes
    }

    fn is_managed(&self, node: NodeIndex) -> bool {
        let Node { module, kind, position } = self.dependencies.node(node);
        kind == Kind::Resource
            && self.included[node]
            && self.modules.get(module).module.resources[position].mode == ResourceMode::Managed
    }

    /// Returns the pending changes of a resource in one of its module's instances.
    fn pending(&self, instance: InstanceIndex, position: usize) -> Pending {
        let module_instance = &self.instances[instance];
        let resource = &self.modules.get(module_instance.module).module.resources[position];
        let address = ResourceAddress { modules: module_instance.steps.clone(), ..resource.address() };
        let range = &module_instance.resources[position];
        if matches!(range, InstanceRange::Unknown) {
            return Pending::Undecided(format!("the instances of `{address}` are unknown").into());
        }
        let removed = self.prior.objects(&address).iter();
        if removed
            .filter(|object| object.instance.deposed.is_none())
            .any(|object| !range.contains(object.key.as_ref()))
        {
            return Pending::Yes;
        }
        any(range.positions().map(|position| of_change(&self.changes[position])))
    }
}

impl Awaited {
    /// Returns whether anything has pending changes that a data source in this module instance waits for.
    pub(crate) fn pending(&self, session: &Session<'_>, instance: InstanceIndex) -> Pending {
        any(self.nodes.iter().map(|&node| {
            let Node { module, position, .. } = session.dependencies.node(node);
            // Other instances of its own module are none of its concern.
            let instances = session.instances_of[module].iter();
            let instances = instances.filter(|other| module != self.module || **other == instance);
            any(instances.map(|instance| session.pending(*instance, position)))
        }))
    }
}

fn of_change(change: &ResourceChange) -> Pending {
    match change.action {
        Action::NoOp if change.undecided.is_empty() => Pending::No,
        Action::Create => Pending::Yes,
        _ if change.undecided.is_empty() => Pending::Yes,
        _ => Pending::Undecided(
            format!("it depends on `{}`, whose action is undecided", change.address).into(),
        ),
    }
}

/// Combines answers: one that is certain wins.
fn any(answers: impl Iterator<Item = Pending>) -> Pending {
    let mut undecided = Pending::No;
    for answer in answers {
        match answer {
            Pending::Yes => return answer,
            Pending::Undecided(_) if undecided == Pending::No => undecided = answer,
            Pending::No | Pending::Undecided(_) => {}
        }
    }
    undecided
}
