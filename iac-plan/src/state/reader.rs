//! A pull reader of JSON.
//!
//! States are large, and most of their content is skipped. The reader therefore borrows, skips at the speed of a
//! search for quotes, and tracks its position, so that errors have a line and a column.
//! `serde_json`, which reads the small documents, would parse what is skipped here.

use std::borrow::Cow;
use std::fmt;

use iac_core::text::Text;
use iac_lang::value::{Number, composed};

/// The maximum nesting depth of objects and lists. Terraform's own values are a few dozen levels deep at most.
pub(super) const MAX_DEPTH: usize = 128;

/// A position in a text. Lines and columns start at 1; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// Returns the position of a byte offset.
    pub(super) fn of(text: &[u8], offset: usize) -> Self {
        let before = &text[..offset.min(text.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        // Continuation bytes of a character do not count.
        let column = before[start..].iter().filter(|&&byte| byte & 0xc0 != 0x80).count() + 1;
        Self { line, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// An unexpected value. It never contains the value itself, which may be sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unexpected {
    /// The position, in bytes.
    pub(super) offset: usize,
    pub(super) expected: &'static str,
    pub(super) found: &'static str,
}

/// A reader that starts at the beginning of a text.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
}

type Result<T> = std::result::Result<T, Unexpected>;

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, position: 0, depth: 0 }
    }

    /// Returns the position of the next token, in bytes.
    pub(super) fn offset(&mut self) -> usize {
        self.peek();
        self.position
    }

    /// Returns the next byte that is not whitespace.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.text.as_bytes().get(self.position) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => self.peek_after_space(),
            other => other.copied(),
        }
    }

    fn peek_after_space(&mut self) -> Option<u8> {
        const INDENTATION: &[u8; 8] = b"        ";
        let bytes = self.text.as_bytes();
        loop {
            self.position += 1;
            // Most whitespace is indentation.
            while bytes.get(self.position..self.position + INDENTATION.len()) == Some(INDENTATION) {
                self.position += INDENTATION.len();
            }
            match bytes.get(self.position) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => {}
                other => return other.copied(),
            }
        }
    }

    /// Creates an error at the position.
    #[cold]
    pub(super) fn unexpected(&mut self, expected: &'static str) -> Unexpected {
        let found = match self.peek() {
            None => "the end of the file",
            Some(b'"') => "a string",
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b't' | b'f') => "true or false",
            Some(b'n') => "null",
            Some(b'-' | b'0'..=b'9') => "a number",
            Some(b',') => "a comma",
            Some(b':') => "a colon",
            Some(b']' | b'}') => "a closing bracket",
            Some(_) => "invalid JSON",
        };
        Unexpected { offset: self.position, expected, found }
    }

    /// Expects the end of the text, after optional whitespace.
    pub(super) fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("the end of the file")),
        }
    }

    fn word(&mut self, word: &'static str) -> bool {
        let is = self.text.as_bytes()[self.position..].starts_with(word.as_bytes());
        if is {
            self.position += word.len();
        }
        is
    }

    /// Consumes `null`, if it comes next.
    #[inline]
    pub(super) fn null(&mut self) -> bool {
        self.peek() == Some(b'n') && self.word("null")
    }

    pub(super) fn bool(&mut self) -> Result<bool> {
        match self.peek() {
            Some(b't') if self.word("true") => Ok(true),
            Some(b'f') if self.word("false") => Ok(false),
            _ => Err(self.unexpected("true or false")),
        }
    }

    /// Reads the text of a number.
    pub(super) fn number_text(&mut self, expected: &'static str) -> Result<&'a str> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.unexpected(expected));
        }
        let rest = &self.text[self.position..];
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().position(|byte| !is_part(&byte)).unwrap_or(rest.len());
        self.position += length;
        Ok(&rest[..length])
    }

    pub(super) fn number(&mut self) -> Result<Number> {
        let text = self.number_text("a number")?;
        if text.len() <= 18
            && let Ok(number) = text.parse::<i64>()
        {
            return Ok(number.into());
        }
        text.parse().map_err(|_| Unexpected {
            offset: self.position - text.len(),
            expected: "a number",
            found: "invalid JSON",
        })
    }

    /// Reads a non-negative integer.
    pub(super) fn unsigned(&mut self) -> Result<u64> {
        const EXPECTED: &str = "an integer from 0 to 18446744073709551615";
        let text = self.number_text(EXPECTED)?;
        text.parse().map_err(|_| Unexpected {
            offset: self.position - text.len(),
            expected: EXPECTED,
            found: "another number",
        })
    }

    /// Reads a string, borrowed unless it contains escapes.
    #[inline]
    pub(super) fn string(&mut self, expected: &'static str) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(expected));
        }
        let start = self.position + 1;
        match self.quote_or_escape(start) {
            Some((end, b'"')) => {
                self.position = end + 1;
                Ok(Cow::Borrowed(&self.text[start..end]))
            }
            Some((escape, _)) => self.escaped(start, escape).map(Cow::Owned),
            None => Err(self.unterminated()),
        }
    }

    pub(super) fn text(&mut self, expected: &'static str) -> Result<Text> {
        self.string(expected).map(|text| composed(text.into()))
    }

    /// Returns the position and kind of the next quote or backslash.
    #[inline]
    fn quote_or_escape(&self, from: usize) -> Option<(usize, u8)> {
        let bytes = self.text.as_bytes();
        let mut position = from;
        // Most strings are shorter than the setup of a vectorized search takes.
        while position < from + 32 {
            let Some(word) = bytes.get(position..).and_then(<[u8]>::first_chunk) else {
                let rest = bytes.get(position..)?;
                let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
                return Some((position + found, rest[found]));
            };
            let word = u64::from_le_bytes(*word);
            let found = zero_bytes(word ^ QUOTES) | zero_bytes(word ^ BACKSLASHES);
            if found != 0 {
                position += found.trailing_zeros() as usize / 8;
                return Some((position, bytes[position]));
            }
            position += 8;
        }
        let rest = &bytes[position..];
        let found = memchr::memchr2(b'"', b'\\', rest)?;
        Some((position + found, rest[found]))
    }

    #[cold]
    fn unterminated(&mut self) -> Unexpected {
        self.position = self.text.len();
        self.unexpected("a closing quote")
    }

    /// Reads the rest of a string from its first escape.
    fn escaped(&mut self, start: usize, escape: usize) -> Result<String> {
        let bytes = self.text.as_bytes();
        let mut unescaped = String::with_capacity(2 * (escape - start) + 32);
        unescaped.push_str(&self.text[start..escape]);
        self.position = escape;
        loop {
            self.position += 2;
            match bytes.get(self.position - 1) {
                Some(&byte @ (b'"' | b'\\' | b'/')) => unescaped.push(char::from(byte)),
                Some(b'n') => unescaped.push('\n'),
                Some(b't') => unescaped.push('\t'),
                Some(b'r') => unescaped.push('\r'),
                Some(b'b') => unescaped.push('\u{8}'),
                Some(b'f') => unescaped.push('\u{c}'),
                Some(b'u') => unescaped.push(self.unicode()),
                None => return Err(self.unterminated()),
                Some(_) => {
                    let offset = self.position - 2;
                    return Err(Unexpected { offset, expected: "an escape sequence", found: "a backslash" });
                }
            }
            let (end, byte) = self.quote_or_escape(self.position).ok_or_else(|| self.unterminated())?;
            unescaped.push_str(&self.text[self.position..end]);
            self.position = end;
            if byte == b'"' {
                self.position += 1;
                return Ok(unescaped);
            }
        }
    }

    /// Reads the character of a `\u` escape or of a surrogate pair. Invalid ones are replaced, as in Go.
    fn unicode(&mut self) -> char {
        let Some(first) = self.hexadecimal(self.position) else { return char::REPLACEMENT_CHARACTER };
        self.position += 4;
        if (0xd800..0xdc00).contains(&first)
            && self.text.as_bytes()[self.position..].starts_with(b"\\u")
            && let Some(second @ 0xdc00..0xe000) = self.hexadecimal(self.position + 2)
        {
            self.position += 6;
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hexadecimal(&self, from: usize) -> Option<u32> {
        let digits = self.text.get(from..from + 4)?;
        if digits.starts_with('+') {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }

    /// Enters an object or list. Returns false, and leaves it again, if it is empty.
    #[inline]
    pub(super) fn enter(&mut self, open: u8, expected: &'static str) -> Result<bool> {
        if self.peek() != Some(open) {
            return Err(self.unexpected(expected));
        }
        if self.depth == MAX_DEPTH {
            let (expected, found) = ("at most 128 levels of nesting", "another level");
            return Err(Unexpected { offset: self.position, expected, found });
        }
        self.position += 1;
        self.depth += 1;
        if self.peek() == Some(closing(open)) {
            self.leave();
            return Ok(false);
        }
        Ok(true)
    }

    /// Returns whether another element follows. If none does, leaves the object or list.
    #[inline]
    pub(super) fn more(&mut self, open: u8) -> Result<bool> {
        match self.peek() {
            Some(b',') => {
                self.position += 1;
                Ok(true)
            }
            Some(close) if close == closing(open) => {
                self.leave();
                Ok(false)
            }
            _ => Err(self.unexpected("a comma or a closing bracket")),
        }
    }

    fn leave(&mut self) {
        self.position += 1;
        self.depth -= 1;
    }

    /// Reads the name of a member and the colon.
    pub(super) fn key(&mut self) -> Result<Cow<'a, str>> {
        let key = self.string("a quoted name")?;
        self.colon()?;
        Ok(key)
    }

    /// Consumes the name of a member and the colon, if it is this name.
    #[inline]
    pub(super) fn key_if(&mut self, name: &str) -> Result<bool> {
        if self.peek() != Some(b'"') {
            return Ok(false);
        }
        let end = self.position + 1 + name.len();
        let bytes = self.text.as_bytes();
        if bytes.get(end) != Some(&b'"') || bytes[self.position + 1..end] != *name.as_bytes() {
            return Ok(false);
        }
        self.position = end + 1;
        self.colon()?;
        Ok(true)
    }

    #[inline]
    fn colon(&mut self) -> Result<()> {
        if self.peek() != Some(b':') {
            return Err(self.unexpected("a colon"));
        }
        self.position += 1;
        Ok(())
    }

    /// Calls the function for each member of an object; it must read the value.
    pub(super) fn object<E: From<Unexpected>>(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut more = self.enter(b'{', "an object")?;
        while more {
            let key = self.key()?;
            member(self, key)?;
            more = self.more(b'{')?;
        }
        Ok(())
    }

    /// Calls the function for each element of a list; it must read the element.
    pub(super) fn list<E: From<Unexpected>>(
        &mut self,
        mut element: impl FnMut(&mut Self) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut more = self.enter(b'[', "a list")?;
        while more {
            element(self)?;
            more = self.more(b'[')?;
        }
        Ok(())
    }

    /// Skips a value and returns its text.
    pub(super) fn skip(&mut self) -> Result<&'a str> {
        let start = self.offset();
        self.pass()?;
        Ok(&self.text[start..self.position])
    }

    /// Skips an object and returns its text.
    pub(super) fn skip_object(&mut self) -> Result<&'a str> {
        if self.peek() == Some(b'{') { self.skip() } else { Err(self.unexpected("an object")) }
    }

    fn pass(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'"') => self.pass_text(),
            Some(b'{') => {
                let mut more = self.enter(b'{', "an object")?;
                while more {
                    if self.peek() != Some(b'"') {
                        return Err(self.unexpected("a quoted name"));
                    }
                    self.pass_text()?;
                    self.colon()?;
                    self.pass()?;
                    more = self.more(b'{')?;
                }
                Ok(())
            }
            Some(b'[') => {
                let mut more = self.enter(b'[', "a list")?;
                while more {
                    self.pass()?;
                    more = self.more(b'[')?;
                }
                Ok(())
            }
            Some(b'n') if self.word("null") => Ok(()),
            Some(b't' | b'f') => self.bool().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number_text("a number").map(drop),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn pass_text(&mut self) -> Result<()> {
        let mut from = self.position + 1;
        loop {
            match self.quote_or_escape(from) {
                Some((end, b'"')) => {
                    self.position = end + 1;
                    return Ok(());
                }
                // Skips the escaped byte, which may be a quote. It is the first byte of a longer character only in
                // invalid text, and then the search continues inside that character.
                Some((escape, _)) => from = escape + 2,
                None => return Err(self.unterminated()),
            }
        }
    }
}

