//! JSON strings, and templates in them.

use std::fmt::Write as _;

use crate::render::text::{INTRODUCERS, push_spaces};

/// Placement of line breaks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
    /// Before each member and element, indented.
    Indented,
    /// Before each member and element, not indented.
    Lines,
    /// No line breaks.
    OneLine,
}

impl Layout {
    /// Starts a member or an element.
    pub(super) fn next(self, out: &mut String, indent: usize, first: &mut bool) {
        if !std::mem::replace(first, false) {
            out.push(',');
        }
        self.new_line(out, indent);
    }

    pub(super) fn new_line(self, out: &mut String, indent: usize) {
        match self {
            Self::Indented => {
                out.push('\n');
                push_spaces(2 * indent, out);
            }
            Self::Lines => out.push('\n'),
            Self::OneLine => {}
        }
    }
}

/// Writes a JSON string.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Writes text that evaluates to itself as a template, or as a part of one. `last` is false if another part follows.
pub(super) fn escape_template(text: &str, last: bool, out: &mut String) {
    let mut rest = text;
    // Terraform strips a leading byte order mark.
    if let Some(after) = rest.strip_prefix('\u{feff}') {
        interpolate("\\ufeff", out);
        rest = after;
    }
    while let Some(position) = rest.find(INTRODUCERS_AND_RETURN) {
        let (before, special) = rest.split_at(position);
        escape(before, out);
        let after = special.trim_start_matches(INTRODUCERS);
        let introducers = &special[..special.len() - after.len()];
        rest = after;
        if let Some(after) = after.strip_prefix('\r') {
            rest = after;
            if after.starts_with('\n') {
                out.push_str(introducers);
                out.push_str("\\r");
            } else {
                // Terraform does not recognize every escape after a lone carriage return.
                interpolate(&format!("{introducers}\\r"), out);
            }
        } else if after.is_empty() && !last {
            // `$` before `${` would escape it.
            interpolate(introducers, out);
        } else {
            out.push_str(introducers);
            if after.starts_with('{') {
                out.extend(introducers.chars().next_back());
            }
        }
    }
    escape(rest, out);
}

const INTRODUCERS_AND_RETURN: [char; 3] = ['$', '%', '\r'];

/// Writes a string literal of Terraform's own language as an interpolation.
fn interpolate(escaped: &str, out: &mut String) {
    out.push_str("${\\\"");
    escape(escaped, out);
    out.push_str("\\\"}");
}

pub(super) fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(position) =
        rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\' | 0x7f))
    {
        let (before, after) = rest.split_at(position);
        out.push_str(before);
        match after.as_bytes()[0] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => write!(out, "\\u{control:04x}").expect("writing to a string does not fail"),
        }
        rest = &after[1..];
    }
    out.push_str(rest);
}
