//! Fingerprints of expressions, by which an expression is found again in its source.
//!
//! Trees have no positions, because most configurations have no errors. When one has an error, its source is parsed
//! again, and the expression concerned is the one with the same fingerprint.

use std::fmt::{self, Write as _};

use crate::expression::Expression;

/// Returns a number that is equal for expressions that are written alike. Loop variables, which have no names, are all
/// equal.
#[must_use]
pub fn fingerprint(expression: &Expression) -> u64 {
    let mut hash = Hash { state: 0xcbf2_9ce4_8422_2325, in_binding: false, left: LENGTH };
    // An error ends what counts.
    let _ = write!(hash, "{expression:?}");
    hash.state
}

/// The FNV-1a hash of a text.
struct Hash {
    state: u64,
    /// True after the name of a binding, whose number differs each time a source is parsed.
    in_binding: bool,
    /// The number of bytes that still count.
    left: usize,
}

/// The length of the text that counts. It also limits the recursion of writing a tall tree.
const LENGTH: usize = 4096;

impl fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.in_binding && text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.in_binding = false;
            return Ok(());
        }
        self.in_binding = text == "Binding" || (self.in_binding && text == "(");
        self.left = self.left.checked_sub(text.len()).ok_or(fmt::Error)?;
        for byte in text.bytes() {
            self.state = (self.state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;
    use crate::syntax::Parser;

    #[test]
    fn expressions_that_are_written_alike_have_the_same_fingerprint() {
        let of = |text| fingerprint(&Parser::new(text).whole_expression().unwrap());
        for text in ["local.a.b", "[for x in var.l : x.y]", "join(\",\", [1, \"Binding(2)\"])"] {
            assert_eq!(of(text), of(text), "{text}");
        }
        assert_ne!(of("a.b"), of("a.c"));
        assert_ne!(of("[1]"), of("[2]"));
    }

    #[test]
    fn the_trace_holds_every_expression() {
        let text = "a {\n  b = [\n    f(1),\n    x.y[0],\n  ]\n}\n";
        let (_, trace) = Parser::new(text).traced_file().unwrap();
        for expression in ["f(1)", "x.y[0]", "1"] {
            let fingerprint = fingerprint(&Parser::new(expression).whole_expression().unwrap());
            let found = trace.iter().find(|(_, other)| *other == fingerprint);
            assert_eq!(found.map(|(start, _)| *start), text.find(expression), "{expression}");
        }
    }
}
