//! Rendering of a stack: its settings, then its entries in dependency order.

use std::collections::BTreeMap;

use super::HEADER;
use super::root_module::RootModule;
use crate::blocks::local::VALUE;
use crate::blocks::settings::{BACKEND, CLOUD, REQUIRED_PROVIDERS, REQUIRED_VERSION, provider_requirement};
use crate::body::{Body, Content};
use crate::builder::ProviderType;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expression::{Expression, ObjectKey, Target};
use crate::generic::{is_generic, is_valid};
use crate::handle::PROVIDER;
use crate::render::{Form, Head, RenderError, Renderer, Resolve};
use crate::stack::{Entry, EntryKind};
use crate::text::Text;

/// The versions of Terraform that support everything that can be rendered; write-only arguments need 1.11.
const TERRAFORM_VERSION: &str = ">= 1.11.0";

/// Renders a stack.
pub(super) fn render(
    form: Form,
    module: &RootModule<'_>,
    order: &[u32],
    diagnostics: &mut Diagnostics,
) -> String {
    let mut renderer = Renderer::new(form, Names(module));
    for line in HEADER {
        renderer.comment(line);
    }
    let mut document = Document { renderer, diagnostics };
    let settings = settings(module, document.diagnostics);
    document.block(None, "terraform", &[], &settings);
    let mut locals = Body::new();
    for &node in order {
        let (entry, body) = module.entry(node);
        if entry.kind == EntryKind::Local {
            // Consecutive locals share a block.
            locals.set(entry.name.clone(), body.argument(&VALUE).cloned().unwrap_or(Expression::Null));
            continue;
        }
        document.locals(&mut locals);
        document.entry(entry, body);
    }
    document.locals(&mut locals);
    document.renderer.finish()
}

/// A configuration in progress.
struct Document<'a, 'd> {
    renderer: Renderer<Names<'a>>,
    diagnostics: &'d mut Diagnostics,
}

impl Document<'_, '_> {
    fn entry(&mut self, entry: &Entry, body: &Body) {
        let keyword = entry.kind.keyword();
        match entry.kind {
            EntryKind::Settings => {}
            EntryKind::Resource(resource_type) => {
                self.block(Some(entry), keyword, &[resource_type.name, &entry.name], body);
            }
            EntryKind::Provider(provider) => self.block(Some(entry), keyword, &[provider.local_name], body),
            _ if entry.name.is_empty() => self.block(Some(entry), keyword, &[], body),
            _ => self.block(Some(entry), keyword, &[&entry.name], body),
        }
    }

    fn locals(&mut self, locals: &mut Body) {
        if !locals.is_empty() {
            self.block(None, "locals", &[], &std::mem::take(locals));
        }
    }

    fn block(&mut self, entry: Option<&Entry>, keyword: &str, labels: &[&str], body: &Body) {
        match self.renderer.block(&Head::new(keyword, labels), body) {
            // Reported by the scan, together with the argument.
            Ok(()) | Err(RenderError::NotFinite(_)) => {}
            Err(error) => self.diagnostics.push(not_rendered(&error, entry)),
        }
    }
}

/// Resolves entries into addresses.
struct Names<'a>(&'a RootModule<'a>);

impl Resolve for Names<'_> {
    fn write(&self, target: Target, out: &mut String) {
        let address = self.0.address(target);
        out.push_str(address.strip_prefix("provider.").unwrap_or(address));
    }
}

