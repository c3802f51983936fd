//! JSON documents with optional members.

use iac_core::expression::{Expression, ObjectKey};
use iac_core::{IntoExpression, Text};

/// An object with optional members.
#[derive(Default)]
pub(crate) struct Document(Vec<(ObjectKey, Expression)>);

impl Document {
    pub(crate) fn set(&mut self, name: &'static str, value: impl IntoExpression) {
        self.0.push((ObjectKey::Name(Text::from_static(name)), value.into_expression()));
    }

    pub(crate) fn maybe(&mut self, name: &'static str, value: Option<impl IntoExpression>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Sets a member to a list, unless the list is empty.
    pub(crate) fn set_list<T: IntoExpression>(&mut self, name: &'static str, values: Vec<T>) {
        if !values.is_empty() {
            let values = values.into_iter().map(IntoExpression::into_expression).collect();
            self.set(name, Expression::List(values));
        }
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpression for Document {
    fn into_expression(self) -> Expression {
        Expression::Object(self.0)
    }
}
