//! Templates: quoted strings, heredocs, and whole files.

use super::cursor::Parser;
use super::{Result, SyntaxError};
use crate::expression::{Binding, Expression, ForExpression, ForResult, Operation, TemplatePart};

/// The form of a template, which determines its end and its escapes.
#[derive(Clone, Copy)]
enum Form<'a> {
    /// Ends at a quote; has escapes and no line ends.
    Quoted,
    /// Ends at a line that consists of this word.
    Heredoc(&'a str),
    /// Ends with the source.
    Whole,
}

/// A piece of a template.
enum Piece {
    /// Literal text. In heredocs and whole files each piece ends with its line, so that `~` strips no more than that.
    Literal(String),
    Interpolation(Expression),
    If(Expression),
    Else,
    EndIf,
    For {
        key: Option<Binding>,
        value: Binding,
        collection: Expression,
    },
    EndFor,
}

/// A directive that is not yet closed.
enum Open {
    If { offset: usize, has_else: bool },
    For { offset: usize, names: usize },
}

/// The end of a run of literal text.
enum Next {
    End,
    Introducer { directive: bool },
}

impl<'a> Parser<'a> {
    /// Parses the whole source as a template.
    pub fn whole_template(mut self) -> Result<Expression> {
        let pieces = self.pieces(Form::Whole)?;
        Ok(assemble(pieces))
    }

    /// Parses a quoted template.
    pub(super) fn quoted(&mut self) -> Result<Expression> {
        self.position += 1;
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let special = |(position, byte): (usize, &u8)| match byte {
            b'"' | b'\\' | b'\n' | b'\r' => true,
            b'$' | b'%' => bytes.get(position + 1) == Some(&b'{'),
            _ => false,
        };
        if let Some(end) = bytes.iter().enumerate().position(special)
            && bytes[end] == b'"'
        {
            self.position += end + 1;
            return Ok(Expression::string(&rest[..end]));
        }
        let pieces = self.pieces(Form::Quoted)?;
        Ok(assemble(pieces))
    }

    /// Parses a heredoc.
    pub(super) fn heredoc(&mut self) -> Result<Expression> {
        let start = self.position;
        self.position += 2;
        let indented = self.eat(b'-');
        let word = self.identifier("a heredoc delimiter")?;
        if !self.eat_text("\n") && !self.eat_text("\r\n") {
            let message = format!("expected a line end after `<<{word}`, found {}", self.next_text());
            return Err(self.error(message));
        }
        let mut pieces = self.pieces(Form::Heredoc(word)).map_err(|error| SyntaxError {
            offset: if error.offset >= self.text.len() { start } else { error.offset },
            ..error
        })?;
        if indented {
            take_indentation(&mut pieces);
        }
        Ok(assemble(pieces))
    }

    /// Parses the pieces of a template up to its end. Directives are balanced.
    fn pieces(&mut self, form: Form<'a>) -> Result<Vec<Piece>> {
        let across_lines = std::mem::replace(&mut self.across_lines, true);
        let mut pieces = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        let (mut highest, mut deepest) = (0, 0);
        let mut trim_next = false;
        loop {
            let next = self.literals(form, trim_next, &mut pieces)?;
            let Next::Introducer { directive } = next else { break };
            let trim = self.eat(b'~');
            if let (true, Some(Piece::Literal(text))) = (trim, pieces.last_mut()) {
                text.truncate(text.trim_end().len());
            }
            self.height = 0;
            let piece =
                if directive { self.directive(&mut open)? } else { Piece::Interpolation(self.expression()?) };
            pieces.push(piece);
            highest = highest.max(self.height);
            deepest = deepest.max(u32::try_from(open.len()).unwrap_or(u32::MAX));
            self.check_height(deepest)?;
            self.skip();
            trim_next = self.eat(b'~');
            self.close(b'}', if directive { "the directive" } else { "the interpolation" })?;
        }
        if let Some(Open::If { offset, .. } | Open::For { offset, .. }) = open.last() {
            let error = Self::error_at(*offset, "unclosed directive");
            return Err(error.hint("end it with `%{ endif }` or `%{ endfor }`"));
        }
        self.across_lines = across_lines;
        self.height = 0;
        // A loop becomes three nested expressions.
        self.grow(highest + 3 * deepest)?;
        Ok(pieces)
    }

    /// Parses literal text up to `${`, `%{` or the end of the template, and the delimiter itself.
    fn literals(&mut self, form: Form<'_>, trim_next: bool, pieces: &mut Vec<Piece>) -> Result<Next> {
        let first = pieces.len();
        let mut text = String::new();
        let next = self.literal(form, &mut text, pieces);
        if !text.is_empty() {
            pieces.push(Piece::Literal(text));
        }
        if let (true, Some(Piece::Literal(text))) = (trim_next, pieces.get_mut(first)) {
            let white = text.len() - text.trim_start().len();
            text.drain(..white);
        }
        next
    }

