//! A single walk over the expressions of an entry that collects its references and reports invalid content.

use std::collections::BTreeMap;

use crate::address::is_identifier;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expression::{Expression, Operation, Target, TemplatePart};
use crate::graph::Edge;
use crate::stack::{Entry, EntryKind};
use crate::text::Text;

/// The references of a stack's entries.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The references within the stack.
    pub(super) edges: Vec<Edge>,
    /// The entries that refer to other stacks.
    pub(super) foreign: Vec<u32>,
    /// The references by name in raw expressions.
    pub(super) named: Vec<Named>,
    /// The providers whose functions are called, by local name, with the first calling entry.
    pub(super) functions: BTreeMap<Text, u32>,
}

/// A reference by name.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) entry: u32,
    pub(super) attribute: Text,
    pub(super) address: String,
}

/// Collects an entry's references and reports invalid content.
pub(super) fn scan(target: Target, entry: &Entry, findings: &mut Findings, diagnostics: &mut Diagnostics) {
    let Findings { edges, foreign, named, functions } = findings;
    let mut is_foreign = false;
    let start = edges.len();
    entry.body.visit_expressions(&mut |attribute, value| {
        value.visit(&mut |expression| match expression {
            Expression::Reference(reference) if reference.target.stack == target.stack => {
                let to = reference.target.entry;
                // A variable's validation refers to the variable itself, which is not a dependency.
                if to != target.entry || entry.kind != EntryKind::Variable {
                    edges.push(Edge { from: target.entry, to, attribute: attribute.clone() });
                }
            }
            Expression::Reference(_) => is_foreign = true,
            Expression::String(text) if looks_like_debug_output(text) => {
                diagnostics.push(debug_output(entry, attribute));
            }
            Expression::String(text) if looks_like_reference(text) => {
                diagnostics.push(reference_as_text(entry, attribute, text));
            }
            Expression::Float(number) if !number.is_finite() => {
                diagnostics.push(not_a_number(entry, attribute));
            }
            Expression::Operation(operation) => match &**operation {
                Operation::Template(parts) if parts.iter().any(has_debug_output) => {
                    diagnostics.push(debug_output(entry, attribute));
                }
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
                Operation::Attribute(..) => named.extend(address(expression).map(|address| Named {
                    entry: target.entry,
                    attribute: attribute.clone(),
                    address,
                })),
                _ => {}
            },
            _ => {}
        });
    });
    if is_foreign {
        foreign.push(target.entry);
    }
    // A document may refer to the same address many times; the graph needs one edge.
    if edges.len() - start > 1 {
        let mut own = edges.split_off(start);
        own.sort_by(|a, b| (a.to, &a.attribute).cmp(&(b.to, &b.attribute)));
        own.dedup();
        edges.append(&mut own);
    }
}

/// Returns the address if the expression is exactly one: `aws_vpc.main`, but neither `aws_vpc` nor `aws_vpc.main.id`.
fn address(expression: &Expression) -> Option<String> {
    let (root, path) = name_and_path(expression)?;
    match (root, path.as_slice()) {
        ("data" | "ephemeral", [_, _]) | ("var" | "local" | "module", [_]) => {}
        // Names without an underscore are iterators of `dynamic` blocks, or one of `each`, `count`, `path`, `self`.
        (resource_type, [_]) if resource_type.contains('_') => {}
        _ => return None,
    }
    Some(format!("{root}.{}", path.join(".")))
}

fn name_and_path(expression: &Expression) -> Option<(&str, Vec<&str>)> {
    let Expression::Operation(operation) = expression else { return None };
    match &**operation {
        Operation::Name(name) => Some((name, Vec::new())),
        Operation::Attribute(base, name) => {
            let (root, mut path) = name_and_path(base)?;
            path.push(name);
            Some((root, path))
        }
        _ => None,
    }
}

/// Returns `true` if a string seems to interpolate a Terraform address. Shell scripts contain `${NAME}` as well.
fn looks_like_reference(text: &str) -> bool {
    text.split("${").skip(1).filter_map(|inside| inside.split_once('}')).any(|(inside, _)| {
        let mut path = inside.trim().split('.');
        let root = path.next().unwrap_or_default();
        let named = matches!(root, "data" | "local" | "module" | "var") || root.contains('_');
        named && path.clone().next().is_some() && path.all(is_identifier)
    })
}

/// Returns `true` for what `{:?}` prints of a handle or an expression. No other text looks like it.
fn looks_like_debug_output(text: &str) -> bool {
    let has =
        |name: &str, field: &str| text.split(name).skip(1).any(|rest| rest.trim_start().starts_with(field));
    has("Target {", "stack: ") || has("Bound(", "Binding(") || has("Symbol(", "\"")
}

fn has_debug_output(part: &TemplatePart) -> bool {
    matches!(part, TemplatePart::Literal(text) if looks_like_debug_output(text))
}

fn debug_output(entry: &Entry, argument: &Text) -> Diagnostic {
    let summary =
        format!("`{argument}` of `{}` contains the debug output of an expression", entry.display_address());
    Diagnostic::error("debug-output", summary)
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail("`{:?}` prints how the program represents a value, which exists only when Terraform runs.")
        .hint("use `tf!(\"…{}…\", vpc.id())` instead of `format!(\"…{:?}…\", vpc.id())`")
}

fn reference_as_text(entry: &Entry, argument: &Text, text: &str) -> Diagnostic {
    let start = text.find("${").unwrap_or_default();
    let end = text[start..].find('}').map_or(text.len(), |length| start + length + 1);
    let summary = format!(
        "`{}` in `{argument}` of `{}` is literal text, not a reference",
        &text[start..end],
        entry.display_address()
    );
    Diagnostic::warning("reference-as-text", summary)
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail("Rust strings are never interpolated by Terraform.")
        .hint("use an attribute of a handle: `vpc.id()`, or `tf!(\"…{}…\", vpc.id())` inside a string")
}

fn plaintext_secret(entry: &Entry, argument: &Text) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "plaintext-secret",
        format!("sensitive argument `{argument}` of `{}` is a literal", entry.display_address()),
    );
    diagnostic
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail("Anyone who can read the generated configuration can read the secret.")
        .hint("use a sensitive `Variable` or an ephemeral resource, or let the provider manage the secret")
        .hint("if the value is not secret, wrap it in `plaintext(…)`")
}

fn invalid_expression(entry: &Entry, argument: &Text, message: &str) -> Diagnostic {
    Diagnostic::error("invalid-expression", message)
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail(format!("Found in argument `{argument}`."))
}

fn not_a_number(entry: &Entry, argument: &Text) -> Diagnostic {
    Diagnostic::error("not-a-number", format!("`{argument}` is not a finite number"))
        .address(entry.display_address())
        .at(entry.source.outer)
}
