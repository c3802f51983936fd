//! Terraform's own language, exactly as formatted by `terraform fmt`.

use super::printer::Printer;
use super::reading::{Nesting, Reading};
use super::text::quote;
use super::{Head, RenderError, Resolve};
use crate::body::{Body, Content, Dynamic, Item};
use crate::expression::{Expression, Operation};
use crate::text::Text;

/// Writes a configuration block by block.
pub(super) struct Writer<R> {
    printer: Printer<R>,
    last: Last,
}

/// The most recently written item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Nothing,
    Comment,
    Block,
}

impl<R: Resolve> Writer<R> {
    /// Starts an empty configuration.
    pub(super) fn new(resolve: R) -> Self {
        Self { printer: Printer::new(resolve), last: Last::Nothing }
    }

    /// Writes a comment that belongs to no block. Consecutive comments form one paragraph.
    pub(super) fn comment(&mut self, text: &str) {
        if self.last == Last::Block {
            self.printer.out.push('\n');
        }
        self.printer.comment(text);
        self.last = Last::Comment;
    }

    /// Writes a top-level block. On error, nothing of the block is written.
    pub(super) fn block(&mut self, head: &Head<'_>, body: &Body) -> Result<(), RenderError> {
        let start = self.printer.out.len();
        let printer = &mut self.printer;
        if self.last != Last::Nothing {
            printer.out.push('\n');
        }
        printer.block_head(head.keyword, head.labels);
        printer.body(body, Layout::top_level(head.keyword));
        if let Some(error) = printer.error.take() {
            printer.out.truncate(start);
            return Err(error);
        }
        printer.out.push('\n');
        self.last = Last::Block;
        Ok(())
    }

    /// Returns the complete text.
    pub(super) fn finish(self) -> String {
        self.printer.out
    }
}

/// Arguments and blocks with fixed positions. `depends_on` is last in every block.
#[derive(Clone, Copy, Debug)]
struct Layout<'a> {
    nesting: Nesting<'a>,
    /// Arguments that come first, in this order, followed by a blank line.
    first: &'static [&'static str],
    /// Blocks that come last, in this order.
    last: &'static [&'static str],
}

const DEPENDS_ON: &str = "depends_on";

/// No layout has more leading arguments.
const FIRST: usize = 5;

impl<'a> Layout<'a> {
    fn top_level(keyword: &'a str) -> Self {
        let (first, last): (&[_], &[_]) = match keyword {
            "resource" | "data" | "ephemeral" => {
                (&["count", "for_each", "provider"], &["connection", "provisioner", "lifecycle"])
            }
            "module" => (&["source", "version", "count", "for_each", PROVIDERS], &[]),
            _ => (&[], &[]),
        };
        Self { nesting: Nesting::top_level(keyword), first, last }
    }

    fn nested(self) -> Self {
        Self { nesting: self.nesting.nested(), first: &[], last: &[] }
    }

    /// Returns the position of an argument.
    fn rank(self, argument: &str) -> Rank {
        if argument == DEPENDS_ON {
            Rank::Last
        } else {
            self.first.iter().position(|name| *name == argument).map_or(Rank::Middle, Rank::First)
        }
    }
}

/// The position of an argument in its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rank {
    /// At the beginning, with this index.
    First(usize),
    /// In the order in which it was set.
    Middle,
    /// After everything else.
    Last,
}

const PROVIDERS: &str = "providers";

/// Creates a list of literal strings.
fn literals(strings: &[Text]) -> Expression {
    Expression::List(strings.iter().cloned().map(Expression::String).collect())
}

