//! Regular expression functions, in RE2 syntax.

use std::borrow::Cow;

use ::regex::{Captures, Regex};
use iac_core::text::Text;

use super::FunctionError;
use super::argument::{Arguments, string, text};
use super::function::Function;
use crate::types::{ObjectAttribute, Type};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("regex", &[string("pattern"), string("string")], |arguments| {
        let pattern = Pattern::of(arguments)?;
        let none = || FunctionError::Failed("the pattern does not match any part of the string".to_owned());
        pattern.regex.captures(arguments.text(1)).map(|captures| pattern.result(&captures)).ok_or_else(none)
    }),
    Function::partial("regexall", &[string("pattern"), string("string")], |arguments| {
        let pattern = Pattern::of(arguments)?;
        let all = pattern.regex.captures_iter(arguments.text(1));
        Ok(Value::List(all.map(|captures| pattern.result(&captures)).collect()))
    }),
];

/// A regular expression, and the shape of its matches.
struct Pattern {
    regex: Regex,
    groups: Groups,
}

enum Groups {
    None,
    Numbered,
    Named(Vec<Text>),
}

/// Returns the type of a match, which is known if the pattern is.
pub(super) fn match_type(pattern: &Value) -> Result<Type, (Option<usize>, &'static str)> {
    let Value::String(pattern) = pattern.peel() else { return Ok(Type::Any) };
    let pattern = Pattern::parse(pattern).map_err(|_| (Some(0), "the regular expression is invalid"))?;
    Ok(match pattern.groups {
        Groups::None => Type::String,
        Groups::Numbered => Type::Tuple(vec![Type::String; pattern.regex.captures_len() - 1]),
        Groups::Named(mut names) => {
            names.sort_unstable();
            names.dedup();
            let attribute = |name| ObjectAttribute::new(name, Type::String);
            Type::Object(names.into_iter().map(attribute).collect())
        }
    })
}

impl Pattern {
    fn of(arguments: &Arguments) -> Result<Self, FunctionError> {
        Self::parse(arguments.text(0)).map_err(|message| arguments.error(0, message))
    }

    fn parse(pattern: &str) -> Result<Self, String> {
        let regex = compile(pattern)?;
        let total = regex.captures_len() - 1;
        let named: Vec<Text> = regex.capture_names().flatten().map(Text::from).collect();
        let groups = match named.len() {
            _ if total == 0 => Groups::None,
            0 => Groups::Numbered,
            count if count == total => Groups::Named(named),
            _ => return Err("either all capture groups must be named, or none".to_owned()),
        };
        Ok(Self { regex, groups })
    }

    fn result(&self, captures: &Captures<'_>) -> Value {
        let group =
            |group: Option<::regex::Match<'_>>| group.map_or(Value::Null, |group| text(group.as_str()));
        match &self.groups {
            Groups::None => group(captures.get(0)),
            Groups::Numbered => Value::Tuple(captures.iter().skip(1).map(group).collect()),
            Groups::Named(names) => {
                Value::Object(names.iter().map(|name| (name.clone(), group(captures.name(name)))).collect())
            }
        }
    }
}

/// Compiles a pattern.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(&translate(pattern)).map_err(|error| match error {
        ::regex::Error::CompiledTooBig(_) => "the regular expression is too large".to_owned(),
        error => {
            // The error shows the pattern and a caret in several lines; the last line has the message.
            let error = error.to_string();
            let reason = error.lines().last().unwrap_or_default();
            format!("invalid regular expression: {}", reason.trim_start_matches("error: "))
        }
    })
}

