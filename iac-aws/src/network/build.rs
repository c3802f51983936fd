//! Builds the resources of a network.

use std::collections::HashSet;

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::functions::cidrsubnet;
use iac_core::prelude::*;

use super::addresses::plan;
use super::{Nat, Network, RouteTable, SubnetType, Subnets, Tier, endpoints, flow_log};
use crate::ec2;
use crate::monitoring::LogGroup;
use crate::naming::physical_name;

/// Builds a [`Network`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct NetworkBuilder {
    name: Text,
    zones: Vec<Text>,
    cidr_block: Text,
    tiers: Vec<Tier>,
    nat: Nat,
    ipv6: bool,
    gateway_endpoints: Vec<Text>,
    interface_endpoints: Vec<Text>,
    flow_log: bool,
    flow_log_group: Option<LogGroup>,
}

impl NetworkBuilder {
    pub(super) fn new(name: Text, zones: Vec<Text>) -> Self {
        Self {
            name,
            zones,
            cidr_block: Text::from_static("10.0.0.0/16"),
            tiers: vec![Tier::public(), Tier::private()],
            nat: Nat::default(),
            ipv6: false,
            gateway_endpoints: vec![Text::from_static("s3"), Text::from_static("dynamodb")],
            interface_endpoints: Vec::new(),
            flow_log: true,
            flow_log_group: None,
        }
    }

    /// Sets the CIDR block of the VPC (default: `10.0.0.0/16`). Networks to be connected must not overlap.
    pub fn cidr_block(mut self, block: impl Into<Text>) -> Self {
        self.cidr_block = block.into();
        self
    }

    /// Sets the tiers (default: public and private).
    pub fn tiers(mut self, tiers: impl IntoIterator<Item = Tier>) -> Self {
        self.tiers = tiers.into_iter().collect();
        self
    }

    /// Sets the NAT gateways of private subnets (default: one per zone).
    pub fn nat(mut self, nat: Nat) -> Self {
        self.nat = nat;
        self
    }

    /// Assigns IPv6 addresses to the VPC and its subnets. Private subnets get outbound access only.
    pub fn ipv6(mut self, ipv6: bool) -> Self {
        self.ipv6 = ipv6;
        self
    }

    /// Sets the services with gateway endpoints, which are free of charge (default: `s3` and `dynamodb`).
    pub fn gateway_endpoints<S: Into<Text>>(mut self, services: impl IntoIterator<Item = S>) -> Self {
        self.gateway_endpoints = services.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the services with interface endpoints: `ecr.api`, `ecr.dkr`, `logs`.
    ///
    /// Names are those after `com.amazonaws.<region>.`. Each service has a network interface in every private subnet,
    /// charged by the hour.
    pub fn interface_endpoints<S: Into<Text>>(mut self, services: impl IntoIterator<Item = S>) -> Self {
        self.interface_endpoints = services.into_iter().map(Into::into).collect();
        self
    }

    /// Enables the flow log (default: true).
    pub fn flow_log(mut self, log: bool) -> Self {
        self.flow_log = log;
        self
    }

    /// Sets the log group of the flow log (default: a new one).
    pub fn flow_log_group(mut self, group: &LogGroup) -> Self {
        self.flow_log_group = Some(group.clone());
        self
    }

    /// Returns the region of the zones; empty if there are no zones.
    fn region(&self) -> &str {
        self.zones.first().map_or("", |zone| zone.trim_end_matches(|last: char| last.is_ascii_lowercase()))
    }

    /// Returns all problems, except those of the address layout.
    fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        if self.zones.is_empty() {
            problems.push(
                Diagnostic::error("network-zones", format!("network `{}` has no zones", self.name))
                    .hint("add some: `Network::builder(\"main\", [\"eu-west-1a\", \"eu-west-1b\"])`"),
            );
        }
        for (position, zone) in self.zones.iter().enumerate() {
            if self.zones[..position].contains(zone) {
                let summary = format!("duplicate zone `{zone}` in network `{}`", self.name);
                problems.push(Diagnostic::error("network-zones", summary));
            }
            if !zone.starts_with(self.region()) {
                let summary = format!("network `{}` has zones in several regions", self.name);
                let detail = format!("`{}` and `{zone}` are in different regions.", self.zones[0]);
                problems.push(
                    Diagnostic::error("network-zones", summary)
                        .detail(detail)
                        .hint("create a network in each region, and connect them with `Peering`"),
                );
            }
        }
        for (position, tier) in self.tiers.iter().enumerate() {
            if self.tiers[..position].iter().any(|other| other.name == tier.name) {
                let summary = format!("duplicate tier `{}` in network `{}`", tier.name, self.name);
                problems
                    .push(Diagnostic::error("network-tiers", summary).hint("rename one: `.named(\"data\")`"));
            }
        }
        let has = |subnet_type| self.tiers.iter().any(|tier| tier.subnet_type == subnet_type);
        if has(SubnetType::Private) && !has(SubnetType::Public) && self.nat != Nat::None {
            let summary =
                format!("network `{}` has private subnets, but no public ones for NAT gateways", self.name);
            problems.push(
                Diagnostic::error("network-nat", summary)
                    .detail("A NAT gateway requires a public subnet.")
                    .hint("add `Tier::public()`, or disable NAT gateways: `.nat(Nat::None)`"),
            );
        }
        problems
    }
}

