//! Inbound traffic, routed to the nearest healthy region.

use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, Firewall, RoutingPolicy, TargetGroup, Zone};
use iac_core::prelude::*;

use crate::settings::REVIEW;
use crate::site::Site;
use crate::web;

/// Maximum requests per address in five minutes.
///
/// A school with a thousand students shares one address.
const REQUESTS_PER_SCHOOL: u32 = 60_000;

/// Adds the load balancer of a region, and returns its target group.
pub fn add(site: &Site<'_>, zone: &Zone) -> TargetGroup {
    let Site { scope, environment, .. } = site;
    let certificate =
        scope.add(Certificate::builder("web", environment.domain, zone).alternative_name(site.domain()));
    let front = scope.add(
        ApplicationLoadBalancer::builder("front", &site.network, &certificate)
            .redirect_http()
            .deletion_protection(environment.deletion_protection),
    );
    scope.add(Firewall::builder("firewall", &front).rate_limit(REQUESTS_PER_SCHOOL));
    let nearest = RoutingPolicy::Latency(site.region.code.into());
    zone.point_with(format!("{}_web", site.region.name), environment.domain, &front, &nearest);
    zone.point(format!("{}_region", site.region.name), site.domain(), &front);

    let target_group =
        scope.add(TargetGroup::builder("web", &front, web::PORT).health_path(web::HEALTH_PATH));
    target_group.alarms(&site.operators);
    waive(site, &front, &target_group);
    target_group
}

fn waive(site: &Site<'_>, front: &ApplicationLoadBalancer, target_group: &TargetGroup) {
    let stack = site.scope.stack();
    stack.amend(&target_group.target_group, |group| {
        group.waive_until(
            "CKV_AWS_378",
            REVIEW,
            "traffic between the load balancer and its tasks stays in the VPC",
        )
    });
    if let Some((_, rule)) = &front.http {
        stack.amend(rule, |rule| rule.waive_until("CKV_AWS_260", REVIEW, "port 80 only redirects to HTTPS"));
    }
    if !site.environment.deletion_protection {
        stack.amend(&front.load_balancer, |front| {
            front.waive_until("CKV_AWS_150", REVIEW, "the environment is torn down at times")
        });
    }
}
