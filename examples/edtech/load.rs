//! Load test workers that simulate students on a busy Monday. The stack exists only during a load test.

use iac_aws::containers::{Capacity, Cluster, Container, Service};
use iac_aws::network::{Nat, Network};
use iac_core::prelude::*;

use crate::settings::{Environment, HOME};

/// The image of the workers.
const IMAGE: &str = "public.ecr.aws/docker/library/k6:1.3";

pub fn add(stack: &Stack, environment: &Environment, workers: u32) {
    crate::add_settings(stack, &format!("{}-load", environment.name), environment.account);
    let network =
        stack.add(Network::builder("load", HOME.zones).cidr_block("10.200.0.0/16").nat(Nat::PerZone));
    let cluster = stack.add(Cluster::builder("load"));
    let worker = Container::new("worker", IMAGE)
        .scratch("/tmp")
        .command(["run", "lesson.js"])
        .environment("TARGET", format!("https://{}", environment.domain))
        .environment("MEDIA", format!("media.{}", environment.domain))
        .ulimit("nofile", 65_536);
    stack.add(
        Service::builder("workers", &cluster, &network, worker)
            .cpu(1024)
            .memory(2048)
            .capacity(Capacity::FargateSpot)
            .tasks(workers),
    );
}
