//! `module` and `check` blocks.

use super::Decoder;
use crate::body;
use crate::config::{Check, Meta, ModuleCall, PassedProvider};
use crate::diagnostic::Diagnostic;
use crate::expression::{Expression, ObjectKey};
use crate::syntax::{Block, Content, Item, Place};
use crate::text::Text;

impl Decoder<'_> {
    pub(super) fn call(&mut self, place: Place, mut block: Block) {
        let Some([name]) = self.labels(&mut block, place, "module \"name\"") else { return };
        let (mut source, mut version) = (None, None);
        let (mut meta, mut providers, mut arguments) = (Meta::default(), Vec::new(), Vec::new());
        for Item { name, place, content } in block.body.items {
            let Content::Argument(value) = content else {
                self.unknown(&name, place, true, "`module`", &[], &[]);
                continue;
            };
            match name.as_str() {
                "source" => source = self.literal_text(value, place, &name),
                "version" => version = self.literal_text(value, place, &name),
                "count" => meta.count = Some(value),
                "for_each" => meta.for_each = Some(value),
                "depends_on" => meta.depends_on = self.static_list(value, place, &name),
                "providers" => providers = self.passed_providers(value, place),
                _ => arguments.push(body::Item { name, content: body::Content::Argument(value) }),
            }
        }
        if meta.count.is_some() && meta.for_each.is_some() {
            self.count_and_for_each(place);
        }
        if !self.declare("module call", &name, &Text::default(), place) {
            return;
        }
        let Some(source) = source else { return self.missing(place, "`module`", "source") };
        let location = self.location(place);
        let arguments = body::Body::from_items(arguments);
        let call = ModuleCall { name, source, version, arguments, meta, providers, module: None, location };
        self.module.calls.push(call);
    }

    fn passed_providers(&mut self, value: Expression, place: Place) -> Vec<PassedProvider> {
        let Expression::Object(elements) = value else {
            let diagnostic = Diagnostic::error("not-literal", "`providers` must be an object");
            self.report(place, diagnostic.hint("write `providers = { aws = aws.west }`"));
            return Vec::new();
        };
        let pairs = elements.into_iter().filter_map(|(key, outer)| {
            let inner = match key {
                ObjectKey::Name(name) => Expression::String(name),
                ObjectKey::Computed(key) => key,
            };
            let inner = self.provider_name(inner, place)?;
            Some(PassedProvider { inner, outer: self.provider_name(outer, place)? })
        });
        pairs.collect()
    }

    pub(super) fn check(&mut self, place: Place, mut block: Block) {
        let Some([name]) = self.labels(&mut block, place, "check \"name\"") else { return };
        let (mut data, mut assertions) = (None, Vec::new());
        for Item { name, place, content } in block.body.items {
            match (name.as_str(), content) {
                ("data", Content::Block(block)) if data.is_none() => {
                    data = self.undeclared_resource("data", place, block);
                }
                ("data", Content::Block(_)) => {
                    let diagnostic =
                        Diagnostic::error("duplicate-block", "more than one data source in `check`");
                    self.report(place, diagnostic.hint("move the second one to a `check` block of its own"));
                }
                ("assert", Content::Block(block)) => {
                    assertions.extend(self.condition("assert", place, block));
                }
                (_, content) => {
                    self.unknown_item(&Item { name, place, content }, "`check`", &[], &["data", "assert"]);
                }
            }
        }
        if assertions.is_empty() {
            let diagnostic = Diagnostic::error("missing-block", "missing block `assert` in `check`");
            self.report(place, diagnostic.hint("add `assert { condition = … error_message = … }`"));
        }
        if self.declare("check", &name, &Text::default(), place) {
            let location = self.location(place);
            self.module.checks.push(Check { name, data, assertions, location });
        }
    }
}
