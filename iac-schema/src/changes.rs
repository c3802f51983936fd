//! Knowledge of another version of a provider, as changes to the files of a version that is stored whole.
//!
//! ```text
//! service ec2
//! ~resource aws_instance
//! -resource aws_instance version=1 legacy
//! +resource aws_instance version=2 legacy
//!  40
//! +  region: string optional computed
//! new resource aws_route_server
//!   amazon_side_asn: number required
//! gone data aws_old
//! ```
//!
//! An edited type lists its lines: a number of lines that are the same, lines that are dropped (`-`), and lines that are
//! inserted (`+`). Lines after the last one listed are the same.

use std::fmt::Write as _;

use crate::error::Error;
use crate::model::EntityKind;
use crate::parse::{Head, heads};

/// A change of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// The kind.
    pub kind: EntityKind,
    /// The type name.
    pub type_name: &'a str,
    /// The change itself.
    pub edit: Edit<'a>,
}

/// The kinds of change of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit<'a> {
    /// The type exists in this version only, and this is its text.
    New(&'a str),
    /// The type does not exist in this version.
    Gone,
    /// The type has other lines.
    Lines(&'a str),
}

/// Returns the name of each service with changes, and the text of these changes.
pub fn services(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (line, below) = rest.split_once('\n')?;
            let Some(name) = line.strip_prefix("service ") else {
                rest = below;
                continue;
            };
            let end = below.find("\nservice ").map_or(below.len(), |end| end + 1);
            let body = if below.starts_with("service ") { "" } else { &below[..end] };
            rest = &below[body.len()..];
            return Some((name, body));
        }
    })
}

/// Returns the changed types of a service.
pub fn changes(text: &str) -> impl Iterator<Item = Change<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
            if line.is_empty() && below.is_empty() {
                return None;
            }
            let Some((word, head)) = word(line) else {
                rest = below;
                continue;
            };
            let end = end_of(below);
            let (body, next) = below.split_at(end);
            let start = line.len() - head.len();
            let whole = &rest[start..line.len() + usize::from(rest.len() > line.len()) + end];
            rest = next;
            let Some(Head { kind, type_name, .. }) = heads(head).next() else { continue };
            let edit = match word {
                Word::New => Edit::New(whole),
                Word::Gone => Edit::Gone,
                Word::Edited => Edit::Lines(body),
            };
            return Some(Change { kind, type_name, edit });
        }
    })
}

/// The word before the first line of a type.
enum Word {
    New,
    Gone,
    Edited,
}

fn word(line: &str) -> Option<(Word, &str)> {
    let new = line.strip_prefix("new ").map(|head| (Word::New, head));
    let gone = || line.strip_prefix("gone ").map(|head| (Word::Gone, head));
    new.or_else(gone).or_else(|| line.strip_prefix('~').map(|head| (Word::Edited, head)))
}

/// Returns the length of the lines up to the next type.
fn end_of(text: &str) -> usize {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if word(line).is_some() {
            break;
        }
        end += line.len();
    }
    end
}

/// Returns the text of a service in the other version: `base` with the changes applied. `file` is used in error
/// messages.
pub fn apply(file: &str, base: &str, text: &str) -> Result<String, Error> {
    let error = |message: String| Error::new(file, 0, message);
    let mut types: Vec<_> =
        split(base).map(|(head, lines)| (head, std::borrow::Cow::Borrowed(lines))).collect();
    for change in changes(text) {
        let key = (change.kind, change.type_name);
        let position = types.binary_search_by_key(&key, |(head, _)| (head.kind, head.type_name));
        let unexpected = || error(format!("the change of `{}` does not fit", change.type_name));
        match (change.edit, position) {
            (Edit::New(lines), Err(position)) => {
                let head = Head { kind: change.kind, type_name: change.type_name, offset: 0 };
                types.insert(position, (head, lines.into()));
            }
            (Edit::Gone, Ok(position)) => drop(types.remove(position)),
            (Edit::Lines(edits), Ok(position)) => {
                types[position].1 = edited(&types[position].1, edits).ok_or_else(unexpected)?.into();
            }
            (Edit::New(_), Ok(_)) | (Edit::Gone | Edit::Lines(_), Err(_)) => return Err(unexpected()),
        }
    }
    let mut out = String::with_capacity(base.len() + text.len());
    for (position, (_, lines)) in types.iter().enumerate() {
        if position > 0 {
            out.push('\n');
        }
        out.push_str(lines);
    }
    Ok(out)
}

