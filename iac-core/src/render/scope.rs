//! Names for the variables that `for` expressions and `dynamic` blocks bind.

use crate::expression::Binding;
use crate::text::Text;

/// The variables that are in scope, outermost first.
#[derive(Debug, Default)]
pub(super) struct Scope(Vec<(Binding, Text)>);

/// What already means something at the beginning of a reference; an iterator of the name would hide it.
const RESERVED: [&str; 11] =
    ["count", "data", "each", "ephemeral", "local", "module", "path", "provider", "self", "terraform", "var"];

impl Scope {
    /// The name, or a numbered one where the name would hide something.
    pub(super) fn free_name(&self, name: &Text) -> Text {
        let mut free = name.clone();
        let mut number = 1;
        while self.is_taken(&free) {
            number += 1;
            free = format!("{name}{number}").into();
        }
        free
    }

    /// Brings a variable into scope.
    pub(super) fn enter(&mut self, binding: Binding, name: Text) {
        self.0.push((binding, name));
    }

    /// Takes the innermost variable out of scope.
    pub(super) fn leave(&mut self) {
        self.0.pop();
    }

    /// What a variable is called; `None` when it is out of scope.
    pub(super) fn name(&self, binding: Binding) -> Option<&str> {
        self.0.iter().rev().find_map(|(bound, name)| (*bound == binding).then_some(name.as_str()))
    }

    fn is_taken(&self, name: &str) -> bool {
        RESERVED.contains(&name) || self.0.iter().any(|(_, taken)| *taken == *name)
    }
}
