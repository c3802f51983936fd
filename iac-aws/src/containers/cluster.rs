//! ECS clusters.

use iac_core::prelude::*;
use iac_core::{Gathered, Text};

use crate::encryption::Key;
use crate::identity::{Grantee, Statement};
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::{ecs, servicediscovery};

/// An ECS cluster with Container Insights, whose services find each other by name through Service Connect.
///
/// ECS Exec sessions (`aws ecs execute-command`) are logged.
///
/// | Address | Description |
/// |---|---|
/// | `aws_ecs_cluster.<name>` | cluster, named `<stack>-<name>` |
/// | `aws_ecs_cluster_capacity_providers.<name>` | capacity providers: Fargate, Fargate Spot, and each [`Fleet`](super::Fleet) |
/// | `aws_service_discovery_http_namespace.<name>` | namespace of the services |
/// | `aws_cloudwatch_log_group.<name>_sessions` | log of ECS Exec sessions |
///
/// ```
/// use iac_aws::containers::Cluster;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let cluster = stack.add(Cluster::builder("main"));
/// stack.add(Output::new("cluster", cluster.cluster.name()));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The cluster.
    pub cluster: ecs::Cluster,
    /// The capacity providers, on which services depend.
    pub capacity_providers: ecs::ClusterCapacityProviders,
    /// The Service Connect namespace.
    pub namespace: servicediscovery::HttpNamespace,
    /// The log group of ECS Exec sessions.
    pub sessions: LogGroup,
    /// The KMS key that encrypts sessions.
    pub key: Key,
    providers: Gathered,
}

impl Cluster {
    /// Starts a cluster.
    pub fn builder(name: impl Into<Text>) -> ClusterBuilder {
        ClusterBuilder { name: name.into(), key: None }
    }

    /// Grants the permissions that the agent of an ECS Exec session needs to log it.
    pub(super) fn grant_sessions(&self, grantee: &impl Grantee) {
        self.key.grant_decrypt(grantee);
        self.sessions.grant_write(grantee);
        let role = grantee.role();
        role.allow(Statement::allow(["logs:DescribeLogStreams"]).on(tf!("{}:*", self.sessions.group.arn())));
        // The action does not support resource-level permissions.
        role.allow(Statement::allow(["logs:DescribeLogGroups"]).on("*"));
    }

    /// Adds a capacity provider, such as one for an Auto Scaling group of your own.
    pub fn add_capacity(&self, provider: &ecs::CapacityProvider) {
        self.providers.push(provider.name());
    }
}

/// Builds a [`Cluster`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ClusterBuilder {
    name: Text,
    key: Option<Key>,
}

impl ClusterBuilder {
    /// Sets the KMS key that encrypts sessions (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for ClusterBuilder {
    type Output = Cluster;

    fn build(self, scope: &Scope<'_>) -> Cluster {
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        let name = self.name;
        let physical_name = physical_name(scope, &name, 255);
        let sessions = scope.add(LogGroup::builder(format!("{name}_sessions")).key(&key));
        let namespace =
            scope.add(servicediscovery::HttpNamespace::builder(name.clone()).name(physical_name.as_str()));
        let cluster = scope.add(
            ecs::Cluster::builder(name.clone())
                .name(physical_name)
                .setting(|setting| setting.name(ecs::SettingName::ContainerInsights).value("enhanced"))
                .configuration(|configuration| {
                    configuration.execute_command_configuration(|execute_command| {
                        execute_command
                            .kms_key_id(key.arn())
                            .logging(ecs::Logging::Override)
                            .log_configuration(|log| {
                                log.cloud_watch_encryption_enabled(true)
                                    .cloud_watch_log_group_name(sessions.group.name())
                            })
                    })
                })
                .service_connect_defaults(|defaults| defaults.namespace(namespace.arn())),
        );
        let providers = Gathered::new();
        providers.push("FARGATE");
        providers.push("FARGATE_SPOT");
        let capacity_providers = scope.add(
            ecs::ClusterCapacityProviders::builder(name)
                .cluster_name(cluster.name())
                .default_capacity_provider_strategy(|fargate| fargate.capacity_provider("FARGATE").weight(1)),
        );
        scope.stack().amend(&capacity_providers, |block| block.argument("capacity_providers", &providers));
        Cluster { cluster, capacity_providers, namespace, sessions, key, providers }
    }
}
