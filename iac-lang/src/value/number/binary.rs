//! 512-bit binary floating point, which Terraform computes with.
//!
//! Integers of the crate `num-bigint`, and an exponent. Crates of floating point (`dashu-float`, `astro-float`) would
//! replace rounding and four operations, about 60 lines. The rest would stay: numbers are read from decimal digits with
//! one rounding to 512 bits, and written with the fewest digits that read back the same, which their conversions do not
//! promise. `num-bigint` would stay, too, for whole numbers of any size, and `dashu-float` alone takes 6 seconds of CPU
//! time to compile.

use std::cmp::Ordering;
use std::ops::Neg;

use num_bigint::{BigInt, BigUint, Sign};

use super::{Decimal, Number, Representation};

/// The precision in bits.
const PRECISION: u64 = 512;

/// The number of decimal digits that distinguishes all such numbers.
const DIGITS: usize = 156;

/// The largest power of ten, positive or negative, that is computed with.
const MAX_EXPONENT: i64 = 20_000;

/// The largest number of digits that is computed with.
const MAX_DIGITS: usize = 20_000;

/// `mantissa * 2^exponent`, with a mantissa of at most 512 bits.
#[derive(Clone, Debug)]
pub(super) struct Binary {
    mantissa: BigInt,
    exponent: i64,
}

impl Binary {
    pub(super) fn of(number: &Number) -> Option<Self> {
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

    /// Rounds to 512 bits, ties to even. `sticky` is true if nonzero bits follow the last one.
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

    pub(super) fn add(self, other: Self) -> Self {
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let shift = high.exponent.abs_diff(low.exponent);
        let mantissa = (high.mantissa << shift) + low.mantissa;
        Self { mantissa, exponent: low.exponent }.round(false)
    }

    pub(super) fn multiply(self, other: Self) -> Self {
        let mantissa = self.mantissa * other.mantissa;
        Self { mantissa, exponent: self.exponent + other.exponent }.round(false)
    }

    pub(super) fn divide(self, other: &Self) -> Option<Self> {
        if other.mantissa.sign() == Sign::NoSign {
            return None;
        }
        // Enough bits for a result two bits longer than the precision.
        let shift = (PRECISION + 2 + other.mantissa.bits()).saturating_sub(self.mantissa.bits());
        let dividend = self.mantissa << shift;
        let quotient = &dividend / &other.mantissa;
        let exact = &quotient * &other.mantissa == dividend;
        let exponent = self.exponent - other.exponent - i64::try_from(shift).ok()?;
        Some(Self { mantissa: quotient, exponent }.round(!exact))
    }

    /// Truncates towards zero.
    pub(super) fn truncate(self) -> Self {
        if self.exponent >= 0 {
            return self;
        }
        let (sign, magnitude) = self.mantissa.into_parts();
        let mantissa = BigInt::from_biguint(sign, magnitude >> self.exponent.unsigned_abs());
        Self { mantissa, exponent: 0 }
    }

    /// Returns the shortest decimal number that is nearest to this one among all 512-bit numbers.
    pub(super) fn to_number(&self) -> Option<Number> {
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
