//! Renders diagnostics as text, in the style of the Rust compiler.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Diagnostics, Label, Severity};

/// Renders diagnostics together with the source lines they refer to.
///
/// `read` returns the text of a source file. If it returns `None`, only the position is printed.
#[must_use]
pub fn render(diagnostics: &Diagnostics, read: impl Fn(&str) -> Option<String>, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let sources: Vec<_> =
            diagnostic.sources.iter().map(|label| (label, read(&label.source.file))).collect();
        out.push_str(&renderer.render(&report(diagnostic, &sources)));
        out.push_str("\n\n");
    }
    out
}

fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a [(&'a Label, Option<String>)]) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.summary).id(diagnostic.code));
    for (position, (label, text)) in sources.iter().enumerate() {
        let kind = if position == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let file = &*label.source.file;
        let shown = text.as_deref().and_then(|text| Some((text, statement(text, label)?)));
        group = if let Some((text, span)) = shown {
            let annotation = kind.span(span).label(&label.text);
            group.element(Snippet::source(text).path(file).annotation(annotation))
        } else {
            let (line, column) = (label.source.line as usize, label.source.column as usize);
            group.element(Origin::path(file).line(line).char_column(column))
        };
    }
    if let Some(detail) = &diagnostic.detail {
        group = group.element(Level::NOTE.message(detail));
    }
    for hint in &diagnostic.hints {
        group = group.element(Level::HELP.message(hint));
    }
    vec![group]
}

/// Returns the bytes from a label's position to the end of its line.
fn statement(text: &str, label: &Label) -> Option<std::ops::Range<usize>> {
    let (line, column) = (label.source.line as usize, label.source.column as usize);
    let mut start = 0;
    for (number, content) in (1..).zip(text.split_inclusive('\n')) {
        if number == line {
            let trimmed = content.trim_end();
            let offset = trimmed.char_indices().nth(column - 1).map_or(trimmed.len(), |(offset, _)| offset);
            return Some(start + offset..start + trimmed.len().max(offset));
        }
        start += content.len();
    }
    None
}
