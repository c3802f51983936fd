//! Network Load Balancers.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::HasAlias;
use crate::elbv2;
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, Peer, Port, SecurityGroup};
use crate::storage::Bucket;

/// A Network Load Balancer for TCP and UDP, which preserves client addresses.
///
/// | Address | Description |
/// |---|---|
/// | `aws_lb.<name>` | load balancer, named `<stack>-<name>` |
/// | `aws_lb_target_group.<name>_<port>`, `aws_lb_listener.<name>_<port>` | target group and listener of each port: `media_udp_3478` |
/// | `aws_security_group.<name>`, `aws_vpc_security_group_ingress_rule.<name>_from_internet_<port>` | security group |
///
/// ```
/// use iac_aws::network::{Network, Port};
/// use iac_aws::traffic::NetworkLoadBalancer;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let media = stack.add(NetworkLoadBalancer::builder("media", &network).listen(Port::udp(3478), 8080));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct NetworkLoadBalancer {
    /// The load balancer.
    pub load_balancer: elbv2::Lb,
    /// The target groups, in order of their ports.
    pub target_groups: Vec<elbv2::LbTargetGroup>,
    /// The security group of the load balancer.
    pub security_group: SecurityGroup,
    /// The ports that the load balancer connects to: of its traffic and of its health checks, without duplicates.
    pub(crate) ports: Vec<Port>,
    scope: OwnedScope,
}

impl NetworkLoadBalancer {
    /// Starts a load balancer in a network.
    pub fn builder(name: impl Into<Text>, network: &Network) -> NetworkLoadBalancerBuilder<'_> {
        NetworkLoadBalancerBuilder {
            name: name.into(),
            network,
            ports: Vec::new(),
            internal: false,
            deletion_protection: true,
        }
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for NetworkLoadBalancer {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

impl HasAlias for NetworkLoadBalancer {
    fn alias(&self) -> (Expr<String>, Expr<String>) {
        (self.load_balancer.dns_name(), self.load_balancer.zone_id().into_expr())
    }

    fn scope(&self) -> Option<&OwnedScope> {
        Some(&self.scope)
    }
}

/// Builds a [`NetworkLoadBalancer`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct NetworkLoadBalancerBuilder<'a> {
    name: Text,
    network: &'a Network,
    ports: Vec<(Port, u16)>,
    internal: bool,
    deletion_protection: bool,
}

impl NetworkLoadBalancerBuilder<'_> {
    /// Listens on a port, and forwards to the same port of instances. Health checks use TCP on `health_port`.
    pub fn listen(mut self, port: Port, health_port: u16) -> Self {
        self.ports.push((port, health_port));
        self
    }

    /// Makes the load balancer internal: reachable from its network only.
    pub fn internal(mut self) -> Self {
        self.internal = true;
        self
    }

    /// Enables deletion protection (default: true).
    pub fn deletion_protection(mut self, protect: bool) -> Self {
        self.deletion_protection = protect;
        self
    }
}

impl Construct for NetworkLoadBalancerBuilder<'_> {
    type Output = NetworkLoadBalancer;

    fn build(self, scope: &Scope<'_>) -> NetworkLoadBalancer {
        let Self { name, network, .. } = self;
        if self.ports.is_empty() {
            let summary = format!("load balancer `{name}` has no ports");
            scope.report(
                Diagnostic::error("load-balancer-ports", summary)
                    .hint("add one: `.listen(Port::udp(3478), 8080)`"),
            );
        }
        let security_group = scope.add(
            SecurityGroup::builder(name.clone(), network).description(format!("The load balancer {name}")),
        );
        let logs = Bucket::access_logs(scope);
        let subnets = if self.internal { network.default_subnets() } else { network.public_subnets() };
        subnets.require(scope, 1, &format!("load balancer `{name}`"));
        let load_balancer = scope.add(
            elbv2::Lb::builder(name.clone())
                .name(physical_name(scope, &name, 32))
                .load_balancer_type(elbv2::LoadBalancerType::Network)
                .internal(self.internal)
                .subnets(subnets.ids())
                .security_groups([security_group.id()])
                .enable_cross_zone_load_balancing(true)
                .enable_deletion_protection(self.deletion_protection)
                .access_logs(|log| log.enabled(true).bucket(logs.bucket.id()).prefix(name.as_str()))
                .depends_on(&logs.bucket_policy),
        );
        let mut target_groups = Vec::new();
        for (port, health_port) in &self.ports {
            let peer =
                if self.internal { Peer::cidr("network", network.vpc.cidr_block()) } else { Peer::Internet };
            security_group.allow_from_peer(peer, *port);
            let part = format!("{name}_{port}");
            let protocol = if port.is_udp() { elbv2::Protocol::Udp } else { elbv2::Protocol::Tcp };
            let target_group = scope.add(
                elbv2::LbTargetGroup::builder(&part)
                    .name(physical_name(scope, &part, 32))
                    .vpc_id(network.vpc.id())
                    .target_type(elbv2::TargetType::Instance)
                    .protocol(protocol)
                    .port(port.first())
                    .health_check(|check| {
                        check
                            .protocol(elbv2::HealthCheckProtocol::Tcp)
                            .port(health_port.to_string())
                            .interval(10)
                    }),
            );
            scope.add(
                elbv2::LbListener::builder(part)
                    .load_balancer_arn(load_balancer.arn())
                    .protocol(protocol)
                    .port(port.first())
                    .default_action(|action| {
                        action.type_(elbv2::ActionType::Forward).target_group_arn(target_group.arn())
                    }),
            );
            target_groups.push(target_group);
        }
        let mut ports = Vec::new();
        let health_ports = self.ports.iter().map(|(_, health_port)| Port::tcp(*health_port));
        for port in self.ports.iter().map(|(port, _)| *port).chain(health_ports) {
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
        let scope = scope.to_owned_scope();
        NetworkLoadBalancer { load_balancer, target_groups, security_group, ports, scope }
    }
}