/// Returns each type of a service and its lines.
pub fn split(text: &str) -> impl Iterator<Item = (Head<'_>, &str)> {
    let mut all = heads(text).peekable();
    std::iter::from_fn(move || {
        let head = all.next()?;
        let end = all.peek().map_or(text.len(), |next| next.offset);
        let lines = text[head.offset..end].trim_end_matches('\n');
        // With the line break of the last line.
        Some((head, &text[head.offset..(head.offset + lines.len() + 1).min(text.len())]))
    })
}

fn edited(base: &str, edits: &str) -> Option<String> {
    let mut out = String::with_capacity(base.len() + edits.len());
    let mut lines = base.split_inclusive('\n');
    for edit in edits.split_inclusive('\n') {
        if let Some(line) = edit.strip_prefix('+') {
            out.push_str(line);
        } else if let Some(line) = edit.strip_prefix('-') {
            lines.next().filter(|next| *next == line)?;
        } else {
            let count = edit.trim().parse().ok()?;
            for _ in 0..count {
                out.push_str(lines.next()?);
            }
        }
    }
    out.extend(lines);
    Some(out)
}

/// A step from the lines of a type in one version to those in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Lines that are the same.
    Same(usize),
    /// A line that is dropped.
    Dropped(&'a str),
    /// A line that is inserted.
    Inserted(&'a str),
}

/// Prints the edits of a type. `head` is its kind and name.
pub fn print_edits(out: &mut String, head: &str, steps: &[Step<'_>]) {
    let _ = writeln!(out, "~{head}");
    let last = steps.iter().rposition(|step| !matches!(step, Step::Same(_))).map_or(0, |last| last + 1);
    for step in &steps[..last] {
        let _ = match step {
            Step::Same(count) => writeln!(out, " {count}"),
            Step::Dropped(line) => writeln!(out, "-{line}"),
            Step::Inserted(line) => writeln!(out, "+{line}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "\
resource x_a
  one: string optional
  two: string optional

resource x_b version=1
  one: string optional

data x_a
  one: string computed
";

    const CHANGES: &str = "\
# A comment.
service s
~resource x_a
 1
-  one: string optional
+  one: string required
new resource x_aa
  three: string optional
gone resource x_b
service t
new resource x_t
  one: string optional
";

    #[test]
    fn changes_lead_from_one_version_to_the_other() {
        let found: Vec<_> = services(CHANGES).collect();
        let [("s", s), ("t", t)] = found.as_slice() else { panic!("{found:?}") };
        let expected = "\
resource x_a
  one: string required
  two: string optional

resource x_aa
  three: string optional

data x_a
  one: string computed
";
        assert_eq!(apply("f", BASE, s).unwrap(), expected);
        assert_eq!(apply("f", "", t).unwrap(), "resource x_t\n  one: string optional\n");
        let names: Vec<_> = changes(s).map(|change| change.type_name).collect();
        assert_eq!(names, ["x_a", "x_aa", "x_b"]);
    }

    #[test]
    fn change_of_another_text_is_an_error() {
        for changes in
            ["~resource x_a\n-resource x_c\n", "gone resource x_c\n", "new resource x_a\n", "~data x_a\n 9\n"]
        {
            let error = apply("f", BASE, changes).unwrap_err().to_string();
            assert!(error.contains("does not fit"), "{error}");
        }
    }
}
