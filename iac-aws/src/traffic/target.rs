//! Where load balancers send what comes in.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::ApplicationLoadBalancer;
use crate::elbv2;
use crate::messaging::Topic;
use crate::monitoring::{Alarm, Alarms, Metric};
use crate::naming::physical_name;
use crate::network::SecurityGroup;

/// Where a load balancer sends requests: a service, or instances, all on one port.
///
/// It gets the requests that its route says: all of them, without a condition.
///
/// | address | is |
/// |---|---|
/// | `aws_lb_target_group.<name>` | the group, called `<stack>-<name>` |
/// | `aws_lb_listener_rule.<name>` | which requests it gets |
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
    /// The group itself.
    pub target_group: elbv2::LbTargetGroup,
    /// Its rule: services depend on it, since a group without a load balancer has no members.
    pub rule: Option<elbv2::LbListenerRule>,
    /// The port of its members.
    pub port: u16,
    pub(crate) from: SecurityGroup,
    load_balancer: elbv2::Lb,
    name: Text,
    scope: OwnedScope,
}

impl TargetGroup {
    /// Starts a group behind a load balancer, whose members listen on a port.
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
            drain_seconds: 30,
        }
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/ApplicationELB", name)
            .dimension("LoadBalancer", self.load_balancer.arn_suffix())
            .dimension("TargetGroup", self.target_group.arn_suffix())
    }

    /// How many requests there are.
    pub fn requests(&self) -> Metric {
        self.metric("RequestCount").statistic("Sum")
    }

    /// How many requests each member gets, in a minute.
    pub fn requests_of_a_member(&self) -> Metric {
        self.metric("RequestCountPerTarget").statistic("Sum")
    }

    /// How many requests the members answered with an error of their own.
    pub fn errors(&self) -> Metric {
        self.metric("HTTPCode_Target_5XX_Count").statistic("Sum")
    }

    /// How long the slowest of a hundred requests takes, in seconds.
    pub fn response_time(&self) -> Metric {
        self.metric("TargetResponseTime").statistic("p99")
    }

    /// How many members are not well.
    pub fn unhealthy(&self) -> Metric {
        self.metric("UnHealthyHostCount").statistic("Maximum")
    }

    /// How autoscaling calls the group.
    pub(crate) fn resource_label(&self) -> Expr<String> {
        tf!("{}/{}", self.load_balancer.arn_suffix(), self.target_group.arn_suffix())
    }

    /// Tells a topic of members that are not well (`<name>_unhealthy`), of more than ten errors a minute (`<name>_errors`),
    /// and when one of a hundred requests takes more than two seconds (`<name>_slow`); each for five minutes.
    #[track_caller]
    pub fn alarms(&self, topic: &Topic) -> Alarms {
        let name = &self.name;
        self.scope.add(|scope| {
            let alarms = [
                Alarm::above(format!("{name}_unhealthy"), self.unhealthy(), 0)
                    .description(format!("Members of {name} are not well")),
                Alarm::above(format!("{name}_errors"), self.errors(), 10)
                    .description(format!("{name} answers with errors")),
                Alarm::above(format!("{name}_slow"), self.response_time(), 2)
                    .description(format!("{name} answers slowly")),
            ];
            Alarms(alarms.map(|alarm| scope.add(alarm.periods(5).notify(topic.arn()))).into())
        })
    }
}

/// Builds a [`TargetGroup`].
#[derive(Clone, Debug)]
#[must_use = "it is part of a stack only once it is added"]
pub struct TargetGroupBuilder<'a> {
    name: Text,
    load_balancer: &'a ApplicationLoadBalancer,
    port: u16,
    health_path: Text,
    instances: bool,
    route: Option<Conditions>,
    drain_seconds: u32,
}

impl<'a> TargetGroupBuilder<'a> {
    /// What the group is called.
    pub(super) fn name(&self) -> &Text {
        &self.name
    }

    /// The same under another name.
    pub(super) fn named(mut self, name: String) -> Self {
        self.name = name.into();
        self
    }

    /// Leaves it to deployments where requests go.
    pub(super) fn moved_by_deployments(mut self) -> Self {
        if let Some(route) = &mut self.route {
            route.moved_by_deployments = true;
        }
        self
    }