/// Builds the `terraform` block: the user's settings, and the providers that the stack uses.
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
                    let backends = [BACKEND, CLOUD];
                    let is_backend = backends.contains(&item.name.as_str());
                    if is_backend && backends.iter().any(|backend| rest.blocks(backend).next().is_some()) {
                        diagnostics.push(second_backend(entry));
                    }
                    rest.push_block(item.name.clone(), block.clone());
                }
                Content::Dynamic(_) => {}
            }
        }
    }
    let (providers, generic) = providers(module, diagnostics);
    for provider in providers {
        required.entry(Text::from_static(provider.local_name)).or_insert_with(|| {
            provider_requirement(Text::from_static(provider.source), Text::from_static(provider.version))
        });
    }
    for (provider, entry) in generic {
        if !required.contains_key(provider) {
            diagnostics.push(provider_not_declared(provider, entry));
        }
    }
    for (provider, entry) in module.function_providers() {
        if required.contains_key(provider) {
            continue;
        }
        if *provider == *"terraform" {
            let source = Expression::String(Text::from_static(ProviderType::BUILT_IN_SOURCE));
            let requirement = vec![(ObjectKey::Name(Text::from_static("source")), source)];
            required.insert(provider.clone(), Expression::Object(requirement));
        } else {
            diagnostics.push(provider_not_required(provider, entry));
        }
    }
    if !required.is_empty() {
        let providers = settings.block_mut(REQUIRED_PROVIDERS);
        for (name, requirement) in required {
            providers.set(name, requirement);
        }
    }
    settings.append(rest);
    settings
}

/// The local names of providers without bindings, with the first entry that uses each.
type Undescribed<'a> = BTreeMap<&'static str, &'a Entry>;

/// Returns the providers of the stack's resources and provider configurations, without duplicates, and the local names of
/// providers that only generic resources use.
fn providers<'a>(
    module: &'a RootModule<'_>,
    diagnostics: &mut Diagnostics,
) -> (Vec<&'static ProviderType>, Undescribed<'a>) {
    let mut providers: Vec<&'static ProviderType> = Vec::new();
    let mut generic = Undescribed::new();
    for entry in module.entries() {
        let provider = match entry.kind {
            EntryKind::Resource(resource_type) if is_generic(resource_type) => {
                // A selected configuration is an entry itself, and invalid types are reported with the names.
                if entry.body.argument(&PROVIDER).is_none() && is_valid(resource_type) {
                    generic.entry(resource_type.provider.local_name).or_insert(entry);
                }
                continue;
            }
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
    (providers, generic)
}

fn provider_conflict(entry: &Entry, first: &ProviderType, second: &ProviderType) -> Diagnostic {
    let name = first.local_name;
    let [first, second] = [first, second].map(|provider| format!("{} {}", provider.source, provider.version));
    Diagnostic::error(
        "provider-conflict",
        format!("conflicting providers named `{name}`: {first} and {second}"),
    )
    .address(entry.display_address())
    .at(entry.source.outer)
    .hint("use a single version of the provider, of bindings as well")
}

fn provider_not_declared(provider: &str, entry: &Entry) -> Diagnostic {
    let summary = format!("the provider `{provider}` of `{}` is not declared", entry.display_address());
    Diagnostic::error("provider-not-declared", summary)
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail("The provider of a resource without bindings is the part of its type before the first `_`.")
        .hint(format!(
            "add `Provider::of(\"NAMESPACE/{provider}\", \"~> VERSION\")`, or `Terraform::new().required_provider(…)` \
             if it needs no configuration"
        ))
}

fn provider_not_required(provider: &str, entry: &Entry) -> Diagnostic {
    let summary =
        format!("a function of provider `{provider}` is called, but the stack does not require the provider");
    Diagnostic::error("provider-not-required", summary)
        .address(entry.display_address())
        .at(entry.source.outer)
        .detail(
            "Unlike resources and provider configurations, functions do not specify the provider's source.",
        )
        .hint(format!(
            "add a provider configuration, or `Terraform::new().required_provider(\"{provider}\", …)`"
        ))
}

fn second_backend(entry: &Entry) -> Diagnostic {
    Diagnostic::error("duplicate-backend", "the stack has more than one backend")
        .at(entry.source.outer)
        .hint("keep a single `Backend` or `Cloud`")
}

fn not_rendered(error: &RenderError, entry: Option<&Entry>) -> Diagnostic {
    let diagnostic = Diagnostic::error("not-renderable", error.to_string());
    match entry {
        Some(entry) => diagnostic.address(entry.display_address()).at(entry.source.outer),
        None => diagnostic,
    }
}
