//! Resources shared by the services: network, cluster, DNS zone, certificate and alarm topic.

use iac_aws::containers::Cluster;
use iac_aws::messaging::Topic;
use iac_aws::network::{ClientVpn, Network, Tier};
use iac_aws::traffic::{Certificate, Zone};
use iac_core::prelude::*;

use crate::settings::{Environment, REVIEW, VPN_AUTHORITY, ZONES, waive_access_logs};

/// Resources shared by the services.
#[derive(Debug)]
pub struct Platform {
    pub network: Network,
    pub cluster: Cluster,
    pub zone: Zone,
    pub certificate: Certificate,
    pub operators: Topic,
}

impl Platform {
    pub fn add(stack: &Stack, environment: &Environment) -> Self {
        let network = stack.add(
            Network::builder("main", ZONES)
                .cidr_block(environment.cidr_block)
                .nat(environment.nat)
                .tiers([Tier::public(), Tier::private(), Tier::isolated().vpc_only()])
                // Keeps images, secrets and logs off the internet.
                .interface_endpoints(["ecr.api", "ecr.dkr", "logs", "secretsmanager"]),
        );
        let cluster = stack.add(Cluster::builder("main"));
        let zone = stack.add(Zone::builder("main", environment.domain));
        stack.amend(&zone.zone, |zone| {
            zone.waive_until("CKV2_AWS_38", REVIEW, "the registrar of the domain does not support DNSSEC")
                .waive_until("CKV2_AWS_39", REVIEW, "DNS query logs are not needed")
        });
        let certificate = stack.add(Certificate::builder("main", environment.domain, &zone));
        let operators = stack.add(Topic::builder("operators").email("on_call", environment.operators));

        // Developers connect to the services through the VPN, with client certificates.
        stack.add(ClientVpn::builder("developers", &network, &certificate, VPN_AUTHORITY, "10.255.0.0/22"));

        waive_access_logs(stack, !environment.deletion_protection);
        Self { network, cluster, zone, certificate, operators }
    }
}
