//! Target groups and listener rules.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::ApplicationLoadBalancer;
use crate::elbv2;
use crate::messaging::Topic;
use crate::monitoring::{Alarm, Alarms, Metric};
use crate::naming::physical_name;
use crate::network::SecurityGroup;

/// A target group of an Application Load Balancer: tasks or instances that listen on one port.
///
/// Its listener rule forwards requests to it: all requests, unless there are conditions.
///
/// | Address | Description |
/// |---|---|
/// | `aws_lb_target_group.<name>` | target group, named `<stack>-<name>` |
/// | `aws_lb_listener_rule.<name>` | listener rule |
///
/// ```
/// use iac_aws::network::Network;
/// use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, TargetGroup, Zone};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
/// let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
/// stack.add(TargetGroup::builder("api", &front, 8080).paths(["/api/*"]).priority(10));
/// stack.add(TargetGroup::builder("web", &front, 8080));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct TargetGroup {
    /// The target group.
    pub target_group: elbv2::LbTargetGroup,
    /// The listener rule. Services depend on it, since ECS rejects a target group without a load balancer.
    pub rule: Option<elbv2::LbListenerRule>,
    /// The port of the targets.
    pub port: u16,
    pub(crate) from: SecurityGroup,
    load_balancer: elbv2::Lb,
    name: Text,
    scope: OwnedScope,
}

impl TargetGroup {
    /// Starts a group behind a load balancer, whose targets listen on a port.
    pub fn builder(
        name: impl Into<Text>,
        load_balancer: &ApplicationLoadBalancer,
        port: u16,
    ) -> TargetGroupBuilder<'_> {
        TargetGroupBuilder {
            name: name.into(),
            load_balancer,
            port,
            health_path: Text::from_static("/"),
            instances: false,
            route: Some(Conditions::default()),
            deregistration_delay_seconds: 30,
        }
    }

    /// Returns the name of the group in its stack.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/ApplicationELB", name)
            .dimension("LoadBalancer", self.load_balancer.arn_suffix())
            .dimension("TargetGroup", self.target_group.arn_suffix())
    }

    /// Returns the metric of requests.
    pub fn requests(&self) -> Metric {
        self.metric("RequestCount").statistic("Sum")
    }

    /// Returns the metric of requests per target and minute.
    pub fn requests_per_target(&self) -> Metric {
        self.metric("RequestCountPerTarget").statistic("Sum")
    }

    /// Returns the metric of 5xx responses from targets.
    pub fn errors(&self) -> Metric {
        self.metric("HTTPCode_Target_5XX_Count").statistic("Sum")
    }

    /// Returns the metric of the p99 response time, in seconds.
    pub fn response_time(&self) -> Metric {
        self.metric("TargetResponseTime").statistic("p99")
    }

    /// Returns the metric of unhealthy targets.
    pub fn unhealthy_targets(&self) -> Metric {
        self.metric("UnHealthyHostCount").statistic("Maximum")
    }

    /// Returns the label that identifies the group in predefined scaling metrics.
    pub(crate) fn resource_label(&self) -> Expr<String> {
        tf!("{}/{}", self.load_balancer.arn_suffix(), self.target_group.arn_suffix())
    }

    /// Adds alarms that notify a topic.
    ///
    /// They go off after five minutes with unhealthy targets (`<name>_unhealthy`), with more than ten 5xx responses
    /// per minute (`<name>_errors`), or with a p99 response time above two seconds (`<name>_slow`).
    #[track_caller]
    pub fn alarms(&self, topic: &Topic) -> Alarms {
        let name = &self.name;
        self.scope.add(|scope| {
            let alarms = [
                Alarm::above(format!("{name}_unhealthy"), self.unhealthy_targets(), 0)
                    .description(format!("Target group {name} has unhealthy targets")),
                Alarm::above(format!("{name}_errors"), self.errors(), 10).description(format!(
                    "Targets of {name} return more than 10 HTTP 5xx responses per minute"
                )),
                Alarm::above(format!("{name}_slow"), self.response_time(), 2)
                    .description(format!("p99 response time of target group {name} is above 2 seconds")),
            ];
            Alarms(alarms.map(|alarm| scope.add(alarm.periods(5).notify(topic.arn()))).into())
        })
    }
}

