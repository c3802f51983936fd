//! Encoding of values as YAML, byte for byte as Terraform does.

use crate::value::{Value, ValueMap};

/// The column after which quoted strings are folded.
const WIDTH: usize = 80;

/// The maximum length of a simple key, which precedes its colon on the same line.
const MAX_SIMPLE_KEY_LENGTH: usize = 128;

/// Encodes a value as a document.
pub(super) fn document(value: &Value) -> String {
    let mut emitter = Emitter { out: String::new(), column: 0 };
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            emitter.value(value, 0, Context::Root);
            // An open-ended scalar needs an end marker.
            emitter.push("\n...\n");
        }
        value => emitter.value(value, 0, Context::Root),
    }
    if !emitter.out.ends_with('\n') {
        emitter.push("\n");
    }
    emitter.out
}

struct Emitter {
    out: String,
    column: usize,
}

/// The position of a value.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Root,
    /// After `- ` or `? `.
    Item,
    /// After `key:`.
    Value,
}

impl Emitter {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = match text.rfind('\n') {
            Some(last) => text[last + 1..].chars().count(),
            None => self.column + text.chars().count(),
        };
    }

    fn new_line(&mut self, indent: usize) {
        self.push("\n");
        self.push(&" ".repeat(indent));
    }

    /// Writes a value; lines of a collection are indented by `indent`, except at the root.
    fn value(&mut self, value: &Value, indent: usize, context: Context) {
        match value {
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) if !elements.is_empty() => {
                self.sequence(elements, indent, context);
            }
            Value::Map(elements) | Value::Object(elements) if !elements.is_empty() => {
                self.mapping(elements, indent, context);
            }
            Value::Sensitive(value) => self.value(value, indent, context),
            scalar => {
                if context == Context::Value {
                    self.push(" ");
                }
                self.scalar(scalar, indent + 2);
            }
        }
    }

    /// Writes a list. After a key, its lines are indented like the key.
    fn sequence(&mut self, elements: &[Value], indent: usize, context: Context) {
        let inner = if context == Context::Item { indent + 2 } else { indent };
        for (position, element) in elements.iter().enumerate() {
            if position > 0 || context == Context::Value {
                self.new_line_unless_at_start(inner);
            }
            self.push("- ");
            self.value(element, inner, Context::Item);
        }
    }

    fn mapping(&mut self, elements: &ValueMap, indent: usize, context: Context) {
        let inner = if context == Context::Root { indent } else { indent + 2 };
        for (position, (key, element)) in elements.iter().enumerate() {
            if position > 0 || context == Context::Value {
                self.new_line_unless_at_start(inner);
            }
            if key.len() > MAX_SIMPLE_KEY_LENGTH || key.contains('\n') {
                self.push("? ");
                self.text(key, inner + 2);
                self.new_line_unless_at_start(inner);
                self.push(":");
            } else {
                self.quoted(key, None);
                self.push(":");
            }
            self.value(element, inner, Context::Value);
        }
    }

    /// Multi-line text has already ended its last line.
    fn new_line_unless_at_start(&mut self, indent: usize) {
        if self.out.ends_with('\n') {
            self.push(&" ".repeat(indent));
        } else {
            self.new_line(indent);
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Bool(value) => self.push(if *value { "true" } else { "false" }),
            Value::Number(number) => self.push(&number.to_plain()),
            Value::String(text) => self.text(text, indent),
            Value::List(_) | Value::Tuple(_) | Value::Set(_) => self.push("[]"),
            Value::Map(_) | Value::Object(_) => self.push("{}"),
            _ => self.push("null"),
        }
    }

    fn text(&mut self, text: &str, indent: usize) {
        if text.contains('\n') && is_literal(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, Some(indent));
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.push("|");
        if text.starts_with([' ', '\n']) {
            self.push("2");
        }
        match text.strip_suffix('\n') {
            None => self.push("-"),
            Some(rest) if rest.is_empty() || rest.ends_with('\n') => self.push("+"),
            Some(_) => {}
        }
        self.push("\n");
        for line in text.split_inclusive('\n') {
            if line != "\n" {
                self.push(&" ".repeat(indent));
            }
            self.push(line);
        }
        if !text.ends_with('\n') {
            self.push("\n");
        }
    }

    /// Writes a quoted string, folded if an indentation is given.
    fn quoted(&mut self, text: &str, indent: Option<usize>) {
        self.push("\"");
        let mut after_space = false;
        let mut letters = text.chars().enumerate().peekable();
        while let Some((position, letter)) = letters.next() {
            let is_last = letters.peek().is_none();
            if letter == ' ' {
                match indent {
                    Some(indent) if !after_space && self.column > WIDTH && position > 0 && !is_last => {
                        self.new_line(indent);
                        if letters.peek().is_some_and(|(_, next)| *next == ' ') {
                            self.push("\\");
                        }
                    }
                    _ => self.push(" "),
                }
                after_space = true;
                continue;
            }
            after_space = false;
            match letter {
                '"' => self.push("\\\""),
                '\\' => self.push("\\\\"),
                letter if is_printable(letter) && !is_break(letter) => {
                    self.push(letter.encode_utf8(&mut [0; 4]));
                }
                letter => self.push(&escaped(letter)),
            }
        }
        self.push("\"");
    }
}

/// Returns true if multi-line text can be written as a literal block.
fn is_literal(text: &str) -> bool {
    !text.ends_with(' ') && !text.contains(" \n") && text.chars().all(is_printable)
}

fn is_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns true if the emitter writes a character unescaped. It escapes tabs and characters beyond the Basic
/// Multilingual Plane.
fn is_printable(letter: char) -> bool {
    matches!(letter, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

fn escaped(letter: char) -> String {
    let short = match letter {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        letter => {
            return match u32::from(letter) {
                number @ 0..=0xff => format!("\\x{number:02X}"),
                number @ 0..=0xffff => format!("\\u{number:04X}"),
                number => format!("\\U{number:08X}"),
            };
        }
    };
    format!("\\{short}")
}
