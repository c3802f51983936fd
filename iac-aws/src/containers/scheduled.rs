//! Scheduled tasks.

use iac_core::Text;
use iac_core::prelude::*;

use super::task::TaskSettings;
use super::{Cluster, Container, Task};
use crate::encryption::Key;
use crate::identity::{Grantee, Principal, Role, Statement};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, Peer, Port, SecurityGroup};
use crate::scheduler;

/// A task that runs on Fargate on a schedule.
///
/// | Address | Description |
/// |---|---|
/// | `aws_scheduler_schedule.<name>` | schedule |
/// | `aws_iam_role.<name>_schedule`, `aws_iam_role_policy.<name>_schedule` | role that starts the task |
/// | `aws_ecs_task_definition.<name>` and more | see [`Task`] |
/// | `aws_security_group.<name>` | security group; HTTPS to any destination by default |
///
/// ```
/// use iac_aws::containers::{Cluster, Container, ScheduledTask};
/// use iac_aws::network::Network;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let cluster = stack.add(Cluster::builder("main"));
/// let clean = Container::new("clean", "public.ecr.aws/lessons/clean:1");
/// stack.add(ScheduledTask::builder("clean", "cron(0 3 * * ? *)", &cluster, &network, clean));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ScheduledTask {
    /// The schedule.
    pub schedule: scheduler::Schedule,
    /// The task definition, its roles and its log.
    pub task: Task,
    /// The security group of the task.
    pub security_group: SecurityGroup,
}

impl ScheduledTask {
    /// Starts a task with one container and a schedule: `cron(0 3 * * ? *)`, `rate(1 hour)`.
    pub fn builder<'a>(
        name: impl Into<Text>,
        schedule: impl Into<Text>,
        cluster: &'a Cluster,
        network: &'a Network,
        container: Container,
    ) -> ScheduledTaskBuilder<'a> {
        ScheduledTaskBuilder {
            name: name.into(),
            schedule: schedule.into(),
            time_zone: Text::from_static("UTC"),
            cluster,
            network,
            task: TaskSettings::new(container),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for ScheduledTask {
    fn role(&self) -> &Role {
        &self.task.role
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for ScheduledTask {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// Builds a [`ScheduledTask`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ScheduledTaskBuilder<'a> {
    name: Text,
    schedule: Text,
    time_zone: Text,
    cluster: &'a Cluster,
    network: &'a Network,
    task: TaskSettings,
}

impl ScheduledTaskBuilder<'_> {
    /// Sets the time zone of the schedule (default: UTC).
    pub fn time_zone(mut self, zone: impl Into<Text>) -> Self {
        self.time_zone = zone.into();
        self
    }

    /// Sets the CPU of the task, in units of 1/1024 vCPU (default: 256).
    pub fn cpu(mut self, units: u32) -> Self {
        self.task.cpu = units;
        self
    }

    /// Sets the memory of the task, in MiB (default: 512).
    pub fn memory(mut self, mebibytes: u32) -> Self {
        self.task.memory = mebibytes;
        self
    }
}

impl Construct for ScheduledTaskBuilder<'_> {
    type Output = ScheduledTask;

    fn build(self, scope: &Scope<'_>) -> ScheduledTask {
        let Self { name, cluster, network, .. } = self;
        network.default_subnets().require(scope, 1, &format!("scheduled task `{name}`"));
        let task = self.task.build(scope, &name);
        let security_group =
            scope.add(SecurityGroup::builder(name.clone(), network).description(format!("Tasks of {name}")));
        security_group.allow_to_peer(Peer::Internet, Port::HTTPS);
        task.allow_file_systems(&security_group);
        let role = scope.add(
            Role::builder(format!("{name}_schedule"), Principal::service("scheduler.amazonaws.com"))
                .restricted_to_account(scope),
        );
        role.allow(
            Statement::allow(["ecs:RunTask"])
                .on(tf!("{}:*", task.task_definition.arn_without_revision()))
                .when("ArnEquals", "ecs:cluster", cluster.cluster.arn()),
        );
        // The tasks get the tags of their definition.
        role.allow(Statement::allow(["ecs:TagResource"]).on("*").when(
            "StringEquals",
            "ecs:CreateAction",
            "RunTask",
        ));
        role.allow(
            Statement::allow(["iam:PassRole"])
                .on([task.role.arn().into_expr(), task.execution_role.arn().into_expr()] as [Expr<String>; 2])
                .when("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
        );
        let key = Key::stack_default(scope);
        key.grant_decrypt(&role);
        let schedule = scope.add(
            scheduler::Schedule::builder(name.clone())
                .name(physical_name(scope, &name, 64))
                .schedule_expression(self.schedule.as_str())
                .schedule_expression_timezone(self.time_zone.as_str())
                .kms_key_arn(key.arn())
                .flexible_time_window(|window| window.mode(scheduler::Mode::Off))
                .target(|target| {
                    target.arn(cluster.cluster.arn()).role_arn(role.arn()).ecs_parameters(|ecs| {
                        ecs.task_definition_arn(task.task_definition.arn())
                            .launch_type(scheduler::LaunchType::Fargate)
                            .propagate_tags(scheduler::PropagateTags::TaskDefinition)
                            .network_configuration(|configuration| {
                                configuration
                                    .subnets(network.default_subnets().ids())
                                    .security_groups([security_group.id()])
                            })
                    })
                }),
        );
        ScheduledTask { schedule, task, security_group }
    }
}
