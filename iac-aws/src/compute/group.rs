//! Auto Scaling groups.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::Image;
use super::scaling::Scaling;
use super::template::{LaunchResources, LaunchSettings};
use crate::encryption::Key;
use crate::identity::{Grantee, Role};
use crate::messaging::Queue;
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, Peer, Port, SecurityGroup, Subnets};
use crate::traffic::{NetworkLoadBalancer, TargetGroup};
use crate::{autoscaling, ec2, elbv2};

/// An Auto Scaling group with several instance types and encrypted disks.
///
/// Several types improve the odds of getting capacity. Instances require IMDSv2, and are accessed through SSM rather
/// than SSH. A change of the launch template replaces them with a rolling instance refresh.
///
/// | Address | Description |
/// |---|---|
/// | `aws_autoscaling_group.<name>` | group, named `<stack>-<name>` |
/// | `aws_launch_template.<name>` | launch template |
/// | `aws_iam_role.<name>`, `aws_iam_instance_profile.<name>`, `aws_iam_role_policy_attachment.<name>_…` | role of the instances |
/// | `aws_security_group.<name>` | security group; HTTPS to any destination by default |
/// | `aws_autoscaling_policy.<name>_<metric>`, `aws_autoscaling_schedule.<name>_<time>` | scaling policies and scheduled actions |
/// | `aws_autoscaling_lifecycle_hook.<name>_<hook>` | lifecycle hooks |
///
/// ```
/// use iac_aws::compute::AutoScalingGroup;
/// use iac_aws::identity::Statement;
/// use iac_aws::network::{Network, Peer, Port};
/// use iac_aws::prelude::*;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let media = stack.add(
///     AutoScalingGroup::builder("media", &network, ["c7g.large"])
///         .between(2, 12)
///         .scale_on_cpu(50)
///         .scale_on_schedule("lessons_begin", "0 7 * * MON-FRI", "Europe/London", 6),
/// );
/// media.allow_from_peer(Peer::Internet, Port::udp_range(49_152, 65_535));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct AutoScalingGroup {
    /// The Auto Scaling group.
    pub group: autoscaling::Group,
    /// The launch template.
    pub launch_template: ec2::LaunchTemplate,
    /// The role of the instances.
    pub role: Role,
    /// The security group of the instances.
    pub security_group: SecurityGroup,
}

