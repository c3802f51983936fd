//! Positions of expressions, found by reading a file again.
//!
//! The model knows the positions of blocks. Most configurations have no errors, so the positions of arguments and
//! expressions are worth neither time nor memory; when there is an error, its file is parsed once more.

use iac_core::diagnostic::{Diagnostics, Label, Location};
use iac_core::syntax::{Body, Content, Item, Parser};
use iac_core::text::Text;

use super::sources::Source;
use crate::files::Files;

/// Replaces the positions of blocks in diagnostics by those of the arguments and expressions concerned.
pub fn locate(diagnostics: Diagnostics, files: &dyn Files) -> Diagnostics {
    let mut located = Diagnostics::default();
    let mut read: Option<(Text, Option<Traced>)> = None;
    located.extend(diagnostics.into_iter().map(|mut diagnostic| {
        let Some((argument, subject)) = diagnostic.subject.take() else { return diagnostic };
        let Some(label) = diagnostic.sources.first_mut() else { return diagnostic };
        // In JSON syntax, a line may hold the whole configuration.
        if ![".tf", ".tofu"].iter().any(|end| label.source.file.ends_with(end)) {
            return diagnostic;
        }
        if read.as_ref().is_none_or(|(file, _)| *file != label.source.file) {
            let file = label.source.file.clone();
            let traced = Traced::read(&file, files);
            read = Some((file, traced));
        }
        if let Some((_, Some(traced))) = &read {
            traced.refine(label, &argument, subject);
        }
        diagnostic
    }));
    located
}

/// A file with the positions of its expressions.
struct Traced {
    source: Source,
    body: Body,
    trace: Vec<(usize, u64)>,
}

/// A block and the position of its end.
struct Found<'a> {
    item: &'a Item,
    end: usize,
}

impl Traced {
    fn read(file: &Text, files: &dyn Files) -> Option<Self> {
        let text = String::from_utf8(files.read(file).ok()?).ok()?;
        let (body, trace) = Parser::new(&text).traced_file().ok()?;
        Some(Self { source: Source::new(file.clone(), text), body, trace })
    }

    fn refine(&self, label: &mut Label, argument: &str, subject: u64) {
        let Some(found) = self.find(&self.body, self.source.text.len(), &label.source) else { return };
        let mut start = offset(found.item);
        let mut end = found.end;
        let mut item = found.item;
        for name in argument.split('.') {
            let Content::Block(block) = &item.content else { break };
            let Some(inner) = child(&block.body, name, end) else { break };
            (start, end, item) = (offset(inner.item), inner.end, inner.item);
            if let Content::Block(block) = &item.content
                && item.name == "dynamic"
                && let Some(content) = child(&block.body, "content", end)
            {
                item = content.item;
            }
        }
        let within = |(position, other): &&(usize, u64)| *other == subject && (start..end).contains(position);
        let position = match self.trace.iter().filter(within).map(|(position, _)| *position).min() {
            Some(position) => position,
            None => start,
        };
        label.source = self.source.location(position);
    }

    /// Finds the argument or block at a position, at any depth.
    fn find<'a>(&self, body: &'a Body, end: usize, at: &Location) -> Option<Found<'a>> {
        let ends = body.items.iter().skip(1).map(offset).chain([end]);
        let mut items: Vec<_> = body.items.iter().zip(ends).collect();
        // The block is in the last item that starts at or before it.
        items.retain(|(item, _)| {
            let start = self.source.location(offset(item));
            (start.line, start.column) <= (at.line, at.column)
        });
        let (item, end) = items.pop()?;
        let start = self.source.location(offset(item));
        if (start.line, start.column) == (at.line, at.column) {
            return Some(Found { item, end });
        }
        match &item.content {
            Content::Block(block) => self.find(&block.body, end, at),
            Content::Argument(_) => None,
        }
    }
}

fn offset(item: &Item) -> usize {
    item.position.offset as usize
}

/// Finds an argument or block by name; also the one that a `dynamic` block generates.
fn child<'a>(body: &'a Body, name: &str, end: usize) -> Option<Found<'a>> {
    let is_it = |item: &Item| {
        item.name == name
            || matches!(&item.content, Content::Block(block)
                if item.name == "dynamic" && block.labels.first().is_some_and(|label| label.text == name))
    };
    let position = body.items.iter().position(is_it)?;
    let end = body.items.get(position + 1).map_or(end, offset);
    Some(Found { item: &body.items[position], end })
}

#[cfg(test)]
mod tests {
    use iac_core::diagnostic::Diagnostic;
    use iac_core::syntax::fingerprint;

    use super::*;
    use crate::files::MemoryFiles;

    fn found(text: &str, block: (u32, u32), argument: &str, expression: &str) -> String {
        let files = MemoryFiles::new().with("main.tf", text);
        let expression = Parser::new(expression).whole_expression().unwrap();
        let at = Location { file: "main.tf".into(), line: block.0, column: block.1 };
        let mut diagnostic = Diagnostic::error("x", "x").at(at);
        diagnostic.subject = Some((argument.into(), fingerprint(&expression)));
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(diagnostic);
        let located = locate(diagnostics, &files);
        located.iter().next().unwrap().sources[0].source.to_string()
    }

    const TEXT: &str = r#"
resource "a" "b" {
  x = [
    var.a,
    f(1),
  ]
  dynamic "rule" {
    for_each = [1]
    content {
      port = var.a
    }
  }
  lifecycle {
    precondition {
      condition = [for a in var.l : a.b] == 1
    }
  }
}
resource "a" "c" {
  x = var.a
}
"#;

    #[test]
    fn errors_point_at_the_expression() {
        assert_eq!(found(TEXT, (2, 1), "", "f(1)"), "main.tf:5:5");
        assert_eq!(found(TEXT, (2, 1), "x", "var.a"), "main.tf:4:5");
        assert_eq!(found(TEXT, (2, 1), "rule.port", "var.a"), "main.tf:10:14");
        assert_eq!(found(TEXT, (19, 1), "", "var.a"), "main.tf:20:7");
        assert_eq!(found(TEXT, (14, 5), "", "[for z in var.l : z.b]"), "main.tf:15:19");
    }

    #[test]
    fn errors_without_an_expression_point_at_the_argument_or_block() {
        assert_eq!(found(TEXT, (2, 1), "x", "var.nope"), "main.tf:3:3");
        assert_eq!(found(TEXT, (2, 1), "nope", "var.nope"), "main.tf:2:1");
        assert_eq!(found(TEXT, (3, 9), "", "var.nope"), "main.tf:3:9");
    }
}
