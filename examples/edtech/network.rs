//! The network of a region: public subnets for load balancers and gateways, private ones for everything else.

use iac_aws::{ec2, kind, logs};
use iac_core::Id;
use iac_core::prelude::*;

use crate::policy::{allow, role};
use crate::settings::Nat;
use crate::site::Site;

pub const INTERNET: &str = "0.0.0.0/0";

/// The network of a region. Of the subnets, there is one in each zone.
#[derive(Debug)]
pub struct Network {
    pub vpc: ec2::Vpc,
    pub public_subnets: Vec<ec2::Subnet>,
    pub private_subnets: Vec<ec2::Subnet>,
}

pub fn add(site: &Site<'_>) -> Network {
    let cidr = Cidr::of(site);
    let vpc = site.add(
        ec2::Vpc::builder("main")
            .cidr_block(cidr.vpc())
            .enable_dns_support(true)
            .enable_dns_hostnames(true)
            .tags([("Name", site.name("main"))]),
    );
    // Whatever names no security group gets the default one, which lets nothing through.
    site.add(ec2::DefaultSecurityGroup::builder("closed").vpc_id(vpc.id()));
    add_flow_log(site, &vpc);

    let public_subnets = add_subnets(site, &vpc, "public", |zone| cidr.public_subnet(zone));
    let private_subnets = add_subnets(site, &vpc, "private", |zone| cidr.private_subnet(zone));
    add_public_routes(site, &vpc, &public_subnets);
    let gateways = add_nat_gateways(site, &public_subnets);
    let tables = add_private_routes(site, &vpc, &private_subnets, &gateways);
    add_endpoints(site, &vpc, &tables);
    Network { vpc, public_subnets, private_subnets }
}

pub fn ids(subnets: &[ec2::Subnet]) -> Vec<Expr<Id<kind::Subnet>>> {
    subnets.iter().map(ec2::Subnet::id).collect()
}

/// How the addresses of a region are divided.
#[derive(Clone, Copy)]
struct Cidr {
    network: u8,
}

impl Cidr {
    fn of(site: &Site<'_>) -> Self {
        Self { network: site.environment.network + u8::from(!site.region.is_home()) }
    }

    fn vpc(self) -> String {
        format!("10.{}.0.0/16", self.network)
    }

    /// 250 addresses, of which load balancers and gateways take a few.
    fn public_subnet(self, zone: usize) -> String {
        format!("10.{}.{zone}.0/24", self.network)
    }

    /// 4,000 addresses, of which each task takes one.
    fn private_subnet(self, zone: usize) -> String {
        format!("10.{}.{}.0/20", self.network, 16 * (zone + 1))
    }
}

fn add_subnets(
    site: &Site<'_>,
    vpc: &ec2::Vpc,
    tier: &str,
    cidr: impl Fn(usize) -> String,
) -> Vec<ec2::Subnet> {
    let subnets = site.region.zones.iter().enumerate().map(|(index, zone)| {
        let name = format!("{tier}_{zone}");
        site.add(
            ec2::Subnet::builder(&name)
                .vpc_id(vpc.id())
                .availability_zone(format!("{}{zone}", site.region.code))
                .cidr_block(cidr(index))
                .tags([("Name", site.name(&name))]),
        )
    });
    subnets.collect()
}

fn add_public_routes(site: &Site<'_>, vpc: &ec2::Vpc, subnets: &[ec2::Subnet]) {
    let gateway =
        site.add(ec2::InternetGateway::builder("main").vpc_id(vpc.id()).tags([("Name", site.name("main"))]));
    let table =
        site.add(ec2::RouteTable::builder("public").vpc_id(vpc.id()).tags([("Name", site.name("public"))]));
    site.add(
        ec2::Route::builder("public_internet")
            .route_table_id(table.id())
            .destination_cidr_block(INTERNET)
            .gateway_id(gateway.id()),
    );
    for (zone, subnet) in site.region.zones.iter().zip(subnets) {
        site.add(
            ec2::RouteTableAssociation::builder(format!("public_{zone}"))
                .route_table_id(table.id())
                .subnet_id(subnet.id()),
        );
    }
}

fn add_nat_gateways(site: &Site<'_>, subnets: &[ec2::Subnet]) -> Vec<ec2::NatGateway> {
    let number = match site.environment.nat {
        Nat::Single => 1,
        Nat::PerZone => subnets.len(),
    };
    let zones = site.region.zones.iter().zip(subnets).take(number);
    let gateways = zones.map(|(zone, subnet)| {
        let name = format!("nat_{zone}");
        let address =
            site.add(ec2::Eip::builder(&name).domain(ec2::Domain::Vpc).tags([("Name", site.name(&name))]));
        site.add(
            ec2::NatGateway::builder(&name)
                .allocation_id(address.allocation_id())
                .subnet_id(subnet.id())
                .tags([("Name", site.name(&name))]),
        )
    });
    gateways.collect()
}

/// A route table for each private subnet, by way of the gateway in its zone or else of the only one.
fn add_private_routes(
    site: &Site<'_>,
    vpc: &ec2::Vpc,
    subnets: &[ec2::Subnet],
    gateways: &[ec2::NatGateway],
) -> Vec<ec2::RouteTable> {
    let routes = site.region.zones.iter().zip(subnets).zip(gateways.iter().cycle());
    let tables = routes.map(|((zone, subnet), gateway)| {
        let name = format!("private_{zone}");
        let table =
            site.add(ec2::RouteTable::builder(&name).vpc_id(vpc.id()).tags([("Name", site.name(&name))]));
        site.add(
            ec2::Route::builder(format!("{name}_internet"))
                .route_table_id(table.id())
                .destination_cidr_block(INTERNET)
                .nat_gateway_id(gateway.id()),
        );
        site.add(ec2::RouteTableAssociation::builder(name).route_table_id(table.id()).subnet_id(subnet.id()));
        table
    });
    tables.collect()
}

/// Image layers, recordings and the table are reached without a NAT gateway, which bills each byte.
fn add_endpoints(site: &Site<'_>, vpc: &ec2::Vpc, tables: &[ec2::RouteTable]) {
    for service in ["s3", "dynamodb"] {
        site.add(
            ec2::VpcEndpoint::builder(service)
                .vpc_id(vpc.id())
                .vpc_endpoint_type(ec2::VpcEndpointType::Gateway)
                .service_name(format!("com.amazonaws.{}.{service}", site.region.code))
                .route_table_ids(tables.iter().map(ec2::RouteTable::id))
                .tags([("Name", site.name(service))]),
        );
    }
}

fn add_flow_log(site: &Site<'_>, vpc: &ec2::Vpc) {
    let group = site.add(
        logs::LogGroup::builder("flow_log")
            .name(format!("/edtech/{}/flow-log", site.environment.name))
            .retention_in_days(site.environment.log_retention_days)
            .kms_key_id(site.key.arn()),
    );
    let role = role(
        site,
        "flow_log",
        "vpc-flow-logs.amazonaws.com",
        [
            allow(
                ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                tf!("{}:*", group.arn()),
            ),
            allow(["logs:DescribeLogGroups"], site.arn("logs", "log-group:*")),
        ],
    );
    site.add(
        ec2::FlowLog::builder("main")
            .vpc_id(vpc.id())
            .traffic_type(ec2::TrafficType::All)
            .log_destination(group.arn())
            .iam_role_arn(role.arn()),
    );
}
