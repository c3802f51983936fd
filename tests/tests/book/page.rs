//! A page of Markdown, as far as the tests look at it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

/// What a page refers to, and what can be referred to in it.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The targets of links and pictures.
    pub(crate) links: Vec<String>,
    /// The anchors of its headings, as GitHub and mdBook make them.
    pub(crate) anchors: BTreeSet<String>,
    /// The info strings of its Rust snippets.
    pub(crate) rust: Vec<String>,
    /// Inline code, and code blocks in other languages than Rust.
    pub(crate) code: Vec<String>,
}

impl Page {
    /// Reads a page by its path in the repository.
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(repository().join(path)).expect("the page can be read");
        let mut page = Self::default();
        let mut heading: Option<String> = None;
        let mut block: Option<String> = None;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => page.anchor(&heading.take().unwrap_or_default()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if is_rust(&info) => {
                    page.rust.push(info.into_string());
                }
                Event::Start(Tag::CodeBlock(_)) => block = Some(String::new()),
                Event::End(TagEnd::CodeBlock) => page.code.extend(block.take()),
                Event::Text(text) | Event::Code(text) if heading.is_some() => {
                    heading.as_mut().expect("it is a heading").push_str(&text);
                }
                Event::Text(text) => {
                    if let Some(block) = &mut block {
                        block.push_str(&text);
                    }
                }
                Event::Code(code) => page.code.push(code.into_string()),
                _ => {}
            }
        }
        page
    }

    /// Adds the anchor of a heading: a repeated one is numbered.
    fn anchor(&mut self, heading: &str) {
        let plain: String = heading
            .to_lowercase()
            .chars()
            .filter_map(|each| match each {
                ' ' => Some('-'),
                _ if each.is_alphanumeric() || each == '-' || each == '_' => Some(each),
                _ => None,
            })
            .collect();
        let numbered = (1..).map(|number| format!("{plain}-{number}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|each| !self.anchors.contains(each));
        self.anchors.extend(free);
    }
}

fn is_rust(info: &CowStr<'_>) -> bool {
    info.split(',').next() == Some("rust")
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the repository").to_owned()
}

/// The files with an extension, by their paths in the repository; without what is built, hidden, or an input of a test.
pub(crate) fn find(directory: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    const LEFT_OUT: [&str; 5] = ["target", "iac.out", "fixtures", "templates", "corpus"];
    for entry in fs::read_dir(directory).expect("a directory of the repository can be read").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() {
            let is_hidden = name.starts_with('.') && name != ".github";
            if !is_hidden && !LEFT_OUT.contains(&&*name) {
                find(&path, extension, found);
            }
        } else if path.extension().is_some_and(|each| each == extension) {
            found.push(path.strip_prefix(repository()).expect("it is in the repository").to_owned());
        }
    }
}

/// A path relative to a page, without `..`.
pub(crate) fn joined(page: &Path, link: &str) -> PathBuf {
    let mut path = page.parent().unwrap_or(Path::new("")).to_owned();
    for component in Path::new(link).components() {
        match component {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}