impl Construct for NetworkBuilder {
    type Output = Network;

    fn build(mut self, scope: &Scope<'_>) -> Network {
        for problem in self.problems() {
            scope.report(problem);
        }
        // Duplicates have been reported, and would cause further errors.
        let (mut zones, mut tiers) = (HashSet::new(), HashSet::new());
        self.zones.retain(|zone| zones.insert(zone.clone()));
        self.tiers.retain(|tier| tiers.insert(tier.name.clone()));
        let blocks = plan(&self.cidr_block, &self.tiers, self.zones.len()).unwrap_or_else(|error| {
            let summary = format!("invalid address layout of network `{}`: {error}", self.name);
            scope.report(Diagnostic::error("network-addresses", summary));
            vec![Vec::new(); self.tiers.len()]
        });
        let assembly = Assembly::new(&self, scope);
        let tiers: Vec<_> =
            self.tiers.iter().zip(&blocks).map(|(tier, blocks)| assembly.add_subnets(tier, blocks)).collect();
        let nat_gateways = assembly.add_routes(&tiers);
        assembly.add_acls(&tiers);
        let mut network = Network {
            vpc: assembly.vpc,
            public: Subnets::none("public", SubnetType::Public),
            private: Subnets::none("private", SubnetType::Private),
            isolated: Subnets::none("isolated", SubnetType::Isolated),
            custom: Vec::new(),
            nat_gateways,
            endpoints: None,
            zones: self.zones.clone(),
            cidr_block: self.cidr_block.clone(),
        };
        for (_, subnets) in tiers {
            match subnets.tier.as_str() {
                "public" => network.public = subnets,
                "private" => network.private = subnets,
                "isolated" => network.isolated = subnets,
                _ => network.custom.push(subnets),
            }
        }
        let parts = scope.nested(self.name.clone());
        let region = self.region();
        endpoints::add_gateways(&parts, &network, region, &self.gateway_endpoints);
        network.endpoints = endpoints::add_interfaces(&parts, &network, region, &self.interface_endpoints);
        if self.flow_log {
            flow_log::add(scope, &self.name, &network.vpc, self.flow_log_group);
        }
        network
    }
}

/// A network under construction, with its VPC.
struct Assembly<'a> {
    settings: &'a NetworkBuilder,
    /// The scope of the resources within the network.
    scope: Scope<'a>,
    vpc: ec2::Vpc,
    internet_gateway: Option<ec2::InternetGateway>,
    egress_gateway: Option<ec2::EgressOnlyInternetGateway>,
}

