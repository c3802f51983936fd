//! The edges of a graph, in two flat lists.

use crate::plan::index::NodeIndex;

/// The targets of each node's edges, stored one node after another.
#[derive(Debug)]
pub(super) struct Edges {
    /// The start of each node's targets, and the end of the last ones.
    starts: Vec<u32>,
    targets: Vec<NodeIndex>,
}

impl Edges {
    /// Returns an empty list with room for one edge per node, which is usual.
    pub(super) fn with_capacity(nodes: usize) -> Self {
        let mut starts = Vec::with_capacity(nodes + 1);
        starts.push(0);
        Self { starts, targets: Vec::with_capacity(nodes) }
    }

    /// Adds the edges of the next node.
    pub(super) fn push(&mut self, targets: impl IntoIterator<Item = NodeIndex>) {
        self.targets.extend(targets);
        self.starts.push(number(self.targets.len()));
    }

    /// Returns the targets of a node's edges.
    pub(super) fn of(&self, node: NodeIndex) -> &[NodeIndex] {
        let node = usize::from(node);
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// Returns the same edges in the opposite direction.
    pub(super) fn reversed(&self) -> Self {
        let nodes = self.starts.len() - 1;
        let mut starts = vec![0_u32; nodes + 1];
        for &target in &self.targets {
            starts[usize::from(target) + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut targets = vec![NodeIndex::from(0); self.targets.len()];
        for node in (0..nodes).map(NodeIndex::from) {
            for &target in self.of(node) {
                let slot = &mut next[usize::from(target)];
                targets[*slot as usize] = node;
                *slot += 1;
            }
        }
        Self { starts, targets }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 edges")
}
