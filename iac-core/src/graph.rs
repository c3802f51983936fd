//! The dependency graph of a stack, or of the stacks of a program.
//!
//! A graph contains addresses and the arguments through which they depend on each other, and nothing else about
//! resources. Dependencies are ordered before their dependents; otherwise the order of declaration is kept, so that a
//! new reference does not reorder a rendered file.

mod draw;
mod focus;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt;

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

pub use self::draw::{Drawn, render_dot, render_mermaid};
use crate::text::Text;

/// A dependency graph.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    addresses: Vec<Text>,
    edges: Vec<Edge>,
}

/// A dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The position of the dependent.
    pub from: u32,
    /// The position of the dependency.
    pub to: u32,
    /// The argument of `from` that causes the dependency: `vpc_id`.
    pub attribute: Text,
}

impl Graph {
    /// Creates a graph over addresses in the order of declaration.
    ///
    /// # Panics
    ///
    /// Panics if an edge refers to a position without an address.
    #[must_use]
    pub fn new(addresses: Vec<Text>, edges: Vec<Edge>) -> Self {
        let inside = |position: u32| (position as usize) < addresses.len();
        assert!(
            edges.iter().all(|edge| inside(edge.from) && inside(edge.to)),
            "an edge refers to a position outside the graph"
        );
        Self { addresses, edges }
    }

    /// Returns the addresses in the order of declaration.
    #[must_use]
    pub fn addresses(&self) -> &[Text] {
        &self.addresses
    }

    /// Returns the dependencies in the order of the dependents.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Returns the positions of all addresses, dependencies first, ties in the order of declaration.
    ///
    /// # Errors
    ///
    /// Returns the cycle if an address depends on itself, directly or indirectly.
    pub fn order(&self) -> Result<Vec<u32>, Cycle> {
        let size = u32::try_from(self.addresses.len()).expect("positions are 32 bits wide");
        if self.edges.iter().all(|edge| edge.to < edge.from) {
            return Ok((0..size).collect());
        }
        let Adjacency { dependents, mut pending } = self.adjacency();
        let is_ready = |position: &u32| pending[*position as usize] == 0;
        let mut ready: BinaryHeap<_> = (0..size).filter(is_ready).map(Reverse).collect();
        let mut order = Vec::with_capacity(self.addresses.len());
        while let Some(Reverse(position)) = ready.pop() {
            order.push(position);
            for &dependent in dependents.of(position) {
                pending[dependent as usize] -= 1;
                if pending[dependent as usize] == 0 {
                    ready.push(Reverse(dependent));
                }
            }
        }
        if order.len() == self.addresses.len() { Ok(order) } else { Err(self.cycle()) }
    }

    /// Returns the positions in layers. Each layer depends on earlier layers only, so its members can be processed in
    /// parallel.
    ///
    /// # Errors
    ///
    /// Returns the cycle if an address depends on itself, directly or indirectly.
    pub fn layers(&self) -> Result<Vec<Vec<u32>>, Cycle> {
        let order = self.order()?;
        let Adjacency { dependents, .. } = self.adjacency();
        let mut layer_of = vec![0usize; self.addresses.len()];
        let mut layers: Vec<Vec<u32>> = Vec::new();
        for &position in &order {
            let layer = layer_of[position as usize];
            if layers.len() <= layer {
                layers.resize_with(layer + 1, Vec::new);
            }
            layers[layer].push(position);
            for &dependent in dependents.of(position) {
                let next = &mut layer_of[dependent as usize];
                *next = (*next).max(layer + 1);
            }
        }
        Ok(layers)
    }

    fn adjacency(&self) -> Adjacency {
        let mut pending = vec![0u32; self.addresses.len()];
        for edge in &self.edges {
            pending[edge.from as usize] += 1;
        }
        Adjacency { dependents: self.dependents(), pending }
    }

    /// The dependents of each position.
    fn dependents(&self) -> Lists {
        Lists::new(self.addresses.len(), self.edges.iter().map(|edge| (edge.to, edge.from)))
    }

    /// The dependencies of each position.
    fn dependencies(&self) -> Lists {
        Lists::new(self.addresses.len(), self.edges.iter().map(|edge| (edge.from, edge.to)))
    }

