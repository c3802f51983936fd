//! Interpretation of block arguments by Terraform.

/// Terraform's interpretation of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// An expression: strings are templates, and functions can be called.
    Expression,
    /// A constant: functions cannot be called, and strings in JSON are not templates.
    Literal,
    /// An expression that is not evaluated: strings in JSON are expressions.
    Static,
}

/// The nesting of a block, which determines the interpretation of its arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nesting<'a> {
    keyword: &'a str,
    /// The number of enclosing blocks inside the top-level block.
    depth: usize,
}

impl<'a> Nesting<'a> {
    /// Returns the nesting of a top-level block.
    pub(super) const fn top_level(keyword: &'a str) -> Self {
        Self { keyword, depth: 0 }
    }

    /// Returns the nesting of a block inside this one.
    pub(super) const fn nested(self) -> Self {
        Self { keyword: self.keyword, depth: self.depth + 1 }
    }

    /// Returns the interpretation of an argument.
    pub(super) fn reading(self, argument: &str) -> Reading {
        let literal = match (self.keyword, self.depth) {
            ("terraform", _) | ("variable", 0) => true,
            ("output", 0) => argument != "value",
            ("module", 0) => matches!(argument, "source" | "version"),
            _ => false,
        };
        if literal { Reading::Literal } else { Reading::Expression }
    }
}
