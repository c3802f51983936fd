//! Splitting of text into indented lines, and of lines into words.

use crate::error::Error;
use crate::json::{self, Literal};

/// A line that is neither empty nor a comment.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The line number, counted from 1.
    pub number: usize,
    /// The indentation in steps of two spaces.
    pub depth: usize,
    /// The text after the indentation.
    pub text: &'a str,
}

/// An iterator over the lines of a file.
#[derive(Debug)]
pub struct Lines<'a> {
    /// The file name, for error messages.
    pub file: &'a str,
    /// The number of lines before the remaining ones.
    above: usize,
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
    next: Option<Line<'a>>,
}

impl<'a> Lines<'a> {
    /// Creates an iterator over the lines of a text. `file` is used in error messages.
    pub fn new(file: &'a str, text: &'a str) -> Result<Self, Error> {
        Self::from(file, text, 0)
    }

    /// Creates an iterator over the lines of a text, starting with the line at an offset.
    pub(crate) fn from(file: &'a str, text: &'a str, offset: usize) -> Result<Self, Error> {
        let above = text[..offset].bytes().filter(|byte| *byte == b'\n').count();
        let mut lines = Self { file, above, rest: text[offset..].lines().enumerate(), next: None };
        lines.advance()?;
        Ok(lines)
    }

    /// Returns the next line without consuming it.
    #[must_use]
    pub fn peek(&self) -> Option<Line<'a>> {
        self.next
    }

    /// Consumes the next line.
    pub fn advance(&mut self) -> Result<(), Error> {
        self.next = None;
        for (index, line) in self.rest.by_ref() {
            let text = line.trim_start_matches(' ');
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let (number, spaces) = (self.above + index + 1, line.len() - text.len());
            if spaces % 2 == 1 {
                return Err(Error::new(self.file, number, "the indentation is an odd number of spaces"));
            }
            self.next = Some(Line { number, depth: spaces / 2, text });
            break;
        }
        Ok(())
    }

    /// Consumes and returns the next line if it has this depth. A deeper line is an error: no open item can contain
    /// it.
    pub fn take(&mut self, depth: usize) -> Result<Option<Line<'a>>, Error> {
        match self.next {
            Some(line) if line.depth == depth => {
                self.advance()?;
                Ok(Some(line))
            }
            Some(line) if line.depth > depth => Err(Error::new(
                self.file,
                line.number,
                "unexpected indentation: the line above cannot contain this one",
            )),
            _ => Ok(None),
        }
    }
}

/// The words of a line: `word` or `word=value`.
#[derive(Debug)]
pub(crate) struct Words<'a>(pub(crate) &'a str);

impl<'a> Words<'a> {
    /// Returns the next word, up to a space or a `=`. The `=` is kept for [`Words::text`] and [`Words::literal`].
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

    /// Returns everything up to the next space.
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

    /// Returns the value after a `=`, up to a space.
    pub(crate) fn text(&mut self) -> Result<&'a str, String> {
        self.0 = self.0.strip_prefix('=').ok_or("missing `=` and value")?;
        if self.0.starts_with(' ') { None } else { self.token() }.ok_or_else(|| "missing value".to_owned())
    }

    /// Returns the number after a `=`.
    pub(crate) fn number(&mut self) -> Result<u64, String> {
        let text = self.text()?;
        text.parse().map_err(|_| format!("`{text}` is not a count"))
    }

    /// Returns the JSON value after a `=`.
    pub(crate) fn literal(&mut self) -> Result<Literal, String> {
        let text = self.0.strip_prefix('=').ok_or("missing `=` and value")?;
        let (value, rest) = json::parse(text)?;
        if !(rest.is_empty() || rest.starts_with(' ')) {
            return Err(format!("unexpected `{rest}` after a value"));
        }
        self.0 = rest;
        Ok(value)
    }
}
