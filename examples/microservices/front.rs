//! The website and its load balancer.

use iac_aws::containers::Service;
use iac_aws::monitoring::Dashboard;
use iac_aws::network::Port;
use iac_aws::prelude::*;
use iac_aws::traffic::{ApplicationLoadBalancer, Firewall, TargetGroup};
use iac_core::prelude::*;

use crate::backend::{self, Services};
use crate::platform::Platform;
use crate::settings::{Environment, REVIEW};

pub fn add(stack: &Stack, environment: &Environment, platform: &Platform, services: &Services) {
    let front = ApplicationLoadBalancer::builder("front", &platform.network, &platform.certificate)
        .redirect_http()
        .deletion_protection(environment.deletion_protection);
    let front = stack.add(front);
    platform.zone.point("front", environment.domain, &front);
    stack.add(Firewall::builder("firewall", &front));
    let target_group = stack.add(TargetGroup::builder("website", &front, 8080).health_path("/health"));
    target_group.alarms(&platform.operators);
    waive(stack, environment, &front, &target_group);

    let website = backend::container(stack, environment, "website")
        .environment("CATALOGUE", "http://catalogue:8080")
        .environment("CHECKOUT", "http://checkout:8080");
    let website = backend::service(environment, platform, "website", website);
    let website = stack.add(website.behind(&target_group));
    website.alarms(&platform.operators);
    for service in [&services.catalogue, &services.checkout] {
        service.allow_from(&website, Port::tcp(8080));
    }
    let all_services = [&website, &services.catalogue, &services.checkout, &services.payment];
    stack.add(
        Dashboard::builder("shop")
            .graph("Requests", [target_group.requests(), target_group.errors()])
            .graph("Response time", [target_group.response_time()])
            .graph("CPU utilization", all_services.map(Service::cpu_utilization))
            .graph("Memory", all_services.map(Service::memory_utilization)),
    );
}

/// Waives policies until the review date.
fn waive(
    stack: &Stack,
    environment: &Environment,
    front: &ApplicationLoadBalancer,
    target_group: &TargetGroup,
) {
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
    if !environment.deletion_protection {
        stack.amend(&front.load_balancer, |front| {
            front.waive_until("CKV_AWS_150", REVIEW, "staging is torn down at times")
        });
    }
}
