//! Files: arguments and blocks.

use std::collections::HashSet;

use super::Result;
use super::cursor::Parser;
use crate::expression::Expression;
use crate::text::Text;

/// The content of a file or block, in order.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// The arguments and blocks.
    pub(crate) items: Vec<Item>,
}

/// An argument or block.
#[derive(Debug)]
pub(crate) struct Item {
    /// The argument's name or the block's type.
    pub(crate) name: Text,
    /// Where it begins, in bytes.
    pub(crate) offset: u32,
    /// What it holds.
    pub(crate) content: Content,
}

/// What an argument or block holds.
#[derive(Debug)]
pub(crate) enum Content {
    /// The value of an argument.
    Argument(Expression),
    /// A block.
    Block(Block),
}

/// A block.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// The labels between type and body.
    pub(crate) labels: Vec<Label>,
    /// The arguments and blocks inside.
    pub(crate) body: Body,
}

/// A label of a block.
#[derive(Debug)]
pub(crate) struct Label {
    /// The text.
    pub(crate) text: Text,
    /// Where it stands, in bytes.
    pub(crate) offset: u32,
}

/// More arguments than this are looked up in a set.
const FEW: usize = 16;

impl Parser<'_> {
    /// Reads a piece of a file, from the position to this end, which stands between blocks.
    pub(crate) fn file(mut self) -> Result<Body> {
        self.eat_text("\u{feff}");
        let body = self.items()?;
        if !self.at_end() {
            return Err(self.error("`}` closes nothing"));
        }
        Ok(body)
    }

    /// Reads arguments and blocks, up to a brace or the end of the text.
    fn items(&mut self) -> Result<Body> {
        let mut items: Vec<Item> = Vec::new();
        let mut many: HashSet<Text> = HashSet::new();
        loop {
            self.skip_across_lines();
            if self.at_end() || self.peek() == b'}' {
                return Ok(Body { items });
            }
            let item = self.item()?;
            if matches!(item.content, Content::Argument(_)) {
                let is_argument = |other: &&Item| matches!(other.content, Content::Argument(_));
                let is_double = if items.len() < FEW {
                    items.iter().filter(is_argument).any(|other| other.name == item.name)
                } else {
                    if many.is_empty() {
                        many.extend(items.iter().filter(is_argument).map(|other| other.name.clone()));
                    }
                    !many.insert(item.name.clone())
                };
                if is_double {
                    let message = format!("the argument `{}` is set a second time", item.name);
                    return Err(Self::error_at(item.offset as usize, message).hint("keep one of the two"));
                }
            }
            items.push(item);
            self.skip();
            if !self.at_line_end() {
                let message = format!("the line has to end before {}", self.next_text());
                return Err(self.error(message).hint("each argument and each block has a line of its own"));
            }
        }
    }

    fn offset(&self) -> u32 {
        // Longer texts are refused before.
        u32::try_from(self.position).unwrap_or(u32::MAX)
    }

    fn item(&mut self) -> Result<Item> {
        let offset = self.offset();
        let name = self.identifier("the name of an argument or block")?;
        self.skip();
        let content = match (self.peek(), self.peek_at(1)) {
            (b'=', b'=') => return Err(self.error(format!("`=` is missing after `{name}`"))),
            (b'=', _) => {
                self.position += 1;
                Content::Argument(self.expression()?)
            }
            _ => Content::Block(self.block(name)?),
        };
        Ok(Item { name: name.into(), offset, content })
    }

    fn block(&mut self, name: &str) -> Result<Block> {
        let mut labels = Vec::new();
        while self.peek() != b'{' {
            let offset = self.offset();
            let text = if self.peek() == b'"' {
                match self.quoted()? {
                    Expression::String(text) => text,
                    _ => {
                        return Err(Self::error_at(
                            offset as usize,
                            "a label is text as it is, without templates",
                        ));
                    }
                }
            } else if self.at_identifier() {
                self.identifier_text().into()
            } else {
                let message =
                    format!("`=` or a block is missing after `{name}`, before {}", self.next_text());
                return Err(self.error(message).hint("arguments are `name = value`, blocks `name { … }`"));
            };
            labels.push(Label { text, offset });
            self.skip();
        }
        let start = self.position;
        self.position += 1;
        self.skip();
        self.enter()?;
        let body = if self.at_line_end() { self.lines(start, name)? } else { self.one_line(name)? };
        self.leave();
        Ok(Block { labels, body })
    }

    /// Reads what a block holds, and its brace.
    fn lines(&mut self, start: usize, name: &str) -> Result<Body> {
        let body = self.items()?;
        if !self.eat(b'}') {
            return Err(Self::error_at(start, format!("the block `{name}` is not closed")).hint("add `}`"));
        }
        Ok(body)
    }

    /// Reads a block of one line, which may hold one argument.
    fn one_line(&mut self, name: &str) -> Result<Body> {
        let mut items = Vec::new();
        if self.peek() != b'}' {
            let item = self.item()?;
            if matches!(item.content, Content::Block(_)) {
                let error = Self::error_at(
                    item.offset as usize,
                    format!("a block is inside `{name}`, on the same line"),
                );
                return Err(error.hint("put what is inside the braces on lines of its own"));
            }
            items.push(item);
            self.skip();
        }
        if !self.eat(b'}') {
            let message = format!("`}}` of the block `{name}` is missing before {}", self.next_text());
            return Err(self.error(message).hint("a block of one line holds one argument"));
        }
        Ok(Body { items })
    }
}
