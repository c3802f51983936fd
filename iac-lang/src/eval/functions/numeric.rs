//! Numeric functions.

mod float;

use std::cmp::Ordering;

use num_bigint::BigInt;

use super::FunctionError;
use super::argument::{Arguments, any, number};
use super::function::{Function, Outcome};
use crate::types::parse_number;
use crate::value::{Number, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::total("abs", &[number("num")], |arguments| {
        let number = arguments.number(0);
        Value::Number(if number.is_negative() { -number } else { number.clone() })
    }),
    Function::partial("ceil", &[number("num")], |arguments| {
        round(arguments, |number| !number.is_negative(), 1)
    }),
    Function::partial("floor", &[number("num")], |arguments| round(arguments, Number::is_negative, -1)),
    Function::partial("log", &[number("num"), number("base")], |arguments| {
        float(float::ln(arguments.number(0).to_f64()) / float::ln(arguments.number(1).to_f64()))
    }),
    Function::partial("max", &[], |arguments| extreme(arguments, Ordering::Greater))
        .variadic(number("numbers")),
    Function::partial("min", &[], |arguments| extreme(arguments, Ordering::Less)).variadic(number("numbers")),
    Function::partial("parseint", &[any("number"), number("base")], parse_int),
    Function::partial("pow", &[number("num"), number("power")], |arguments| {
        float(float::pow(arguments.number(0).to_f64(), arguments.number(1).to_f64()))
    }),
    Function::partial("signum", &[number("num")], |arguments| {
        arguments.integer(0).map(|number| Value::Number(number.signum().into()))
    }),
];

/// Rounds to an integer. `away` tells whether the direction is away from zero for a number.
fn round(arguments: &Arguments, away: fn(&Number) -> bool, step: i64) -> Outcome {
    let number = arguments.number(0);
    if number.is_whole() {
        return Ok(Value::Number(number.clone()));
    }
    let towards_zero = number.truncate();
    let rounded =
        if away(number) { towards_zero.and_then(|number| number.add(&step.into())) } else { towards_zero };
    rounded.map(Value::Number).ok_or_else(|| arguments.error(0, "the number is too large"))
}

fn float(number: f64) -> Outcome {
    let none = || FunctionError::Failed("the result is not a finite number".to_owned());
    Number::from_f64(number).map(Value::Number).ok_or_else(none)
}

/// Returns the largest or smallest number.
fn extreme(arguments: &Arguments, wanted: Ordering) -> Outcome {
    let numbers = (0..arguments.len()).map(|position| arguments.number(position));
    let extreme = numbers.reduce(|best, number| if number.cmp(best) == wanted { number } else { best });
    let none = || FunctionError::Failed("at least one number is required".to_owned());
    extreme.map(|number| Value::Number(number.clone())).ok_or_else(none)
}

/// Parses an integer in a base. Up to base 36, upper and lower case are equivalent; above, upper case comes last.
fn parse_int(arguments: &mut Arguments) -> Outcome {
    let Value::String(text) = arguments.value(0) else {
        return Err(arguments.error(0, "a string is required"));
    };
    let base = arguments.number(1).as_i64().and_then(|base| u32::try_from(base).ok());
    let Some(base) = base.filter(|base| (2..=62).contains(base)) else {
        return Err(arguments.error(1, "a whole number from 2 to 62 is required"));
    };
    let invalid = || arguments.error(0, format!("{:?} is not a whole number in base {base}", text.as_str()));
    if base == 10 && !text.contains(['.', 'e', 'E']) {
        return parse_number(text).map(Value::Number).ok_or_else(invalid);
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digit = |byte: u8| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
            b'A'..=b'Z' => byte - b'A' + 36,
            _ => return None,
        };
        (u32::from(digit) < base).then_some(digit)
    };
    let digits: Option<Vec<u8>> = digits.bytes().map(digit).collect();
    let digits = digits.filter(|digits| !digits.is_empty()).ok_or_else(invalid)?;
    let number = whole(&digits, base);
    Ok(Value::Number(from_big(&if negative { -number } else { number })))
}

fn whole(digits: &[u8], base: u32) -> BigInt {
    digits.iter().fold(BigInt::ZERO, |number, digit| number * base + *digit)
}

/// Converts an integer of any size.
fn from_big(number: &BigInt) -> Number {
    i64::try_from(number)
        .map_or_else(|_| number.to_string().parse().expect("an integer is written in digits"), Number::from)
}

/// Converts to an integer of any size; `None` if it is not an integer, or too large to be useful.
pub(super) fn to_big(number: &Number) -> Option<BigInt> {
    number.is_whole().then(|| number.to_plain().parse().ok()).flatten()
}
