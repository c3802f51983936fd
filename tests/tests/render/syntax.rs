//! Random configurations that are syntactically valid but meaningless.

use std::mem;

use iac_core::body::Body;
use iac_core::builder::ResourceHandle as _;
use iac_core::expression::{
    BinaryOperator, Binding, Expression, ForExpression, ForResult, ObjectKey, Operation, TemplatePart,
    UnaryOperator,
};
use iac_core::{Any, Configure as _, Expr, Map, RawBlock, Stack, Text};

use crate::random::Random;
use crate::thing::{Thing, ThingBuilder};

/// The names of arguments, blocks, attributes and keys.
const NAMES: &[&str] = &[
    "a",
    "b",
    "id",
    "name",
    "tags",
    "for_each_x",
    "cidr_block",
    "availability_zone",
    "a-b",
    "x1",
    "_y",
    "content",
    "value",
    "key",
    "rule",
    "data",
    "setting",
    "type",
    "iterator",
];

/// A stack and the bodies it was built from.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) stack: Stack,
    /// The bodies of `test_thing.t0`, `test_thing.t1` and so on.
    pub(crate) things: Vec<Body>,
}

/// Generates a configuration of some resources.
pub(crate) fn configuration(seed: u64, things: usize) -> Configuration {
    let stack = Stack::new("random");
    let mut generator = Generator { random: Random::new(seed), things: Vec::new(), bound: Vec::new() };
    let mut bodies = Vec::new();
    for number in 0..things {
        let mut builder = ThingBuilder::new(&format!("t{number}"));
        generator.meta_arguments(builder.body_mut());
        generator.fill(builder.body_mut(), 3);
        bodies.push(builder.body_mut().clone());
        let thing = stack.add(builder);
        generator.things.push(thing);
    }
    Configuration { stack, things: bodies }
}

struct Generator {
    random: Random,
    /// The entries that can be referred to.
    things: Vec<Thing>,
    /// The variables in scope.
    bound: Vec<Expression>,
}

impl Generator {
    fn meta_arguments(&mut self, body: &mut Body) {
        if self.random.once_in(3) {
            let name = *self.random.pick(&["count", "for_each", "depends_on"]);
            let value = self.expression(3);
            body.set(name, value);
        }
        for name in ["lifecycle", "connection"] {
            if self.random.once_in(6) {
                body.push_block(name, self.block(1));
            }
        }
    }

    fn block(&mut self, depth: usize) -> Body {
        let mut body = Body::new();
        self.fill(&mut body, depth);
        body
    }

    fn fill(&mut self, body: &mut Body, depth: usize) {
        for _ in 0..self.random.below(7) {
            let (name, value) = (self.name(), self.expression(4));
            body.set(name, value);
        }
        for _ in 0..self.random.below(4) * depth.min(1) {
            let name = *self.random.pick(NAMES);
            if body.argument(name).is_some() {
                continue;
            }
            if self.random.once_in(3) {
                self.dynamic(body, name, depth);
            } else {
                body.push_block(name, self.block(depth - 1));
            }
        }
    }

    fn dynamic(&mut self, body: &mut Body, name: &str, depth: usize) {
        let collection: Expr<Map<Any>> = Expr::from_expression(self.expression(3));
        let block = RawBlock::default().dynamic(collection, |block, each| {
            self.bound.extend([each.key.into_expression(), each.value.into_expression()]);
            let content = self.block(depth - 1);
            self.bound.truncate(self.bound.len() - 2);
            block.block(name, |mut block| {
                block.body_mut().append(content);
                block
            })
        });
        let mut block = block;
        body.append(mem::take(block.body_mut()));
    }

    fn name(&mut self) -> Text {
        match self.random.below(12) {
            0 => Text::from(format!("n{}", "x".repeat(self.random.below(30)))),
            1 => Text::from("größe"),
            _ => Text::from(*self.random.pick(NAMES)),
        }
    }

    fn expression(&mut self, depth: usize) -> Expression {
        if depth == 0 || self.random.once_in(4) {
            return self.leaf();
        }
        let inner = depth - 1;
        let operation = match self.random.below(14) {
            0 | 1 => return Expression::List(self.several(inner)),
            2 | 3 => return self.object(inner),
            4 | 5 => self.template(inner),
            6 => Operation::Call {
                function: Text::from(*self.random.pick(&[
                    "f",
                    "jsonencode",
                    "merge",
                    "provider::test::parse",
                ])),
                arguments: self.several(inner),
                expand_last: false,
            },
            7 => Operation::Attribute(self.expression(inner), self.name()),
            8 => Operation::Index(self.expression(inner), self.expression(inner)),
            9 => Operation::Splat(
                self.expression(inner),
                (0..self.random.below(3)).map(|_| self.name()).collect(),
            ),
            10 => {
                Operation::Conditional(self.expression(inner), self.expression(inner), self.expression(inner))
            }
            11 => Operation::Binary(
                *self.random.pick(&OPERATORS),
                self.expression(inner),
                self.expression(inner),
            ),
            12 => {
                let operator = *self.random.pick(&[UnaryOperator::Not, UnaryOperator::Negate]);
                Operation::Unary(operator, self.expression(inner))
            }
            _ => self.for_expression(inner),
        };
        match self.random.below(20) {
            0 => Operation::Plaintext(operation.into()).into(),
            1 => Operation::Static(operation.into()).into(),
            _ => operation.into(),
        }
    }