/// Builds a [`TargetGroup`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct TargetGroupBuilder<'a> {
    name: Text,
    load_balancer: &'a ApplicationLoadBalancer,
    port: u16,
    health_path: Text,
    instances: bool,
    route: Option<Conditions>,
    deregistration_delay_seconds: u32,
}

impl<'a> TargetGroupBuilder<'a> {
    /// Returns the name of the group.
    pub(super) fn name(&self) -> &Text {
        &self.name
    }

    /// Renames the group.
    pub(super) fn named(mut self, name: String) -> Self {
        self.name = name.into();
        self
    }

    /// Ignores changes of the rule's action, which deployments manage.
    pub(super) fn managed_by_deployments(mut self) -> Self {
        if let Some(route) = &mut self.route {
            route.managed_by_deployments = true;
        }
        self
    }

    /// Returns the load balancer.
    pub(super) fn load_balancer(&self) -> &'a ApplicationLoadBalancer {
        self.load_balancer
    }

    /// Sets the path of the health check, which must return 200 (default: `/`).
    pub fn health_path(mut self, path: impl Into<Text>) -> Self {
        self.health_path = path.into();
        self
    }

    /// Registers instances, rather than tasks by their IP addresses.
    pub fn instance_targets(mut self) -> Self {
        self.instances = true;
        self
    }

    /// Restricts the rule to requests with these paths: `["/api/*"]`.
    pub fn paths<P: Into<Text>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.route.get_or_insert_default().paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Restricts the rule to requests with these host names.
    pub fn hosts<H: Into<Text>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.route.get_or_insert_default().hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Sets the priority of the rule. The lowest number is evaluated first (default: 1,000).
    pub fn priority(mut self, priority: u16) -> Self {
        self.route.get_or_insert_default().priority = priority;
        self
    }

    /// Adds no listener rule. A [`Route`] must forward requests to the group.
    pub fn without_route(mut self) -> Self {
        self.route = None;
        self
    }

    /// Sets the deregistration delay, in which requests in flight can complete, in seconds (default: 30).
    pub fn deregistration_delay_seconds(mut self, seconds: u32) -> Self {
        self.deregistration_delay_seconds = seconds;
        self
    }
}

impl Construct for TargetGroupBuilder<'_> {
    type Output = TargetGroup;

    fn build(self, scope: &Scope<'_>) -> TargetGroup {
        let Self { name, load_balancer, port, .. } = self;
        if port == 0 {
            let summary = format!("target group `{name}` has no port");
            scope.report(
                Diagnostic::error("target-group-port", summary)
                    .hint("set the port of its targets: `TargetGroup::builder(\"web\", &front, 8080)`"),
            );
        }
        let target_type = if self.instances { elbv2::TargetType::Instance } else { elbv2::TargetType::Ip };
        let target_group = scope.add(
            elbv2::LbTargetGroup::builder(name.clone())
                .name(physical_name(scope, &name, 32))
                .vpc_id(load_balancer.vpc.id())
                .target_type(target_type)
                .protocol(elbv2::Protocol::Http)
                .port(port)
                .deregistration_delay(self.deregistration_delay_seconds.to_string())
                .load_balancing_algorithm_type(elbv2::LoadBalancingAlgorithmType::LeastOutstandingRequests)
                .health_check(|check| {
                    check
                        .path(self.health_path.as_str())
                        .matcher("200")
                        .interval(10)
                        .healthy_threshold(2)
                        .unhealthy_threshold(3)
                }),
        );
        let rule = self.route.map(|conditions| {
            conditions.add(scope, name.clone(), load_balancer, &[(target_group.clone(), 1)])
        });
        TargetGroup {
            target_group,
            rule,
            port,
            from: load_balancer.security_group.clone(),
            load_balancer: load_balancer.load_balancer.clone(),
            name,
            scope: scope.to_owned_scope(),
        }
    }
}

/// Conditions and priority of a listener rule.
#[derive(Clone, Debug)]
struct Conditions {
    paths: Vec<Text>,
    hosts: Vec<Text>,
    priority: u16,
    managed_by_deployments: bool,
}

/// No condition, and the last priority.
impl Default for Conditions {
    fn default() -> Self {
        Self { paths: Vec::new(), hosts: Vec::new(), priority: 1_000, managed_by_deployments: false }
    }
}

