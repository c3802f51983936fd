//! Parsing of a single type of a service.

use std::cell::OnceCell;

use super::{MemberContext, Parser};
use crate::error::Error;
use crate::lines::Lines;
use crate::model::{EntityKind, Service, ShapeId, split_kind};

/// The maximum nesting of references to shapes of other types. Each shape is defined at its first occurrence, so
/// references are hardly deeper than the blocks themselves.
const MAX_AWAY: usize = 100;

/// The position of a type in the text of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// The kind.
    pub kind: EntityKind,
    /// The type name.
    pub type_name: &'a str,
    /// The byte offset of its first line.
    pub offset: usize,
}

/// The text of a service from which a single type is read.
pub(super) struct Whole<'a> {
    text: &'a str,
    /// The service's types, located on first use.
    heads: OnceCell<Vec<Head<'a>>>,
}

/// Locates the types in the text of a service without parsing them.
pub fn heads(text: &str) -> impl Iterator<Item = Head<'_>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        while let Some(offset) = next {
            let rest = &text[offset..];
            next = rest.find('\n').map(|end| offset + end + 1);
            // Most lines are indented.
            if !rest.starts_with(' ')
                && let Some(head) = head(rest.lines().next().unwrap_or_default(), offset)
            {
                return Some(head);
            }
        }
        None
    })
}

fn head(line: &str, offset: usize) -> Option<Head<'_>> {
    let mut words = line.split(' ');
    let (keyword, type_name) = (words.next()?, words.next()?);
    let kind = EntityKind::ALL.into_iter().find(|kind| kind.keyword() == keyword)?;
    Some(Head { kind, type_name, offset })
}

/// Parses a single type of a service; the returned service contains only that type. `offset` is that of its [`Head`]
/// in the text; `file` is used in error messages.
pub fn parse_entity(file: &str, name: &str, text: &str, offset: usize) -> Result<Service, Error> {
    let mut parser = Parser::new(file, name, "")?;
    parser.whole = Some(Whole { text, heads: OnceCell::new() });
    parser.lines = Lines::from(file, text, offset)?;
    if let Some(line) = parser.lines.take(0)? {
        let entity = parser.entity(line)?;
        parser.service.entities.push(entity);
    }
    Ok(parser.service)
}

impl Parser<'_> {
    /// Reads the shape at a path of a type that is not parsed itself.
    pub(super) fn elsewhere(&mut self, path: &str, context: MemberContext) -> Result<Option<ShapeId>, Error> {
        let Some(whole) = self.whole.as_ref().filter(|_| self.away < MAX_AWAY) else { return Ok(None) };
        let (kind, names) = split_kind(path);
        let mut names = names.split('.');
        let type_name = names.next().unwrap_or_default();
        // A service's file contains no provider; the provider's file refers to its shapes like to those of resources.
        let matches = |head: &Head<'_>| {
            let same_kind =
                head.kind == kind || (head.kind, kind) == (EntityKind::Provider, EntityKind::Resource);
            same_kind && head.type_name == type_name
        };
        let all = whole.heads.get_or_init(|| heads(whole.text).collect());
        let Some(head) = all.iter().find(|head| matches(head)) else { return Ok(None) };
        let mut lines = Lines::from(self.lines.file, whole.text, head.offset)?;
        let mut found = lines.take(0)?;
        for name in names {
            let depth = found.map_or(0, |line| line.depth) + 1;
            found = None;
            while let Some(line) = lines.peek().filter(|line| line.depth >= depth) {
                lines.advance()?;
                if line.depth == depth
                    && line.text.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'))
                {
                    found = Some(line);
                    break;
                }
            }
            if found.is_none() {
                return Ok(None);
            }
        }
        let Some(line) = found.filter(|line| line.depth > 0) else { return Ok(None) };
        let deprecated = line.text.split(' ').any(|word| word == "deprecated_block");
        let here = std::mem::replace(&mut self.lines, lines);
        let outer = std::mem::replace(&mut self.path, path.to_owned());
        self.away += 1;
        let shape = self.shape_below(line, deprecated, context)?;
        self.away -= 1;
        self.path = outer;
        self.lines = here;
        Ok(Some(shape))
    }
}

#[cfg(test)]
mod tests {
    use super::{heads, parse_entity};
    use crate::model::EntityKind;
    use crate::parse::parse_service;

    const TEXT: &str = "\
resource x_a
  one: block(single)
    two: block(list) max=1
      three: string optional
  two: block(list) same_as=x_a.one.two

resource x_b
  other: block(set) same_as=x_a.one
  two: block(set) same_as=x_a.one.two
";

    #[test]
    fn single_type_parses_with_its_shared_shapes() {
        let found: Vec<_> = heads(TEXT).map(|head| (head.kind, head.type_name)).collect();
        assert_eq!(found, [(EntityKind::Resource, "x_a"), (EntityKind::Resource, "x_b")]);
        let whole = parse_service("f", "x", TEXT).unwrap();
        for (head, of_all) in heads(TEXT).zip(&whole.entities) {
            let alone = parse_entity("f", "x", TEXT, head.offset).unwrap();
            let [entity] = alone.entities.as_slice() else { panic!("expected one type") };
            let print = |service: &crate::model::Service, entity: &crate::model::Entity| {
                let mut service = service.clone();
                service.entities = vec![entity.clone()];
                crate::print::print_service(&service)
            };
            assert_eq!(print(&alone, entity), print(&whole, of_all));
        }
    }

    #[test]
    fn errors_name_the_line() {
        let error = |text: &str| {
            let head = heads(text).last().unwrap();
            parse_entity("f", "x", text, head.offset).unwrap_err().to_string()
        };
        assert_eq!(
            error("resource x_a\n  a: string optional\nresource x_b\n  b: block(set) same_as=x_c.b\n"),
            "f:4: no shape is defined at `x_c.b` before this line"
        );
        assert!(
            error("resource x_a\n  a: block(set)\n    b: block(set) same_as=x_a.a\n")
                .contains("no shape is defined at")
        );
    }
}
