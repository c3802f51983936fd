//! Address layout of a network.
//!
//! Each zone gets an eighth of the VPC, by its position in the list, and is divided as follows, in sixteenths:
//!
//! ```text
//! 0               8       10      12              16
//! private         public  isolated other tiers
//! ```
//!
//! The layout is fixed, so that adding zones or tiers does not move subnets. A VPC that is too small for it is
//! divided evenly between its subnets instead, without space for more.
//!
//! This module does not depend on resources.

use std::fmt;

use iac_core::Text;
use ipnet::Ipv4Net;
use thiserror::Error;

use super::Tier;

/// The maximum number of zones.
const ZONES: usize = 8;

/// The prefix length of the smallest VPC with the fixed layout: its public subnets are /28, the smallest in AWS.
const LAST_FIXED_PREFIX: u8 = 22;

/// An invalid address layout.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum AddressError {
    #[error("invalid CIDR block `{0}`, expected a block such as `10.0.0.0/16`")]
    InvalidBlock(Text),
    #[error("CIDR block `{given}` has host bits set, use `{network}` or a longer prefix")]
    HostBits { given: Text, network: Ipv4Net },
    #[error("the prefix length of VPC `{0}` must be between 16 and 28")]
    InvalidVpc(Ipv4Net),
    #[error(
        "VPC `{vpc}` is too small for {subnets} subnets: each would be a /{prefix}, and the smallest subnet in AWS is a /28"
    )]
    TooSmall { vpc: Ipv4Net, subnets: usize, prefix: u8 },
    #[error("VPC `{vpc}` has no space for tier `{tier}`")]
    Full { vpc: Ipv4Net, tier: Text },
    #[error("{0} zones exceed the maximum of {ZONES}")]
    TooManyZones(usize),
    #[error("no address space for tier `{tier}` in {zone}: it needs a /{prefix}, but {reason}")]
    NoSpace { tier: Text, zone: ZoneBlock, prefix: u8, reason: &'static str },
    #[error("tier `{tier}` has {given} CIDR blocks for {zones} zones")]
    BlockCount { tier: Text, given: usize, zones: usize },
    #[error("`{block}` of tier `{tier}` is outside the VPC's `{vpc}`")]
    Outside { tier: Text, block: Ipv4Net, vpc: Ipv4Net },
    #[error("`{block}` of tier `{tier}` overlaps `{other}` of tier `{other_tier}`")]
    Overlap { tier: Text, block: Ipv4Net, other_tier: Text, other: Ipv4Net },
}

/// The CIDR block of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ZoneBlock(Ipv4Net);

impl fmt::Display for ZoneBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "zone block {}", self.0)
    }
}

/// Returns the CIDR blocks of each tier, in the order of the zones.
pub(super) fn plan(vpc: &Text, tiers: &[Tier], zones: usize) -> Result<Vec<Vec<Ipv4Net>>, AddressError> {
    let vpc = block(vpc)?;
    if !(16..=28).contains(&vpc.prefix_len()) {
        return Err(AddressError::InvalidVpc(vpc));
    }
    if zones > ZONES {
        return Err(AddressError::TooManyZones(zones));
    }
    let mut blocks = match fixed(vpc, tiers, zones) {
        Err(AddressError::NoSpace { .. }) if vpc.prefix_len() > LAST_FIXED_PREFIX => {
            divide(vpc, tiers, zones)
        }
        fixed => fixed,
    }?;
    for (tier, blocks) in tiers.iter().zip(&mut blocks) {
        if !tier.cidr_blocks.is_empty() {
            if tier.cidr_blocks.len() != zones {
                let (tier, given) = (tier.name.clone(), tier.cidr_blocks.len());
                return Err(AddressError::BlockCount { tier, given, zones });
            }
            *blocks = tier.cidr_blocks.iter().map(block).collect::<Result<_, _>>()?;
        }
    }
    check(vpc, tiers, &blocks)?;
    Ok(blocks)
}

/// Parses a CIDR block.
fn block(text: &Text) -> Result<Ipv4Net, AddressError> {
    let block: Ipv4Net = text.parse().map_err(|_| AddressError::InvalidBlock(text.clone()))?;
    if block != block.trunc() {
        return Err(AddressError::HostBits { given: text.clone(), network: block.trunc() });
    }
    Ok(block)
}

/// Returns the blocks of the fixed layout; none for tiers with blocks of their own.
fn fixed(vpc: Ipv4Net, tiers: &[Tier], zones: usize) -> Result<Vec<Vec<Ipv4Net>>, AddressError> {
    let mut blocks: Vec<Vec<Ipv4Net>> = vec![Vec::with_capacity(zones); tiers.len()];
    for zone in 0..zones {
        let mut part = Zone::new(vpc, zone);
        for (tier, blocks) in tiers.iter().zip(&mut blocks) {
            if tier.cidr_blocks.is_empty() {
                blocks.push(part.allocate(tier)?);
            }
        }
    }
    Ok(blocks)
}

