//! Expressions that may span several lines, and arguments aligned as by `terraform fmt`.

use super::Resolve;
use super::columns::columns;
use super::printer::{COLON, Mark, Printer, Trial};
use super::shape::peel;
use super::text::{Heredoc, heredoc_part, is_last, push_spaces, quote};
use crate::expression::{Expression, ForExpression, ForResult, ObjectKey, Operation, TemplatePart};

/// Longer lines are broken.
const WIDTH: usize = 100;

/// The number of spaces per level of indentation.
const INDENT: usize = 2;

/// Argument lines in progress; consecutive lines without a break are aligned.
#[derive(Debug)]
pub(super) struct Run {
    /// The output position of the first line to be aligned.
    start: usize,
    /// The first mark that belongs to the run.
    first_mark: usize,
    /// True if arguments of several lines are separated by blank lines.
    spaced: bool,
    before: Before,
}

/// The line before the next argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// The line that opens the block, or a blank line.
    Nothing,
    /// An argument.
    Line,
    /// An argument separated by a blank line.
    Apart,
}

impl<R: Resolve> Printer<R> {
    /// Writes the value of an argument or element, which ends its line.
    pub(super) fn value(&mut self, expression: &Expression) {
        match peel(expression) {
            Expression::String(text) => match self.usable(Heredoc::of_text(text)) {
                Some(heredoc) => self.heredoc(heredoc, |printer, indent| {
                    heredoc_part(text, true, indent, &mut true, &mut printer.out);
                }),
                None => quote(text, &mut self.out),
            },
            Expression::Operation(operation) => match &**operation {
                Operation::Template(parts) => match self.usable(Heredoc::of_template(parts)) {
                    Some(heredoc) => {
                        self.heredoc(heredoc, |printer, indent| printer.heredoc_parts(parts, indent));
                    }
                    None => self.quoted_template(parts),
                },
                _ => self.element(expression),
            },
            _ => self.element(expression),
        }
    }

    /// Rejects a heredoc that needs a function where functions are not evaluated.
    fn usable(&self, heredoc: Option<Heredoc>) -> Option<Heredoc> {
        heredoc.filter(|heredoc| heredoc.newline_at_end || self.functions)
    }

    /// Writes an expression that may be followed by something on the same line, such as a comma.
    fn element(&mut self, expression: &Expression) {
        let expression = peel(expression);
        match expression {
            Expression::Object(elements) if !elements.is_empty() => self.object_lines(elements),
            Expression::List(items) if !items.is_empty() => {
                if !self.try_inline(expression, false) {
                    self.list_lines(items);
                }
            }
            Expression::Operation(operation) => match &**operation {
                Operation::Call { function, arguments, expand_last } => {
                    if !self.try_inline(expression, true) {
                        self.call_lines(function, arguments, *expand_last);
                    }
                }
                Operation::For(inner) => {
                    if !self.try_inline(expression, true) {
                        self.for_lines(inner);
                    }
                }
                Operation::Conditional(condition, yes, no) => {
                    if !self.try_inline(expression, true) {
                        self.conditional_lines(condition, yes, no);
                    }
                }
                _ => self.inline(expression),
            },
            _ => self.inline(expression),
        }
    }

    /// Writes an expression on one line if it is short and has no structure worth showing.
    fn try_inline(&mut self, expression: &Expression, objects: bool) -> bool {
        self.attempt(objects, |printer| printer.inline(expression))
    }

    /// Writes on one line, and undoes it if the line becomes too long or contains something that should be broken.
    fn attempt(&mut self, objects: bool, write: impl FnOnce(&mut Self)) -> bool {
        let start = self.out.len();
        let line = self.out.rfind('\n').map_or(0, |newline| newline + 1);
        self.trial = Some(Trial { end: line + WIDTH, objects, failed: false });
        write(self);
        let failed = self.trial.take().is_some_and(|trial| trial.failed || self.out.len() > trial.end);
        if failed {
            self.out.truncate(start);
        }
        !failed
    }

