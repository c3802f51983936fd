//! Changes between the knowledge files of two versions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use iac_schema::changes::{Step, print_edits, split};

/// Returns the changes that lead from the files of one version to those of another, by the names of the services.
#[must_use]
pub fn changes(base: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let names: BTreeSet<&String> = base.keys().chain(other.keys()).collect();
    for name in names {
        let text = |files: &BTreeMap<String, String>| files.get(name).cloned().unwrap_or_default();
        let changes = of_service(&text(base), &text(other));
        if !changes.is_empty() {
            let _ = write!(out, "service {name}\n{changes}");
        }
    }
    out
}

fn of_service(base: &str, other: &str) -> String {
    let types = |text| -> BTreeMap<_, _> {
        split(text).map(|(head, lines)| ((head.kind, head.type_name), lines)).collect()
    };
    let (base, other) = (types(base), types(other));
    let keys: BTreeSet<_> = base.keys().chain(other.keys()).collect();
    let mut out = String::new();
    for key in keys {
        let head = || format!("{} {}", key.0.keyword(), key.1);
        let _ = match (base.get(key), other.get(key)) {
            (Some(base), Some(other)) if base == other => Ok(()),
            (Some(base), Some(other)) => {
                let (base, other): (Vec<_>, Vec<_>) = (base.lines().collect(), other.lines().collect());
                print_edits(&mut out, &head(), &steps(&base, &other));
                Ok(())
            }
            (None, Some(text)) => write!(out, "new {text}"),
            (_, None) => writeln!(out, "gone {}", head()),
        };
    }
    out
}

fn steps<'a>(base: &[&'a str], other: &[&'a str]) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, base, other) {
        if let DiffOp::Equal { len, .. } = operation {
            steps.push(Step::Same(len));
            continue;
        }
        steps.extend(base[operation.old_range()].iter().map(|line| Step::Dropped(line)));
        steps.extend(other[operation.new_range()].iter().map(|line| Step::Inserted(line)));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applied_changes_restore_the_other_version() {
        let base = "resource x_a\n  one: string optional\n  two: string optional\n\nresource x_b\n  one: bool optional\n";
        let other = "resource x_a version=1\n  one: string optional\n  region: string optional\n  two: string optional\n\n\
                     resource x_c\n  one: bool optional\n";
        let files = |text: &str| BTreeMap::from([("s".to_owned(), text.to_owned())]);
        for (from, to) in [(base, other), (other, base), ("", other), (base, base)] {
            let text = changes(&files(from), &files(to));
            let of_service = iac_schema::changes::services(&text).next();
            let restored = match of_service {
                Some((_, text)) => iac_schema::changes::apply("f", from, text).unwrap(),
                None => from.to_owned(),
            };
            assert_eq!(restored, to);
        }
    }
}
