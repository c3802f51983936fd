//! Networks: VPCs with subnets, routes and endpoints, security groups, peering, transit gateways and VPNs.
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
mod existing;
mod flow_log;
mod peering;
mod port;
mod security_group;
mod tier;
mod transit;
mod vpn;

pub use build::NetworkBuilder;
pub use existing::ExistingNetworkBuilder;
use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
pub use peering::{Peering, PeeringBuilder};
pub use port::Port;
pub use security_group::{HasSecurityGroup, Peer, SecurityGroup, SecurityGroupBuilder};
pub use tier::{SubnetType, Tier};
pub use transit::{TransitGateway, TransitGatewayBuilder};
pub use vpn::{ClientVpn, ClientVpnBuilder};

use crate::{ec2, kind};

/// A VPC with subnets in several availability zones.
///
/// By default, each zone has a public subnet for load balancers and NAT gateways, and a private subnet for everything
/// else, which reaches the internet through a NAT gateway in the same zone. The default security group has no rules.
/// S3 and DynamoDB are reached through gateway endpoints. Traffic is recorded in a flow log.
///
/// | Address | Description |
/// |---|---|
/// | `aws_vpc.<name>` | VPC: `10.0.0.0/16` |
/// | `aws_default_security_group.<name>` | default security group, without rules |
/// | `aws_subnet.<name>_<tier>_<zone>` | subnet of each tier in each zone: `main_private_a` |
/// | `aws_route_table.<name>_<tier>`, `aws_route_table.<name>_<tier>_<zone>` | one per public or isolated tier, one per zone of a private tier |
/// | `aws_route_table_association.<name>_<tier>_<zone>` | route table of each subnet |
/// | `aws_route.<name>_<tier>_internet`, `aws_route.<name>_<tier>_<zone>_internet` | route to the internet; with IPv6 also `…_internet_ipv6` |
/// | `aws_internet_gateway.<name>` | for public tiers |
/// | `aws_egress_only_internet_gateway.<name>` | for private tiers with IPv6 |
/// | `aws_eip.<name>_nat_<zone>`, `aws_nat_gateway.<name>_nat_<zone>` | for private tiers |
/// | `aws_vpc_endpoint.<name>_<service>` | endpoint of each service |
/// | `aws_security_group.<name>_endpoints`, `aws_vpc_security_group_ingress_rule.<name>_endpoints_https` | security group of interface endpoints: HTTPS from the VPC |
/// | `aws_flow_log.<name>`, `aws_cloudwatch_log_group.<name>_flow_log`, `aws_iam_role.<name>_flow_log`, `aws_iam_role_policy.<name>_flow_log` | flow log |
/// | `aws_network_acl.<name>_<tier>` | for tiers with [`Tier::vpc_only`] |
///
/// The address layout is stable: each zone gets an eighth of the VPC, by its position in the list, and each tier a
/// fixed part of that. Adding a zone or a tier at the end does not change existing subnets.
#[derive(Clone, Debug)]
pub struct Network {
    /// The VPC.
    pub vpc: ec2::Vpc,
    /// Subnets of the `public` tier; empty if the network has no such tier.
    pub public: Subnets,
    /// Subnets of the `private` tier; empty if the network has no such tier.
    pub private: Subnets,
    /// Subnets of the `isolated` tier; empty if the network has no such tier.
    pub isolated: Subnets,
    /// Subnets of custom tiers, by name.
    pub custom: Vec<Subnets>,
    /// The NAT gateways.
    pub nat_gateways: Vec<ec2::NatGateway>,
    /// The security group of the interface endpoints, if there are any.
    pub endpoints: Option<ec2::SecurityGroup>,
    pub(crate) zones: Vec<Text>,
    pub(crate) cidr_block: Text,
}

impl Network {
    /// Starts a network in availability zones of one region: `["eu-west-1a", "eu-west-1b"]`.
    ///
    /// Zones are named explicitly rather than looked up, so that a new zone in AWS cannot move subnets.
    pub fn builder<Z: Into<Text>>(
        name: impl Into<Text>,
        zones: impl IntoIterator<Item = Z>,
    ) -> NetworkBuilder {
        NetworkBuilder::new(name.into(), zones.into_iter().map(Into::into).collect())
    }

    /// Starts a network of a VPC that exists already, by its id.
    ///
    /// Its subnets have no route tables, so that [`Peering`] and [`TransitGateway`] add no routes to them.
    pub fn existing(name: impl Into<Text>, id: impl IntoExpr<String>) -> ExistingNetworkBuilder {
        ExistingNetworkBuilder::by_id(name.into(), id.into_expr())
    }