impl Conditions {
    fn add(
        mut self,
        scope: &Scope<'_>,
        name: Text,
        load_balancer: &ApplicationLoadBalancer,
        targets: &[(elbv2::LbTargetGroup, u16)],
    ) -> elbv2::LbListenerRule {
        if self.paths.is_empty() {
            self.paths.push(Text::from_static("/*"));
        }
        let texts =
            |texts: Vec<Text>| texts.into_iter().map(|text| text.as_str().to_owned()).collect::<Vec<_>>();
        scope.add(
            elbv2::LbListenerRule::builder(name)
                .listener_arn(load_balancer.https.arn())
                .priority(self.priority)
                .when(self.managed_by_deployments, |rule| rule.ignore_changes(["action"]))
                .condition(|request| request.path_pattern(|path| path.values(texts(self.paths))))
                .when(!self.hosts.is_empty(), |rule| {
                    rule.condition(|request| request.host_header(|host| host.values(texts(self.hosts))))
                })
                .action(|action| {
                    let action = action.type_(elbv2::ActionType::Forward);
                    match targets {
                        [(target, _)] => action.target_group_arn(target.arn()),
                        _ => action.forward(|forward| {
                            // A route always has a target. The block requires at least two groups, which this slice
                            // has.
                            let (first, rest) = targets.split_first().expect("a route has targets");
                            let forward =
                                forward.target_group(|group| group.arn(first.0.arn()).weight(first.1));
                            forward.each(rest, |forward, (target, weight)| {
                                forward.target_group(|group| group.arn(target.arn()).weight(*weight))
                            })
                        }),
                    }
                }),
        )
    }
}

/// A listener rule that splits requests between target groups by weight, for canary releases.
///
/// | Address | Description |
/// |---|---|
/// | `aws_lb_listener_rule.<name>` | listener rule |
///
/// ```
/// use iac_aws::network::Network;
/// use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, Route, TargetGroup, Zone};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
/// let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
/// let stable = stack.add(TargetGroup::builder("stable", &front, 8080).without_route());
/// let new = stack.add(TargetGroup::builder("new", &front, 8080).without_route());
/// stack.add(Route::builder("web", &front, &stable).sample(&new, 10));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Route {
    /// The listener rule. Services in groups without a rule of their own must depend on it.
    pub rule: elbv2::LbListenerRule,
}

impl Route {
    /// Starts a route that forwards all requests to a group.
    pub fn builder<'a>(
        name: impl Into<Text>,
        load_balancer: &'a ApplicationLoadBalancer,
        to: &TargetGroup,
    ) -> RouteBuilder<'a> {
        RouteBuilder {
            name: name.into(),
            load_balancer,
            to: to.target_group.clone(),
            samples: Vec::new(),
            conditions: Conditions::default(),
        }
    }
}

/// Builds a [`Route`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct RouteBuilder<'a> {
    name: Text,
    load_balancer: &'a ApplicationLoadBalancer,
    to: elbv2::LbTargetGroup,
    samples: Vec<(elbv2::LbTargetGroup, u16)>,
    conditions: Conditions,
}

impl RouteBuilder<'_> {
    /// Forwards a percentage of requests to another group.
    pub fn sample(mut self, to: &TargetGroup, percent: u16) -> Self {
        self.samples.push((to.target_group.clone(), percent));
        self
    }

    /// Restricts the rule to requests with these paths.
    pub fn paths<P: Into<Text>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.conditions.paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Restricts the rule to requests with these host names.
    pub fn hosts<H: Into<Text>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.conditions.hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Sets the priority of the rule. The lowest number is evaluated first (default: 1,000).
    pub fn priority(mut self, priority: u16) -> Self {
        self.conditions.priority = priority;
        self
    }
}

impl Construct for RouteBuilder<'_> {
    type Output = Route;

    fn build(self, scope: &Scope<'_>) -> Route {
        let total: u16 = self.samples.iter().map(|(_, percent)| percent).sum();
        if total > 100 {
            let summary = format!("weights of route `{}` exceed 100%", self.name);
            let detail = format!("The samples add up to {total}%.");
            scope.report(Diagnostic::error("route-weights", summary).detail(detail));
        }
        let rest = 100u16.saturating_sub(total);
        let targets: Vec<_> = [(self.to, rest)].into_iter().chain(self.samples).collect();
        Route { rule: self.conditions.add(scope, self.name, self.load_balancer, &targets) }
    }
}
