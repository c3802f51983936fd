//! `terraform` and `provider` blocks.

use iac_core::body;
use iac_core::diagnostic::Diagnostic;
use iac_core::expression::{Expression, ObjectKey};
use iac_core::syntax::{Block, Content, Item, SourcePosition};
use iac_core::text::Text;

use super::{Decoder, root_name, version};
use crate::config::{ProviderConfiguration, RequiredProvider};

/// The default registry of provider sources.
const REGISTRY: &str = "registry.terraform.io";

/// Returns the full source address: `registry.terraform.io/hashicorp/aws` for `hashicorp/aws`.
pub(in crate::config) fn complete(source: &str) -> Text {
    let source = source.to_ascii_lowercase();
    match source.split('/').count() {
        1 if source == "terraform" => "terraform.io/builtin/terraform".into(),
        1 => format!("{REGISTRY}/hashicorp/{source}").into(),
        2 => format!("{REGISTRY}/{source}").into(),
        _ => source.into(),
    }
}

impl Decoder<'_> {
    pub(super) fn terraform(&mut self, _place: SourcePosition, block: Block) {
        const ARGUMENTS: &[&str] = &["required_version", "experiments", "language"];
        const BLOCKS: &[&str] = &["required_providers", "backend", "cloud", "provider_meta"];
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("required_version", Content::Argument(value)) => {
                    let constraint = self.literal_text(value, position, &name);
                    if constraint.as_deref().and_then(version::is_satisfiable) == Some(false) {
                        let diagnostic =
                            Diagnostic::error("unsupported-version", "Unsupported Terraform Core version")
                                .detail(
                                    "The configuration is for versions before 1.0, whose language differs.",
                                );
                        self.report(position, diagnostic.hint("change `required_version`"));
                    }
                }
                ("language", Content::Argument(value)) => {
                    if root_name(&value).is_none_or(|edition| edition != "TF2021") {
                        let diagnostic = Diagnostic::error("invalid-language", "Invalid language edition");
                        self.report(position, diagnostic.hint("remove the argument, or write `TF2021`"));
                    }
                }
                ("experiments", Content::Argument(value)) => {
                    if !self.static_list(value, position, &name).is_empty() {
                        let diagnostic =
                            Diagnostic::error("experiments", "Module uses experimental features").detail(
                                "Experimental features are available only in alpha releases of Terraform.",
                            );
                        self.report(position, diagnostic.hint("remove the argument"));
                    }
                }
                ("provider_meta", Content::Block(mut block)) => {
                    if let Some([provider]) = self.labels(&mut block, position, "provider_meta \"provider\"")
                    {
                        self.provider_local_name(&provider, position);
                    }
                }
                ("required_providers", Content::Block(block)) => {
                    let name = Text::from_static("required_providers");
                    if self.declare("block", &name, &Text::default(), position) {
                        self.required_providers(block);
                    }
                }
                ("backend", Content::Block(mut block)) => {
                    if let Some([label]) = self.labels(&mut block, position, "backend \"type\"") {
                        let body = self.body(block.body);
                        self.backend(position, Some(label), body);
                    }
                }
                ("cloud", Content::Block(block)) => {
                    let body = self.body(block.body);
                    self.backend(position, None, body);
                }
                (_, content) => {
                    self.unknown_item(&Item { name, position, content }, "`terraform`", ARGUMENTS, BLOCKS);
                }
            }
        }
    }

    fn backend(&mut self, position: SourcePosition, label: Option<Text>, body: body::Body) {
        if self.module.backend.is_some() {
            let summary = "duplicate backend configuration";
            let diagnostic = Diagnostic::error("duplicate-backend", summary);
            self.report(position, diagnostic.hint("keep a single `backend` or `cloud` block"));
        }
        self.module.backend = Some((label, body));
    }

    fn required_providers(&mut self, block: Block) {
        for Item { name, position, content } in block.body.items {
            let Content::Argument(value) = content else {
                self.unknown(&name, position, true, "`required_providers`", &[], &[]);
                continue;
            };
            self.provider_local_name(&name, position);
            let mut required =
                RequiredProvider { source: complete(&name), name, version: None, aliases: Vec::new() };
            match value {
                // The syntax before provider sources existed.
                Expression::String(version) => required.version = Some(version),
                Expression::Object(elements) => {
                    for (key, value) in elements {
                        match key {
                            ObjectKey::Name(key) if key == "source" => {
                                if let Some(source) = self.literal_text(value, position, "source") {
                                    let kind = source.rsplit('/').next().unwrap_or_default();
                                    if kind.starts_with("terraform-") {
                                        let diagnostic = Diagnostic::error("invalid-source", "Invalid provider type")
                                            .detail(format!("Provider source `{source}` has the type `{kind}`, which is the name of a repository."));
                                        self.report(
                                            position,
                                            diagnostic.hint("write the type without `terraform-provider-`"),
                                        );
                                    }
                                    required.source = complete(&source);
                                }
                            }
                            ObjectKey::Name(key) if key == "version" => {
                                required.version = self.literal_text(value, position, "version");
                            }
                            ObjectKey::Name(key) if key == "configuration_aliases" => {
                                let aliases = self.static_list(value, position, "configuration_aliases");
                                for alias in aliases {
                                    if let Some((name, Some(alias))) = self.provider_name(alias, position) {
                                        required.aliases.push((name, alias));
                                    }
                                }
                            }
                            ObjectKey::Name(key) => {
                                let known = &["source", "version", "configuration_aliases"];
                                self.unknown(
                                    &key,
                                    position,
                                    false,
                                    "an entry of `required_providers`",
                                    known,
                                    &[],
                                );
                            }
                            ObjectKey::Computed(_) => {}
                        }
                    }
                }
                _ => {
                    let summary =
                        format!("the requirement for provider `{}` must be an object", required.name);
                    let hint = format!("write `{} = {{ source = \"…\", version = \"…\" }}`", required.name);
                    self.report(position, Diagnostic::error("not-literal", summary).hint(hint));
                }
            }
            self.built_in(&required, position);
            if self.declare("required provider", &required.name.clone(), &Text::default(), position) {
                self.module.required_providers.push(required);
            }
        }
    }

    /// Checks the requirement of a provider that is a part of Terraform.
    fn built_in(&mut self, required: &RequiredProvider, position: SourcePosition) {
        let Some(name) = required.source.strip_prefix("terraform.io/builtin/") else { return };
        let detail = match required.version {
            _ if name != "terraform" => format!("Terraform has no built-in provider `{name}`."),
            Some(_) => "Built-in providers have no versions.".to_owned(),
            None => return,
        };
        let summary = "Invalid dependency on built-in provider";
        self.report(position, Diagnostic::error("invalid-source", summary).detail(detail));
    }

    pub(super) fn provider(&mut self, position: SourcePosition, mut block: Block) {
        let Some([name]) = self.labels(&mut block, position, "provider \"name\"") else { return };
        self.provider_local_name(&name, position);
        let mut alias = None;
        let mut items = Vec::new();
        for item in block.body.items {
            match (item.name.as_str(), item.content) {
                ("alias", Content::Argument(value)) => {
                    alias = self.literal_text(value, item.position, "alias");
                }
                // The version constraint before `required_providers` existed.
                ("version", Content::Argument(_)) => {}
                ("for_each", Content::Argument(_)) => {
                    self.other_engine("`for_each` in a provider block", "OpenTofu 1.9", item.position);
                }
                ("count" | "depends_on" | "source", Content::Argument(_)) => {
                    self.reserved(&item.name, item.position, false, "a provider block");
                }
                ("lifecycle" | "locals", Content::Block(_)) => {
                    self.reserved(&item.name, item.position, true, "a provider block");
                }
                (_, content) => items.extend(self.item(Item { content, ..item })),
            }
        }
        if self.declare("configuration of provider", &name, &alias.clone().unwrap_or_default(), position) {
            let location = self.location(position);
            let body = body::Body::from_items(items);
            self.module.providers.push(ProviderConfiguration { name, alias, body, location });
        }
    }
}
