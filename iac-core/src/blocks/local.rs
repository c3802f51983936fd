//! The `locals` block: named values.

use crate::body::Body;
use crate::expr::{Expr, IntoExpr};
use crate::expression::Reference;
use crate::stack::EntryKind;
use crate::stack::{Construct, Scope};
use crate::text::Text;

/// A local value: a named expression in a `locals` block. For values known to Rust, use `let` instead.
///
/// Adding it returns the value.
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is added to a stack"]
pub struct Local<T: ?Sized> {
    name: Text,
    value: Expr<T>,
}

impl<T: ?Sized> Local<T> {
    /// Creates a local value.
    pub fn new(name: impl Into<Text>, value: impl IntoExpr<T>) -> Self {
        Self { name: name.into(), value: value.into_expr() }
    }
}

impl<T: ?Sized> Construct for Local<T> {
    type Output = Expr<T>;

    fn build(self, scope: &Scope<'_>) -> Expr<T> {
        let mut body = Body::new();
        body.set(VALUE, self.value.into_expression());
        let target = scope.insert(EntryKind::Local, self.name, body);
        Expr::from_expression(Reference { target, attribute: "", sensitive: false }.into())
    }
}

/// The argument that holds the value in the entry's body; the renderer replaces it with the local's name.
pub(crate) const VALUE: Text = Text::from_static("value");
