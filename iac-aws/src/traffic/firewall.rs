//! Web application firewalls.

use iac_core::Text;
use iac_core::prelude::*;

use super::ApplicationLoadBalancer;
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::wafv2;

/// Only counts matches, because schools and companies use anonymizing proxies, too.
const COUNT_ONLY: &str = "AWSManagedRulesAnonymousIpList";

/// AWS managed rule groups, in order of evaluation.
const MANAGED_RULES: [&str; 5] = [
    COUNT_ONLY,
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
];

/// A WAF web ACL for a load balancer or a distribution, with a rate limit per address and AWS managed rules.
///
/// Requests are logged.
///
/// | Address | Description |
/// |---|---|
/// | `aws_wafv2_web_acl.<name>` | web ACL, named `<stack>-<name>` |
/// | `aws_wafv2_web_acl_association.<name>` | association with the load balancer |
/// | `aws_wafv2_web_acl_logging_configuration.<name>`, `aws_cloudwatch_log_group.<name>` | log, without cookies and credentials |
///
/// ```
/// use iac_aws::network::Network;
/// use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, Firewall, Zone};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
/// let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
/// stack.add(Firewall::builder("firewall", &front).rate_limit(10_000));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Firewall {
    /// The web ACL.
    pub acl: wafv2::WebAcl,
    /// The log group.
    pub log_group: LogGroup,
}

impl Firewall {
    /// Starts a web ACL for a load balancer.
    pub fn builder(name: impl Into<Text>, load_balancer: &ApplicationLoadBalancer) -> FirewallBuilder {
        FirewallBuilder::new(name.into(), Some(load_balancer.load_balancer.arn().into_expr()))
    }

    /// Starts a web ACL for [distributions](super::Distribution). It must be added with a provider in `us-east-1`.
    pub fn for_distributions(name: impl Into<Text>) -> FirewallBuilder {
        FirewallBuilder::new(name.into(), None)
    }
}

/// Builds a [`Firewall`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct FirewallBuilder {
    name: Text,
    /// The load balancer; distributions refer to their web ACL instead.
    resource: Option<Expr<String>>,
    requests: u32,
    rules: Vec<Text>,
}

impl FirewallBuilder {
    fn new(name: Text, resource: Option<Expr<String>>) -> Self {
        let rules = MANAGED_RULES.map(Text::from_static).to_vec();
        Self { name, resource, requests: 2_000, rules }
    }

    /// Sets the maximum number of requests per address in five minutes (default: 2,000).
    ///
    /// A whole school may share one address.
    pub fn rate_limit(mut self, requests: u32) -> Self {
        self.requests = requests;
        self
    }

    /// Sets the AWS managed rule groups, in order of evaluation.
    pub fn managed_rules<R: Into<Text>>(mut self, rules: impl IntoIterator<Item = R>) -> Self {
        self.rules = rules.into_iter().map(Into::into).collect();
        self
    }
}

impl Construct for FirewallBuilder {
    type Output = Firewall;

    fn build(self, scope: &Scope<'_>) -> Firewall {
        let name = self.name;
        let physical_name = physical_name(scope, &name, 115);
        let region = if self.resource.is_some() { wafv2::Scope::Regional } else { wafv2::Scope::Cloudfront };
        let acl = scope.add(
            wafv2::WebAcl::builder(name.clone())
                .name(physical_name.as_str())
                .scope(region)
                .default_action(|action| action.allow(|allow| allow))
                .rule(|rule| {
                    rule.name("rate")
                        .priority(0)
                        .action(|action| action.block(|block| block))
                        .statement(|statement| {
                            statement.rate_based_statement(|rate| {
                                rate.limit(self.requests).aggregate_key_type(wafv2::AggregateKeyType::Ip)
                            })
                        })
                        .visibility_config(|visibility| {
                            visibility
                                .metric_name("rate")
                                .cloudwatch_metrics_enabled(true)
                                .sampled_requests_enabled(true)
                        })
                })
                .each((1..).zip(&self.rules), |acl, (priority, name): (i32, _)| {
                    acl.rule(|rule| {
                        rule.name(name.as_str())
                            .priority(priority)
                            .override_action(|action| {
                                if name == COUNT_ONLY {
                                    action.count(|count| count)
                                } else {
                                    action.none(|none| none)
                                }
                            })
                            .statement(|statement| {
                                statement.managed_rule_group_statement(|group| {
                                    group.vendor_name("AWS").name(name.as_str())
                                })
                            })
                            .visibility_config(|visibility| {
                                visibility
                                    .metric_name(name.as_str())
                                    .cloudwatch_metrics_enabled(true)
                                    .sampled_requests_enabled(true)
                            })
                    })
                })
                .visibility_config(|visibility| {
                    visibility
                        .metric_name(physical_name.as_str())
                        .cloudwatch_metrics_enabled(true)
                        .sampled_requests_enabled(true)
                }),
        );
        if let Some(resource) = self.resource {
            scope.add(
                wafv2::WebAclAssociation::builder(name.clone()).web_acl_arn(acl.arn()).resource_arn(resource),
            );
        }
        let log_group = scope.add(
            LogGroup::builder(name.clone())
                // WAF requires this prefix.
                .physical_name(format!("aws-waf-logs-{physical_name}")),
        );
        scope.add(
            wafv2::WebAclLoggingConfiguration::builder(name)
                .resource_arn(acl.arn())
                .log_destination_configs([log_group.group.arn()])
                .each(["authorization", "cookie"], |log, header| {
                    log.redacted_fields(|field| field.single_header(|named| named.name(header)))
                }),
        );
        Firewall { acl, log_group }
    }
}
