//! Arithmetic as in Terraform: 512-bit binary floating point. 64-bit integers take a fast path.

use std::cmp::Ordering;
use std::ops::Neg;

use super::binary::Binary;
use super::{Decimal, Number, Representation};

impl Number {
    /// Returns the sum, or `None` if a number is too large, as do the other operations.
    #[must_use]
    pub fn add(&self, other: &Self) -> Option<Self> {
        if let (Some(left), Some(right)) = (self.as_i64(), other.as_i64())
            && let Some(sum) = left.checked_add(right)
        {
            return Some(sum.into());
        }
        Binary::of(self)?.add(Binary::of(other)?).to_number()
    }

    /// Returns the difference.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Option<Self> {
        self.add(&-other)
    }

    /// Returns the product.
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Option<Self> {
        if let (Some(left), Some(right)) = (self.as_i64(), other.as_i64())
            && let Some(product) = left.checked_mul(right)
        {
            return Some(product.into());
        }
        Binary::of(self)?.multiply(Binary::of(other)?).to_number()
    }

    /// Returns the quotient, or `None` also for a division by zero.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Option<Self> {
        if let (Some(left), Some(right)) = (self.as_i64(), other.as_i64())
            && left.checked_rem(right) == Some(0)
        {
            return Some(left.checked_div(right)?.into());
        }
        Binary::of(self)?.divide(&Binary::of(other)?)?.to_number()
    }

    /// Returns the remainder with the sign of the left operand; for a division by zero, the left operand.
    #[must_use]
    pub fn remainder(&self, other: &Self) -> Option<Self> {
        if let (Some(left), Some(right)) = (self.as_i64(), other.as_i64())
            && let Some(remainder) = left.checked_rem(right)
        {
            return Some(remainder.into());
        }
        let divisor = Binary::of(other)?;
        let Some(quotient) = Binary::of(self)?.divide(&divisor) else { return Some(self.clone()) };
        let product = quotient.truncate().multiply(divisor);
        Binary::of(self)?.add(-&product).to_number()
    }

    /// Returns the number as a 64-bit integer, if it is one.
    #[must_use]
    pub const fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Representation::Signed(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the number as an index or count, if it is one.
    #[must_use]
    pub fn as_usize(&self) -> Option<usize> {
        self.as_i64().and_then(|number| usize::try_from(number).ok())
    }

    /// Returns `true` if the number has no fraction.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Representation::Signed(_) | Representation::Unsigned(_) => true,
            Representation::Float(_) | Representation::Text(_) => {
                self.decimal().is_some_and(|decimal| decimal.exponent >= 0)
            }
        }
    }

    /// Returns `true` if the number is less than zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Representation::Signed(number) => *number < 0,
            Representation::Unsigned(_) => false,
            Representation::Float(number) => *number < 0.0,
            Representation::Text(text) => text.starts_with('-'),
        }
    }

    /// Returns the nearest float.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "rounding to the nearest float is intended")]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Representation::Signed(number) => *number as f64,
            Representation::Unsigned(number) => *number as f64,
            Representation::Float(number) => *number,
            Representation::Text(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// Truncates towards zero; `None` if the number is too large.
    #[must_use]
    pub fn truncate(&self) -> Option<Self> {
        if self.is_whole() { Some(self.clone()) } else { Binary::of(self)?.truncate().to_number() }
    }

    /// Returns the number in Terraform's notation: all digits, no exponent.
    ///
    /// Numbers with an absurd number of digits keep their exponent.
    #[must_use]
    pub fn to_plain(&self) -> String {
        match &self.0 {
            Representation::Text(text) => {
                self.decimal().and_then(|decimal| decimal.plain()).unwrap_or_else(|| text.to_string())
            }
            _ => self.to_string(),
        }
    }

    pub(super) fn decimal(&self) -> Option<Decimal> {
        Decimal::parse(&self.to_string())
    }
}

impl Neg for &Number {
    type Output = Number;

    fn neg(self) -> Number {
        if let Some(negative) = self.as_i64().and_then(i64::checked_neg) {
            return negative.into();
        }
        let mut decimal = self.decimal().expect("numbers are formatted as valid numbers");
        decimal.negative = !decimal.negative;
        decimal.into()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    /// Exact comparison by size.
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Representation::Signed(left), Representation::Signed(right)) => left.cmp(right),
            (Representation::Unsigned(left), Representation::Unsigned(right)) => left.cmp(right),
            (Representation::Signed(_), Representation::Unsigned(_)) => Ordering::Less,
            (Representation::Unsigned(_), Representation::Signed(_)) => Ordering::Greater,
            (Representation::Float(left), Representation::Float(right)) => left.total_cmp(right),
            _ => match (self.decimal(), other.decimal()) {
                (Some(left), Some(right)) => left.order(&right),
                _ => unreachable!("numbers are formatted as valid numbers"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn number(text: &str) -> Number {
        text.parse().expect("a valid number")
    }

    #[track_caller]
    fn check(result: Option<Number>, expected: &str) {
        assert_eq!(result.map(|number| number.to_plain()).as_deref(), Some(expected));
    }

    #[test]
    fn all_digits_are_kept() {
        check(number("9223372036854775807").add(&number("1")), "9223372036854775808");
        check(number("-9223372036854775808").subtract(&number("1")), "-9223372036854775809");
        check(
            number("9007199254740993").multiply(&number("9007199254740993")),
            "81129638414606699710187514626049",
        );
        check(number("0.1").add(&number("0.2")), "0.3");
        check(number("1.1").multiply(&number("100")), "110");
        check(number("1e30").divide(&number("1e29")), "10");
        check(number("7").divide(&number("2")), "3.5");
        check(Some(-&number("-9223372036854775808")), "9223372036854775808");
    }

    #[test]
    fn quotients_have_the_same_digits_as_in_terraform() {
        let threes = "3".repeat(153);
        check(number("1").divide(&number("3")), &format!("0.{threes}35"));
        assert_eq!(number("1").divide(&number("0")), None);
    }

    #[test]
    fn remainder_has_the_sign_of_the_left_operand() {
        check(number("10").remainder(&number("3")), "1");
        check(number("-10").remainder(&number("3")), "-1");
        check(number("10").remainder(&number("-3")), "1");
        check(number("5.5").remainder(&number("2")), "1.5");
        check(number("1").remainder(&number("0")), "1");
    }

    #[test]
    fn numbers_are_ordered_by_size() {
        let sorted = [
            "-1e400",
            "-2",
            "-1.5",
            "0",
            "0.1",
            "1",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
            "1e300",
            "1e400",
        ];
        for pair in sorted.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn plain_notation_has_no_exponent() {
        for (text, plain) in [
            ("1e30", "1000000000000000000000000000000"),
            ("12345678901234567890123e-5", "123456789012345678.90123"),
            ("1e-10", "0.0000000001"),
            ("-12345678901234567890123e-30", "-0.000000012345678901234567890123"),
        ] {
            assert_eq!(number(text).to_plain(), plain);
        }
    }

    #[test]
    fn sum_of_too_large_numbers_is_none() {
        let huge = number("1e999999999");
        assert_eq!(huge.add(&number("1")), None);
        assert_eq!(huge.to_plain(), "1e999999999");
    }
}