impl<'a> Assembly<'a> {
    fn new(settings: &'a NetworkBuilder, scope: &Scope<'a>) -> Self {
        let name = &settings.name;
        let tags = [("Name", physical_name(scope, name, 255))];
        let vpc = scope.add(
            ec2::Vpc::builder(name.clone())
                .cidr_block(settings.cidr_block.as_str())
                .enable_dns_support(true)
                .enable_dns_hostnames(true)
                .when(settings.ipv6, |vpc| vpc.assign_generated_ipv6_cidr_block(true))
                .tags(tags.clone()),
        );
        scope.add(
            ec2::DefaultSecurityGroup::builder(name.clone())
                .vpc_id(vpc.id())
                .tags([("Name", format!("{} (closed)", tags[0].1))]),
        );
        let has = |subnet_type| settings.tiers.iter().any(|tier| tier.subnet_type == subnet_type);
        let internet_gateway = has(SubnetType::Public).then(|| {
            scope.add(ec2::InternetGateway::builder(name.clone()).vpc_id(vpc.id()).tags(tags.clone()))
        });
        let egress_gateway = (settings.ipv6 && has(SubnetType::Private)).then(|| {
            scope.add(ec2::EgressOnlyInternetGateway::builder(name.clone()).vpc_id(vpc.id()).tags(tags))
        });
        Self { settings, scope: scope.nested(name.clone()), vpc, internet_gateway, egress_gateway }
    }

