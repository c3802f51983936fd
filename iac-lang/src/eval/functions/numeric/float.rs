//! Logarithms and powers of 64-bit floats, rounded as Go rounds them.
//!
//! Those of the standard library (and of the crate `libm`) differ in the last digit, which `ceil` and `floor` make a
//! whole number: `log(125, 5)` is 3.0000000000000004 in Terraform.

use std::f64::consts::FRAC_1_SQRT_2;

/// The natural logarithm, as `math.Log` of Go computes it (after `e_log.c` of `FreeBSD`).
pub(super) fn ln(number: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const L1: f64 = 6.666_666_666_666_735e-1;
    const L2: f64 = 3.999_999_999_940_942e-1;
    const L3: f64 = 2.857_142_874_366_239e-1;
    const L4: f64 = 2.222_219_843_214_978_4e-1;
    const L5: f64 = 1.818_357_216_161_805e-1;
    const L6: f64 = 1.531_383_769_920_937_3e-1;
    const L7: f64 = 1.479_819_860_511_658_6e-1;
    if !number.is_finite() || number <= 0.0 {
        return number.ln();
    }
    let (mut fraction, mut exponent) = split(number);
    if fraction < FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let (f, k) = (fraction - 1.0, f64::from(exponent));
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * (L1 + s4 * (L3 + s4 * (L5 + s4 * L7)));
    let even = s4 * (L2 + s4 * (L4 + s4 * L6));
    let half = 0.5 * f * f;
    k * LN2_HIGH - ((half - (s * (half + (odd + even)) + k * LN2_LOW)) - f)
}

/// The power, as `math.Pow` of Go computes it: by squaring, with the exponents apart.
pub(super) fn pow(base: f64, power: f64) -> f64 {
    let whole = power.abs().trunc();
    let is_special = base == 0.0 || !base.is_finite() || !power.is_finite() || whole >= 9.2e18;
    if is_special || (base < 0.0 && power.fract() != 0.0) {
        return base.powf(power);
    }
    if power.total_cmp(&0.5).is_eq() {
        return base.sqrt();
    }
    if power.total_cmp(&-0.5).is_eq() {
        return 1.0 / base.sqrt();
    }
    let (mut whole, mut rest) = (whole, power.abs().fract());
    let (mut result, mut exponent) = (1.0, 0_i64);
    if rest != 0.0 {
        if rest > 0.5 {
            rest -= 1.0;
            whole += 1.0;
        }
        result = (rest * ln(base)).exp();
    }
    let (mut square, first) = split(base);
    let mut square_exponent = i64::from(first);
    #[expect(clippy::cast_possible_truncation, reason = "larger numbers were excluded")]
    let mut bits = whole as i64;
    while bits != 0 {
        if square_exponent.abs() > 1 << 12 {
            // Too large or too small in any case.
            exponent += square_exponent;
            break;
        }
        if bits & 1 == 1 {
            result *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent *= 2;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        bits >>= 1;
    }
    if power < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    scale(result, exponent)
}

/// Splits a finite number other than zero into a fraction from 0.5 to 1 and a power of two.
fn split(number: f64) -> (f64, i32) {
    const MANTISSA: u32 = 52;
    const BIAS: i32 = 1022;
    let (number, shift) = if number.is_subnormal() {
        (number * f64::from_bits((52 + 1023) << MANTISSA), 52)
    } else {
        (number, 0)
    };
    let bits = number.to_bits();
    let exponent = i32::try_from(bits >> MANTISSA & 0x7ff).expect("11 bits");
    (f64::from_bits(bits & !(0x7ff << MANTISSA) | (1022 << MANTISSA)), exponent - BIAS - shift)
}

/// Multiplies by a power of two.
fn scale(mut number: f64, exponent: i64) -> f64 {
    // Steps that are powers themselves; results below the normal numbers are rounded once, by the last.
    let mut rest = exponent.clamp(-3000, 3000);
    while rest > 1000 {
        number *= 2_f64.powi(1000);
        rest -= 1000;
    }
    while rest < -1000 {
        number *= 2_f64.powi(-1000);
        rest += 1000;
    }
    number * 2_f64.powi(i32::try_from(rest).expect("at most 1000"))
}
