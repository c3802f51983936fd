//! The documentation is whole: the summary lists every page, links and anchors resolve, every Rust snippet is compiled, and
//! the paths into `docs/` that the sources mention exist, as do the commands, files and tests that pages name.

mod commands;
mod map;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use self::page::{Page, repository};

/// Every Markdown page that people read, by its path in the repository.
fn pages() -> BTreeMap<PathBuf, Page> {
    let mut paths = Vec::new();
    page::find(&repository(), "md", &mut paths);
    let pages: BTreeMap<PathBuf, Page> =
        paths.into_iter().map(|path| (path.clone(), Page::read(&path))).collect();
    assert!(pages.contains_key(Path::new("README.md")) && pages.len() > 10, "{:?}", pages.keys());
    pages
}

fn is_of_book(path: &Path) -> bool {
    path.starts_with("docs")
}

#[test]
fn the_summary_lists_every_page_once() {
    let pages = pages();
    let summary = Path::new("docs/SUMMARY.md");
    let mut listed: Vec<PathBuf> =
        pages[summary].links.iter().map(|link| Path::new("docs").join(link)).collect();
    listed.sort();
    let expected: Vec<PathBuf> =
        pages.keys().filter(|path| is_of_book(path) && *path != summary).cloned().collect();
    assert_eq!(listed, expected);
}

#[test]
fn links_and_anchors_resolve() {
    let pages = pages();
    let mut broken = Vec::new();
    for (path, page) in &pages {
        for link in &page.links {
            if let Err(problem) = resolve(&pages, path, link) {
                broken.push(format!("{}: `{link}` {problem}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Checks a link from a page. Links to other sites are not followed.
fn resolve(pages: &BTreeMap<PathBuf, Page>, from: &Path, link: &str) -> Result<(), String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return Ok(());
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = if file.is_empty() { from.to_owned() } else { page::joined(from, file) };
    if is_of_book(from) && !is_of_book(&target) {
        return Err("leaves the book, which is published without the rest of the repository".to_owned());
    }
    if !repository().join(&target).exists() {
        return Err(format!("leads to {}, which does not exist", target.display()));
    }
    match anchor {
        None => Ok(()),
        Some(anchor) => match pages.get(&target) {
            Some(page) if page.anchors.contains(anchor) => Ok(()),
            Some(page) => Err(format!("has no such heading in {}: {:?}", target.display(), page.anchors)),
            None => Err(format!("has an anchor, but {} is no page", target.display())),
        },
    }
}

#[test]
fn every_rust_snippet_is_compiled() {
    let list = std::fs::read_to_string(repository().join("tests/src/book.rs")).expect("the list is there");
    let compiled: BTreeSet<PathBuf> =
        list.lines().filter_map(|line| line.split('"').nth(1)).map(PathBuf::from).collect();
    let mut problems = Vec::new();
    for (path, page) in pages() {
        let is_compiled = compiled.contains(&path);
        if page.rust.is_empty() == is_compiled {
            let problem = if is_compiled { "listed without a Rust snippet" } else { "not listed" };
            problems.push(format!("{}: {problem} in tests/src/book.rs", path.display()));
        }
        // `ignore` would list a page whose snippets nobody compiles.
        let ignored = page.rust.iter().filter(|info| info.contains("ignore"));
        problems.extend(ignored.map(|info| format!("{}: a snippet is `{info}`", path.display())));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn paths_of_pages_in_sources_exist() {
    let mut files = Vec::new();
    for extension in ["rs", "toml", "template", "yml", "sh"] {
        page::find(&repository(), extension, &mut files);
    }
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| !file.starts_with("tests/tests/book")) {
        let text = std::fs::read_to_string(repository().join(file)).unwrap_or_default();
        for (start, _) in text.match_indices("docs/") {
            let is_whole = !text[..start]
                .ends_with(|before: char| before.is_alphanumeric() || before == '/' || before == '.');
            let end = text[start..].find(|c: char| !(c.is_ascii_alphanumeric() || "/-_.".contains(c)));
            let path = &text[start..start + end.unwrap_or(text.len() - start)];
            let path = path.trim_end_matches('.');
            let is_page = [".md", ".json", ".png"].iter().any(|ending| path.ends_with(ending));
            if is_whole && is_page && !repository().join(path).exists() {
                broken.push(format!("{}: {path}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
