//! Ports.

use std::fmt;

/// What a rule of a security group is about: a protocol, and a range of ports.
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
    /// HTTP, in the clear.
    pub const HTTP: Self = Self::tcp(80);
    /// PostgreSQL.
    pub const POSTGRESQL: Self = Self::tcp(5432);
    /// MySQL.
    pub const MYSQL: Self = Self::tcp(3306);
    /// Redis and Valkey.
    pub const REDIS: Self = Self::tcp(6379);
    /// NFS, and with it EFS.
    pub const NFS: Self = Self::tcp(2049);
    /// Everything of every protocol.
    pub const ALL: Self = Self { protocol: Protocol::All, from: 0, to: 0 };
    /// All of ICMP, such as pings.
    pub const ICMP: Self = Self { protocol: Protocol::Icmp, from: 0, to: 0 };

    /// One port of TCP.
    #[must_use]
    pub const fn tcp(port: u16) -> Self {
        Self::tcp_range(port, port)
    }

    /// A range of ports of TCP, the last included.
    #[must_use]
    pub const fn tcp_range(from: u16, to: u16) -> Self {
        Self { protocol: Protocol::Tcp, from, to }
    }

    /// One port of UDP.
    #[must_use]
    pub const fn udp(port: u16) -> Self {
        Self::udp_range(port, port)
    }

    /// A range of ports of UDP, the last included.
    #[must_use]
    pub const fn udp_range(from: u16, to: u16) -> Self {
        Self { protocol: Protocol::Udp, from, to }
    }

    /// Whether it is of UDP.
    #[must_use]
    pub fn is_udp(self) -> bool {
        self.protocol == Protocol::Udp
    }

    /// The first port of the range.
    #[must_use]
    pub const fn first(self) -> u16 {
        self.from
    }

    /// What AWS calls the protocol.
    pub(super) const fn ip_protocol(self) -> &'static str {
        match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Icmp => "icmp",
            Protocol::All => "-1",
        }
    }

    /// The first and the last port, where there are ports.
    pub(crate) const fn range(self) -> Option<(i32, i32)> {
        match self.protocol {
            Protocol::Tcp | Protocol::Udp => Some((self.from as i32, self.to as i32)),
            Protocol::Icmp => Some((-1, -1)),
            Protocol::All => None,
        }
    }
}

/// As it stands in the names of rules.
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