    fn heredoc(&mut self, heredoc: Heredoc, write: impl FnOnce(&mut Self, usize)) {
        if !heredoc.newline_at_end {
            self.out.push_str("chomp(");
        }
        self.out.push_str(if heredoc.indented { "<<-" } else { "<<" });
        self.out.push_str(heredoc.marker);
        self.out.push('\n');
        self.broken = true;
        write(self, if heredoc.indented { (self.indent + 1) * INDENT } else { 0 });
        if !heredoc.newline_at_end {
            self.out.push('\n');
        }
        if heredoc.indented {
            self.indentation();
        }
        self.out.push_str(heredoc.marker);
        if !heredoc.newline_at_end {
            self.out.push('\n');
            self.indentation();
            self.out.push(')');
        }
    }

    fn heredoc_parts(&mut self, parts: &[TemplatePart], indent: usize) {
        let mut at_line_start = true;
        for (position, part) in parts.iter().enumerate() {
            match part {
                TemplatePart::Literal(text) => {
                    heredoc_part(text, is_last(parts, position), indent, &mut at_line_start, &mut self.out);
                }
                TemplatePart::Interpolation(expression) => {
                    if std::mem::replace(&mut at_line_start, false) {
                        push_spaces(indent, &mut self.out);
                    }
                    self.interpolation(expression);
                }
            }
        }
    }

    /// Writes `{`, the lines and `}`.
    fn object_lines(&mut self, elements: &[(ObjectKey, Expression)]) {
        self.open("{");
        let mut run = self.run(false);
        for (key, value) in elements {
            self.argument(&mut run, |printer| printer.object_key(key), value);
        }
        self.end_run(run);
        self.close("}");
    }

    fn list_lines(&mut self, items: &[Expression]) {
        self.open("[");
        for item in items {
            self.line(item, ",\n");
        }
        self.close("]");
    }

    /// Writes a call whose last argument spans several lines, or a call with one argument per line.
    fn call_lines(&mut self, function: &str, arguments: &[Expression], expand_last: bool) {
        let Some((last, before)) = arguments.split_last() else {
            self.out.push_str(function);
            self.out.push_str("()");
            return;
        };
        let end = if expand_last { "...)" } else { ")" };
        let hugs = self.hugs(last, before.is_empty())
            && self.attempt(false, |printer| {
                printer.out.push_str(function);
                printer.out.push('(');
                printer.separated(before);
                printer.out.push_str(if before.is_empty() { "" } else { ", " });
            });
        if hugs {
            self.value(last);
            if !self.out.ends_with([')', ']', '}']) {
                // The end marker of a heredoc must be alone on its line.
                self.out.push('\n');
                self.indentation();
            }
            self.out.push_str(end);
        } else if before.is_empty() {
            self.out.push_str(function);
            self.out.push('(');
            self.inline(last);
            self.out.push_str(end);
        } else {
            self.out.push_str(function);
            self.open("(");
            for argument in before {
                self.line(argument, ",\n");
            }
            // An expanded argument must not be followed by a comma.
            self.line(last, if expand_last { "...\n" } else { ",\n" });
            self.close(")");
        }
    }

    fn for_lines(&mut self, expression: &ForExpression) {
        let (open, close) = match expression.result {
            ForResult::List(_) => ("[", "]"),
            ForResult::Object { .. } => ("{", "}"),
        };
        self.open(open);
        self.indentation();
        let assign = std::mem::replace(&mut self.assign, COLON);
        self.for_head(expression);
        self.for_result(&expression.result, |printer, last| {
            printer.assign = assign;
            printer.element(last);
        });
        self.assign = assign;
        self.for_condition(expression);
        self.for_leave(expression);
        self.out.push('\n');
        self.close(close);
    }

    fn conditional_lines(&mut self, condition: &Expression, yes: &Expression, no: &Expression) {
        self.open("(");
        self.indentation();
        self.condition(condition);
        self.out.push('\n');
        self.branch("? ", yes);
        self.branch(": ", no);
        self.close(")");
    }

    fn branch(&mut self, mark: &str, value: &Expression) {
        self.indentation();
        self.out.push_str(mark);
        self.element(value);
        self.out.push('\n');
    }

    fn line(&mut self, expression: &Expression, end: &str) {
        self.indentation();
        self.element(expression);
        self.out.push_str(end);
    }

