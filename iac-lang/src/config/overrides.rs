//! Override files, whose settings replace those of the other files.

use std::collections::HashMap;

use iac_core::diagnostic::Diagnostic;
use iac_core::expression::Expression;
use iac_core::syntax::{Block, Content, Item, SourcePosition};
use iac_core::text::Text;

/// The identity of a block in its module: type, labels, and the alias of a provider.
type Key = (Text, Vec<Text>, Option<Text>);

fn key(name: &Text, block: &Block) -> Key {
    let labels = block.labels.iter().map(|label| label.text.clone()).collect();
    let alias = block.body.items.iter().find_map(|item| match &item.content {
        Content::Argument(Expression::String(alias)) if item.name == "alias" => Some(alias.clone()),
        _ => None,
    });
    (name.clone(), labels, alias.filter(|_| name == "provider"))
}

/// Merges the blocks of override files into those of the other files.
pub(super) fn merge(
    base: &mut Vec<Item>,
    overrides: Vec<Item>,
    mut report: impl FnMut(SourcePosition, Diagnostic),
) {
    if overrides.is_empty() {
        return;
    }
    let mut positions: HashMap<Key, usize> = HashMap::new();
    for (position, item) in base.iter().enumerate() {
        if let Content::Block(block) = &item.content {
            positions.entry(key(&item.name, block)).or_insert(position);
        }
    }
    for item in overrides {
        let Item { name, position, content: Content::Block(block) } = item else {
            base.push(item);
            continue;
        };
        match name.as_str() {
            "terraform" | "locals" => {
                let mut block = block;
                block.body.items.retain_mut(|inner| {
                    let found = take_settings(base, &name, inner);
                    if !found && name == "locals" {
                        report(inner.position, nothing_to_override(&format!("local.{}", inner.name)));
                    }
                    !(found && inner.name == "required_providers")
                });
                base.push(Item { name, position, content: Content::Block(block) });
            }
            "resource" | "data" | "ephemeral" | "action" | "module" | "variable" | "output" | "provider" => {
                let key = key(&name, &block);
                match positions.get(&key) {
                    Some(position) => {
                        if let Content::Block(base) = &mut base[*position].content {
                            merge_block(base, block, &mut report);
                        }
                    }
                    // A provider without a block has an empty configuration.
                    None if name == "provider" && key.2.is_none() => {
                        base.push(Item { name, position, content: Content::Block(block) });
                    }
                    None => {
                        let labels: Vec<_> = key.1.iter().map(Text::as_str).collect();
                        report(position, nothing_to_override(&format!("{name}.{}", labels.join("."))));
                    }
                }
            }
            "moved" | "import" | "removed" | "check" => {
                let summary = format!("`{name}` blocks are not allowed in override files");
                let diagnostic = Diagnostic::error("override", summary);
                report(position, diagnostic.hint("move the block to a regular configuration file"));
            }
            // Decoding will report that it is unsupported.
            _ => base.push(Item { name, position, content: Content::Block(block) }),
        }
    }
}

fn nothing_to_override(address: &str) -> Diagnostic {
    Diagnostic::error("override", format!("cannot override `{address}`: it is not declared"))
        .hint("override files only change blocks of other files; declare it in one of them")
}

/// Removes the settings that an argument or block of an override replaces. The requirements of providers of an override
/// move to the block that they change.
fn take_settings(base: &mut [Item], name: &str, by: &mut Item) -> bool {
    let mut found = false;
    let bodies =
        base.iter_mut().filter(|item| item.name == name).filter_map(|item| match &mut item.content {
            Content::Block(block) => Some(&mut block.body),
            Content::Argument(_) => None,
        });
    for body in bodies {
        if by.name == "required_providers" {
            let Content::Block(by) = &mut by.content else { continue };
            let required = body.items.iter_mut().filter(|item| item.name == "required_providers");
            for item in required {
                if let Content::Block(required) = &mut item.content {
                    required.body.items.retain(|item| by.body.items.iter().all(|by| by.name != item.name));
                    required.body.items.append(&mut by.body.items);
                    found = true;
                }
            }
            continue;
        }
        let before = body.items.len();
        let is_backend = |name: &str| matches!(name, "backend" | "cloud");
        body.items.retain(|item| item.name != by.name && !(is_backend(&item.name) && is_backend(&by.name)));
        found |= body.items.len() < before;
    }
    found
}

/// Returns the block type or argument name that an item configures.
fn subject(item: &Item) -> Text {
    match &item.content {
        Content::Block(Block { labels, .. }) if item.name == "dynamic" => {
            labels.first().map_or_else(Text::default, |label| label.text.clone())
        }
        _ => item.name.clone(),
    }
}

fn merge_block(base: &mut Block, by: Block, report: &mut impl FnMut(SourcePosition, Diagnostic)) {
    let replaced: Vec<Text> =
        by.body.items.iter().map(subject).filter(|subject| *subject != "lifecycle").collect();
    base.body.items.retain(|item| !replaced.contains(&subject(item)));
    // Terraform merges both, and then `count` takes precedence.
    let is_counted = base.body.items.iter().any(|item| item.name == "count");
    if replaced.iter().any(|name| *name == "count") {
        base.body.items.retain(|item| item.name != "for_each");
    }
    for item in by.body.items {
        if is_counted && item.name == "for_each" {
            continue;
        }
        if item.name == "depends_on" {
            let diagnostic = Diagnostic::error("override", "`depends_on` cannot be overridden");
            report(item.position, diagnostic.hint("change it in the original block"));
            continue;
        }
        let earlier = base.body.items.iter_mut().find(|other| other.name == "lifecycle");
        match (item, earlier) {
            (
                Item { name, content: Content::Block(by), .. },
                Some(Item { content: Content::Block(lifecycle), .. }),
            ) if name == "lifecycle" => merge_block(lifecycle, by, report),
            (item, _) => base.body.items.push(item),
        }
    }
}
