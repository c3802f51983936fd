//! Outputs that expose sensitive values. Terraform rejects them unless they are marked as sensitive.

use crate::blocks::local::VALUE;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expression::{Expression, Operation, TemplatePart};
use crate::stack::{Entry, EntryKind};

/// Functions whose result is sensitive if any argument is. Others may use only a part of an argument.
const FUNCTIONS: [&str; 6] = ["base64encode", "format", "join", "jsonencode", "values", "yamlencode"];

/// Reports outputs that expose sensitive values and are not marked as sensitive.
pub(super) fn check_outputs(entries: &[Entry], diagnostics: &mut Diagnostics) {
    for entry in entries.iter().filter(|entry| entry.kind == EntryKind::Output) {
        let is_marked = entry.body.argument("sensitive").is_some();
        if !is_marked && entry.body.argument(&VALUE).is_some_and(is_sensitive) {
            diagnostics.push(sensitive_output(entry));
        }
    }
}

/// Returns `true` if the value is certainly sensitive. Undecidable cases are left to Terraform.
fn is_sensitive(expression: &Expression) -> bool {
    match expression {
        Expression::Reference(reference) => reference.sensitive,
        Expression::List(elements) => elements.iter().any(is_sensitive),
        Expression::Object(elements) => elements.iter().any(|(_, value)| is_sensitive(value)),
        Expression::Operation(operation) => match &**operation {
            Operation::Template(parts) => parts.iter().any(|part| match part {
                TemplatePart::Literal(_) => false,
                TemplatePart::Interpolation(expression) => is_sensitive(expression),
            }),
            // Other elements of a literal list may be sensitive while this one is not.
            Operation::Attribute(base, _) | Operation::Index(base, _) => {
                !matches!(base, Expression::List(_) | Expression::Object(_)) && is_sensitive(base)
            }
            // `Many` marks the collection if the loop uses a sensitive attribute of its elements.
            Operation::Splat(instances, _) => is_sensitive(instances),
            Operation::For(each) => is_sensitive(&each.collection),
            Operation::Call { function, arguments, .. } => {
                *function == *"sensitive"
                    || (FUNCTIONS.contains(&function.as_str()) && arguments.iter().any(is_sensitive))
            }
            _ => false,
        },
        _ => false,
    }
}

fn sensitive_output(entry: &Entry) -> Diagnostic {
    let summary = format!("`{}` exposes a sensitive value", entry.display_address());
    Diagnostic::error("sensitive-output", summary)
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail("Terraform displays outputs, and rejects outputs that contain sensitive values.")
        .hint("mark the output with `.sensitive()`")
        .hint("if the value is not secret, wrap it in `functions::nonsensitive(…)`")
}
