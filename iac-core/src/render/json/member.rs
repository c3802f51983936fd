//! Top-level blocks, grouped by type and label.

use std::collections::HashMap;
use std::ops::Range;

use super::text::{Layout, write_string};
use crate::text::Text;

/// A member of the document's object or of a nested one: a block type or a label.
#[derive(Debug, Default)]
pub(super) struct Member {
    name: Text,
    pub(super) members: Vec<Self>,
    /// The index of each member by name.
    positions: HashMap<Text, usize>,
    /// The bodies of the blocks without a further label.
    pub(super) bodies: Vec<Range<usize>>,
}

impl Member {
    /// Returns the member with the name, creating it if necessary.
    pub(super) fn member(&mut self, name: &str) -> &mut Self {
        let next = self.members.len();
        let position = *self.positions.entry(name.into()).or_insert(next);
        if position == next {
            self.members.push(Self { name: name.into(), ..Self::default() });
        }
        &mut self.members[position]
    }

    pub(super) fn write(&self, bodies: &str, layout: Layout, indent: usize, out: &mut String) {
        write_string(out, &self.name);
        out.push_str(": ");
        if let [body] = self.bodies.as_slice() {
            out.push_str(&bodies[body.clone()]);
        } else if !self.bodies.is_empty() {
            out.push('[');
            for (position, body) in self.bodies.iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                out.push_str(&bodies[body.clone()]);
            }
            out.push(']');
        } else {
            out.push('{');
            let mut first = true;
            for member in &self.members {
                layout.next(out, indent + 1, &mut first);
                member.write(bodies, layout, indent + 1, out);
            }
            layout.new_line(out, indent);
            out.push('}');
        }
    }
}
