//! Networks: VPCs with subnets, routes and endpoints, and who may reach what in them.
//!
//! ```
//! use iac_aws::network::{Network, Port, SecurityGroup};
//! use iac_aws::prelude::*;
//! use iac_core::prelude::*;
//!
//! let stack = Stack::new("production");
//! let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]));
//! let web = stack.add(SecurityGroup::builder("web", &network));
//! let database = stack.add(SecurityGroup::builder("database", &network));
//! database.allow_from(&web, Port::tcp(5432));
//! # stack.render_hcl().unwrap();
//! ```

mod addresses;
mod build;
mod endpoints;
mod flow_log;
mod peering;
mod port;
mod security_group;
mod tier;
mod transit;
mod vpn;

pub use build::NetworkBuilder;
use iac_core::Text;
use iac_core::prelude::*;
pub use peering::{Peering, PeeringBuilder};
pub use port::Port;
pub use security_group::{HasSecurityGroup, Peer, SecurityGroup, SecurityGroupBuilder};
pub use tier::{Reach, Tier};
pub use transit::{TransitGateway, TransitGatewayBuilder};
pub use vpn::{ClientVpn, ClientVpnBuilder};

use crate::{ec2, kind};

/// A VPC with subnets in several zones.
///
/// Without further wishes it has a public subnet in each zone, for load balancers and gateways, and a private one, for
/// everything else, which reaches the internet through a NAT gateway in the same zone. What does not name a security
/// group can reach nothing and is reached by nothing; S3 and DynamoDB are reached without the internet; and who talked to
/// whom is logged.
///
/// | address | is |
/// |---|---|
/// | `aws_vpc.<name>` | the VPC: `10.0.0.0/16` |
/// | `aws_default_security_group.<name>` | the default security group, without rules |
/// | `aws_subnet.<name>_<tier>_<zone>` | the subnet of each tier in each zone: `main_private_a` |
/// | `aws_route_table.<name>_<tier>`, `aws_route_table.<name>_<tier>_<zone>` | one for public and isolated tiers, one a zone for private ones |
/// | `aws_route_table_association.<name>_<tier>_<zone>` | which table holds for a subnet |
/// | `aws_route.<name>_<tier>_internet`, `aws_route.<name>_<tier>_<zone>_internet` | the way to the internet; with IPv6 also `…_internet_ipv6` |
/// | `aws_internet_gateway.<name>` | of public tiers |
/// | `aws_egress_only_internet_gateway.<name>` | of private tiers with IPv6 |
/// | `aws_eip.<name>_nat_<zone>`, `aws_nat_gateway.<name>_nat_<zone>` | of private tiers |
/// | `aws_vpc_endpoint.<name>_<service>` | the endpoint of each service |
/// | `aws_security_group.<name>_endpoints`, `aws_vpc_security_group_ingress_rule.<name>_endpoints_https` | of interface endpoints: HTTPS from the VPC |
/// | `aws_flow_log.<name>`, `aws_cloudwatch_log_group.<name>_flow_log`, `aws_iam_role.<name>_flow_log`, `aws_iam_role_policy.<name>_flow_log` | the flow log |
/// | `aws_network_acl.<name>_<tier>` | of tiers with [`Tier::only_within`] |
///
/// Addresses are given out so that nothing moves: each zone has an eighth of the VPC, by its place in the list, and each
/// tier a fixed part of that. A zone or a tier that is added at the end changes nothing that was there.
#[derive(Clone, Debug)]
pub struct Network {
    /// The VPC.
    pub vpc: ec2::Vpc,
    /// The subnets of the tier `public`: none when the network has no such tier.
    pub public: Subnets,
    /// The subnets of the tier `private`: none when the network has no such tier.
    pub private: Subnets,
    /// The subnets of the tier `isolated`: none when the network has no such tier.
    pub isolated: Subnets,
    /// The subnets of the other tiers, by name.
    pub others: Vec<Subnets>,
    /// The NAT gateways.
    pub nat_gateways: Vec<ec2::NatGateway>,
    /// The security group of the interface endpoints, when there are any.
    pub endpoints: Option<ec2::SecurityGroup>,
    pub(crate) zones: Vec<Text>,
    pub(crate) cidr_block: Text,
}

impl Network {
    /// Starts a network in zones, which are all of one region: `["eu-west-1a", "eu-west-1b"]`.
    ///
    /// They are named, and not looked up, because a zone that AWS opens must not move a subnet.
    pub fn builder<Z: Into<Text>>(
        name: impl Into<Text>,
        zones: impl IntoIterator<Item = Z>,
    ) -> NetworkBuilder {
        NetworkBuilder::new(name.into(), zones.into_iter().map(Into::into).collect())
    }

    /// The availability zones.
    #[must_use]
    pub fn zones(&self) -> &[Text] {
        &self.zones
    }

    /// The addresses of the VPC: `10.0.0.0/16`.
    #[must_use]
    pub fn cidr_block(&self) -> &str {
        &self.cidr_block
    }

    /// The subnets of a tier.
    #[must_use]
    pub fn tier(&self, name: &str) -> Option<&Subnets> {
        let own = [&self.public, &self.private, &self.isolated].into_iter();
        own.chain(&self.others).find(|subnets| subnets.tier == name && !subnets.subnets.is_empty())
    }

    /// All route tables.
    pub fn route_tables(&self) -> impl Iterator<Item = &RouteTable> {
        let own = [&self.public, &self.private, &self.isolated].into_iter();
        own.chain(&self.others).flat_map(|subnets| &subnets.route_tables)
    }

    /// Where things go that are given no subnets: private ones, or else isolated ones.
    pub(crate) fn inner(&self) -> &Subnets {
        if self.private.subnets.is_empty() { &self.isolated } else { &self.private }
    }
}

/// The subnets of a tier, one a zone.
#[derive(Clone, Debug)]
pub struct Subnets {
    /// The tier's name.
    pub tier: Text,
    /// The subnets, in the order of the zones.
    pub subnets: Vec<ec2::Subnet>,
    /// Their addresses, in the same order.
    pub cidr_blocks: Vec<Text>,
    /// The route tables: one, or one a zone.
    pub route_tables: Vec<RouteTable>,
}

/// A route table of a network.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// The tier, and the zone where there is one a zone: `private_a`.
    pub name: Text,
    /// The table itself.
    pub table: ec2::RouteTable,
}

impl Subnets {
    pub(crate) fn none(tier: &'static str) -> Self {
        let tier = Text::from_static(tier);
        Self { tier, subnets: Vec::new(), cidr_blocks: Vec::new(), route_tables: Vec::new() }
    }

    /// The ids of the subnets.
    #[must_use]
    pub fn ids(&self) -> Vec<Expr<Id<kind::Subnet>>> {
        self.subnets.iter().map(ec2::Subnet::id).collect()
    }
}

/// How private subnets reach the internet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nat {
    /// They do not.
    None,
    /// One gateway for all zones: cheaper, and gone with its zone.
    Single,
    /// A gateway in each zone.
    #[default]
    PerZone,
}
