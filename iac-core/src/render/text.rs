//! Strings in Terraform's language: quoted, or as a heredoc.

use std::fmt::Write as _;

use super::columns::stands_alone;
use crate::expression::TemplatePart;

/// Writes a quoted string.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Returns `true` for the last part of a template.
pub(super) fn is_last(parts: &[TemplatePart], position: usize) -> bool {
    parts[position + 1..].iter().all(|part| matches!(part, TemplatePart::Literal(text) if text.is_empty()))
}

/// Writes a literal part of a quoted template. `last` is false if another part follows.
pub(super) fn escape_part(text: &str, last: bool, out: &mut String) {
    let (text, introducers) = split_introducers(text, last);
    escape(text, out);
    push_interpolated(introducers, out);
}

/// The characters that start interpolations and directives when followed by a brace.
pub(super) const INTRODUCERS: [char; 2] = ['$', '%'];

/// Strips trailing characters of a literal part that would escape the `${` of the next part.
fn split_introducers(text: &str, last: bool) -> (&str, &str) {
    let plain = if last { text } else { text.trim_end_matches(INTRODUCERS) };
    text.split_at(plain.len())
}

/// Writes text that needs no escapes as an interpolation.
fn push_interpolated(text: &str, out: &mut String) {
    if !text.is_empty() {
        out.push_str("${\"");
        out.push_str(text);
        out.push_str("\"}");
    }
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(position) = rest.bytes().position(|byte| !is_plain(byte)) {
        out.push_str(&rest[..position]);
        rest = &rest[position..];
        let Some(character) = rest.chars().next() else { return };
        rest = &rest[character.len_utf8()..];
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' => push_introducer(character, rest, out),
            hidden if is_hidden(hidden) => push_unicode(hidden, out),
            visible => out.push(visible),
        }
    }
    out.push_str(rest);
}

/// Returns `true` if the byte needs no escaping.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'$' | b'%')
}

/// Writes `$` or `%`, doubled if it would start an interpolation or directive.
fn push_introducer(character: char, rest: &str, out: &mut String) {
    out.push(character);
    if rest.starts_with('{') {
        out.push(character);
    }
}

fn push_unicode(character: char, out: &mut String) {
    let code = u32::from(character);
    let written = if code <= 0xffff { write!(out, "\\u{code:04x}") } else { write!(out, "\\U{code:08x}") };
    written.expect("writing to a string does not fail");
}

/// Returns `true` if a character is invisible or changes the appearance of its neighbors.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
        || u32::from(character) & 0xfffe == 0xfffe
}

/// The form in which a multi-line string is written as a heredoc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heredoc {
    /// The marker at its start and end.
    pub(super) marker: &'static str,
    /// True if the lines can be indented: `<<-`.
    pub(super) indented: bool,
    /// True if the string ends with a newline, as every heredoc does.
    pub(super) newline_at_end: bool,
}

impl Heredoc {
    /// Returns the heredoc form of a multi-line string, or `None` if it must be quoted.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        // Fast path: most strings have a single line.
        if !text.strip_suffix('\n').unwrap_or(text).contains('\n') {
            return None;
        }
        Self::of_pieces([Some(text)].into_iter())
    }

    /// Returns the heredoc form of a template, or `None` if it must be quoted.
    pub(super) fn of_template(parts: &[TemplatePart]) -> Option<Self> {
        if !parts.iter().any(|part| matches!(part, TemplatePart::Literal(text) if text.contains('\n'))) {
            return None;
        }
        Self::of_pieces(parts.iter().map(|part| match part {
            TemplatePart::Literal(text) => Some(text.as_str()),
            TemplatePart::Interpolation(_) => None,
        }))
    }

    /// Returns the heredoc form of pieces, of which `None` is an interpolation.
    fn of_pieces<'a>(pieces: impl Iterator<Item = Option<&'a str>>) -> Option<Self> {
        let mut lines = Lines::default();
        let mut literal = true;
        for piece in pieces {
            literal = piece.is_some();
            match piece {
                Some(text) => lines.text(text)?,
                None => lines.interpolation(),
            }
        }
        // `chomp` would also remove a newline at the end of the interpolated string.
        lines.finish().filter(|heredoc| heredoc.newline_at_end || literal)
    }
}

