//! Invariant 7: strings survive the round trip through Terraform unchanged, wherever they are used.

use std::collections::BTreeMap;

use iac_core::expression::{Expression, ObjectKey, Operation, TemplatePart};
use iac_core::{Any, Expr, Local, Output, Stack, Text, Variable};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use crate::random::Random;
use crate::terraform::Terraform;

/// A stack and the expected values of its outputs.
struct Case {
    stack: Stack,
    expected: BTreeMap<String, Value>,
    random: Random,
}

impl Case {
    fn new() -> Self {
        let mut case =
            Self { stack: Stack::new("strings"), expected: BTreeMap::new(), random: Random::new(7) };
        case.values();
        case.keys();
        case.templates();
        case.documents();
        case.arguments();
        case
    }

    fn texts(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.random.text()).collect()
    }

    fn output(&mut self, name: &str, value: Expression, expected: Value) {
        self.stack.add(Output::new(name, value).description("${x} %{y}\nas it is\n"));
        self.expected.insert(name.to_owned(), expected);
    }

    /// Elements of lists, and values of objects, which can be heredocs.
    fn values(&mut self) {
        let texts = self.texts(2500);
        let values = texts.iter().map(|text| Expression::string(text.as_str()));
        let values = Expr::<Any>::from_expression(Expression::List(values.collect()));
        let list = self.stack.add(Local::<Any>::new("list", values));
        self.output(
            "list",
            list.into_expression(),
            json!(texts.iter().map(|text| normalized(text)).collect::<Vec<_>>()),
        );

        let texts = self.texts(2500);
        let (object, expected) = numbered(&texts, |text| (Expression::string(text), json!(normalized(text))));
        self.output("object", object, expected);
    }

    fn keys(&mut self) {
        let texts = self.texts(1000);
        let keys = texts.iter().enumerate().map(|(number, text)| format!("{text}{number}"));
        let keys: Vec<String> = keys.collect();
        let elements = keys.iter().map(|key| (ObjectKey::Name(Text::from(key)), Expression::Integer(1)));
        let expected = keys.iter().map(|key| (normalized(key), json!(1)));
        self.output("keys", Expression::Object(elements.collect()), expected.collect());
    }

    fn templates(&mut self) {
        let inner = "$ %\n\"";
        let local = self.stack.add(Local::<String>::new("inner", inner));
        let part = || TemplatePart::Interpolation(local.expression().clone());
        let texts = self.texts(4000);
        let pairs: Vec<&[String]> = texts.chunks(2).collect();
        let (object, expected) = numbered(&pairs, |pair| {
            let [before, after] = pair else { unreachable!("an even number of strings") };
            let literal = |text: &String| TemplatePart::Literal(text.clone());
            let template = Operation::Template(vec![literal(before), part(), literal(after), part()]);
            (template.into(), json!(normalized(&format!("{before}{inner}{after}{inner}"))))
        });
        self.output("templates", object, expected);
        let (object, expected) = numbered(&texts, |text| {
            let template =
                vec![TemplatePart::Literal(text.clone()), part(), TemplatePart::Literal("\n".to_owned())];
            (Operation::Template(template).into(), json!(normalized(&format!("{text}{inner}\n"))))
        });
        self.output("lines", object, expected);
    }

    /// Documents nested in documents.
    fn documents(&mut self) {
        let texts = self.texts(1000);
        let call = |function: &str, argument| Expression::call(function, vec![argument]);
        let (object, expected) = numbered(&texts, |text| {
            let list = Expression::List(vec![Expression::string(text)]);
            let inner = call("jsonencode", Expression::Object(vec![(ObjectKey::Name("a".into()), list)]));
            let outer = call("jsondecode", call("jsonencode", Expression::List(vec![inner.clone()])));
            let first = outer.index(Expression::Integer(0));
            let decoded = call("base64decode", call("base64encode", Expression::string(text)));
            let decoded = (ObjectKey::Name("decoded".into()), decoded);
            let same = Operation::Binary(iac_core::expression::BinaryOperator::Equal, first, inner);
            let value = Expression::Object(vec![decoded, (ObjectKey::Name("same".into()), same.into())]);
            (value, json!({ "decoded": normalized(text), "same": true }))
        });
        self.output("documents", object, expected);
    }

    /// Arguments of blocks: those that Terraform evaluates, and those that it reads literally.
    fn arguments(&mut self) {
        for (number, text) in self.texts(500).into_iter().enumerate() {
            let expected = json!(normalized(&text));
            let local = self.stack.add(Local::<String>::new(format!("l{number}"), text.as_str()));
            self.output(&format!("local{number}"), local.into_expression(), expected.clone());
            self.output(&format!("output{number}"), Expression::string(text.as_str()), expected.clone());
            let variable = Variable::<String>::new(format!("v{number}")).default(text.as_str());
            let variable = self.stack.add(variable.description(text.as_str()));
            self.output(&format!("variable{number}"), variable.into_expression(), expected);
        }
    }
}

/// An object with a numbered element for each item, as an expression and as Terraform's expected value.
fn numbered<T>(items: &[T], mut element: impl FnMut(&T) -> (Expression, Value)) -> (Expression, Value) {
    let (mut elements, mut expected) = (Vec::new(), serde_json::Map::new());
    for (number, item) in items.iter().enumerate() {
        let name = format!("n{number}");
        let (value, json) = element(item);
        elements.push((ObjectKey::Name(Text::from(&name)), value));
        expected.insert(name, json);
    }
    (Expression::Object(elements), Value::Object(expected))
}

/// Terraform's normalization of all strings.
fn normalized(text: &str) -> String {
    text.nfc().collect()
}

fn check(name: &str, file: &str, case: Case, text: &str) {
    let terraform = Terraform::new(name);
    terraform.write(file, text);
    let mut outputs = terraform.outputs();
    for (name, expected) in case.expected {
        let actual = outputs[&name].take();
        if let (Some(actual), Some(expected)) = (actual.as_object(), expected.as_object()) {
            for (key, expected) in expected {
                assert_eq!(actual.get(key), Some(expected), "{name}.{key}");
            }
        }
        assert_eq!(actual, expected, "{name}");
    }
}

#[test]
fn strings_survive_hcl() {
    let case = Case::new();
    let text = case.stack.render_hcl().unwrap();
    assert!(text.contains("<<-EOT") && text.contains("<<EOT") && text.contains("<<-EOF"));
    check("strings-hcl", "main.tf", case, &text);
}

#[test]
fn strings_survive_json() {
    let case = Case::new();
    let text = case.stack.render_json().unwrap();
    check("strings-json", "main.tf.json", case, &text);
}
