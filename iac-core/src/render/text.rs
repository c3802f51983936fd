//! Text in Terraform's language: quoted, or as a heredoc.

use std::fmt::Write as _;

use super::columns::stands_alone;
use crate::expression::TemplatePart;

/// Writes text between quotes.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Writes a literal part of a quoted template. `last` is false when another part follows.
pub(super) fn escape_part(text: &str, last: bool, out: &mut String) {
    let introducer = text.chars().next_back().filter(|end| !last && matches!(end, '$' | '%'));
    match introducer {
        // `$` before `${` would escape it.
        Some(end) => {
            escape(&text[..text.len() - 1], out);
            push_unicode(end, out);
        }
        None => escape(text, out),
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

/// Whether a byte is a character that stands for itself.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'$' | b'%')
}

/// Writes `$` or `%`, doubled where it would begin an interpolation or directive.
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

/// Whether a reader cannot see a character, or it changes what they see of others.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
        || u32::from(character) & 0xfffe == 0xfffe
}

/// How multi-line text is written as a heredoc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heredoc {
    /// What begins and ends it.
    pub(super) marker: &'static str,
    /// Whether the lines can be indented: `<<-`.
    pub(super) indented: bool,
    /// Whether the text ends with a newline, as every heredoc does.
    pub(super) newline_at_end: bool,
}

impl Heredoc {
    /// Whether text of several lines can be a heredoc, and which; `None` when it has to be quoted.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        // Most text is not of several lines: this is all that it costs.
        if !text.strip_suffix('\n').unwrap_or(text).contains('\n') {
            return None;
        }
        Self::of_pieces([Some(text)].into_iter())
    }

    /// The same for a template.
    pub(super) fn of_template(parts: &[TemplatePart]) -> Option<Self> {
        if !parts.iter().any(|part| matches!(part, TemplatePart::Literal(text) if text.contains('\n'))) {
            return None;
        }
        Self::of_pieces(parts.iter().map(|part| match part {
            TemplatePart::Literal(text) => Some(text.as_str()),
            TemplatePart::Interpolation(_) => None,
        }))
    }

    /// `None` among the pieces is an interpolation.
    fn of_pieces<'a>(pieces: impl Iterator<Item = Option<&'a str>>) -> Option<Self> {
        let mut lines = Lines::default();
        let mut pieces = pieces.peekable();
        let mut literal = true;
        while let Some(piece) = pieces.next() {
            literal = piece.is_some();
            let Some(text) = piece else {
                lines.interpolation();
                continue;
            };
            // There is no way to escape a `$` before an interpolation in a heredoc.
            if pieces.peek().is_some() && text.ends_with(['$', '%']) {
                return None;
            }
            lines.text(text)?;
        }
        // To take away the last newline would take one of the interpolated text, too.
        lines.finish().filter(|heredoc| heredoc.newline_at_end || literal)
    }
}

/// The markers of heredocs, the first one that is in no line is taken.
const MARKERS: [&str; 3] = ["EOT", "EOF", "END"];

/// What has to be known of the lines of a heredoc.
#[derive(Debug, Default)]
struct Lines {
    /// Whether the current line has something in it.
    inside: bool,
    newlines: usize,
    /// Whether there is anything but white space.
    visible: bool,
    /// Whether a line that is not blank begins without white space.
    flush: bool,
    /// Whether a line begins with a character that could join with a space before it.
    joining: bool,
    /// Which markers stand alone in a line.
    taken: [bool; MARKERS.len()],
}

impl Lines {
    fn interpolation(&mut self) {
        self.visible = true;
        self.flush |= !self.inside;
        self.inside = true;
    }

    fn text(&mut self, text: &str) -> Option<()> {
        for line in text.split_inclusive('\n') {
            let (content, ends) = line.strip_suffix('\n').map_or((line, false), |content| (content, true));
            if content.contains(|character| is_hidden(character) && character != '\t') {
                return None;
            }
            let trimmed = content.trim();
            self.visible |= !trimmed.is_empty();
            for (taken, marker) in self.taken.iter_mut().zip(MARKERS) {
                *taken |= trimmed == marker;
            }
            if let Some(first) = content.chars().next().filter(|_| !self.inside) {
                self.flush |= !first.is_whitespace();
                self.joining |= !first.is_whitespace() && !stands_alone(first);
            }
            self.inside = !ends;
            self.newlines += usize::from(ends);
        }
        Some(())
    }

    fn finish(self) -> Option<Heredoc> {
        let several_lines = self.newlines + usize::from(self.inside) > 1;
        let free = self.taken.iter().position(|taken| !taken)?;
        (several_lines && self.visible).then_some(Heredoc {
            marker: MARKERS[free],
            indented: self.flush && !self.joining,
            newline_at_end: !self.inside,
        })
    }
}

/// Writes a literal part of a heredoc. `last` is false when another part follows. `at_line_start` says whether the part
/// begins a line, and is set to whether it ends one.
pub(super) fn heredoc_part(
    text: &str,
    last: bool,
    indent: usize,
    at_line_start: &mut bool,
    out: &mut String,
) {
    for line in text.split_inclusive('\n') {
        // Terraform neither counts nor removes the white space of blank lines.
        let blank = (last || line.ends_with('\n')) && line.trim().is_empty();
        if *at_line_start && !blank {
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