    /// Returns a shortest cycle through the first address that is part of one.
    fn cycle(&self) -> Cycle {
        let mut graph = DiGraph::<(), u32>::with_capacity(self.addresses.len(), self.edges.len());
        let nodes: Vec<_> = self.addresses.iter().map(|_| graph.add_node(())).collect();
        for (position, edge) in (0..).zip(&self.edges) {
            graph.add_edge(nodes[edge.from as usize], nodes[edge.to as usize], position);
        }
        let loops = |node| graph.contains_edge(node, node);
        let start = tarjan_scc(&graph)
            .into_iter()
            .filter(|component| component.len() > 1 || loops(component[0]))
            .flatten()
            .min()
            .expect("a graph without an order has a cycle");

        // Breadth-first search from the start until an edge leads back to it.
        let mut reached_by: Vec<Option<u32>> = vec![None; self.addresses.len()];
        let mut queue = VecDeque::from([start]);
        let edge_at = |position: u32| &self.edges[position as usize];
        while let Some(node) = queue.pop_front() {
            let mut out: Vec<u32> = graph.edges(node).map(|edge| *edge.weight()).collect();
            out.sort_unstable();
            for position in out {
                let edge = edge_at(position);
                if edge.to as usize == start.index() {
                    let mut ring = vec![edge.clone()];
                    while ring[ring.len() - 1].from as usize != start.index() {
                        let from = ring[ring.len() - 1].from as usize;
                        ring.push(edge_at(reached_by[from].expect("the search visited this node")).clone());
                    }
                    ring.reverse();
                    return Cycle {
                        addresses: ring.iter().map(|edge| self.address(edge.from)).collect(),
                        ring,
                    };
                }
                if reached_by[edge.to as usize].is_none() {
                    reached_by[edge.to as usize] = Some(position);
                    queue.push_back(nodes[edge.to as usize]);
                }
            }
        }
        unreachable!("the start is part of a cycle")
    }

    fn address(&self, position: u32) -> Text {
        self.addresses[position as usize].clone()
    }
}

/// A dependency cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cycle {
    /// The edges. Each starts where the previous one ends; the last one leads back to the first.
    pub ring: Vec<Edge>,
    /// The address at which each edge starts.
    pub addresses: Vec<Text>,
}

impl std::error::Error for Cycle {}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dependency cycle: ")?;
        for (edge, address) in self.ring.iter().zip(&self.addresses) {
            write!(f, "{address} → ({}) → ", edge.attribute)?;
        }
        f.write_str(self.addresses.first().map_or("", Text::as_str))
    }
}

struct Adjacency {
    /// The dependents of each position.
    dependents: Lists,
    /// The number of unprocessed dependencies of each position.
    pending: Vec<u32>,
}

/// An adjacency list in two allocations.
struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Groups the second elements of the pairs by the first ones.
    fn new(size: usize, pairs: impl ExactSizeIterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0u32; size + 1];
        for (position, _) in pairs.clone() {
            starts[position as usize + 1] += 1;
        }
        for position in 0..size {
            starts[position + 1] += starts[position];
        }
        let mut next = starts.clone();
        let mut items = vec![0u32; pairs.len()];
        for (position, item) in pairs {
            let slot = &mut next[position as usize];
            items[*slot as usize] = item;
            *slot += 1;
        }
        Self { starts, items }
    }

    fn of(&self, position: u32) -> &[u32] {
        let position = position as usize;
        &self.items[self.starts[position] as usize..self.starts[position + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(size: u8, edges: &[(u32, u32)]) -> Graph {
        let addresses = (b'a'..b'a' + size).map(|name| Text::from(char::from(name).to_string())).collect();
        let edges = edges.iter().map(|&(from, to)| Edge { from, to, attribute: format!("to_{to}").into() });
        Graph::new(addresses, edges.collect())
    }

    #[test]
    fn ties_keep_declaration_order() {
        assert_eq!(graph(4, &[]).order().unwrap(), [0, 1, 2, 3]);
        assert_eq!(graph(4, &[(3, 0)]).order().unwrap(), [0, 1, 2, 3]);
        assert_eq!(graph(4, &[(0, 3)]).order().unwrap(), [1, 2, 3, 0]);
        assert_eq!(graph(4, &[(0, 2), (1, 3)]).order().unwrap(), [2, 0, 3, 1]);
    }

    #[test]
    fn layer_depends_on_earlier_layers_only() {
        let layers = graph(5, &[(1, 0), (2, 0), (3, 1), (3, 2), (3, 2)]).layers().unwrap();
        assert_eq!(layers, [vec![0, 4], vec![1, 2], vec![3]]);
    }

    #[test]
    fn cycle_is_the_shortest_through_its_first_member() {
        let cycle = graph(5, &[(4, 0), (1, 2), (2, 3), (3, 1), (2, 1)]).order().unwrap_err();
        assert_eq!(cycle.to_string(), "dependency cycle: b → (to_2) → c → (to_1) → b");
        let cycle = graph(2, &[(1, 1)]).order().unwrap_err();
        assert_eq!(cycle.to_string(), "dependency cycle: b → (to_1) → b");
    }
}