    fn literal(&mut self, form: Form<'_>, text: &mut String, pieces: &mut Vec<Piece>) -> Result<Next> {
        loop {
            if let Form::Heredoc(word) = form
                && text.is_empty()
                && self.ends_heredoc(word)
            {
                return Ok(Next::End);
            }
            let rest = self.rest();
            let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | b'\n' | b'$' | b'%'));
            let (plain, special) = rest.split_at(plain.unwrap_or(rest.len()));
            text.push_str(plain);
            self.position += plain.len();
            let mut bytes = special.bytes();
            match (bytes.next(), form) {
                (None, Form::Whole) => return Ok(Next::End),
                (None, Form::Quoted) => return Err(self.error("missing closing quote")),
                (None, Form::Heredoc(word)) => {
                    let error =
                        self.error(format!("unclosed heredoc: no line consists of the delimiter `{word}`"));
                    return Err(error);
                }
                (Some(b'"'), Form::Quoted) => {
                    self.position += 1;
                    return Ok(Next::End);
                }
                (Some(b'\n'), Form::Quoted) => {
                    let error = self.error("missing closing quote on this line");
                    return Err(error.hint("write `\\n`, or use a heredoc for a multi-line string"));
                }
                (Some(b'\\'), Form::Quoted) => self.escape(text)?,
                (Some(b'\n'), _) => {
                    self.position += 1;
                    text.push('\n');
                    pieces.push(Piece::Literal(std::mem::take(text)));
                }
                (Some(introducer @ (b'$' | b'%')), _) => {
                    if bytes.next() == Some(b'{') {
                        self.position += 2;
                        return Ok(Next::Introducer { directive: introducer == b'%' });
                    }
                    text.push(char::from(introducer));
                    self.position += 1;
                    let doubled = special.as_bytes().get(1) == Some(&introducer);
                    if doubled && special.as_bytes().get(2) == Some(&b'{') {
                        text.push('{');
                        self.position += 2;
                    }
                }
                (Some(other), _) => {
                    text.push(char::from(other));
                    self.position += 1;
                }
            }
        }
    }

    /// Returns true if the line at the position ends the heredoc; if so, moves to its end.
    fn ends_heredoc(&mut self, word: &str) -> bool {
        if self.position > 0 && self.text.as_bytes()[self.position - 1] != b'\n' {
            return false;
        }
        let rest = self.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let is_end = line.trim() == word;
        if is_end {
            self.position += line.strip_suffix('\r').unwrap_or(line).len();
        }
        is_end
    }

    fn escape(&mut self, text: &mut String) -> Result<()> {
        let start = self.position;
        let code = |digits: usize| {
            let code = self.text.get(start + 2..start + 2 + digits)?;
            let is_hexadecimal = code.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = u32::from_str_radix(code, 16).ok().filter(|_| is_hexadecimal)?;
            Some((char::from_u32(code)?, 2 + digits))
        };
        let escaped = match self.peek_at(1) {
            b'n' => Some(('\n', 2)),
            b'r' => Some(('\r', 2)),
            b't' => Some(('\t', 2)),
            b'"' => Some(('"', 2)),
            b'\\' => Some(('\\', 2)),
            b'u' => code(4),
            b'U' => code(8),
            _ => None,
        };
        let Some((character, length)) = escaped else {
            let error = self.error("invalid escape sequence");
            return Err(error.hint(
                "valid escapes are \\n \\r \\t \\\" \\\\ \\uNNNN \\UNNNNNNNN; write `\\\\` for a backslash",
            ));
        };
        text.push(character);
        self.position += length;
        Ok(())
    }

    /// Parses a directive up to its closing brace.
    fn directive(&mut self, open: &mut Vec<Open>) -> Result<Piece> {
        self.skip();
        let offset = self.position;
        let keyword = self.identifier_text();
        self.skip();
        let unexpected = || {
            let error = Self::error_at(offset, format!("unmatched directive `%{{ {keyword} }}`"));
            Err(error)
        };
        Ok(match keyword {
            "if" => {
                open.push(Open::If { offset, has_else: false });
                Piece::If(self.expression()?)
            }
            "for" => {
                let names = self.names.len();
                open.push(Open::For { offset, names });
                let (key, value, collection) = self.for_introduction()?;
                Piece::For { key, value, collection }
            }
            "else" => match open.last_mut() {
                Some(Open::If { has_else: has_else @ false, .. }) => {
                    *has_else = true;
                    Piece::Else
                }
                _ => return unexpected(),
            },
            "endif" => match open.pop() {
                Some(Open::If { .. }) => Piece::EndIf,
                _ => return unexpected(),
            },
            "endfor" => match open.pop() {
                Some(Open::For { names, .. }) => {
                    self.names.truncate(names);
                    Piece::EndFor
                }
                _ => return unexpected(),
            },
            _ => {
                let error = Self::error_at(offset, format!("unknown directive `{keyword}`"));
                return Err(error.hint("valid directives are `if`, `else`, `endif`, `for` and `endfor`"));
            }
        })
    }
}

