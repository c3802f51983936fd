//! `locals`: a value with a name.

use crate::body::Body;
use crate::construct::{Construct, Scope};
use crate::expr::{Expr, IntoExpr};
use crate::expression::Reference;
use crate::stack::EntryKind;
use crate::text::Text;

/// A value of a `locals` block: an expression with a name. Rust's own `let` is enough for values that Rust knows.
///
/// Adding it returns the value.
#[derive(Clone, Debug)]
#[must_use = "it is part of a stack only once it is added"]
pub struct Local<T: ?Sized> {
    name: Text,
    value: Expr<T>,
}

impl<T: ?Sized> Local<T> {
    /// Gives a value a name.
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

/// The argument that holds the value in the entry's body; the renderer writes the local's name in its place.
pub(crate) const VALUE: Text = Text::from_static("value");
