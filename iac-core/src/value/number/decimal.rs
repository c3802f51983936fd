//! Decimal numbers: comparison, rounding, and notation without an exponent.

use std::cmp::Ordering;

use super::Decimal;

/// The power of ten, positive or negative, beyond which the exponent is kept.
const MAX_EXPONENT: i64 = 20_000;

impl Decimal {
    pub(super) fn order(&self, other: &Self) -> Ordering {
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

    /// Compares magnitudes. Digits without leading and trailing zeros compare like strings.
    fn size_order(&self, other: &Self) -> Ordering {
        self.magnitude().cmp(&other.magnitude()).then_with(|| self.digits.cmp(&other.digits))
    }

    /// The exponent of the smallest power of ten above it.
    fn magnitude(&self) -> i64 {
        i64::try_from(self.digits.len()).unwrap_or(i64::MAX).saturating_add(self.exponent)
    }

    /// Rounds to a number of digits, ties to even.
    pub(super) fn rounded(&self, length: usize) -> Self {
        let (kept, dropped) = self.digits.split_at(length.min(self.digits.len()));
        let mut kept = kept.as_bytes().to_vec();
        let up = match dropped.as_bytes() {
            [] => false,
            // Without trailing zeros, a lone `5` is exactly half.
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

    /// Writes all digits, unless there are too many.
    pub(super) fn plain(&self) -> Option<String> {
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