impl AutoScalingGroup {
    /// Starts a group whose instances are of the given types, which should be of similar size.
    pub fn builder<T: Into<Text>>(
        name: impl Into<Text>,
        network: &Network,
        instance_types: impl IntoIterator<Item = T>,
    ) -> AutoScalingGroupBuilder<'_> {
        AutoScalingGroupBuilder {
            name: name.into(),
            network,
            subnets: network.default_subnets(),
            instance_types: instance_types.into_iter().map(Into::into).collect(),
            launch: LaunchSettings::default(),
            minimum: 1,
            maximum: 1,
            on_demand: None,
            scaling: Vec::new(),
            target_groups: Vec::new(),
            peers: Vec::new(),
            warm_pool: None,
            hooks: Vec::new(),
            managed_by_ecs: false,
            maximum_lifetime_days: 30,
        }
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for AutoScalingGroup {
    fn role(&self) -> &Role {
        &self.role
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for AutoScalingGroup {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// Builds an [`AutoScalingGroup`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct AutoScalingGroupBuilder<'a> {
    name: Text,
    network: &'a Network,
    subnets: &'a Subnets,
    instance_types: Vec<Text>,
    launch: LaunchSettings,
    minimum: u32,
    maximum: u32,
    /// Number of on-demand instances, if the others are spot instances.
    on_demand: Option<u32>,
    scaling: Vec<Scaling>,
    target_groups: Vec<elbv2::LbTargetGroup>,
    /// The load balancers in front of the group, and the ports they connect to.
    peers: Vec<(SecurityGroup, Port)>,
    warm_pool: Option<u32>,
    hooks: Vec<(Text, u32)>,
    managed_by_ecs: bool,
    maximum_lifetime_days: u32,
}

impl<'a> AutoScalingGroupBuilder<'a> {
    /// Returns the name of the group.
    pub(crate) fn name(&self) -> &Text {
        &self.name
    }

    /// Prepends a script to the user data.
    pub(crate) fn prepend_user_data(mut self, script: Expr<String>) -> Self {
        self.launch.user_data = Some(match self.launch.user_data.take() {
            None => script,
            Some(existing) => tf!("{}{}", script, existing),
        });
        self
    }

    /// Sets the image, unless one is already set.
    pub(crate) fn default_image(mut self, image: Image) -> Self {
        if self.launch.image == Image::default() {
            self.launch.image = image;
        }
        self
    }

    /// Sets the image of the instances (default: Amazon Linux 2023 for ARM).
    pub fn image(mut self, image: Image) -> Self {
        self.launch.image = image;
        self
    }

    /// Sets the script that an instance runs on its first boot.
    ///
    /// A literal is readable in the configuration, so the script must look up secrets itself.
    pub fn user_data(mut self, script: impl IntoExpr<String>) -> Self {
        self.launch.user_data = Some(script.into_expr());
        self
    }

    /// Sets the size of each root disk in GiB.
    ///
    /// The default is 20 for Amazon Linux, 30 for images optimized for ECS, and the size of the image otherwise.
    pub fn disk_gibibytes(mut self, size: u32) -> Self {
        self.launch.disk_gibibytes = Some(size);
        self
    }

    /// Sets the root device of an image by its id or parameter, so that its disk is encrypted: `/dev/xvda` for Amazon
    /// Linux, `/dev/sda1` for Ubuntu and Windows.
    ///
    /// `aws ec2 describe-images` prints it as `RootDeviceName`.
    pub fn root_device(mut self, name: impl Into<Text>) -> Self {
        self.launch.root_device = Some(name.into());
        self
    }

    /// Sets the KMS key that encrypts the disks (default: the AWS managed key of EBS).
    ///
    /// The key policy must allow the Auto Scaling service-linked role to use the key.
    pub fn disk_key(mut self, key: &Key) -> Self {
        self.launch.key = Some(key.clone());
        self
    }

    /// Attaches an AWS managed policy to the role of the instances, by its name after `arn:aws:iam::aws:policy/`.
    pub fn managed_policy(mut self, policy: impl Into<Text>) -> Self {
        self.launch.managed_policies.push(policy.into());
        self
    }

    /// Sets the minimum and maximum number of instances (default: one).
    pub fn between(mut self, minimum: u32, maximum: u32) -> Self {
        (self.minimum, self.maximum) = (minimum, maximum);
        self
    }

    /// Uses spot instances, except for a number of on-demand instances.
    ///
    /// Spot instances are cheaper, and can be reclaimed with two minutes' notice.
    pub fn spot(mut self, on_demand: u32) -> Self {
        self.on_demand = Some(on_demand);
        self
    }

    /// Tracks an average CPU utilization, in percent.
    pub fn scale_on_cpu(mut self, percent: u32) -> Self {
        self.scaling.push(Scaling::Cpu(percent));
        self
    }

    /// Scales ahead of demand to stay at a CPU utilization, in percent.
    ///
    /// The forecast is CloudWatch's, from the last two weeks.
    pub fn scale_on_predicted_cpu(mut self, percent: u32) -> Self {
        self.scaling.push(Scaling::PredictedCpu(percent));
        self
    }

    /// Tracks a number of requests per minute and instance.
    pub fn scale_on_requests(mut self, target_group: &TargetGroup, requests: u32) -> Self {
        self.scaling.push(Scaling::Requests(Box::new(target_group.clone()), requests));
        self
    }

    /// Sets the number of instances by the number of messages in a queue.
    ///
    /// Steps are messages and instances: `[(0, 1), (100, 4)]`.
    pub fn scale_on_queue(mut self, queue: &Queue, steps: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut steps: Vec<_> = steps.into_iter().collect();
        steps.sort_unstable();
        self.scaling.push(Scaling::Queue(Box::new(queue.clone()), steps));
        self
    }

    /// Changes the minimum number of instances on a schedule, such as `0 7 * * MON-FRI`.
    pub fn scale_on_schedule(
        mut self,
        name: impl Into<Text>,
        recurrence: impl Into<Text>,
        time_zone: impl Into<Text>,
        minimum: u32,
    ) -> Self {
        let (name, recurrence, time_zone) = (name.into(), recurrence.into(), time_zone.into());
        self.scaling.push(Scaling::Schedule { name, recurrence, time_zone, minimum });
        self
    }

    /// Registers the instances with a target group of an Application Load Balancer.
    ///
    /// Instances that fail its health check are replaced.
    pub fn behind(mut self, target_group: &TargetGroup) -> Self {
        self.target_groups.push(target_group.target_group.clone());
        self.peers.push((target_group.from.clone(), Port::tcp(target_group.port)));
        self
    }

    /// Registers the instances with every target group of a Network Load Balancer.
    pub fn behind_network(mut self, load_balancer: &NetworkLoadBalancer) -> Self {
        self.target_groups.extend(load_balancer.target_groups.iter().cloned());
        let from = &load_balancer.security_group;
        self.peers.extend(load_balancer.ports.iter().map(|port| (from.clone(), *port)));
        self
    }

    /// Keeps at least a number of stopped instances ready for the next scale-out.
    pub fn warm_pool(mut self, minimum: u32) -> Self {
        self.warm_pool = Some(minimum);
        self
    }

    /// Delays the termination of an instance until its lifecycle action is completed, or the timeout in seconds.
    pub fn termination_hook(mut self, name: impl Into<Text>, seconds: u32) -> Self {
        self.hooks.push((name.into(), seconds));
        self
    }

    /// Lets an ECS capacity provider decide the number of instances, and which of them are terminated.
    pub fn managed_by_ecs(mut self) -> Self {
        self.managed_by_ecs = true;
        self
    }

    /// Sets the number of days after which an instance is replaced, so that it gets all updates (default: 30).
    pub fn maximum_lifetime_days(mut self, days: u32) -> Self {
        self.maximum_lifetime_days = days;
        self
    }

    /// Sets the subnets (default: the private subnets of the network).
    pub fn subnets(mut self, subnets: &'a Subnets) -> Self {
        self.subnets = subnets;
        self
    }

    fn problems(&self) -> Vec<Diagnostic> {
        let mut problems =
            self.launch.problems(&format!("Auto Scaling group `{}`", self.name), &self.instance_types);
        if self.launch.root_device().is_none() {
            let summary =
                format!("root device of the image of Auto Scaling group `{}` is unknown", self.name);
            problems.push(
                Diagnostic::error("image-root-device", summary)
                    .detail("The launch template encrypts the root disk by the name of its device.")
                    .hint("set the `RootDeviceName` of the image: `.root_device(\"/dev/sda1\")`"),
            );
        }
        if !(1..=365).contains(&self.maximum_lifetime_days) {
            let summary = format!("invalid maximum lifetime of instances of `{}`", self.name);
            let detail =
                format!("It is {} days, and must be between 1 and 365 days.", self.maximum_lifetime_days);
            problems.push(Diagnostic::error("group-lifetime", summary).detail(detail));
        }
        if self.instance_types.is_empty() {
            let summary = format!("Auto Scaling group `{}` has no instance types", self.name);
            problems.push(
                Diagnostic::error("group-instances", summary).hint("add at least one: `[\"m7g.large\"]`"),
            );
        }
        if self.minimum > self.maximum {
            let summary =
                format!("minimum of Auto Scaling group `{}` is greater than its maximum", self.name);
            let detail = format!("The minimum is {}, and the maximum is {}.", self.minimum, self.maximum);
            problems.push(Diagnostic::error("group-bounds", summary).detail(detail));
        }
        if self.subnets.subnets.is_empty() {
            let summary = format!("Auto Scaling group `{}` has no subnets", self.name);
            let detail = format!("The network has no `{}` subnets.", self.subnets.tier);
            problems.push(Diagnostic::error("group-subnets", summary).detail(detail));
        }
        if self.warm_pool.is_some() && self.on_demand.is_some() {
            let summary =
                format!("Auto Scaling group `{}` combines a warm pool with spot instances", self.name);
            problems.push(
                Diagnostic::error("group-warm-pool", summary)
                    .detail("Warm pools do not support spot instances."),
            );
        }
        problems
    }
}

impl Construct for AutoScalingGroupBuilder<'_> {
    type Output = AutoScalingGroup;

    fn build(self, scope: &Scope<'_>) -> AutoScalingGroup {
        for problem in self.problems() {
            scope.report(problem);
        }
        let name = &self.name;
        let security_group = scope.add(
            SecurityGroup::builder(name.clone(), self.network).description(format!("Instances of {name}")),
        );
        security_group.allow_to_peer(Peer::Internet, Port::HTTPS);
        for (from, port) in &self.peers {
            security_group.allow_from(from, *port);
        }
        // A warm pool does not support mixed instances.
        let single = self.warm_pool.and(self.instance_types.first());
        let LaunchResources { template: launch_template, role, .. } =
            self.launch.build(scope, name, &security_group, single);
        let group = self.add_group(scope, &launch_template);
        for (hook, seconds) in &self.hooks {
            let hook = format!("{name}_{hook}");
            scope.add(
                autoscaling::LifecycleHook::builder(&hook)
                    .name(physical_name(scope, &hook, 255))
                    .autoscaling_group_name(group.name())
                    .lifecycle_transition(autoscaling::LifecycleTransition::AutoscalingEC2INSTANCETERMINATING)
                    .heartbeat_timeout(*seconds)
                    .default_result(autoscaling::DefaultResult::Continue),
            );
        }
        for scaling in self.scaling {
            scaling.build(scope, &self.name, &group, self.maximum);
        }
        AutoScalingGroup { group, launch_template, role, security_group }
    }
}

impl AutoScalingGroupBuilder<'_> {
    fn add_group(&self, scope: &Scope<'_>, template: &ec2::LaunchTemplate) -> autoscaling::Group {
        let physical_name = physical_name(scope, &self.name, 255);
        let health = if self.target_groups.is_empty() { "EC2" } else { "ELB" };
        scope.add(
            autoscaling::Group::builder(self.name.clone())
                .name(physical_name.as_str())
                .vpc_zone_identifier(self.subnets.ids())
                .min_size(self.minimum)
                .max_size(self.maximum)
                .health_check_type(health)
                .health_check_grace_period(120)
                .max_instance_lifetime(self.maximum_lifetime_days * 24 * 60 * 60)
                .enabled_metrics(["GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"])
                .when(self.managed_by_ecs, |group| group.protect_from_scale_in(true))
                .when(self.on_demand.is_some(), |group| group.capacity_rebalance(true))
                .when(!self.target_groups.is_empty(), |group| {
                    group.target_group_arns(self.target_groups.iter().map(elbv2::LbTargetGroup::arn))
                })
                .when(self.warm_pool.is_none(), |group| {
                    group.mixed_instances_policy(|policy| {
                        policy
                            .instances_distribution(|distribution| match self.on_demand {
                                None => distribution.on_demand_percentage_above_base_capacity(100),
                                Some(base) => distribution
                                    .on_demand_base_capacity(base)
                                    .on_demand_percentage_above_base_capacity(0)
                                    .spot_allocation_strategy("price-capacity-optimized"),
                            })
                            .launch_template(|launch| {
                                launch
                                    .launch_template_specification(|specification| {
                                        specification
                                            .launch_template_id(template.id())
                                            .version(template.latest_version())
                                    })
                                    .each(&self.instance_types, |launch, instance_type| {
                                        launch
                                            .override_(|launch| launch.instance_type(instance_type.as_str()))
                                    })
                            })
                    })
                })
                .maybe(self.warm_pool, |group, minimum| {
                    group
                        .launch_template(|launch| launch.id(template.id()).version(template.latest_version()))
                        .warm_pool(|pool| {
                            pool.min_size(minimum)
                                .pool_state(autoscaling::PoolState::Stopped)
                                .instance_reuse_policy(|policy| policy.reuse_on_scale_in(true))
                        })
                })
                .instance_refresh(|refresh| {
                    refresh.strategy(autoscaling::Strategy::Rolling).preferences(|preferences| {
                        preferences
                            .min_healthy_percentage(90)
                            // A rollback requires the id of the image, which a parameter no longer has.
                            .when(self.launch.image.is_id(), |preferences| preferences.auto_rollback(true))
                            // ECS protects instances with tasks, and drains them before they are terminated.
                            .when(self.managed_by_ecs, |preferences| {
                                preferences.scale_in_protected_instances(
                                    autoscaling::ScaleInProtectedInstances::Refresh,
                                )
                            })
                    })
                })
                .tag(|tag| tag.key("Name").value(physical_name.as_str()).propagate_at_launch(true))
                // ECS requires this tag on the instances of its capacity providers.
                .when(self.managed_by_ecs, |group| {
                    group.tag(|tag| tag.key("AmazonECSManaged").value("true").propagate_at_launch(true))
                })
                // Autoscaling changes it at run time.
                .ignore_changes(["desired_capacity"]),
        )
    }
}
