//! Decoding of YAML documents.

use std::borrow::Cow;
use std::collections::HashMap;

use iac_core::text::Text;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};

use crate::eval::functions::date_time::normalize;
use crate::types::{Type, convert, parse_number};
use crate::value::{Number, Value, ValueMap};

/// The maximum nesting depth of lists and maps.
const MAX_DEPTH: usize = 128;

/// The maximum number of values that aliases may repeat.
const MAX_REPEATED: usize = 1_000_000;

/// Decodes a document.
pub(super) fn decode(document: &str) -> Result<Value, String> {
    let mut reader = Reader { parser: Parser::new_from_str(document), anchors: HashMap::new(), repeated: 0 };
    loop {
        match reader.event()? {
            Event::StreamStart | Event::Nothing => {}
            Event::DocumentStart(_) => break,
            _ => return Err("the document is empty".to_owned()),
        }
    }
    let first = reader.event()?;
    let value = reader.value(first, 0)?;
    loop {
        match reader.event()? {
            Event::DocumentEnd | Event::Nothing => {}
            Event::StreamEnd => return Ok(value),
            _ => return Err("multiple documents are not supported".to_owned()),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// The value of each anchor, and the number of values in it.
    anchors: HashMap<usize, (Value, usize)>,
    repeated: usize,
}

impl<'a> Reader<'a> {
    fn event(&mut self) -> Result<Event<'a>, String> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(message(&error)),
            None => Ok(Event::StreamEnd),
        }
    }

    fn value(&mut self, event: Event<'a>, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err(format!("lists and maps are nested more than {MAX_DEPTH} levels deep"));
        }
        let (value, anchor) = match event {
            Event::Alias(anchor) => {
                let (value, size) =
                    self.anchors.get(&anchor).ok_or("an alias refers to a value that contains it")?;
                self.repeated += size;
                if self.repeated > MAX_REPEATED {
                    return Err("aliases expand to too many values".to_owned());
                }
                return Ok(value.clone());
            }
            Event::Scalar(text, style, anchor, tag) => (scalar(&text, style, tag)?, anchor),
            Event::SequenceStart(anchor, tag) => {
                check(tag, "seq")?;
                (self.sequence(depth)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                check(tag, "map")?;
                (self.mapping(depth)?, anchor)
            }
            _ => return Err("a value is missing".to_owned()),
        };
        if anchor > 0 {
            let size = size(&value);
            self.anchors.insert(anchor, (value.clone(), size));
        }
        Ok(value)
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, String> {
        let mut elements = Vec::new();
        loop {
            match self.event()? {
                Event::SequenceEnd => return Ok(Value::Tuple(elements)),
                event => elements.push(self.value(event, depth + 1)?),
            }
        }
    }

    /// Keys merged with `<<` yield to explicit ones.
    fn mapping(&mut self, depth: usize) -> Result<Value, String> {
        let mut merged: Vec<(Text, Value)> = Vec::new();
        let mut written = Vec::new();
        loop {
            let event = match self.event()? {
                Event::MappingEnd => break,
                event => event,
            };
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.value(event, depth + 1)?;
            let next = self.event()?;
            let value = self.value(next, depth + 1)?;
            if is_merge {
                let Value::Object(map) = value else { return Err("`<<` requires a map".to_owned()) };
                merged.extend(map);
                continue;
            }
            match convert(key, &Type::String) {
                Ok(Value::String(key)) => written.push((key, value)),
                _ => return Err("a key must be a string".to_owned()),
            }
        }
        merged.append(&mut written);
        Ok(Value::Object(merged.into_iter().collect::<ValueMap>()))
    }
}

fn message(error: &ScanError) -> String {
    format!("invalid YAML: {error}")
}

fn size(value: &Value) -> usize {
    let inside: usize = match value {
        Value::Tuple(elements) => elements.iter().map(size).sum(),
        Value::Object(elements) => elements.values().map(size).sum(),
        _ => 0,
    };
    inside + 1
}

fn check(tag: Option<Cow<'_, Tag>>, expected: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == expected) => {
            Err(format!("the tag {tag} is not supported"))
        }
        _ => Ok(()),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<Cow<'_, Tag>>) -> Result<Value, String> {
    let literal = || Value::String(text.into());
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain {
            Ok(plain(text)?.unwrap_or_else(literal))
        } else {
            Ok(literal())
        };
    };
    let wrong = || format!("{text:?} is invalid for the tag {tag}");
    if !tag.is_yaml_core_schema() {
        return if tag.handle.is_empty() && tag.suffix == "!" {
            Ok(literal())
        } else {
            Err(format!("the tag {tag} is not supported"))
        };
    }
    // Quoted text is a string, whatever its tag.
    let resolved = if style == ScalarStyle::Plain { plain(text)? } else { Some(literal()) };
    match (tag.suffix.as_str(), resolved) {
        ("str" | "binary", _) | ("int" | "float" | "bool" | "null", Some(Value::String(_))) => Ok(literal()),
        ("int", Some(Value::Number(number))) if number.is_whole() => Ok(Value::Number(number)),
        ("float", Some(value @ Value::Number(_)))
        | ("bool", Some(value @ Value::Bool(_)))
        | ("null", Some(value @ Value::Null)) => Ok(value),
        ("timestamp", _) => normalize(text).map(|time| Value::String(time.into())).ok_or_else(wrong),
        ("int" | "float" | "bool" | "null", _) => Err(wrong()),
        _ => Err(format!("the tag {tag} is not supported")),
    }
}

/// Resolves unquoted text; `None` if it is a plain string.
fn plain(text: &str) -> Result<Option<Value>, String> {
    Ok(Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf"
        | "-.Inf" | "-.INF" => {
            return Err(format!("{text} is not a finite number"));
        }
        text => match number(text) {
            Some(number) => Value::Number(number),
            None => match normalize(text) {
                Some(time) => Value::String(time.into()),
                None => return Ok(None),
            },
        },
    }))
}

fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let radix = match unsigned.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        _ => {
            unsigned.starts_with(|letter: char| letter == '.' || letter.is_ascii_digit()).then_some(())?;
            return parse_number(text);
        }
    };
    let digits = &unsigned[2..];
    digits.chars().all(|digit| digit.is_digit(radix)).then_some(())?;
    let number = u64::from_str_radix(digits, radix).ok()?;
    let number = Number::from(number);
    Some(if text.starts_with('-') { -&number } else { number })
}
