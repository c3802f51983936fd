//! Problems of a program, as data.

pub mod render;

use std::fmt;
use std::panic;

use crate::text::Text;

/// Something that is wrong with a program, or that its author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether it stops the synthesis.
    pub severity: Severity,
    /// What kind of problem it is, in stable kebab-case: `duplicate-name`.
    pub code: &'static str,
    /// The address of the resource, where it is about one.
    pub address: Option<Text>,
    /// A phrase that says what is wrong, with the values.
    pub summary: String,
    /// What the summary does not say, in full sentences.
    pub detail: Option<String>,
    /// The lines of Rust or of configuration, the most important one first, each with what is to be said of it.
    pub sources: Vec<Label>,
    /// What to do.
    pub hints: Vec<String>,
}

/// All problems of a program, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether anything among them stops the synthesis.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// How many of them stop the synthesis.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The problems.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    /// One line each, with the line of Rust; [`App::run`](crate::App::run) shows the lines themselves.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, diagnostic) in self.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
            if let Some(label) = diagnostic.sources.first() {
                write!(f, "\n  --> {}", label.source)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program is valid.
    Warning,
    /// Nothing is written.
    Error,
}

/// A line of Rust or of configuration and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The line.
    pub source: Location,
    /// What is to be said of it.
    pub text: String,
}

/// Where in a file something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file, as whoever read it named it.
    pub file: Text,
    /// The line, counted from 1. 0 is the whole file.
    pub line: u32,
    /// The column, counted from 1 in characters.
    pub column: u32,
}

impl From<&'static panic::Location<'static>> for Location {
    fn from(location: &'static panic::Location<'static>) -> Self {
        Self { file: Text::from_static(location.file()), line: location.line(), column: location.column() }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        Ok(())
    }
}

/// The name that is most alike, when it is alike enough to have been meant.
pub fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let alike = names.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    let best = alike.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(similarity, _)| *similarity > 0.8).map(|(_, candidate)| candidate)
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, summary.into())
    }

    /// A warning.
    pub fn warning(code: &'static str, summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, summary.into())
    }

    const fn new(severity: Severity, code: &'static str, summary: String) -> Self {
        Self { severity, code, address: None, summary, detail: None, sources: Vec::new(), hints: Vec::new() }
    }

    /// Says which resource it is about.
    #[must_use]
    pub fn address(mut self, address: impl Into<Text>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Adds what the summary does not say.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a line of Rust or of configuration.
    #[must_use]
    pub fn at(self, source: impl Into<Location>) -> Self {
        self.label(source, "")
    }

    /// Adds a line of Rust or of configuration and what is to be said of it.
    #[must_use]
    pub fn label(mut self, source: impl Into<Location>, text: impl Into<String>) -> Self {
        self.sources.push(Label { source: source.into(), text: text.into() });
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}[{}]: {}", self.code, self.summary)
    }
}
