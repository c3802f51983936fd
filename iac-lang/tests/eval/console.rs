//! Values in the format of `terraform console`, without the types of nulls.

use std::fmt::Write as _;

use iac_lang::Value;
use iac_lang::value::ValueMap;

pub(crate) fn print(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text
}

fn write(value: &Value, indent: usize, to: &mut String) {
    match value {
        value if value.is_unknown() => to.push_str("(known after apply)"),
        Value::Null => to.push_str("null"),
        Value::Bool(value) => write!(to, "{value}").expect("writing to a string does not fail"),
        Value::Number(number) => to.push_str(&number.to_plain()),
        Value::String(text) if text.contains('\n') => {
            to.push_str(if indent > 0 { "<<-EOT\n" } else { "<<EOT\n" });
            for line in text.split('\n') {
                writeln!(to, "{:indent$}{line}", "").expect("writing to a string does not fail");
            }
            write!(to, "{:indent$}EOT", "").expect("writing to a string does not fail");
        }
        Value::String(text) => write!(to, "{:?}", text.as_str()).expect("writing to a string does not fail"),
        Value::List(elements) => sequence("tolist([", elements, "])", indent, to),
        Value::Tuple(elements) => sequence("[", elements, "]", indent, to),
        Value::Set(elements) => sequence("toset([", elements, "])", indent, to),
        Value::Map(elements) => pairs("tomap({", elements, "})", indent, to),
        Value::Object(elements) => pairs("{", elements, "}", indent, to),
        Value::Unknown(_) | Value::Sensitive(_) => to.push_str("(sensitive value)"),
    }
}

fn sequence(open: &str, elements: &[Value], close: &str, indent: usize, to: &mut String) {
    to.push_str(open);
    for element in elements {
        write!(to, "\n{:width$}", "", width = indent + 2).expect("writing to a string does not fail");
        write(element, indent + 2, to);
        to.push(',');
    }
    if !elements.is_empty() {
        write!(to, "\n{:indent$}", "").expect("writing to a string does not fail");
    }
    to.push_str(close);
}

fn pairs(open: &str, elements: &ValueMap, close: &str, indent: usize, to: &mut String) {
    to.push_str(open);
    for (name, element) in elements.iter() {
        write!(to, "\n{:width$}{:?} = ", "", name.as_str(), width = indent + 2)
            .expect("writing to a string does not fail");
        write(element, indent + 2, to);
    }
    if !elements.is_empty() {
        write!(to, "\n{:indent$}", "").expect("writing to a string does not fail");
    }
    to.push_str(close);
}
