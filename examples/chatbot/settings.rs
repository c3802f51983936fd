//! Settings per environment, and waivers of policies.

use iac_aws::storage::Bucket;
use iac_core::prelude::*;

pub const REGION: &str = "eu-west-1";
pub const ZONES: [&str; 2] = ["eu-west-1a", "eu-west-1b"];
pub const REPOSITORY: &str = "lessons/chatbot";

/// An environment: one stack, in an AWS account of its own.
#[derive(Debug)]
pub struct Environment {
    pub name: &'static str,
    pub stack: &'static str,
    pub account: &'static str,
    /// Minimum and maximum number of tasks that users may set.
    pub tasks: (u32, u32),
    /// Email address that receives alarms.
    pub operators: &'static str,
    /// Enables deletion protection of the command records.
    pub protect_records: bool,
}

pub static ENVIRONMENTS: [Environment; 2] = [
    Environment {
        name: "staging",
        stack: "chatbot-staging",
        account: "111111111111",
        tasks: (1, 4),
        operators: "developers@lessons.example",
        protect_records: false,
    },
    Environment {
        name: "production",
        stack: "chatbot-production",
        account: "222222222222",
        tasks: (2, 40),
        operators: "operators@lessons.example",
        protect_records: true,
    },
];

/// Expiration date of the waivers, when they must be reviewed.
pub const REVIEW: &str = "2027-12-31";

/// Waives policies for buckets with reproducible content.
pub fn waive_bucket(stack: &Stack, bucket: &Bucket) {
    waive_access_logs(stack);
    stack.amend(&bucket.bucket, |bucket| {
        bucket.waive_until("CKV_AWS_144", REVIEW, "its content is reproducible")
    });
}

/// Waives policies for the access log bucket.
pub fn waive_access_logs(stack: &Stack) {
    let logs = Bucket::access_logs(&stack.nested("logs"));
    stack.amend(&logs.bucket, |bucket| {
        bucket
            .waive_until("CKV_AWS_18", REVIEW, "this bucket stores the access logs")
            .waive_until("CKV_AWS_144", REVIEW, "access logs do not need replication")
            .waive_until("CKV_AWS_145", REVIEW, "load balancers do not support customer managed keys")
    });
}
