//! `module` and `check` blocks.

use iac_core::body;
use iac_core::diagnostic::Diagnostic;
use iac_core::expression::{Expression, ObjectKey};
use iac_core::syntax::{Block, Content, Item, SourcePosition};
use iac_core::text::Text;

use super::{Decoder, constant};
use crate::config::{Check, Meta, ModuleCall, PassedProvider};
use crate::references::visit;

impl Decoder<'_> {
    pub(super) fn call(&mut self, position: SourcePosition, mut block: Block) {
        let Some([name]) = self.labels(&mut block, position, "module \"name\"") else { return };
        let (mut source, mut version, mut is_computed) = (None, None, false);
        let (mut meta, mut providers, mut arguments) = (Meta::default(), Vec::new(), Vec::new());
        for Item { name, position, content } in block.body.items {
            let Content::Argument(value) = content else {
                if name == "lifecycle" {
                    self.other_engine("`lifecycle` in `module`", "OpenTofu 1.11", position);
                } else {
                    self.unknown(&name, position, true, "`module`", &[], &[]);
                }
                continue;
            };
            match name.as_str() {
                "source" if depends_on_values(&value) => {
                    is_computed = true;
                    source = self.written(position);
                }
                "version" if depends_on_values(&value) => {}
                "source" => source = self.literal_text(value, position, &name),
                "version" => version = self.literal_text(value, position, &name),
                "count" => meta.count = Some(value),
                "for_each" => meta.for_each = Some(value),
                "depends_on" => meta.depends_on = self.addresses(value, position, &name),
                "providers" => providers = self.passed_providers(value, position),
                _ => arguments.push(body::Item { name, content: body::Content::Argument(value) }),
            }
        }
        if meta.count.is_some() && meta.for_each.is_some() {
            self.count_and_for_each(position);
        }
        if !self.declare("module call", &name, &Text::default(), position) {
            return;
        }
        let Some(source) = source else { return self.missing(position, "`module`", "source") };
        if !is_computed && !source.starts_with('.') && !source.contains(['/', ':', '\\']) {
            let diagnostic = Diagnostic::error("invalid-source", "Invalid module source address")
                .detail(format!("`{source}` is neither a path nor a registry address."));
            self.report(
                position,
                diagnostic.hint(format!("for a module in a directory, write `./{source}`")),
            );
        }
        let location = self.location(position);
        let arguments = body::Body::from_items(arguments);
        let call = ModuleCall { name, source, version, arguments, meta, providers, module: None, location };
        self.module.calls.push(call);
    }

    /// Returns the text of an argument's value, which is on one line.
    fn written(&self, position: SourcePosition) -> Option<Text> {
        let (_, value) = self.sources.text(position)?.lines().next()?.split_once('=')?;
        Some(value.trim().into())
    }

    fn passed_providers(&mut self, value: Expression, position: SourcePosition) -> Vec<PassedProvider> {
        let Expression::Object(elements) = value else {
            let diagnostic = Diagnostic::error("not-literal", "`providers` must be an object");
            self.report(position, diagnostic.hint("write `providers = { aws = aws.west }`"));
            return Vec::new();
        };
        let pairs = elements.into_iter().filter_map(|(key, outer)| {
            let inner = match key {
                ObjectKey::Name(name) => Expression::String(name),
                ObjectKey::Computed(key) => key,
            };
            let inner = self.provider_name(inner, position)?;
            Some(PassedProvider { inner, outer: self.provider_name(outer, position)? })
        });
        pairs.collect()
    }

    pub(super) fn check(&mut self, position: SourcePosition, mut block: Block) {
        let Some([name]) = self.labels(&mut block, position, "check \"name\"") else { return };
        let (mut data, mut assertions) = (None, Vec::new());
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("data", Content::Block(block)) if data.is_none() => {
                    data = self.undeclared_resource("data", position, block);
                }
                ("data", Content::Block(_)) => {
                    let diagnostic =
                        Diagnostic::error("duplicate-block", "more than one data source in `check`");
                    self.report(
                        position,
                        diagnostic.hint("move the second one to a `check` block of its own"),
                    );
                }
                ("assert", Content::Block(block)) => {
                    assertions.extend(self.condition("assert", position, block));
                }
                (_, content) => {
                    self.unknown_item(&Item { name, position, content }, "`check`", &[], &["data", "assert"]);
                }
            }
        }
        if assertions.is_empty() {
            let diagnostic = Diagnostic::error("missing-block", "missing block `assert` in `check`");
            self.report(position, diagnostic.hint("add `assert { condition = … error_message = … }`"));
        }
        if self.declare("check", &name, &Text::default(), position) {
            let location = self.location(position);
            self.module.checks.push(Check { name, data, assertions, location });
        }
    }
}

/// Returns true if an expression refers to variables or local values. Terraform since 1.15 and OpenTofu evaluate it when
/// they install modules; the manifest of modules tells the result.
fn depends_on_values(value: &Expression) -> bool {
    if constant::text(value.clone()).is_ok() {
        return false;
    }
    let (mut refers, mut only) = (false, true);
    visit(value, &mut |reference| {
        refers = true;
        only &= matches!(reference.root, "var" | "local" | "path" | "terraform" | "tofu");
    });
    refers && only
}
