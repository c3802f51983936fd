//! `resource`, `data` and `ephemeral` blocks.

use iac_core::address::ResourceMode;
use iac_core::body;
use iac_core::diagnostic::Diagnostic;
use iac_core::expression::{Expression, Operation};
use iac_core::syntax::{Block, Content, Item, SourcePosition};

use super::Decoder;
use crate::config::{IgnoreChanges, Lifecycle, Meta, Resource};

impl Decoder<'_> {
    /// Decodes a top-level resource.
    pub(super) fn resource(
        &mut self,
        keyword: &str,
        position: SourcePosition,
        block: Block,
    ) -> Option<Resource> {
        let resource = self.undeclared_resource(keyword, position, block)?;
        let kind = match resource.mode {
            ResourceMode::Managed => "resource",
            ResourceMode::Data => "data source",
            ResourceMode::Ephemeral => "ephemeral resource",
        };
        self.declare(kind, &resource.type_name, &resource.name, position).then_some(resource)
    }

    /// Decodes a resource without checking that its name is unique.
    pub(super) fn undeclared_resource(
        &mut self,
        keyword: &str,
        position: SourcePosition,
        mut block: Block,
    ) -> Option<Resource> {
        let (mode, form) = match keyword {
            "data" => (ResourceMode::Data, "data \"type\" \"name\""),
            "ephemeral" => (ResourceMode::Ephemeral, "ephemeral \"type\" \"name\""),
            _ => (ResourceMode::Managed, "resource \"type\" \"name\""),
        };
        let [type_name, name] = self.labels(&mut block, position, form)?;
        let mut meta = Meta::default();
        let mut items = Vec::with_capacity(block.body.items.len());
        for item in block.body.items {
            if let Some(item) = self.argument_or_meta(item, &mut meta, mode) {
                items.extend(self.item(item));
            }
        }
        if meta.count.is_some() && meta.for_each.is_some() {
            self.count_and_for_each(position);
        }
        // Without the argument, the type names the provider.
        if let (None, Some((provider, _))) = (&meta.provider, type_name.split_once('_'))
            && provider.ends_with('-')
        {
            self.provider_local_name(provider, position);
        }
        let location = self.location(position);
        let mut body = body::Body::from_items(items);
        // Everything in `_` belongs to the provider, whatever its name.
        if body.blocks("_").next().is_some() {
            let escaped: Vec<_> = body.blocks("_").map(|block| block.body.clone()).collect();
            body.remove("_");
            for inner in escaped {
                body.append(inner);
            }
        }
        Some(Resource { mode, type_name, name, location, body, meta })
    }

    pub(super) fn count_and_for_each(&mut self, position: SourcePosition) {
        let diagnostic =
            Diagnostic::error("conflicting-arguments", "conflicting arguments `count` and `for_each`");
        self.report(position, diagnostic.hint("remove one of them"));
    }

    /// Keeps a meta-argument; returns any other item.
    fn argument_or_meta(&mut self, item: Item, meta: &mut Meta, mode: ResourceMode) -> Option<Item> {
        let Item { name, position, content } = item;
        match (name.as_str(), content) {
            ("count", Content::Argument(value)) => meta.count = Some(value),
            ("for_each", Content::Argument(value)) => meta.for_each = Some(value),
            ("provider", Content::Argument(value)) => meta.provider = self.provider_name(value, position),
            ("depends_on", Content::Argument(value)) => {
                meta.depends_on = self.addresses(value, position, "depends_on");
            }
            ("lifecycle", Content::Block(block)) => self.lifecycle(block, &mut meta.lifecycle, mode),
            // They affect how a change is applied, not the plan; but their references are checked.
            ("provisioner", Content::Block(block)) => {
                self.provisioner(position, block, &mut meta.provisioners);
            }
            ("connection", Content::Block(block)) => {
                let body = self.body(block.body);
                meta.provisioners.push(body);
            }
            ("locals", Content::Block(_)) => self.reserved(&name, position, true, "a resource block"),
            ("lifecycle" | "provisioner" | "connection", Content::Argument(_)) => {
                self.unknown(
                    &name,
                    position,
                    false,
                    "a resource",
                    &[],
                    &["lifecycle", "provisioner", "connection"],
                );
            }
            ("count" | "for_each" | "provider" | "depends_on", Content::Block(_)) => {
                let known = &["count", "for_each", "provider", "depends_on"];
                self.unknown(&name, position, true, "a resource", known, &[]);
            }
            (_, content) => return Some(Item { name, position, content }),
        }
        None
    }

    fn lifecycle(&mut self, block: Block, lifecycle: &mut Lifecycle, mode: ResourceMode) {
        const ARGUMENTS: &[&str] =
            &["create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"];
        let is_managed = mode == ResourceMode::Managed;
        let arguments = if is_managed { ARGUMENTS } else { &[] };
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("create_before_destroy", Content::Argument(value)) if is_managed => {
                    lifecycle.create_before_destroy = self.literal_bool(&value, position, &name);
                }
                ("prevent_destroy", Content::Argument(value)) if is_managed => {
                    lifecycle.prevent_destroy =
                        self.literal_bool(&value, position, &name).unwrap_or_default();
                }
                ("ignore_changes", Content::Argument(value)) if is_managed => {
                    lifecycle.ignore_changes = self.ignore_changes(value, position);
                }
                ("replace_triggered_by", Content::Argument(value)) if is_managed => {
                    lifecycle.replace_triggered_by = self.static_list(value, position, &name);
                }
                ("precondition", Content::Block(block)) => {
                    lifecycle.preconditions.extend(self.condition("precondition", position, block));
                }
                ("postcondition", Content::Block(block)) => {
                    lifecycle.postconditions.extend(self.condition("postcondition", position, block));
                }
                ("action_trigger", Content::Block(block)) if is_managed => {
                    lifecycle.action_triggers.extend(self.action_trigger(position, block));
                }
                ("enabled", Content::Argument(_)) => {
                    self.other_engine("`enabled` in `lifecycle`", "OpenTofu 1.11", position);
                }
                (_, content) => {
                    let item = Item { name, position, content };
                    self.unknown_item(&item, "`lifecycle`", arguments, &["precondition", "postcondition"]);
                }
            }
        }
    }

    fn ignore_changes(&mut self, value: Expression, position: SourcePosition) -> IgnoreChanges {
        let is_all = |value: &Expression| match value {
            Expression::String(text) => *text == "all",
            Expression::Operation(operation) => {
                matches!(&**operation, Operation::Name(name) if *name == "all")
            }
            _ => false,
        };
        match value {
            value if is_all(&value) => IgnoreChanges::All,
            Expression::List(elements)
                if elements.iter().any(|each| matches!(each, Expression::String(star) if *star == "*")) =>
            {
                let diagnostic =
                    Diagnostic::error("invalid-ignore-changes", "Invalid ignore_changes wildcard");
                self.report(
                    position,
                    diagnostic.hint("to ignore all arguments, write `ignore_changes = all`"),
                );
                IgnoreChanges::All
            }
            value => IgnoreChanges::Paths(self.static_list(value, position, "ignore_changes")),
        }
    }
}
