//! Text encodings, by their IANA names.

use encoding_rs::{Encoding as Table, UTF_8};

/// A text encoding.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    /// Single bytes that are code points, up to the largest.
    Narrow(u32),
    /// UTF-16.
    Utf16 {
        /// True if it is big-endian.
        big: bool,
        /// True if it starts with a byte order mark.
        mark: bool,
    },
    /// Any other encoding.
    Table(&'static Table),
}

impl Encoding {
    /// Returns the encoding of a name, ignoring case.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "us-ascii" | "ascii" => Self::Narrow(0x7f),
            "iso-8859-1" | "latin1" | "l1" => Self::Narrow(0xff),
            "utf-16" => Self::Utf16 { big: true, mark: true },
            "utf-16be" => Self::Utf16 { big: true, mark: false },
            "utf-16le" => Self::Utf16 { big: false, mark: false },
            "utf-8" => Self::Table(UTF_8),
            name => Self::Table(Table::for_label(name.as_bytes()).filter(|table| *table != UTF_8)?),
        })
    }

    /// Encodes a string; `None` if a character has no encoding.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Narrow(largest) => {
                let byte = |letter: char| {
                    u8::try_from(u32::from(letter)).ok().filter(|byte| u32::from(*byte) <= largest)
                };
                text.chars().map(byte).collect()
            }
            Self::Utf16 { big, mark } => {
                let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
                Some(
                    units
                        .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                        .collect(),
                )
            }
            Self::Table(table) => {
                let (bytes, _, replaced) = table.encode(text);
                (!replaced).then(|| bytes.into_owned())
            }
        }
    }

    /// Decodes bytes; `None` if they are invalid.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Narrow(largest) => bytes
                .iter()
                .all(|byte| u32::from(*byte) <= largest)
                .then(|| bytes.iter().map(|byte| char::from(*byte)).collect()),
            Self::Utf16 { big, mark } => {
                let (big, bytes) = match bytes {
                    [0xff, 0xfe, rest @ ..] if mark => (false, rest),
                    [0xfe, 0xff, rest @ ..] if mark => (true, rest),
                    bytes => (big, bytes),
                };
                let unit = |pair: &[u8]| {
                    let pair = [*pair.first()?, *pair.get(1)?];
                    Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
                };
                let units: Option<Vec<u16>> = bytes.chunks(2).map(unit).collect();
                String::from_utf16(&units?).ok()
            }
            Self::Table(table) => table
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }
}
