//! Text inside of encodings: Base64 (with gzip or UTF-16 inside), hexadecimal digits, and percent encoding.

use std::io::Read as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// The length of the shortest text in Base64 that is decoded.
const SHORTEST: usize = 16;
/// The number of bytes that are decompressed at most.
const LARGEST: u64 = 1 << 20;

const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// Returns true if a decoded part of a text satisfies a condition.
pub(super) fn any_decoded(text: &str, is_secret: impl Fn(&str) -> bool) -> bool {
    if text.len() < SHORTEST {
        return false;
    }
    let is_word = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=' | '-' | '_')
    };
    let holds_secret = |word: &str| {
        decoded_base64(word).is_some_and(|text| is_secret(&text))
            || decoded_hex(word).is_some_and(|text| is_secret(&text))
    };
    // `key=…`: padding occurs at the end only.
    let words = text.split(|character: char| !is_word(character));
    let words = words.flat_map(|word| {
        let start = word.trim_end_matches('=').rfind('=').map_or(0, |at| at + 1);
        [&word[start..], &word[..start]]
    });
    let mut words = words.filter(|word| word.len() >= SHORTEST);
    // Encoders break lines, too.
    let is_broken =
        || text.contains('\n') && holds_secret(&text.split_ascii_whitespace().collect::<String>());
    words.any(holds_secret) || is_broken() || decoded_percent(text).is_some_and(|text| is_secret(&text))
}

/// Returns the text in a word in Base64.
pub(super) fn decoded_base64(word: &str) -> Option<String> {
    let engine = if word.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    let bytes = engine.decode(word).ok()?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut text = String::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).take(LARGEST).read_to_string(&mut text).ok()?;
        return Some(text);
    }
    // PowerShell encodes commands as UTF-16.
    let is_utf16 = bytes.len() >= 4 && bytes.iter().skip(1).step_by(2).all(|byte| *byte == 0);
    if is_utf16 {
        return String::from_utf8(bytes.iter().step_by(2).copied().collect()).ok();
    }
    String::from_utf8(bytes).ok()
}

fn decoded_hex(word: &str) -> Option<String> {
    let is_hex = word.len().is_multiple_of(2) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hex {
        return None;
    }
    let bytes = (0..word.len()).step_by(2).map(|at| u8::from_str_radix(&word[at..at + 2], 16).ok());
    let bytes = bytes.collect::<Option<Vec<u8>>>()?;
    // Hashes rarely are text.
    bytes.is_ascii().then(|| String::from_utf8(bytes).ok()).flatten()
}

fn decoded_percent(text: &str) -> Option<String> {
    const ENCODED: [&str; 4] = ["%3D", "%3d", "%3A", "%3a"];
    if !ENCODED.iter().any(|code| text.contains(code)) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = (*first == b'%').then(|| after.get(..2)).flatten();
        let code = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).ok()
}
