//! Terraform's language: from text to syntax trees.
//!
//! One pass, without tokens in between: a configuration of ten thousand resources is read while a person blinks. Every
//! walk over a tree recurses, so the trees' height is limited here, where they are made. Nothing is evaluated.
//!
//! What the model has no word for is said in other words: `%{ if }` is a conditional, `%{ for }` is `join` over a `for`,
//! `~` is taken away with the white space, and an index behind `[*]` is a `for`.

mod body;
mod cursor;
mod expression;
mod json;
mod literal;
mod template;

pub use body::{Block, Body, Content, Item, Label, Place, TYPICAL, check_arguments};
pub use cursor::Parser;
pub use json::{Json, Strings};

/// Where a text is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The position in the text, in bytes.
    pub offset: usize,
    /// What is wrong, as a phrase.
    pub message: String,
    /// What to do, where there is something to say.
    pub hint: Option<&'static str>,
}

impl SyntaxError {
    /// Returns the line and column of the problem in `text`, both counted from 1.
    pub(crate) fn line_and_column(&self, text: &str) -> (usize, usize) {
        let before = &text[..self.offset.min(text.len())];
        let line = before.matches('\n').count() + 1;
        (line, before.chars().rev().take_while(|character| *character != '\n').count() + 1)
    }

    /// With what to do.
    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

pub type Result<T> = std::result::Result<T, SyntaxError>;
