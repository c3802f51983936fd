//! HCL and Terraform JSON are equivalent to Terraform.

use iac_core::expression::{
    BinaryOperator, Binding, Expression, ForExpression, ForResult, ObjectKey, Operation, TemplatePart,
    UnaryOperator,
};
use iac_core::{Any, Expr, Local, Output, Stack, Text};

use crate::random::Random;
use crate::terraform::Terraform;

/// Generates expressions that Terraform can evaluate: one method per type.
struct Generator {
    random: Random,
    /// Strings that can be referred to.
    texts: Vec<Expression>,
}

fn call(function: &str, arguments: Vec<Expression>) -> Expression {
    Expression::call(function, arguments)
}

impl Generator {
    fn text(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return Expression::string(self.random.text());
        }
        let inner = depth - 1;
        match self.random.below(9) {
            0 | 1 => {
                let mut parts = Vec::new();
                for _ in 0..self.random.below(4) {
                    parts.push(TemplatePart::Literal(self.random.text()));
                    parts.push(TemplatePart::Interpolation(self.scalar(inner)));
                }
                Operation::Template(parts).into()
            }
            2 => call("upper", vec![self.text(inner)]),
            3 => call("join", vec![self.text(inner), self.list(inner)]),
            4 => {
                let elements = vec![(self.key(), self.list(inner)), (self.key(), self.scalar(inner))];
                call("jsonencode", vec![Expression::Object(elements)])
            }
            5 => Operation::Conditional(self.truth(inner), self.text(inner), self.text(inner)).into(),
            6 => self.list(inner).index(Expression::Integer(0)),
            7 => Expression::Object(vec![(ObjectKey::Name("a".into()), self.text(inner))]).attribute("a"),
            _ if self.texts.is_empty() => self.text(inner),
            _ => self.random.pick(&self.texts).clone(),
        }
    }

    fn key(&mut self) -> ObjectKey {
        let text = Text::from(format!("k{}", self.random.text()));
        if self.random.once_in(2) {
            ObjectKey::Name(text)
        } else {
            ObjectKey::Computed(Expression::String(text))
        }
    }

    fn scalar(&mut self, depth: usize) -> Expression {
        match self.random.below(3) {
            0 => self.number(depth),
            1 => self.truth(depth),
            _ => self.text(depth),
        }
    }

    fn number(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return match self.random.pick(&[0.5, -0.25, 1e-9, 1e21, 0.1]) {
                number if self.random.once_in(3) => Expression::Float(*number),
                _ => Expression::Integer(i64::try_from(self.random.below(9)).unwrap() - 4),
            };
        }
        let inner = depth - 1;
        match self.random.below(4) {
            0 => {
                let operators = [BinaryOperator::Add, BinaryOperator::Subtract, BinaryOperator::Multiply];
                let operator = *self.random.pick(&operators);
                Operation::Binary(operator, self.number(inner), self.number(inner)).into()
            }
            1 => call("length", vec![self.list(inner)]),
            2 => Operation::Unary(UnaryOperator::Negate, self.number(inner)).into(),
            _ => Operation::Conditional(self.truth(inner), self.number(inner), self.number(inner)).into(),
        }
    }

    fn truth(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return Expression::Bool(self.random.once_in(2));
        }
        let inner = depth - 1;
        let operation = match self.random.below(4) {
            0 => Operation::Binary(BinaryOperator::Less, self.number(inner), self.number(inner)),
            1 => Operation::Binary(BinaryOperator::Equal, self.text(inner), self.text(inner)),
            2 => Operation::Binary(BinaryOperator::Or, self.truth(inner), self.truth(inner)),
            _ => Operation::Unary(UnaryOperator::Not, self.truth(inner)),
        };
        operation.into()
    }

    /// Returns a list of strings that is not empty.
    fn list(&mut self, depth: usize) -> Expression {
        let length = 1 + self.random.below(3);
        if depth == 0 {
            return Expression::List((0..length).map(|_| self.text(0)).collect());
        }
        let inner = depth - 1;
        match self.random.below(5) {
            0 => Expression::List((0..length).map(|_| self.text(inner)).collect()),
            1 => call("concat", vec![self.list(inner), self.list(inner)]),
            2 => {
                let objects = (0..length).map(|_| {
                    Expression::Object(vec![
                        (ObjectKey::Name("a".into()), self.text(inner)),
                        (self.key(), Expression::Null),
                    ])
                });
                Operation::Splat(Expression::List(objects.collect()), vec!["a".into()]).into()
            }
            3 => self.list_for(inner),
            _ => call("values", vec![self.object_for(inner)]),
        }
    }

    fn list_for(&mut self, depth: usize) -> Expression {
        let collection = self.list(depth);
        let value = Binding::fresh();
        self.texts.push(Expression::Bound(value));
        let result = ForResult::List(self.text(depth));
        self.texts.pop();
        Operation::For(ForExpression { key: None, value, collection, result, condition: None }).into()
    }

    fn object_for(&mut self, depth: usize) -> Expression {
        let collection = self.list(depth);
        let (key, value) = (Binding::fresh(), Binding::fresh());
        self.texts.push(Expression::Bound(value));
        let condition =
            Operation::Binary(BinaryOperator::GreaterOrEqual, Expression::Bound(key), Expression::Integer(0));
        let number = TemplatePart::Interpolation(Expression::Bound(key));
        let key_text = Operation::Template(vec![TemplatePart::Literal("k".to_owned()), number]).into();
        let result = ForResult::Object { key: key_text, value: self.text(depth), group: false };
        self.texts.pop();
        let condition = Some(condition.into());
        Operation::For(ForExpression { key: Some(key), value, collection, result, condition }).into()
    }
}

fn stack() -> Stack {
    let stack = Stack::new("meaning");
    let mut generator = Generator { random: Random::new(3), texts: Vec::new() };
    for number in 0..1000 {
        let value = Expr::<Any>::from_expression(generator.text(4));
        let local = stack.add(Local::<Any>::new(format!("l{number}"), value));
        if number % 10 == 0 {
            generator.texts.push(local.into_expression());
        }
        // Referenced strings may be long; nesting them would grow without limit.
        generator.texts.truncate(5);
        let values = Expression::List(vec![generator.object_for(2), generator.scalar(3), generator.list(3)]);
        stack.add(Output::new(format!("o{number}"), values));
    }
    stack
}

#[test]
fn json_is_equivalent_to_hcl() {
    let stack = stack();
    let [hcl, json] = [("hcl", "main.tf", stack.render_hcl()), ("json", "main.tf.json", stack.render_json())]
        .map(|(name, file, text)| {
            let terraform = Terraform::new(&format!("meaning-{name}"));
            terraform.write(file, &text.unwrap());
            terraform.outputs()
        });
    for (name, value) in hcl.as_object().unwrap() {
        assert_eq!(json.get(name), Some(value), "{name}");
    }
    assert_eq!(hcl.as_object().map(serde_json::Map::len), json.as_object().map(serde_json::Map::len));
}
