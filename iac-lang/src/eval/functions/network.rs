//! IP network functions.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use num_bigint::BigInt;

use super::FunctionError;
use super::argument::{Arguments, number, string};
use super::function::{Function, Outcome};
use super::numeric::to_big;
use super::string::text;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("cidrhost", &[string("prefix"), number("hostnum")], host),
    Function::partial("cidrnetmask", &[string("prefix")], |arguments| {
        let network = Network::of(arguments)?;
        if network.width == 128 {
            return Err(arguments.error(0, "IPv6 networks have no netmask"));
        }
        Ok(text(address(network.mask(), 32).to_string()))
    }),
    Function::partial("cidrsubnet", &[string("prefix"), number("newbits"), number("netnum")], subnet),
    Function::partial("cidrsubnets", &[string("prefix")], subnets).variadic(number("newbits")),
];

/// A network; the bits of its address are right-aligned.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    prefix: u32,
    width: u32,
}

impl Network {
    fn of(arguments: &Arguments) -> Result<Self, FunctionError> {
        let text = arguments.text(0);
        Self::parse(text)
            .ok_or_else(|| arguments.error(0, format!("{:?} is not a CIDR prefix", text.as_str())))
    }

    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let (address, width) = match parse_v4(address) {
            Some(address) => (u128::from(address.to_bits()), 32),
            None => (address.parse::<Ipv6Addr>().ok()?.to_bits(), 128),
        };
        let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = prefix.parse().ok().filter(|prefix| digits && *prefix <= width)?;
        let network = Self { address, prefix, width };
        Some(Self { address: address & network.mask(), ..network })
    }

    /// Returns the number of host bits.
    const fn host_bits(&self) -> u32 {
        self.width - self.prefix
    }

    /// Returns the bits of the address that belong to the network.
    fn mask(&self) -> u128 {
        low_bits(self.width) & !low_bits(self.host_bits())
    }

    /// Returns the subnet with a longer prefix and this number.
    fn subnet(&self, prefix: u32, number: u128) -> Self {
        let shift = self.width - prefix;
        Self { address: self.address | number.checked_shl(shift).unwrap_or(0), prefix, width: self.width }
    }

    fn to_value(self) -> Value {
        text(format!("{}/{}", address(self.address, self.width), self.prefix))
    }
}

/// Returns a number with this many low bits set.
fn low_bits(bits: u32) -> u128 {
    1_u128.checked_shl(bits).map_or(u128::MAX, |power| power - 1)
}

/// Parses an IPv4 address. Leading zeros are accepted and do not mean octal, as in Terraform.
fn parse_v4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then(|| octets.into())
}

/// Returns an address in Terraform's notation.
fn address(bits: u128, width: u32) -> IpAddr {
    match u32::try_from(bits) {
        Ok(bits) if width == 32 => IpAddr::V4(bits.into()),
        _ => IpAddr::V6(bits.into()),
    }
}

/// Returns the number of a host or subnet within the range of `bits`; negative numbers count from the end.
fn ordinal(number: &BigInt, bits: u32) -> Option<u128> {
    let number = if number.sign() == num_bigint::Sign::Minus {
        number + (BigInt::from(1) << bits)
    } else {
        number.clone()
    };
    u128::try_from(number).ok().filter(|number| *number <= low_bits(bits))
}

fn whole(arguments: &Arguments, position: usize) -> Result<BigInt, FunctionError> {
    to_big(arguments.number(position)).ok_or_else(|| arguments.error(position, "a whole number is required"))
}

fn host(arguments: &mut Arguments) -> Outcome {
    let network = Network::of(arguments)?;
    let number = whole(arguments, 1)?;
    let Some(host) = ordinal(&number, network.host_bits()) else {
        let message = format!("a prefix of {} bits has no host number {number}", network.prefix);
        return Err(arguments.error(1, message));
    };
    Ok(text(address(network.address | host, network.width).to_string()))
}

/// As in Terraform, a negative number of bits makes the prefix shorter, and leaves the bits of the address after it.
fn subnet(arguments: &mut Arguments) -> Outcome {
    let network = Network::of(arguments)?;
    let bits = arguments.integer(1)?;
    let prefix = i64::from(network.prefix).checked_add(bits).and_then(|prefix| u32::try_from(prefix).ok());
    let Some(prefix) = prefix.filter(|prefix| *prefix <= network.width) else {
        let message = format!("a prefix of {} bits cannot be extended by {bits} bits", network.prefix);
        return Err(arguments.error(1, message));
    };
    let number = whole(arguments, 2)?;
    let numbered = u32::try_from(bits).unwrap_or(prefix);
    let subnet = u128::try_from(&number).ok().filter(|number| *number <= low_bits(numbered));
    let Some(subnet) = subnet else {
        let message = format!("{bits} additional bits have no subnet number {number}");
        return Err(arguments.error(2, message));
    };
    Ok(network.subnet(prefix, subnet).to_value())
}

fn subnets(arguments: &mut Arguments) -> Outcome {
    let network = Network::of(arguments)?;
    // The offset from the network's address at which the next subnet may begin; none at the end of the network.
    let mut next = Some(0);
    let mut subnets = Vec::with_capacity(arguments.len() - 1);
    for position in 1..arguments.len() {
        let bits = arguments.integer(position)?;
        let Ok(bits @ 1..=32) = u32::try_from(bits) else {
            return Err(arguments.error(position, "the prefix must be extended by 1 to 32 bits"));
        };
        if bits > network.host_bits() {
            let message = format!("a prefix of {} bits cannot be extended by {bits} bits", network.prefix);
            return Err(arguments.error(position, message));
        }
        let shift = network.host_bits() - bits;
        let number = next.map(|next: u128| (next >> shift) + u128::from(next & low_bits(shift) > 0));
        let Some(number) = number.filter(|number| *number <= low_bits(bits)) else {
            return Err(arguments.error(position, "not enough space left for another subnet"));
        };
        subnets.push(network.subnet(network.prefix + bits, number).to_value());
        next = (number + 1).checked_mul(1 << shift).filter(|next| *next <= low_bits(network.host_bits()));
    }
    Ok(Value::List(subnets))
}
