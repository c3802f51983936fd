//! Networks that exist already.

use iac_core::Text;
use iac_core::builder::ResourceHandle;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::{Network, SubnetType, Subnets, Tier};
use crate::ec2;

/// Builds a [`Network`] of a VPC that exists already.
///
/// | Address | Description |
/// |---|---|
/// | `data.aws_vpc.<name>` | VPC |
/// | `data.aws_subnet.<name>_<tier>_<number>` | subnets of each tier, in the order of their ids or zones |
///
/// ```
/// use iac_aws::compute::Instance;
/// use iac_aws::network::{Network, Tier};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(
///     Network::existing("main", "vpc-0123456789abcdef0")
///         .subnets(&Tier::private(), ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
///         .tagged_subnets(&Tier::public(), ["eu-west-1a", "eu-west-1b"], [("Tier", "public")]),
/// );
/// stack.add(Instance::builder("licenses", &network, "t4g.small"));
/// let hcl = stack.render_hcl()?;
/// assert!(hcl.contains("subnet_id            = data.aws_subnet.main_private_0.id"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ExistingNetworkBuilder {
    name: Text,
    vpc: Lookup,
    cidr_block: Text,
    tiers: Vec<(Tier, Vec<Lookup>)>,
}

/// How a VPC or a subnet is found.
#[derive(Clone, Debug)]
enum Lookup {
    Id(Expr<String>),
    /// The zone, for subnets, and tags.
    Tags(Option<Text>, Vec<(Text, Text)>),
}

impl ExistingNetworkBuilder {
    pub(super) fn by_id(name: Text, id: Expr<String>) -> Self {
        Self { name, vpc: Lookup::Id(id), cidr_block: Text::default(), tiers: Vec::new() }
    }

    pub(super) fn by_tags(name: Text, tags: Vec<(Text, Text)>) -> Self {
        Self { name, vpc: Lookup::Tags(None, tags), cidr_block: Text::default(), tiers: Vec::new() }
    }

    /// States the CIDR block, for checks of overlapping networks.
    pub fn cidr_block(mut self, block: impl Into<Text>) -> Self {
        self.cidr_block = block.into();
        self
    }

    /// Adds a tier of subnets by their ids.
    pub fn subnets<I: IntoExpr<String>>(mut self, tier: &Tier, ids: impl IntoIterator<Item = I>) -> Self {
        let ids = ids.into_iter().map(|id| Lookup::Id(id.into_expr())).collect();
        self.tiers.push((tier.clone(), ids));
        self
    }

    /// Adds a tier of the subnets with these tags, of which there must be one in each zone.
    pub fn tagged_subnets<Z: Into<Text>, K: Into<Text>, V: Into<Text>>(
        mut self,
        tier: &Tier,
        zones: impl IntoIterator<Item = Z>,
        tags: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let tags: Vec<_> = tags.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        let zones = zones.into_iter().map(|zone| Lookup::Tags(Some(zone.into()), tags.clone())).collect();
        self.tiers.push((tier.clone(), zones));
        self
    }
}

impl Construct for ExistingNetworkBuilder {
    type Output = Network;

    fn build(self, scope: &Scope<'_>) -> Network {
        let vpc = ec2::data::Vpc::builder(self.name.clone());
        let vpc = scope.add(match self.vpc {
            Lookup::Id(id) => vpc.id(id),
            Lookup::Tags(_, tags) => vpc.tags(tags),
        });
        // A reference does not tell a data source from a resource, and both have the attributes that constructs use.
        let vpc = ec2::Vpc::from_handle(ResourceHandle::handle(&vpc).clone());
        let parts = scope.nested(self.name.clone());
        let mut network = Network {
            vpc,
            public: Subnets::none("public", SubnetType::Public),
            private: Subnets::none("private", SubnetType::Private),
            isolated: Subnets::none("isolated", SubnetType::Isolated),
            custom: Vec::new(),
            nat_gateways: Vec::new(),
            endpoints: None,
            zones: Vec::new(),
            cidr_block: self.cidr_block,
        };
        for (position, (tier, _)) in self.tiers.iter().enumerate() {
            if self.tiers[..position].iter().any(|(other, _)| other.name == tier.name) {
                let summary = format!("duplicate tier `{}` in network `{}`", tier.name, self.name);
                scope.report(
                    Diagnostic::error("network-tiers", summary).hint("rename one: `.named(\"data\")`"),
                );
                return network;
            }
        }
        for (tier, lookups) in self.tiers {
            let subnets = lookups.into_iter().enumerate().map(|(number, lookup)| {
                let subnet = ec2::data::Subnet::builder(format!("{}_{number}", tier.name));
                let subnet = parts.add(match lookup {
                    Lookup::Id(id) => subnet.id(id),
                    Lookup::Tags(zone, tags) => subnet
                        .vpc_id(network.vpc.id())
                        .maybe(zone, |subnet, zone| subnet.availability_zone(zone.as_str()))
                        .tags(tags),
                });
                ec2::Subnet::from_handle(ResourceHandle::handle(&subnet).clone())
            });
            let subnets = Subnets {
                tier: tier.name.clone(),
                subnet_type: tier.subnet_type,
                subnets: subnets.collect(),
                cidr_blocks: Vec::new(),
                route_tables: Vec::new(),
            };
            match tier.name.as_str() {
                "public" => network.public = subnets,
                "private" => network.private = subnets,
                "isolated" => network.isolated = subnets,
                _ => network.custom.push(subnets),
            }
        }
        network
    }
}
