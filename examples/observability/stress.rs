//! Nightly load tests before a release, whose results are kept.

use iac_aws::containers::{Container, ScheduledTask};
use iac_aws::identity::Statement;
use iac_aws::prelude::*;
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

use crate::Platform;
use crate::settings::{REVIEW, STRESS};

/// Adds the task, and returns the bucket of the results.
pub fn add(stack: &Stack, platform: &Platform) -> Bucket {
    let results = stack.add(Bucket::builder("results").expire_after_days(730));
    stack.amend(&results.bucket, |bucket| {
        bucket.waive_until("CKV_AWS_144", REVIEW, "new results are produced every night")
    });
    let stress = Container::new("stress", STRESS)
        .scratch("/tmp")
        .environment("TARGET", "https://staging.lessons.example")
        .environment("RESULTS", results.bucket.id().cast::<String>())
        .ulimit("nofile", 65_536);
    let stress = ScheduledTask::builder(
        "stress",
        "cron(0 2 ? * MON-FRI *)",
        &platform.cluster,
        &platform.network,
        stress,
    );
    let stress = stack.add(stress.cpu(4096).memory(8192));
    report(stack, &stress, &results, "lessons.tests");
    results
}

/// Allows a task to store its results, and to post them to the chat.
pub fn report(stack: &Stack, task: &ScheduledTask, results: &Bucket, source: &str) {
    stack.amend(&task.security_group.group, |group| {
        group.waive_until("CKV2_AWS_5", REVIEW, "its members are tasks started by a schedule")
    });
    results.grant_write(task);
    task.role().allow(Statement::allow(["events:PutEvents"]).on("*").when(
        "StringEquals",
        "events:source",
        source.to_owned(),
    ));
}
