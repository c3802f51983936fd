//! The domain: its zone, its certificates, and the records that lead pupils to the nearest region that works.

use iac_aws::{acm, elbv2, route53};
use iac_core::prelude::*;

use crate::site::Site;

/// The domain of an environment.
#[derive(Debug)]
pub struct Domain {
    pub zone: route53::Zone,
    /// A validated certificate for each region: load balancers take those of their own region only.
    pub certificates: Vec<acm::CertificateValidation>,
}

pub fn add(stack: &Stack, sites: &[Site<'_>]) -> Domain {
    let name = sites[0].environment.domain;
    let zone = stack.add(route53::Zone::builder("main").name(name));
    let certificates: Vec<acm::Certificate> = sites
        .iter()
        .map(|site| {
            site.add(
                acm::Certificate::builder("web")
                    .domain_name(name)
                    .subject_alternative_names(sites.iter().map(regional_name))
                    .validation_method(acm::ValidationMethod::Dns)
                    .create_before_destroy(true),
            )
        })
        .collect();

    // One record proves a name for all certificates of an account, so those of the first certificate are enough.
    let options = certificates[0].domain_validation_options();
    let records = stack.add(route53::Record::builder("certificate_validation").for_each(
        options.to_map(|option| (option.domain_name(), option)),
        |record, each| {
            record
                .zone_id(zone.zone_id())
                .name(each.value.resource_record_name())
                .type_(each.value.resource_record_type())
                .records([each.value.resource_record_value()])
                .ttl(300)
        },
    ));
    let validate = |(site, certificate): (&Site<'_>, &acm::Certificate)| {
        site.add(
            acm::CertificateValidation::builder("web")
                .certificate_arn(certificate.arn())
                .validation_record_fqdns(records.all(|record| record.fqdn())),
        )
    };
    let certificates = sites.iter().zip(&certificates).map(validate).collect();
    Domain { zone, certificates }
}

impl Domain {
    /// Sends the pupils of a region to its load balancer, as long as it answers.
    pub fn point_to(&self, site: &Site<'_>, load_balancer: &elbv2::Lb) {
        let regional = site.add(
            route53::Record::builder("regional")
                .zone_id(self.zone.zone_id())
                .name(regional_name(site))
                .type_(route53::RecordType::A)
                .alias(|alias| {
                    alias
                        .name(load_balancer.dns_name())
                        .zone_id(load_balancer.zone_id())
                        .evaluate_target_health(true)
                }),
        );
        let health_check = site.add(
            route53::HealthCheck::builder("web")
                .type_(route53::HealthCheckType::Https)
                .fqdn(regional.fqdn())
                .port(443)
                .resource_path(crate::web::HEALTH_PATH)
                .request_interval(30)
                .failure_threshold(3)
                .tags([("Name", site.name("web"))]),
        );
        site.add(
            route53::Record::builder("latency")
                .zone_id(self.zone.zone_id())
                .name(self.zone.name())
                .type_(route53::RecordType::A)
                .set_identifier(site.region.code)
                .latency_routing_policy(|policy| policy.region(site.region.code))
                .health_check_id(health_check.id())
                .alias(|alias| {
                    alias
                        .name(load_balancer.dns_name())
                        .zone_id(load_balancer.zone_id())
                        .evaluate_target_health(true)
                }),
        );
    }
}

/// The name of a region, by which it is reached directly: `us.lessons.example`.
fn regional_name(site: &Site<'_>) -> String {
    format!("{}.{}", site.region.name, site.environment.domain)
}