    fn leaf(&mut self) -> Expression {
        let random = &mut self.random;
        match random.below(12) {
            0 => Expression::Null,
            1 => Expression::Bool(random.once_in(2)),
            2 => Expression::Integer(*random.pick(&[2, 1, -1, 443, i64::MAX, i64::MIN, -12_345])),
            3 => Expression::Float(*random.pick(&[0.5, -0.25, 1e-9, 1e21, 0.1])),
            4 => Expression::Symbol(random.pick::<&str>(&["each.key", "count.index", "path.module", "self"])),
            5 => Operation::Name(Text::from(*random.pick(&["terraform", "other"]))).into(),
            6 if !self.bound.is_empty() => random.pick(&self.bound).clone(),
            6 | 7 if !self.things.is_empty() => {
                let attribute = *random.pick(&["", "id", "arn", "name"]);
                random.pick(&self.things).handle().get::<Any>(attribute).into_expression()
            }
            8 => {
                let raw = *random.pick(&["18446744073709551616", "u[\"a\"]", "-q", "q || r", "s[*].t"]);
                Operation::Raw(raw.to_owned()).into()
            }
            _ => Expression::string(random.text()),
        }
    }

    fn several(&mut self, depth: usize) -> Vec<Expression> {
        let length = if self.random.once_in(8) { self.random.below(20) } else { self.random.below(4) };
        (0..length).map(|_| self.expression(depth)).collect()
    }

    fn object(&mut self, depth: usize) -> Expression {
        let mut elements: Vec<(ObjectKey, Expression)> = Vec::new();
        for value in self.several(depth) {
            let key = match self.random.below(6) {
                0 => ObjectKey::Computed(self.expression(depth)),
                1 | 2 => ObjectKey::Name(self.random.text().into()),
                _ => ObjectKey::Name(self.name()),
            };
            // hcl-rs rejects duplicate keys, and treats some computed keys as duplicates.
            let same = |other: &ObjectKey| match (other, &key) {
                (ObjectKey::Name(other), ObjectKey::Name(key)) => other == key,
                (ObjectKey::Computed(_), ObjectKey::Computed(_)) => true,
                _ => false,
            };
            if !elements.iter().any(|(other, _)| same(other)) {
                elements.push((key, value));
            }
        }
        Expression::Object(elements)
    }

    fn template(&mut self, depth: usize) -> Operation {
        let parts = (0..self.random.below(5)).map(|_| {
            if self.random.once_in(2) {
                TemplatePart::Interpolation(self.expression(depth))
            } else {
                TemplatePart::Literal(self.random.text())
            }
        });
        Operation::Template(parts.collect())
    }

    fn for_expression(&mut self, depth: usize) -> Operation {
        let collection = self.expression(depth);
        let key = self.random.once_in(2).then(Binding::fresh);
        let value = Binding::fresh();
        let before = self.bound.len();
        self.bound.extend(key.into_iter().chain([value]).map(Expression::Bound));
        let result = if self.random.once_in(2) {
            ForResult::List(self.expression(depth))
        } else {
            ForResult::Object {
                key: self.expression(depth),
                value: self.expression(depth),
                group: self.random.once_in(3),
            }
        };
        let condition = self.random.once_in(3).then(|| self.expression(depth));
        self.bound.truncate(before);
        Operation::For(ForExpression { key, value, collection, result, condition })
    }
}

const OPERATORS: [BinaryOperator; 13] = [
    BinaryOperator::Or,
    BinaryOperator::And,
    BinaryOperator::Equal,
    BinaryOperator::NotEqual,
    BinaryOperator::Less,
    BinaryOperator::LessOrEqual,
    BinaryOperator::Greater,
    BinaryOperator::GreaterOrEqual,
    BinaryOperator::Add,
    BinaryOperator::Subtract,
    BinaryOperator::Multiply,
    BinaryOperator::Divide,
    BinaryOperator::Modulo,
];
