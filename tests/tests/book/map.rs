//! `docs/contributing/architecture.md` is current: the map names every module, the dependencies are those of the manifests,
//! and the tests that hold the invariants exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::page::repository;

type Names = BTreeSet<String>;

fn architecture() -> String {
    fs::read_to_string(repository().join("docs/contributing/architecture.md")).expect("the page is there")
}

/// Returns the text from a heading to the next one of the same level.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading `{heading}`"));
    let rest = &text[start + 1 + heading.len()..];
    let level = heading.split(' ').next().unwrap_or_default();
    &rest[..rest.find(&format!("\n{level} ")).unwrap_or(rest.len())]
}

/// Returns the texts in backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns the directories of the crates, which are named after them.
fn crates() -> Vec<String> {
    let directories = fs::read_dir(repository()).expect("the repository can be read").flatten();
    let mut names: Vec<String> =
        directories.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with("iac-") && repository().join(name).join("Cargo.toml").exists());
    assert!(names.len() > 10, "{names:?}");
    names
}

/// Returns the modules that a crate's root declares.
fn modules(name: &str) -> Names {
    let root = fs::read_to_string(repository().join(name).join("src/lib.rs")).expect("the crate has a root");
    let declared = root.lines().filter_map(|line| {
        line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned)
    });
    declared.collect()
}

#[test]
fn the_map_names_every_module_of_every_crate() {
    let text = architecture();
    let map = section(&text, "## Map");
    for name in crates() {
        let section = section(map, &format!("### `{name}`"));
        let cells = section.lines().filter(|line| line.starts_with("| `"));
        let cells = cells.filter_map(|line| line[2..].split(" | ").next());
        let (inner, top): (Vec<&str>, Vec<&str>) = cells.flat_map(code).partition(|each| each.contains("::"));
        let unique: Names = top.iter().map(|&each| each.to_owned()).collect();
        assert_eq!(unique.len(), top.len(), "{name}: a module is listed twice");
        assert_eq!(unique, modules(&name), "{name}: the map and `src/lib.rs` differ");
        for module in inner {
            let path = Path::new(&name).join("src").join(module.replace("::", "/"));
            let exists = repository().join(path.with_extension("rs")).exists();
            assert!(exists, "{name}: there is no module `{module}`");
        }
    }
}

#[test]
fn the_dependencies_are_those_of_the_manifests() {
    let text = architecture();
    let listed: BTreeMap<&str, (Names, Names)> = text
        .lines()
        .filter(|line| line.starts_with("iac-"))
        .filter_map(|line| line.split_once("─▶"))
        .map(|(name, list)| {
            let (runtime, other) = list.trim().trim_end_matches(']').split_once('[').unwrap_or((list, ""));
            let names = |list: &str| -> Names {
                let names = list.split(',').map(str::trim).filter(|name| name.starts_with("iac-"));
                names.map(str::to_owned).collect()
            };
            (name.trim(), (names(runtime), names(other)))
        })
        .collect();
    for name in crates() {
        let manifest =
            fs::read_to_string(repository().join(&name).join("Cargo.toml")).expect("it can be read");
        let (mut runtime, mut other) = (Names::new(), Names::new());
        let mut table = "";
        for line in manifest.lines() {
            if let Some(heading) = line.strip_prefix('[') {
                table = heading.trim_end_matches(']');
            } else if line.starts_with("iac-") {
                let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default().to_owned();
                match table {
                    "dependencies" => runtime.insert(dependency),
                    "build-dependencies" | "dev-dependencies" => other.insert(dependency),
                    _ => false,
                };
            }
        }
        assert_eq!(listed.get(&*name), Some(&(runtime, other)), "{name}");
    }
}

#[test]
fn the_tests_of_invariants_exist() {
    let text = architecture();
    let invariants = section(&text, "## Invariants");
    let paths: Vec<&str> = code(invariants).filter(|text| text.contains('/')).collect();
    assert!(paths.len() > 10, "{paths:?}");
    for path in paths {
        assert!(repository().join(path).exists(), "{path} does not exist");
    }
}