    /// In front of it.
    pub(super) fn load_balancer(&self) -> &'a ApplicationLoadBalancer {
        self.load_balancer
    }

    /// The path that a member answers with 200 when it is well: `/`, without this.
    pub fn health_path(mut self, path: impl Into<Text>) -> Self {
        self.health_path = path.into();
        self
    }

    /// Says that the members are instances, and not containers.
    pub fn of_instances(mut self) -> Self {
        self.instances = true;
        self
    }

    /// It gets requests of these paths only: `["/api/*"]`.
    pub fn paths<P: Into<Text>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.route.get_or_insert_default().paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// It gets requests for these names only.
    pub fn hosts<H: Into<Text>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.route.get_or_insert_default().hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// The rule with the smallest number decides: 1,000, without this.
    pub fn priority(mut self, priority: u16) -> Self {
        self.route.get_or_insert_default().priority = priority;
        self
    }

    /// It gets requests only from a [`Route`].
    pub fn without_route(mut self) -> Self {
        self.route = None;
        self
    }

    /// How long a member that leaves may take for what it has begun, in seconds: 30, without this.
    pub fn drain_seconds(mut self, seconds: u32) -> Self {
        self.drain_seconds = seconds;
        self
    }
}

impl Construct for TargetGroupBuilder<'_> {
    type Output = TargetGroup;

    fn build(self, scope: &Scope<'_>) -> TargetGroup {
        let Self { name, load_balancer, port, .. } = self;
        if port == 0 {
            let summary = format!("the target group `{name}` has no port");
            scope.report(
                Diagnostic::error("target-group-port", summary).hint(
                    "say on which port its members listen: `TargetGroup::builder(\"web\", &front, 8080)`",
                ),
            );
        }
        let kind = if self.instances { elbv2::TargetType::Instance } else { elbv2::TargetType::Ip };
        let target_group = scope.add(
            elbv2::LbTargetGroup::builder(name.clone())
                .name(physical_name(scope, &name, 32))
                .vpc_id(load_balancer.vpc.id())
                .target_type(kind)
                .protocol(elbv2::Protocol::Http)
                .port(port)
                .deregistration_delay(self.drain_seconds.to_string())
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

/// Which requests a rule is about.
#[derive(Clone, Debug)]
struct Conditions {
    paths: Vec<Text>,
    hosts: Vec<Text>,
    priority: u16,
    moved_by_deployments: bool,
}

/// Of those without a condition, which come last.
impl Default for Conditions {
    fn default() -> Self {
        Self { paths: Vec::new(), hosts: Vec::new(), priority: 1_000, moved_by_deployments: false }
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
                .when(self.moved_by_deployments, |rule| rule.ignore_changes(["action"]))
                .condition(|request| request.path_pattern(|path| path.values(texts(self.paths))))
                .when(!self.hosts.is_empty(), |rule| {
                    rule.condition(|request| request.host_header(|host| host.values(texts(self.hosts))))
                })
                .action(|action| {
                    let action = action.type_(elbv2::ActionType::Forward);
                    match targets {
                        [(target, _)] => action.target_group_arn(target.arn()),
                        _ => action.forward(|forward| {
                            // The block needs two groups, which the slice has.
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

/// Which of several groups gets a request: by weight, to have a part of the users try what is new.
///
/// | address | is |
/// |---|---|
/// | `aws_lb_listener_rule.<name>` | the rule |
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
    /// The rule: services of groups without a route of their own depend on it.
    pub rule: elbv2::LbListenerRule,
}

impl Route {
    /// Starts a route that sends everything to a group.
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
#[must_use = "it is part of a stack only once it is added"]
pub struct RouteBuilder<'a> {
    name: Text,
    load_balancer: &'a ApplicationLoadBalancer,
    to: elbv2::LbTargetGroup,
    samples: Vec<(elbv2::LbTargetGroup, u16)>,
    conditions: Conditions,
}

impl RouteBuilder<'_> {
    /// Sends a part of the requests to another group, in percent.
    pub fn sample(mut self, to: &TargetGroup, percent: u16) -> Self {
        self.samples.push((to.target_group.clone(), percent));
        self
    }

    /// It is about requests of these paths only.
    pub fn paths<P: Into<Text>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.conditions.paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// It is about requests for these names only.
    pub fn hosts<H: Into<Text>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.conditions.hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// The rule with the smallest number decides: 1,000, without this.
    pub fn priority(mut self, priority: u16) -> Self {
        self.conditions.priority = priority;
        self
    }
}

impl Construct for RouteBuilder<'_> {
    type Output = Route;

    fn build(self, scope: &Scope<'_>) -> Route {
        let sampled: u16 = self.samples.iter().map(|(_, percent)| percent).sum();
        if sampled > 100 {
            let summary = format!("the route `{}` gives away more than there is", self.name);
            let detail = format!("The samples are {sampled} percent together.");
            scope.report(Diagnostic::error("route-weights", summary).detail(detail));
        }
        let rest = 100u16.saturating_sub(sampled);
        let targets: Vec<_> = [(self.to, rest)].into_iter().chain(self.samples).collect();
        Route { rule: self.conditions.add(scope, self.name, self.load_balancer, &targets) }
    }
}
