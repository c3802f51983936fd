//! `provisioner` blocks.

use iac_core::body;
use iac_core::diagnostic::Diagnostic;
use iac_core::expression::Expression;
use iac_core::syntax::{Block, Content, Item, SourcePosition};

use super::{Decoder, root_name};

/// The provisioners that Terraform had before version 0.15.
const REMOVED: &[&str] = &["chef", "habitat", "puppet", "salt-masterless"];

impl Decoder<'_> {
    /// Checks a provisioner, and keeps its content.
    pub(super) fn provisioner(
        &mut self,
        position: SourcePosition,
        mut block: Block,
        bodies: &mut Vec<body::Body>,
    ) {
        let Some([name]) = self.labels(&mut block, position, "provisioner \"type\"") else { return };
        if REMOVED.contains(&name.as_str()) {
            let summary = format!("The \"{name}\" provisioner has been removed");
            self.report(position, Diagnostic::error("unknown-provisioner", summary).hint("remove the block"));
        }
        for once in ["connection", "_"] {
            let mut blocks = block.body.items.iter().filter(|item| item.name == once);
            if let Some(second) = blocks.nth(1) {
                let position = second.position;
                let summary = format!("duplicate block `{once}` in `provisioner`");
                self.report(
                    position,
                    Diagnostic::error("duplicate-block", summary).hint("remove one of them"),
                );
            }
        }
        let mut items = Vec::with_capacity(block.body.items.len());
        for item in block.body.items {
            match (item.name.as_str(), item.content) {
                ("when", Content::Argument(value)) => {
                    self.keyword(&value, item.position, "when", &["create", "destroy"]);
                }
                ("on_failure", Content::Argument(value)) => {
                    self.keyword(&value, item.position, "on_failure", &["continue", "fail"]);
                }
                ("connection", Content::Block(block)) => bodies.push(self.body(block.body)),
                (_, content) => items.extend(self.item(Item { content, ..item })),
            }
        }
        bodies.push(body::Body::from_items(items));
    }

    /// Checks an argument that takes one of several words.
    fn keyword(&mut self, value: &Expression, position: SourcePosition, name: &str, words: &[&str]) {
        let word = match value {
            Expression::String(word) => Some(word.clone()),
            value => root_name(value),
        };
        if word.is_none_or(|word| !words.contains(&word.as_str())) {
            let diagnostic = Diagnostic::error("invalid-keyword", format!("Invalid \"{name}\" keyword"));
            self.report(position, diagnostic.hint(format!("write `{}` or `{}`", words[0], words[1])));
        }
    }
}
