//! The cluster that users scale.

use iac_aws::containers::{Cluster, Container, Repository, Service};
use iac_aws::messaging::Topic;
use iac_aws::network::{Nat, Network};
use iac_core::prelude::*;

use crate::settings::{Environment, ZONES};

/// Adds the worker service. The bot changes the number of tasks, so Terraform ignores it.
pub fn add(stack: &Stack, environment: &Environment, operators: &Topic) -> Service {
    let nat = if environment.protect_records { Nat::PerZone } else { Nat::Single };
    let network = stack.add(Network::builder("main", ZONES).nat(nat));
    let cluster = stack.add(Cluster::builder("main"));
    let images = stack.add(Repository::builder("worker"));
    let worker = Container::new("worker", images.image("2026.11.1")).scratch("/tmp");
    let workers = Service::builder("workers", &cluster, &network, worker).tasks(environment.tasks.0);
    let workers = stack.add(workers.scaled_externally());
    workers.alarms(operators);
    workers
}
