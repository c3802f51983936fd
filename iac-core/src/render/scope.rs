//! Names for the variables bound by `for` expressions and `dynamic` blocks.

use crate::expression::Binding;
use crate::text::Text;

/// The variables in scope, outermost first.
#[derive(Debug, Default)]
pub(super) struct Scope(Vec<(Binding, Text)>);

/// Root names that Terraform reserves; an iterator with such a name would shadow it.
const RESERVED: [&str; 11] =
    ["count", "data", "each", "ephemeral", "local", "module", "path", "provider", "self", "terraform", "var"];

impl Scope {
    /// Returns the name, with a number appended if it would shadow another one.
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

    /// Removes the innermost variable from the scope.
    pub(super) fn leave(&mut self) {
        self.0.pop();
    }

    /// Returns the name of a variable, or `None` if it is not in scope.
    pub(super) fn name(&self, binding: Binding) -> Option<&str> {
        self.0.iter().rev().find_map(|(bound, name)| (*bound == binding).then_some(name.as_str()))
    }

    fn is_taken(&self, name: &str) -> bool {
        RESERVED.contains(&name) || self.0.iter().any(|(_, taken)| *taken == *name)
    }
}
