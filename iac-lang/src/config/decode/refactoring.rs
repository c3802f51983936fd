//! `moved`, `import` and `removed` blocks.

use iac_core::syntax::{Block, Content, Item, SourcePosition};

use super::Decoder;
use crate::config::{Import, Moved, Removed};

impl Decoder<'_> {
    pub(super) fn moved(&mut self, position: SourcePosition, block: Block) {
        let (mut from, mut to) = (None, None);
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("from", Content::Argument(value)) => from = Some(self.static_expression(value, position)),
                ("to", Content::Argument(value)) => to = Some(self.static_expression(value, position)),
                (_, content) => {
                    self.unknown_item(&Item { name, position, content }, "`moved`", &["from", "to"], &[]);
                }
            }
        }
        let location = self.location(position);
        match (from, to) {
            (Some(from), Some(to)) => self.module.moved.push(Moved { from, to, location }),
            (None, _) => self.missing(position, "`moved`", "from"),
            (_, None) => self.missing(position, "`moved`", "to"),
        }
    }

    pub(super) fn import(&mut self, position: SourcePosition, block: Block) {
        const ARGUMENTS: &[&str] = &["to", "id", "identity", "for_each", "provider"];
        let (mut to, mut id, mut identity, mut for_each, mut provider) = (None, None, None, None, None);
        for Item { name, position, content } in block.body.items {
            let Content::Argument(value) = content else {
                self.unknown(&name, position, true, "`import`", ARGUMENTS, &[]);
                continue;
            };
            match name.as_str() {
                "to" => to = Some(self.static_expression(value, position)),
                "id" => id = Some(value),
                "identity" => identity = Some(value),
                "for_each" => for_each = Some(value),
                "provider" => provider = self.provider_name(value, position),
                _ => self.unknown(&name, position, false, "`import`", ARGUMENTS, &[]),
            }
        }
        if id.is_none() && identity.is_none() {
            return self.missing(position, "`import`", "id");
        }
        let Some(to) = to else { return self.missing(position, "`import`", "to") };
        let location = self.location(position);
        self.module.imports.push(Import { to, id, identity, for_each, provider, location });
    }

    pub(super) fn removed(&mut self, position: SourcePosition, block: Block) {
        let (mut from, mut destroy) = (None, true);
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("from", Content::Argument(value)) => from = Some(self.static_expression(value, position)),
                ("lifecycle", Content::Block(block)) => {
                    for Item { name, position, content } in block.body.items {
                        match (name.as_str(), content) {
                            ("destroy", Content::Argument(value)) => {
                                destroy = self.literal_bool(&value, position, &name).unwrap_or(true);
                            }
                            (_, content) => {
                                let item = Item { name, position, content };
                                self.unknown_item(&item, "`lifecycle` of `removed`", &["destroy"], &[]);
                            }
                        }
                    }
                }
                // They affect how a change is applied, not the plan.
                ("provisioner" | "connection", Content::Block(_)) => {}
                (_, content) => {
                    let blocks = &["lifecycle", "provisioner", "connection"];
                    self.unknown_item(&Item { name, position, content }, "`removed`", &["from"], blocks);
                }
            }
        }
        let Some(from) = from else { return self.missing(position, "`removed`", "from") };
        let location = self.location(position);
        self.module.removed.push(Removed { from, destroy, location });
    }
}
