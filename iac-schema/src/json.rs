//! The subset of JSON used in knowledge files: defaults and allowed values.
//!
//! Numbers keep their notation, for which `serde_json` needs a feature that changes it for every crate of a program.
//! Without it, this crate has no dependencies.

use std::fmt::{self, Display, Write as _};

/// A constant value. Numbers keep their notation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number in its original notation.
    Number(String),
    /// A string.
    String(String),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(Vec<(String, Self)>),
}

impl Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => f.write_str(value),
            Self::String(value) => write_string(f, value),
            Self::List(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{item}")?;
                }
                f.write_char(']')
            }
            Self::Object(members) => {
                f.write_char('{')?;
                for (index, (name, value)) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    write_string(f, name)?;
                    write!(f, ":{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

fn write_string(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in value.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            control if (control as u32) < 0x20 => write!(f, "\\u{:04x}", control as u32)?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

/// Parses one value at the start of the text and returns the rest.
pub(crate) fn parse(text: &str) -> Result<(Literal, &str), String> {
    let mut chars = text.chars();
    match chars.next() {
        Some('"') => parse_string(chars.as_str()).map(|(value, rest)| (Literal::String(value), rest)),
        Some('[') => parse_list(chars.as_str()),
        Some('{') => parse_object(chars.as_str()),
        _ => parse_word(text),
    }
}

fn parse_word(text: &str) -> Result<(Literal, &str), String> {
    let end = text.find([',', ']', '}', ' ']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let value = match word {
        "null" => Literal::Null,
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        number if number.parse::<f64>().is_ok_and(f64::is_finite) => Literal::Number(number.to_owned()),
        "" => return Err("missing value".to_owned()),
        other => return Err(format!("`{other}` is not a value: strings need double quotes")),
    };
    Ok((value, rest))
}

/// Parses the rest of a string after its opening quote.
fn parse_string(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next() {
            Some('"') => return Ok((value, chars.as_str())),
            Some('\\') => value.push(parse_escape(&mut chars)?),
            Some(other) => value.push(other),
            None => return Err("missing closing `\"`".to_owned()),
        }
    }
}

fn parse_escape(chars: &mut std::str::Chars<'_>) -> Result<char, String> {
    match chars.next() {
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some('r') => Ok('\r'),
        Some(same @ ('"' | '\\')) => Ok(same),
        Some('u') => {
            let digits: String = chars.take(4).collect();
            let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
            code.ok_or_else(|| format!("`\\u{digits}` is not a character"))
        }
        other => Err(format!("unknown escape `\\{}`", other.map(String::from).unwrap_or_default())),
    }
}

fn parse_list(mut text: &str) -> Result<(Literal, &str), String> {
    let mut items = Vec::new();
    if let Some(rest) = text.strip_prefix(']') {
        return Ok((Literal::List(items), rest));
    }
    loop {
        let (item, rest) = parse(text)?;
        items.push(item);
        let Some(more) = rest.strip_prefix(',') else {
            let rest = rest.strip_prefix(']').ok_or("missing closing `]`")?;
            return Ok((Literal::List(items), rest));
        };
        text = more;
    }
}

fn parse_object(mut text: &str) -> Result<(Literal, &str), String> {
    let mut members = Vec::new();
    if let Some(rest) = text.strip_prefix('}') {
        return Ok((Literal::Object(members), rest));
    }
    loop {
        let quoted = text.strip_prefix('"').ok_or("member names need double quotes")?;
        let (name, rest) = parse_string(quoted)?;
        let (value, rest) = parse(rest.strip_prefix(':').ok_or("missing `:` after a member name")?)?;
        members.push((name, value));
        let Some(more) = rest.strip_prefix(',') else {
            let rest = rest.strip_prefix('}').ok_or("missing closing `}`")?;
            return Ok((Literal::Object(members), rest));
        };
        text = more;
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(text: &str) {
        let (value, rest) = parse(text).unwrap();
        assert_eq!(rest, "");
        assert_eq!(value.to_string(), text);
    }

    #[test]
    fn literals_round_trip() {
        check(r#"[null,true,-1.50,"a \"b\"\\\n\u0001 é",{"k":[],"l":{}},{}]"#);
        check("[]");
    }

    #[test]
    fn invalid_json_is_reported() {
        let error = |text: &str| parse(text).unwrap_err();
        assert_eq!(error("abc"), "`abc` is not a value: strings need double quotes");
        assert_eq!(error(r#""abc"#), "missing closing `\"`");
        assert_eq!(error(r"[1,2"), "missing closing `]`");
        assert_eq!(error(r#"{"a":1"#), "missing closing `}`");
        assert_eq!(error("[1,]"), "missing value");
        assert_eq!(error(r#""\q""#), "unknown escape `\\q`");
        assert_eq!(error("NaN"), "`NaN` is not a value: strings need double quotes");
    }
}