/// Translates a pattern from RE2 to Rust syntax. In Rust, classes such as `\d` cover all of Unicode, `[` opens a
/// class inside a class, and a brace is always a repetition.
fn translate(pattern: &str) -> Cow<'_, str> {
    if !pattern.contains(['\\', '[', '{']) {
        return Cow::Borrowed(pattern);
    }
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    let mut class = Class::Outside;
    while let Some(letter) = rest.chars().next() {
        let mut length = letter.len_utf8();
        let starts = class == Class::Start;
        if starts {
            class = Class::Inside;
        }
        match (letter, class) {
            ('\\', _) => length += escape(&rest[1..], class, &mut out),
            ('[', Class::Outside) => {
                out.push('[');
                if rest[1..].starts_with('^') {
                    out.push('^');
                    length += 1;
                }
                class = Class::Start;
            }
            ('[', _) if rest.starts_with("[:") && rest.contains(":]") => {
                length = rest.find(":]").unwrap_or_default() + 2;
                out.push_str(&rest[..length]);
            }
            (']', Class::Inside) if !starts => {
                out.push(']');
                class = Class::Outside;
            }
            ('[' | ']' | '&' | '~', Class::Inside) => out.extend(['\\', letter]),
            ('-', Class::Inside) if starts => out.push_str("\\-"),
            // `--` is set difference in Rust; in RE2, a range ends with the second hyphen.
            ('-', Class::Inside) if rest.starts_with("--") => {
                out.push_str("-\\-");
                length += 1;
            }
            ('{', Class::Outside) if !is_repetition(rest) => out.push_str("\\{"),
            _ => out.push(letter),
        }
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// The position in a pattern: outside a class, at its first character, or further inside.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Outside,
    Start,
    Inside,
}

/// Writes the escape after a backslash and returns its length.
fn escape(rest: &str, class: Class, out: &mut String) -> usize {
    let Some(letter) = rest.chars().next() else {
        out.push('\\');
        return 0;
    };
    match (letter, class) {
        ('d', _) => out.push_str("[0-9]"),
        ('D', _) => out.push_str("[^0-9]"),
        ('w', _) => out.push_str("[0-9A-Za-z_]"),
        ('W', _) => out.push_str("[^0-9A-Za-z_]"),
        ('s', _) => out.push_str("[\\t\\n\\f\\r ]"),
        ('S', _) => out.push_str("[^\\t\\n\\f\\r ]"),
        ('b', Class::Outside) => out.push_str("(?-u:\\b)"),
        ('Q', Class::Outside) => {
            let quoted = &rest[1..];
            let (quoted, end) = quoted.split_once("\\E").map_or((quoted, 0), |(quoted, _)| (quoted, 2));
            out.push_str(&::regex::escape(quoted));
            return 1 + quoted.len() + end;
        }
        ('p' | 'P' | 'x', _) if rest[1..].starts_with('{') => {
            let end = rest.find('}').map_or(rest.len(), |end| end + 1);
            out.push('\\');
            out.push_str(&rest[..end]);
            return end;
        }
        _ => out.extend(['\\', letter]),
    }
    letter.len_utf8()
}

/// Returns true if a brace begins a repetition: `{2}`, `{2,}`, `{2,3}`.
fn is_repetition(text: &str) -> bool {
    let Some((inside, _)) = text[1..].split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_re2_semantics() {
        for (pattern, matches, other) in [
            (r"^\d+$", "12", "٣"),
            (r"^[\w-]+$", "a-b_1", "é"),
            (r"^[[a]+$", "[a", "b"),
            (r"^[]a]+$", "]a", "["),
            (r"^[^]a]+$", "bc", "]"),
            (r"^[a&&b]+$", "a&b", "c"),
            (r"^[[:digit:]x]+$", "1x", "a"),
            (r"^{a}$", "{a}", "a"),
            (r"^a{2,3}$", "aaa", "a"),
            (r"^a{,3}$", "a{,3}", "aa"),
            (r"^\Qa.b\E$", "a.b", "axb"),
            (r"^[+--]+$", "+,-", "."),
            (r"^[--/]+$", "-./", ","),
            (r"^[^-a]+$", "b", "-"),
        ] {
            let regex = compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            assert!(regex.is_match(matches), "{pattern} {matches}");
            assert!(!regex.is_match(other), "{pattern} {other}");
        }
        assert_eq!(compile("(").unwrap_err(), "invalid regular expression: unclosed group");
    }
}
