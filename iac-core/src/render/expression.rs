//! Expressions on a single line.

use std::fmt::Write as _;

use super::printer::{COLON, Printer};
use super::shape::{POSTFIX, begins_with_minus, is_bare_key, is_base, only_interpolation, peel, precedence};
use super::text::{Heredoc, escape_part, is_last, quote};
use super::{RenderError, Resolve};
use crate::address::is_identifier;
use crate::expression::{
    BinaryOperator, Binding, Expression, ForExpression, ForResult, ObjectKey, Operation, Reference,
    TemplatePart, UnaryOperator,
};
use crate::text::Text;

const KEY: Text = Text::from_static("key");
const VALUE: Text = Text::from_static("value");

impl<R: Resolve> Printer<R> {
    /// Writes an expression on one line.
    pub(super) fn inline(&mut self, expression: &Expression) {
        if self.trial_is_over() {
            return;
        }
        match expression {
            Expression::Null => self.out.push_str("null"),
            Expression::Bool(true) => self.out.push_str("true"),
            Expression::Bool(false) => self.out.push_str("false"),
            Expression::Integer(number) => self.display(number),
            // Rust's `Display` writes no exponent, and the shortest digits that identify the number.
            Expression::Float(number) if number.is_finite() => self.display(number),
            Expression::Float(number) => self.fail(RenderError::NotFinite(number.to_string())),
            Expression::String(text) => self.string(text),
            Expression::List(items) => {
                self.out.push('[');
                self.separated(items);
                self.out.push(']');
            }
            Expression::Object(elements) => self.object(elements),
            Expression::Reference(reference) => self.reference(reference),
            Expression::Symbol(name) => self.out.push_str(name),
            Expression::Bound(binding) => self.bound(*binding),
            Expression::Operation(operation) => self.operation(operation),
        }
    }

    fn operation(&mut self, operation: &Operation) {
        match operation {
            Operation::Template(parts) => self.template(parts),
            Operation::Call { function, arguments, expand_last } => {
                self.out.push_str(function);
                self.out.push('(');
                self.separated(arguments);
                self.out.push_str(if *expand_last { "...)" } else { ")" });
            }
            Operation::Attribute(base, name) => {
                self.base(base);
                self.step(name);
            }
            Operation::Index(base, key) => {
                self.base(base);
                self.out.push('[');
                // `terraform fmt` would remove the quotes of such a key.
                self.parenthesized(key, matches!(peel(key), Expression::Null | Expression::Bool(_)));
                self.out.push(']');
            }
            Operation::Splat(base, path) => {
                self.base(base);
                self.out.push_str("[*]");
                for name in path {
                    self.step(name);
                }
            }
            Operation::Conditional(condition, yes, no) => {
                self.condition(condition);
                self.out.push_str(" ? ");
                self.inline(yes);
                self.out.push_str(" : ");
                self.inline(no);
            }
            Operation::Binary(operator, left, right) => self.binary(*operator, left, right),
            Operation::Unary(operator, operand) => {
                self.out.push(match operator {
                    UnaryOperator::Not => '!',
                    UnaryOperator::Negate => '-',
                });
                self.operand(operand, POSTFIX);
            }
            Operation::For(expression) => self.for_expression(expression),
            Operation::Raw(source) => {
                self.broken |= source.contains('\n');
                self.out.push_str(source);
            }
            Operation::Name(name) => self.out.push_str(name),
            // Stacks with this error are not rendered.
            Operation::Invalid(_) => self.out.push_str("null"),
            Operation::Static(inner)
            | Operation::Secret(inner)
            | Operation::Plaintext(inner)
            | Operation::Gathered(_, inner) => {
                self.inline(inner);
            }
        }
    }

    fn binary(&mut self, operator: BinaryOperator, left: &Expression, right: &Expression) {
        let precedence = operator.precedence();
        self.operand(left, precedence);
        self.out.push(' ');
        self.out.push_str(operator.symbol());
        self.out.push(' ');
        // Operators of the same precedence are left-associative.
        self.operand(right, precedence + 1);
    }

    /// Writes the condition of a conditional.
    pub(super) fn condition(&mut self, condition: &Expression) {
        self.operand(condition, 1);
    }

    /// Writes an operand, in parentheses if its precedence is too low.
    fn operand(&mut self, operand: &Expression, least: u8) {
        self.parenthesized(operand, precedence(operand) < least);
    }

    /// Writes the operand of `.name`, `[key]` or `[*]`.
    fn base(&mut self, base: &Expression) {
        self.parenthesized(base, !is_base(base));
    }

    fn parenthesized(&mut self, expression: &Expression, yes: bool) {
        if yes {
            self.out.push('(');
            self.inline(expression);
            self.out.push(')');
        } else {
            self.inline(expression);
        }
    }

    /// Writes `.name`.
    fn step(&mut self, name: &str) {
        if is_identifier(name) {
            self.out.push('.');
            self.out.push_str(name);
        } else {
            self.out.push('[');
            quote(name, &mut self.out);
            self.out.push(']');
        }
    }

