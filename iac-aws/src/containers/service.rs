//! ECS services.

use iac_core::diagnostic::Diagnostic;
use iac_core::expression::Expression;
use iac_core::prelude::*;
use iac_core::{Dependency, OwnedScope, Text};

use super::scaling::ScaledService;
use super::task::TaskSettings;
use super::{Cluster, Container, Scaling, Task};
use crate::ecs;
use crate::identity::{Grantee, Role};
use crate::messaging::Topic;
use crate::monitoring::{Alarm, Alarms, LogGroup, Metric};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, Peer, Port, SecurityGroup, Subnets};
use crate::stacks::LocalDependency as _;
use crate::traffic::{BlueGreen, TargetGroup};

/// An ECS service on Fargate, or on instances of the cluster.
///
/// A failed deployment is rolled back. With [CodeDeploy](crate::delivery::GradualDeployment), a deployment first gets
/// part of the traffic.
///
/// | Address | Description |
/// |---|---|
/// | `aws_ecs_service.<name>` | service |
/// | `aws_ecs_task_definition.<name>` and more | see [`Task`] |
/// | `aws_security_group.<name>` | security group; HTTPS to any destination by default |
/// | `aws_appautoscaling_target.<name>`, `aws_appautoscaling_policy.<name>_<metric>`, `aws_appautoscaling_scheduled_action.<name>_<time>` | see [`Scaling`] |
///
/// ```
/// use iac_aws::containers::{Cluster, Container, Scaling, Service};
/// use iac_aws::network::{Network, Port};
/// use iac_aws::prelude::*;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let cluster = stack.add(Cluster::builder("main"));
/// let image = "public.ecr.aws/lessons/api:1";
/// let api = stack.add(
///     Service::builder("api", &cluster, &network, Container::new("api", image).port(8080))
///         .cpu(512)
///         .memory(1024)
///         .scaling(Scaling::between(2, 10).on_cpu(60))
///         .discoverable(),
/// );
/// let web = stack.add(Service::builder("web", &cluster, &network, Container::new("web", image)));
/// api.allow_from(&web, Port::tcp(8080));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Service {
    /// The service.
    pub service: ecs::Service,
    /// The task definition, its roles and its log.
    pub task: Task,
    /// The security group of the tasks.
    pub security_group: SecurityGroup,
    cluster: ecs::Cluster,
    name: Text,
    scope: OwnedScope,
}

/// The capacity that a service runs on.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Capacity {
    /// Fargate.
    #[default]
    Fargate,
    /// Fargate Spot: cheaper, with two minutes' notice before a task is stopped.
    FargateSpot,
    /// Instances of the cluster.
    Instances(ecs::CapacityProvider),
}

