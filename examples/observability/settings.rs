//! Names and versions.

use iac_aws::storage::Bucket;
use iac_core::prelude::*;

pub const REGION: &str = "eu-west-1";
pub const ZONES: [&str; 2] = ["eu-west-1a", "eu-west-1b"];
pub const DOMAIN: &str = "tools.lessons.example";

/// Expiration date of the waivers, when they must be reviewed.
pub const REVIEW: &str = "2027-12-31";

pub const TELEGRAF: &str = "public.ecr.aws/docker/library/telegraf:1.36";
pub const INFLUXDB: &str = "public.ecr.aws/docker/library/influxdb:1.12";
pub const KAPACITOR: &str = "public.ecr.aws/docker/library/kapacitor:1.8";
pub const GRAFANA: &str = "public.ecr.aws/bitnami/grafana:12.2.0";
pub const LOGSTASH: &str =
    "public.ecr.aws/opensearchproject/logstash-oss-with-opensearch-output-plugin:8.9.0";
pub const ERRORS: &str = "public.ecr.aws/lessons/glitchtip:5.1.1";
pub const STRESS: &str = "public.ecr.aws/lessons/k6:1.3.0";

/// Contains the infrastructure program and its build tools.
pub const BENCHMARKS: &str = "public.ecr.aws/lessons/infrastructure:2026.11.1";

/// Waives policies for the access log bucket.
///
/// If the environment is torn down at times, the bucket is destroyed with its objects.
pub fn waive_access_logs(stack: &Stack, force_destroy: bool) {
    let logs = Bucket::access_logs(&stack.nested("logs"));
    stack.amend(&logs.bucket, |bucket| {
        bucket
            .when(force_destroy, |bucket| bucket.argument("force_destroy", true))
            .waive_until("CKV_AWS_18", REVIEW, "this bucket stores the access logs")
            .waive_until("CKV_AWS_144", REVIEW, "access logs do not need replication")
            .waive_until("CKV_AWS_145", REVIEW, "load balancers do not support customer managed keys")
    });
}
