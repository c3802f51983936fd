//! Commands, files and tests that pages name exist: a renamed test would otherwise send a contributor in a circle.

use std::fs;
use std::path::{Path, PathBuf};

use super::page::{self, repository};
use super::pages;

/// Returns the directory of a package of the workspace.
fn directory(package: &str) -> PathBuf {
    let name = match package {
        "iac-tests" | "iac-examples" | "iac-benches" => package.trim_start_matches("iac-"),
        other => other,
    };
    repository().join(name)
}

/// Returns the values of an option that may be repeated or take a list separated by commas.
fn values<'c>(words: &[&'c str], option: &str) -> Vec<&'c str> {
    let values = words.windows(2).filter(|pair| pair[0] == option);
    values.flat_map(|pair| pair[1].split(',')).collect()
}

/// Returns the problem of a command, if there is one. Options after `--` are those of another program.
fn problem(command: &str) -> Option<String> {
    let (_, command) = command.split_once("cargo ")?;
    let words: Vec<&str> = command.split_whitespace().take_while(|word| *word != "--").collect();
    if !["test", "run", "build", "bench"].contains(words.first()?) {
        return None;
    }
    let package = values(&words, "-p").into_iter().find(|package| !package.starts_with('<'))?;
    let directory = directory(package);
    let Ok(manifest) = fs::read_to_string(directory.join("Cargo.toml")) else {
        return Some(format!("there is no package `{package}`"));
    };
    for feature in values(&words, "--features") {
        if !manifest.lines().any(|line| line.starts_with(&format!("{feature} = "))) {
            return Some(format!("{package} has no feature `{feature}`"));
        }
    }
    for (option, folder) in [("--test", "tests"), ("--bin", "src/bin")] {
        for name in values(&words, option) {
            let is_declared = manifest.contains(&format!("\nname = \"{name}\"\n"));
            let folder = directory.join(folder);
            let files = [folder.join(format!("{name}.rs")), folder.join(name).join("main.rs")];
            if !is_declared && !files.iter().any(|file| file.exists()) {
                return Some(format!("{package} has no `{option} {name}`"));
            }
        }
    }
    None
}

#[test]
fn commands_name_existing_packages_features_and_targets() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (path, page) in pages() {
        for code in page.code.iter().flat_map(|code| code.lines()).filter(|line| line.contains("cargo ")) {
            checked += 1;
            wrong.extend(problem(code).map(|problem| format!("{}: `{code}`: {problem}", path.display())));
        }
    }
    assert!(checked > 30, "only {checked} commands");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(problem("cargo test -p iac-nothing").is_some());
    assert!(problem("cargo test -p iac-cli --test nothing").is_some());
    assert!(problem("cargo test -p iac-tests --features nothing --test corpus").is_some());
}

#[test]
fn pages_name_existing_files_of_regenerate() {
    let source = repository().join("xtask/src/regenerate.rs");
    let source = fs::read_to_string(source).expect("the source can be read");
    let contributing =
        fs::read_to_string(repository().join("CONTRIBUTING.md")).expect("the page can be read");
    let names = source.lines().filter_map(|line| line.trim().strip_prefix("name: \"")?.strip_suffix("\","));
    let names: Vec<&str> = names.collect();
    assert!(names.contains(&"snapshots"), "{names:?}");
    // The provider's knowledge and Terraform's answers have sections of their own.
    let everyday = names.iter().filter(|name| !["knowledge", "evaluation"].contains(name));
    let missing: Vec<_> =
        everyday.filter(|name| !contributing.contains(&format!("| `{name}` |\n"))).collect();
    assert!(missing.is_empty(), "the table in CONTRIBUTING.md lacks {missing:?}");
    for (path, page) in pages() {
        for code in page.code.iter().filter_map(|code| code.strip_prefix("cargo xtask regenerate ")) {
            let is_known = code.starts_with('<') || names.contains(&code);
            assert!(is_known, "{}: nothing is called `{code}`", path.display());
        }
    }
}

/// A path with a placeholder, such as `tests/<name>.rs`, is checked up to there.
fn exists(path: &str) -> bool {
    let known = path.split(['<', '*', '…']).next().unwrap_or_default();
    let known = if known == path { path } else { known.rsplit_once('/').map_or("", |(folder, _)| folder) };
    repository().join(known).exists()
}

#[test]
fn files_and_tests_in_the_guide_for_contributors_exist() {
    let pages = pages();
    let mut sources = Vec::new();
    page::find(&repository(), "rs", &mut sources);
    let sources: Vec<String> = sources
        .iter()
        .map(|path| fs::read_to_string(repository().join(path)).expect("a source can be read"))
        .collect();
    let has_function = |name: &str| {
        let declaration = format!("fn {name}(");
        sources.iter().any(|source| source.contains(&declaration))
    };
    let (mut files, mut tests, mut wrong) = (0, 0, Vec::new());
    for code in &pages[Path::new("CONTRIBUTING.md")].code {
        // A name of several words is not an argument or a method.
        let is_test = code.bytes().all(|byte| byte.is_ascii_lowercase() || b"_:".contains(&byte))
            && code.matches('_').count() > 2;
        if is_test {
            tests += 1;
            let name = code.rsplit("::").next().unwrap_or_default();
            if !has_function(name) {
                wrong.push(format!("there is no test `{code}`"));
            }
        } else if code.contains('/') && !code.contains([' ', '\n']) {
            files += 1;
            if !exists(code) {
                wrong.push(format!("there is no file `{code}`"));
            }
        }
    }
    assert!(files > 30 && tests > 3, "only {files} files and {tests} tests");
    assert!(wrong.is_empty(), "CONTRIBUTING.md: {wrong:#?}");
}
