//! Terraform's JSON syntax: the same configuration in machine-readable form.

mod member;
mod text;

use std::collections::HashMap;

use self::member::Member;
pub(crate) use self::text::write_string;
use self::text::{Layout, escape, escape_template};

use super::printer::Printer;
use super::reading::{Nesting, Reading};
use super::shape::only_interpolation;
use super::text::is_last;
use super::{Head, RenderError, Resolve};
use crate::body::{Block, Body, Content};
use crate::expression::{Binding, Expression, ObjectKey, Operation, TemplatePart};
use crate::text::Text;

/// Writes a configuration block by block. Blocks of the same type are grouped at the position of the first one.
pub(super) struct Writer<R> {
    /// Prints HCL expressions that JSON has no notation for; its output is empty between uses.
    printer: Printer<R>,
    /// The written bodies, concatenated.
    out: String,
    indent: usize,
    /// The layout and indentation of bodies.
    layout: Layout,
    outer_layout: Layout,
    root: Member,
    comments: Vec<Text>,
}

impl<R: Resolve> Writer<R> {
    /// Starts a configuration for Terraform and human readers.
    pub(super) fn new(resolve: R) -> Self {
        Self::with_layout(resolve, Layout::Indented, Layout::Indented)
    }

    /// Starts a model for the planner, with one block per line.
    pub(super) fn model(resolve: R) -> Self {
        Self::with_layout(resolve, Layout::OneLine, Layout::Lines)
    }

    fn with_layout(resolve: R, layout: Layout, outer_layout: Layout) -> Self {
        Self {
            printer: Printer::new(resolve),
            out: String::new(),
            indent: 0,
            layout,
            outer_layout,
            root: Member::default(),
            comments: Vec::new(),
        }
    }

    /// Adds a comment that belongs to no block.
    pub(super) fn comment(&mut self, text: &str) {
        self.comments.push(text.into());
    }

    /// Writes a top-level block. On error, nothing of the block is written.
    pub(super) fn block(&mut self, head: &Head<'_>, body: &Body) -> Result<(), RenderError> {
        let start = self.out.len();
        self.indent = 1 + head.labels.len();
        self.body(body, &[], Nesting::top_level(head.keyword));
        if let Some(error) = self.printer.error.take() {
            self.out.truncate(start);
            return Err(error);
        }
        let labels = head.labels.iter().copied();
        let member = labels.fold(self.root.member(head.keyword), Member::member);
        member.bodies.push(start..self.out.len());
        Ok(())
    }

    /// Returns the complete text.
    pub(super) fn finish(mut self) -> String {
        let bodies = std::mem::take(&mut self.out);
        self.indent = 0;
        self.layout = self.outer_layout;
        self.begin('{');
        let mut first = true;
        let comments = std::mem::take(&mut self.comments);
        self.comment_member(&comments, &mut first);
        for member in &self.root.members {
            self.layout.next(&mut self.out, 1, &mut first);
            member.write(&bodies, self.layout, 1, &mut self.out);
        }
        self.end('}', first);
        self.out.push('\n');
        self.out
    }

    fn body(&mut self, body: &Body, keys: &[&str], nesting: Nesting<'_>) {
        self.begin('{');
        let mut first = true;
        self.comment_member(body.comments(), &mut first);
        for item in body.items() {
            if let Content::Argument(value) = &item.content {
                self.member(&item.name, &mut first);
                self.value(value, nesting.reading(&item.name));
            }
        }
        for key in keys.iter().filter(|key| body.items().iter().all(|item| item.name != **key)) {
            self.member(key, &mut first);
            self.out.push_str("null");
        }
        self.blocks(body, nesting.nested(), &mut first);
        self.end('}', first);
    }

    fn comment_member(&mut self, comments: &[Text], first: &mut bool) {
        if comments.is_empty() {
            return;
        }
        self.member("//", first);
        self.array(comments, |writer, comment| write_string(&mut writer.out, comment));
    }

    /// Writes the nested blocks, grouped by type.
    fn blocks(&mut self, body: &Body, nesting: Nesting<'_>, first: &mut bool) {
        let mut groups: Vec<(&Text, Vec<&Content>)> = Vec::new();
        let mut positions: HashMap<&str, usize> = HashMap::new();
        for item in body.items().iter().filter(|item| !matches!(item.content, Content::Argument(_))) {
            let position = *positions.entry(&item.name).or_insert_with(|| {
                groups.push((&item.name, Vec::new()));
                groups.len() - 1
            });
            groups[position].1.push(&item.content);
        }
        let mut dynamic = Vec::new();
        for (name, contents) in groups {
            // A block after a dynamic one becomes dynamic as well, since the order may be significant. Attributes
            // that are written as blocks need either a single attribute or only dynamic blocks in JSON.
            let mut blocks: Vec<&Block> = contents.iter().map_while(|content| as_block(content)).collect();
            if blocks.len() < contents.len() && contents.iter().any(|content| has_keys(content)) {
                blocks.clear();
            }
            let rest = &contents[blocks.len()..];
            if let [first_block, ..] = blocks.as_slice() {
                self.member(name, first);
                if blocks.len() == 1 && first_block.keys.is_empty() {
                    self.nested(first_block, nesting);
                } else {
                    self.array(&blocks, |writer, block| writer.nested(block, nesting));
                }
            }
            if !rest.is_empty() {
                dynamic.push((name, rest.to_vec()));
            }
        }
        if !dynamic.is_empty() {
            self.member("dynamic", first);
            self.begin('{');
            let mut first = true;
            for (name, contents) in dynamic {
                self.member(name, &mut first);
                self.array(&contents, |writer, content| writer.dynamic(name, content, nesting));
            }
            self.end('}', first);
        }
    }

