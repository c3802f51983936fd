//! Encoding functions: JSON, CSV, Base64, URLs.

mod csv;
mod text;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iac_core::syntax::{Json, Strings};

use super::FunctionError;
use super::argument::{any, string};
use super::function::Function;
use super::string::text;
use crate::eval::{NoScope, evaluate};
use crate::types::Type;
use crate::value::{Unknown, Value, ValueMap};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("base64decode", &[string("str")], |arguments| {
        let decoded = STANDARD.decode(arguments.text(0).as_bytes());
        let decoded = decoded.map_err(|error| arguments.error(0, format!("invalid Base64: {error}")))?;
        let decoded = String::from_utf8(decoded);
        decoded.map(text).map_err(|_| arguments.error(0, "the decoded data is not valid UTF-8"))
    }),
    Function::total("base64encode", &[string("str")], |arguments| {
        text(STANDARD.encode(arguments.text(0).as_bytes()))
    }),
    // Compressors differ in their output, so computing it would plan spurious changes.
    Function::total("base64gzip", &[string("str")], |_| {
        Value::undecided("the output of the compressor is unknown")
    }),
    Function::partial("csvdecode", &[string("str")], |arguments| {
        csv::decode(arguments.text(0)).map_err(|message| arguments.error(0, message))
    }),
    Function::partial("jsondecode", &[string("str")], |arguments| {
        json_decode(arguments.text(0)).map_err(|message| arguments.error(0, message))
    }),
    Function::total("jsonencode", &[any("val").nullable().unknown().untyped()], |arguments| {
        let value = arguments.value(0);
        if value.is_wholly_known() { text(json(value)) } else { unknown_json(value) }
    }),
    Function::partial("textdecodebase64", &[string("source"), string("encoding")], |arguments| {
        let decoded = STANDARD.decode(arguments.text(0).as_bytes());
        let decoded = decoded.map_err(|error| arguments.error(0, format!("invalid Base64: {error}")))?;
        let encoding = encoding(arguments)?;
        let none = || arguments.error(0, "it contains bytes that are invalid in this encoding");
        encoding.decode(&decoded).map(text).ok_or_else(none)
    }),
    Function::partial("textencodebase64", &[string("string"), string("encoding")], |arguments| {
        let encoding = encoding(arguments)?;
        let none = || arguments.error(0, "it contains characters that the encoding does not support");
        encoding.encode(arguments.text(0)).map(|bytes| text(STANDARD.encode(bytes))).ok_or_else(none)
    }),
    Function::total("urlencode", &[string("str")], |arguments| text(urlencode(arguments.text(0)))),
];

/// Returns the beginning of the JSON form of a value that is not wholly known.
fn unknown_json(value: &Value) -> Value {
    let start = match value {
        Value::Unknown(unknown) if !unknown.is_not_null() => return Value::UNKNOWN,
        value => match Type::of(value) {
            Type::String => "\"",
            Type::Object(_) | Type::Map(_) => "{",
            Type::Tuple(_) | Type::List(_) | Type::Set(_) => "[",
            Type::Any | Type::Number | Type::Bool => return Value::UNKNOWN,
        },
    };
    Value::Unknown(Unknown::AFTER_APPLY.with_prefix(start))
}

fn encoding(arguments: &super::argument::Arguments) -> Result<text::Encoding, FunctionError> {
    let name = arguments.text(1);
    let unknown = || arguments.error(1, format!("unsupported encoding {:?}", name.as_str()));
    text::Encoding::of(name).ok_or_else(unknown)
}

/// Decodes a JSON document. Numbers keep all their digits.
///
/// # Errors
///
/// Fails with the position and the problem if it is not valid.
pub fn json_decode(document: &str) -> Result<Value, String> {
    let mut json = Json::new(document);
    let value = json.value(Strings::Literals).and_then(|value| json.end().map(|()| value));
    let value = value.map_err(|error| format!("invalid JSON at byte {}: {}", error.offset, error.message))?;
    evaluate(&value, &NoScope).map_err(|error| error.to_string())
}

/// Encodes a value as JSON, byte for byte as Terraform does.
#[must_use]
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Unknown(_) => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_plain()),
        Value::String(text) => write_text(text, out),
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => write_list(elements, out),
        Value::Map(elements) | Value::Object(elements) => write_object(elements, out),
        Value::Sensitive(value) => write_value(value, out),
    }
}

fn write_list(elements: &[Value], out: &mut String) {
    out.push('[');
    for (position, element) in elements.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_value(element, out);
    }
    out.push(']');
}

fn write_object(elements: &ValueMap, out: &mut String) {
    out.push('{');
    for (position, (name, element)) in elements.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_text(name, out);
        out.push(':');
        write_value(element, out);
    }
    out.push('}');
}

/// Writes a string. Characters that could end a script or begin an entity in HTML are escaped, too.
fn write_text(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut start = 0;
    for (position, letter) in text.char_indices() {
        let escaped = match letter {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => "",
            _ => continue,
        };
        out.push_str(&text[start..position]);
        start = position + letter.len_utf8();
        if escaped.is_empty() {
            write!(out, "\\u{:04x}", u32::from(letter)).expect("writing to a string never fails");
        } else {
            out.push_str(escaped);
        }
    }
    out.push_str(&text[start..]);
    out.push('"');
}

fn urlencode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => write!(out, "%{byte:02X}").expect("writing to a string never fails"),
        }
    }
    out
}
