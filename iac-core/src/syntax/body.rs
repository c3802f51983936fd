//! Files: arguments and blocks.

use std::collections::HashSet;

use super::cursor::Parser;
use super::{Result, SyntaxError};
use crate::expression::Expression;
use crate::text::Text;

/// The content of a file or block, in source order.
#[derive(Debug, Default)]
pub struct Body {
    /// The arguments and blocks.
    pub items: Vec<Item>,
}

/// A position in one of several sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourcePosition {
    /// The index of the source.
    pub source: u16,
    /// The position in the source, in bytes.
    pub offset: u32,
}

/// An argument or block.
#[derive(Debug)]
pub struct Item {
    /// The argument's name or the block's type.
    pub name: Text,
    /// The position of its first byte.
    pub position: SourcePosition,
    /// The content.
    pub content: Content,
}

/// The content of an argument or block.
#[derive(Debug)]
pub enum Content {
    /// The value of an argument.
    Argument(Expression),
    /// A block.
    Block(Block),
}

/// A block.
#[derive(Debug, Default)]
pub struct Block {
    /// The labels between the block type and the body.
    pub labels: Vec<Label>,
    /// The arguments and blocks inside.
    pub body: Body,
}

/// A label of a block.
#[derive(Clone, Debug)]
pub struct Label {
    /// The label itself, without quotes.
    pub text: Text,
    /// The position of the label.
    pub position: SourcePosition,
}

impl SourcePosition {
    /// Creates a position in a source.
    #[must_use]
    pub fn new(source: u16, offset: usize) -> Self {
        // Longer sources are rejected earlier.
        Self { source, offset: u32::try_from(offset).unwrap_or(u32::MAX) }
    }
}

/// The initial capacity for arguments and blocks of a body; most blocks have no more.
pub const TYPICAL_ITEMS: usize = 8;

/// The number of arguments above which duplicates are found with a set.
const LINEAR_SEARCH_LIMIT: usize = 16;

/// Reports an argument that is set twice.
pub fn check_arguments(items: &[Item]) -> Result<()> {
    let arguments = || items.iter().filter(|item| matches!(item.content, Content::Argument(_)));
    let duplicate = if items.len() <= LINEAR_SEARCH_LIMIT {
        let earlier = |position: usize| arguments().take(position);
        arguments()
            .enumerate()
            .find(|(position, item)| earlier(*position).any(|other| other.name == item.name))
    } else {
        let mut names = HashSet::new();
        arguments().enumerate().find(|(_, item)| !names.insert(&item.name))
    };
    let Some((_, item)) = duplicate else { return Ok(()) };
    Err(SyntaxError {
        offset: item.position.offset as usize,
        message: format!("duplicate argument `{}`", item.name),
        hint: Some("keep one of the two"),
    })
}

impl Parser<'_> {
    /// Parses the whole source as a file.
    pub fn file(self) -> Result<Body> {
        let mut items = Vec::new();
        self.each_item(|item| items.push(item))?;
        check_arguments(&items)?;
        Ok(Body { items })
    }

    /// Parses the whole source as a file and calls `add` with each argument and block, including those before a
    /// syntax error.
    pub fn each_item(mut self, add: impl FnMut(Item)) -> Result<()> {
        self.read_items(add)
    }

    pub(super) fn read_items(&mut self, add: impl FnMut(Item)) -> Result<()> {
        self.eat_text("\u{feff}");
        let result = self.items(add);
        self.check_comments()?;
        result?;
        if !self.at_end() {
            return Err(self.error("unmatched `}`"));
        }
        Ok(())
    }

    /// Parses arguments and blocks, up to a closing brace or the end of the source.
    fn items(&mut self, mut add: impl FnMut(Item)) -> Result<()> {
        loop {
            self.skip_across_lines();
            if self.at_end() || self.peek() == b'}' {
                return Ok(());
            }
            add(self.item()?);
            self.skip();
            if !self.at_line_end() {
                let message = format!("expected a line end, found {}", self.next_text());
                return Err(self
                    .error(message)
                    .hint("write each argument and each block on a line of its own"));
            }
        }
    }

    fn source_position(&self) -> SourcePosition {
        SourcePosition::new(self.source, self.position)
    }

    fn item(&mut self) -> Result<Item> {
        let position = self.source_position();
        let name = self.identifier("an argument or block name")?;
        self.skip();
        let content = match (self.peek(), self.peek_at(1)) {
            (b'=', b'=') => return Err(self.error(format!("expected a single `=` after `{name}`"))),
            (b'=', _) => {
                self.position += 1;
                Content::Argument(self.expression()?)
            }
            _ => Content::Block(self.block(name)?),
        };
        Ok(Item { name: name.into(), position, content })
    }

    fn block(&mut self, name: &str) -> Result<Block> {
        let mut labels = Vec::new();
        while self.peek() != b'{' {
            let position = self.source_position();
            let text = if self.peek() == b'"' {
                match self.quoted()? {
                    Expression::String(text) => text,
                    _ => {
                        return Err(Self::error_at(
                            position.offset as usize,
                            "labels cannot contain templates",
                        ));
                    }
                }
            } else if self.at_identifier() {
                self.identifier_text().into()
            } else {
                let message = format!("expected `=` or a block after `{name}`, found {}", self.next_text());
                return Err(self
                    .error(message)
                    .hint("write arguments as `name = value` and blocks as `name { … }`"));
            };
            labels.push(Label { text, position });
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

    /// Parses the content of a block and its closing brace.
    fn lines(&mut self, start: usize, name: &str) -> Result<Body> {
        let mut items = Vec::with_capacity(TYPICAL_ITEMS);
        self.items(|item| items.push(item))?;
        if !self.eat(b'}') {
            return Err(Self::error_at(start, format!("unclosed block `{name}`")).hint("add `}`"));
        }
        check_arguments(&items)?;
        Ok(Body { items })
    }

    /// Parses a single-line block, which may hold one argument.
    fn one_line(&mut self, name: &str) -> Result<Body> {
        let mut items = Vec::new();
        if self.peek() != b'}' {
            let item = self.item()?;
            if matches!(item.content, Content::Block(_)) {
                let error = Self::error_at(
                    item.position.offset as usize,
                    format!("nested block in single-line block `{name}`"),
                );
                return Err(error.hint("write the content of the braces on separate lines"));
            }
            items.push(item);
            self.skip();
        }
        if !self.eat(b'}') {
            let message =
                format!("expected `}}` to close single-line block `{name}`, found {}", self.next_text());
            return Err(self.error(message).hint("a single-line block can have only one argument"));
        }
        Ok(Body { items })
    }
}
