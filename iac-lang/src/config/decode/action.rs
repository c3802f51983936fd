//! `action` blocks, and the triggers that invoke them.

use iac_core::diagnostic::Diagnostic;
use iac_core::expression::Expression;
use iac_core::syntax::{Block, Content, Item, SourcePosition};

use super::{Decoder, root_name};
use crate::config::{Action, ActionTrigger, Meta};

/// The events of a trigger.
const EVENTS: &[&str] = &["before_create", "after_create", "before_update", "after_update"];

impl Decoder<'_> {
    pub(super) fn action(&mut self, position: SourcePosition, mut block: Block) {
        const ARGUMENTS: &[&str] = &["count", "for_each", "provider"];
        let Some([type_name, name]) = self.labels(&mut block, position, "action \"type\" \"name\"") else {
            return;
        };
        let (mut meta, mut config) = (Meta::default(), None);
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("count", Content::Argument(value)) => meta.count = Some(value),
                ("for_each", Content::Argument(value)) => meta.for_each = Some(value),
                ("provider", Content::Argument(value)) => meta.provider = self.provider_name(value, position),
                ("config", Content::Block(block)) if config.is_none() => config = Some(self.body(block.body)),
                ("config", Content::Block(_)) => {
                    let summary = "duplicate block `config` in `action`";
                    self.report(
                        position,
                        Diagnostic::error("duplicate-block", summary).hint("remove one of them"),
                    );
                }
                (_, content) => {
                    self.unknown_item(&Item { name, position, content }, "`action`", ARGUMENTS, &["config"]);
                }
            }
        }
        if meta.count.is_some() && meta.for_each.is_some() {
            self.count_and_for_each(position);
        }
        if self.declare("action", &type_name, &name, position) {
            let location = self.location(position);
            let body = config.unwrap_or_default();
            self.module.actions.push(Action { type_name, name, body, meta, location });
        }
    }

    /// Decodes an `action_trigger` block of a `lifecycle` block.
    pub(super) fn action_trigger(&mut self, position: SourcePosition, block: Block) -> Option<ActionTrigger> {
        const ARGUMENTS: &[&str] = &["events", "condition", "actions"];
        const OWNER: &str = "`action_trigger`";
        let (mut events, mut condition, mut actions) = (None, None, None);
        for Item { name, position, content } in block.body.items {
            match (name.as_str(), content) {
                ("events", Content::Argument(value)) => {
                    let listed = self.static_list(value, position, &name);
                    let names = listed.iter().map(|event| self.event(event, position)).collect();
                    events = Some(names);
                }
                ("condition", Content::Argument(value)) => condition = Some(value),
                ("actions", Content::Argument(value)) => {
                    actions = Some(self.static_list(value, position, &name));
                }
                (_, content) => {
                    self.unknown_item(&Item { name, position, content }, OWNER, ARGUMENTS, &[]);
                }
            }
        }
        if events.is_none() {
            self.missing(position, OWNER, "events");
        }
        if actions.is_none() {
            self.missing(position, OWNER, "actions");
        }
        let location = self.location(position);
        let events: Vec<Option<_>> = events?;
        let events = events.into_iter().flatten().collect();
        Some(ActionTrigger { events, condition, actions: actions?, location })
    }

    fn event(&mut self, event: &Expression, position: SourcePosition) -> Option<iac_core::text::Text> {
        let name = root_name(event).filter(|name| EVENTS.contains(&name.as_str()));
        if name.is_none() {
            let diagnostic = Diagnostic::error("invalid-event", "Invalid \"event\" value");
            self.report(position, diagnostic.hint(format!("expected one of: {}", EVENTS.join(", "))));
        }
        name
    }
}
