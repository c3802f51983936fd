//! Terraform's JSON syntax.
//!
//! JSON distinguishes neither blocks from arguments nor expressions from literals. Terraform's own blocks are known
//! here; blocks of a provider's schema stay arguments.

use iac_core::syntax::{
    Block, Body, Content, Item, Json, Label, Result, SourcePosition, Strings, TYPICAL_ITEMS, check_arguments,
};
use iac_core::text::Text;

/// Reads a file and calls `add` with each top-level block, including those before a syntax error.
pub(super) fn read(text: &str, source: u16, add: &mut dyn FnMut(Item)) -> Result<()> {
    let mut reader = Reader { source, add };
    let mut json = Json::new(text);
    if json.peek() == b'[' {
        json.list(|json| reader.root(json))?;
    } else {
        reader.root(&mut json)?;
    }
    json.end()
}

struct Reader<'a> {
    source: u16,
    add: &'a mut dyn FnMut(Item),
}

/// The kind of body: the type of its block, or a stand-in for it.
type Kind<'a> = &'a str;

/// Returns the number of labels of a block.
fn labels(kind: Kind<'_>) -> usize {
    match kind {
        "resource" | "data" | "ephemeral" | "action" => 2,
        "module" | "variable" | "output" | "provider" | "check" | "backend" | "provisioner"
        | "provider_meta" => 1,
        _ => 0,
    }
}

/// Returns true if a member of a body is a block.
fn is_block(kind: Kind<'_>, name: &str) -> bool {
    matches!(
        (kind, name),
        ("resource" | "data" | "ephemeral", "lifecycle" | "connection" | "provisioner")
            | ("lifecycle" | "output", "precondition")
            | ("lifecycle", "postcondition" | "action_trigger")
            | ("action", "config")
            | ("variable", "validation")
            | ("check", "data" | "assert")
            | ("terraform", "required_providers" | "backend" | "cloud" | "provider_meta")
            | ("cloud", "workspaces")
            | ("removed", "lifecycle" | "provisioner")
    )
}

/// Returns true if strings in an argument are not templates: they are literals, or expressions that are not
/// evaluated.
fn is_literal(kind: Kind<'_>, name: &str) -> bool {
    match kind {
        "terraform" | "required_providers" | "backend" | "cloud" | "workspaces" | "variable" | "moved"
        | "removed" => true,
        "resource" | "data" | "ephemeral" => matches!(name, "depends_on" | "provider"),
        "action" => name == "provider",
        "action_trigger" => matches!(name, "events" | "actions"),
        "lifecycle" => matches!(name, "ignore_changes" | "replace_triggered_by"),
        "module" => matches!(name, "source" | "version" | "depends_on" | "providers"),
        "output" => name != "value",
        "import" => matches!(name, "to" | "provider"),
        "provider" => matches!(name, "alias" | "version"),
        _ => false,
    }
}

impl Reader<'_> {
    fn root(&mut self, json: &mut Json<'_>) -> Result<()> {
        json.object(|json, name, offset| {
            if name == "//" {
                return json.value(Strings::Literals).map(drop);
            }
            let head = Head { source: self.source, name: (&*name).into(), offset };
            head.blocks(json, &mut Vec::new(), self.add)
        })
    }
}

/// The start of a block.
struct Head {
    source: u16,
    name: Text,
    offset: usize,
}

impl Head {
    /// Reads the blocks of an object member. Each label is a nested object, and lists may occur at any level.
    fn blocks(&self, json: &mut Json<'_>, around: &mut Vec<Label>, add: &mut dyn FnMut(Item)) -> Result<()> {
        match json.peek() {
            b'[' => json.list(|json| self.blocks(json, around, add)),
            b'{' if around.len() < labels(&self.name) => json.object(|json, name, offset| {
                // Terraform takes comments in bodies only; here it takes this for a label.
                if name == "//" {
                    return Err(json.error(format!("comment `//` between `{}` and its labels", self.name)));
                }
                around.push(Label { text: name.into(), position: SourcePosition::new(self.source, offset) });
                let result = self.blocks(json, around, add);
                around.pop();
                result
            }),
            b'{' => {
                // The position of a block is that of its last label; its type may be many lines above.
                let position = around
                    .last()
                    .map_or(SourcePosition::new(self.source, self.offset), |label| label.position);
                let body = self.body(json)?;
                let block = Block { labels: around.clone(), body };
                add(Item { name: self.name.clone(), position, content: Content::Block(block) });
                Ok(())
            }
            b'n' => json.value(Strings::Literals).map(drop),
            _ => Err(json.error(format!("block `{}` must be an object or a list of objects", self.name))),
        }
    }

    fn body(&self, json: &mut Json<'_>) -> Result<Body> {
        let kind = self.name.as_str();
        let mut items = Vec::with_capacity(TYPICAL_ITEMS);
        json.object(|json, name, offset| {
            if name == "//" {
                return json.value(Strings::Literals).map(drop);
            }
            let name = Text::from(name);
            if is_block(kind, &name) {
                let head = Self { source: self.source, name, offset };
                return head.blocks(json, &mut Vec::new(), &mut |item| items.push(item));
            }
            let strings = if is_literal(kind, &name) { Strings::Literals } else { Strings::Templates };
            let value = json.value(strings)?;
            let position = SourcePosition::new(self.source, offset);
            items.push(Item { name, position, content: Content::Argument(value) });
            Ok(())
        })?;
        check_arguments(&items)?;
        Ok(Body { items })
    }
}
