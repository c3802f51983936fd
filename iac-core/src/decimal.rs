//! Decimal numbers: parsing, order, rounding, and text with and without an exponent.

use std::cmp::Ordering;
use std::fmt;

use crate::expression::{Expression, Operation};

/// The power of ten, either way, beyond which an exponent is kept.
const MAX_EXPONENT: i64 = 20_000;

/// `digits * 10^exponent`; the digits neither begin nor end with a zero, and zero has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The sign.
    pub negative: bool,
    /// The significant digits; empty for zero.
    pub digits: String,
    /// The power of ten that the digits are multiplied by.
    pub exponent: i64,
}

impl Decimal {
    /// Parses a number as JSON writes it: `-12`, `0.5`, `6.02e23`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let all = [whole, fraction].concat();
        let significant = all.trim_end_matches('0');
        let dropped = all.len() - significant.len();
        let digits = significant.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let length = |length: usize| i64::try_from(length).ok();
        let exponent = i64::from(exponent) + length(dropped)? - length(fraction.len())?;
        Some(Self { negative, digits, exponent })
    }
}

impl fmt::Display for Decimal {
    /// Whole numbers that may fit into 64 bits are written without an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { negative, digits, exponent } = self;
        let (sign, digits) = (if *negative { "-" } else { "" }, if digits.is_empty() { "0" } else { digits });
        match usize::try_from(*exponent) {
            Ok(zeros) if zeros <= 20 => write!(f, "{sign}{digits}{}", "0".repeat(zeros)),
            _ => write!(f, "{sign}{digits}e{exponent}"),
        }
    }
}

impl Decimal {
    /// Returns the literal that the number is in an expression.
    #[must_use]
    pub fn into_expression(self) -> Expression {
        let text = self.to_string();
        if let Ok(number) = text.parse() {
            return Expression::Integer(number);
        }
        match text.parse::<f64>() {
            Ok(number)
                if text.parse::<u64>().is_err()
                    && Self::parse(&format!("{number:e}")).as_ref() == Some(&self) =>
            {
                Expression::Float(number)
            }
            // Larger or more precise than the literals of the model; Terraform's numbers are not limited to them.
            _ => Operation::Raw(text).into(),
        }
    }
}

impl Decimal {
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (1, 1) => self.size_order(other),
            (-1, -1) => other.size_order(self),
            (left, right) => left.cmp(&right),
        }
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// Which is further from zero. Digits without zeros at their ends compare like text.
    fn size_order(&self, other: &Self) -> Ordering {
        self.magnitude().cmp(&other.magnitude()).then_with(|| self.digits.cmp(&other.digits))
    }

    /// The power of ten that it is below.
    fn magnitude(&self) -> i64 {
        i64::try_from(self.digits.len()).unwrap_or(i64::MAX).saturating_add(self.exponent)
    }

    /// The number of so many digits that is nearest, ties to even.
    #[must_use]
    pub fn rounded(&self, length: usize) -> Self {
        let (kept, dropped) = self.digits.split_at(length.min(self.digits.len()));
        let mut kept = kept.as_bytes().to_vec();
        let up = match dropped.as_bytes() {
            [] => false,
            // Without zeros at the end, `5` is exactly the half.
            [b'5'] => kept.last().is_some_and(|last| last % 2 == 1),
            [first, ..] => *first >= b'5',
        };
        let mut exponent = self.exponent + i64::try_from(dropped.len()).unwrap_or(i64::MAX);
        if up {
            let nines = kept.iter().rev().take_while(|digit| **digit == b'9').count();
            kept.truncate(kept.len() - nines);
            exponent += i64::try_from(nines).unwrap_or(i64::MAX);
            match kept.last_mut() {
                Some(last) => *last += 1,
                None => kept.push(b'1'),
            }
        }
        let digits = String::from_utf8(kept).expect("digits are ASCII");
        let significant = digits.trim_end_matches('0');
        exponent += i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX);
        Self { negative: self.negative, digits: significant.to_owned(), exponent }
    }

    /// All digits, unless there are too many.
    #[must_use]
    pub fn plain(&self) -> Option<String> {
        if self.exponent.abs() > MAX_EXPONENT {
            return None;
        }
        let sign = if self.negative { "-" } else { "" };
        let Ok(exponent) = usize::try_from(self.exponent) else {
            let fraction = usize::try_from(self.exponent.unsigned_abs()).ok()?;
            let digits = format!("{:0>width$}", self.digits, width = fraction + 1);
            let (whole, fraction) = digits.split_at(digits.len() - fraction);
            return Some(format!("{sign}{whole}.{fraction}"));
        };
        Some(format!("{sign}{}{}", self.digits, "0".repeat(exponent)))
    }
}
