//! Functions of Terraform's built-in provider.

use std::fmt::Write as _;

use iac_core::address::is_identifier;
use iac_core::syntax::{Content, Parser};

use super::argument::{any, string};
use super::function::Function;
use super::string::text;
use crate::eval::{NoScope, evaluate};
use crate::value::{Value, ValueMap};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("provider::terraform::decode_tfvars", &[string("src")], |arguments| {
        decode(arguments.text(0)).map_err(|message| arguments.error(0, message))
    }),
    Function::total("provider::terraform::encode_expr", &[any("expr")], |arguments| {
        let value = arguments.value(0);
        if !value.is_wholly_known() {
            return Value::UNKNOWN;
        }
        let mut out = String::new();
        write_value(value, 0, &mut out);
        text(out)
    }),
    Function::partial("provider::terraform::encode_tfvars", &[any("value")], |arguments| {
        let (Value::Object(variables) | Value::Map(variables)) = arguments.value(0) else {
            return Err(arguments.error(0, "an object is required"));
        };
        if let Some(name) = variables.keys().find(|name| !is_identifier(name)) {
            return Err(arguments.error(0, format!("invalid variable name {:?}", name.as_str())));
        }
        if !variables.values().all(Value::is_wholly_known) {
            return Ok(Value::UNKNOWN);
        }
        let mut out = String::new();
        write_arguments(variables, 0, &mut out);
        Ok(text(out))
    }),
];

fn decode(source: &str) -> Result<Value, String> {
    let body = Parser::new(source).file();
    let body = body.map_err(|error| format!("at byte {}, {}", error.offset, error.message))?;
    let mut variables = Vec::with_capacity(body.items.len());
    for item in body.items {
        let Content::Argument(value) = item.content else {
            return Err(format!("unsupported block {:?}", item.name.as_str()));
        };
        let value = evaluate(&value, &NoScope).map_err(|error| format!("{}: {error}", item.name.as_str()))?;
        variables.push((item.name, value));
    }
    Ok(Value::Object(variables.into_iter().collect()))
}

/// Writes a value as an expression, formatted as by `terraform fmt`.
fn write_value(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Null | Value::Unknown(_) => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_plain()),
        Value::String(text) => write_text(text, out),
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            out.push('[');
            for (position, element) in elements.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { ", " });
                write_value(element, indent, out);
            }
            out.push(']');
        }
        Value::Map(elements) | Value::Object(elements) if elements.is_empty() => out.push_str("{}"),
        Value::Map(elements) | Value::Object(elements) => {
            out.push_str("{\n");
            write_arguments(elements, indent + 2, out);
            out.extend(std::iter::repeat_n(' ', indent));
            out.push('}');
        }
        Value::Sensitive(value) => write_value(value, indent, out),
    }
}

/// Writes `name = value` lines. The equals signs of adjacent single-line values are aligned.
fn write_arguments(elements: &ValueMap, indent: usize, out: &mut String) {
    let lines: Vec<(String, String)> = elements
        .iter()
        .map(|(name, value)| {
            let (mut left, mut right) = (String::new(), String::new());
            if is_identifier(name) {
                left.push_str(name);
            } else {
                write_text(name, &mut left);
            }
            write_value(value, indent, &mut right);
            (left, right)
        })
        .collect();
    for group in lines.chunk_by(|(_, left), (_, right)| !left.contains('\n') && !right.contains('\n')) {
        let width = group.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        for (name, value) in group {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(name);
            out.extend(std::iter::repeat_n(' ', width - name.chars().count()));
            out.push_str(" = ");
            out.push_str(value);
            out.push('\n');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if letters.peek() == Some(&'{') => out.extend([letter, letter]),
            letter if letter.is_control() => {
                write!(out, "\\u{:04x}", u32::from(letter)).expect("writing to a string never fails");
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}
