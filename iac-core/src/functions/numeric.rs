//! Numeric functions.

use super::{Arguments, some};
use crate::expr::{Expr, Number};

functions! {
    /// Returns the absolute value.
    fn abs(num: Number) -> Number;

    /// Rounds up to an integer.
    fn ceil(num: Number) -> Number;

    /// Rounds down to an integer.
    fn floor(num: Number) -> Number;

    /// Returns the logarithm of a number to a base.
    fn log(num: Number, base: Number) -> Number;

    /// Parses an integer in a base from 2 to 62: `parseint("ff", 16)` is 255.
    fn parseint(string: String, base: Number) -> Number;

    /// Raises a number to a power.
    fn pow(num: Number, power: Number) -> Number;

    /// Returns the sign of a number: −1, 0 or 1.
    fn signum(num: Number) -> Number;
}

/// Returns the largest of the numbers.
#[must_use]
pub fn max(numbers: impl Arguments<Argument = Number>) -> Expr<Number> {
    Expr::from_expression(some("max", numbers.into_arguments()))
}

/// Returns the smallest of the numbers.
#[must_use]
pub fn min(numbers: impl Arguments<Argument = Number>) -> Expr<Number> {
    Expr::from_expression(some("min", numbers.into_arguments()))
}
