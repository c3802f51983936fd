//! Network rules: which ports are open to the internet.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use super::ports::{PortClass, class_of, service_on};

/// The number of public IPv4 addresses above which a source is the internet: more than a /8 network, the most that one
/// organization has.
const INTERNET_V4: u128 = 1 << 24;
/// The number of public IPv6 addresses above which a source is the internet: more than a /16 network.
const INTERNET_V6: u128 = 1 << 112;

/// The private, local and reserved IPv4 networks, which the internet cannot use as a source.
const PRIVATE_V4: [(u128, u128); 10] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([224, 0, 0, 0], 3),
];
/// The public IPv6 addresses: `2000::/3`.
const GLOBAL_V6: (u128, u128) = (0x2000 << 112, (0x4000 << 112) - 1);

/// Returns the first and the last address of a network.
const fn v4(octets: [u8; 4], prefix: u32) -> (u128, u128) {
    let first = u32::from_be_bytes(octets) as u128;
    (first, first | (u32::MAX >> prefix) as u128)
}

/// A set of IP addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    v4: Ranges,
    v6: Ranges,
}

/// Sorted ranges that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Ranges(Vec<(u128, u128)>);

impl Ranges {
    fn add(&mut self, first: u128, last: u128) {
        self.0.push((first, last));
        self.0.sort_unstable();
        let mut merged: Vec<(u128, u128)> = Vec::with_capacity(self.0.len());
        for &(first, last) in &self.0 {
            match merged.last_mut() {
                Some(previous) if first <= previous.1.saturating_add(1) => previous.1 = previous.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        self.0 = merged;
    }

    fn remove(&mut self, (first, last): (u128, u128)) {
        let pieces = self.0.iter().flat_map(|&(from, to)| {
            let before = (from < first).then(|| (from, to.min(first.saturating_sub(1))));
            let after = (to > last).then(|| (from.max(last.saturating_add(1)), to));
            [before, after]
        });
        self.0 = pieces.flatten().collect();
    }

    fn size(&self) -> u128 {
        self.0
            .iter()
            .fold(0, |size: u128, (first, last)| size.saturating_add((last - first).saturating_add(1)))
    }

    fn intersect(&self, (first, last): (u128, u128)) -> Self {
        let inside = self.0.iter().filter(|(from, to)| *from <= last && *to >= first);
        Self(inside.map(|(from, to)| ((*from).max(first), (*to).min(last))).collect())
    }
}

/// Returns the first and last address of a network or a single address, and `true` for IPv6.
fn network(cidr: &str) -> Option<(u128, u128, bool)> {
    let cidr = cidr.trim();
    let network = cidr.parse::<IpNet>().ok().or_else(|| Some(cidr.parse::<IpAddr>().ok()?.into()))?;
    Some(match network {
        IpNet::V4(network) => {
            (u32::from(network.network()).into(), u32::from(network.broadcast()).into(), false)
        }
        IpNet::V6(network) => (network.network().into(), network.broadcast().into(), true),
    })
}

impl Addresses {
    /// Adds a network, `10.0.0.0/8`, or an address. Returns `false` if it is neither.
    pub fn add(&mut self, cidr: &str) -> bool {
        let Some((first, last, is_v6)) = network(cidr) else { return false };
        let ranges = if is_v6 { &mut self.v6 } else { &mut self.v4 };
        ranges.add(first, last);
        true
    }

    /// Adds all networks that can be parsed.
    pub fn of<'a>(cidrs: impl IntoIterator<Item = &'a str>) -> Self {
        let mut addresses = Self::default();
        for cidr in cidrs {
            addresses.add(cidr);
        }
        addresses
    }

    /// Adds all addresses of another set.
    pub fn extend(&mut self, other: &Self) {
        other.v4.0.iter().for_each(|(first, last)| self.v4.add(*first, *last));
        other.v6.0.iter().for_each(|(first, last)| self.v6.add(*first, *last));
    }

    /// Removes all addresses of another set.
    pub fn remove(&mut self, other: &Self) {
        other.v4.0.iter().for_each(|range| self.v4.remove(*range));
        other.v6.0.iter().for_each(|range| self.v6.remove(*range));
    }

    /// Returns `true` if there is no address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.v4.0.is_empty() && self.v6.0.is_empty()
    }

    /// Returns `true` if the set has more public addresses than one organization: the union counts, so that
    /// `0.0.0.0/1` and `128.0.0.0/1` are the internet.
    #[must_use]
    pub fn is_internet(&self) -> bool {
        let mut public = self.v4.clone();
        for range in PRIVATE_V4 {
            public.remove(range);
        }
        let global = self.v6.intersect(GLOBAL_V6);
        public.size() > INTERNET_V4 || global.size() > INTERNET_V6
    }
}

/// A range of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PortRange {
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
}

impl PortRange {
    /// All ports.
    pub const ALL: Self = Self { first: 0, last: u16::MAX };

    /// Returns `true` if the range has the port.
    #[must_use]
    pub const fn contains(self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }

    /// Returns the number of ports.
    #[must_use]
    pub fn size(self) -> u32 {
        u32::from(self.last).saturating_sub(u32::from(self.first)) + 1
    }
}

/// A protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// All protocols.
    Any,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP and `ICMPv6`, which have no ports and open no service.
    Icmp,
    /// Another protocol, which has no ports.
    Other,
}

