//! Names and versions.

use iac_aws::storage::Bucket;
use iac_core::prelude::*;

pub const REGION: &str = "eu-west-1";
pub const ZONES: [&str; 2] = ["eu-west-1a", "eu-west-1b"];
pub const DOMAIN: &str = "tools.lessons.example";

/// The last day of what is set aside of the policies; then someone looks at it again.
pub const REVIEW: &str = "2027-12-31";

pub const TELEGRAF: &str = "public.ecr.aws/docker/library/telegraf:1.36";
pub const INFLUXDB: &str = "public.ecr.aws/docker/library/influxdb:1.12";
pub const KAPACITOR: &str = "public.ecr.aws/docker/library/kapacitor:1.8";
pub const GRAFANA: &str = "public.ecr.aws/bitnami/grafana:12.2.0";
pub const LOGSTASH: &str =
    "public.ecr.aws/opensearchproject/logstash-oss-with-opensearch-output-plugin:8.9.0";
pub const ERRORS: &str = "public.ecr.aws/lessons/glitchtip:5.1.1";
pub const STRESS: &str = "public.ecr.aws/lessons/k6:1.3.0";

/// Has the infrastructure's program, and what builds it.
pub const BENCHMARKS: &str = "public.ecr.aws/lessons/infrastructure:2026.11.1";

/// What the bucket for access logs is let off. Where an environment is taken down at times, what is in it goes with it.
pub fn waive_access_logs(stack: &Stack, taken_down: bool) {
    let logs = Bucket::of_access_logs(&stack.nested("logs"));
    stack.amend(&logs.bucket, |bucket| {
        bucket
            .when(taken_down, |bucket| bucket.argument("force_destroy", true))
            .waive_until("CKV_AWS_18", REVIEW, "it holds the access logs itself")
            .waive_until("CKV_AWS_144", REVIEW, "access logs are not worth a copy")
            .waive_until("CKV_AWS_145", REVIEW, "load balancers cannot write with a key of the account")
    });
}