    /// Starts a network of the only VPC with these tags.
    pub fn existing_tagged<K: Into<Text>, V: Into<Text>>(
        name: impl Into<Text>,
        tags: impl IntoIterator<Item = (K, V)>,
    ) -> ExistingNetworkBuilder {
        let tags = tags.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        ExistingNetworkBuilder::by_tags(name.into(), tags)
    }

    /// Returns the availability zones; none for an [existing](Self::existing) network.
    #[must_use]
    pub fn zones(&self) -> &[Text] {
        &self.zones
    }

    /// Returns the CIDR block of the VPC: `10.0.0.0/16`. Empty for an [existing](Self::existing) network that does not state
    /// it.
    #[must_use]
    pub fn cidr_block(&self) -> &str {
        &self.cidr_block
    }

    /// Returns the subnets of a tier.
    #[must_use]
    pub fn tier(&self, name: &str) -> Option<&Subnets> {
        let standard = [&self.public, &self.private, &self.isolated].into_iter();
        standard.chain(&self.custom).find(|subnets| subnets.tier == name && !subnets.subnets.is_empty())
    }

    /// Returns all route tables.
    pub fn route_tables(&self) -> impl Iterator<Item = &RouteTable> {
        let standard = [&self.public, &self.private, &self.isolated].into_iter();
        standard.chain(&self.custom).flat_map(|subnets| &subnets.route_tables)
    }

    /// Returns the default subnets of constructs: private ones, or isolated ones if there are none.
    pub(crate) fn default_subnets(&self) -> &Subnets {
        self.first_of([SubnetType::Private, SubnetType::Isolated], &self.private)
    }

    /// Returns the default subnets of databases: isolated ones, or private ones if there are none.
    pub(crate) fn database_subnets(&self) -> &Subnets {
        self.first_of([SubnetType::Isolated, SubnetType::Private], &self.isolated)
    }

    /// Returns the subnets of load balancers that the internet connects to.
    pub(crate) fn public_subnets(&self) -> &Subnets {
        self.first_of([SubnetType::Public], &self.public)
    }

    /// Returns the first tier with subnets of one of these types, in their order. Standard tiers precede custom ones.
    fn first_of<'a>(&'a self, types: impl IntoIterator<Item = SubnetType>, none: &'a Subnets) -> &'a Subnets {
        let tiers = || [&self.public, &self.private, &self.isolated].into_iter().chain(&self.custom);
        let of = |subnet_type| {
            tiers().find(move |tier| tier.subnet_type == subnet_type && !tier.subnets.is_empty())
        };
        types.into_iter().find_map(of).unwrap_or(none)
    }
}

/// The subnets of a tier, one per zone.
#[derive(Clone, Debug)]
pub struct Subnets {
    /// The name of the tier.
    pub tier: Text,
    /// Their connectivity.
    pub subnet_type: SubnetType,
    /// The subnets, in the order of the zones.
    pub subnets: Vec<ec2::Subnet>,
    /// Their CIDR blocks, in the same order.
    pub cidr_blocks: Vec<Text>,
    /// The route tables: one, or one per zone.
    pub route_tables: Vec<RouteTable>,
}

/// A route table of a network.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// The tier, followed by the zone if the tier has one table per zone: `private_a`.
    pub name: Text,
    /// The route table.
    pub table: ec2::RouteTable,
}

impl Subnets {
    pub(crate) fn none(tier: &'static str, subnet_type: SubnetType) -> Self {
        let tier = Text::from_static(tier);
        Self { tier, subnet_type, subnets: Vec::new(), cidr_blocks: Vec::new(), route_tables: Vec::new() }
    }

    /// Reports a problem of `what`, such as ``cache `sessions` ``, if there are fewer subnets than it requires.
    pub(crate) fn require(&self, scope: &Scope<'_>, zones: usize, what: &str) {
        if self.subnets.len() < zones {
            let summary = match zones {
                1 => format!("{what} has no subnets"),
                _ => format!("{what} requires subnets in at least {zones} zones"),
            };
            scope.report(Diagnostic::error("network-subnets", summary).detail(format!(
                "Number of `{}` subnets in the network: {}.",
                self.tier,
                self.subnets.len()
            )));
        }
    }

    /// Returns the ids of the subnets.
    #[must_use]
    pub fn ids(&self) -> Vec<Expr<Id<kind::Subnet>>> {
        self.subnets.iter().map(ec2::Subnet::id).collect()
    }
}

/// The NAT gateways of private subnets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nat {
    /// No NAT gateway: private subnets cannot reach the internet.
    None,
    /// One gateway for all zones: cheaper, but unavailable if its zone fails.
    Single,
    /// One gateway per zone.
    #[default]
    PerZone,
}