impl Protocol {
    /// Returns the protocol of a name or number: `tcp`, `6`, `-1`, `all`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "-1" | "all" | "*" | "any" => Self::Any,
            "tcp" | "6" => Self::Tcp,
            "udp" | "17" => Self::Udp,
            "icmp" | "icmpv6" | "1" | "58" => Self::Icmp,
            _ => Self::Other,
        }
    }
}

/// A rule that allows or denies traffic from some sources to some ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkRule {
    /// The position among the rules: the first rule that applies decides. Rules without an order have the same.
    pub order: i64,
    /// `true` if the rule allows the traffic.
    pub is_allow: bool,
    /// The protocol.
    pub protocol: Protocol,
    /// The ports, for protocols that have some.
    pub ports: PortRange,
    /// The sources.
    pub sources: Addresses,
}

/// The rules of a firewall, such as a security group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkRules(pub Vec<NetworkRule>);

impl NetworkRules {
    /// Returns the ports of TCP or UDP that are open to the internet, as ranges that neither overlap nor touch.
    #[must_use]
    pub fn open_ports(&self, protocol: Protocol) -> Vec<PortRange> {
        let mut rules: Vec<&NetworkRule> = self
            .0
            .iter()
            .filter(|rule| rule.protocol == Protocol::Any || rule.protocol == protocol)
            .collect();
        // A rule that denies wins over one that allows at the same position.
        rules.sort_by_key(|rule| (rule.order, rule.is_allow));
        let ports =
            |rule: &NetworkRule| if rule.protocol == Protocol::Any { PortRange::ALL } else { rule.ports };
        let mut starts: Vec<u32> = rules
            .iter()
            .flat_map(|rule| [u32::from(ports(rule).first), u32::from(ports(rule).last) + 1])
            .collect();
        starts.sort_unstable();
        starts.dedup();
        let mut open: Vec<PortRange> = Vec::new();
        for pair in starts.windows(2) {
            let (Ok(first), Ok(last)) = (u16::try_from(pair[0]), u16::try_from(pair[1] - 1)) else {
                continue;
            };
            let mut allowed = Addresses::default();
            let mut denied = Addresses::default();
            for rule in rules.iter().filter(|rule| ports(rule).contains(first)) {
                if rule.is_allow {
                    let mut sources = rule.sources.clone();
                    sources.remove(&denied);
                    allowed.extend(&sources);
                } else {
                    denied.extend(&rule.sources);
                }
            }
            if allowed.is_internet() {
                match open.last_mut() {
                    Some(previous) if u32::from(previous.last) + 1 == u32::from(first) => {
                        previous.last = last;
                    }
                    _ => open.push(PortRange { first, last }),
                }
            }
        }
        open
    }

    /// Returns the ports that are open to the internet and were not before. Ports of [`PortClass::Web`] are left out, and
    /// so is ICMP.
    #[must_use]
    pub fn newly_open(&self, before: &Self) -> Vec<OpenPorts> {
        let mut open = Vec::new();
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            let known = before.open_ports(protocol);
            let new = without(&self.open_ports(protocol), &known).into_iter();
            open.extend(new.map(|ports| OpenPorts { protocol, ports }).filter(|open| !is_web(open.ports)));
        }
        open
    }
}

impl NetworkRule {
    /// Returns `true` if the rule decides about traffic to a port.
    #[must_use]
    pub fn applies_to(&self, protocol: Protocol, port: u16) -> bool {
        self.protocol == Protocol::Any || (self.protocol == protocol && self.ports.contains(port))
    }
}

/// Ports that are open to the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenPorts {
    /// TCP or UDP.
    pub protocol: Protocol,
    /// The ports.
    pub ports: PortRange,
}

impl OpenPorts {
    /// Returns `true` if the range is for replies to clients, which use any high port.
    #[must_use]
    pub fn is_for_replies(&self) -> bool {
        self.ports.first >= 1024 && self.ports.size() > 1024
    }
}

fn is_web(range: PortRange) -> bool {
    range.first == range.last && class_of(range.first) == PortClass::Web
}

/// Returns the parts of ranges that are not in others.
fn without(ranges: &[PortRange], known: &[PortRange]) -> Vec<PortRange> {
    let mut rest = Ranges::default();
    for range in ranges {
        rest.add(range.first.into(), range.last.into());
    }
    for range in known {
        rest.remove((range.first.into(), range.last.into()));
    }
    let port = |value: u128| u16::try_from(value).unwrap_or(u16::MAX);
    rest.0.iter().map(|(first, last)| PortRange { first: port(*first), last: port(*last) }).collect()
}

impl fmt::Display for OpenPorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMED: usize = 3;
        let PortRange { first, last } = self.ports;
        if self.ports == PortRange::ALL {
            return f.write_str("all ports");
        }
        if self.protocol == Protocol::Udp {
            f.write_str("UDP ")?;
        }
        // The names are those of services on TCP, most of which do not exist on UDP.
        let known = |port: &u16| {
            self.protocol != Protocol::Udp || matches!(port, 53 | 69 | 137 | 138 | 161 | 389 | 11211)
        };
        let mut services: Vec<&str> = Vec::new();
        for service in (first..=last).filter(known).filter_map(service_on) {
            if !services.contains(&service) {
                services.push(service);
            }
        }
        if first == last {
            write!(f, "port {first}")?;
        } else {
            write!(f, "ports {first}-{last}")?;
        }
        match services.len() {
            0 => Ok(()),
            1..=NAMED => write!(f, " ({})", services.join(", ")),
            more => write!(f, " ({} and {} more services)", services[..2].join(", "), more - 2),
        }
    }
}