    fn nested(&mut self, block: &Block, nesting: Nesting<'_>) {
        for label in &block.labels {
            self.begin('{');
            self.member(label, &mut true);
        }
        self.body(&block.body, block.keys, nesting);
        block.labels.iter().for_each(|_| self.end('}', false));
    }

    fn dynamic(&mut self, name: &Text, content: &Content, nesting: Nesting<'_>) {
        let once = Expression::List(vec![Expression::Integer(0)]);
        let (for_each, binding, block) = match content {
            Content::Argument(_) => return,
            Content::Block(block) => (&once, Binding::fresh(), block),
            Content::Dynamic(dynamic) => (&dynamic.for_each, dynamic.iterator, &dynamic.block),
        };
        let iterator = self.printer.scope.free_name(name);
        let mut first = true;
        self.begin('{');
        self.member("for_each", &mut first);
        self.value(for_each, Reading::Expression);
        if iterator != *name {
            self.member("iterator", &mut first);
            write_string(&mut self.out, &iterator);
        }
        self.printer.scope.enter(binding, iterator);
        if !block.labels.is_empty() {
            self.member("labels", &mut first);
            self.array(&block.labels, |writer, label| writer.text(label, Reading::Expression));
        }
        self.member("content", &mut first);
        self.body(&block.body, &[], nesting);
        self.printer.scope.leave();
        self.end('}', false);
    }

    fn value(&mut self, expression: &Expression, reading: Reading) {
        match expression {
            Expression::Null | Expression::Bool(_) | Expression::Integer(_) | Expression::Float(_) => {
                self.source(expression, |source, out| out.push_str(source));
            }
            Expression::String(text) => self.text(text, reading),
            Expression::List(items) => self.array(items, |writer, item| writer.value(item, reading)),
            Expression::Object(elements) => {
                self.begin('{');
                let mut first = true;
                for (key, value) in elements {
                    self.layout.next(&mut self.out, self.indent, &mut first);
                    match key {
                        ObjectKey::Name(name) => self.text(name, reading),
                        ObjectKey::Computed(key) => self.value(key, reading),
                    }
                    self.out.push_str(": ");
                    self.value(value, reading);
                }
                self.end('}', first);
            }
            Expression::Operation(operation) => match &**operation {
                Operation::Static(inner) => self.value(inner, Reading::Static),
                Operation::Secret(inner) | Operation::Plaintext(inner) | Operation::Gathered(_, inner) => {
                    self.value(inner, reading);
                }
                Operation::Template(parts) => self.template(parts, reading),
                _ => self.expression(expression, reading),
            },
            Expression::Reference(_) | Expression::Symbol(_) | Expression::Bound(_) => {
                self.expression(expression, reading);
            }
        }
    }

    fn expression(&mut self, expression: &Expression, reading: Reading) {
        let (open, close) = if reading == Reading::Static { ("\"", "\"") } else { ("\"${", "}\"") };
        self.out.push_str(open);
        self.source(expression, escape);
        self.out.push_str(close);
    }

    fn template(&mut self, parts: &[TemplatePart], reading: Reading) {
        if let Some(inner) = only_interpolation(parts) {
            self.value(inner, reading);
            return;
        }
        self.out.push('"');
        for (position, part) in parts.iter().enumerate() {
            match part {
                TemplatePart::Interpolation(inner) => {
                    self.out.push_str("${");
                    self.source(inner, escape);
                    self.out.push('}');
                }
                TemplatePart::Literal(text) => {
                    escape_template(text, is_last(parts, position), &mut self.out);
                }
            }
        }
        self.out.push('"');
    }

    fn text(&mut self, text: &str, reading: Reading) {
        self.out.push('"');
        match reading {
            Reading::Expression => escape_template(text, true, &mut self.out),
            Reading::Literal | Reading::Static => escape(text, &mut self.out),
        }
        self.out.push('"');
    }

    /// Renders an expression in Terraform's own language.
    fn source(&mut self, expression: &Expression, write: impl FnOnce(&str, &mut String)) {
        self.printer.inline(expression);
        write(&self.printer.out, &mut self.out);
        self.printer.out.clear();
    }

    fn array<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.begin('[');
        let mut first = true;
        for item in items {
            self.layout.next(&mut self.out, self.indent, &mut first);
            write(self, item);
        }
        self.end(']', first);
    }

    fn member(&mut self, name: &str, first: &mut bool) {
        self.layout.next(&mut self.out, self.indent, first);
        write_string(&mut self.out, name);
        self.out.push_str(": ");
    }

    fn begin(&mut self, bracket: char) {
        self.out.push(bracket);
        self.indent += 1;
    }

    fn end(&mut self, bracket: char, empty: bool) {
        self.indent -= 1;
        if !empty {
            self.layout.new_line(&mut self.out, self.indent);
        }
        self.out.push(bracket);
    }
}

fn as_block(content: &Content) -> Option<&Block> {
    match content {
        Content::Block(block) => Some(block),
        _ => None,
    }
}

fn has_keys(content: &Content) -> bool {
    match content {
        Content::Argument(_) => false,
        Content::Block(block) => !block.keys.is_empty(),
        Content::Dynamic(dynamic) => !dynamic.block.keys.is_empty(),
    }
}
