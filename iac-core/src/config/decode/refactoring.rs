//! `moved`, `import` and `removed` blocks.

use super::Decoder;
use crate::config::{Import, Moved, Removed};
use crate::syntax::{Block, Content, Item, Place};

impl Decoder<'_> {
    pub(super) fn moved(&mut self, place: Place, block: Block) {
        let (mut from, mut to) = (None, None);
        for Item { name, place, content } in block.body.items {
            match (name.as_str(), content) {
                ("from", Content::Argument(value)) => from = Some(self.static_expression(value, place)),
                ("to", Content::Argument(value)) => to = Some(self.static_expression(value, place)),
                (_, content) => {
                    self.unknown_item(&Item { name, place, content }, "`moved`", &["from", "to"], &[]);
                }
            }
        }
        let location = self.location(place);
        match (from, to) {
            (Some(from), Some(to)) => self.module.moved.push(Moved { from, to, location }),
            (None, _) => self.missing(place, "`moved`", "from"),
            (_, None) => self.missing(place, "`moved`", "to"),
        }
    }

    pub(super) fn import(&mut self, place: Place, block: Block) {
        const ARGUMENTS: &[&str] = &["to", "id", "identity", "for_each", "provider"];
        let (mut to, mut id, mut identity, mut for_each, mut provider) = (None, None, None, None, None);
        for Item { name, place, content } in block.body.items {
            let Content::Argument(value) = content else {
                self.unknown(&name, place, true, "`import`", ARGUMENTS, &[]);
                continue;
            };
            match name.as_str() {
                "to" => to = Some(self.static_expression(value, place)),
                "id" => id = Some(value),
                "identity" => identity = Some(value),
                "for_each" => for_each = Some(value),
                "provider" => provider = self.provider_name(value, place),
                _ => self.unknown(&name, place, false, "`import`", ARGUMENTS, &[]),
            }
        }
        if id.is_none() && identity.is_none() {
            return self.missing(place, "`import`", "id");
        }
        let Some(to) = to else { return self.missing(place, "`import`", "to") };
        let location = self.location(place);
        self.module.imports.push(Import { to, id, identity, for_each, provider, location });
    }

    pub(super) fn removed(&mut self, place: Place, block: Block) {
        let (mut from, mut destroy) = (None, true);
        for Item { name, place, content } in block.body.items {
            match (name.as_str(), content) {
                ("from", Content::Argument(value)) => from = Some(self.static_expression(value, place)),
                ("lifecycle", Content::Block(block)) => {
                    for Item { name, place, content } in block.body.items {
                        match (name.as_str(), content) {
                            ("destroy", Content::Argument(value)) => {
                                destroy = self.literal_bool(&value, place, &name).unwrap_or(true);
                            }
                            (_, content) => {
                                let item = Item { name, place, content };
                                self.unknown_item(&item, "`lifecycle` of `removed`", &["destroy"], &[]);
                            }
                        }
                    }
                }
                // They affect how a change is applied, not the plan.
                ("provisioner" | "connection", Content::Block(_)) => {}
                (_, content) => {
                    let blocks = &["lifecycle", "provisioner", "connection"];
                    self.unknown_item(&Item { name, place, content }, "`removed`", &["from"], blocks);
                }
            }
        }
        let Some(from) = from else { return self.missing(place, "`removed`", "from") };
        let location = self.location(place);
        self.module.removed.push(Removed { from, destroy, location });
    }
}