/// Divides a small VPC evenly between the subnets, tier by tier.
fn divide(vpc: Ipv4Net, tiers: &[Tier], zones: usize) -> Result<Vec<Vec<Ipv4Net>>, AddressError> {
    let mut blocks: Vec<Vec<Ipv4Net>> = vec![Vec::with_capacity(zones); tiers.len()];
    let subnets = tiers.iter().filter(|tier| tier.cidr_blocks.is_empty()).count() * zones;
    let bits = u8::try_from(subnets.next_power_of_two().trailing_zeros()).expect("there are few subnets");
    let prefix = vpc.prefix_len() + bits;
    if prefix > 28 {
        return Err(AddressError::TooSmall { vpc, subnets, prefix });
    }
    let end = 1u32 << (32 - vpc.prefix_len());
    let mut next = 0;
    for (tier, blocks) in tiers.iter().zip(&mut blocks).filter(|(tier, _)| tier.cidr_blocks.is_empty()) {
        let prefix = tier.prefix.unwrap_or(prefix);
        for _ in 0..zones {
            let full = || AddressError::Full { vpc, tier: tier.name.clone() };
            if prefix > 28 || prefix < vpc.prefix_len() {
                return Err(full());
            }
            let size = 1u32 << (32 - prefix);
            let start = u32::next_multiple_of(next, size);
            next = start + size;
            if next > end {
                return Err(full());
            }
            blocks.push(subnet(vpc, start, prefix));
        }
    }
    Ok(blocks)
}

/// Checks that blocks are within the VPC and do not overlap.
fn check(vpc: Ipv4Net, tiers: &[Tier], blocks: &[Vec<Ipv4Net>]) -> Result<(), AddressError> {
    let mut all: Vec<(Ipv4Net, &Tier)> = tiers
        .iter()
        .zip(blocks)
        .flat_map(|(tier, blocks)| blocks.iter().map(move |block| (*block, tier)))
        .collect();
    if let Some((block, tier)) = all.iter().find(|(block, _)| !vpc.contains(block)) {
        return Err(AddressError::Outside { tier: tier.name.clone(), block: *block, vpc });
    }
    // In sorted order, only adjacent blocks can overlap.
    all.sort_by_key(|(block, _)| *block);
    match all.windows(2).find(|pair| pair[0].0.contains(&pair[1].0)) {
        None => Ok(()),
        Some(pair) => Err(AddressError::Overlap {
            tier: pair[1].1.name.clone(),
            block: pair[1].0,
            other_tier: pair[0].1.name.clone(),
            other: pair[0].0,
        }),
    }
}

/// Free address space of a zone.
struct Zone {
    part: Ipv4Net,
    /// Offset of the first address that is not used by a custom tier.
    next: u32,
}

impl Zone {
    fn new(vpc: Ipv4Net, zone: usize) -> Self {
        let prefix = vpc.prefix_len() + 3;
        let index = u32::try_from(zone).expect("a zone's number is below eight");
        let part = subnet(vpc, index << (32 - prefix), prefix);
        Self { part, next: sixteenths(part, 12) }
    }

    fn allocate(&mut self, tier: &Tier) -> Result<Ipv4Net, AddressError> {
        let (start, minimum, standard) = match tier.name.as_str() {
            "private" => (0, 1, 1),
            "public" => (sixteenths(self.part, 8), 3, 3),
            "isolated" => (sixteenths(self.part, 10), 3, 3),
            _ => (self.next, 2, 3),
        };
        let prefix = tier.prefix.unwrap_or(self.part.prefix_len() + standard);
        let no_space = |reason| AddressError::NoSpace {
            tier: tier.name.clone(),
            zone: ZoneBlock(self.part),
            prefix,
            reason,
        };
        if prefix > 28 {
            return Err(no_space("the smallest subnet in AWS is a /28"));
        }
        if prefix < self.part.prefix_len() + minimum {
            return Err(no_space("the space reserved for it is smaller"));
        }
        let size = 1u32 << (32 - prefix);
        let start = start.next_multiple_of(size);
        if tier.is_custom() {
            if start + size > sixteenths(self.part, 16) {
                return Err(no_space("other tiers use the remaining space"));
            }
            self.next = start + size;
        }
        Ok(subnet(self.part, start, prefix))
    }
}

/// Returns a number of sixteenths of a block, in addresses.
fn sixteenths(block: Ipv4Net, number: u32) -> u32 {
    (1u32 << (32 - block.prefix_len())) / 16 * number
}

fn subnet(block: Ipv4Net, offset: u32, prefix: u8) -> Ipv4Net {
    let address = u32::from(block.network()) + offset;
    Ipv4Net::new(address.into(), prefix).expect("a prefix is at most 28")
}

#[cfg(test)]
mod tests;