/// Strips the common indentation of a `<<-` heredoc.
///
/// Only pieces at the beginning of a line count: a piece that `~` has joined to the previous line keeps its text.
fn take_indentation(pieces: &mut [Piece]) {
    let begins_line = |pieces: &[Piece], position: usize| {
        position == 0 || matches!(&pieces[position - 1], Piece::Literal(text) if text.ends_with('\n'))
    };
    let mut indentation = usize::MAX;
    for position in (0..pieces.len()).filter(|position| begins_line(pieces, *position)) {
        let spaces = match &pieces[position] {
            Piece::Literal(text) if text.ends_with('\n') && text.trim().is_empty() => continue,
            Piece::Literal(text) => text.chars().take_while(|character| character.is_whitespace()).count(),
            _ => 0,
        };
        indentation = indentation.min(spaces);
    }
    let mut at_line_begin = true;
    for piece in pieces {
        let Piece::Literal(text) = piece else {
            at_line_begin = false;
            continue;
        };
        let begins = std::mem::replace(&mut at_line_begin, text.ends_with('\n'));
        if begins && !(text.ends_with('\n') && text.trim().is_empty()) {
            let end = text.char_indices().nth(indentation).map_or(text.len(), |(end, _)| end);
            text.drain(..end);
        }
    }
}

/// An unfinished part: the template itself, or the content of a directive.
enum Frame {
    If { condition: Expression, yes: Option<Vec<TemplatePart>> },
    For { key: Option<Binding>, value: Binding, collection: Expression },
}

/// Assembles the pieces of a template.
fn assemble(pieces: Vec<Piece>) -> Expression {
    let mut parts = Vec::new();
    let mut around: Vec<(Frame, Vec<TemplatePart>)> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => push_literal(&mut parts, text),
            Piece::Interpolation(expression) => parts.push(TemplatePart::Interpolation(expression)),
            Piece::If(condition) => {
                around.push((Frame::If { condition, yes: None }, std::mem::take(&mut parts)));
            }
            Piece::For { key, value, collection } => {
                around.push((Frame::For { key, value, collection }, std::mem::take(&mut parts)));
            }
            Piece::Else => {
                if let Some((Frame::If { yes, .. }, _)) = around.last_mut() {
                    *yes = Some(std::mem::take(&mut parts));
                }
            }
            Piece::EndIf | Piece::EndFor => {
                let Some((frame, outer)) = around.pop() else { continue };
                let inner = std::mem::replace(&mut parts, outer);
                parts.push(TemplatePart::Interpolation(close(frame, inner)));
            }
        }
    }
    match &mut parts[..] {
        [] => Expression::string(""),
        [TemplatePart::Literal(text)] => Expression::string(std::mem::take(text)),
        [TemplatePart::Interpolation(_)] => match parts.pop() {
            Some(TemplatePart::Interpolation(expression)) => expression,
            _ => unreachable!("the only part is an interpolation"),
        },
        _ => Operation::Template(parts).into(),
    }
}

fn push_literal(parts: &mut Vec<TemplatePart>, text: String) {
    match parts.last_mut() {
        Some(TemplatePart::Literal(last)) => last.push_str(&text),
        _ if text.is_empty() => {}
        _ => parts.push(TemplatePart::Literal(text)),
    }
}

/// Builds the expression of a directive.
fn close(frame: Frame, inner: Vec<TemplatePart>) -> Expression {
    match frame {
        Frame::If { condition, yes } => {
            let (yes, no) = match yes {
                Some(yes) => (yes, inner),
                None => (inner, Vec::new()),
            };
            Operation::Conditional(condition, text_of(yes), text_of(no)).into()
        }
        Frame::For { key, value, collection } => {
            let result = ForResult::List(text_of(inner));
            let each = ForExpression { key, value, collection, result, condition: None };
            Expression::call("join", vec![Expression::string(""), Operation::For(each).into()])
        }
    }
}

/// Builds a string expression from the parts, even if there is only one value.
fn text_of(mut parts: Vec<TemplatePart>) -> Expression {
    match &mut parts[..] {
        [] => Expression::string(""),
        [TemplatePart::Literal(text)] => Expression::string(std::mem::take(text)),
        _ => {
            if parts.len() == 1 {
                parts.insert(0, TemplatePart::Literal(String::new()));
            }
            Operation::Template(parts).into()
        }
    }
}
