//! Glob patterns: `*`, `?`, `[a-z]`, `{a,b}`, and `**` for any number of directories.
//!
//! Not the crate `globset`, because it reads other patterns than Terraform's library: in a class, a backslash is a
//! character (`[\]a]` has to match `]`), and an empty alternative matches nothing (`{,a}b` has to match `b`). It also
//! matches whole paths, so that all directories would be read; here a directory is read only if a pattern may match
//! something in it.

use std::collections::BTreeSet;
use std::io;

use crate::files::{Files, join};

/// The maximum number of patterns that alternatives may expand to.
const MAX_PATTERNS: usize = 1000;

/// The maximum depth of directories.
const MAX_DEPTH: usize = 100;

/// Finds the files in a directory whose relative path matches the pattern, in order.
pub(super) fn find(files: &dyn Files, directory: &str, pattern: &str) -> Result<BTreeSet<String>, String> {
    let mut patterns = Vec::new();
    alternatives(pattern, &mut patterns)?;
    let mut search = Search { files, directory, found: BTreeSet::new() };
    for pattern in patterns {
        let steps: Vec<Vec<char>> = pattern.split('/').map(|step| step.chars().collect()).collect();
        for step in &steps {
            check(step).ok_or_else(|| format!("invalid pattern {pattern:?}"))?;
        }
        search.walk("", &steps, 0)?;
    }
    Ok(search.found)
}

/// Expands the first `{a,b}`, and then the rest.
fn alternatives(pattern: &str, patterns: &mut Vec<String>) -> Result<(), String> {
    if patterns.len() > MAX_PATTERNS {
        return Err("the pattern has too many alternatives".to_owned());
    }
    let Some(open) = unescaped(pattern, '{') else {
        patterns.push(pattern.to_owned());
        return Ok(());
    };
    let inside = &pattern[open + 1..];
    let (mut depth, mut start, mut skip) = (0_usize, 0, false);
    let mut parts = Vec::new();
    for (position, letter) in inside.char_indices() {
        match letter {
            _ if skip => skip = false,
            '\\' => skip = true,
            '{' => depth += 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..position]);
                start = position + 1;
            }
            '}' if depth == 0 => {
                parts.push(&inside[start..position]);
                for part in parts {
                    let (before, after) = (&pattern[..open], &inside[position + 1..]);
                    alternatives(&[before, part, after].concat(), patterns)?;
                }
                return Ok(());
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    Err(format!("unclosed brace in {pattern:?}"))
}

fn unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut skip = false;
    text.char_indices()
        .find(|(_, letter)| {
            let found = !skip && *letter == wanted;
            skip = !skip && *letter == '\\';
            found
        })
        .map(|(position, _)| position)
}

struct Search<'a> {
    files: &'a dyn Files,
    directory: &'a str,
    found: BTreeSet<String>,
}

impl Search<'_> {
    fn walk(&mut self, at: &str, steps: &[Vec<char>], depth: usize) -> Result<(), String> {
        let Some((step, rest)) = steps.split_first() else { return Ok(()) };
        if depth > MAX_DEPTH {
            return Err(format!("directories are nested more than {MAX_DEPTH} levels deep"));
        }
        let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
        if matches!(step[..], [] | ['.'] | ['.', '.']) && !rest.is_empty() {
            let name: String = step.iter().collect();
            return self.walk(&below(&name), rest, depth + 1);
        }
        let any_depth = step[..] == ['*', '*'];
        if any_depth && !rest.is_empty() {
            self.walk(at, rest, depth + 1)?;
        }
        let path = join(self.directory, at);
        let entries = match self.files.list(&path) {
            Ok(entries) => entries,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(());
            }
            Err(error) => return Err(format!("cannot read {path:?}: {error}")),
        };
        for entry in entries {
            let path = below(&entry.name);
            if entry.is_directory {
                if any_depth {
                    self.walk(&path, steps, depth + 1)?;
                } else if !rest.is_empty() && matches(step, &entry.name) {
                    self.walk(&path, rest, depth + 1)?;
                }
            } else if rest.is_empty() && (any_depth || matches(step, &entry.name)) {
                self.found.insert(join("", &path));
            }
        }
        Ok(())
    }
}

