//! Parser of Terraform's language: from source text to syntax trees.
//!
//! It is a single pass without separate tokens, because configurations may have tens of thousands of resources. Every
//! walk over a tree recurses, so the height of trees is limited here, where they are made. Nothing is evaluated.
//!
//! Syntax without a counterpart in the model is rewritten: `%{ if }` becomes a conditional, `%{ for }` becomes `join`
//! over a `for`, `~` is applied to the whitespace, and an index after `[*]` becomes a `for`.

mod body;
mod cursor;
mod expression;
mod json;
mod literal;
mod template;
mod trace;

pub use body::{Block, Body, Content, Item, Label, SourcePosition, TYPICAL_ITEMS, check_arguments};
pub use cursor::Parser;
pub use json::{Json, Strings};
pub use trace::fingerprint;

/// A syntax error and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The position in the source, in bytes.
    pub offset: usize,
    /// The problem, as a phrase.
    pub message: String,
    /// A suggestion, if there is one.
    pub hint: Option<&'static str>,
}

impl SyntaxError {
    /// Returns the line and column of the problem in `text`, both counted from 1.
    #[must_use]
    pub fn line_and_column(&self, text: &str) -> (usize, usize) {
        let before = &text[..self.offset.min(text.len())];
        let line = before.matches('\n').count() + 1;
        (line, before.chars().rev().take_while(|character| *character != '\n').count() + 1)
    }

    /// Adds a suggestion.
    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

pub type Result<T> = std::result::Result<T, SyntaxError>;
