//! Formats of tokens, read from `tokens.txt`.

use std::sync::OnceLock;

/// The characters of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    Hex,
    AnyHex,
    Lower,
    Upper,
    Digit,
    Base62,
    Base64,
    Word,
    Dotted,
}

impl Alphabet {
    const fn has(self, byte: u8) -> bool {
        let is_alphanumeric = byte.is_ascii_alphanumeric();
        match self {
            Self::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Self::AnyHex => byte.is_ascii_hexdigit(),
            Self::Lower => is_alphanumeric && !byte.is_ascii_uppercase(),
            Self::Upper => is_alphanumeric && !byte.is_ascii_lowercase(),
            Self::Digit => byte.is_ascii_digit(),
            Self::Base62 => is_alphanumeric,
            Self::Base64 => is_alphanumeric || matches!(byte, b'+' | b'/'),
            Self::Word => is_alphanumeric || matches!(byte, b'_' | b'-'),
            Self::Dotted => is_alphanumeric || matches!(byte, b'_' | b'-' | b'.' | b'=' | b'+' | b'/'),
        }
    }

    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "hex" => Self::Hex,
            "HEX" => Self::AnyHex,
            "lower" => Self::Lower,
            "upper" => Self::Upper,
            "digit" => Self::Digit,
            "base62" => Self::Base62,
            "base64" => Self::Base64,
            "word" => Self::Word,
            "dotted" => Self::Dotted,
            _ => return None,
        })
    }

    /// Returns true if names of resources also consist of these characters.
    const fn has_names(self) -> bool {
        matches!(self, Self::Lower | Self::Word | Self::Dotted)
    }
}

/// A part of a format.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Literal(&'static str),
    Run { alphabet: Alphabet, count: usize, is_open: bool },
}

/// The format of the tokens of an issuer.
#[derive(Debug)]
pub(super) struct Format {
    pub(super) issuer: &'static str,
    parts: Vec<Part>,
    /// The position of the first literal, and the number of characters before it.
    literal: (usize, usize),
}

impl Format {
    fn parse(line: &'static str) -> Option<Self> {
        let (issuer, format) = line.split_once(" | ")?;
        let mut parts = Vec::new();
        let mut rest = format.trim();
        while !rest.is_empty() {
            if let Some(quoted) = rest.strip_prefix('"') {
                let (literal, after) = quoted.split_once('"')?;
                parts.push(Part::Literal(literal));
                rest = after.trim_start();
            } else {
                let (run, after) = rest.split_once(' ').unwrap_or((rest, ""));
                let (name, count) = run.split_once('*')?;
                let is_open = count.ends_with('+');
                let count = count.trim_end_matches('+').parse().ok()?;
                parts.push(Part::Run { alphabet: Alphabet::of(name)?, count, is_open });
                rest = after.trim_start();
            }
        }
        let first = parts.iter().position(|part| matches!(part, Part::Literal(_)))?;
        let before = parts[..first].iter().map(|part| match part {
            Part::Run { count, .. } => *count,
            Part::Literal(literal) => literal.len(),
        });
        let literal = (first, before.sum());
        Some(Self { issuer, parts, literal })
    }

    /// Returns the first literal.
    pub(super) fn literal(&self) -> &'static str {
        let Part::Literal(literal) = self.parts[self.literal.0] else { unreachable!("found by `parse`") };
        literal
    }

    /// Returns true if a token of this format starts with its first literal.
    pub(super) const fn is_prefixed(&self) -> bool {
        self.literal.0 == 0
    }

    /// Returns the token around a first literal that begins at `position`.
    pub(super) fn match_at<'t>(&self, text: &'t str, position: usize) -> Option<&'t str> {
        let bytes = text.as_bytes();
        if !bytes[position..].starts_with(self.literal().as_bytes()) {
            return None;
        }
        let mut start = position.checked_sub(self.literal.1)?;
        // The first run may be longer than its minimum.
        if let Some(Part::Run { alphabet, is_open: true, .. }) = self.parts.first() {
            while start > 0 && alphabet.has(bytes[start - 1]) {
                start -= 1;
            }
        }
        if !starts_word(bytes, start) {
            return None;
        }
        let mut at = start;
        let (mut has_digit, mut has_upper, mut is_named) = (false, false, false);
        for part in &self.parts {
            match part {
                Part::Literal(literal) => {
                    if !bytes[at..].starts_with(literal.as_bytes()) {
                        return None;
                    }
                    at += literal.len();
                }
                Part::Run { alphabet, count, is_open } => {
                    let run = bytes[at..].iter().take_while(|byte| alphabet.has(**byte));
                    let length = if *is_open { run.count() } else { run.take(*count).count() };
                    if length < *count {
                        return None;
                    }
                    let run = &bytes[at..at + length];
                    has_digit |= run.iter().any(u8::is_ascii_digit);
                    has_upper |= run.iter().any(u8::is_ascii_uppercase);
                    is_named |= alphabet.has_names() && is_joined(run);
                    at += length;
                }
            }
        }
        let is_ended = !bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let is_name = is_named && self.literal().len() <= 5;
        (is_ended && (has_digit || has_upper) && !is_name).then(|| &text[start..at])
    }

    /// Returns a token of this format, whose characters come from a source of random numbers.
    #[cfg(test)]
    pub(super) fn example(&self, length: impl Fn(usize, bool) -> usize) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Literal(literal) => (*literal).to_owned(),
            Part::Run { alphabet, count, is_open } => {
                let characters = match alphabet {
                    Alphabet::Hex | Alphabet::AnyHex => "7f3a9c",
                    Alphabet::Digit => "7391",
                    Alphabet::Lower => "k7f3m",
                    Alphabet::Upper => "K7F3M",
                    _ => "kT7fQ3mZ",
                };
                characters.chars().cycle().take(length(*count, *is_open)).collect()
            }
        });
        parts.collect()
    }
}

/// Returns true if no word continues at this position.
pub(super) fn starts_word(bytes: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1) else { return true };
    let byte = bytes[before];
    // `\n` in text that is quoted more than once.
    let is_escape = || before > 0 && bytes[before - 1] == b'\\' && matches!(byte, b'n' | b'r' | b't');
    !(byte.is_ascii_alphanumeric() || byte == b'_') || is_escape()
}

/// Returns true for words that are joined by separators, such as the name of a resource.
fn is_joined(run: &[u8]) -> bool {
    run.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/')).count() > 3
}

/// Returns all formats.
pub(super) fn formats() -> &'static [Format] {
    static FORMATS: OnceLock<Vec<Format>> = OnceLock::new();
    FORMATS.get_or_init(|| {
        let lines = include_str!("../tokens.txt").lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| Format::parse(line).expect("a test parses every line")).collect()
    })
}
