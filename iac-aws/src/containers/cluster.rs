//! Clusters.

use iac_core::prelude::*;
use iac_core::{Gathered, Text};

use crate::encryption::Key;
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::{ecs, servicediscovery};

/// A cluster of ECS, with metrics of each container, in which services find each other by name.
///
/// What people do in a session in a container (`aws ecs execute-command`) is logged.
///
/// | address | is |
/// |---|---|
/// | `aws_ecs_cluster.<name>` | the cluster, called `<stack>-<name>` |
/// | `aws_ecs_cluster_capacity_providers.<name>` | that it runs tasks on Fargate, on Fargate's spare capacity, and on each [`Fleet`](super::Fleet) |
/// | `aws_service_discovery_http_namespace.<name>` | the names of services |
/// | `aws_cloudwatch_log_group.<name>_sessions` | what people do in sessions |
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
    /// The cluster itself.
    pub cluster: ecs::Cluster,
    /// What it runs tasks on: services depend on it.
    pub capacity_providers: ecs::ClusterCapacityProviders,
    /// The names of services.
    pub namespace: servicediscovery::HttpNamespace,
    /// The log group of sessions.
    pub sessions: LogGroup,
    /// The key that encrypts sessions.
    pub key: Key,
    providers: Gathered,
}

impl Cluster {
    /// Starts a cluster.
    pub fn builder(name: impl Into<Text>) -> ClusterBuilder {
        ClusterBuilder { name: name.into(), key: None }
    }

    /// Has the cluster run tasks on what a capacity provider has, too: instances of a group of your own.
    pub fn add_capacity(&self, provider: &ecs::CapacityProvider) {
        self.providers.push(provider.name());
    }
}

/// Builds a [`Cluster`].
#[derive(Clone, Debug)]
#[must_use = "it is part of a stack only once it is added"]
pub struct ClusterBuilder {
    name: Text,
    key: Option<Key>,
}

impl ClusterBuilder {
    /// The key that encrypts sessions: without this, [that of the stack](Key::of_stack).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for ClusterBuilder {
    type Output = Cluster;

    fn build(self, scope: &Scope<'_>) -> Cluster {
        let key = self.key.unwrap_or_else(|| Key::of_stack(scope));
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
                    configuration.execute_command_configuration(|sessions_are| {
                        sessions_are.kms_key_id(key.arn()).logging(ecs::Logging::Override).log_configuration(
                            |log| {
                                log.cloud_watch_encryption_enabled(true)
                                    .cloud_watch_log_group_name(sessions.group.name())
                            },
                        )
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