/// Checks that every class in a path component is closed.
fn check(step: &[char]) -> Option<()> {
    let mut rest = step;
    while let Some(first) = rest.first() {
        rest = match first {
            '\\' => rest.get(2..)?,
            '[' => class(&rest[1..], ' ')?.1,
            _ => &rest[1..],
        };
    }
    Some(())
}

/// Returns true if a name matches a component of a pattern. The time is at most proportional to the product of their
/// lengths.
fn matches(step: &[char], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut pattern, mut text) = (step, &name[..]);
    // Backtracking position: one character further after the last star.
    let mut backtrack: Option<(&[char], &[char])> = None;
    loop {
        let fits = match (pattern, text) {
            ([], []) => return true,
            (['*', rest @ ..], _) => {
                backtrack = Some((rest, text));
                pattern = rest;
                continue;
            }
            (['?', rest @ ..], [_, after @ ..]) => Some((rest, after)),
            (['[', rest @ ..], [letter, after @ ..]) => {
                class(rest, *letter).and_then(|(fits, rest)| fits.then_some((rest, after)))
            }
            (['\\', wanted, rest @ ..] | [wanted, rest @ ..], [letter, after @ ..]) if wanted == letter => {
                Some((rest, after))
            }
            _ => None,
        };
        match (fits, &mut backtrack) {
            (Some(next), _) => (pattern, text) = next,
            (None, Some((start, [_, after @ ..]))) => {
                text = after;
                pattern = start;
                backtrack = Some((pattern, text));
            }
            (None, _) => return false,
        }
    }
}

/// Returns whether a character is in the class whose `[` was read, and the pattern after the class; `None` if it is
/// not closed.
fn class(pattern: &[char], letter: char) -> Option<(bool, &[char])> {
    let negated = matches!(pattern.first(), Some('^' | '!'));
    let mut rest = &pattern[usize::from(negated)..];
    let (mut fits, mut first) = (false, true);
    loop {
        let literal = |rest: &mut &[char]| {
            if rest.first() == Some(&'\\') {
                *rest = &rest[1..];
            }
            let literal = *rest.first()?;
            *rest = &rest[1..];
            Some(literal)
        };
        if rest.first() == Some(&']') && !first {
            return Some((fits != negated, &rest[1..]));
        }
        first = false;
        let low = literal(&mut rest)?;
        let high = match rest {
            ['-', next, ..] if *next != ']' => {
                rest = &rest[1..];
                literal(&mut rest)?
            }
            _ => low,
        };
        fits |= (low..=high).contains(&letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    #[test]
    fn files_are_found_by_pattern() {
        let files =
            MemoryFiles::new().with("a.txt", "").with("b.md", "").with("d/c.txt", "").with("d/e/f.txt", "");
        for (pattern, expected) in [
            ("*", "a.txt b.md"),
            ("*.txt", "a.txt"),
            ("**", "a.txt b.md d/c.txt d/e/f.txt"),
            ("**/*.txt", "a.txt d/c.txt d/e/f.txt"),
            ("d/**", "d/c.txt d/e/f.txt"),
            ("d/*/*", "d/e/f.txt"),
            ("{a,b}.*", "a.txt b.md"),
            ("{d/c,{x,a}}.txt", "a.txt d/c.txt"),
            ("[a-b].*", "a.txt b.md"),
            ("[!a].*", "b.md"),
            ("?.md", "b.md"),
            ("nothing/*", ""),
            ("*a*a*a*a*a*b", ""),
        ] {
            let found: Vec<_> = find(&files, ".", pattern).unwrap().into_iter().collect();
            assert_eq!(found.join(" "), expected, "{pattern}");
        }
        assert!(find(&files, ".", "[a").is_err());
        assert!(find(&files, ".", "{a").is_err());
        assert!(find(&files, ".", &"{a,b}".repeat(20)).is_err());
    }
}
