//! Lists that grow until the stack is synthesised.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::IntoExpression;
use crate::expression::{Expression, Operation};

/// A list that gathers elements until the stack is synthesised: what is added after an argument took it counts as well.
///
/// It is for documents to which several parts of a program contribute, such as the statements of a policy. An element
/// that is there already is not added again.
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
    /// A list that is still empty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an element, unless it is there.
    pub fn push(&self, element: impl IntoExpression) {
        let element = element.into_expression();
        let mut elements = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !elements.contains(&element) {
            elements.push(element);
        }
    }

    /// Whether nothing was added yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether there may be such lists: where there are none, nobody has to look for them in every expression.
    pub(crate) fn in_use() -> bool {
        IN_USE.load(Ordering::Relaxed)
    }

    /// What was added so far.
    pub(crate) fn elements(&self) -> Vec<Expression> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Two are the same when what is added to one is added to the other.
impl PartialEq for Gathered {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Whether any expression of the process is such a list.
static IN_USE: AtomicBool = AtomicBool::new(false);

impl IntoExpression for &Gathered {
    fn into_expression(self) -> Expression {
        IN_USE.store(true, Ordering::Relaxed);
        Operation::Gathered(self.clone(), Expression::List(Vec::new())).into()
    }
}
