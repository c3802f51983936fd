//! Subgraphs around an address.

use super::{Edge, Graph, Lists};

impl Graph {
    /// Returns the position of an address.
    #[must_use]
    pub fn position(&self, address: &str) -> Option<u32> {
        self.addresses
            .iter()
            .zip(0..)
            .find_map(|(each, position)| (each.as_str() == address).then_some(position))
    }

    /// Returns the position itself, its dependencies and its dependents, up to a number of steps away, in the order
    /// of declaration.
    ///
    /// Other dependents of a dependency are not included: two subnets of one VPC are unrelated.
    #[must_use]
    pub fn related(&self, position: u32, depth: Option<u32>) -> Vec<u32> {
        let mut related = reach(&self.dependencies(), position, depth);
        related.extend(reach(&self.dependents(), position, depth));
        related.sort_unstable();
        related.dedup();
        related
    }

    /// Returns the subgraph of the given positions, in the given order. Unknown positions are ignored.
    #[must_use]
    pub fn subgraph(&self, positions: &[u32]) -> Self {
        let mut new_positions = vec![None; self.addresses.len()];
        let mut addresses = Vec::with_capacity(positions.len());
        for &position in positions {
            let Some(new_position @ None) = new_positions.get_mut(position as usize) else { continue };
            *new_position = u32::try_from(addresses.len()).ok();
            addresses.push(self.address(position));
        }
        let edge = |edge: &Edge| {
            let (from, to) = (new_positions[edge.from as usize]?, new_positions[edge.to as usize]?);
            Some(Edge { from, to, attribute: edge.attribute.clone() })
        };
        let edges = self.edges.iter().filter_map(edge).collect();
        Self { addresses, edges }
    }
}

/// Breadth-first search through adjacency lists.
fn reach(lists: &Lists, start: u32, depth: Option<u32>) -> Vec<u32> {
    let mut seen = vec![false; lists.starts.len() - 1];
    let Some(first) = seen.get_mut(start as usize) else { return Vec::new() };
    *first = true;
    let mut reached = vec![start];
    let mut step_starts = 0;
    let mut steps = 0;
    while step_starts < reached.len() && depth.is_none_or(|depth| steps < depth) {
        let step_ends = reached.len();
        for index in step_starts..step_ends {
            for &next in lists.of(reached[index]) {
                if !std::mem::replace(&mut seen[next as usize], true) {
                    reached.push(next);
                }
            }
        }
        step_starts = step_ends;
        steps += 1;
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An instance in one of two subnets of a VPC, and its alarm.
    fn graph() -> Graph {
        let addresses = ["vpc", "a", "b", "instance", "alarm"].map(Into::into);
        let edges = [(1, 0), (2, 0), (3, 1), (4, 3)];
        let edges = edges.map(|(from, to)| Edge { from, to, attribute: "x".into() });
        Graph::new(addresses.into(), edges.into())
    }

    #[test]
    fn related_positions_are_dependencies_and_dependents() {
        let graph = graph();
        assert_eq!(graph.related(1, None), [0, 1, 3, 4]);
        assert_eq!(graph.related(1, Some(1)), [0, 1, 3]);
        assert_eq!(graph.related(1, Some(0)), [1]);
        assert_eq!(graph.related(0, None), [0, 1, 2, 3, 4]);
        assert!(graph.related(9, None).is_empty());
        assert_eq!(graph.position("b").map(|position| graph.related(position, None)), Some(vec![0, 2]));
    }

    #[test]
    fn subgraph_keeps_inner_dependencies() {
        let subgraph = graph().subgraph(&[1, 3, 4, 4, 9]);
        assert_eq!(subgraph.addresses(), ["a", "instance", "alarm"]);
        let edges: Vec<_> = subgraph.edges().iter().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(edges, [(1, 0), (2, 1)]);
    }
}
