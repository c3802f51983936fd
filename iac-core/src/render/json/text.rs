//! Text in JSON, and templates in such text.

use std::fmt::Write as _;

use crate::render::text::{INTRODUCERS, push_spaces};

/// Where lines are broken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
    /// Before each member and element, which is indented.
    Indented,
    /// Before each member and element.
    Lines,
    /// Nowhere.
    OneLine,
}

impl Layout {
    /// Begins a member or an element.
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

/// Writes text as JSON.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Writes text so that it is itself as a template, or as a part of one. `last` is false when another part follows.
pub(super) fn escape_template(text: &str, last: bool, out: &mut String) {
    let mut rest = text;
    // Terraform takes a byte order mark at the beginning away.
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
                // After a carriage return alone, Terraform does not see every escape.
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

/// Writes what is text in Terraform's own language as an interpolation.
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
