//! Settings per environment. Everything else is the same everywhere, which is tested.

use iac_aws::delivery::Rollout;
use iac_aws::network::Nat;
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

/// Regions that an environment can run in. The first one is in use; tests cover the others as a fallback.
pub static REGIONS: [Region; 2] = [
    Region { code: "eu-west-1", zones: ["eu-west-1a", "eu-west-1b"] },
    Region { code: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"] },
];

/// A region and its availability zones.
#[derive(Debug)]
pub struct Region {
    pub code: &'static str,
    pub zones: [&'static str; 2],
}

/// Expiration date of the waivers, when they must be reviewed.
pub const REVIEW: &str = "2027-12-31";

/// An environment: one stack, in an AWS account of its own.
#[derive(Debug)]
pub struct Environment {
    pub name: &'static str,
    pub stack: &'static str,
    pub domain: &'static str,
    pub nat: Nat,
    /// Image tag of the stable release.
    pub release: &'static str,
    /// Image tag of the next release, and the percentage of requests it gets.
    pub sample: Option<(&'static str, u16)>,
    /// Feature flags, and whether they are enabled.
    pub flags: &'static [(&'static str, bool)],
    /// Rollout of changes of the flags.
    pub rollout: Rollout,
    pub tasks: (u32, u32),
    /// Minimum and maximum size of the database, in capacity units.
    pub database: (f64, f64),
    pub deletion_protection: bool,
    /// Email address that receives alarms.
    pub operators: &'static str,
}

pub static ENVIRONMENTS: [Environment; 3] = [
    Environment {
        name: "development",
        stack: "notes-development",
        domain: "development.notes.example",
        nat: Nat::Single,
        release: "2026.11.3",
        sample: Some(("2026.11.4", 50)),
        flags: &[("dark_mode", true), ("shared_notes", true)],
        rollout: Rollout::all_at_once(),
        tasks: (1, 2),
        database: (0.5, 1.0),
        deletion_protection: false,
        operators: "developers@notes.example",
    },
    Environment {
        name: "staging",
        stack: "notes-staging",
        domain: "staging.notes.example",
        nat: Nat::Single,
        release: "2026.11.2",
        sample: Some(("2026.11.3", 50)),
        flags: &[("dark_mode", true), ("shared_notes", true)],
        rollout: Rollout::linear(50, 10, 5),
        tasks: (1, 2),
        database: (0.5, 1.0),
        deletion_protection: false,
        operators: "developers@notes.example",
    },
    Environment {
        name: "production",
        stack: "notes-production",
        domain: "notes.example",
        nat: Nat::PerZone,
        release: "2026.11.1",
        sample: Some(("2026.11.2", 5)),
        flags: &[("dark_mode", true), ("shared_notes", false)],
        rollout: Rollout::linear(10, 60, 30),
        tasks: (2, 20),
        database: (1.0, 16.0),
        deletion_protection: true,
        operators: "operators@notes.example",
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
