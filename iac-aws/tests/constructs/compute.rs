use iac_aws::compute::{AutoScalingGroup, Image, Instance};
use iac_aws::messaging::Queue;
use iac_aws::network::{Network, Port, Tier};
use iac_aws::prelude::*;
use iac_aws::traffic::NetworkLoadBalancer;

use crate::{check, check_problems, network};

#[test]
fn auto_scaling_group_matches_snapshot() {
    check("groups", |stack| {
        let network = network(stack);
        let turn = stack.add(NetworkLoadBalancer::builder("turn", &network).listen(Port::udp(3478), 8080));
        let group = stack.add(
            AutoScalingGroup::builder("media", &network, ["c7g.large", "c6g.large"])
                .between(2, 12)
                .spot(1)
                .user_data("#!/bin/bash\ndnf install -y coturn\n")
                .behind_network(&turn)
                .scale_on_cpu(50)
                .scale_on_predicted_cpu(50)
                .scale_on_schedule("lessons_begin", "0 7 * * MON-FRI", "Europe/London", 6)
                .termination_hook("drain", 900),
        );
        group.allow_from(&turn, Port::tcp(8080));
    });
}

#[test]
fn warm_pool_scaled_by_queue_matches_snapshot() {
    check("warm_group", |stack| {
        let network = network(stack);
        let jobs = stack.add(Queue::builder("jobs"));
        let workers = stack.add(
            AutoScalingGroup::builder("workers", &network, ["m7g.large"])
                .image(Image::Parameter("/lessons/worker/image".into()))
                .root_device("/dev/sda1")
                .between(0, 8)
                .warm_pool(2)
                .disk_gibibytes(100)
                .scale_on_queue(&jobs, [(0, 1), (100, 4), (1000, 8)]),
        );
        jobs.grant_receive(&workers);
    });
}

#[test]
fn instance_matches_snapshot() {
    check("instance", |stack| {
        stack.add(Instance::builder("licenses", &network(stack), "t4g.small"));
    });
}

#[test]
fn invalid_groups_are_reported() {
    check_problems("invalid_groups", |stack| {
        let network = network(stack);
        stack.add(AutoScalingGroup::builder("none", &network, [""; 0]));
        stack.add(AutoScalingGroup::builder("bounds", &network, ["m7g.large"]).between(3, 2));
        stack.add(AutoScalingGroup::builder("warm", &network, ["m7g.large"]).spot(0).warm_pool(1));
        stack.add(AutoScalingGroup::builder("nowhere", &network, ["m7g.large"]).subnets(&network.isolated));
        let public = Network::builder("public", ["eu-west-1a"]).tiers([Tier::public()]);
        let public = stack.add(public.flow_log(false));
        stack.add(Instance::builder("nowhere_either", &public, "t4g.small"));
        stack.add(NetworkLoadBalancer::builder("portless", &network));
    });
}
