//! Tiers: subnets with the same task, one in each zone.

use iac_core::Text;

/// Subnets with the same task, one in each zone.
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
    pub(crate) reach: Reach,
    pub(crate) prefix: Option<u8>,
    pub(crate) cidr_blocks: Vec<Text>,
    pub(crate) only_within: bool,
}

/// How far a subnet reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To and from the internet, for what has a public address.
    Public,
    /// To the internet, through a NAT gateway.
    Private,
    /// Not beyond the VPC and its endpoints.
    Isolated,
}

impl Tier {
    /// Subnets that are reached from the internet: for load balancers and gateways. Nothing gets a public address by
    /// itself.
    #[must_use]
    pub fn public() -> Self {
        Self::new("public", Reach::Public)
    }

    /// Subnets that reach the internet and are not reached from there.
    #[must_use]
    pub fn private() -> Self {
        Self::new("private", Reach::Private)
    }

    /// Subnets without a way to the internet: for databases.
    #[must_use]
    pub fn isolated() -> Self {
        Self::new("isolated", Reach::Isolated)
    }

    /// Whether it is none of the usual ones: such tiers have their places in the order in which they are named.
    pub(super) fn is_other(&self) -> bool {
        !matches!(self.name.as_str(), "private" | "public" | "isolated")
    }

    fn new(name: &'static str, reach: Reach) -> Self {
        let name = Text::from_static(name);
        Self { name, reach, prefix: None, cidr_blocks: Vec::new(), only_within: false }
    }

    /// Gives the tier a name other than `public`, `private` or `isolated`.
    #[must_use]
    pub fn named(mut self, name: impl Into<Text>) -> Self {
        self.name = name.into();
        self
    }

    /// How long the prefix of each subnet is: `24` for 251 addresses.
    #[must_use]
    pub fn prefix(mut self, length: u8) -> Self {
        self.prefix = Some(length);
        self
    }

    /// The addresses of each subnet, in the order of the zones: for networks that were planned elsewhere.
    #[must_use]
    pub fn cidr_blocks<B: Into<Text>>(mut self, blocks: impl IntoIterator<Item = B>) -> Self {
        self.cidr_blocks = blocks.into_iter().map(Into::into).collect();
        self
    }

    /// Has a network ACL refuse whatever comes from beyond the VPC, or goes there, whatever the security groups allow.
    #[must_use]
    pub fn only_within(mut self) -> Self {
        self.only_within = true;
        self
    }
}
