//! Media servers (TURN), which relay audio and video for browsers behind restrictive firewalls.

use iac_aws::compute::{AutoScalingGroup, Image};
use iac_aws::network::Port;
use iac_aws::secrets::Secret;
use iac_aws::traffic::{NetworkLoadBalancer, Policy, Zone};
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
const LESSON: u32 = 2 * 60 * 60;

/// Adds the media servers of a region, and returns the secret that signs the credentials of their users.
pub fn add(site: &Site<'_>, zone: &Zone) -> Secret {
    let Site { scope, environment, .. } = site;
    let front = NetworkLoadBalancer::builder("media", &site.network)
        .listen(Port::udp(3478), HEALTH_PORT)
        // For schools that block UDP.
        .listen(Port::tcp(5349), HEALTH_PORT)
        .deletion_protection(environment.deletion_protection);
    let front = scope.add(front);
    let nearest = Policy::Latency(site.region.code.into());
    zone.point_by(
        format!("{}_media", site.region.name),
        format!("media.{}", environment.domain),
        &front,
        &nearest,
    );

    let secret = scope.add(Secret::builder("turn").description("Signs credentials for the media servers"));
    let (night, school, most) = environment.media;
    let servers = AutoScalingGroup::builder("turn", &site.network, INSTANCE_TYPES)
        .image(Image::Parameter(IMAGE.into()))
        .user_data(tf!("#!/bin/bash\nstart-turn --secret {}\n", secret.arn()))
        .between(night, most)
        .keep_cpu_at(50)
        .behind_network(&front)
        .wait_before_termination("lessons", LESSON);
    let servers = site.region.bells.iter().fold(servers, |servers, bell| {
        let (hour, minute) = bell.time;
        let least = if bell.schools == Schools::Open { school } else { night };
        servers.at(bell.name, format!("{minute} {hour} * * {}", bell.days), bell.time_zone, least)
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
