//! Nightly benchmarks of the infrastructure's own program.
//!
//! Results are kept for two years, with a dashboard and alarms.

use iac_aws::containers::{Container, ScheduledTask};
use iac_aws::identity::Statement;
use iac_aws::monitoring::{Alarm, Dashboard, Metric};
use iac_aws::prelude::*;
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

use crate::settings::BENCHMARKS;
use crate::{Platform, stress};

/// Commands that CI waits for, and their maximum duration in seconds.
const LIMITS: [(&str, u32); 3] = [("synth", 2), ("plan", 5), ("check", 5)];

pub fn add(stack: &Stack, platform: &Platform, results: &Bucket) {
    let benchmarks = Container::new("benchmarks", BENCHMARKS)
        .scratch("/tmp")
        .command(["sh", "-c", include_str!("functions/benchmarks.sh")])
        .environment("RESULTS", results.bucket.id().cast::<String>());
    let benchmarks = ScheduledTask::builder(
        "benchmarks",
        "cron(0 4 ? * MON-FRI *)",
        &platform.cluster,
        &platform.network,
        benchmarks,
    );
    let benchmarks = stack.add(benchmarks.cpu(2048).memory(4096));
    stress::report(stack, &benchmarks, results, "lessons.benchmarks");
    benchmarks.role().allow(Statement::allow(["cloudwatch:PutMetricData"]).on("*").when(
        "StringEquals",
        "cloudwatch:namespace",
        "lessons/benchmarks",
    ));

    let metric =
        |command| Metric::new("lessons/benchmarks", command).statistic("Maximum").period(24 * 60 * 60);
    let metrics = LIMITS.map(|(command, _)| metric(command));
    stack.add(Dashboard::builder("benchmarks").graph("Command duration (seconds)", metrics));
    for (command, limit) in LIMITS {
        stack.add(
            Alarm::above(format!("benchmarks_{command}"), metric(command), limit)
                .description(format!("`iac {command}` takes more than {limit} seconds"))
                .notify(platform.operators.arn()),
        );
    }
}