    fn tags(&self, name: &str) -> [(&'static str, String); 1] {
        [("Name", physical_name(&self.scope, name, 255))]
    }

    /// Returns the zones with their name suffixes: `a` for `eu-west-1a`.
    fn zones(&self) -> impl Iterator<Item = (&'a Text, String)> {
        let region = self.settings.region();
        self.settings.zones.iter().map(move |zone| {
            let suffix = zone.strip_prefix(region).filter(|suffix| suffix.len() == 1).unwrap_or(zone);
            (zone, suffix.replace('-', "_"))
        })
    }

    fn add_subnets(&self, tier: &'a Tier, blocks: &[ipnet::Ipv4Net]) -> (&'a Tier, Subnets) {
        // Each tier gets 16 of the 256 IPv6 blocks: standard tiers first, custom ones in the order of the list.
        let standard = ["public", "private", "isolated"].iter().position(|standard| tier.name == *standard);
        let custom = self.settings.tiers.iter().filter(|tier| tier.is_custom());
        let position = standard.unwrap_or_else(|| 3 + custom.take_while(|other| *other != tier).count());
        let subnets = self.zones().zip(blocks).enumerate().map(|(index, ((zone, suffix), block))| {
            let name = format!("{}_{suffix}", tier.name);
            self.scope.add(
                ec2::Subnet::builder(&name)
                    .vpc_id(self.vpc.id())
                    .availability_zone(zone.as_str())
                    .cidr_block(block.to_string())
                    .when(self.settings.ipv6, |subnet| {
                        let number = i32::try_from(16 * position + index).unwrap_or_default();
                        subnet
                            .ipv6_cidr_block(cidrsubnet(self.vpc.ipv6_cidr_block(), 8, number))
                            .assign_ipv6_address_on_creation(true)
                    })
                    .tags(self.tags(&name)),
            )
        });
        let mut subnets = Subnets {
            tier: tier.name.clone(),
            subnet_type: tier.subnet_type,
            subnets: subnets.collect(),
            cidr_blocks: blocks.iter().map(|block| block.to_string().into()).collect(),
            route_tables: Vec::new(),
        };
        subnets.route_tables = self.add_tables(tier, &subnets);
        (tier, subnets)
    }

    /// Adds one route table for the tier, or one per subnet of a private tier, for zonal NAT gateways.
    fn add_tables(&self, tier: &Tier, subnets: &Subnets) -> Vec<RouteTable> {
        let table = |name: &str| {
            let table = ec2::RouteTable::builder(name).vpc_id(self.vpc.id()).tags(self.tags(name));
            RouteTable { name: name.into(), table: self.scope.add(table) }
        };
        let tables: Vec<_> = match tier.subnet_type {
            SubnetType::Private => {
                self.zones().map(|(_, suffix)| table(&format!("{}_{suffix}", tier.name))).collect()
            }
            SubnetType::Public | SubnetType::Isolated => vec![table(&tier.name)],
        };
        for (((_, suffix), subnet), table) in self.zones().zip(&subnets.subnets).zip(tables.iter().cycle()) {
            self.scope.add(
                ec2::RouteTableAssociation::builder(format!("{}_{suffix}", tier.name))
                    .route_table_id(table.table.id())
                    .subnet_id(subnet.id()),
            );
        }
        tables
    }

    /// Adds the routes to the internet, and their NAT gateways.
    fn add_routes(&self, tiers: &[(&Tier, Subnets)]) -> Vec<ec2::NatGateway> {
        let tiers_of = |subnet_type| tiers.iter().filter(move |(tier, _)| tier.subnet_type == subnet_type);
        if let Some(gateway) = &self.internet_gateway {
            for (tier, subnets) in tiers_of(SubnetType::Public) {
                for table in &subnets.route_tables {
                    let route = |name: &str| {
                        let name = format!("{}_{name}", tier.name);
                        ec2::Route::builder(name).route_table_id(table.table.id()).gateway_id(gateway.id())
                    };
                    self.scope.add(route("internet").destination_cidr_block("0.0.0.0/0"));
                    if self.settings.ipv6 {
                        self.scope.add(route("internet_ipv6").destination_ipv6_cidr_block("::/0"));
                    }
                }
            }
        }
        let public = tiers_of(SubnetType::Public).next().map(|(_, subnets)| subnets);
        let gateways = match (public, tiers_of(SubnetType::Private).next(), self.settings.nat) {
            (Some(public), Some(_), Nat::Single) => self.add_nat_gateways(public, 1),
            (Some(public), Some(_), Nat::PerZone) => self.add_nat_gateways(public, public.subnets.len()),
            _ => Vec::new(),
        };
        for (tier, subnets) in tiers_of(SubnetType::Private) {
            for (index, ((_, suffix), table)) in self.zones().zip(&subnets.route_tables).enumerate() {
                let name = format!("{}_{suffix}_internet", tier.name);
                let route = |name: &str| ec2::Route::builder(name).route_table_id(table.table.id());
                if let Some(gateway) = gateways.get(index).or(gateways.first()) {
                    self.scope
                        .add(route(&name).destination_cidr_block("0.0.0.0/0").nat_gateway_id(gateway.id()));
                }
                if let Some(gateway) = &self.egress_gateway {
                    let route = route(&format!("{name}_ipv6")).destination_ipv6_cidr_block("::/0");
                    self.scope.add(route.egress_only_gateway_id(gateway.id()));
                }
            }
        }
        gateways
    }

    fn add_nat_gateways(&self, public: &Subnets, number: usize) -> Vec<ec2::NatGateway> {
        let zones = self.zones().zip(&public.subnets).take(number);
        let gateways = zones.map(|((_, suffix), subnet)| {
            let name = format!("nat_{suffix}");
            let address =
                self.scope.add(ec2::Eip::builder(&name).domain(ec2::Domain::Vpc).tags(self.tags(&name)));
            let gateway = ec2::NatGateway::builder(&name)
                .allocation_id(address.allocation_id())
                .subnet_id(subnet.id())
                .tags(self.tags(&name));
            self.scope.add(gateway)
        });
        gateways.collect()
    }

    /// Adds network ACLs to the tiers that allow traffic within the VPC only.
    fn add_acls(&self, tiers: &[(&Tier, Subnets)]) {
        for (tier, subnets) in tiers.iter().filter(|(tier, _)| tier.vpc_only) {
            self.scope.add(
                ec2::NetworkAcl::builder(tier.name.clone())
                    .vpc_id(self.vpc.id())
                    .subnet_ids(subnets.ids())
                    .ingress(|rule| {
                        rule.rule_no(100)
                            .action(ec2::Action::Allow)
                            .protocol("-1")
                            .from_port(0)
                            .to_port(0)
                            .cidr_block(self.vpc.cidr_block())
                    })
                    .egress(|rule| {
                        rule.rule_no(100)
                            .action(ec2::Action::Allow)
                            .protocol("-1")
                            .from_port(0)
                            .to_port(0)
                            .cidr_block(self.vpc.cidr_block())
                    })
                    .tags(self.tags(&tier.name)),
            );
        }
    }
}
