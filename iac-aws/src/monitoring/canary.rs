//! CloudWatch Synthetics canaries.

use iac_core::functions::{element, split};
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::{Alarm, Alarms, LogGroup, Metric};
use crate::caller::Account;
use crate::identity::{Principal, Role, Statement};
use crate::messaging::Topic;
use crate::naming::physical_name;
use crate::serverless::Code;
use crate::storage::Bucket;
use crate::synthetics;

/// A canary: a script that tests a system from outside, as its users do, every few minutes.
///
/// | Address | Description |
/// |---|---|
/// | `aws_synthetics_canary.<name>` | canary, named `<stack>-<name>` |
/// | `aws_iam_role.<name>`, `aws_iam_role_policy.<name>` | role of the canary |
/// | `aws_s3_bucket.<name>_artifacts` and more | artifacts of its runs, kept for 30 days; see [`Bucket`] |
/// | `aws_cloudwatch_log_group.<name>` | log of its runs, named `/aws/lambda/cwsyn-…` |
/// | `assets/<name>.zip` | script |
///
/// ```
/// use iac_aws::messaging::Topic;
/// use iac_aws::monitoring::Canary;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let operators = stack.add(Topic::builder("operators"));
/// let front = stack.add(Canary::builder("front", "https://lessons.example/health"));
/// front.alarms(&operators);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Canary {
    /// The canary.
    pub canary: synthetics::Canary,
    /// The role of the canary.
    pub role: Role,
    /// The bucket of the artifacts.
    pub artifacts: Bucket,
    /// The log of its runs.
    pub log_group: LogGroup,
    name: Text,
    scope: OwnedScope,
}

impl Canary {
    /// Starts a canary that requests a URL and expects a successful response.
    pub fn builder(name: impl Into<Text>, url: &str) -> CanaryBuilder {
        let script = format!(
            "const synthetics = require(\"Synthetics\");\n\n\
             exports.handler = () => synthetics.executeHttpStep(\"answers\", {url:?});\n"
        );
        CanaryBuilder {
            name: name.into(),
            runtime: Text::from_static("syn-nodejs-puppeteer-9.1"),
            handler: Text::from_static("canary.handler"),
            script: Code::files([("nodejs/node_modules/canary.js", script)]),
            minutes: 5,
        }
    }

    /// Returns the metric of successful runs, in percent.
    pub fn success_percent(&self) -> Metric {
        Metric::new("CloudWatchSynthetics", "SuccessPercent").dimension("CanaryName", self.canary.name())
    }

    /// Adds an alarm that notifies a topic.
    ///
    /// It goes off when the canary has failed twice in a row, or has not run (`<name>_fails`).
    #[track_caller]
    pub fn alarms(&self, topic: &Topic) -> Alarms {
        let name = &self.name;
        self.scope.add(|scope| {
            let alarm = Alarm::below(format!("{name}_fails"), self.success_percent().period(600), 100)
                .description(format!("Canary {name} is failing"))
                .periods(2)
                .missing_data(crate::cloudwatch::TreatMissingData::Breaching)
                .notify(topic.arn());
            Alarms(vec![scope.add(alarm)])
        })
    }
}

/// Builds a [`Canary`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct CanaryBuilder {
    name: Text,
    runtime: Text,
    handler: Text,
    script: Code,
    minutes: u32,
}

impl CanaryBuilder {
    /// Runs a custom script with a Synthetics runtime: `script("syn-python-selenium-5.1", "lesson.handler", code)`.
    pub fn script(mut self, runtime: impl Into<Text>, handler: impl Into<Text>, code: Code) -> Self {
        (self.runtime, self.handler, self.script) = (runtime.into(), handler.into(), code);
        self
    }

    /// Sets the interval between runs, in minutes (default: five).
    pub fn every_minutes(mut self, minutes: u32) -> Self {
        self.minutes = minutes;
        self
    }
}

impl Construct for CanaryBuilder {
    type Output = Canary;

    fn build(self, scope: &Scope<'_>) -> Canary {
        let name = self.name;
        let artifacts = scope.add(Bucket::builder(format!("{name}_artifacts")).expire_after_days(30));
        let role = scope.add(Role::builder(name.clone(), Principal::service("lambda.amazonaws.com")));
        let account = Account::current(scope);
        artifacts.grant_write(&role);
        role.allow(Statement::allow(["s3:GetBucketLocation"]).on(artifacts.arn()));
        // Without `logs:CreateLogGroup`, so that only the log group below is used, which is encrypted and expires.
        role.allow(
            Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
                .on(account.arn("logs", "log-group:/aws/lambda/cwsyn-*")),
        );
        role.allow(Statement::allow(["s3:ListAllMyBuckets", "xray:PutTraceSegments"]).on("*"));
        role.allow(Statement::allow(["cloudwatch:PutMetricData"]).on("*").when(
            "StringEquals",
            "cloudwatch:namespace",
            "CloudWatchSynthetics",
        ));
        let script = self.script.add(scope, &name);
        let minutes = if self.minutes == 1 { "minute" } else { "minutes" };
        let canary = scope.add(
            synthetics::Canary::builder(name.clone())
                .name(physical_name(scope, &name, 255))
                .artifact_s3_location(tf!("s3://{}/", artifacts.bucket.id()))
                .execution_role_arn(role.arn())
                .handler(self.handler.as_str())
                .runtime_version(self.runtime.as_str())
                .zip_file(script)
                .start_canary(true)
                .delete_lambda(true)
                .success_retention_period(30)
                .failure_retention_period(30)
                .schedule(|schedule| schedule.expression(format!("rate({} {minutes})", self.minutes)))
                .run_config(|run| run.active_tracing(true).timeout_in_seconds(60))
                // Without the permissions, the first run fails.
                .maybe(role.policy(), |canary, policy| canary.depends_on(&policy)),
        );
        // The name of the function, and thus of its log group, is known once the canary exists: the seventh part of the ARN.
        let function = element(split(":", canary.engine_arn()), 6);
        let log_group =
            scope.add(LogGroup::builder(name.clone()).physical_name(tf!("/aws/lambda/{}", function)));
        Canary { canary, role, artifacts, log_group, name, scope: scope.to_owned_scope() }
    }
}
