//! Blue/green deployments with CodeDeploy.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use crate::containers::Service;
use crate::deploy;
use crate::identity::{Grantee, Principal, Role, Statement};
use crate::monitoring::Alarm;
use crate::naming::physical_name;
use crate::traffic::BlueGreen;

/// A CodeDeploy deployment group for an ECS service, which shifts traffic gradually.
///
/// New tasks run next to the old ones, which lose traffic step by step and are kept for a while. If an alarm goes off
/// meanwhile, all traffic returns to them.
///
/// | Address | Description |
/// |---|---|
/// | `aws_codedeploy_app.<name>`, `aws_codedeploy_deployment_group.<name>` | application and deployment group of the service |
/// | `aws_codedeploy_deployment_config.<name>` | traffic shifting |
/// | `aws_iam_role.<name>_deployment`, `aws_iam_role_policy_attachment.<name>_deployment_…` | role of CodeDeploy |
///
/// ```
/// use iac_aws::containers::{Cluster, Container, Service};
/// use iac_aws::delivery::GradualDeployment;
/// use iac_aws::messaging::Topic;
/// use iac_aws::network::Network;
/// use iac_aws::traffic::{ApplicationLoadBalancer, BlueGreen, Certificate, TargetGroup, Zone};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
/// let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
/// let groups = stack.add(BlueGreen::builder(TargetGroup::builder("web", &front, 8080)));
/// let cluster = stack.add(Cluster::builder("main"));
/// let container = Container::new("web", "public.ecr.aws/lessons/web:1").port(8080);
/// let web = stack.add(Service::builder("web", &cluster, &network, container).blue_green(&groups));
/// let operators = stack.add(Topic::builder("operators"));
/// let alarms = groups.green.alarms(&operators);
/// stack.add(GradualDeployment::builder("web", &web, &groups).canary(10, 5).roll_back_on(&alarms.0));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct GradualDeployment {
    /// The CodeDeploy application.
    pub app: deploy::App,
    /// The deployment group.
    pub group: deploy::DeploymentGroup,
    /// The deployment configuration, which defines the traffic shifting.
    pub config: deploy::DeploymentConfig,
    pub(super) service: Service,
}

impl GradualDeployment {
    /// Starts the deployments of a service between two target groups. By default, all traffic is shifted at once.
    pub fn builder<'a>(
        name: impl Into<Text>,
        service: &'a Service,
        groups: &'a BlueGreen,
    ) -> GradualDeploymentBuilder<'a> {
        let (name, alarms) = (name.into(), Vec::new());
        GradualDeploymentBuilder { name, service, groups, shift: Shift::AllAtOnce, alarms, wait_minutes: 15 }
    }

    /// Grants permission to create deployments.
    #[track_caller]
    pub fn grant_deploy(&self, grantee: &impl Grantee) {
        let role = grantee.role();
        let actions = ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"];
        role.allow(Statement::allow(actions).on(self.group.arn()));
        let actions = ["codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"];
        role.allow(Statement::allow(actions).on(self.app.arn()));
        role.allow(Statement::allow(["codedeploy:GetDeploymentConfig"]).on(self.config.arn()));
    }
}

/// The traffic shifting of a deployment.
#[derive(Clone, Copy, Debug)]
enum Shift {
    AllAtOnce,
    /// Shifts a percentage of the traffic, and the rest after a number of minutes.
    Canary(u32, u32),
    /// Shifts a percentage of the traffic at a time, at an interval in minutes.
    Linear(u32, u32),
}

/// Builds a [`GradualDeployment`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct GradualDeploymentBuilder<'a> {
    name: Text,
    service: &'a Service,
    groups: &'a BlueGreen,
    shift: Shift,
    alarms: Vec<Expr<String>>,
    wait_minutes: u32,
}