/// Heredoc markers; the first one that starts no line of the text is used.
const MARKERS: [&str; 3] = ["EOT", "EOF", "END"];

/// Properties of the lines of a heredoc.
#[derive(Debug, Default)]
struct Lines {
    newlines: usize,
    /// The content of the current line so far.
    line: Line,
    /// True if any line has visible characters.
    visible: bool,
    /// True if any line starts without white space, so that Terraform strips exactly the indentation.
    flush: bool,
    /// True if any line must not be indented: a line of only white space, which Terraform does not strip but other
    /// parsers do, or a line whose first character could combine with the preceding space.
    delicate: bool,
    /// The markers that occur at the start of a line.
    taken: [bool; MARKERS.len()],
}

/// The content of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Line {
    #[default]
    Nothing,
    WhiteSpace,
    Text,
}

impl Lines {
    fn interpolation(&mut self) {
        self.visible = true;
        self.flush |= self.line == Line::Nothing;
        self.line = Line::Text;
    }

    fn text(&mut self, text: &str) -> Option<()> {
        for line in text.split_inclusive('\n') {
            let content = line.strip_suffix('\n').unwrap_or(line);
            if content.contains(|character| is_hidden(character) && character != '\t') {
                return None;
            }
            let trimmed = content.trim();
            for (taken, marker) in self.taken.iter_mut().zip(MARKERS) {
                *taken |= trimmed.starts_with(marker);
            }
            if let Some(first) = content.chars().next() {
                if self.line == Line::Nothing && !first.is_whitespace() {
                    self.flush = true;
                    self.delicate |= !stands_alone(first);
                }
                if !trimmed.is_empty() {
                    self.visible = true;
                    self.line = Line::Text;
                } else if self.line == Line::Nothing {
                    self.line = Line::WhiteSpace;
                }
            }
            if line.len() > content.len() {
                self.newlines += 1;
                self.delicate |= self.line == Line::WhiteSpace;
                self.line = Line::Nothing;
            }
        }
        Some(())
    }

    fn finish(self) -> Option<Heredoc> {
        let several_lines = self.newlines + usize::from(self.line != Line::Nothing) > 1;
        let free = self.taken.iter().position(|taken| !taken)?;
        (several_lines && self.visible).then_some(Heredoc {
            marker: MARKERS[free],
            indented: self.flush && !self.delicate && self.line != Line::WhiteSpace,
            newline_at_end: self.line == Line::Nothing,
        })
    }
}

/// Writes a literal part of a heredoc. `last` is false if another part follows. `at_line_start` is true if the part
/// starts a line, and is updated for the next part.
pub(super) fn heredoc_part(
    text: &str,
    last: bool,
    indent: usize,
    at_line_start: &mut bool,
    out: &mut String,
) {
    let (text, introducers) = split_introducers(text, last);
    for line in text.split_inclusive('\n') {
        if *at_line_start && line != "\n" {
            push_spaces(indent, out);
        }
        let mut rest = line;
        while let Some(position) = rest.find(['$', '%']) {
            let introducer = if rest.as_bytes()[position] == b'$' { '$' } else { '%' };
            out.push_str(&rest[..position]);
            rest = &rest[position + 1..];
            push_introducer(introducer, rest, out);
        }
        out.push_str(rest);
        *at_line_start = line.ends_with('\n');
    }
    if !introducers.is_empty() && std::mem::replace(at_line_start, false) {
        push_spaces(indent, out);
    }
    push_interpolated(introducers, out);
}

/// Writes a number of spaces.
pub(super) fn push_spaces(count: usize, out: &mut String) {
    const SPACES: &str = "                                                                ";
    let mut left = count;
    while left > 0 {
        let some = left.min(SPACES.len());
        out.push_str(&SPACES[..some]);
        left -= some;
    }
}
