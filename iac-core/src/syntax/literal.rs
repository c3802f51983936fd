//! Terms: names, numbers, calls, lists and objects.

use super::Result;
use super::cursor::Parser;
use crate::decimal::Decimal;
use crate::expression::{Binding, Expression, ForExpression, ForResult, ObjectKey, Operation};
use crate::text::Text;

impl<'a> Parser<'a> {
    /// Parses a term, without the steps after it.
    pub(super) fn term(&mut self) -> Result<Expression> {
        self.height = 0;
        match self.peek() {
            b'"' => self.quoted(),
            b'0'..=b'9' => self.number(),
            b'[' => self.bracketed(Self::list),
            b'{' => self.bracketed(Self::object),
            b'(' => self.bracketed(|parser| {
                let inner = parser.expression()?;
                parser.close(b')', "the parentheses")?;
                Ok(inner)
            }),
            b'<' if self.rest().starts_with("<<") => self.heredoc(),
            _ if self.at_identifier() => self.name_or_call(),
            _ => Err(self.error(format!("expected an expression, found {}", self.next_text()))),
        }
    }

    /// Parses a bracketed expression, in which line ends are whitespace.
    fn bracketed(&mut self, read: impl FnOnce(&mut Self) -> Result<Expression>) -> Result<Expression> {
        self.position += 1;
        let across_lines = std::mem::replace(&mut self.across_lines, true);
        self.skip();
        let expression = read(self)?;
        self.across_lines = across_lines;
        Ok(expression)
    }

