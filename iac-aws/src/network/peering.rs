//! VPC peering.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{ProviderHandle, Text};
use ipnet::Ipv4Net;

use super::Network;
use crate::ec2;
use crate::naming::physical_name;

/// A peering connection between two networks, with routes in both directions for all subnets.
///
/// | Address | Description |
/// |---|---|
/// | `aws_vpc_peering_connection.<name>` | peering connection |
/// | `aws_vpc_peering_connection_accepter.<name>` | accepter, if the other network is in another region |
/// | `aws_route.<name>_<table>_there`, `aws_route.<name>_<table>_back` | routes in each route table: `main_tools_private_a_there` |
///
/// ```
/// use iac_aws::network::{Network, Peering};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let main = stack.add(Network::builder("main", ["eu-west-1a"]).cidr_block("10.0.0.0/16"));
/// let tools = stack.add(Network::builder("tools", ["eu-west-1a"]).cidr_block("10.1.0.0/16"));
/// stack.add(Peering::builder("main_tools", &main, &tools));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Peering {
    /// The peering connection.
    pub connection: ec2::VpcPeeringConnection,
}

impl Peering {
    /// Starts a connection between two networks of the same account.
    pub fn builder<'a>(name: impl Into<Text>, from: &'a Network, to: &'a Network) -> PeeringBuilder<'a> {
        PeeringBuilder { name: name.into(), from, to, provider: None }
    }
}

/// Builds a [`Peering`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct PeeringBuilder<'a> {
    name: Text,
    from: &'a Network,
    to: &'a Network,
    provider: Option<(Text, ProviderHandle<crate::Provider>)>,
}

impl PeeringBuilder<'_> {
    /// Sets the region of the second network, and its provider configuration.
    pub fn to_region(mut self, region: impl Into<Text>, provider: &ProviderHandle<crate::Provider>) -> Self {
        self.provider = Some((region.into(), provider.clone()));
        self
    }
}

impl Construct for PeeringBuilder<'_> {
    type Output = Peering;

    fn build(self, scope: &Scope<'_>) -> Peering {
        let Self { name, from, to, provider } = self;
        if let (Ok(first), Ok(second)) =
            (from.cidr_block.parse::<Ipv4Net>(), to.cidr_block.parse::<Ipv4Net>())
            && (first.contains(&second) || second.contains(&first))
        {
            scope.report(
                Diagnostic::error(
                    "peering-overlap",
                    format!("peering `{name}` connects overlapping networks"),
                )
                .detail(format!("The CIDR blocks are `{first}` and `{second}`."))
                .hint("change one of them: `.cidr_block(\"10.1.0.0/16\")`"),
            );
        }
        let connection = scope.add(
            ec2::VpcPeeringConnection::builder(name.clone())
                .vpc_id(from.vpc.id())
                .peer_vpc_id(to.vpc.id())
                .when(provider.is_none(), |connection| connection.auto_accept(true))
                .maybe(provider.as_ref(), |connection, (region, _)| connection.peer_region(region.as_str()))
                .tags([("Name", physical_name(scope, &name, 255))]),
        );
        let parts = scope.nested(name.clone());
        let remote_scope = match &provider {
            None => scope.nested(name),
            Some((_, provider)) => {
                scope.add(
                    ec2::VpcPeeringConnectionAccepter::builder(name.clone())
                        .vpc_peering_connection_id(connection.id())
                        .auto_accept(true)
                        .provider(provider),
                );
                scope.nested(name).provider(provider)
            }
        };
        for (scope, name, tables, block) in
            [(&parts, "there", from, to.vpc.cidr_block()), (&remote_scope, "back", to, from.vpc.cidr_block())]
        {
            for route_table in tables.route_tables() {
                scope.add(
                    ec2::Route::builder(format!("{}_{name}", route_table.name))
                        .route_table_id(route_table.table.id())
                        .destination_cidr_block(&block)
                        .vpc_peering_connection_id(connection.id()),
                );
            }
        }
        Peering { connection }
    }
}
