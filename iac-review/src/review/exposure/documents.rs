//! Exposures by policy documents, in whatever argument they are.

use iac_lang::value::{AttributePath, PathStep, Value};
use iac_plan::schema::{Norm, Schema};

use super::rules::Kind;
use super::{Context, Exposure};
use crate::access::{Audience, Document, openings};

/// A document at a path of a resource; none if it is unknown.
struct Found {
    path: AttributePath,
    document: Option<Document>,
}

/// Adds the exposures by the policy documents of a resource that exists after the change.
pub(super) fn of_change(context: &Context<'_>, position: usize, found: &mut Vec<Exposure>) {
    let change = &context.plan.changes[position];
    let mut after = Vec::new();
    gather(context, position, &change.after, &AttributePath::default(), &mut after);
    if after.is_empty() {
        return;
    }
    let mut before = Vec::new();
    gather(context, position, context.before(position), &AttributePath::default(), &mut before);
    for Found { path, document } in after {
        // Documents in several blocks of a kind take effect together.
        let same = before.iter().filter(|each| each.path.names() == path.names());
        let known: Vec<&Document> = same.filter_map(|each| each.document.as_ref()).collect();
        let statements = known.iter().flat_map(|each| each.statements.clone()).collect();
        let old = Document { statements, has_unknowns: false };
        let Some(document) = document.or_else(|| partial_document(context, position, &path)) else {
            found.push(Exposure { kind: Kind::Policy, change: position, path, detail: None });
            continue;
        };
        let opened = openings(Some(&old).filter(|_| !known.is_empty()), &document, &context.accounts);
        if opened.is_empty() && document.has_unknowns {
            found.push(Exposure { kind: Kind::Policy, change: position, path, detail: None });
            continue;
        }
        for opening in opened {
            if matches!(opening.audience, Audience::Holder(_)) && !is_identity_policy(context, position) {
                // A resource policy without principals is invalid.
                continue;
            }
            let (kind, detail) = match &opening.audience {
                Audience::Public => (Kind::Policy, opening.detail.clone()),
                Audience::Account(account) => {
                    (Kind::Sharing, format!("{} for account {account}", opening.detail))
                }
                Audience::Holder(privilege) => {
                    (Kind::Privilege, format!("statement {} {privilege}", opening.statement + 1))
                }
                others => (Kind::Policy, format!("{} for {others}", opening.detail)),
            };
            found.push(Exposure { kind, change: position, path: path.clone(), detail: Some(detail) });
        }
    }
}

/// Returns `true` if the documents of a resource are for identities, and hence have no principals.
fn is_identity_policy(context: &Context<'_>, position: usize) -> bool {
    const IDENTITIES: [&str; 4] = ["_iam_", "_ram_", "_ssoadmin_", "_iot_"];
    let type_name = &context.plan.changes[position].address.resource_type;
    IDENTITIES.iter().any(|part| type_name.contains(part))
}

/// Returns the part of a document that the configuration states literally.
fn partial_document(context: &Context<'_>, position: usize, path: &AttributePath) -> Option<Document> {
    let address = crate::policy::config_address(&context.plan.changes[position].address);
    let config = context.links.resource(&address)?;
    Document::parse(context.links.document(config, &path.names())?)
}

/// Collects the policy documents in a value.
fn gather(
    context: &Context<'_>,
    position: usize,
    value: &Value,
    path: &AttributePath,
    found: &mut Vec<Found>,
) {
    match value.peel() {
        Value::String(text) if text.trim_start().starts_with('{') && is_policy(context, position, path) => {
            let document = Value::parse_json(text).ok().and_then(|value| Document::parse(&value));
            found.extend(document.map(|document| Found { path: path.clone(), document: Some(document) }));
        }
        Value::Unknown(_) if is_unknown_policy(context, position, path) => {
            found.push(Found { path: path.clone(), document: None });
        }
        Value::Object(members) => {
            for (name, value) in members.iter() {
                gather(context, position, value, &path.join(PathStep::Name(name.clone())), found);
            }
        }
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            for (index, value) in elements.iter().enumerate() {
                gather(context, position, value, &path.join(PathStep::Index(index)), found);
            }
        }
        _ => {}
    }
}

/// Returns `true` if a document at this path is in effect: the name says that it is a policy, or the rules do.
fn is_policy(context: &Context<'_>, position: usize, path: &AttributePath) -> bool {
    stated(context, position, path).unwrap_or_else(|| {
        let last = path.0.iter().rev().find_map(|step| match step {
            PathStep::Name(name) => Some(name),
            PathStep::Index(_) => None,
        });
        last.is_some_and(|name| name.contains("polic"))
    })
}

fn stated(context: &Context<'_>, position: usize, path: &AttributePath) -> Option<bool> {
    let type_name = &context.plan.changes[position].address.resource_type;
    let stated = context.hazards.exposures.documents.get(type_name)?;
    stated.iter().find(|(each, _)| **each == *path.names()).map(|(_, is_policy)| *is_policy)
}

/// Returns `true` if an unknown value is a policy document: the provider compares it as one.
fn is_unknown_policy(context: &Context<'_>, position: usize, path: &AttributePath) -> bool {
    let change = &context.plan.changes[position];
    let names = path.names();
    let is_document = stated(context, position, path).unwrap_or_else(|| {
        change.schema.as_deref().is_some_and(|schema| is_compared_as_policy(schema, &names))
    });
    is_document && !context.is_left_to_provider(change, path)
}

fn is_compared_as_policy(schema: &Schema, names: &str) -> bool {
    let mut block = &*schema.block;
    let mut names = names.split('.').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            return block.attribute(name).is_some_and(|attribute| attribute.facts.norms.contains(&Norm::Iam));
        }
        match block.nested(name) {
            Some(nested) => block = &nested.block,
            None => return false,
        }
    }
    false
}
