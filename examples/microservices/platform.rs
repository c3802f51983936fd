//! What the services stand on: a network, a cluster, a name, and who is told when something is wrong.

use iac_aws::containers::Cluster;
use iac_aws::messaging::Topic;
use iac_aws::network::{ClientVpn, Network, Tier};
use iac_aws::traffic::{Certificate, Zone};
use iac_core::prelude::*;

use crate::settings::{Environment, REVIEW, VPN_AUTHORITY, ZONES, waive_access_logs};

/// What the services stand on.
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
                .tiers([Tier::public(), Tier::private(), Tier::isolated().only_within()])
                // Images, secrets and logs do not go over the internet.
                .interface_endpoints(["ecr.api", "ecr.dkr", "logs", "secretsmanager"]),
        );
        let cluster = stack.add(Cluster::builder("main"));
        let zone = stack.add(Zone::builder("main", environment.domain));
        stack.amend(&zone.zone, |zone| {
            zone.waive_until("CKV2_AWS_38", REVIEW, "the registrar of the domain does not take signatures")
                .waive_until("CKV2_AWS_39", REVIEW, "who asks for names is of no interest")
        });
        let certificate = stack.add(Certificate::builder("main", environment.domain, &zone));
        let operators = stack.add(Topic::builder("operators").email("on_call", environment.operators));

        // Those who work on the services reach them with a certificate of their own, and nobody else does.
        stack.add(ClientVpn::builder("developers", &network, &certificate, VPN_AUTHORITY, "10.255.0.0/22"));

        waive_access_logs(stack, !environment.deletion_protection);
        Self { network, cluster, zone, certificate, operators }
    }
}
