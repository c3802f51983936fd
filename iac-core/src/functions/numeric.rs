//! Numbers.

use super::{Arguments, some};
use crate::expr::{Expr, Number};

functions! {
    /// The number without its sign.
    fn abs(num: Number) -> Number;

    /// The smallest whole number that is not less.
    fn ceil(num: Number) -> Number;

    /// The largest whole number that is not more.
    fn floor(num: Number) -> Number;

    /// The logarithm of a number to a base.
    fn log(num: Number, base: Number) -> Number;

    /// The number that a text spells in a base between 2 and 62: `parseint("ff", 16)` is 255.
    fn parseint(string: String, base: Number) -> Number;

    /// The number raised to a power.
    fn pow(num: Number, power: Number) -> Number;

    /// −1, 0 or 1: the sign of the number.
    fn signum(num: Number) -> Number;
}

/// The largest of the numbers.
#[must_use]
pub fn max(numbers: impl Arguments<Argument = Number>) -> Expr<Number> {
    Expr::from_expression(some("max", numbers.into_arguments()))
}

/// The smallest of the numbers.
#[must_use]
pub fn min(numbers: impl Arguments<Argument = Number>) -> Expr<Number> {
    Expr::from_expression(some("min", numbers.into_arguments()))
}
