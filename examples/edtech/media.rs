//! Media servers (TURN), which relay audio and video for browsers behind restrictive firewalls.

use iac_aws::compute::{AutoScalingGroup, Image};
use iac_aws::network::Port;
use iac_aws::secrets::Secret;
use iac_aws::traffic::{NetworkLoadBalancer, RoutingPolicy, Zone};
use iac_core::prelude::*;

use crate::settings::{REVIEW, Schools};
use crate::site::Site;

/// A lesson with 30 participants takes a few percent of the capacity of such an instance.
const INSTANCE_TYPES: [&str; 3] = ["c7gn.large", "c6gn.large", "c7g.xlarge"];

/// SSM parameter in which the build publishes the latest image.
const IMAGE: &str = "/edtech/media/image_id";

/// Port of the health check.
const HEALTH_PORT: u16 = 8080;

/// Duration of a lesson, in seconds. A server that is to be terminated waits until its lessons are over.
const LESSON_SECONDS: u32 = 2 * 60 * 60;

/// Adds the media servers of a region, and returns the secret that signs the credentials of their users.
pub fn add(site: &Site<'_>, zone: &Zone) -> Secret {
    let Site { scope, environment, .. } = site;
    let front = NetworkLoadBalancer::builder("media", &site.network)
        .listen(Port::udp(3478), HEALTH_PORT)
        // For schools that block UDP.
        .listen(Port::tcp(5349), HEALTH_PORT)
        .deletion_protection(environment.deletion_protection);
    let front = scope.add(front);
    let nearest = RoutingPolicy::Latency(site.region.code.into());
    zone.point_with(
        format!("{}_media", site.region.name),
        format!("media.{}", environment.domain),
        &front,
        &nearest,
    );

    let secret = scope.add(Secret::builder("turn").description("Signs credentials for the media servers"));
    let (min_at_night, min_at_school, max) = environment.media;
    let servers = AutoScalingGroup::builder("turn", &site.network, INSTANCE_TYPES)
        .image(Image::Parameter(IMAGE.into()))
        .root_device("/dev/xvda")
        .user_data(tf!("#!/bin/bash\nstart-turn --secret {}\n", secret.arn()))
        .between(min_at_night, max)
        .scale_on_cpu(50)
        .behind_network(&front)
        .termination_hook("lessons", LESSON_SECONDS);
    let servers = site.region.schedule.iter().fold(servers, |servers, change| {
        let (hour, minute) = change.time;
        let min = if change.schools == Schools::Open { min_at_school } else { min_at_night };
        servers.scale_on_schedule(
            change.name,
            format!("{minute} {hour} * * {}", change.days),
            change.time_zone,
            min,
        )
    });
    secret.grant_read(&scope.add(servers));

    let stack = scope.stack();
    stack.amend(&secret.secret, |secret| {
        secret.waive_until("CKV2_AWS_57", REVIEW, "rotation would end running lessons")
    });
    if !environment.deletion_protection {
        stack.amend(&front.load_balancer, |front| {
            front.waive_until("CKV_AWS_150", REVIEW, "the environment is torn down at times")
        });
    }
    secret
}
