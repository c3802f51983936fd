//! Arithmetic as Terraform does it: in binary floating point of 512 bits. Whole numbers of 64 bits take a short cut.

use std::cmp::Ordering;
use std::ops::Neg;

use num_bigint::{BigInt, BigUint, Sign};

use super::{Decimal, Number, Representation};

/// The bits that a number keeps.
const PRECISION: u64 = 512;

/// The digits that always tell two such numbers apart.
const DIGITS: usize = 156;

/// The power of ten, either way, beyond which there is no arithmetic.
const MAX_EXPONENT: i64 = 20_000;

/// The digits beyond which there is no arithmetic.
const MAX_DIGITS: usize = 20_000;

impl Number {
    /// The sum. None when a number is too large to be computed with; so it is with the others.
    #[must_use]
    pub fn add(&self, other: &Self) -> Option<Self> {
        if let (Some(left), Some(right)) = (self.as_i64(), other.as_i64())
            && let Some(sum) = left.checked_add(right)
        {
            return Some(sum.into());
        }
        Binary::of(self)?.add(Binary::of(other)?).to_number()
    }

    /// The difference.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Option<Self> {
        self.add(&-other)
    }

    /// The product.
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Option<Self> {
        if let (Some(left), Some(right)) = (self.as_i64(), other.as_i64())
            && let Some(product) = left.checked_mul(right)
        {
            return Some(product.into());
        }
        Binary::of(self)?.multiply(Binary::of(other)?).to_number()
    }

    /// The quotient; none for a division by zero, too.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Option<Self> {
        if let (Some(left), Some(right)) = (self.as_i64(), other.as_i64())
            && left.checked_rem(right) == Some(0)
        {
            return Some(left.checked_div(right)?.into());
        }
        Binary::of(self)?.divide(&Binary::of(other)?)?.to_number()
    }

    /// The remainder, with the sign of the left number. That of a division by zero is the left number.
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

    /// The number as a whole one of 64 bits, where it is.
    #[must_use]
    pub const fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Representation::Signed(number) => Some(number),
            _ => None,
        }
    }

    /// The number as a position or count, where it is one.
    #[must_use]
    pub fn as_usize(&self) -> Option<usize> {
        self.as_i64().and_then(|number| usize::try_from(number).ok())
    }

    /// Whether it has no fraction.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Representation::Signed(_) | Representation::Unsigned(_) => true,
            Representation::Float(_) | Representation::Text(_) => {
                self.decimal().is_some_and(|decimal| decimal.exponent >= 0)
            }
        }
    }

    /// Whether it is less than zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Representation::Signed(number) => *number < 0,
            Representation::Unsigned(_) => false,
            Representation::Float(number) => *number < 0.0,
            Representation::Text(text) => text.starts_with('-'),
        }
    }

    /// The nearest float.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Representation::Signed(number) => *number as f64,
            Representation::Unsigned(number) => *number as f64,
            Representation::Float(number) => *number,
            Representation::Text(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// The whole part, towards zero; none when it is too large to be computed with.
    #[must_use]
    pub fn truncate(&self) -> Option<Self> {
        if self.is_whole() { Some(self.clone()) } else { Binary::of(self)?.truncate().to_number() }
    }

    /// The number as Terraform writes it: all digits, no exponent.
    ///
    /// Numbers of more digits than anyone means keep their exponent.
    #[must_use]
    pub fn to_plain(&self) -> String {
        match &self.0 {
            Representation::Text(text) => {
                self.decimal().and_then(|decimal| decimal.plain()).unwrap_or_else(|| text.to_string())
            }
            _ => self.to_string(),
        }
    }

    fn decimal(&self) -> Option<Decimal> {
        Decimal::parse(&self.to_string())
    }
}

impl Neg for &Number {
    type Output = Number;

    fn neg(self) -> Number {
        if let Some(negative) = self.as_i64().and_then(i64::checked_neg) {
            return negative.into();
        }
        let mut decimal = self.decimal().expect("a number is written as a number");
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
    /// By size, exactly.
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Representation::Signed(left), Representation::Signed(right)) => left.cmp(right),
            (Representation::Unsigned(left), Representation::Unsigned(right)) => left.cmp(right),
            (Representation::Signed(_), Representation::Unsigned(_)) => Ordering::Less,
            (Representation::Unsigned(_), Representation::Signed(_)) => Ordering::Greater,
            (Representation::Float(left), Representation::Float(right)) => left.total_cmp(right),
            _ => match (self.decimal(), other.decimal()) {
                (Some(left), Some(right)) => left.order(&right),
                _ => unreachable!("a number is written as a number"),
            },
        }
    }
}

