//! Text as lines with indentation, and lines as words.

use crate::error::Error;
use crate::json::{self, Literal};

/// A line that is neither empty nor a comment.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    /// How many steps of two spaces it is indented.
    pub depth: usize,
    /// What stands in it.
    pub text: &'a str,
}

/// The lines of a file, one after the other.
#[derive(Debug)]
pub struct Lines<'a> {
    /// The file, for messages.
    pub file: &'a str,
    /// How many lines stand above those.
    above: usize,
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
    next: Option<Line<'a>>,
}

impl<'a> Lines<'a> {
    /// The lines of a text. `file` is for messages.
    pub fn new(file: &'a str, text: &'a str) -> Result<Self, Error> {
        Self::from(file, text, 0)
    }

    /// The lines of a text from the line on that starts at this offset.
    pub(crate) fn from(file: &'a str, text: &'a str, offset: usize) -> Result<Self, Error> {
        let above = text[..offset].bytes().filter(|byte| *byte == b'\n').count();
        let mut lines = Self { file, above, rest: text[offset..].lines().enumerate(), next: None };
        lines.advance()?;
        Ok(lines)
    }

    /// The next line, which stays.
    #[must_use]
    pub fn peek(&self) -> Option<Line<'a>> {
        self.next
    }

    /// Goes on after the next line.
    pub fn advance(&mut self) -> Result<(), Error> {
        self.next = None;
        for (index, line) in self.rest.by_ref() {
            let text = line.trim_start_matches(' ');
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let (number, spaces) = (self.above + index + 1, line.len() - text.len());
            if spaces % 2 == 1 {
                return Err(Error::new(self.file, number, "an odd number of spaces stands before the text"));
            }
            self.next = Some(Line { number, depth: spaces / 2, text });
            break;
        }
        Ok(())
    }

    /// Takes the next line if it has this depth. A deeper one is an error: whatever could have held it is complete.
    pub fn take(&mut self, depth: usize) -> Result<Option<Line<'a>>, Error> {
        match self.next {
            Some(line) if line.depth == depth => {
                self.advance()?;
                Ok(Some(line))
            }
            Some(line) if line.depth > depth => {
                Err(Error::new(self.file, line.number, "the line is indented, and nothing above can hold it"))
            }
            _ => Ok(None),
        }
    }
}

/// The words of a line: `word` or `word=value`.
#[derive(Debug)]
pub(crate) struct Words<'a>(pub(crate) &'a str);

impl<'a> Words<'a> {
    /// The next word, up to a space or (kept for [`Words::text`] or [`Words::literal`]) a `=`.
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let text = self.0.trim_start_matches(' ');
        if text.is_empty() {
            return None;
        }
        let end = text.find([' ', '=']).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.0 = rest;
        Some(word)
    }

    /// Everything up to the next space.
    pub(crate) fn token(&mut self) -> Option<&'a str> {
        let text = self.0.trim_start_matches(' ');
        if text.is_empty() {
            return None;
        }
        let end = text.find(' ').unwrap_or(text.len());
        let (token, rest) = text.split_at(end);
        self.0 = rest;
        Some(token)
    }

    /// The value after a `=`, up to a space.
    pub(crate) fn text(&mut self) -> Result<&'a str, String> {
        self.0 = self.0.strip_prefix('=').ok_or("a `=` and a value are missing")?;
        if self.0.starts_with(' ') { None } else { self.token() }
            .ok_or_else(|| "a value is missing".to_owned())
    }

    /// The number after a `=`.
    pub(crate) fn number(&mut self) -> Result<u64, String> {
        let text = self.text()?;
        text.parse().map_err(|_| format!("`{text}` is no count"))
    }

    /// The JSON value after a `=`.
    pub(crate) fn literal(&mut self) -> Result<Literal, String> {
        let text = self.0.strip_prefix('=').ok_or("a `=` and a value are missing")?;
        let (value, rest) = json::parse(text)?;
        if !(rest.is_empty() || rest.starts_with(' ')) {
            return Err(format!("`{rest}` follows a value"));
        }
        self.0 = rest;
        Ok(value)
    }
}
