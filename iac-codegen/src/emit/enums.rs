//! Enums of allowed values.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::scope::Scope;
use crate::names::{camel_case, unused};
use iac_schema::model::Literal;

/// Writes the enums of a service.
pub(super) fn emit(out: &mut String, scope: &Scope<'_>) {
    for (values, name) in &scope.enums {
        let values: Vec<&str> = values.iter().filter_map(text).collect();
        let variants = variants(&values);
        let _ = write!(out, "/// Allowed values.\n#[non_exhaustive]\npub enum {name} {{\n");
        for (variant, value) in variants.iter().zip(&values) {
            let _ = writeln!(out, "/// `{}`\n{variant},", value.escape_debug());
        }
        let _ = write!(
            out,
            "}}\nimpl c::Copy for {name} {{}}\n\
             impl c::Clone for {name} {{ #[inline] fn clone(&self) -> Self {{ *self }} }}\n\
             impl c::Enumeration for {name} {{ #[inline] fn as_str(&self) -> &str {{ let values: &[&str] = &{values:?}; values[*self as usize] }} }}\n\
             impl c::Debug for {name} {{ #[inline] fn fmt(&self, f: &mut c::Formatter<'_>) -> c::FormatResult {{ f.write_str(c::Enumeration::as_str(self)) }} }}\n",
        );
    }
}

fn text(value: &Literal) -> Option<&str> {
    match value {
        Literal::String(text) => Some(text),
        _ => None,
    }
}

/// Returns the variant names of an enum for its values.
#[must_use]
pub fn variants(values: &[&str]) -> Vec<String> {
    let mut used = HashSet::new();
    values.iter().map(|value| unused(&variant(value), &mut used)).collect()
}

/// Returns the name of a variant: `GlacierIr` for `GLACIER_IR`.
fn variant(value: &str) -> String {
    let name = match value {
        "" => "Empty".to_owned(),
        _ if !value.contains(char::is_alphanumeric) => value.chars().map(symbol).collect(),
        _ if value.contains(char::is_lowercase) => camel_case(value),
        _ => camel_case(&value.to_lowercase()),
    };
    // `-1` and `1` must have different names.
    match value.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        Some(_) => format!("Minus{}", name.trim_start_matches('_')),
        None => name,
    }
}

/// Returns the name of a character that can be a value on its own.
fn symbol(character: char) -> &'static str {
    match character {
        '*' => "Star",
        '|' => "Pipe",
        ',' => "Comma",
        ';' => "Semicolon",
        ':' => "Colon",
        '.' => "Dot",
        '-' => "Hyphen",
        '_' => "Underscore",
        '/' => "Slash",
        '\\' => "Backslash",
        '+' => "Plus",
        '=' => "Equals",
        '<' => "Less",
        '>' => "Greater",
        '!' => "Bang",
        '\t' => "Tab",
        ' ' => "Space",
        _ => "Symbol",
    }
}

#[cfg(test)]
mod tests {
    use super::variants;

    #[test]
    fn variant_names_are_readable_and_distinct() {
        let values = [
            "GLACIER_IR",
            "gp3",
            "text/plain",
            "HTTP1Only",
            "",
            "*",
            "-1",
            "1",
            "self",
            "Self",
            "a b",
            "a-b",
        ];
        assert_eq!(
            variants(&values),
            [
                "GlacierIr",
                "Gp3",
                "TextPlain",
                "HTTP1Only",
                "Empty",
                "Star",
                "Minus1",
                "_1",
                "Self_",
                "Self_2",
                "AB",
                "AB2"
            ]
        );
    }
}
