//! JSON as Terraform's JSON syntax needs it: with positions, exact numbers, and templates in strings.
//!
//! `serde_json` gives a value no position, loses digits of numbers (its feature that keeps them changes it for every
//! crate of a program), and would be a dependency of every program that writes configuration.

use std::borrow::Cow;

use super::cursor::Parser;
use super::{Result, SyntaxError};
use crate::decimal::Decimal;
use crate::expression::{Expression, ObjectKey};

/// The maximum nesting depth of objects and lists.
const MAX_DEPTH: u32 = 200;

/// A JSON reader.
#[derive(Debug)]
pub struct Json<'a> {
    text: &'a str,
    position: usize,
    depth: u32,
}

/// The interpretation of JSON strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strings {
    /// Strings are templates.
    Templates,
    /// Strings are literal.
    Literals,
}

impl<'a> Json<'a> {
    /// Creates a reader.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let position = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, position, depth: 0 }
    }

    /// Returns the position of the next value or delimiter, in bytes.
    pub fn offset(&mut self) -> usize {
        self.skip();
        self.position
    }

    /// Returns the first byte of the next value or delimiter; 0 at the end.
    pub fn peek(&mut self) -> u8 {
        self.skip();
        self.byte()
    }

    /// Expects the end of the source.
    pub fn end(mut self) -> Result<()> {
        match self.peek() {
            0 if self.position >= self.text.len() => Ok(()),
            _ => Err(self.error("unexpected content after the end of the document")),
        }
    }

    /// Reads an object. `member` is called with each name and its position, and reads the value.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>, usize) -> Result<()>,
    ) -> Result<()> {
        self.sequence(b'{', b'}', |json| {
            let offset = json.offset();
            let name = json.string()?;
            json.expect(b':')?;
            member(json, name, offset)
        })
    }

    /// Reads a list. `element` reads each element.
    pub fn list(&mut self, element: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.sequence(b'[', b']', element)
    }

    /// Reads a value.
    pub fn value(&mut self, strings: Strings) -> Result<Expression> {
        match self.peek() {
            b'"' => self.text(strings),
            b'{' => {
                let mut elements = Vec::new();
                self.object(|json, name, offset| {
                    let key = match Self::template(name, offset, strings)? {
                        Expression::String(name) => ObjectKey::Name(name),
                        key => ObjectKey::Computed(key),
                    };
                    elements.push((key, json.value(strings)?));
                    Ok(())
                })?;
                Ok(Expression::Object(elements))
            }
            b'[' => {
                let mut elements = Vec::new();
                self.list(|json| {
                    elements.push(json.value(strings)?);
                    Ok(())
                })?;
                Ok(Expression::List(elements))
            }
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let words = [
                    ("null", Expression::Null),
                    ("true", Expression::Bool(true)),
                    ("false", Expression::Bool(false)),
                ];
                let rest = &self.text.as_bytes()[self.position..];
                for (word, value) in words {
                    if rest.starts_with(word.as_bytes()) {
                        self.position += word.len();
                        return Ok(value);
                    }
                }
                Err(self.error("expected a value"))
            }
        }
    }

    fn text(&mut self, strings: Strings) -> Result<Expression> {
        let offset = self.position;
        let text = self.string()?;
        Self::template(text, offset, strings)
    }

    /// Parses a string as the chosen interpretation; `offset` is the position of its quote.
    fn template(text: Cow<'a, str>, offset: usize, strings: Strings) -> Result<Expression> {
        let has_template = |text: &str| {
            let mut pairs = text.as_bytes().windows(2);
            pairs.any(|pair| pair[1] == b'{' && matches!(pair[0], b'$' | b'%'))
        };
        if strings == Strings::Literals || !has_template(&text) {
            return Ok(Expression::String(text.into()));
        }
        if let Some(expression) = Parser::new(&text).only_interpolation() {
            return Ok(expression);
        }
        Parser::new(&text).whole_template().map_err(|error| SyntaxError {
            // After escapes, positions in the string no longer match positions in the source, so the whole string is
            // reported.
            offset: offset + if matches!(text, Cow::Borrowed(_)) { 1 + error.offset } else { 0 },
            ..error
        })
    }

    fn number(&mut self) -> Result<Expression> {
        let start = self.position;
        self.position += usize::from(self.byte() == b'-');
        let whole = self.digits();
        let mut valid = whole.len() == 1 || (!whole.is_empty() && !whole.starts_with('0'));
        if self.byte() == b'.' {
            self.position += 1;
            valid &= !self.digits().is_empty();
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.position += 1;
            self.position += usize::from(matches!(self.byte(), b'+' | b'-'));
            valid &= !self.digits().is_empty();
        }
        let text = &self.text[start..self.position];
        if let (true, Ok(number)) = (valid, text.parse()) {
            return Ok(Expression::Integer(number));
        }
        match Decimal::parse(text) {
            Some(number) if valid => Ok(number.into_expression()),
            _ => Err(Self::error_at(start, format!("invalid number `{text}`"))),
        }
    }

    fn digits(&mut self) -> &'a str {
        let start = self.position;
        while self.byte().is_ascii_digit() {
            self.position += 1;
        }
        &self.text[start..self.position]
    }

    /// Reads a quoted string.
    pub fn string(&mut self) -> Result<Cow<'a, str>> {
        self.skip();
        if self.byte() != b'"' {
            return Err(self.error("expected a quoted string"));
        }
        self.position += 1;
        let mut unescaped = String::new();
        loop {
            let rest = &self.text[self.position..];
            let plain = rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\'));
            let Some(plain) = plain else { return Err(self.error("missing closing quote")) };
            let (plain, special) = rest.split_at(plain);
            self.position += plain.len() + 1;
            match special.as_bytes()[0] {
                b'"' if unescaped.is_empty() => return Ok(Cow::Borrowed(plain)),
                b'"' => {
                    unescaped.push_str(plain);
                    return Ok(Cow::Owned(unescaped));
                }
                b'\\' => {
                    unescaped.reserve(plain.len() + special.len().min(64));
                    unescaped.push_str(plain);
                    unescaped.push(self.escaped()?);
                }
                _ => {
                    self.position -= 1;
                    return Err(self.error("strings cannot contain line ends or control characters"));
                }
            }
        }
    }

    /// Reads an escape sequence, after its backslash.
    fn escaped(&mut self) -> Result<char> {
        self.position += 1;
        Ok(match self.text.as_bytes().get(self.position - 1) {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(*plain),
            Some(b'u') => {
                let first = self.code()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                // A surrogate is only valid as half of a pair.
                let mark = self.position;
                if !self.text[self.position..].starts_with("\\u") {
                    return Ok(char::REPLACEMENT_CHARACTER);
                }
                self.position += 2;
                let second = self.code()?;
                if !(0xdc00..0xe000).contains(&second) {
                    self.position = mark;
                    return Ok(char::REPLACEMENT_CHARACTER);
                }
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => {
                self.position -= 2;
                return Err(self.error("invalid escape sequence"));
            }
        })
    }

    fn code(&mut self) -> Result<u32> {
        let digits = self.text.get(self.position..self.position + 4).unwrap_or_default();
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) || digits.is_empty() {
            return Err(self.error("`\\u` must be followed by four hexadecimal digits"));
        }
        self.position += 4;
        u32::from_str_radix(digits, 16)
            .map_err(|_| self.error("`\\u` must be followed by four hexadecimal digits"))
    }

    fn sequence(
        &mut self,
        open: u8,
        close: u8,
        mut element: impl FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        self.expect(open)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(format!("the document is nested more than {MAX_DEPTH} levels deep")));
        }
        if self.peek() == close {
            self.position += 1;
        } else {
            loop {
                element(self)?;
                if self.peek() == close {
                    self.position += 1;
                    break;
                }
                self.expect(b',')?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.peek() != byte {
            let next = self.text[self.position..].chars().next();
            let next =
                next.map_or("the end of the input".to_owned(), |next| format!("`{}`", next.escape_debug()));
            return Err(self.error(format!("expected `{}`, found {next}", char::from(byte))));
        }
        self.position += 1;
        Ok(())
    }

    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.position).copied().unwrap_or_default()
    }

    fn skip(&mut self) {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.position += 1;
        }
    }

    /// Creates an error at the position.
    pub fn error(&self, message: impl Into<String>) -> SyntaxError {
        Self::error_at(self.position, message)
    }

    fn error_at(offset: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError { offset, message: message.into(), hint: None }
    }
}
