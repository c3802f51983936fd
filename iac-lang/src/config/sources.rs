//! Source files, and positions in them.

use std::sync::OnceLock;

use iac_core::diagnostic::{Diagnostic, Location};
use iac_core::syntax::{SourcePosition, SyntaxError};
use iac_core::text::Text;

/// A source file.
#[derive(Debug)]
pub(super) struct Source {
    /// The path.
    pub(super) name: Text,
    /// The content.
    pub(super) text: String,
    /// The offset of each line, in bytes; computed on first use.
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    pub(super) const fn new(name: Text, text: String) -> Self {
        Self { name, text, lines: OnceLock::new() }
    }

    /// Returns the line and column of a byte offset.
    pub(super) fn location(&self, offset: usize) -> Location {
        let lines = self.lines.get_or_init(|| {
            let ends = (0_u32..).zip(self.text.bytes()).filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(position, _)| position + 1)).collect()
        });
        let offset = offset.min(self.text.len());
        let line = lines.partition_point(|start| *start as usize <= offset).max(1);
        let before = self.text.get(lines[line - 1] as usize..offset).unwrap_or_default();
        let column = before.chars().filter(|character| *character != '\u{feff}').count() + 1;
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Location { file: self.name.clone(), line: number(line), column: number(column) }
    }

    /// Converts a syntax error to a diagnostic.
    pub(super) fn syntax_error(&self, error: SyntaxError) -> Diagnostic {
        let diagnostic = Diagnostic::error("invalid-syntax", error.message).at(self.location(error.offset));
        match error.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}

/// The files of a module, in the order of their indexes.
#[derive(Debug)]
pub(super) struct Sources<'a>(pub(super) Vec<&'a Source>);

impl Sources<'_> {
    /// Returns the text from a position on.
    pub(super) fn text(&self, position: SourcePosition) -> Option<&str> {
        self.0.get(usize::from(position.source))?.text.get(position.offset as usize..)
    }

    /// Returns the file, line and column of a position.
    pub(super) fn location(&self, position: SourcePosition) -> Location {
        self.0
            .get(usize::from(position.source))
            .map_or_else(Location::default, |source| source.location(position.offset as usize))
    }
}
