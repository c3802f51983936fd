//! What differs between the environments. Everything else is the same everywhere, and a test holds that.

use iac_aws::delivery::Rollout;
use iac_aws::network::Nat;
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

/// Where an environment can be. It is in the first one; that it works in the others, too, is tested, for the day on which the
/// first one does not.
pub static REGIONS: [Region; 2] = [
    Region { code: "eu-west-1", zones: ["eu-west-1a", "eu-west-1b"] },
    Region { code: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"] },
];

/// A region, and the zones of it that are used.
#[derive(Debug)]
pub struct Region {
    pub code: &'static str,
    pub zones: [&'static str; 2],
}

/// The last day of what is set aside of the policies; then someone looks at it again.
pub const REVIEW: &str = "2027-12-31";

/// One environment: one stack, in an AWS account of its own.
#[derive(Debug)]
pub struct Environment {
    pub name: &'static str,
    pub stack: &'static str,
    pub domain: &'static str,
    pub nat: Nat,
    /// The image that users get.
    pub release: &'static str,
    /// The image that a few of them try, and of how many percent that is.
    pub sample: Option<(&'static str, u16)>,
    /// Features, and whether they are on.
    pub flags: &'static [(&'static str, bool)],
    /// How a change of them spreads.
    pub rollout: Rollout,
    pub tasks: (u32, u32),
    /// How large the database is, in capacity units.
    pub database: (f64, f64),
    pub deletion_protection: bool,
    /// Who is told of alarms.
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
        rollout: Rollout::at_once(),
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
