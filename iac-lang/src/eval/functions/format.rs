//! `format` and `formatlist`.

mod number;

use super::FunctionError;
use super::argument::{Arguments, any, string};
use super::encoding::json;
use super::function::{Function, Outcome};
use super::numeric::to_big;
use super::string::{check_length, text};
use crate::types::{Type, convert};
use crate::value::{Number, Unknown, Value};

/// The largest width and precision that Terraform honors.
const MAX_WIDTH: usize = 1_000_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("format", &[string("format")], |arguments| {
        if !arguments.from(1).iter().all(Value::is_wholly_known) {
            // The beginning up to the first verb is known, unless it is empty.
            return Ok(match arguments.text(0).split_once('%') {
                Some((start, _)) if !start.is_empty() => {
                    Value::Unknown(Unknown::AFTER_APPLY.with_prefix(start))
                }
                _ => Value::UNKNOWN,
            });
        }
        let values: Vec<&Value> = arguments.from(1).iter().collect();
        let formatted = format(arguments.text(0), &values).map_err(FunctionError::Failed)?;
        check_length(formatted.len())?;
        Ok(text(formatted))
    })
    .variadic(any("args").nullable().unknown()),
    Function::partial("formatlist", &[string("format")], format_list)
        .variadic(any("args").nullable().unknown()),
];

/// Formats once for each index of the list arguments; other arguments are repeated.
fn format_list(arguments: &mut Arguments) -> Outcome {
    if arguments.len() == 1 {
        let formatted = format(arguments.text(0), &[]).map_err(FunctionError::Failed)?;
        return Ok(Value::List(vec![text(formatted)]));
    }
    let lists = || {
        arguments.from(1).iter().zip(1..).filter_map(|(value, position)| match value {
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                Some((position, elements))
            }
            _ => None,
        })
    };
    let is_unknown_list = |value: &Value| match value {
        Value::Unknown(unknown) => matches!(unknown.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_)),
        _ => false,
    };
    let length = lists().next().map(|(_, elements)| elements.len());
    let lengths = arguments.from(1).iter().zip(1..).filter_map(|(value, position)| match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            Some((position, elements.len()))
        }
        Value::Unknown(unknown) => match unknown.ty() {
            Type::Tuple(elements) => Some((position, elements.len())),
            _ => None,
        },
        _ => None,
    });
    let lengths: Vec<(usize, usize)> = lengths.collect();
    if let Some((_, first)) = lengths.first()
        && let Some((position, other)) = lengths.iter().find(|(_, length)| length != first)
    {
        let message = format!("the list has {other} elements, but another one has {first}");
        return Err(arguments.error(*position, message));
    }
    if arguments.from(1).iter().any(is_unknown_list) {
        return Ok(Value::UNKNOWN);
    }
    let (mut results, mut total) = (Vec::new(), 0_usize);
    for row in 0..length.unwrap_or(1) {
        let values: Vec<&Value> = arguments
            .from(1)
            .iter()
            .map(|value| match value {
                Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => &elements[row],
                value => value,
            })
            .collect();
        if !values.iter().all(|value| value.is_wholly_known()) {
            results.push(Value::Unknown(Unknown::of(Type::String).not_null()));
            continue;
        }
        let formatted = format(arguments.text(0), &values)
            .map_err(|message| FunctionError::Failed(format!("element {row}: {message}")))?;
        total = total.saturating_add(formatted.len());
        check_length(total)?;
        results.push(text(formatted));
    }
    Ok(Value::List(results))
}

/// The flags between the percent sign and the verb.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the flags are independent of each other")]
struct Verb {
    minus: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    letter: char,
}

fn format(template: &str, values: &[&Value]) -> Result<String, String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    let (mut next, mut used) = (0, 0);
    while let Some((literal, after)) = rest.split_once('%') {
        out.push_str(literal);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let (verb, position, after) = parse(after)?;
        let written = &rest[literal.len()..rest.len() - after.len()];
        let position = position.unwrap_or(next);
        let value = values.get(position).ok_or_else(|| {
            format!(
                "{written:?} refers to argument {}, but the number of arguments is {}",
                position + 1,
                values.len()
            )
        })?;
        let formatted =
            verb.format(value).map_err(|required| format!("{required} is required for {written:?}"))?;
        out.push_str(&formatted);
        check_length(out.len()).map_err(|error| error.to_string())?;
        next = position + 1;
        used = used.max(next);
        rest = after;
    }
    out.push_str(rest);
    if used < values.len() {
        return Err(format!("there are {} arguments, but only {used} are used", values.len()));
    }
    Ok(out)
}

