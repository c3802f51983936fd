//! Recorders, which take lessons from a queue, record them, and store them in their region.

use iac_aws::compute::AutoScalingGroup;
use iac_aws::containers::{Container, Fleet, Repository, Scaling, Service};
use iac_aws::messaging::Queue;
use iac_aws::storage::Bucket;

use crate::site::Site;

/// Types of similar size. Several types improve the odds of getting spot capacity.
const INSTANCE_TYPES: [&str; 4] = ["c7g.xlarge", "c6g.xlarge", "m7g.xlarge", "m6g.xlarge"];

/// The queue of lessons to record, and the bucket of recordings.
#[derive(Debug)]
pub struct Lessons {
    pub queue: Queue,
    pub recordings: Bucket,
}

pub fn add(site: &Site<'_>) -> Lessons {
    let Site { scope, environment, .. } = site;
    let settings = &environment.recorder;
    let queue = scope.add(Queue::builder("lessons").visibility_timeout_seconds(30 * 60));
    queue.alarms(&site.operators);
    let recordings = scope.add(
        Bucket::builder("recordings").expire_after_days(365).force_destroy(!environment.deletion_protection),
    );
    site.waive_copy(&recordings, "recordings of students must stay in their region");

    let images = scope.add(Repository::builder("recorder"));
    let recorder = Container::new("recorder", images.image(environment.release))
        .scratch("/scratch")
        .environment("LESSONS", queue.queue.url())
        .environment("RECORDINGS", recordings.bucket.id().cast::<String>())
        // Leaves time to return the lesson to the queue when a spot instance is reclaimed.
        .stop_timeout_seconds(90);
    let instances = AutoScalingGroup::builder("recorders", &site.network, INSTANCE_TYPES)
        .between(0, settings.max_instances)
        .spot(settings.on_demand_instances);
    let fleet = scope.add(Fleet::builder(&site.cluster, instances));
    let recorder = scope.add(
        Service::builder("recorder", &site.cluster, &site.network, recorder)
            .cpu(1024)
            .memory(1536)
            .capacity(fleet.capacity())
            .scaling(Scaling::between(0, settings.max_tasks).on_backlog(&queue, 4)),
    );
    queue.grant_receive(&recorder);
    recordings.grant_write(&recorder);
    Lessons { queue, recordings }
}
