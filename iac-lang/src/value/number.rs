//! Numbers of arbitrary precision.

mod arithmetic;
mod binary;

use std::fmt;
use std::str::FromStr;

use iac_core::decimal::Decimal;
use iac_core::expr::IntoExpression;
use iac_core::expression::{Expression, Operation};
use iac_core::text::Text;

/// A finite number of any size and precision. Equality is numeric, regardless of notation.
#[derive(Clone, PartialEq)]
pub struct Number(Representation);

/// The first representation that is exact, so that equal numbers have equal representations.
#[derive(Clone, PartialEq)]
enum Representation {
    Signed(i64),
    Unsigned(u64),
    /// A number whose shortest decimal form is that of the float, such as `0.1`.
    Float(f64),
    /// Digits and an exponent.
    Text(Text),
}

/// Error returned when a string is not a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseNumberError(String);

impl fmt::Display for ParseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a number", self.0)
    }
}

impl std::error::Error for ParseNumberError {}

impl Number {
    /// Converts a float, unless it is infinite or not a number.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        Decimal::parse(&format!("{number:e}")).map(Self::from)
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(Representation::Signed(number))
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(i64::try_from(number).map_or(Representation::Unsigned(number), Representation::Signed))
    }
}

impl FromStr for Number {
    type Err = ParseNumberError;

    /// Parses JSON's number syntax: `-12`, `0.5`, `6.02e23`.
    fn from_str(text: &str) -> Result<Self, ParseNumberError> {
        Decimal::parse(text).map(Self::from).ok_or_else(|| ParseNumberError(text.to_owned()))
    }
}

impl From<Decimal> for Number {
    fn from(decimal: Decimal) -> Self {
        let text = decimal.to_string();
        if let Ok(number) = text.parse() {
            return Self(Representation::Signed(number));
        }
        if let Ok(number) = text.parse() {
            return Self(Representation::Unsigned(number));
        }
        match text.parse::<f64>() {
            Ok(number) if Decimal::parse(&format!("{number:e}")) == Some(decimal) => {
                Self(Representation::Float(number))
            }
            _ => Self(Representation::Text(text.into())),
        }
    }
}

impl IntoExpression for Number {
    fn into_expression(self) -> Expression {
        match self.0 {
            Representation::Signed(number) => Expression::Integer(number),
            Representation::Float(number) => Expression::Float(number),
            // Too large for an integer literal of the model, but not for Terraform.
            Representation::Unsigned(_) | Representation::Text(_) => Operation::Raw(self.to_string()).into(),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Representation::Signed(number) => number.fmt(f),
            Representation::Unsigned(number) => number.fmt(f),
            Representation::Float(number) => number.fmt(f),
            Representation::Text(text) => text.fmt(f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn number(text: &str) -> Number {
        text.parse().expect("a valid number")
    }

    #[test]
    fn number_representation_is_exact() {
        for text in [
            "0",
            "-1",
            "9223372036854775807",
            "18446744073709551615",
            "0.1",
            "-1234.5678",
            "123456789012345678901234567890123",
            "12345678901234567890123e-5",
        ] {
            assert_eq!(number(text).to_string(), text);
        }
    }

    #[test]
    fn equal_numbers_compare_equal_in_any_notation() {
        for (left, right) in [
            ("1", "1.0"),
            ("1", "1e0"),
            ("-0", "0.00"),
            ("1500", "1.5E+3"),
            ("0.00015", "1.5e-4"),
            ("1e30", "1000000000000000000000000000000"),
            ("100000000000000000000000000000000000001", "1.00000000000000000000000000000000000001e38"),
        ] {
            assert_eq!(number(left), number(right));
        }
        assert_ne!(number("0.1"), number("0.1000000000000000055511151231257827"));
        assert_eq!(Number::from_f64(0.1), Some(number("0.1")));
        assert_eq!(Number::from_f64(1e18), Some(Number::from(1_000_000_000_000_000_000_i64)));
        assert_eq!(Number::from(1_u64), Number::from(1_i64));
    }

    #[test]
    fn invalid_numbers_are_rejected() {
        for text in ["", "-", ".5", "5.", "1e", "1e99999999999", "0x10", "NaN", "inf", "1 ", "+1", "--1"] {
            assert_eq!(text.parse::<Number>(), Err(ParseNumberError(text.to_owned())), "{text}");
        }
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(f64::INFINITY), None);
    }
}