impl<R: Resolve> Printer<R> {
    fn comment(&mut self, text: &str) {
        for line in text.lines() {
            self.indentation();
            self.out.push_str(if line.is_empty() { "#" } else { "# " });
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn block_head(&mut self, keyword: &str, labels: &[impl AsRef<str>]) {
        self.out.push_str(keyword);
        for label in labels {
            self.out.push(' ');
            quote(label.as_ref(), &mut self.out);
        }
        self.out.push(' ');
    }

    fn body(&mut self, body: &Body, layout: Layout<'_>) {
        if body.is_empty() && body.comments().is_empty() {
            self.out.push_str("{}");
            return;
        }
        self.open("{");
        for comment in body.comments() {
            self.comment(comment);
        }
        let mut empty = true;
        // Most blocks have neither leading arguments nor nested blocks; this single pass detects them.
        let (mut arguments, mut blocks) = (false, false);
        let mut first = [None; FIRST];
        let mut last = None;
        for item in body.items() {
            match &item.content {
                Content::Argument(value) => match layout.rank(&item.name) {
                    Rank::First(number) => first[number] = Some(value),
                    Rank::Middle => arguments = true,
                    Rank::Last => last = Some(value),
                },
                Content::Block(_) | Content::Dynamic(_) => blocks = true,
            }
        }
        let first = layout.first.iter().zip(first).filter_map(|(name, value)| Some((*name, value?)));
        self.arguments(layout, &mut empty, first);
        if arguments {
            let ordinary = body.items().iter().filter_map(|item| match &item.content {
                Content::Argument(value) if layout.rank(&item.name) == Rank::Middle => {
                    Some((&*item.name, value))
                }
                _ => None,
            });
            self.arguments(layout, &mut empty, ordinary);
        }
        if blocks {
            self.blocks(layout, &mut empty, body);
        }
        self.arguments(layout, &mut empty, last.map(|value| (DEPENDS_ON, value)).into_iter());
        self.close("}");
    }

    /// Writes arguments, preceded by a blank line if anything comes before them.
    fn arguments<'a>(
        &mut self,
        layout: Layout<'_>,
        empty: &mut bool,
        arguments: impl Iterator<Item = (&'a str, &'a Expression)>,
    ) {
        let mut arguments = arguments.peekable();
        if arguments.peek().is_none() {
            return;
        }
        self.gap(empty);
        let mut run = self.run(true);
        for (name, value) in arguments {
            self.functions = layout.nesting.reading(name) == Reading::Expression;
            self.bare_addresses = name == PROVIDERS && layout.first.contains(&PROVIDERS);
            self.argument(&mut run, |printer| printer.out.push_str(name), value);
        }
        self.bare_addresses = false;
        self.end_run(run);
    }

    fn blocks(&mut self, layout: Layout<'_>, empty: &mut bool, body: &Body) {
        let blocks = || body.items().iter().filter(|item| !matches!(item.content, Content::Argument(_)));
        for item in blocks().filter(|item| !layout.last.contains(&&*item.name)) {
            self.nested(layout.nested(), empty, item);
        }
        for name in layout.last {
            for item in blocks().filter(|item| item.name == *name) {
                self.nested(layout.nested(), empty, item);
            }
        }
    }

    fn nested(&mut self, layout: Layout<'_>, empty: &mut bool, item: &Item) {
        self.gap(empty);
        self.indentation();
        match &item.content {
            Content::Argument(_) => {}
            Content::Block(block) => {
                self.block_head(&item.name, &block.labels);
                self.body(&block.body, layout);
            }
            Content::Dynamic(dynamic) => self.dynamic(layout, &item.name, dynamic),
        }
        self.out.push('\n');
    }

    fn dynamic(&mut self, layout: Layout<'_>, name: &Text, dynamic: &Dynamic) {
        self.block_head("dynamic", &[name]);
        self.open("{");
        let iterator = self.scope.free_name(name);
        let name_iterator = (iterator != *name).then(|| Operation::Raw(iterator.to_string()).into());
        let labels = &dynamic.block.labels;
        let labels = (!labels.is_empty()).then(|| literals(labels));
        let arguments = [
            ("for_each", Some(&dynamic.for_each)),
            ("iterator", name_iterator.as_ref()),
            ("labels", labels.as_ref()),
        ];
        let arguments = arguments.into_iter().filter_map(|(name, value)| Some((name, value?)));
        self.arguments(layout, &mut true, arguments);
        self.scope.enter(dynamic.iterator, iterator);
        self.out.push('\n');
        self.indentation();
        self.out.push_str("content ");
        self.body(&dynamic.block.body, layout);
        self.scope.leave();
        self.out.push('\n');
        self.close("}");
    }

    fn gap(&mut self, empty: &mut bool) {
        if !std::mem::replace(empty, false) {
            self.out.push('\n');
        }
    }
}