    pub(super) fn open(&mut self, bracket: &str) {
        self.out.push_str(bracket);
        self.out.push('\n');
        self.broken = true;
        self.indent += 1;
    }

    pub(super) fn close(&mut self, bracket: &str) {
        self.indent -= 1;
        self.indentation();
        self.out.push_str(bracket);
    }

    pub(super) fn indentation(&mut self) {
        push_spaces(self.indent * INDENT, &mut self.out);
    }

    /// Starts a run of argument lines.
    pub(super) fn run(&self, spaced: bool) -> Run {
        Run { start: self.out.len(), first_mark: self.marks.len(), spaced, before: Before::Nothing }
    }

    /// Writes `name = value` and the end of the line.
    pub(super) fn argument(&mut self, run: &mut Run, name: impl FnOnce(&mut Self), value: &Expression) {
        if run.before == Before::Apart {
            self.out.push('\n');
            run.before = Before::Nothing;
            run.start = self.out.len();
        }
        let line = self.out.len();
        self.indentation();
        let name_start = self.out.len();
        name(self);
        let equals = self.out.len();
        let columns = columns(&self.out[name_start..]);
        self.out.push_str(" = ");
        let value_start = self.out.len();
        let outer_is_broken = std::mem::replace(&mut self.broken, false);
        self.value(value);
        let several_lines = std::mem::replace(&mut self.broken, outer_is_broken);
        // `terraform fmt` treats everything up to the end of a heredoc as one line.
        let heredoc = several_lines && self.out[value_start..].starts_with("<<");
        self.out.push('\n');
        match columns {
            Some(columns) if !several_lines || heredoc && !run.spaced => {
                self.marks.push(Mark { equals, columns });
                run.before = Before::Line;
            }
            Some(_) if !run.spaced => {
                self.align(run, line, false);
                run.before = Before::Line;
            }
            _ => {
                self.align(run, line, run.before == Before::Line);
                run.before = Before::Apart;
            }
        }
    }

    /// Ends a run of argument lines.
    pub(super) fn end_run(&mut self, mut run: Run) {
        self.align(&mut run, self.out.len(), false);
    }

    /// Aligns the lines of a run up to `end`, inserts a blank line there if requested, and starts a new run at the
    /// end of the output.
    fn align(&mut self, run: &mut Run, end: usize, blank_line: bool) {
        let marks = &self.marks[run.first_mark..];
        let widest = marks.iter().map(|mark| mark.columns).max().unwrap_or_default();
        let aligned = marks.iter().all(|mark| mark.columns == widest);
        if !aligned || blank_line {
            // The lines are moved to a scratch buffer and written back with the padding, so that each is moved only
            // once.
            let start = if aligned { end } else { run.start };
            self.scratch.clear();
            self.scratch.push_str(&self.out[start..]);
            self.out.truncate(start);
            let mut written = 0;
            if !aligned {
                for mark in marks {
                    self.out.push_str(&self.scratch[written..mark.equals - start]);
                    push_spaces(widest - mark.columns, &mut self.out);
                    written = mark.equals - start;
                }
            }
            self.out.push_str(&self.scratch[written..end - start]);
            if blank_line {
                self.out.push('\n');
            }
            self.out.push_str(&self.scratch[end - start..]);
        }
        self.marks.truncate(run.first_mark);
        run.start = self.out.len();
    }

    /// Returns `true` if the brackets of a multi-line argument can be joined with those of the call: `f({` … `})`.
    fn hugs(&self, last: &Expression, only: bool) -> bool {
        let is_heredoc = |heredoc| only && self.usable(heredoc).is_some();
        match peel(last) {
            Expression::Object(elements) => !elements.is_empty(),
            Expression::List(items) => !items.is_empty(),
            Expression::String(text) => is_heredoc(Heredoc::of_text(text)),
            Expression::Operation(operation) => match &**operation {
                Operation::For(_) => true,
                Operation::Call { .. } => only,
                Operation::Template(parts) => is_heredoc(Heredoc::of_template(parts)),
                _ => false,
            },
            _ => false,
        }
    }
}
