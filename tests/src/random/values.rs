//! Random values for arguments: of the right type and, as far as knowledge and name tell, accepted by the provider.

use fastrand::Rng;
use iac_codegen::model::{Attribute, Literal, Type};
use serde_json::{Value, json};

use super::examples;

/// Returns a random value of an attribute that holds no objects.
pub fn value(rng: &mut Rng, attribute: &Attribute) -> Value {
    of_type(rng, attribute, &attribute.ty)
}

fn of_type(rng: &mut Rng, attribute: &Attribute, ty: &Type) -> Value {
    match ty {
        Type::String => Value::String(escape(&text(rng, attribute))),
        Type::Number => number(rng, attribute),
        Type::Bool => Value::Bool(rng.bool()),
        Type::List(element) | Type::Set(element) => {
            let mut elements: Vec<Value> = Vec::new();
            for _ in 0..rng.usize(1..=3) {
                let element = of_type(rng, attribute, element);
                if !elements.contains(&element) {
                    elements.push(element);
                }
            }
            Value::Array(elements)
        }
        Type::Map(element) => {
            let keys = ["Name", "Environment", "team", "key"];
            let count = rng.usize(1..=3);
            let keys = rng.choose_multiple(keys, count).into_iter();
            keys.map(|key| (key.to_owned(), of_type(rng, attribute, element))).collect()
        }
        Type::Dynamic | Type::Tuple(_) | Type::Object(_) | Type::Nested(_) => json!("example"),
    }
}

fn number(rng: &mut Rng, attribute: &Attribute) -> Value {
    let known: Vec<&String> = numbers(&attribute.facts.allowed)
        .chain(attribute.facts.default.iter().filter_map(as_number))
        .collect();
    match rng.choice(known) {
        Some(number) if !attribute.facts.allowed.is_empty() || rng.bool() => {
            serde_json::from_str(number).unwrap_or_else(|_| json!(1))
        }
        _ => json!(rng.choice([1, 1, 2, 3, 5, 7, 10, 30, 60, 80, 100, 300, 443, 3600]).unwrap_or(1)),
    }
}

fn numbers(literals: &[Literal]) -> impl Iterator<Item = &String> {
    literals.iter().filter_map(as_number)
}

fn as_number(literal: &Literal) -> Option<&String> {
    match literal {
        Literal::Number(number) => Some(number),
        _ => None,
    }
}

fn as_text(literal: &Literal) -> Option<&str> {
    match literal {
        Literal::String(text) => Some(text),
        _ => None,
    }
}

/// Escapes a string for Terraform JSON, where `${` and `%{` would start a template.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

fn text(rng: &mut Rng, attribute: &Attribute) -> String {
    let facts = &attribute.facts;
    let allowed: Vec<&str> =
        facts.allowed.iter().filter_map(as_text).filter(|text| !text.is_empty()).collect();
    if let Some(text) = rng.choice(allowed) {
        return text.to_owned();
    }
    if let Some(text) = facts.default.as_ref().and_then(as_text).filter(|text| !text.is_empty() && rng.bool())
    {
        return text.to_owned();
    }
    if examples::is_document(attribute) {
        return document(rng);
    }
    let number = rng.u8(100..250);
    match examples::of_reference(attribute).or_else(|| examples::by_name(&attribute.name)) {
        Some(example) => example.replace('#', &number.to_string()),
        None => format!("example-{number}"),
    }
}

fn document(rng: &mut Rng) -> String {
    let mut statements = Vec::new();
    for position in 0..rng.usize(1..=2) {
        let actions = ["s3:GetObject", "sqs:SendMessage", "ec2:Describe*"];
        let count = rng.usize(1..=2);
        let actions: Vec<_> = rng.choose_multiple(actions, count);
        statements.push(json!({
            "Sid": format!("S{position}"), "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": actions, "Resource": "*"
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}