/// Parses `-+# 0`, a width, `.` and a precision, `[` an argument index `]`, and the verb.
fn parse(text: &str) -> Result<(Verb, Option<usize>, &str), String> {
    let mut verb = Verb::default();
    let mut rest = text;
    loop {
        let flag = match rest.as_bytes().first() {
            Some(b'-') => &mut verb.minus,
            Some(b'+') => &mut verb.plus,
            Some(b' ') => &mut verb.space,
            Some(b'#') => &mut verb.sharp,
            Some(b'0') => &mut verb.zero,
            _ => break,
        };
        *flag = true;
        rest = &rest[1..];
    }
    (verb.width, rest) = digits(rest)?;
    if let Some(after) = rest.strip_prefix('.') {
        let (precision, after) = digits(after)?;
        verb.precision = Some(precision.unwrap_or(0));
        rest = after;
    }
    let mut position = None;
    if let Some(after) = rest.strip_prefix('[') {
        let (number, after) = digits(after)?;
        let number = number.and_then(|number| number.checked_sub(1));
        let after = after.strip_prefix(']').filter(|_| number.is_some());
        rest = after.ok_or("an argument index must be a number from 1 in brackets")?;
        position = number;
    }
    verb.letter = rest.chars().next().ok_or("the format ends within a verb")?;
    if !"vtbdoxXeEfgGsq".contains(verb.letter) {
        return Err(format!("unsupported verb {:?}", verb.letter));
    }
    Ok((verb, position, &rest[1..]))
}

fn digits(text: &str) -> Result<(Option<usize>, &str), String> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Ok((None, rest));
    }
    let number = digits.parse().ok().filter(|number| *number <= MAX_WIDTH);
    number.map(|number| (Some(number), rest)).ok_or_else(|| format!("{digits} is too large"))
}

impl Verb {
    /// Formats a value, or returns the required type.
    fn format(&self, value: &Value) -> Result<String, &'static str> {
        match self.letter {
            'v' => self.as_is(value),
            't' => match convert(value.clone(), &Type::Bool) {
                Ok(Value::Bool(value)) => Ok(value.to_string()),
                _ => Err("a bool"),
            },
            's' | 'q' => match convert(value.clone(), &Type::String) {
                Ok(Value::String(text)) if self.letter == 'q' => {
                    Ok(self.pad(self.cut(&json(&Value::String(text)))))
                }
                Ok(Value::String(text)) => Ok(self.pad(self.cut(&text))),
                _ => Err("a string"),
            },
            _ => match convert(value.clone(), &Type::Number) {
                Ok(Value::Number(number)) => self.number(&number),
                _ => Err("a number"),
            },
        }
    }

    fn as_is(&self, value: &Value) -> Result<String, &'static str> {
        if self.sharp {
            return Ok(self.pad(json(value)));
        }
        match value {
            Value::String(text) => Ok(self.pad(text.to_string())),
            Value::Number(number) => {
                let plain = Self { plus: false, space: false, precision: None, letter: 'g', ..*self };
                plain.number(number)
            }
            value => Ok(self.pad(json(value))),
        }
    }

    fn number(&self, number: &Number) -> Result<String, &'static str> {
        let digits = match self.letter {
            'b' | 'd' | 'o' | 'x' | 'X' => {
                let whole = to_big(number).ok_or("a whole number")?;
                let (prefix, digits) = match self.letter {
                    'b' => ("0b", whole.magnitude().to_str_radix(2)),
                    'o' => ("0", whole.magnitude().to_str_radix(8)),
                    'x' => ("0x", whole.magnitude().to_str_radix(16)),
                    'X' => ("0X", whole.magnitude().to_str_radix(16).to_uppercase()),
                    _ => ("", whole.magnitude().to_str_radix(10)),
                };
                let zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
                format!("{}{}{digits}", if self.sharp { prefix } else { "" }, "0".repeat(zeros))
            }
            'f' if number.to_plain().contains('e') => return Err("a number with fewer digits"),
            letter => number::digits(number, letter, self.precision),
        };
        let sign = match () {
            () if number.is_negative() => "-",
            () if self.plus => "+",
            () if self.space => " ",
            () => "",
        };
        let length = sign.len() + digits.len();
        Ok(match self.width {
            Some(width) if self.zero && !self.minus && width > length => {
                format!("{sign}{}{digits}", "0".repeat(width - length))
            }
            _ => self.pad(format!("{sign}{digits}")),
        })
    }

    /// Truncates a string to the precision, in characters.
    fn cut(&self, text: &str) -> String {
        match self.precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text.to_owned(),
        }
    }

    fn pad(&self, text: String) -> String {
        let Some(width) = self.width else { return text };
        let missing = width.saturating_sub(text.chars().count());
        let padding = if self.zero { "0" } else { " " };
        let padding = padding.repeat(missing);
        if self.minus { text + &padding } else { padding + &text }
    }
}
