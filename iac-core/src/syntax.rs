//! Terraform's language: from text to syntax trees.
//!
//! One pass, without tokens in between: a configuration of ten thousand resources is read while a person blinks. Every
//! walk over a tree recurses, so the trees' height is limited here, where they are made. Nothing is evaluated.
//!
//! What the model has no word for is said in other words: `%{ if }` is a conditional, `%{ for }` is `join` over a `for`,
//! `~` is taken away with the white space, and an index behind `[*]` is a `for`.

#[cfg(feature = "plan")]
mod body;
mod cursor;
mod expression;
#[cfg(feature = "plan")]
mod json;
mod literal;
mod template;

#[cfg(feature = "plan")]
pub(crate) use body::{Block, Body, Content, Item, Label, Place, TYPICAL, check_arguments};
pub(crate) use cursor::Parser;
#[cfg(feature = "plan")]
pub(crate) use json::{Json, Strings};

/// Where a text is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// The position in the text, in bytes.
    pub(crate) offset: usize,
    /// What is wrong, as a phrase.
    pub(crate) message: String,
    /// What to do, where there is something to say.
    pub(crate) hint: Option<&'static str>,
}

impl SyntaxError {
    /// With what to do.
    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

pub(crate) type Result<T> = std::result::Result<T, SyntaxError>;

#[cfg(test)]
mod tests;
