//! Parser of Terraform's language: from source text to syntax trees.
//!
//! It is a single pass without separate tokens, because configurations may have tens of thousands of resources. Every
//! walk over a tree recurses, so the height of trees is limited here, where they are made. Nothing is evaluated.
//!
//! Syntax without a counterpart in the model is rewritten: `%{ if }` becomes a conditional, `%{ for }` becomes `join`
//! over a `for`, `~` is applied to the whitespace, and an index after `[*]` becomes a `for`.

#[cfg(feature = "plan")]
mod body;
mod cursor;
mod expression;
#[cfg(feature = "plan")]
mod json;
mod literal;
mod template;

#[cfg(feature = "plan")]
pub(crate) use body::{Block, Body, Content, Item, Label, SourcePosition, TYPICAL_ITEMS, check_arguments};
pub(crate) use cursor::Parser;
#[cfg(feature = "plan")]
pub(crate) use json::{Json, Strings};

/// A syntax error and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// The position in the source, in bytes.
    pub(crate) offset: usize,
    /// The problem, as a phrase.
    pub(crate) message: String,
    /// A suggestion, if there is one.
    pub(crate) hint: Option<&'static str>,
}

impl SyntaxError {
    /// Adds a suggestion.
    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

pub(crate) type Result<T> = std::result::Result<T, SyntaxError>;

#[cfg(test)]
mod tests;
