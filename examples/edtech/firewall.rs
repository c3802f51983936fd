//! What never reaches the application.

use iac_aws::{logs, wafv2};
use iac_core::prelude::*;

use crate::site::Site;
use crate::traffic::Traffic;

/// Rules that AWS keeps up to date.
const MANAGED_RULES: [&str; 4] = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
];

/// Requests from one address in five minutes. It is high because a school of a thousand pupils has one address.
const REQUESTS_OF_A_SCHOOL: u32 = 60_000;

pub fn add(site: &Site<'_>, traffic: &Traffic) {
    let acl = site.add(
        wafv2::WebAcl::builder("web")
            .name(site.name("web"))
            .scope(wafv2::Scope::Regional)
            .default_action(|action| action.allow(|allow| allow))
            .rule(|rule| {
                rule.name("rate")
                    .priority(0)
                    .action(|action| action.block(|block| block))
                    .statement(|statement| {
                        statement.rate_based_statement(|rate| {
                            rate.limit(REQUESTS_OF_A_SCHOOL).aggregate_key_type(wafv2::AggregateKeyType::Ip)
                        })
                    })
                    .visibility_config(|visibility| {
                        visibility
                            .metric_name("rate")
                            .cloudwatch_metrics_enabled(true)
                            .sampled_requests_enabled(true)
                    })
            })
            .each((1..).zip(MANAGED_RULES), |acl, (priority, name): (i32, _)| {
                acl.rule(|rule| {
                    rule.name(name)
                        .priority(priority)
                        .override_action(|action| action.none(|none| none))
                        .statement(|statement| {
                            statement
                                .managed_rule_group_statement(|group| group.vendor_name("AWS").name(name))
                        })
                        .visibility_config(|visibility| {
                            visibility
                                .metric_name(name)
                                .cloudwatch_metrics_enabled(true)
                                .sampled_requests_enabled(true)
                        })
                })
            })
            .visibility_config(|visibility| {
                visibility.metric_name("web").cloudwatch_metrics_enabled(true).sampled_requests_enabled(true)
            }),
    );
    site.add(
        wafv2::WebAclAssociation::builder("web")
            .web_acl_arn(acl.arn())
            .resource_arn(traffic.load_balancer.arn()),
    );
    let log_group = site.add(
        logs::LogGroup::builder("firewall")
            // AWS insists on this start.
            .name(format!("aws-waf-logs-{}", site.name("web")))
            .retention_in_days(site.environment.log_retention_days)
            .kms_key_id(site.key.arn()),
    );
    site.add(
        wafv2::WebAclLoggingConfiguration::builder("web")
            .resource_arn(acl.arn())
            .log_destination_configs([log_group.arn()])
            .redacted_fields(|field| field.single_header(|header| header.name("cookie"))),
    );
}
