//! VPC endpoints of AWS services.

use iac_core::Text;
use iac_core::prelude::*;

use super::{HasSecurityGroup as _, Network, Peer, Port, SecurityGroup};
use crate::ec2;
use crate::naming::physical_name;

/// Returns a service as part of a resource name: `ecr_api`.
fn identifier(service: &str) -> String {
    service.replace(['.', '-'], "_")
}

pub(super) fn add_gateways(scope: &Scope<'_>, network: &Network, region: &str, services: &[Text]) {
    for service in services {
        let name = identifier(service);
        scope.add(
            ec2::VpcEndpoint::builder(&name)
                .vpc_id(network.vpc.id())
                .vpc_endpoint_type(ec2::VpcEndpointType::Gateway)
                .service_name(format!("com.amazonaws.{region}.{service}"))
                .route_table_ids(network.route_tables().map(|route_table| route_table.table.id()))
                .tags([("Name", physical_name(scope, &name, 255))]),
        );
    }
}

/// Adds interface endpoints to the default subnets, and returns their security group.
pub(super) fn add_interfaces(
    scope: &Scope<'_>,
    network: &Network,
    region: &str,
    services: &[Text],
) -> Option<ec2::SecurityGroup> {
    if services.is_empty() {
        return None;
    }
    let group = scope
        .add(SecurityGroup::builder("endpoints", network).description("Interface endpoints of AWS services"));
    group.allow_from_peer(Peer::cidr("network", network.vpc.cidr_block()), Port::HTTPS);
    network.default_subnets().require(scope, 1, "interface endpoints");
    for service in services {
        let name = identifier(service);
        scope.add(
            ec2::VpcEndpoint::builder(&name)
                .vpc_id(network.vpc.id())
                .vpc_endpoint_type(ec2::VpcEndpointType::Interface)
                .service_name(format!("com.amazonaws.{region}.{service}"))
                .subnet_ids(network.default_subnets().ids())
                .security_group_ids([group.id()])
                .private_dns_enabled(true)
                .tags([("Name", physical_name(scope, &name, 255))]),
        );
    }
    Some(group.group)
}