impl Service {
    /// Starts a service with one container. [`sidecar`](ServiceBuilder::sidecar) adds more.
    pub fn builder<'a>(
        name: impl Into<Text>,
        cluster: &'a Cluster,
        network: &'a Network,
        container: Container,
    ) -> ServiceBuilder<'a> {
        ServiceBuilder {
            name: name.into(),
            cluster,
            network,
            subnets: network.default_subnets(),
            task: TaskSettings::new(container),
            capacity: Capacity::Fargate,
            tasks: 2,
            scaling: None,
            scaled_externally: false,
            target_groups: Vec::new(),
            deployments: Deployments::Rolling,
            discoverable: false,
            grace_period: None,
            no_default_egress: false,
            dependencies: Vec::new(),
        }
    }

    /// Returns the cluster of the service.
    #[must_use]
    pub fn cluster(&self) -> &ecs::Cluster {
        &self.cluster
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/ECS", name)
            .dimension("ClusterName", self.cluster.name())
            .dimension("ServiceName", self.service.name())
    }

    /// Returns the CPU utilization metric, in percent.
    pub fn cpu_utilization(&self) -> Metric {
        self.metric("CPUUtilization")
    }

    /// Returns the memory utilization metric, in percent.
    pub fn memory_utilization(&self) -> Metric {
        self.metric("MemoryUtilization")
    }

    /// Returns the metric of the number of running tasks.
    pub fn running_tasks(&self) -> Metric {
        Metric::new("ECS/ContainerInsights", "RunningTaskCount")
            .dimension("ClusterName", self.cluster.name())
            .dimension("ServiceName", self.service.name())
            .statistic("Minimum")
    }

    /// Adds alarms that notify a topic.
    ///
    /// They go off after five minutes of CPU utilization (`<name>_cpu`) or memory utilization (`<name>_memory`) above
    /// 90%, or without running tasks (`<name>_down`).
    #[track_caller]
    pub fn alarms(&self, topic: &Topic) -> Alarms {
        let name = &self.name;
        self.scope.add(|scope| {
            let alarms = [
                Alarm::above(format!("{name}_cpu"), self.cpu_utilization(), 90)
                    .description(format!("CPU utilization of service {name} is above 90%")),
                Alarm::above(format!("{name}_memory"), self.memory_utilization(), 90)
                    .description(format!("Memory utilization of service {name} is above 90%")),
                Alarm::below(format!("{name}_down"), self.running_tasks(), 1)
                    .description(format!("Service {name} has no running tasks"))
                    .missing_data(crate::cloudwatch::TreatMissingData::Breaching),
            ];
            Alarms(alarms.map(|alarm| scope.add(alarm.periods(5).notify(topic.arn()))).into())
        })
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for Service {
    fn role(&self) -> &Role {
        &self.task.role
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for Service {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// The deployment type of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deployments {
    /// ECS replaces a few tasks at a time.
    Rolling,
    /// CodeDeploy starts a second set of tasks, and shifts traffic from one target group to the other.
    BlueGreen,
}

/// Builds a [`Service`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ServiceBuilder<'a> {
    name: Text,
    cluster: &'a Cluster,
    network: &'a Network,
    subnets: &'a Subnets,
    task: TaskSettings,
    capacity: Capacity,
    tasks: u32,
    scaling: Option<Scaling>,
    scaled_externally: bool,
    target_groups: Vec<TargetGroup>,
    deployments: Deployments,
    discoverable: bool,
    grace_period: Option<u32>,
    no_default_egress: bool,
    dependencies: Vec<Expression>,
}

impl<'a> ServiceBuilder<'a> {
    /// Adds a container to the task.
    pub fn sidecar(mut self, container: Container) -> Self {
        self.task.containers.push(container);
        self
    }

    /// Sets the CPU of each task, in units of 1/1024 vCPU (default: 256).
    pub fn cpu(mut self, units: u32) -> Self {
        self.task.cpu = units;
        self
    }

    /// Sets the memory of each task, in MiB (default: 512).
    pub fn memory(mut self, mebibytes: u32) -> Self {
        self.task.memory = mebibytes;
        self
    }

    /// Sets the CPU architecture of the images (default: ARM).
    pub fn architecture(mut self, architecture: ecs::CpuArchitecture) -> Self {
        self.task.architecture = architecture;
        self
    }

    /// Sets the log group of the containers (default: a new one).
    pub fn log_group(mut self, group: &LogGroup) -> Self {
        self.task.log_group = Some(group.clone());
        self
    }

    /// Sets the capacity that the tasks run on (default: Fargate).
    pub fn capacity(mut self, capacity: Capacity) -> Self {
        self.task.fargate = !matches!(capacity, Capacity::Instances(_));
        self.capacity = capacity;
        self
    }

    /// Sets the number of tasks (default: two).
    pub fn tasks(mut self, tasks: u32) -> Self {
        self.tasks = tasks;
        self
    }

    /// Autoscales the number of tasks.
    pub fn scaling(mut self, scaling: Scaling) -> Self {
        self.scaling = Some(scaling);
        self
    }

    /// Ignores changes of the number of tasks, which something else controls once the service exists.
    pub fn scaled_externally(mut self) -> Self {
        self.scaled_externally = true;
        self
    }

    /// Registers the tasks with a target group, on its port, which one of the containers must listen on.
    pub fn behind(mut self, target_group: &TargetGroup) -> Self {
        self.target_groups.push(target_group.clone());
        self
    }

    /// Lets a [gradual deployment](crate::delivery::GradualDeployment) with CodeDeploy release new versions.
    ///
    /// Terraform creates the first tasks only. Such a service cannot be [discoverable](Self::discoverable).
    pub fn blue_green(mut self, groups: &BlueGreen) -> Self {
        self.target_groups = vec![groups.blue.clone()];
        self.deployments = Deployments::BlueGreen;
        self
    }

    /// Makes the service reachable by name within the cluster, with Service Connect: `http://api:8080`.
    ///
    /// The security group must still allow the traffic.
    pub fn discoverable(mut self) -> Self {
        self.discoverable = true;
        self
    }

    /// Sets the subnets (default: the private subnets of the network).
    pub fn subnets(mut self, subnets: &'a Subnets) -> Self {
        self.subnets = subnets;
        self
    }

    /// Sets the time before load balancer health checks count, in seconds (default: 60).
    pub fn health_check_grace_period_seconds(mut self, seconds: u32) -> Self {
        self.grace_period = Some(seconds);
        self
    }

    /// Removes the default egress rule (HTTPS to any destination), for networks with interface endpoints.
    pub fn without_default_egress(mut self) -> Self {
        self.no_default_egress = true;
        self
    }

    /// Enables ECS Exec sessions (`aws ecs execute-command`), which are logged.
    ///
    /// The root filesystems of the containers become writable, because the agent of a session writes to them.
    pub fn sessions(mut self) -> Self {
        self.task.sessions = true;
        self
    }

    /// Adds a dependency, such as the [route](crate::traffic::Route) of a target group without a route of its own.
    pub fn depends_on(mut self, dependency: &impl Dependency) -> Self {
        self.dependencies.push(dependency.address());
        self
    }
}

impl Construct for ServiceBuilder<'_> {
    type Output = Service;

    fn build(self, scope: &Scope<'_>) -> Service {
        for problem in self.problems() {
            scope.report(problem);
        }
        let Self { name, cluster, network, .. } = self;
        let sessions = self.task.sessions;
        let task = self.task.build(scope, &name);
        if sessions {
            cluster.grant_sessions(&task);
        }
        let security_group =
            scope.add(SecurityGroup::builder(name.clone(), network).description(format!("Tasks of {name}")));
        if !self.no_default_egress {
            security_group.allow_to_peer(Peer::Internet, Port::HTTPS);
        }
        for target in &self.target_groups {
            security_group.allow_from(&target.from, Port::tcp(target.port));
        }
        task.allow_file_systems(&security_group);
        let port = task.port.as_ref();
        let blue_green = self.deployments == Deployments::BlueGreen;
        let provider = match &self.capacity {
            Capacity::Fargate => Expr::from("FARGATE"),
            Capacity::FargateSpot => Expr::from("FARGATE_SPOT"),
            Capacity::Instances(provider) => provider.name(),
        };
        let tasks = self.scaling.as_ref().map_or(self.tasks, |scaling| scaling.minimum);
        let rules = self.target_groups.iter().filter_map(|target| target.rule.as_ref());
        let service = scope.add(
            ecs::Service::builder(name.clone())
                .name(physical_name(scope, &name, 255))
                .cluster(cluster.cluster.arn())
                .task_definition(task.task_definition.arn())
                .desired_count(tasks)
                .when(blue_green, |service| {
                    service
                        .launch_type(ecs::LaunchType::Fargate)
                        .deployment_controller(|controller| {
                            controller.type_(ecs::DeploymentControllerType::CodeDeploy)
                        })
                        .ignore_changes(["load_balancer", "task_definition"])
                })
                .when(!blue_green, |service| {
                    service
                        .capacity_provider_strategy(|strategy| strategy.capacity_provider(provider).weight(1))
                        .deployment_circuit_breaker(|breaker| breaker.enable(true).rollback(true))
                        .service_connect_configuration(|connect| {
                            let connect = connect.enabled(true).namespace(cluster.namespace.arn());
                            let port = port.filter(|_| self.discoverable);
                            connect.maybe(port, |connect, (_, number, port_name)| {
                                connect.service(|service| {
                                    service
                                        .port_name(port_name.as_str())
                                        .discovery_name(name.as_str())
                                        .client_alias(|alias| alias.dns_name(name.as_str()).port(*number))
                                })
                            })
                        })
                })
                .availability_zone_rebalancing(ecs::AvailabilityZoneRebalancing::Enabled)
                .enable_ecs_managed_tags(true)
                .propagate_tags(ecs::PropagateTags::Service)
                .when(sessions, |service| service.enable_execute_command(true))
                .when(!self.target_groups.is_empty(), |service| {
                    service.health_check_grace_period_seconds(self.grace_period.unwrap_or(60))
                })
                .network_configuration(|configuration| {
                    configuration.subnets(self.subnets.ids()).security_groups([security_group.id()])
                })
                .each(&self.target_groups, |service, target| match task.listener(target.port) {
                    // Reported as a problem.
                    None => service,
                    Some(container) => service.load_balancer(|load_balancer| {
                        load_balancer
                            .target_group_arn(target.target_group.arn())
                            .container_name(container)
                            .container_port(target.port)
                    }),
                })
                // Autoscaling changes it at run time.
                .when(self.scaled_externally || self.scaling.is_some(), |service| {
                    service.ignore_changes(["desired_count"])
                })
                .depends_on_local(scope, &cluster.capacity_providers)
                // Without the permissions, the first tasks would fail to start, and the deployment would be rolled
                // back.
                .maybe(task.execution_role.policy(), |service, policy| service.depends_on(&policy))
                .each(rules, |service, rule| service.depends_on_local(scope, rule))
                .each(task.mount_targets(), |service, target| service.depends_on_local(scope, target))
                .each(self.dependencies, |service, dependency| {
                    service.depends_on(&RecordedAddress(dependency))
                }),
        );
        if let Some(scaling) = self.scaling {
            let target_group = self.target_groups.first();
            let scaled =
                ScaledService { name: &name, cluster: &cluster.cluster, service: &service, target_group };
            scaling.build(scope, &scaled);
        }
        let cluster = cluster.cluster.clone();
        Service { service, task, security_group, cluster, name, scope: scope.to_owned_scope() }
    }
}

impl ServiceBuilder<'_> {
    fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let listens = self.task.containers.iter().any(|container| !container.ports.is_empty());
        if !listens && (self.discoverable || !self.target_groups.is_empty()) {
            let summary =
                format!("service `{}` must be reachable, but none of its containers has a port", self.name);
            problems.push(
                Diagnostic::error("service-port", summary)
                    .hint("set the port: `Container::new(…).port(8080)`"),
            );
        }
        let ports = || self.task.containers.iter().flat_map(|container| &container.ports);
        for target in &self.target_groups {
            if listens && !ports().any(|port| port.protocol == "tcp" && port.number == target.port) {
                let summary = format!(
                    "service `{}` does not listen on port {} of target group `{}`",
                    self.name,
                    target.port,
                    target.name()
                );
                let known: Vec<_> = ports().map(|port| port.number.to_string()).collect();
                problems.push(
                    Diagnostic::error("service-target-port", summary)
                        .detail(format!("Its containers have these ports: {}.", known.join(", ")))
                        .hint("use the port of a container in `TargetGroup::builder(…)`, or add the port"),
                );
            }
        }
        if self.deployments == Deployments::BlueGreen
            && (self.discoverable || !matches!(self.capacity, Capacity::Fargate))
        {
            let summary = format!("service `{}` does not support blue/green deployments", self.name);
            problems.push(
                Diagnostic::error("service-blue-green", summary)
                    .detail("CodeDeploy requires a service on Fargate that is not discoverable.")
                    .hint("remove `.capacity(…)` and `.discoverable()`, or remove `.blue_green(…)`"),
            );
        }
        if self.subnets.subnets.is_empty() {
            let summary = format!("service `{}` has no subnets", self.name);
            problems.push(
                Diagnostic::error("service-subnets", summary)
                    .detail(format!("The network has no `{}` subnets.", self.subnets.tier)),
            );
        }
        problems
    }
}

/// An address that was recorded earlier.
struct RecordedAddress(Expression);

impl Dependency for RecordedAddress {
    fn address(&self) -> Expression {
        self.0.clone()
    }
}
