//! IP networks, written as a prefix: `10.0.0.0/16`.

use super::{Arguments, argument, variadic};
use crate::expr::{Expr, IntoExpr, List, Number};

functions! {
    /// The address of a host in a network; counted from the end when the number is negative.
    fn cidrhost(prefix: String, hostnum: Number) -> String;

    /// The network's mask, for IPv4 only: `255.255.0.0`.
    fn cidrnetmask(prefix: String) -> String;

    /// The prefix of one of the networks into which a network is divided by that many more bits:
    /// `cidrsubnet("10.0.0.0/16", 8, 2)` is `10.0.2.0/24`.
    fn cidrsubnet(prefix: String, newbits: Number, netnum: Number) -> String;
}

/// The prefixes of networks that follow one another in a network, each with its own number of more bits.
#[must_use]
pub fn cidrsubnets(
    prefix: impl IntoExpr<String>,
    newbits: impl Arguments<Argument = Number>,
) -> Expr<List<String>> {
    Expr::from_expression(variadic("cidrsubnets", vec![argument(prefix)], newbits.into_arguments()))
}
