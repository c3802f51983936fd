//! Diagnostics of a program, as data.

pub mod render;

use std::fmt;
use std::panic;

use crate::text::Text;

/// An error or a warning about a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The kind of problem, as a stable kebab-case code: `duplicate-name`.
    pub code: &'static str,
    /// The address of the resource concerned, if any.
    pub address: Option<Text>,
    /// A phrase that states the problem, including the values involved.
    pub summary: String,
    /// Additional information in full sentences.
    pub detail: Option<String>,
    /// Labeled lines of Rust or of configuration, the most important one first.
    pub sources: Vec<Label>,
    /// Suggested fixes.
    pub hints: Vec<String>,
    /// The argument inside the block at the first source, as names joined by dots, and the fingerprint of the
    /// expression concerned; replaced by a more precise source where the configuration can be read again.
    pub subject: Option<(Text, u64)>,
}

/// All diagnostics of a program, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Returns `true` if any diagnostic is an error, so that nothing is written.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// Returns the number of errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// Returns `true` if there are no diagnostics.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the diagnostics.
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
    /// Writes one line per diagnostic, with the line of Rust; [`App::run`](crate::App::run) quotes the source lines
    /// as well.
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

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program is valid.
    Warning,
    /// The program is invalid and nothing is written.
    Error,
}

/// A line of Rust or of configuration, with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The line.
    pub source: Location,
    /// The message about this line; may be empty.
    pub text: String,
}

/// A position in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file name, as given by the code that read the file.
    pub file: Text,
    /// The line, counted from 1. 0 refers to the whole file.
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

/// Returns the most similar name, if it is similar enough to be a likely typo.
pub fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let alike = names.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    let best = alike.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(similarity, _)| *similarity > 0.8).map(|(_, candidate)| candidate)
}

impl Diagnostic {
    /// Creates an error.
    pub fn error(code: &'static str, summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, summary.into())
    }

    /// Creates a warning.
    pub fn warning(code: &'static str, summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, summary.into())
    }

    const fn new(severity: Severity, code: &'static str, summary: String) -> Self {
        Self {
            severity,
            code,
            address: None,
            summary,
            detail: None,
            sources: Vec::new(),
            hints: Vec::new(),
            subject: None,
        }
    }

    /// Sets the address of the resource concerned.
    #[must_use]
    pub fn address(mut self, address: impl Into<Text>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Adds details to the summary.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a line of Rust or of configuration without a message.
    #[must_use]
    pub fn at(self, source: impl Into<Location>) -> Self {
        self.label(source, "")
    }

    /// Adds a line of Rust or of configuration with a message.
    #[must_use]
    pub fn label(mut self, source: impl Into<Location>, text: impl Into<String>) -> Self {
        self.sources.push(Label { source: source.into(), text: text.into() });
        self
    }

    /// Adds a suggested fix.
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