const QUOTES: u64 = u64::from_le_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_le_bytes([b'\\'; 8]);

/// Sets the highest bit of each byte that is zero. Only the lowest mark is reliable; higher ones may be false
/// positives.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(u64::from_le_bytes([0x01; 8])) & !word & u64::from_le_bytes([0x80; 8])
}

const fn closing(open: u8) -> u8 {
    if open == b'{' { b'}' } else { b']' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn string(text: &str) -> String {
        Reader::new(text).string("a string").expect("a valid string").into_owned()
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(string(r#""a\"b\\c\/\n\t\r\b\fé""#), "a\"b\\c/\n\t\r\u{8}\u{c}é");
        assert_eq!(string(r#""\u003c\u00e9\ud83d\ude00""#), "<é😀");
        // The same result as in Go.
        assert_eq!(string(r#""\ud83dx\ude00\u12""#), "\u{fffd}x\u{fffd}\u{fffd}12");
        for length in 0..70 {
            let long = "x\u{80}#!]^"[..].chars().cycle().take(length).collect::<String>();
            assert_eq!(string(&format!("\"{long}\\n{long}\"")), format!("{long}\n{long}"));
            assert_eq!(string(&format!("\"{long}\", \"{long}\"")), long);
        }
    }

    #[test]
    fn errors_have_a_position() {
        let error = |text: &str| {
            let mut reader = Reader::new(text);
            let error = reader.skip().and_then(|_| reader.end()).expect_err(text);
            format!("{}: {}, {}", Position::of(text.as_bytes(), error.offset), error.expected, error.found)
        };
        assert_eq!(error(""), "line 1, column 1: a value, the end of the file");
        assert_eq!(error("[1,\n 2,,]"), "line 2, column 4: a value, a comma");
        assert_eq!(error("[\"é\" 2]"), "line 1, column 6: a comma or a closing bracket, a number");
        assert_eq!(error("{\"a\" 2}"), "line 1, column 6: a colon, a number");
        assert_eq!(error("{a: 2}"), "line 1, column 2: a quoted name, invalid JSON");
        assert_eq!(error("[\"abc"), "line 1, column 6: a closing quote, the end of the file");
        assert_eq!(error("[\"\\"), "line 1, column 4: a closing quote, the end of the file");
        assert_eq!(error("{} {}"), "line 1, column 4: the end of the file, an object");
        assert_eq!(
            error(&"[".repeat(100_000)),
            "line 1, column 129: at most 128 levels of nesting, another level"
        );
    }

    #[test]
    fn numbers_are_exact() {
        let number = |text: &str| Reader::new(text).number().map(|number| number.to_string());
        for text in
            ["0", "-1", "123456789012345678", "18446744073709551615", "0.5", "12345678901234567890123"]
        {
            assert_eq!(number(text).as_deref(), Ok(text));
        }
        for text in ["-", "1e", "1-2", "--1", "1.e5"] {
            assert_eq!(number(text).map_err(|error| error.found), Err("invalid JSON"), "{text}");
        }
        assert!(Reader::new("-1").unsigned().is_err());
        assert_eq!(Reader::new("7").unsigned(), Ok(7));
    }
}
