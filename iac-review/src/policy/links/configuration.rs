//! References in a configuration.

use iac_core::body::{Body, Content};
use iac_core::expression::{Expression, ObjectKey};
use iac_core::text::Text;
use iac_lang::config::{Local, Module, Resource};
use iac_lang::references::{Step, visit};
use iac_lang::value::Value;

use super::{Gathered, GatheredCall, GatheredResource, Reference, partial};

pub(super) fn gather(module: &Module) -> Gathered {
    let call = |call: &iac_lang::config::ModuleCall| {
        let arguments = call.arguments.arguments();
        let gathered = GatheredCall {
            arguments: arguments.map(|(name, value)| (name.as_str().to_owned(), references(value))).collect(),
            each: call.meta.count.iter().chain(&call.meta.for_each).flat_map(references).collect(),
            module: call.module.as_deref().map(|module| Box::new(gather(module))),
        };
        (call.name.as_str().to_owned(), gathered)
    };
    Gathered {
        resources: module.resources.iter().map(|each| resource(each, &module.locals)).collect(),
        locals: module
            .locals
            .iter()
            .map(|local| (local.name.as_str().to_owned(), references(&local.value)))
            .collect(),
        outputs: module
            .outputs
            .iter()
            .map(|output| (output.name.as_str().to_owned(), references(&output.value)))
            .collect(),
        calls: module.calls.iter().map(call).collect(),
    }
}

fn resource(resource: &Resource, locals: &[Local]) -> GatheredResource {
    let mut found = Found { locals, arguments: Vec::new(), documents: Vec::new() };
    body(&resource.body, "", &mut found);
    GatheredResource {
        address: resource.address().to_string(),
        arguments: found.arguments,
        documents: found.documents,
        each: resource.meta.count.iter().chain(&resource.meta.for_each).flat_map(references).collect(),
    }
}

/// The parts of a resource that are not literals.
struct Found<'c> {
    locals: &'c [Local],
    arguments: Vec<(Text, Vec<Reference>)>,
    documents: Vec<(Text, Value)>,
}

fn body(body_of: &Body, prefix: &str, found: &mut Found<'_>) {
    for item in body_of.items() {
        let path = joined(prefix, &item.name);
        match &item.content {
            Content::Argument(value) => argument(value, &path, found),
            Content::Block(block) => body(&block.body, &path, found),
            Content::Dynamic(dynamic) => {
                found.arguments.push((path.as_str().into(), references(&dynamic.for_each)));
                body(&dynamic.block.body, &path, found);
            }
        }
    }
}

/// Collects the parts that are not literals. In JSON syntax, blocks are arguments, so references may be nested in
/// lists and objects.
fn argument(value: &Expression, path: &str, found: &mut Found<'_>) {
    match value {
        Expression::Null => {}
        Expression::List(elements) => {
            for element in elements {
                argument(element, path, found);
            }
        }
        Expression::Object(members) => {
            for (key, member) in members {
                match key {
                    ObjectKey::Name(name) => argument(member, &joined(path, name), found),
                    ObjectKey::Computed(_) => found.arguments.push((path.into(), references(member))),
                }
            }
        }
        value if value.is_literal() => {}
        value => {
            found
                .documents
                .extend(partial::document(value, found.locals).map(|document| (path.into(), document)));
            found.arguments.push((path.into(), references(value)));
        }
    }
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

fn references(value: &Expression) -> Vec<Reference> {
    let mut found = Vec::new();
    visit(value, &mut |reference| {
        let names = reference.steps.iter().filter_map(|step| match step {
            Step::Name(name) => Some((*name).to_owned()),
            Step::Key(_) | Step::Splat => None,
        });
        found.push([reference.root.to_owned()].into_iter().chain(names).collect());
    });
    found
}