    pub(super) fn separated(&mut self, items: &[Expression]) {
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            self.inline(item);
        }
    }

    fn string(&mut self, text: &str) {
        if self.trial.is_some() && Heredoc::of_text(text).is_some() {
            self.give_up();
        } else {
            quote(text, &mut self.out);
        }
    }

    fn template(&mut self, parts: &[TemplatePart]) {
        if let Some(expression) = only_interpolation(parts) {
            // Terraform treats a template that consists of one interpolation as the expression itself, and `terraform
            // fmt` writes it that way.
            self.inline(expression);
        } else if self.trial.is_some() && Heredoc::of_template(parts).is_some() {
            self.give_up();
        } else {
            self.quoted_template(parts);
        }
    }

    pub(super) fn quoted_template(&mut self, parts: &[TemplatePart]) {
        self.out.push('"');
        for (position, part) in parts.iter().enumerate() {
            match part {
                TemplatePart::Literal(text) => escape_part(text, is_last(parts, position), &mut self.out),
                TemplatePart::Interpolation(expression) => self.interpolation(expression),
            }
        }
        self.out.push('"');
    }

    pub(super) fn interpolation(&mut self, expression: &Expression) {
        self.out.push_str("${");
        let start = self.out.len();
        self.after_bracket(expression);
        // `terraform fmt` puts spaces inside braces.
        if self.out[start..].starts_with('{') {
            self.out.insert(start, ' ');
        }
        self.out.push_str(if self.out.ends_with('}') { " }" } else { "}" });
    }

    /// Writes an expression in a position where `terraform fmt` would take a leading minus for a binary operator.
    fn after_bracket(&mut self, expression: &Expression) {
        self.parenthesized(expression, begins_with_minus(expression));
    }

    fn object(&mut self, elements: &[(ObjectKey, Expression)]) {
        if elements.is_empty() {
            self.out.push_str("{}");
            return;
        }
        if self.trial.is_some_and(|trial| !trial.objects || elements.len() > 1) {
            self.give_up();
            return;
        }
        for (position, (key, value)) in elements.iter().enumerate() {
            self.out.push_str(if position == 0 { "{ " } else { ", " });
            self.object_key(key);
            self.out.push_str(self.assign);
            self.inline(value);
        }
        self.out.push_str(" }");
    }

    pub(super) fn object_key(&mut self, key: &ObjectKey) {
        match key {
            ObjectKey::Name(name) if is_bare_key(name) => self.out.push_str(name),
            ObjectKey::Name(name) if self.bare_addresses && name.split('.').all(is_identifier) => {
                self.out.push_str(name);
            }
            ObjectKey::Name(name) => quote(name, &mut self.out),
            ObjectKey::Computed(expression) => {
                let assign = std::mem::replace(&mut self.assign, COLON);
                self.parenthesized(expression, true);
                self.assign = assign;
            }
        }
    }

    fn reference(&mut self, reference: &Reference) {
        self.resolve.write(reference.target, &mut self.out);
        if !reference.attribute.is_empty() {
            self.out.push('.');
            self.out.push_str(reference.attribute);
        }
    }

    fn bound(&mut self, binding: Binding) {
        match self.scope.name(binding) {
            Some(name) => self.out.push_str(name),
            None => self.fail(RenderError::OutOfScope),
        }
    }

    fn for_expression(&mut self, expression: &ForExpression) {
        let is_list = matches!(expression.result, ForResult::List(_));
        self.out.push_str(if is_list { "[" } else { "{ " });
        self.for_head(expression);
        self.for_result(&expression.result, Self::inline);
        self.for_condition(expression);
        self.for_leave(expression);
        self.out.push_str(if is_list { "]" } else { " }" });
    }

    /// Writes `for key, value in collection : ` and brings the variables into scope.
    pub(super) fn for_head(&mut self, expression: &ForExpression) {
        let key = expression.key.map(|key| (key, self.scope.free_name(&KEY)));
        let value = self.scope.free_name(&VALUE);
        self.out.push_str("for ");
        if let Some((_, name)) = &key {
            self.out.push_str(name);
            self.out.push_str(", ");
        }
        self.out.push_str(&value);
        self.word(" in", &expression.collection);
        self.out.push_str(" : ");
        if let Some((key, name)) = key {
            self.scope.enter(key, name);
        }
        self.scope.enter(expression.value, value);
    }

    /// Removes the variables of a `for` expression from the scope.
    pub(super) fn for_leave(&mut self, expression: &ForExpression) {
        self.scope.leave();
        if expression.key.is_some() {
            self.scope.leave();
        }
    }

    /// Writes the result of a `for` expression; `last` writes the element or its value.
    pub(super) fn for_result(&mut self, result: &ForResult, last: impl FnOnce(&mut Self, &Expression)) {
        match result {
            ForResult::List(element) => last(self, element),
            ForResult::Object { key, value, group } => {
                self.inline(key);
                self.out.push_str(" => ");
                if begins_with_minus(value) {
                    self.after_bracket(value);
                } else {
                    last(self, value);
                }
                if *group {
                    self.out.push_str("...");
                }
            }
        }
    }

    pub(super) fn for_condition(&mut self, expression: &ForExpression) {
        if let Some(condition) = &expression.condition {
            self.word(" if", condition);
        }
    }

    /// Writes a keyword and an expression. `terraform fmt` treats the keyword as a name, so an opening bracket
    /// follows it without a space.
    fn word(&mut self, keyword: &str, expression: &Expression) {
        self.out.push_str(keyword);
        let end = self.out.len();
        self.out.push(' ');
        self.after_bracket(expression);
        let attached = match self.out.as_bytes().get(end + 1) {
            Some(b'(') => true,
            Some(b'[') => keyword == " if",
            _ => false,
        };
        if attached {
            self.out.remove(end);
        }
    }

    fn display(&mut self, value: impl std::fmt::Display) {
        write!(self.out, "{value}").expect("writing to a string does not fail");
    }

    fn fail(&mut self, error: RenderError) {
        self.error.get_or_insert(error);
    }

    fn trial_is_over(&mut self) -> bool {
        match &mut self.trial {
            Some(trial) => {
                trial.failed |= self.out.len() > trial.end;
                trial.failed
            }
            None => false,
        }
    }

    fn give_up(&mut self) {
        if let Some(trial) = &mut self.trial {
            trial.failed = true;
        }
    }
}
