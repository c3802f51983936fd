//! Lists that grow until the stack is synthesized.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Expression, Operation};

/// A list that collects elements until the stack is synthesized, including elements added after an argument was set
/// to it.
///
/// Used for documents with contributions from several parts of a program, such as the statements of a policy.
/// Duplicate elements are added only once.
///
/// ```
/// use iac_core::prelude::*;
/// use iac_core::{Gathered, Output};
///
/// let stack = Stack::new("greeting");
/// let names = Gathered::new();
/// stack.add(Output::new("names", json!({ "names": &names })));
/// names.push("Ada");
/// names.push("Grace");
/// assert!(stack.render_hcl()?.contains(r#"names = ["Ada", "Grace"]"#));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Gathered(Arc<Mutex<Vec<Expression>>>);

impl Gathered {
    /// Creates an empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an element, unless an equal one exists.
    pub(crate) fn insert(&self, element: Expression) {
        let mut elements = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !elements.contains(&element) {
            elements.push(element);
        }
    }

    /// Returns `true` if nothing was added yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Returns `true` if any expression of the process is a gathered list. If not, synthesis skips the search for
    /// them.
    pub(crate) fn in_use() -> bool {
        IN_USE.load(Ordering::Relaxed)
    }

    /// Returns the expression for an argument, which is filled in when the stack is synthesized.
    pub(crate) fn to_expression(&self) -> Expression {
        IN_USE.store(true, Ordering::Relaxed);
        Operation::Gathered(self.clone(), Expression::List(Vec::new())).into()
    }

    /// Returns the elements added so far.
    pub(crate) fn elements(&self) -> Vec<Expression> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Two lists are equal if they share their elements.
impl PartialEq for Gathered {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Set as soon as any expression of the process is a gathered list.
static IN_USE: AtomicBool = AtomicBool::new(false);