    pub(super) fn digits(&mut self) -> &'a str {
        let start = self.position;
        while self.peek().is_ascii_digit() {
            self.position += 1;
        }
        &self.text[start..self.position]
    }

    fn number(&mut self) -> Result<Expression> {
        let start = self.position;
        self.digits();
        if self.peek() == b'.' && self.peek_at(1).is_ascii_digit() {
            self.position += 1;
            self.digits();
        }
        if matches!(self.peek(), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek_at(1), b'+' | b'-'));
            if self.peek_at(1 + sign).is_ascii_digit() {
                self.position += 1 + sign;
                self.digits();
            }
        }
        let text = &self.text[start..self.position];
        if let Ok(number) = text.parse() {
            return Ok(Expression::Integer(number));
        }
        let number =
            Decimal::parse(text).ok_or_else(|| Self::error_at(start, format!("`{text}` is not a number")))?;
        Ok(number.into_expression())
    }

    fn name_or_call(&mut self) -> Result<Expression> {
        let start = self.position;
        let name = self.identifier_text();
        self.skip();
        match self.peek() {
            b'(' => return self.call(name.into()),
            b':' if self.peek_at(1) == b':' => {
                self.position = start;
                return self.provider_call();
            }
            _ => {}
        }
        Ok(match name {
            "true" => Expression::Bool(true),
            "false" => Expression::Bool(false),
            "null" => Expression::Null,
            _ => match self.names.iter().rev().find(|(bound, _)| *bound == name) {
                Some((_, binding)) => Expression::Bound(*binding),
                None => Operation::Name(name.into()).into(),
            },
        })
    }

    /// Parses a call of `namespace::name`.
    fn provider_call(&mut self) -> Result<Expression> {
        let mut function = self.identifier_text().to_owned();
        self.skip();
        while self.eat_text("::") {
            self.skip();
            function.push_str("::");
            function.push_str(self.identifier("a function name")?);
            self.skip();
        }
        if self.peek() != b'(' {
            return Err(self.error(format!("expected `(` after `{function}`")));
        }
        // Terraform's built-in functions are also available as `core::name`.
        let function = function.strip_prefix("core::").map_or(function.as_str(), |name| name);
        self.call(function.into())
    }

    fn call(&mut self, function: Text) -> Result<Expression> {
        let mut arguments = Vec::new();
        let mut expand_last = false;
        self.bracketed(|parser| {
            let mut height = 0;
            while !parser.eat(b')') {
                arguments.push(parser.expression()?);
                height = height.max(parser.height);
                parser.skip();
                expand_last = parser.eat_text("...");
                parser.skip();
                if expand_last || !parser.eat(b',') {
                    parser.close(b')', &format!("the call to `{function}`"))?;
                    break;
                }
                parser.skip();
            }
            parser.grow(height)?;
            Ok(Operation::Call { function, arguments, expand_last }.into())
        })
    }

    fn at_for(&self) -> bool {
        let rest = self.rest().strip_prefix("for");
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || "_-".contains(next)))
    }

    fn list(&mut self) -> Result<Expression> {
        if self.at_for() {
            return self.each_of(b']');
        }
        let mut elements = Vec::new();
        let mut height = 0;
        while !self.eat(b']') {
            elements.push(self.expression()?);
            height = height.max(self.height);
            self.skip();
            if !self.eat(b',') {
                self.close(b']', "the list")
                    .map_err(|error| error.hint("separate the elements of a list with commas"))?;
                break;
            }
            self.skip();
        }
        self.grow(height)?;
        Ok(Expression::List(elements))
    }

    fn object(&mut self) -> Result<Expression> {
        if self.at_for() {
            return self.each_of(b'}');
        }
        let mut elements = Vec::new();
        let mut height = 0;
        while !self.eat(b'}') {
            let key = self.object_key()?;
            height = height.max(self.height);
            self.across_lines = false;
            let value = self.expression()?;
            height = height.max(self.height);
            elements.push((key, value));
            self.skip();
            if !self.eat(b',') && self.peek() != b'}' && !self.at_line_end() {
                let message = format!("expected a comma or a line end, found {}", self.next_text());
                return Err(self
                    .error(message)
                    .hint("separate the elements of an object with commas or line ends"));
            }
            self.across_lines = true;
            self.skip();
            if self.at_end() {
                return Err(self.error("expected `}` to close the object, found the end of the input"));
            }
        }
        self.grow(height)?;
        Ok(Expression::Object(elements))
    }

    /// Parses the key of an object element, and `=` or `:`.
    fn object_key(&mut self) -> Result<ObjectKey> {
        let start = self.position;
        self.height = 0;
        let name = self.identifier_text();
        self.skip();
        if !name.is_empty() && self.eat_key_separator() {
            return Ok(ObjectKey::Name(name.into()));
        }
        self.position = start;
        let key = self.expression()?;
        self.skip();
        if !self.eat_key_separator() {
            let message = format!("expected `=` after the key, found {}", self.next_text());
            return Err(self.error(message));
        }
        match key {
            Expression::String(name) => Ok(ObjectKey::Name(name)),
            key => Ok(ObjectKey::Computed(key)),
        }
    }

    fn eat_key_separator(&mut self) -> bool {
        let is_separator = match self.peek() {
            b'=' => !matches!(self.peek_at(1), b'=' | b'>'),
            b':' => self.peek_at(1) != b':',
            _ => false,
        };
        self.position += usize::from(is_separator);
        is_separator
    }

    /// Parses `for key, value in collection :`, the result for each element, and the closing bracket.
    fn each_of(&mut self, bracket: u8) -> Result<Expression> {
        self.position += "for".len();
        self.skip();
        let outer = self.names.len();
        let (key, value, collection) = self.for_introduction()?;
        let mut height = self.height;
        self.skip();
        if !self.eat(b':') {
            return Err(
                self.error(format!("expected `:` in the `for` expression, found {}", self.next_text()))
            );
        }
        let first = self.expression()?;
        height = height.max(self.height);
        let result = if bracket == b'}' {
            self.skip();
            if !self.eat_text("=>") {
                let message = format!("expected `=>` in the `for` expression, found {}", self.next_text());
                return Err(self
                    .error(message)
                    .hint("write `{for key, value in collection : key => value}`"));
            }
            let value = self.expression()?;
            height = height.max(self.height);
            self.skip();
            ForResult::Object { key: first, value, group: self.eat_text("...") }
        } else {
            ForResult::List(first)
        };
        self.skip();
        let start = self.position;
        let condition = if self.identifier_text() == "if" {
            let condition = self.expression()?;
            height = height.max(self.height);
            Some(condition)
        } else {
            self.position = start;
            None
        };
        self.close(bracket, "the `for` expression")?;
        self.names.truncate(outer);
        self.grow(height)?;
        Ok(Operation::For(ForExpression { key, value, collection, result, condition }).into())
    }

    /// Parses `key, value in collection` and binds the names, which the caller unbinds.
    pub(super) fn for_introduction(&mut self) -> Result<(Option<Binding>, Binding, Expression)> {
        let first = self.identifier("a variable name after `for`")?;
        self.skip();
        let second = if self.eat(b',') {
            self.skip();
            Some(self.identifier("a second variable name after `for`")?)
        } else {
            None
        };
        self.skip();
        let start = self.position;
        if self.identifier_text() != "in" {
            self.position = start;
            return Err(
                self.error(format!("expected `in` in the `for` expression, found {}", self.next_text()))
            );
        }
        let collection = self.expression()?;
        let mut bind = |name| {
            let binding = Binding::fresh();
            self.names.push((name, binding));
            binding
        };
        let binding = bind(first);
        Ok(match second {
            Some(second) => (Some(binding), bind(second), collection),
            None => (None, binding, collection),
        })
    }
}
