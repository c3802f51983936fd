//! Arguments that must be constant, because Terraform reads them before anything has a value.

use iac_core::diagnostic::Diagnostic;
use iac_core::expression::{Expression, Operation};
use iac_core::syntax::SourcePosition;
use iac_core::text::Text;

use super::Decoder;
use crate::eval::{NoScope, evaluate};
use crate::references::visit;
use crate::types::{Type, convert};
use crate::value::Value;

/// Returns the string that a constant expression evaluates to, `None` for null.
///
/// # Errors
///
/// Returns the expression if it is not constant.
pub(super) fn text(value: Expression) -> Result<Option<Text>, Expression> {
    match value {
        Expression::String(text) => Ok(Some(text)),
        Expression::Null => Ok(None),
        value => match evaluate(&value, &NoScope).map(|value| convert(value, &Type::String)) {
            Ok(Ok(Value::String(text))) => Ok(Some(text)),
            Ok(Ok(Value::Null)) => Ok(None),
            _ => Err(value),
        },
    }
}

/// Returns the first function that an expression calls.
fn called(expression: &Expression) -> Option<&Text> {
    if let Expression::Operation(operation) = expression
        && let Operation::Call { function, .. } = &**operation
    {
        return Some(function);
    }
    let mut found = None;
    expression.for_each_child(&mut |child| {
        if found.is_none() {
            found = called(child);
        }
    });
    found
}

impl Decoder<'_> {
    /// Reports references and calls in an expression that must be constant.
    pub(super) fn constant(&mut self, value: &Expression, position: SourcePosition) {
        if let Some(function) = called(value) {
            let summary = "Function calls not allowed";
            let diagnostic = Diagnostic::error("not-constant", summary);
            self.report(position, diagnostic.detail(format!("`{function}` cannot be called here.")));
            return;
        }
        let mut name = None;
        visit(value, &mut |reference| {
            name.get_or_insert(reference.root);
        });
        if let Some(name) = name {
            let diagnostic = Diagnostic::error("not-constant", "Variables not allowed");
            self.report(position, diagnostic.detail(format!("`{name}` cannot be used here.")));
        }
    }

    /// Returns the references in a list, each of which must be an address without anything to evaluate.
    pub(super) fn addresses(
        &mut self,
        value: Expression,
        position: SourcePosition,
        name: &str,
    ) -> Vec<Expression> {
        let elements = self.static_list(value, position, name);
        // A template of a single reference is that reference, except that it has to be evaluated.
        let has_template = self.sources.text(position).is_some_and(starts_with_template);
        if has_template || !elements.iter().all(is_address) {
            let diagnostic = Diagnostic::error("invalid-reference", "Invalid expression")
                .hint("write addresses without quotes, such as `aws_vpc.main` or `module.network`");
            let detail = format!("`{name}` is a list of addresses, which are not evaluated.");
            self.report(position, diagnostic.detail(detail));
        }
        elements
    }
}

/// Returns true if an element of the list at the beginning of a text is a template. Gives up at what looks like an
/// index, which is evaluated neither.
fn starts_with_template(argument: &str) -> bool {
    let Some((_, mut rest)) = argument.split_once('[') else { return false };
    loop {
        rest = rest.trim_start();
        if rest.starts_with("\"${") {
            return true;
        }
        let end = match rest.strip_prefix('"').map(|quoted| quoted.find('"')) {
            Some(Some(end)) => end + 2,
            Some(None) => return false,
            None => rest.find([',', ']']).unwrap_or(rest.len()),
        };
        let Some(next) = rest[end..].trim_start().strip_prefix(',') else { return false };
        rest = next;
    }
}

/// Returns true for a name and the steps after it.
fn is_address(expression: &Expression) -> bool {
    match expression {
        Expression::Symbol(_) => true,
        Expression::Operation(operation) => match &**operation {
            Operation::Name(_) => true,
            Operation::Attribute(base, _) | Operation::Static(base) => is_address(base),
            Operation::Index(base, key) => {
                is_address(base) && matches!(key, Expression::String(_) | Expression::Integer(_))
            }
            _ => false,
        },
        _ => false,
    }
}
