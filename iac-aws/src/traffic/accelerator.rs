//! Global Accelerator.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::{ApplicationLoadBalancer, HasAlias, NetworkLoadBalancer};
use crate::globalaccelerator;
use crate::naming::physical_name;
use crate::network::Port;
use crate::storage::Bucket;

/// A Global Accelerator: two static anycast addresses that route traffic to the nearest healthy region.
///
/// | Address | Description |
/// |---|---|
/// | `aws_globalaccelerator_accelerator.<name>` | accelerator with flow logs, named `<stack>-<name>` |
/// | `aws_globalaccelerator_listener.<name>_<port>` | each port: `media_udp_3478` |
/// | `aws_globalaccelerator_endpoint_group.<name>_<port>_<region>` | endpoints of each port in each region |
///
/// ```
/// use iac_aws::network::{Network, Port};
/// use iac_aws::traffic::{Accelerator, NetworkLoadBalancer};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let media = stack.add(NetworkLoadBalancer::builder("media", &network).listen(Port::udp(3478), 8080));
/// let accelerator = stack.add(Accelerator::builder("media").listen(Port::udp(3478)));
/// accelerator.add_endpoint("eu-west-1", &media);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Accelerator {
    /// The accelerator.
    pub accelerator: globalaccelerator::Accelerator,
    /// The listeners, in order of their ports.
    pub listeners: Vec<globalaccelerator::Listener>,
    ports: Vec<Port>,
    name: Text,
    scope: OwnedScope,
}

/// An endpoint of an accelerator.
pub trait Endpoint {
    /// Returns the ARN of the endpoint.
    fn endpoint(&self) -> Expr<String>;
}

impl Endpoint for NetworkLoadBalancer {
    fn endpoint(&self) -> Expr<String> {
        self.load_balancer.arn().into_expr()
    }
}

impl Endpoint for ApplicationLoadBalancer {
    fn endpoint(&self) -> Expr<String> {
        self.load_balancer.arn().into_expr()
    }
}

impl Accelerator {
    /// Starts an accelerator.
    pub fn builder(name: impl Into<Text>) -> AcceleratorBuilder {
        AcceleratorBuilder { name: name.into(), ports: Vec::new() }
    }

    /// Adds a load balancer in a region as an endpoint of all ports. Client addresses are preserved.
    #[track_caller]
    pub fn add_endpoint(
        &self,
        region: &str,
        endpoint: &impl Endpoint,
    ) -> Vec<globalaccelerator::EndpointGroup> {
        let add = |(listener, port): (&globalaccelerator::Listener, &Port)| {
            let name = format!("{}_{port}_{}", self.name, region.replace('-', "_"));
            self.scope.add(|scope| {
                scope.add(
                    globalaccelerator::EndpointGroup::builder(name)
                        .listener_arn(listener.arn())
                        .endpoint_group_region(region)
                        .endpoint_configuration(|config| {
                            config
                                .endpoint_id(endpoint.endpoint())
                                .weight(128)
                                .client_ip_preservation_enabled(true)
                        }),
                )
            })
        };
        self.listeners.iter().zip(&self.ports).map(add).collect()
    }
}

impl HasAlias for Accelerator {
    fn alias(&self) -> (Expr<String>, Expr<String>) {
        (self.accelerator.dns_name(), self.accelerator.hosted_zone_id().into_expr())
    }

    fn scope(&self) -> Option<&OwnedScope> {
        Some(&self.scope)
    }
}

/// Builds an [`Accelerator`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct AcceleratorBuilder {
    name: Text,
    ports: Vec<Port>,
}

impl AcceleratorBuilder {
    /// Listens on a port.
    pub fn listen(mut self, port: Port) -> Self {
        self.ports.push(port);
        self
    }
}

impl Construct for AcceleratorBuilder {
    type Output = Accelerator;

    fn build(self, scope: &Scope<'_>) -> Accelerator {
        let Self { name, ports } = self;
        if ports.is_empty() || ports.iter().any(|port| port.range().is_none()) {
            let summary = format!("accelerator `{name}` requires TCP or UDP ports");
            scope.report(
                Diagnostic::error("accelerator-ports", summary).hint("add one: `.listen(Port::udp(3478))`"),
            );
        }
        let logs = Bucket::access_logs(scope);
        logs.allow_log_delivery();
        let accelerator = scope.add(
            globalaccelerator::Accelerator::builder(name.clone())
                .name(physical_name(scope, &name, 64))
                .attributes(|attributes| {
                    attributes
                        .flow_logs_enabled(true)
                        .flow_logs_s3_bucket(logs.bucket.id())
                        .flow_logs_s3_prefix(format!("{name}/"))
                })
                .depends_on(&logs.bucket_policy),
        );
        let listeners = ports.iter().map(|port| {
            let protocol = if port.is_udp() {
                globalaccelerator::Protocol::Udp
            } else {
                globalaccelerator::Protocol::Tcp
            };
            let (first, last) = port.range().unwrap_or((1, 65_535));
            scope.add(
                globalaccelerator::Listener::builder(format!("{name}_{port}"))
                    .accelerator_arn(accelerator.arn())
                    .protocol(protocol)
                    .port_range(|range| range.from_port(first).to_port(last)),
            )
        });
        let listeners = listeners.collect();
        Accelerator { accelerator, listeners, ports, name, scope: scope.to_owned_scope() }
    }
}
