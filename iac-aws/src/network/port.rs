//! Ports and protocols.

use std::fmt;

/// The traffic of a security group rule: a protocol and a port range.
///
/// ```
/// use iac_aws::network::Port;
///
/// assert_eq!(Port::tcp(443).to_string(), "tcp_443");
/// assert_eq!(Port::udp_range(49_152, 65_535).to_string(), "udp_49152_65535");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    pub(super) protocol: Protocol,
    pub(super) from: u16,
    pub(super) to: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Tcp,
    Udp,
    Icmp,
    All,
}

impl Port {
    /// HTTPS.
    pub const HTTPS: Self = Self::tcp(443);
    /// HTTP without TLS.
    pub const HTTP: Self = Self::tcp(80);
    /// PostgreSQL.
    pub const POSTGRESQL: Self = Self::tcp(5432);
    /// MySQL.
    pub const MYSQL: Self = Self::tcp(3306);
    /// Redis and Valkey.
    pub const REDIS: Self = Self::tcp(6379);
    /// NFS, which EFS uses.
    pub const NFS: Self = Self::tcp(2049);
    /// All traffic.
    pub const ALL: Self = Self { protocol: Protocol::All, from: 0, to: 0 };
    /// All ICMP messages, such as pings.
    pub const ICMP: Self = Self { protocol: Protocol::Icmp, from: 0, to: 0 };

    /// Returns a TCP port.
    #[must_use]
    pub const fn tcp(port: u16) -> Self {
        Self::tcp_range(port, port)
    }

    /// Returns an inclusive range of TCP ports.
    #[must_use]
    pub const fn tcp_range(from: u16, to: u16) -> Self {
        Self { protocol: Protocol::Tcp, from, to }
    }

    /// Returns a UDP port.
    #[must_use]
    pub const fn udp(port: u16) -> Self {
        Self::udp_range(port, port)
    }

    /// Returns an inclusive range of UDP ports.
    #[must_use]
    pub const fn udp_range(from: u16, to: u16) -> Self {
        Self { protocol: Protocol::Udp, from, to }
    }

    /// Returns true for UDP.
    #[must_use]
    pub fn is_udp(self) -> bool {
        self.protocol == Protocol::Udp
    }

    /// Returns the first port of the range.
    #[must_use]
    pub const fn first(self) -> u16 {
        self.from
    }

    /// Returns the protocol as AWS names it.
    pub(super) const fn ip_protocol(self) -> &'static str {
        match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Icmp => "icmp",
            Protocol::All => "-1",
        }
    }

    /// Returns the first and last port, if the protocol has ports.
    pub(crate) const fn range(self) -> Option<(i32, i32)> {
        match self.protocol {
            Protocol::Tcp | Protocol::Udp => Some((self.from as i32, self.to as i32)),
            Protocol::Icmp => Some((-1, -1)),
            Protocol::All => None,
        }
    }
}

/// Formats the port as part of a rule name.
impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, .. } = self;
        let protocol = match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Icmp => return f.write_str("icmp"),
            Protocol::All => return f.write_str("all"),
        };
        if from == to { write!(f, "{protocol}_{from}") } else { write!(f, "{protocol}_{from}_{to}") }
    }
}
