//! Transit gateways.

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::Network;
use crate::ec2;
use crate::monitoring::LogGroup;
use crate::naming::physical_name;

/// A transit gateway that connects networks with each other, and with sites outside AWS.
///
/// | Address | Description |
/// |---|---|
/// | `aws_ec2_transit_gateway.<name>` | transit gateway |
/// | `aws_ec2_transit_gateway_vpc_attachment.<name>_<network>` | attachment of each network, in its default subnets |
/// | `aws_route.<name>_<network>_<table>_<destination>` | routes from each network to the others |
/// | `aws_customer_gateway.<name>_<site>`, `aws_vpn_connection.<name>_<site>` | each site outside AWS, with its log in `aws_cloudwatch_log_group.<name>_<site>` |
///
/// ```
/// use iac_aws::network::{Network, TransitGateway};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let main = stack.add(Network::builder("main", ["eu-west-1a"]).cidr_block("10.0.0.0/16"));
/// let tools = stack.add(Network::builder("tools", ["eu-west-1a"]).cidr_block("10.1.0.0/16"));
/// let hub = stack.add(TransitGateway::builder("hub").connect("main", &main).connect("tools", &tools));
/// hub.site("office", "203.0.113.10", 65_010);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct TransitGateway {
    /// The transit gateway.
    pub transit_gateway: ec2::TransitGateway,
    /// The VPC attachments, by network name.
    pub attachments: Vec<(Text, ec2::TransitGatewayVpcAttachment)>,
    name: Text,
    scope: OwnedScope,
}

impl TransitGateway {
    /// Starts a transit gateway.
    pub fn builder<'a>(name: impl Into<Text>) -> TransitGatewayBuilder<'a> {
        TransitGatewayBuilder { name: name.into(), networks: Vec::new() }
    }

    /// Connects a site outside AWS with a VPN, by the IP address and BGP ASN of its gateway.
    ///
    /// AWS generates the keys of the tunnels.
    #[track_caller]
    pub fn site(
        &self,
        name: impl Into<Text>,
        address: impl IntoExpr<String>,
        bgp_asn: u32,
    ) -> ec2::VpnConnection {
        let name = format!("{}_{}", self.name, name.into());
        self.scope.add(|scope| {
            let tags = [("Name", physical_name(scope, &name, 255))];
            let log_group = scope.add(LogGroup::builder(name.as_str()));
            let gateway = scope.add(
                ec2::CustomerGateway::builder(name.as_str())
                    .type_(ec2::CustomerGatewayType::Ipsec1)
                    .ip_address(address)
                    .bgp_asn(bgp_asn.to_string())
                    .tags(tags.clone()),
            );
            scope.add(
                ec2::VpnConnection::builder(name.as_str())
                    .type_(ec2::VpnConnectionType::Ipsec1)
                    .customer_gateway_id(gateway.id())
                    .transit_gateway_id(self.transit_gateway.id())
                    .tunnel1_ike_versions([ec2::Tunnel1IkeVersions::Ikev2])
                    .tunnel2_ike_versions([ec2::Tunnel2IkeVersions::Ikev2])
                    .tunnel1_log_options(|options| {
                        options.cloudwatch_log_options(|log| {
                            log.log_enabled(true)
                                .log_group_arn(log_group.group.arn())
                                .log_output_format(ec2::LogOutputFormat::Json)
                        })
                    })
                    .tunnel2_log_options(|options| {
                        options.cloudwatch_log_options(|log| {
                            log.log_enabled(true)
                                .log_group_arn(log_group.group.arn())
                                .log_output_format(ec2::LogOutputFormat::Json)
                        })
                    })
                    .tags(tags),
            )
        })
    }
}

/// Builds a [`TransitGateway`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct TransitGatewayBuilder<'a> {
    name: Text,
    networks: Vec<(Text, &'a Network)>,
}

impl<'a> TransitGatewayBuilder<'a> {
    /// Attaches a network.
    pub fn connect(mut self, name: impl Into<Text>, network: &'a Network) -> Self {
        self.networks.push((name.into(), network));
        self
    }
}

impl Construct for TransitGatewayBuilder<'_> {
    type Output = TransitGateway;

    fn build(self, scope: &Scope<'_>) -> TransitGateway {
        let Self { name, networks } = self;
        let tags = |part: &str| [("Name", physical_name(scope, part, 255))];
        let transit_gateway = scope.add(
            ec2::TransitGateway::builder(name.clone())
                .description(physical_name(scope, &name, 255))
                // Attachments from other accounts must be accepted explicitly.
                .auto_accept_shared_attachments(ec2::AutoAcceptSharedAttachments::Disable)
                .tags(tags(&name)),
        );
        let attachments: Vec<_> = networks
            .iter()
            .map(|(network_name, network)| {
                let part = format!("{name}_{network_name}");
                network.default_subnets().require(scope, 1, &format!("attachment `{part}`"));
                let attachment = ec2::TransitGatewayVpcAttachment::builder(&part)
                    .transit_gateway_id(transit_gateway.id())
                    .vpc_id(network.vpc.id())
                    .subnet_ids(network.default_subnets().ids())
                    .tags(tags(&part));
                (network_name.clone(), scope.add(attachment))
            })
            .collect();
        for (from, network) in &networks {
            for (to, other) in networks.iter().filter(|(to, _)| to != from) {
                for table in network.route_tables() {
                    let route = ec2::Route::builder(format!("{name}_{from}_{}_{to}", table.name))
                        .route_table_id(table.table.id())
                        .destination_cidr_block(other.vpc.cidr_block())
                        .transit_gateway_id(transit_gateway.id());
                    let attached = attachments.iter().filter(|(name, _)| name == from || name == to);
                    scope.add(route.each(attached, |route, (_, attachment)| route.depends_on(attachment)));
                }
            }
        }
        TransitGateway { transit_gateway, attachments, name, scope: scope.to_owned_scope() }
    }
}
