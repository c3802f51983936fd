//! The order of nodes: levels of what can be planned together, or the cycle that prevents it.

use iac_core::diagnostic::Diagnostic;
use iac_core::graph::{Edge, Graph};
use iac_core::text::Text;
use typed_index_collections::TiVec;

use super::{Dependencies, Kind};
use crate::plan::index::NodeIndex;
use crate::plan::modules::Modules;

/// Nodes that are evaluated together: first the resources, then the others in order.
#[derive(Debug, Default)]
pub(crate) struct Level {
    pub resources: Vec<NodeIndex>,
    pub others: Vec<NodeIndex>,
}

impl Dependencies {
    /// Returns the nodes by level, or an error that describes a cycle.
    pub(crate) fn levels(&self, modules: &Modules<'_>) -> Result<Vec<Level>, Box<Diagnostic>> {
        let size = self.nodes.len();
        let dependents = self.edges.reversed();
        let mut pending: TiVec<NodeIndex, u32> =
            self.keys().map(|node| number(self.of(node).len())).collect();
        let mut queue: Vec<NodeIndex> = self.keys().filter(|node| pending[*node] == 0).collect();
        let mut level_of: TiVec<NodeIndex, u32> = std::iter::repeat_n(0, size).collect();
        let mut levels: Vec<Level> = vec![Level::default()];
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            let is_resource = self.nodes[node].kind == Kind::Resource;
            let level = level_of[node] + u32::from(is_resource);
            level_of[node] = level;
            if levels.len() <= level as usize {
                levels.resize_with(level as usize + 1, Level::default);
            }
            let level_nodes = &mut levels[level as usize];
            if is_resource {
                level_nodes.resources.push(node);
            } else {
                level_nodes.others.push(node);
            }
            for &dependent in dependents.of(node) {
                level_of[dependent] = level_of[dependent].max(level);
                pending[dependent] -= 1;
                if pending[dependent] == 0 {
                    queue.push(dependent);
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

    fn cycle(&self, modules: &Modules<'_>, pending: &TiVec<NodeIndex, u32>) -> Diagnostic {
        let members: Vec<NodeIndex> = self.keys().filter(|node| pending[*node] > 0).collect();
        let position = |node: &NodeIndex| members.binary_search(node).ok().map(number);
        let names = members.iter().map(|node| Text::from(self.name(modules, *node))).collect();
        let mut edges = Vec::new();
        for (from, node) in (0..).zip(&members) {
            let targets = self.of(*node).iter().filter_map(position);
            edges.extend(targets.map(|to| Edge { from, to, attribute: Text::from_static("refers to") }));
        }
        let ring = Graph::new(names, edges).order().err().map(|cycle| cycle.addresses).unwrap_or_default();
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
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 edges")
}