impl Decimal {
    fn order(&self, other: &Self) -> Ordering {
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
    fn rounded(&self, length: usize) -> Self {
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
    fn plain(&self) -> Option<String> {
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

/// `mantissa * 2^exponent`, the mantissa of at most 512 bits.
#[derive(Clone, Debug)]
struct Binary {
    mantissa: BigInt,
    exponent: i64,
}

impl Binary {
    fn of(number: &Number) -> Option<Self> {
        match number.0 {
            Representation::Signed(number) => Some(Self { mantissa: number.into(), exponent: 0 }),
            Representation::Unsigned(number) => Some(Self { mantissa: number.into(), exponent: 0 }),
            _ => Self::of_decimal(&number.decimal()?),
        }
    }

    fn of_decimal(decimal: &Decimal) -> Option<Self> {
        if decimal.exponent.abs() > MAX_EXPONENT || decimal.digits.len() > MAX_DIGITS {
            return None;
        }
        let digits = BigUint::parse_bytes(decimal.digits.as_bytes(), 10).unwrap_or_default();
        let sign = if decimal.negative { Sign::Minus } else { Sign::Plus };
        let mantissa = BigInt::from_biguint(sign, digits);
        let power = BigInt::from(10).pow(u32::try_from(decimal.exponent.unsigned_abs()).ok()?);
        if decimal.exponent >= 0 {
            Some(Self { mantissa: mantissa * power, exponent: 0 }.round(false))
        } else {
            Self { mantissa, exponent: 0 }.divide(&Self { mantissa: power, exponent: 0 })
        }
    }

    /// To 512 bits, ties to even. `sticky` says that there is something behind the last bit.
    fn round(mut self, sticky: bool) -> Self {
        let excess = self.mantissa.bits().saturating_sub(PRECISION);
        if excess > 0 {
            let (sign, magnitude) = self.mantissa.into_parts();
            let half = BigUint::from(1_u8) << (excess - 1);
            let mut kept = &magnitude >> excess;
            let dropped = magnitude - (&kept << excess);
            let up = match dropped.cmp(&half) {
                Ordering::Less => false,
                Ordering::Equal => sticky || kept.bit(0),
                Ordering::Greater => true,
            };
            if up {
                kept += 1_u8;
            }
            self.mantissa = BigInt::from_biguint(sign, kept);
            self.exponent += i64::try_from(excess).unwrap_or(i64::MAX);
        }
        self
    }

    fn add(self, other: Self) -> Self {
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let shift = high.exponent.abs_diff(low.exponent);
        let mantissa = (high.mantissa << shift) + low.mantissa;
        Self { mantissa, exponent: low.exponent }.round(false)
    }

    fn multiply(self, other: Self) -> Self {
        let mantissa = self.mantissa * other.mantissa;
        Self { mantissa, exponent: self.exponent + other.exponent }.round(false)
    }

    fn divide(self, other: &Self) -> Option<Self> {
        if other.mantissa.sign() == Sign::NoSign {
            return None;
        }
        // Enough bits that two more than the precision come out.
        let shift = (PRECISION + 2 + other.mantissa.bits()).saturating_sub(self.mantissa.bits());
        let dividend = self.mantissa << shift;
        let quotient = &dividend / &other.mantissa;
        let exact = &quotient * &other.mantissa == dividend;
        let exponent = self.exponent - other.exponent - i64::try_from(shift).ok()?;
        Some(Self { mantissa: quotient, exponent }.round(!exact))
    }

    /// The whole part, towards zero.
    fn truncate(self) -> Self {
        if self.exponent >= 0 {
            return self;
        }
        let (sign, magnitude) = self.mantissa.into_parts();
        let mantissa = BigInt::from_biguint(sign, magnitude >> self.exponent.unsigned_abs());
        Self { mantissa, exponent: 0 }
    }

    /// The shortest decimal number that is nearest to this one among those of 512 bits.
    fn to_number(&self) -> Option<Number> {
        let text = if self.exponent >= 0 {
            (&self.mantissa << self.exponent.unsigned_abs()).to_string()
        } else {
            // m / 2^n is m * 5^n / 10^n: all its digits.
            let places = u32::try_from(self.exponent.unsigned_abs()).ok()?;
            format!("{}e-{places}", &self.mantissa * BigInt::from(5).pow(places))
        };
        let exact = Decimal::parse(&text)?;
        let is_same = |decimal: &Decimal| {
            Self::of_decimal(decimal).is_some_and(|other| other.add(-self).mantissa.sign() == Sign::NoSign)
        };
        let (mut least, mut most) = (1, DIGITS.min(exact.digits.len()));
        while least < most {
            let middle = usize::midpoint(least, most);
            if is_same(&exact.rounded(middle)) {
                most = middle;
            } else {
                least = middle + 1;
            }
        }
        Some(exact.rounded(most).into())
    }
}

impl Neg for &Binary {
    type Output = Binary;

    fn neg(self) -> Binary {
        Binary { mantissa: -&self.mantissa, exponent: self.exponent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn number(text: &str) -> Number {
        text.parse().expect("it is a number")
    }

    #[track_caller]
    fn check(result: Option<Number>, expected: &str) {
        assert_eq!(result.map(|number| number.to_plain()).as_deref(), Some(expected));
    }

    #[test]
    fn digits_are_not_lost() {
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
    fn quotients_have_the_digits_that_terraform_prints() {
        let threes = "3".repeat(153);
        check(number("1").divide(&number("3")), &format!("0.{threes}35"));
        assert_eq!(number("1").divide(&number("0")), None);
    }

    #[test]
    fn a_remainder_has_the_sign_of_the_left_number() {
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
    fn plain_text_has_no_exponent() {
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
    fn a_number_that_is_too_large_has_no_sum() {
        let huge = number("1e999999999");
        assert_eq!(huge.add(&number("1")), None);
        assert_eq!(huge.to_plain(), "1e999999999");
    }
}
