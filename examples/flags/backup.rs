//! Anonymized nightly backups.
//!
//! A task exports the data, replaces personal data, and stores the result for other environments.

use iac_aws::containers::{Container, Repository, ScheduledTask};
use iac_aws::network::Port;
use iac_aws::prelude::*;
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

use crate::Platform;
use crate::settings::{Environment, REVIEW};

pub fn add(stack: &Stack, environment: &Environment, platform: &Platform) {
    let backups = stack.add(Bucket::builder("backups").expire_after_days(30));
    stack.amend(&backups.bucket, |bucket| {
        bucket.waive_until("CKV_AWS_144", REVIEW, "a new backup is made every night")
    });
    let images = stack.add(Repository::builder("backup"));
    let credentials = platform.database.credentials();
    let backup = Container::new("backup", images.image(environment.release))
        .scratch("/tmp")
        .environment("DATABASE_HOST", platform.database.cluster.endpoint())
        .environment("BUCKET", backups.bucket.id().cast::<String>())
        .secret("DATABASE_USER", credentials.clone().field("username"))
        .secret("DATABASE_PASSWORD", credentials.field("password"));
    let task =
        ScheduledTask::builder("backup", "cron(0 2 * * ? *)", &platform.cluster, &platform.network, backup);
    let task = stack.add(task.cpu(1024).memory(2048));
    stack.amend(&task.security_group.group, |group| {
        group.waive_until("CKV2_AWS_5", REVIEW, "its members are tasks started by a schedule")
    });
    platform.database.allow_from(&task, Port::POSTGRESQL);
    backups.grant_write(&task);
}
