//! Settings per environment. Everything else is the same everywhere.

use iac_aws::network::Nat;
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

pub const REGION: &str = "eu-central-1";
pub const ZONES: [&str; 3] = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

/// Certificate authority of the VPN client certificates.
pub const VPN_AUTHORITY: &str =
    "arn:aws:acm:eu-central-1:111111111111:certificate/6f6b1a0e-7d7c-4f0e-9a35-2f5e0c0a9d11";

/// Expiration date of the waivers, when they must be reviewed.
pub const REVIEW: &str = "2027-12-31";

/// An environment: one stack, in an AWS account of its own.
#[derive(Debug)]
pub struct Environment {
    pub name: &'static str,
    pub stack: &'static str,
    pub domain: &'static str,
    /// Immutable image tag.
    pub release: &'static str,
    pub cidr_block: &'static str,
    pub nat: Nat,
    /// Minimum and maximum number of tasks of each service.
    pub tasks: (u32, u32),
    /// Minimum and maximum size of the database, in capacity units.
    pub database: (f64, f64),
    /// Enables deletion protection of data stores and load balancers.
    pub deletion_protection: bool,
    /// Email address that receives alarms.
    pub operators: &'static str,
}

pub static ENVIRONMENTS: [Environment; 2] = [
    Environment {
        name: "staging",
        stack: "shop-staging",
        domain: "staging.shop.example",
        release: "2026.11.2",
        cidr_block: "10.32.0.0/16",
        nat: Nat::Single,
        tasks: (1, 4),
        database: (0.5, 2.0),
        deletion_protection: false,
        operators: "developers@shop.example",
    },
    Environment {
        name: "production",
        stack: "shop-production",
        domain: "shop.example",
        release: "2026.11.1",
        cidr_block: "10.48.0.0/16",
        nat: Nat::PerZone,
        tasks: (3, 30),
        database: (2.0, 32.0),
        deletion_protection: true,
        operators: "operators@shop.example",
    },
];

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
