//! IP network functions. Networks are written in CIDR notation: `10.0.0.0/16`.

use super::{Arguments, argument, variadic};
use crate::expr::{Expr, IntoExpr, List, Number};

functions! {
    /// Returns the address of a host in a network; negative numbers count from the end.
    fn cidrhost(prefix: String, hostnum: Number) -> String;

    /// Returns the netmask of an IPv4 network: `255.255.0.0`.
    fn cidrnetmask(prefix: String) -> String;

    /// Returns one subnet of a network, given the number of additional prefix bits and the subnet number:
    /// `cidrsubnet("10.0.0.0/16", 8, 2)` is `10.0.2.0/24`.
    fn cidrsubnet(prefix: String, newbits: Number, netnum: Number) -> String;
}

/// Returns consecutive subnets of a network, given the number of additional prefix bits of each.
#[must_use]
pub fn cidrsubnets(
    prefix: impl IntoExpr<String>,
    newbits: impl Arguments<Argument = Number>,
) -> Expr<List<String>> {
    Expr::from_expression(variadic("cidrsubnets", vec![argument(prefix)], newbits.into_arguments()))
}
