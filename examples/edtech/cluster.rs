//! Where containers run: on Fargate, or on instances of our own where the work can be interrupted.

use iac_aws::ecs;

use crate::fleet;
use crate::network::Network;
use crate::site::Site;

pub const FARGATE: &str = "FARGATE";

/// Where containers run.
#[derive(Debug)]
pub struct Cluster {
    pub ecs: ecs::Cluster,
    /// The instances of our own.
    pub fleet: ecs::CapacityProvider,
    /// What a service depends on, to be able to name a capacity provider.
    pub capacity_providers: ecs::ClusterCapacityProviders,
}

pub fn add(site: &Site<'_>, network: &Network) -> Cluster {
    let cluster = site.add(
        ecs::Cluster::builder("main")
            .name(site.name("main"))
            .setting(|setting| setting.name(ecs::SettingName::ContainerInsights).value("enhanced")),
    );
    // Without trunking, an instance of the fleet has network interfaces for three tasks, though it has room for four.
    site.add(
        ecs::AccountSettingDefault::builder("trunking")
            .name(ecs::AccountSettingDefaultName::AwsvpcTrunking)
            .value("enabled"),
    );
    let fleet = fleet::add(site, network, &cluster);
    let capacity_providers = site.add(
        ecs::ClusterCapacityProviders::builder("main")
            .cluster_name(cluster.name())
            .capacity_providers([FARGATE.into(), fleet.name()]),
    );
    Cluster { ecs: cluster, fleet, capacity_providers }
}
