//! Target groups for blue/green deployments.

use iac_core::prelude::*;

use super::{ApplicationLoadBalancer, TargetGroup, TargetGroupBuilder};
use crate::elbv2;

/// Two target groups of one service, for [gradual deployments](crate::delivery::GradualDeployment).
///
/// A deployment starts new tasks in the group without traffic, and then shifts the traffic to it.
///
/// | Address | Description |
/// |---|---|
/// | `aws_lb_target_group.<name>_blue`, `aws_lb_target_group.<name>_green` | target groups |
/// | `aws_lb_listener_rule.<name>_blue` | listener rule, whose target CodeDeploy changes |
///
/// ```
/// use iac_aws::network::Network;
/// use iac_aws::traffic::{ApplicationLoadBalancer, BlueGreen, Certificate, TargetGroup, Zone};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
/// let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
/// let groups = stack.add(BlueGreen::builder(TargetGroup::builder("web", &front, 8080).health_path("/health")));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct BlueGreen {
    /// The group that initially gets the traffic.
    pub blue: TargetGroup,
    /// The other group.
    pub green: TargetGroup,
    /// The HTTPS listener of the load balancer.
    pub(crate) listener: elbv2::LbListener,
}

impl BlueGreen {
    /// Starts two groups with the settings of a target group.
    pub fn builder(targets: TargetGroupBuilder<'_>) -> BlueGreenBuilder<'_> {
        BlueGreenBuilder { targets }
    }
}

/// Builds a [`BlueGreen`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct BlueGreenBuilder<'a> {
    targets: TargetGroupBuilder<'a>,
}

impl Construct for BlueGreenBuilder<'_> {
    type Output = BlueGreen;

    fn build(self, scope: &Scope<'_>) -> BlueGreen {
        let name = self.targets.name().clone();
        let ApplicationLoadBalancer { https: listener, .. } = self.targets.load_balancer().clone();
        let blue = self.targets.clone().named(format!("{name}_blue")).managed_by_deployments();
        let blue = scope.add(blue);
        let green = scope.add(self.targets.named(format!("{name}_green")).without_route());
        BlueGreen { blue, green, listener }
    }
}
