//! The parser's position, and what separates tokens.

use super::{Body, Result, SyntaxError, fingerprint};
use crate::expression::{Binding, Expression};

/// The maximum nesting depth of expressions and blocks.
const MAX_DEPTH: u32 = 100;

/// The maximum height of a tree. Each operator and each step after a value adds to it.
const MAX_HEIGHT: u32 = 250;

/// A parser of Terraform's language.
#[derive(Debug)]
pub struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
    /// The index of the source, for callers that parse several.
    pub(super) source: u16,
    /// True if line ends are whitespace, as inside parentheses, brackets and interpolations.
    pub(super) across_lines: bool,
    /// The variables bound by the enclosing loops, outermost first.
    pub(super) names: Vec<(&'a str, Binding)>,
    /// The number of enclosing expressions.
    depth: u32,
    /// The height of the most recent tree.
    pub(super) height: u32,
    /// The position of a comment that is not closed.
    unclosed_comment: Option<usize>,
    /// The position and fingerprint of each expression, if they are recorded.
    trace: Option<Vec<(usize, u64)>>,
}

impl<'a> Parser<'a> {
    /// Creates a parser of a single source.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self {
            text,
            position: 0,
            source: 0,
            across_lines: false,
            names: Vec::new(),
            depth: 0,
            height: 0,
            unclosed_comment: None,
            trace: None,
        }
    }

    /// Creates a parser of one of several sources.
    #[must_use]
    pub const fn of_source(text: &'a str, source: u16) -> Self {
        let mut parser = Self::new(text);
        parser.source = source;
        parser
    }

    /// Parses the whole source as a file, and records the position in bytes and the [`fingerprint`] of each
    /// expression, in the order in which they end.
    pub fn traced_file(mut self) -> Result<(Body, Vec<(usize, u64)>)> {
        self.trace = Some(Vec::new());
        let mut items = Vec::new();
        self.read_items(|item| items.push(item))?;
        Ok((Body { items }, self.trace.take().unwrap_or_default()))
    }

    /// Records the position of an expression, if positions are recorded.
    pub(super) fn record(&mut self, start: usize, expression: &Expression) {
        if let Some(trace) = &mut self.trace {
            trace.push((start, fingerprint(expression)));
        }
    }

    /// Parses `${expression}` and returns the expression; `None` if the source is anything else.
    #[must_use]
    pub fn only_interpolation(mut self) -> Option<Expression> {
        if !self.eat_text("${") || self.peek() == b'~' {
            return None;
        }
        self.across_lines = true;
        let expression = self.expression().ok()?;
        self.skip();
        (self.eat(b'}') && self.at_end()).then_some(expression)
    }

    /// Parses the whole source as an expression.
    pub fn whole_expression(mut self) -> Result<Expression> {
        self.across_lines = true;
        let expression = self.expression()?;
        self.skip();
        self.check_comments()?;
        if self.position < self.text.len() {
            return Err(self.error(format!("unexpected {} after the expression", self.next_text())));
        }
        Ok(expression)
    }

    pub(super) fn error(&self, message: impl Into<String>) -> SyntaxError {
        Self::error_at(self.position, message)
    }

    pub(super) fn error_at(offset: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError { offset, message: message.into(), hint: None }
    }

    /// Returns the next characters, for error messages.
    pub(super) fn next_text(&self) -> String {
        match self.rest().chars().next() {
            None => "the end of the input".to_owned(),
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(_) if self.at_identifier() => format!("`{}`", self.clone_at().identifier_text()),
            Some(character) => format!("`{}`", character.escape_debug()),
        }
    }

    fn clone_at(&self) -> Self {
        Self { position: self.position, ..Self::new(self.text) }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    /// Returns the next byte; 0 at the end.
    pub(super) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.position + ahead).copied().unwrap_or_default()
    }

    pub(super) fn at_end(&self) -> bool {
        self.position >= self.text.len()
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && !self.at_end();
        self.position += usize::from(found);
        found
    }

    pub(super) fn eat_text(&mut self, text: &str) -> bool {
        let found = self.rest().as_bytes().starts_with(text.as_bytes());
        if found {
            self.position += text.len();
        }
        found
    }

    /// Skips whitespace and comments, and line ends where they are whitespace.
    pub(super) fn skip(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.position) {
            match byte {
                b' ' | b'\t' => self.position += 1,
                b'\n' if self.across_lines => self.position += 1,
                b'\r' if self.across_lines && self.peek_at(1) == b'\n' => self.position += 2,
                b'#' => self.skip_line(),
                b'/' if self.peek_at(1) == b'/' => self.skip_line(),
                b'/' if self.peek_at(1) == b'*' => {
                    let comment = &self.text[self.position + 2..];
                    let end = comment.find("*/");
                    if end.is_none() {
                        self.unclosed_comment.get_or_insert(self.position);
                    }
                    self.position += end.map_or(comment.len() + 2, |end| end + 4);
                }
                _ => return,
            }
        }
    }

    /// Reports a comment that is not closed: what follows it would be lost without a word.
    pub(super) fn check_comments(&self) -> Result<()> {
        match self.unclosed_comment {
            Some(start) => Err(Self::error_at(start, "unterminated comment").hint("close it with `*/`")),
            None => Ok(()),
        }
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        let end = rest.find('\n').unwrap_or(rest.len());
        let end = if rest[..end].ends_with('\r') { end - 1 } else { end };
        self.position += end;
    }

    pub(super) fn skip_across_lines(&mut self) {
        let before = std::mem::replace(&mut self.across_lines, true);
        self.skip();
        self.across_lines = before;
    }

    /// Returns true if the position is at the end of a line or of the source.
    pub(super) fn at_line_end(&self) -> bool {
        matches!(self.peek(), b'\n') || self.rest().starts_with("\r\n") || self.at_end()
    }

    pub(super) fn at_identifier(&self) -> bool {
        match self.peek() {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => true,
            0x80.. => self.rest().chars().next().is_some_and(char::is_alphabetic),
            _ => false,
        }
    }

    /// Reads the identifier at the position; empty if there is none.
    pub(super) fn identifier_text(&mut self) -> &'a str {
        let start = self.position;
        if !self.at_identifier() {
            return "";
        }
        loop {
            match self.peek() {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => self.position += 1,
                0x80.. => match self.rest().chars().next() {
                    Some(character) if character.is_alphanumeric() => self.position += character.len_utf8(),
                    _ => break,
                },
                _ => break,
            }
        }
        &self.text[start..self.position]
    }

    pub(super) fn identifier(&mut self, what: &str) -> Result<&'a str> {
        match self.identifier_text() {
            "" => Err(self.error(format!("expected {what}, found {}", self.next_text()))),
            name => Ok(name),
        }
    }

    /// Enters a nested expression or block.
    pub(super) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        self.check(self.depth, MAX_DEPTH)
    }

    pub(super) const fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Records a tree made of the most recent one and one of this height.
    pub(super) fn grow(&mut self, other: u32) -> Result<()> {
        self.height = self.height.max(other) + 1;
        self.check_height(self.height)
    }

    pub(super) fn check_height(&self, height: u32) -> Result<()> {
        self.check(height, MAX_HEIGHT)
    }

    fn check(&self, height: u32, limit: u32) -> Result<()> {
        if height > limit {
            let message = format!("the expression is nested more than {limit} levels deep");
            return Err(self.error(message).hint("move parts of it to local values"));
        }
        Ok(())
    }
}
