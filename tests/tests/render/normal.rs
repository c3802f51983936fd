//! A normal form of expressions: equivalent expressions have the same text.

use std::fmt::Write as _;

use iac_core::expression::{
    Binding, Expression, ForExpression, ForResult, ObjectKey, Operation, TemplatePart, UnaryOperator,
};
use iac_core::{Any, raw};

/// The meaning of a name or variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Variable {
    Bound(Binding),
    Named(String),
}

/// Writes the normal form of an expression; `scope` contains the variables in scope, outermost first.
pub(crate) fn normal(expression: &Expression, scope: &mut Vec<Variable>, addresses: &[String]) -> String {
    let mut writer = Writer { out: String::new(), scope, addresses };
    writer.expression(expression);
    writer.out
}

struct Writer<'a> {
    out: String,
    scope: &'a mut Vec<Variable>,
    /// The addresses of the stack's entries.
    addresses: &'a [String],
}

impl Writer<'_> {
    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Null => self.atom("null"),
            Expression::Bool(value) => self.atom(&value.to_string()),
            Expression::Integer(number) => self.number(&number.to_string()),
            Expression::Float(number) => self.number(&number.to_string()),
            Expression::String(text) => self.text(text),
            Expression::List(items) => self.node("list", items),
            Expression::Object(elements) => {
                self.out.push_str("{ ");
                for (key, value) in elements {
                    match key {
                        ObjectKey::Name(name) => self.text(name),
                        ObjectKey::Computed(key) => {
                            match as_text(&TemplatePart::Interpolation(key.clone())) {
                                Some(name) => self.text(&name),
                                None => self.node("key", [key]),
                            }
                        }
                    }
                    self.expression(value);
                }
                self.out.push_str("} ");
            }
            Expression::Reference(reference) => {
                let entry = usize::try_from(reference.target.entry).unwrap();
                let attribute =
                    if reference.attribute.is_empty() { vec![] } else { vec![reference.attribute] };
                let steps: Vec<&str> = self.addresses[entry].split('.').chain(attribute).collect();
                self.steps(&steps);
            }
            Expression::Symbol(symbol) => self.steps(&symbol.split('.').collect::<Vec<_>>()),
            Expression::Bound(binding) => self.variable(&Variable::Bound(*binding)),
            Expression::Operation(operation) => self.operation(operation),
        }
    }

    fn operation(&mut self, operation: &Operation) {
        match operation {
            Operation::Template(parts) => self.template(parts),
            Operation::Call { function, arguments, expand_last } => {
                // The function around heredocs without a newline at the end.
                if let ("chomp", [Expression::String(text)]) = (function.as_str(), arguments.as_slice()) {
                    return self.text(text.strip_suffix('\n').unwrap());
                }
                if let ("chomp", [Expression::Operation(inner)]) = (function.as_str(), arguments.as_slice())
                    && let Operation::Template(parts) = &**inner
                {
                    let mut parts = parts.clone();
                    if let Some(TemplatePart::Literal(last)) = parts.last_mut() {
                        last.pop();
                    }
                    return self.template(&parts);
                }
                self.node(&format!("{function}{}", if *expand_last { "..." } else { "" }), arguments);
            }
            Operation::Attribute(base, name) if is_identifier(name) => {
                self.node("attribute", [base]);
                self.text(name);
            }
            Operation::Attribute(base, name) => self.node("index", [base, &Expression::String(name.clone())]),
            Operation::Index(base, key) => self.node("index", [base, key]),
            Operation::Splat(base, path) => {
                self.node("splat", [base]);
                for name in path {
                    self.text(name);
                }
                self.atom("end");
            }
            Operation::Conditional(condition, yes, no) => self.node("if", [condition, yes, no]),
            Operation::Binary(operator, left, right) => self.node(operator.symbol(), [left, right]),
            Operation::Unary(UnaryOperator::Negate, operand) => self.node("negate", [operand]),
            Operation::Unary(UnaryOperator::Not, operand) => self.node("not", [operand]),
            Operation::For(each) => self.each(each),
            Operation::Raw(text) if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
                self.number(text);
            }
            Operation::Raw(text) => {
                let parsed = raw::<Any>(text).into_expression();
                assert!(parsed != Operation::Raw(text.clone()).into(), "`{text}` is not in the model");
                self.expression(&parsed);
            }
            Operation::Name(name) => self.variable(&Variable::Named(name.to_string())),
            Operation::Invalid(message) => panic!("{message}"),
            Operation::Static(inner)
            | Operation::Secret(inner)
            | Operation::Plaintext(inner)
            | Operation::Gathered(_, inner) => {
                self.expression(inner);
            }
        }
    }

    fn each(&mut self, each: &ForExpression) {
        self.node("for", [&each.collection]);
        let before = self.scope.len();
        self.scope.extend(each.key.into_iter().chain([each.value]).map(Variable::Bound));
        self.atom(&(self.scope.len() - before).to_string());
        match &each.result {
            ForResult::List(element) => self.expression(element),
            ForResult::Object { key, value, group } => {
                self.node(if *group { "=>..." } else { "=>" }, [key, value]);
            }
        }
        if let Some(condition) = &each.condition {
            self.node("condition", [condition]);
        }
        self.scope.truncate(before);
    }

    fn template(&mut self, parts: &[TemplatePart]) {
        let mut literal = String::new();
        let mut pieces = Vec::new();
        for part in parts {
            match (as_text(part), part) {
                (Some(text), _) => literal.push_str(&text),
                (None, TemplatePart::Interpolation(expression)) => {
                    pieces.push((std::mem::take(&mut literal), expression));
                }
                (None, TemplatePart::Literal(_)) => unreachable!("the literal is a string"),
            }
        }
        match pieces.as_slice() {
            [] => self.text(&literal),
            [(before, inner)] if before.is_empty() && literal.is_empty() => self.expression(inner),
            _ => {
                for (before, inner) in pieces {
                    self.text(&before);
                    self.expression(inner);
                }
                self.text(&literal);
                self.atom("template");
            }
        }
    }

    fn steps(&mut self, steps: &[&str]) {
        let (first, rest) = steps.split_first().unwrap();
        for _ in rest {
            self.out.push_str("(attribute ");
        }
        self.variable(&Variable::Named((*first).to_owned()));
        for name in rest {
            self.out.push_str(") ");
            self.text(name);
        }
    }

    fn variable(&mut self, variable: &Variable) {
        match self.scope.iter().rposition(|bound| bound == variable) {
            Some(position) => self.atom(&format!("#{position}")),
            None => match variable {
                Variable::Named(name) => self.atom(&name.clone()),
                Variable::Bound(_) => panic!("a variable is out of scope"),
            },
        }
    }

    fn node<'e>(&mut self, name: &str, parts: impl IntoIterator<Item = &'e Expression>) {
        write!(self.out, "({name} ").unwrap();
        parts.into_iter().for_each(|part| self.expression(part));
        self.out.push_str(") ");
    }

    fn number(&mut self, text: &str) {
        match text.strip_prefix('-') {
            Some(positive) => write!(self.out, "(negate {positive} ) ").unwrap(),
            None => self.atom(text),
        }
    }

    fn text(&mut self, text: &str) {
        write!(self.out, "{:?} ", as_hcl_rs_reads(text)).unwrap();
    }

    fn atom(&mut self, text: &str) {
        write!(self.out, "{text} ").unwrap();
    }
}

/// Returns the string as hcl-rs reads it: it treats `$$${` as `${`, whereas Terraform reads `$${`, as the test of
/// strings shows.
fn as_hcl_rs_reads(text: &str) -> String {
    let mut text = text.to_owned();
    for (several, one) in [("$${", "${"), ("%%{", "%{")] {
        while text.contains(several) {
            text = text.replace(several, one);
        }
    }
    text
}

/// Returns the text of a template part that is literal.
fn as_text(part: &TemplatePart) -> Option<String> {
    let mut expression = match part {
        TemplatePart::Literal(text) => return Some(text.clone()),
        TemplatePart::Interpolation(expression) => expression,
    };
    loop {
        expression = match expression {
            Expression::String(text) => return Some(text.to_string()),
            Expression::Operation(operation) => match &**operation {
                Operation::Template(parts) => return parts.iter().map(as_text).collect(),
                Operation::Static(inner) | Operation::Plaintext(inner) | Operation::Gathered(_, inner) => {
                    inner
                }
                _ => return None,
            },
            _ => return None,
        }
    }
}

fn is_identifier(name: &str) -> bool {
    iac_core::address::is_identifier(name)
}
