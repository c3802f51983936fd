//! The text of a plan file, independent of encoding and of a wrapper's output.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::ReadPlanError;

/// The JSON document in the bytes of a plan file.
#[derive(Debug)]
pub struct PlanText<'a> {
    /// The document.
    pub(super) document: Cow<'a, str>,
    /// The number of lines around the document that do not belong to it.
    pub(super) ignored_lines: usize,
}

impl<'a> PlanText<'a> {
    /// Finds the document in the bytes of a plan file.
    ///
    /// Accepts UTF-8 and UTF-16 with and without a byte order mark, as PowerShell writes them, and skips lines that
    /// wrappers of Terraform print before the plan (`[command]…`) and after it (`::debug::…`).
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are not text or contain no document.
    pub fn new(bytes: &'a [u8]) -> Result<Self, ReadPlanError> {
        if bytes.starts_with(b"PK\x03\x04") {
            return Err(ReadPlanError::SavedPlan);
        }
        let text = decode(bytes)?;
        if text.trim().is_empty() {
            return Err(ReadPlanError::Empty);
        }
        let (range, ignored_lines) = document(&text);
        let document = match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
            Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
        };
        Ok(Self { document, ignored_lines })
    }

    /// Returns the document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.document
    }
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadPlanError> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((guess(bytes), 0));
    let bytes = &bytes[mark..];
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| ReadPlanError::Encoding);
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.ok_or(ReadPlanError::Encoding)
}

/// Guesses the encoding of text without a byte order mark: in UTF-16, almost every second byte of JSON is zero.
fn guess(bytes: &[u8]) -> &'static Encoding {
    match bytes {
        [0, first, ..] if *first != 0 => UTF_16BE,
        [first, 0, ..] if *first != 0 => UTF_16LE,
        _ => UTF_8,
    }
}

/// Returns the range of the document, and the number of non-empty lines around it.
fn document(text: &str) -> (std::ops::Range<usize>, usize) {
    let mut start = 0;
    let mut ignored = 0;
    if !text.trim_start().starts_with('{') {
        let mut position = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with('{') {
                start = position;
                break;
            }
            position += line.len();
            ignored += usize::from(!line.trim().is_empty());
        }
        if start == 0 {
            return (0..text.len(), 0);
        }
    }
    // Workflow commands follow the document.
    let mut end = text.trim_end().len();
    while let Some(line) = text[start..end].rfind('\n').map(|position| start + position + 1)
        && text[line..end].starts_with("::")
    {
        end = start + text[start..line].trim_end().len();
        ignored += 1;
    }
    let document = &text[start..end];
    (start..start + document.strip_suffix("%0A").unwrap_or(document).len(), ignored)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, usize) {
        let text = PlanText::new(bytes).unwrap();
        (text.as_str().trim().to_owned(), text.ignored_lines)
    }

    #[test]
    fn documents_of_every_encoding_are_read() {
        let text = "{\"a\": \"ü\"}\r\n";
        let plain = ("{\"a\": \"ü\"}".to_owned(), 0);
        assert_eq!(read(text.as_bytes()), plain);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), plain);
        for mark in ["", "\u{feff}"] {
            let units: Vec<u16> = format!("{mark}{text}").encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            assert_eq!((read(&little), read(&big)), (plain.clone(), plain.clone()));
        }
        assert!(matches!(PlanText::new(b"{\"a\": \"\xff\"}"), Err(ReadPlanError::Encoding)));
        assert!(matches!(PlanText::new(b"\xff\xfe{\0\0\xd8"), Err(ReadPlanError::Encoding)));
    }

    #[test]
    fn lines_of_wrappers_are_skipped() {
        let document = "{\n  \"a\": [\n    1\n  ]\n}".to_owned();
        for (text, ignored) in [
            (document.clone(), 0),
            (format!("\n{document}\n\n"), 0),
            (format!("[command]/bin/terraform show -json x\n{document}"), 1),
            (format!("[command]/bin/terraform show\r\n\r\n{document}\r\n"), 1),
            (format!("{document}%0A\n::set-output name=stderr::\n::set-output name=exitcode::0\n"), 2),
            (format!("[command]x\n{document}\n\n::debug::Terraform exited with code 0.\n"), 2),
        ] {
            assert_eq!(read(text.as_bytes()), (document.clone(), ignored), "{text}");
        }
        // The parser reports text without a document.
        for text in ["[1, 2]", "[\n  {\"a\": 1}\n]", "Error: no plan", "{\"a\": 1}\n{\"b\": 2}"] {
            assert_eq!(read(text.as_bytes()), (text.to_owned(), 0));
        }
        assert!(matches!(PlanText::new(b" \n"), Err(ReadPlanError::Empty)));
        assert!(matches!(PlanText::new(b"PK\x03\x04..."), Err(ReadPlanError::SavedPlan)));
    }
}