impl GradualDeploymentBuilder<'_> {
    /// Shifts a percentage of the traffic, and the rest after a number of minutes.
    pub fn canary(mut self, percent: u32, minutes: u32) -> Self {
        self.shift = Shift::Canary(percent, minutes);
        self
    }

    /// Shifts a percentage of the traffic at a time, at an interval in minutes.
    pub fn linear(mut self, percent: u32, minutes: u32) -> Self {
        self.shift = Shift::Linear(percent, minutes);
        self
    }

    /// Returns all traffic to the old tasks if one of these alarms goes off.
    pub fn roll_back_on<'b>(mut self, alarms: impl IntoIterator<Item = &'b Alarm>) -> Self {
        self.alarms.extend(alarms.into_iter().map(|alarm| alarm.alarm.alarm_name()));
        self
    }

    /// Sets the number of minutes that the old tasks are kept after a successful deployment (default: 15).
    pub fn termination_wait_minutes(mut self, minutes: u32) -> Self {
        self.wait_minutes = minutes;
        self
    }
}

impl Construct for GradualDeploymentBuilder<'_> {
    type Output = GradualDeployment;

    fn build(self, scope: &Scope<'_>) -> GradualDeployment {
        let Self { name, service, groups, .. } = self;
        if let Shift::Canary(percent, _) | Shift::Linear(percent, _) = self.shift
            && !(1..=99).contains(&percent)
        {
            let summary = format!("invalid traffic percentage {percent} in deployment `{name}`");
            scope.report(
                Diagnostic::error("deployment-percent", summary).hint(
                    "use a percentage between 1 and 99, or omit the setting to shift all traffic at once",
                ),
            );
        }
        let physical_name = physical_name(scope, &name, 100);
        let role = scope.add(
            Role::builder(format!("{name}_deployment"), Principal::service("codedeploy.amazonaws.com"))
                .managed_policy("AWSCodeDeployRoleForECS"),
        );
        let app = scope.add(
            deploy::App::builder(name.clone())
                .name(physical_name.as_str())
                .compute_platform(deploy::ComputePlatform::Ecs),
        );
        let config = scope.add(
            deploy::DeploymentConfig::builder(name.clone())
                .deployment_config_name(physical_name.as_str())
                .compute_platform(deploy::ComputePlatform::Ecs)
                .traffic_routing_config(|routing| match self.shift {
                    Shift::AllAtOnce => routing.type_(deploy::TrafficRoutingConfigType::AllAtOnce),
                    Shift::Canary(percent, minutes) => routing
                        .type_(deploy::TrafficRoutingConfigType::TimeBasedCanary)
                        .time_based_canary(|canary| canary.percentage(percent).interval(minutes)),
                    Shift::Linear(percent, minutes) => routing
                        .type_(deploy::TrafficRoutingConfigType::TimeBasedLinear)
                        .time_based_linear(|linear| linear.percentage(percent).interval(minutes)),
                }),
        );
        let mut events = vec!["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"];
        events.extend((!self.alarms.is_empty()).then_some("DEPLOYMENT_STOP_ON_ALARM"));
        let group = scope.add(
            deploy::DeploymentGroup::builder(name)
                .app_name(app.name())
                .deployment_group_name(physical_name)
                .deployment_config_name(config.deployment_config_name())
                .service_role_arn(role.arn())
                .deployment_style(|style| {
                    style
                        .deployment_type(deploy::DeploymentType::BlueGreen)
                        .deployment_option(deploy::DeploymentOption::WithTrafficControl)
                })
                .blue_green_deployment_config(|deployment| {
                    deployment
                        .deployment_ready_option(|ready| {
                            ready.action_on_timeout(deploy::ActionOnTimeout::ContinueDeployment)
                        })
                        .terminate_blue_instances_on_deployment_success(|old| {
                            old.action(deploy::TerminateBlueInstancesOnDeploymentSuccessAction::Terminate)
                                .termination_wait_time_in_minutes(self.wait_minutes)
                        })
                })
                .auto_rollback_configuration(|rollback| rollback.enabled(true).events(events))
                .when(!self.alarms.is_empty(), |group| {
                    group.alarm_configuration(|alarms| alarms.enabled(true).alarms(self.alarms))
                })
                .ecs_service(|ecs| {
                    ecs.cluster_name(service.cluster().name()).service_name(service.service.name())
                })
                .load_balancer_info(|load_balancer| {
                    load_balancer.target_group_pair_info(|pair| {
                        pair.prod_traffic_route(|route| route.listener_arns([groups.listener.arn()]))
                            .target_group(|group| group.name(groups.blue.target_group.name()))
                            .target_group(|group| group.name(groups.green.target_group.name()))
                    })
                }),
        );
        GradualDeployment { app, group, config, service: service.clone() }
    }
}
