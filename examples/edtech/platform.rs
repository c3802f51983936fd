//! What the services of a region stand on.

use crate::buckets::{self, AccessLogs};
use crate::cluster::{self, Cluster};
use crate::images::Images;
use crate::network::{self, Network};
use crate::site::Site;

/// What the services of a region stand on.
#[derive(Debug)]
pub struct Platform {
    pub network: Network,
    pub cluster: Cluster,
    pub images: Images,
    pub access_logs: AccessLogs,
}

pub fn add(site: &Site<'_>, images: Images) -> Platform {
    let network = network::add(site);
    let cluster = cluster::add(site, &network);
    let access_logs = buckets::add_access_logs(site);
    Platform { network, cluster, images, access_logs }
}
