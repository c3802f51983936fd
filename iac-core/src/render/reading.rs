//! How Terraform reads the arguments of its own blocks.

/// How Terraform reads a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As an expression: text is a template, and functions can be called.
    Expression,
    /// As a value that is fixed: there are no functions, and text in JSON is no template.
    Literal,
    /// As an expression that is not evaluated: text in JSON is an expression.
    Static,
}

/// Where arguments are: how Terraform reads them depends on that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    keyword: &'a str,
    /// How many blocks are around, the top-level one left out.
    depth: usize,
}

impl<'a> Place<'a> {
    /// In a top-level block.
    pub(super) const fn top_level(keyword: &'a str) -> Self {
        Self { keyword, depth: 0 }
    }

    /// In a nested block.
    pub(super) const fn nested(self) -> Self {
        Self { keyword: self.keyword, depth: self.depth + 1 }
    }

    /// How Terraform reads an argument.
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
