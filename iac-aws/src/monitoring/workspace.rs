//! Amazon Managed Service for Prometheus, and Amazon Managed Grafana.

use iac_core::Text;
use iac_core::prelude::*;

use super::LogGroup;
use crate::caller::Account;
use crate::encryption::Key;
use crate::identity::{Grantee, Principal, Role, Statement};
use crate::naming::physical_name;
use crate::{amp, grafana};

/// An encrypted Prometheus workspace with a log of rejected metrics.
///
/// | Address | Description |
/// |---|---|
/// | `aws_prometheus_workspace.<name>` | workspace, named `<stack>-<name>` |
/// | `aws_cloudwatch_log_group.<name>` | log, named `/aws/vendedlogs/prometheus/<stack>-<name>` |
///
/// ```
/// use iac_aws::monitoring::{Grafana, Prometheus};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("toolbox");
/// let metrics = stack.add(Prometheus::builder("metrics"));
/// stack.add(Grafana::builder("graphs").prometheus(&metrics));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Prometheus {
    /// The workspace.
    pub workspace: amp::Workspace,
    /// The log group.
    pub log_group: LogGroup,
}

impl Prometheus {
    /// Starts a workspace.
    pub fn builder(name: impl Into<Text>) -> PrometheusBuilder {
        PrometheusBuilder { name: name.into() }
    }

    /// Grants permission to write metrics, to the endpoint of the workspace followed by `api/v1/remote_write`.
    #[track_caller]
    pub fn grant_write(&self, grantee: &impl Grantee) {
        grantee.role().allow(Statement::allow(["aps:RemoteWrite"]).on(self.workspace.arn()));
    }

    /// Grants permission to query metrics.
    #[track_caller]
    pub fn grant_query(&self, grantee: &impl Grantee) {
        let actions = ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"];
        grantee.role().allow(Statement::allow(actions).on(self.workspace.arn()));
    }
}

/// Builds a [`Prometheus`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct PrometheusBuilder {
    name: Text,
}

impl Construct for PrometheusBuilder {
    type Output = Prometheus;

    fn build(self, scope: &Scope<'_>) -> Prometheus {
        let name = self.name;
        let physical_name = physical_name(scope, &name, 100);
        let log_group = scope.add(
            LogGroup::builder(name.clone())
                .physical_name(format!("/aws/vendedlogs/prometheus/{physical_name}")),
        );
        let workspace = scope.add(
            amp::Workspace::builder(name)
                .alias(physical_name)
                .kms_key_arn(Key::stack_default(scope).arn())
                // The argument takes the ARN with a wildcard for all log streams.
                .logging_configuration(|log| log.log_group_arn(tf!("{}:*", log_group.group.arn()))),
        );
        Prometheus { workspace, log_group }
    }
}

/// A Grafana workspace with sign-in through IAM Identity Center.
///
/// | Address | Description |
/// |---|---|
/// | `aws_grafana_workspace.<name>` | workspace, named `<stack>-<name>` |
/// | `aws_iam_role.<name>`, `aws_iam_role_policy.<name>` | role that reads CloudWatch metrics and other data sources |
///
/// ```
/// use iac_aws::monitoring::Grafana;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("toolbox");
/// let graphs = stack.add(Grafana::builder("graphs"));
/// stack.add(Output::new("graphs", graphs.workspace.endpoint()));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Grafana {
    /// The workspace.
    pub workspace: grafana::Workspace,
    /// The role of the workspace.
    pub role: Role,
}

impl Grafana {
    /// Starts a workspace with the account's CloudWatch metrics as a data source.
    pub fn builder<'a>(name: impl Into<Text>) -> GrafanaBuilder<'a> {
        GrafanaBuilder { name: name.into(), prometheus: Vec::new() }
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for Grafana {
    fn role(&self) -> &Role {
        &self.role
    }
}

/// Builds a [`Grafana`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct GrafanaBuilder<'a> {
    name: Text,
    prometheus: Vec<&'a Prometheus>,
}

impl<'a> GrafanaBuilder<'a> {
    /// Adds a Prometheus workspace as a data source.
    pub fn prometheus(mut self, workspace: &'a Prometheus) -> Self {
        self.prometheus.push(workspace);
        self
    }
}

impl Construct for GrafanaBuilder<'_> {
    type Output = Grafana;

    fn build(self, scope: &Scope<'_>) -> Grafana {
        let name = self.name;
        let role = Role::builder(name.clone(), Principal::service("grafana.amazonaws.com"));
        let role = scope.add(role.restricted_to_account(scope));
        let alarms = Account::current(scope).arn("cloudwatch", "alarm:*");
        role.allow(Statement::allow(["cloudwatch:DescribeAlarms"]).on(alarms));
        // These actions do not support resource-level permissions.
        role.allow(Statement::allow(["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]).on("*"));
        for workspace in &self.prometheus {
            workspace.grant_query(&role);
        }
        let sources = [grafana::DataSources::Cloudwatch]
            .into_iter()
            .chain((!self.prometheus.is_empty()).then_some(grafana::DataSources::Prometheus));
        let workspace = scope.add(
            grafana::Workspace::builder(name.clone())
                .name(physical_name(scope, &name, 255))
                .account_access_type(grafana::AccountAccessType::CurrentAccount)
                .authentication_providers([grafana::AuthenticationProviders::AwsSso])
                .permission_type(grafana::PermissionType::CustomerManaged)
                .role_arn(role.arn())
                .data_sources(sources),
        );
        Grafana { workspace, role }
    }
}
