//! Application Load Balancers.

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::{Certificate, HasAlias};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, Peer, Port, SecurityGroup};
use crate::stacks::LocalDependency as _;
use crate::storage::Bucket;
use crate::{ec2, elbv2};

/// The policy recommended by AWS that requires at least TLS 1.2.
const TLS_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/// An Application Load Balancer with HTTPS, access logs and deletion protection.
///
/// Requests that match no [route](super::TargetGroup) get a 404 response.
///
/// | Address | Description |
/// |---|---|
/// | `aws_lb.<name>` | load balancer, named `<stack>-<name>` |
/// | `aws_lb_listener.<name>_https` | HTTPS listener |
/// | `aws_security_group.<name>`, `aws_vpc_security_group_ingress_rule.<name>_from_internet_tcp_443` | security group |
/// | `aws_lb_listener.<name>_http`, `aws_vpc_security_group_ingress_rule.<name>_from_internet_tcp_80` | redirect of HTTP to HTTPS, if [enabled](ApplicationLoadBalancerBuilder::redirect_http) |
#[derive(Clone, Debug)]
pub struct ApplicationLoadBalancer {
    /// The load balancer.
    pub load_balancer: elbv2::Lb,
    /// The redirect of HTTP to HTTPS, and its ingress rule.
    pub http: Option<(elbv2::LbListener, ec2::VpcSecurityGroupIngressRule)>,
    /// The HTTPS listener, whose rules are the routes.
    pub https: elbv2::LbListener,
    /// The security group of the load balancer.
    pub security_group: SecurityGroup,
    pub(super) vpc: ec2::Vpc,
    scope: OwnedScope,
}

impl ApplicationLoadBalancer {
    /// Starts a load balancer in a network, with a certificate for its domain names.
    pub fn builder<'a>(
        name: impl Into<Text>,
        network: &'a Network,
        certificate: &'a Certificate,
    ) -> ApplicationLoadBalancerBuilder<'a> {
        ApplicationLoadBalancerBuilder {
            name: name.into(),
            network,
            certificate,
            internal: false,
            redirect_http: false,
            deletion_protection: true,
            access_log: None,
        }
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for ApplicationLoadBalancer {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

impl HasAlias for ApplicationLoadBalancer {
    fn alias(&self) -> (Expr<String>, Expr<String>) {
        (self.load_balancer.dns_name(), self.load_balancer.zone_id().into_expr())
    }

    fn scope(&self) -> Option<&OwnedScope> {
        Some(&self.scope)
    }
}

/// Builds an [`ApplicationLoadBalancer`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ApplicationLoadBalancerBuilder<'a> {
    name: Text,
    network: &'a Network,
    certificate: &'a Certificate,
    internal: bool,
    redirect_http: bool,
    deletion_protection: bool,
    access_log: Option<Bucket>,
}

impl ApplicationLoadBalancerBuilder<'_> {
    /// Makes the load balancer internal: reachable from its network only.
    pub fn internal(mut self) -> Self {
        self.internal = true;
        self
    }

    /// Redirects HTTP to HTTPS, for domain names that users type.
    ///
    /// Browsers that know the `Strict-Transport-Security` header need it only for their first request.
    pub fn redirect_http(mut self) -> Self {
        self.redirect_http = true;
        self
    }

    /// Enables deletion protection (default: true).
    pub fn deletion_protection(mut self, protect: bool) -> Self {
        self.deletion_protection = protect;
        self
    }

    /// Sets the bucket for access logs (default: [the access log bucket of the stack](Bucket::access_logs)).
    pub fn access_log(mut self, bucket: &Bucket) -> Self {
        self.access_log = Some(bucket.clone());
        self
    }
}

impl Construct for ApplicationLoadBalancerBuilder<'_> {
    type Output = ApplicationLoadBalancer;

    fn build(self, scope: &Scope<'_>) -> ApplicationLoadBalancer {
        let Self { name, network, .. } = self;
        let security_group = scope.add(
            SecurityGroup::builder(name.clone(), network).description(format!("The load balancer {name}")),
        );
        let logs = self.access_log.unwrap_or_else(|| Bucket::access_logs(scope));
        let subnets = if self.internal { network.default_subnets() } else { network.public_subnets() };
        if subnets.subnets.len() < 2 {
            scope.report(
                iac_core::diagnostic::Diagnostic::error(
                    "load-balancer-subnets",
                    format!("load balancer `{name}` requires subnets in at least two zones"),
                )
                .detail(format!(
                    "Number of `{}` subnets in the network: {}.",
                    subnets.tier,
                    subnets.subnets.len()
                )),
            );
        }
        let peer =
            if self.internal { Peer::cidr("network", network.vpc.cidr_block()) } else { Peer::Internet };
        security_group.allow_from_peer(peer.clone(), Port::HTTPS);
        let http_rule = self.redirect_http.then(|| security_group.allow_from_peer(peer, Port::HTTP));
        let load_balancer = scope.add(
            elbv2::Lb::builder(name.clone())
                .name(physical_name(scope, &name, 32))
                .load_balancer_type(elbv2::LoadBalancerType::Application)
                .internal(self.internal)
                .subnets(subnets.ids())
                .security_groups([security_group.id()])
                .drop_invalid_header_fields(true)
                .enable_deletion_protection(self.deletion_protection)
                .access_logs(|log| log.enabled(true).bucket(logs.bucket.id()).prefix(name.as_str()))
                // Without the policy, the load balancer cannot write to the bucket.
                .depends_on_local(scope, &logs.bucket_policy),
        );
        let http = http_rule.map(|rule| (scope.add(redirect(&name, &load_balancer)), rule));
        let https = scope.add(
            elbv2::LbListener::builder(format!("{name}_https"))
                .load_balancer_arn(load_balancer.arn())
                .protocol(elbv2::Protocol::Https)
                .port(443)
                .ssl_policy(TLS_POLICY)
                .certificate_arn(self.certificate.arn())
                .default_action(|action| {
                    action.type_(elbv2::ActionType::FixedResponse).fixed_response(|response| {
                        response
                            .status_code("404")
                            .content_type(elbv2::ContentType::TextPlain)
                            .message_body("Not found")
                    })
                }),
        );
        let vpc = network.vpc.clone();
        let scope = scope.to_owned_scope();
        ApplicationLoadBalancer { load_balancer, http, https, security_group, vpc, scope }
    }
}

/// Returns a listener that redirects HTTP to HTTPS.
fn redirect(name: &str, load_balancer: &elbv2::Lb) -> impl Construct<Output = elbv2::LbListener> {
    elbv2::LbListener::builder(format!("{name}_http"))
        .load_balancer_arn(load_balancer.arn())
        .protocol(elbv2::Protocol::Http)
        .port(80)
        .default_action(|action| {
            action.type_(elbv2::ActionType::Redirect).redirect(|redirect| {
                redirect
                    .status_code(elbv2::StatusCode::Http301)
                    .protocol(elbv2::RedirectProtocol::Https)
                    .port("443")
            })
        })
}
