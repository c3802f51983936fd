//! The recorders: lessons wait in a queue until a task on an instance of our own cuts and stores them.

use iac_aws::{ecs, s3, sqs};
use iac_core::prelude::*;

use crate::buckets::{AccessLogs, Encryption, add_bucket_policy, add_private_bucket};
use crate::images::{self, Images};
use crate::network;
use crate::platform::Platform;
use crate::policy::allow;
use crate::service;
use crate::site::Site;

/// Teachers may look at a recording until the end of the school year.
const RECORDING_RETENTION_DAYS: u32 = 365;

/// How long a recording may take, in seconds. Then another task has a try.
const TIME_LIMIT: u32 = 30 * 60;

/// The recorders, as others see them.
#[derive(Debug)]
pub struct Recorder {
    /// Lessons to be recorded.
    pub queue: sqs::Queue,
    /// Lessons that could not be recorded.
    pub failed: sqs::Queue,
    pub recordings: s3::Bucket,
    pub service: ecs::Service,
}

pub fn add(site: &Site<'_>, platform: &Platform) -> Recorder {
    let Platform { network, cluster, images, access_logs } = platform;
    let (queue, failed) = add_queues(site);
    let recordings = add_bucket(site, access_logs);
    let task = add_task_definition(site, images, &queue, &recordings);
    let security_group = service::add_security_group(site, network, "recorder", "Tasks of the recorder");
    let service = site.add(
        ecs::Service::builder("recorder")
            .name("recorder")
            .cluster(cluster.ecs.arn())
            .task_definition(task.arn())
            .desired_count(0)
            .capacity_provider_strategy(|strategy| strategy.capacity_provider(cluster.fleet.name()).weight(1))
            .ordered_placement_strategy(|strategy| {
                strategy.type_(ecs::OrderedPlacementStrategyType::Binpack).field("cpu")
            })
            .deployment_circuit_breaker(|breaker| breaker.enable(true).rollback(true))
            .enable_ecs_managed_tags(true)
            .propagate_tags(ecs::PropagateTags::Service)
            .network_configuration(|configuration| {
                configuration
                    .subnets(network::ids(&network.private_subnets))
                    .security_groups([security_group.id()])
            })
            // Autoscaling changes it all the time.
            .ignore_changes(["desired_count"])
            .depends_on(&cluster.capacity_providers),
    );
    Recorder { queue, failed, recordings, service }
}

fn add_queues(site: &Site<'_>) -> (sqs::Queue, sqs::Queue) {
    let failed = site.add(
        sqs::Queue::builder("failed_recordings")
            .name(site.name("failed_recordings"))
            .message_retention_seconds(14 * 24 * 60 * 60)
            .kms_master_key_id(site.key.arn()),
    );
    let queue = site.add(
        sqs::Queue::builder("recordings")
            .name(site.name("recordings"))
            .visibility_timeout_seconds(TIME_LIMIT)
            .receive_wait_time_seconds(20)
            .kms_master_key_id(site.key.arn())
            .redrive_policy(json!({ "deadLetterTargetArn": failed.arn(), "maxReceiveCount": 3 })),
    );
    (queue, failed)
}

fn add_bucket(site: &Site<'_>, logs: &AccessLogs) -> s3::Bucket {
    let encryption = Encryption::Key(&site.key);
    let bucket = add_private_bucket(site, "recordings", encryption, RECORDING_RETENTION_DAYS);
    add_bucket_policy(site, "recordings", &bucket, []);
    site.add(
        s3::BucketLogging::builder("recordings")
            .bucket(bucket.id())
            .target_bucket(logs.bucket.id())
            .target_prefix("buckets/recordings/")
            .depends_on(&logs.policy),
    );
    bucket
}

fn add_task_definition(
    site: &Site<'_>,
    images: &Images,
    queue: &sqs::Queue,
    recordings: &s3::Bucket,
) -> ecs::TaskDefinition {
    let log_group = service::add_log_group(site, "recorder");
    let execution_role = service::add_execution_role(site, "recorder", &images.recorder, &log_group, &[]);
    let task_role = service::add_task_role(
        site,
        "recorder",
        vec![
            allow(["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"], queue.arn()),
            allow(["s3:PutObject"], tf!("{}/*", recordings.arn())),
            allow(["kms:Decrypt", "kms:GenerateDataKey"], site.key.arn()),
        ],
    );
    let container = json!([{
        "name": "recorder",
        "image": images::url(site, &images.recorder),
        "essential": true,
        "readonlyRootFilesystem": true,
        "linuxParameters": { "initProcessEnabled": true },
        "mountPoints": [{ "sourceVolume": "scratch", "containerPath": "/scratch" }],
        "environment": [
            { "name": "RECORDER_QUEUE", "value": queue.url() },
            { "name": "RECORDINGS_BUCKET", "value": recordings.id() },
        ],
        // Time to put the lesson back into the queue, when a spot instance is taken away.
        "stopTimeout": 90,
        "logConfiguration": service::log_configuration(site, &log_group),
    }]);
    site.add(
        ecs::TaskDefinition::builder("recorder")
            .family(site.name("recorder"))
            .requires_compatibilities([ecs::RequiresCompatibilities::Ec2])
            .network_mode(ecs::NetworkMode::Awsvpc)
            .cpu("1024")
            .memory("1536")
            .execution_role_arn(execution_role.arn())
            .task_role_arn(task_role.arn())
            .container_definitions(container)
            .volume(|volume| volume.name("scratch")),
    )
}
