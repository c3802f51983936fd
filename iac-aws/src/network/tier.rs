//! Subnet tiers.

use iac_core::Text;

/// A tier: subnets with the same purpose, one in each zone.
///
/// ```
/// use iac_aws::network::{Network, Tier};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(
///     Network::builder("main", ["eu-west-1a", "eu-west-1b"])
///         .tiers([Tier::public(), Tier::private(), Tier::isolated().named("data").prefix(24)]),
/// );
/// assert_eq!(network.tier("data").unwrap().cidr_blocks, ["10.0.24.0/24", "10.0.56.0/24"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    pub(crate) name: Text,
    pub(crate) subnet_type: SubnetType,
    pub(crate) prefix: Option<u8>,
    pub(crate) cidr_blocks: Vec<Text>,
    pub(crate) vpc_only: bool,
}

/// The connectivity of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubnetType {
    /// Inbound and outbound internet access, for resources with a public address.
    Public,
    /// Outbound internet access through a NAT gateway.
    Private,
    /// No access beyond the VPC and its endpoints.
    Isolated,
}

impl Tier {
    /// Returns public subnets, for load balancers and NAT gateways. Public addresses are not assigned automatically.
    #[must_use]
    pub fn public() -> Self {
        Self::new("public", SubnetType::Public)
    }

    /// Returns private subnets, with outbound internet access only.
    #[must_use]
    pub fn private() -> Self {
        Self::new("private", SubnetType::Private)
    }

    /// Returns isolated subnets, without internet access, for databases.
    #[must_use]
    pub fn isolated() -> Self {
        Self::new("isolated", SubnetType::Isolated)
    }

    /// Returns true for a custom tier. Custom tiers get address space in the order of the list.
    pub(super) fn is_custom(&self) -> bool {
        !matches!(self.name.as_str(), "private" | "public" | "isolated")
    }

    fn new(name: &'static str, subnet_type: SubnetType) -> Self {
        let name = Text::from_static(name);
        Self { name, subnet_type, prefix: None, cidr_blocks: Vec::new(), vpc_only: false }
    }

    /// Renames the tier.
    #[must_use]
    pub fn named(mut self, name: impl Into<Text>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the prefix length of each subnet: `24` for 251 addresses.
    #[must_use]
    pub fn prefix(mut self, length: u8) -> Self {
        self.prefix = Some(length);
        self
    }

    /// Sets the CIDR block of each subnet in the order of the zones, instead of the built-in layout.
    #[must_use]
    pub fn cidr_blocks<B: Into<Text>>(mut self, blocks: impl IntoIterator<Item = B>) -> Self {
        self.cidr_blocks = blocks.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a network ACL that denies all traffic beyond the VPC, even if security groups allow it.
    #[must_use]
    pub fn vpc_only(mut self) -> Self {
        self.vpc_only = true;
        self
    }
}
