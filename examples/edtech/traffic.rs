//! The way in: the load balancer of a region.

use iac_aws::{acm, ec2, elbv2};
use iac_core::prelude::*;

use crate::network::{self, INTERNET, Network};
use crate::platform::Platform;
use crate::site::Site;
use crate::web;

/// The load balancer of a region, and where it sends requests.
#[derive(Debug)]
pub struct Traffic {
    pub load_balancer: elbv2::Lb,
    pub security_group: ec2::SecurityGroup,
    pub https: elbv2::LbListener,
    pub target_group: elbv2::LbTargetGroup,
}

pub fn add(site: &Site<'_>, platform: &Platform, certificate: &acm::CertificateValidation) -> Traffic {
    let security_group = add_security_group(site, &platform.network);
    let load_balancer = add_load_balancer(site, platform, &security_group);
    let target_group = site.add(
        elbv2::LbTargetGroup::builder("web")
            .name(site.name("web"))
            .vpc_id(platform.network.vpc.id())
            .target_type(elbv2::TargetType::Ip)
            .protocol(elbv2::Protocol::Http)
            .port(web::PORT)
            // A request of a pupil takes less than this; what still runs then is cut off.
            .deregistration_delay("30")
            .load_balancing_algorithm_type(elbv2::LoadBalancingAlgorithmType::LeastOutstandingRequests)
            .health_check(|check| {
                check
                    .path(web::HEALTH_PATH)
                    .matcher("200")
                    .interval(10)
                    .healthy_threshold(2)
                    .unhealthy_threshold(3)
            }),
    );
    site.add(
        elbv2::LbListener::builder("http")
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
            }),
    );
    let https = site.add(
        elbv2::LbListener::builder("https")
            .load_balancer_arn(load_balancer.arn())
            .protocol(elbv2::Protocol::Https)
            .port(443)
            .ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06")
            .certificate_arn(certificate.certificate_arn())
            .routing_http_response_strict_transport_security_header_value(
                "max-age=31536000; includeSubDomains",
            )
            .default_action(|action| {
                action.type_(elbv2::ActionType::Forward).target_group_arn(target_group.arn())
            }),
    );
    Traffic { load_balancer, security_group, https, target_group }
}

fn add_security_group(site: &Site<'_>, network: &Network) -> ec2::SecurityGroup {
    let group = site.add(
        ec2::SecurityGroup::builder("load_balancer")
            .name_prefix(format!("{}-", site.name("load_balancer")))
            .description("Load balancer of the web service")
            .vpc_id(network.vpc.id())
            .tags([("Name", site.name("load_balancer"))])
            .create_before_destroy(true),
    );
    for (name, port) in [("http", 80), ("https", 443)] {
        site.add(
            ec2::VpcSecurityGroupIngressRule::builder(format!("load_balancer_{name}"))
                .security_group_id(group.id())
                .description("From everywhere")
                .ip_protocol("tcp")
                .from_port(port)
                .to_port(port)
                .cidr_ipv4(INTERNET)
                .when(name == "http", |rule| {
                    rule.waive("CKV_AWS_260", "it is only redirected to HTTPS from there")
                }),
        );
    }
    group
}

fn add_load_balancer(site: &Site<'_>, platform: &Platform, group: &ec2::SecurityGroup) -> elbv2::Lb {
    let logs = &platform.access_logs;
    site.add(
        elbv2::Lb::builder("web")
            .name(site.name("web"))
            .load_balancer_type(elbv2::LoadBalancerType::Application)
            .internal(false)
            .subnets(network::ids(&platform.network.public_subnets))
            .security_groups([group.id()])
            .drop_invalid_header_fields(true)
            .enable_deletion_protection(site.environment.deletion_protection)
            .access_logs(|access_logs| access_logs.enabled(true).bucket(logs.bucket.id()))
            .depends_on(&logs.policy),
    )
}
