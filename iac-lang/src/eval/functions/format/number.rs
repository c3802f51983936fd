//! Numbers with a fraction or an exponent.

use std::cmp::Ordering;

use num_bigint::BigUint;

use crate::value::Number;

/// The precision of Terraform's numbers, in bits.
const PRECISION: u64 = 512;

/// The number of digits examined for numbers that are nearly halfway between two others.
const MAX_DIGITS: u32 = 20_000;

/// The digits of a number, without its sign: `0.d₁d₂…` times ten to the power of `point`.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

/// Formats the absolute value for one of the verbs `e`, `f` and `g`.
pub(super) fn digits(number: &Number, letter: char, precision: Option<usize>) -> String {
    let mut digits = Digits::of(number);
    match letter {
        'e' | 'E' => {
            let precision = precision.unwrap_or(6);
            digits.round(precision + 1);
            digits.exponential(precision, letter)
        }
        'f' => {
            let precision = precision.unwrap_or(6);
            let places = digits.point.saturating_add(i64::try_from(precision).unwrap_or(i64::MAX));
            digits.round_at(places);
            digits.plain(precision)
        }
        _ => {
            let longest = precision.map(|precision| precision.max(1));
            if let Some(longest) = longest {
                digits.round(longest);
            }
            let count = digits.digits.len();
            // The largest exponent that is written without exponent notation: the number of digits, or the precision.
            let largest = match longest {
                Some(longest) if longest > count && count >= usize_of(digits.point) => count,
                Some(longest) => longest,
                None => 6,
            };
            let exponent = digits.point - 1;
            if count > 0 && (exponent < -4 || usize_of(exponent) >= largest && exponent >= 0) {
                return digits.exponential(count - 1, if letter == 'G' { 'E' } else { 'e' });
            }
            let places = i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(digits.point);
            let places = usize_of(places);
            digits.plain(places)
        }
    }
}

fn usize_of(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

impl Digits {
    fn of(number: &Number) -> Self {
        let text = number.to_plain();
        let text = text.trim_start_matches('-');
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut point = i64::try_from(whole.len()).unwrap_or(i64::MAX);
        point = point.saturating_add(exponent.parse().unwrap_or(0));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = all.iter().take_while(|digit| **digit == b'0').count();
        let end = all.iter().rposition(|digit| *digit != b'0').map_or(zeros, |last| last + 1);
        if zeros == all.len() {
            return Self { digits: Vec::new(), point: 0 };
        }
        point = point.saturating_sub(i64::try_from(zeros).unwrap_or(i64::MAX));
        Self { digits: all[zeros..end].to_vec(), point }
    }

    /// Rounds to this many digits. A half rounds to even, unless the binary number is not exactly a half.
    fn round(&mut self, kept: usize) {
        if kept >= self.digits.len() {
            return;
        }
        let half = (self.digits[kept..] == [b'5']).then(|| self.binary_error());
        let dropped = self.digits.split_off(kept);
        let odd = self.digits.last().is_some_and(|digit| digit % 2 == 1);
        let up = match half {
            Some(Ordering::Equal) => odd,
            Some(error) => error.is_gt(),
            None => dropped[0] >= b'5',
        };
        if up {
            while self.digits.last() == Some(&b'9') {
                self.digits.pop();
            }
            if let Some(last) = self.digits.last_mut() {
                *last += 1;
            } else {
                self.digits.push(b'1');
                self.point += 1;
            }
        }
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
    }

    /// Returns whether the binary number is greater or less than its decimal digits.
    fn binary_error(&self) -> Ordering {
        let places = i64::try_from(self.digits.len()).unwrap_or(i64::MAX).saturating_sub(self.point);
        let places = u32::try_from(places).ok().filter(|places| *places <= MAX_DIGITS);
        let Some(places) = places else { return Ordering::Equal };
        let Some(number) = BigUint::parse_bytes(&self.digits, 10) else { return Ordering::Equal };
        let divisor = BigUint::from(10_u8).pow(places);
        let mut dividend = number << (PRECISION + divisor.bits());
        let excess = (&dividend / &divisor).bits().saturating_sub(PRECISION);
        dividend >>= excess;
        let rest = dividend % &divisor;
        if rest == BigUint::ZERO { Ordering::Equal } else { (rest * 2_u8).cmp(&divisor) }
    }

    /// Keeps the digits before an index, which may be before the first digit.
    fn round_at(&mut self, kept: i64) {
        match usize::try_from(kept) {
            Ok(kept) => self.round(kept),
            Err(_) => self.digits.clear(),
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    fn at(&self, position: i64) -> char {
        let digit = usize::try_from(position).ok().and_then(|position| self.digits.get(position));
        digit.map_or('0', |digit| char::from(*digit))
    }

    fn plain(&self, places: usize) -> String {
        let mut text = String::new();
        if self.point <= 0 {
            text.push('0');
        }
        text.extend((0..self.point.max(0)).map(|position| self.at(position)));
        if places > 0 {
            text.push('.');
            let places = i64::try_from(places).unwrap_or(i64::MAX);
            text.extend((self.point..self.point.saturating_add(places)).map(|position| self.at(position)));
        }
        text
    }

    fn exponential(&self, places: usize, letter: char) -> String {
        let mut text = String::from(self.at(0));
        if places > 0 {
            text.push('.');
            text.extend((1..=i64::try_from(places).unwrap_or(i64::MAX)).map(|position| self.at(position)));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}{letter}{sign}{:02}", exponent.unsigned_abs())
    }
}
