//! Operators, and the steps that may follow a value.

use super::Result;
use super::cursor::Parser;
use crate::expression::{
    BinaryOperator, Binding, Expression, ForExpression, ForResult, Operation, UnaryOperator,
};
use crate::text::Text;

/// The number of operators of a chain that count as one level of a tree.
const OPERATORS_PER_LEVEL: u32 = 4;

impl Parser<'_> {
    /// Parses an expression.
    pub fn expression(&mut self) -> Result<Expression> {
        self.enter()?;
        self.skip();
        let start = self.position;
        let mut expression = self.binary(1)?;
        self.skip();
        if self.eat(b'?') {
            let condition = self.height;
            let yes = self.expression()?;
            let highest = condition.max(self.height);
            self.skip();
            if !self.eat(b':') {
                let message = format!("expected `:` in the conditional, found {}", self.next_text());
                return Err(self
                    .error(message)
                    .hint("write `condition ? yes : no`, on one line or in parentheses"));
            }
            let no = self.expression()?;
            self.grow(highest)?;
            expression = Operation::Conditional(expression, yes, no).into();
            self.record(start, &expression);
        }
        self.leave();
        Ok(expression)
    }

    /// Parses operands and operators of at least this precedence.
    fn binary(&mut self, precedence: u8) -> Result<Expression> {
        self.skip();
        let start = self.position;
        let mut left = self.unary()?;
        let mut length = 0_u32;
        loop {
            self.skip();
            let Some(operator) = self.binary_operator() else { return Ok(left) };
            if operator.precedence() < precedence {
                return Ok(left);
            }
            self.position += operator.symbol().len();
            let height = self.height;
            let right = self.binary(operator.precedence() + 1)?;
            // Chains are evaluated in a loop, so they may be longer than other trees are high.
            if length.is_multiple_of(OPERATORS_PER_LEVEL) {
                self.grow(height)?;
            } else {
                self.height = self.height.max(height);
            }
            length += 1;
            left = Operation::Binary(operator, left, right).into();
            self.record(start, &left);
        }
    }

    fn binary_operator(&self) -> Option<BinaryOperator> {
        Some(match (self.peek(), self.peek_at(1)) {
            (b'|', b'|') => BinaryOperator::Or,
            (b'&', b'&') => BinaryOperator::And,
            (b'=', b'=') => BinaryOperator::Equal,
            (b'!', b'=') => BinaryOperator::NotEqual,
            (b'<', b'=') => BinaryOperator::LessOrEqual,
            (b'<', _) => BinaryOperator::Less,
            (b'>', b'=') => BinaryOperator::GreaterOrEqual,
            (b'>', _) => BinaryOperator::Greater,
            (b'+', _) => BinaryOperator::Add,
            (b'-', _) => BinaryOperator::Subtract,
            (b'*', _) => BinaryOperator::Multiply,
            (b'/', _) => BinaryOperator::Divide,
            (b'%', _) => BinaryOperator::Modulo,
            _ => return None,
        })
    }

    fn unary(&mut self) -> Result<Expression> {
        self.skip();
        let operator = match self.peek() {
            b'-' => UnaryOperator::Negate,
            b'!' => UnaryOperator::Not,
            _ => {
                let start = self.position;
                let term = self.term()?;
                self.record(start, &term);
                let value = self.postfix(term)?;
                self.record(start, &value);
                return Ok(value);
            }
        };
        let start = self.position;
        self.position += 1;
        self.enter()?;
        let operand = self.unary()?;
        self.leave();
        let value = match (operator, operand) {
            // A minus sign before a number is part of the number; a second one is an operator.
            (UnaryOperator::Negate, Expression::Integer(number)) if number >= 0 => {
                Expression::Integer(-number)
            }
            (UnaryOperator::Negate, Expression::Float(number)) if number >= 0.0 => Expression::Float(-number),
            (_, operand) => {
                self.grow(0)?;
                Operation::Unary(operator, operand).into()
            }
        };
        self.record(start, &value);
        Ok(value)
    }

    /// Parses the steps after a value: attributes, indexes and splats.
    fn postfix(&mut self, mut base: Expression) -> Result<Expression> {
        loop {
            self.skip();
            match (self.peek(), self.peek_at(1)) {
                // `...` expands an argument or groups values.
                (b'.', b'.') => return Ok(base),
                (b'.', _) => {
                    self.position += 1;
                    self.skip();
                    base = if self.eat(b'*') { self.attribute_splat(base)? } else { self.step(base)? };
                }
                (b'[', _) => {
                    self.position += 1;
                    self.skip_across_lines();
                    base = if self.eat(b'*') { self.full_splat(base)? } else { self.index(base)? };
                }
                _ => return Ok(base),
            }
            self.grow(0)?;
        }
    }

    /// Parses the name or number after a dot.
    fn step(&mut self, base: Expression) -> Result<Expression> {
        if self.peek().is_ascii_digit() {
            let number = self.digits();
            let index =
                number.parse().map_err(|_| self.error(format!("the index `{number}` is too large")))?;
            return Ok(base.index(Expression::Integer(index)));
        }
        Ok(base.attribute(self.identifier("a name")?))
    }

    fn index(&mut self, base: Expression) -> Result<Expression> {
        let across_lines = std::mem::replace(&mut self.across_lines, true);
        let height = self.height;
        let key = self.expression()?;
        self.height = self.height.max(height);
        self.close(b']', "the index")?;
        self.across_lines = across_lines;
        Ok(base.index(key))
    }

    /// Parses the names and numbers after `.*`, which apply to each element.
    fn attribute_splat(&mut self, base: Expression) -> Result<Expression> {
        let path = self.names();
        if self.peek() != b'.' || !self.peek_at(1).is_ascii_digit() {
            return Ok(Operation::Splat(base, path).into());
        }
        self.each(base, path, |parser, mut element| {
            while parser.peek() == b'.' && parser.peek_at(1) != b'.' {
                parser.position += 1;
                element = parser.step(element)?;
                parser.grow(0)?;
            }
            Ok(element)
        })
    }

    /// Parses the steps after `[*]`, which apply to each element.
    fn full_splat(&mut self, base: Expression) -> Result<Expression> {
        self.skip_across_lines();
        if !self.eat(b']') {
            return Err(self.error(format!("expected `]` to close `[*]`, found {}", self.next_text())));
        }
        let path = self.names();
        self.skip();
        if !matches!((self.peek(), self.peek_at(1)), (b'[', _) | (b'.', b'*' | b'0'..=b'9')) {
            return Ok(Operation::Splat(base, path).into());
        }
        self.each(base, path, |parser, element| {
            parser.enter()?;
            let element = parser.postfix(element)?;
            parser.leave();
            Ok(element)
        })
    }

    /// Parses `.name.name`, as far as it goes.
    fn names(&mut self) -> Vec<Text> {
        let mut names = Vec::new();
        loop {
            let start = self.position;
            self.skip();
            let name = if self.eat(b'.') { self.identifier_text() } else { "" };
            if name.is_empty() {
                self.position = start;
                return names;
            }
            names.push(name.into());
        }
    }

    /// `[for each in base[*] : each.path…]`
    fn each(
        &mut self,
        base: Expression,
        path: Vec<Text>,
        read: impl FnOnce(&mut Self, Expression) -> Result<Expression>,
    ) -> Result<Expression> {
        let value = Binding::fresh();
        let element = path.into_iter().fold(Expression::Bound(value), Expression::attribute);
        let element = read(self, element)?;
        self.grow(0)?;
        let collection = Operation::Splat(base, Vec::new()).into();
        let result = ForResult::List(element);
        Ok(Operation::For(ForExpression { key: None, value, collection, result, condition: None }).into())
    }

    /// Parses a closing bracket.
    pub(super) fn close(&mut self, bracket: u8, what: &str) -> Result<()> {
        self.skip();
        if self.eat(bracket) {
            return Ok(());
        }
        let bracket = char::from(bracket);
        Err(self.error(format!("expected `{bracket}` to close {what}, found {}", self.next_text())))
    }
}
