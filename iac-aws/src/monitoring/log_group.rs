//! CloudWatch log groups.

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::Metric;
use crate::encryption::Key;
use crate::identity::{Grantee, Statement};
use crate::logs;
use crate::naming::physical_path;

/// An encrypted log group with a retention of one year.
///
/// | Address | Description |
/// |---|---|
/// | `aws_cloudwatch_log_group.<name>` | log group, named `/<stack>/<name>` |
/// | `aws_cloudwatch_log_metric_filter.<name>_<metric>` | metric filters |
///
/// ```
/// use iac_aws::monitoring::LogGroup;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let group = stack.add(LogGroup::builder("web").retention_in_days(30));
/// stack.add(Output::new("group", group.group.name()));
/// assert!(stack.render_hcl()?.contains(r#"name              = "/production/web""#));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct LogGroup {
    /// The log group.
    pub group: logs::LogGroup,
    name: Text,
    scope: OwnedScope,
}

impl LogGroup {
    /// Starts a log group.
    pub fn builder(name: impl Into<Text>) -> LogGroupBuilder {
        LogGroupBuilder { name: name.into(), physical_name: None, retention_in_days: 365, key: None }
    }

    /// Adds a metric filter that counts matching events: `metric("errors", "{ $.level = \"error\" }")`.
    #[track_caller]
    pub fn metric(&self, name: &str, pattern: &str) -> Metric {
        let name = format!("{}_{name}", self.name);
        self.scope.add(|scope| {
            let namespace = physical_path(scope, "logs")[1..].to_owned();
            scope.add(
                logs::LogMetricFilter::builder(&name)
                    .name(name.as_str())
                    .log_group_name(self.group.name())
                    .pattern(pattern)
                    .metric_transformation(|metric| {
                        metric
                            .namespace(namespace.as_str())
                            .name(name.as_str())
                            .value("1")
                            .default_value("0")
                            .unit(logs::Unit::Count)
                    }),
            );
            Metric::new(namespace, name).statistic("Sum")
        })
    }

    /// Grants permission to write to the log group.
    #[track_caller]
    pub fn grant_write(&self, grantee: &impl Grantee) {
        let actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
        grantee.role().allow(Statement::allow(actions).on(tf!("{}:*", self.group.arn())));
    }
}

/// Builds a [`LogGroup`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct LogGroupBuilder {
    name: Text,
    physical_name: Option<Expr<String>>,
    retention_in_days: u32,
    key: Option<Key>,
}

impl LogGroupBuilder {
    /// Sets the name in CloudWatch (default: `/<stack>/<name>`).
    pub fn physical_name(mut self, name: impl IntoExpr<String>) -> Self {
        self.physical_name = Some(name.into_expr());
        self
    }

    /// Sets the retention in days, one of the periods that CloudWatch supports (default: 365).
    pub fn retention_in_days(mut self, days: u32) -> Self {
        self.retention_in_days = days;
        self
    }

    /// Sets the KMS key that encrypts the events (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for LogGroupBuilder {
    type Output = LogGroup;

    fn build(self, scope: &Scope<'_>) -> LogGroup {
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        key.allow_logs();
        let name = self.physical_name.unwrap_or_else(|| Expr::from(physical_path(scope, &self.name)));
        let group = scope.add(
            logs::LogGroup::builder(self.name.clone())
                .name(name)
                .retention_in_days(self.retention_in_days)
                .kms_key_id(key.arn()),
        );
        LogGroup { group, name: self.name, scope: scope.to_owned_scope() }
    }
}
