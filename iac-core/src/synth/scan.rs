//! One walk over the expressions of an entry: what it refers to, and what must not be there.

use std::collections::BTreeMap;

use crate::body::Body;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expression::{Expression, Operation, Target};
use crate::graph::Edge;
use crate::stack::Entry;
use crate::text::Text;

/// Where the references of an entry lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// To the same stack, or nowhere.
    Local,
    /// To another stack, too.
    Foreign,
}

/// The providers whose functions are called, by local name, and the first entry that does.
pub(super) type FunctionProviders = BTreeMap<Text, u32>;

/// Adds an edge for each reference within the stack, and reports literals that must not be there.
pub(super) fn scan(
    target: Target,
    entry: &Entry,
    body: &Body,
    edges: &mut Vec<Edge>,
    functions: &mut FunctionProviders,
    diagnostics: &mut Diagnostics,
) -> Scan {
    let mut scan = Scan::Local;
    let start = edges.len();
    body.visit_expressions(&mut |attribute, value| {
        value.visit(&mut |expression| match expression {
            Expression::Reference(reference) if reference.target.stack == target.stack => {
                let to = reference.target.entry;
                edges.push(Edge { from: target.entry, to, attribute: attribute.clone() });
            }
            Expression::Reference(_) => scan = Scan::Foreign,
            Expression::Float(number) if !number.is_finite() => {
                diagnostics.push(not_a_number(entry, attribute));
            }
            Expression::Operation(operation) => match &**operation {
                Operation::Secret(_) => diagnostics.push(plaintext_secret(entry, attribute)),
                Operation::Invalid(message) => {
                    diagnostics.push(invalid_expression(entry, attribute, message));
                }
                Operation::Call { function, .. } => {
                    if let Some((provider, _)) =
                        function.strip_prefix("provider::").and_then(|name| name.split_once("::"))
                    {
                        functions.entry(provider.into()).or_insert(target.entry);
                    }
                }
                _ => {}
            },
            _ => {}
        });
    });
    // A document may name the same thing many times; the graph needs it once.
    if edges.len() - start > 1 {
        let mut own = edges.split_off(start);
        own.sort_by(|a, b| (a.to, &a.attribute).cmp(&(b.to, &b.attribute)));
        own.dedup();
        edges.append(&mut own);
    }
    scan
}

fn plaintext_secret(entry: &Entry, argument: &Text) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "plaintext-secret",
        format!("the sensitive argument `{argument}` of `{}` is a literal", entry.display_address()),
    );
    diagnostic
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail("The configuration is an output: whoever reads it, reads the secret.")
        .hint("take it from a sensitive `Variable`, an ephemeral resource, or let the provider manage it")
        .hint("if it is meant to be readable, say so: `plaintext(…)`")
}

fn invalid_expression(entry: &Entry, argument: &Text, message: &str) -> Diagnostic {
    Diagnostic::error("invalid-expression", message)
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail(format!("It is in the argument `{argument}`."))
}

fn not_a_number(entry: &Entry, argument: &Text) -> Diagnostic {
    Diagnostic::error("not-a-number", format!("`{argument}` is not a finite number"))
        .address(entry.display_address())
        .at(entry.source.outer)
}
