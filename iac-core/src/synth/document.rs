//! A stack as text: its settings, and then its entries in the order of their dependencies.

use std::collections::BTreeMap;

use super::Syntax;
use super::root_module::RootModule;
use crate::app::HEADER;
use crate::blocks::local::VALUE;
use crate::blocks::settings::{BACKEND, CLOUD, REQUIRED_PROVIDERS, REQUIRED_VERSION, provider_requirement};
use crate::body::{Body, Content};
use crate::builder::ProviderType;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expression::{Expression, Target};
use crate::render::{Renderer, Resolve};
use crate::stack::{Entry, EntryKind};
use crate::text::Text;

/// The versions of Terraform that understand everything that can be rendered; write-only arguments came with 1.11.
const TERRAFORM_VERSION: &str = ">= 1.11.0";

/// Renders a stack.
pub(super) fn render(
    syntax: Syntax,
    module: &RootModule<'_>,
    order: &[u32],
    diagnostics: &mut Diagnostics,
) -> String {
    let mut renderer = Renderer::new(syntax, Names(module));
    for line in HEADER {
        renderer.comment(line);
    }
    renderer.block("terraform", &[], &settings(module, diagnostics));
    let mut locals = Body::new();
    for &node in order {
        let (entry, body) = module.entry(node);
        if entry.kind == EntryKind::Local {
            // Locals that follow one another share a block.
            locals.set(entry.name.clone(), body.argument(&VALUE).cloned().unwrap_or(Expression::Null));
            continue;
        }
        if !locals.is_empty() {
            renderer.block("locals", &[], &std::mem::take(&mut locals));
        }
        if entry.kind == EntryKind::Settings {
            continue;
        }
        let keyword = entry.kind.keyword();
        match entry.kind {
            EntryKind::Resource(resource_type) => {
                renderer.block(keyword, &[resource_type.name, &entry.name], body)
            }
            EntryKind::Provider(provider) => renderer.block(keyword, &[provider.local_name], body),
            _ if entry.name.is_empty() => renderer.block(keyword, &[], body),
            _ => renderer.block(keyword, &[&entry.name], body),
        }
        if let Err(unbound) = renderer.check() {
            diagnostics.push(unbound_variable(entry));
            let _ = unbound;
        }
    }
    if !locals.is_empty() {
        renderer.block("locals", &[], &locals);
    }
    renderer.finish()
}

/// How entries are called in expressions.
struct Names<'a>(&'a RootModule<'a>);

impl Resolve for Names<'_> {
    fn write(&self, target: Target, out: &mut String) {
        let address = self.0.address(target);
        out.push_str(address.strip_prefix("provider.").unwrap_or(address));
    }
}

/// The `terraform` block: what the user set, and the providers that the stack uses.
fn settings(module: &RootModule<'_>, diagnostics: &mut Diagnostics) -> Body {
    let mut settings = Body::new();
    settings.set(REQUIRED_VERSION, Expression::String(Text::from_static(TERRAFORM_VERSION)));
    let mut required: BTreeMap<Text, Expression> = BTreeMap::new();
    let mut rest = Body::new();
    for entry in module.entries().filter(|entry| entry.kind == EntryKind::Settings) {
        for item in entry.body.items() {
            match &item.content {
                Content::Argument(value) => settings.set(item.name.clone(), value.clone()),
                Content::Block(block) if item.name == REQUIRED_PROVIDERS => {
                    required
                        .extend(block.body.arguments().map(|(name, value)| (name.clone(), value.clone())));
                }
                Content::Block(block) => {
                    let places = [BACKEND, CLOUD];
                    let is_place = places.contains(&item.name.as_str());
                    if is_place && places.iter().any(|place| rest.blocks(place).next().is_some()) {
                        diagnostics.push(second_backend(entry));
                    }
                    rest.push_block(item.name.clone(), block.clone());
                }
                Content::Dynamic(_) => {}
            }
        }
    }
    for provider in providers(module, diagnostics) {
        required.entry(Text::from_static(provider.local_name)).or_insert_with(|| {
            provider_requirement(Text::from_static(provider.source), Text::from_static(provider.version))
        });
    }
    if !required.is_empty() {
        let providers = settings.block_mut(REQUIRED_PROVIDERS);
        required.into_iter().for_each(|(name, requirement)| providers.set(name, requirement));
    }
    settings.append(rest);
    settings
}

/// The providers of the stack's resources and provider configurations, each once.
fn providers(module: &RootModule<'_>, diagnostics: &mut Diagnostics) -> Vec<&'static ProviderType> {
    let mut providers: Vec<&'static ProviderType> = Vec::new();
    for entry in module.entries() {
        let provider = match entry.kind {
            EntryKind::Resource(resource_type) => resource_type.provider,
            EntryKind::Provider(provider) => provider,
            _ => continue,
        };
        if provider.source == ProviderType::BUILT_IN_SOURCE || providers.contains(&provider) {
            continue;
        }
        if let Some(other) = providers.iter().find(|other| other.local_name == provider.local_name) {
            diagnostics.push(provider_conflict(entry, other, provider));
        }
        providers.push(provider);
    }
    providers
}

fn provider_conflict(entry: &Entry, first: &ProviderType, second: &ProviderType) -> Diagnostic {
    let name = first.local_name;
    let [first, second] = [first, second].map(|provider| format!("{} {}", provider.source, provider.version));
    Diagnostic::error("provider-conflict", format!("`{name}` is {first} and {second} in the same stack"))
        .address(entry.display_address())
        .at(entry.source.outer)
        .hint("use bindings of one version of the provider")
}

fn second_backend(entry: &Entry) -> Diagnostic {
    Diagnostic::error("duplicate-backend", "the stack has a second place for its state")
        .at(entry.source.outer)
        .hint("add one `Backend` or `Cloud`")
}

fn unbound_variable(entry: &Entry) -> Diagnostic {
    let address = entry.display_address();
    Diagnostic::error("unbound-variable", format!("`{address}` uses the element of a loop outside of it"))
        .address(address)
        .at(entry.source.outer)
        .detail("What `map`, `filter` or `dynamic` gives to its closure has a meaning in the closure's result only.")
}
