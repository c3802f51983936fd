//! Logs and errors: Logstash parses logs, OpenSearch stores and visualizes them, and an error tracker groups errors.

use iac_aws::containers::{Container, Service};
use iac_aws::databases::Search;
use iac_aws::network::Port;
use iac_aws::prelude::*;
use iac_aws::secrets::Secret;
use iac_aws::traffic::TargetGroup;
use iac_core::prelude::*;

use crate::Platform;
use crate::settings::{DOMAIN, ERRORS, LOGSTASH, REVIEW};

pub fn add(stack: &Stack, platform: &Platform) {
    let Platform { network, cluster, .. } = platform;
    let search =
        stack.add(Search::builder("logs", network, "OpenSearch_2.19").instances("r7g.large.search", 2));

    stack.amend(&search.domain, |domain| {
        domain
            .waive_until("CKV_AWS_317", REVIEW, "access is controlled by IAM, which CloudTrail logs")
            .waive_until("CKV2_AWS_52", REVIEW, "access is controlled by IAM, so there is no master user")
    });

    let logstash = Container::new("logstash", LOGSTASH)
        .tcp_port(5044)
        .scratch("/tmp")
        .scratch("/usr/share/logstash/data")
        .environment("OPENSEARCH", tf!("https://{}", search.domain.endpoint()));
    let logstash =
        Service::builder("logstash", cluster, network, logstash).cpu(1024).memory(2048).discoverable();
    let logstash = stack.add(logstash);
    search.allow_from(&logstash, Port::HTTPS);
    search.grant_write(&logstash);
    logstash.alarms(&platform.operators);

    let key = stack.add(Secret::builder("errors").description("Signs the sessions of the error tracker"));
    stack.amend(&key.secret, |secret| {
        secret.waive_until("CKV2_AWS_57", REVIEW, "rotation would sign out all users")
    });
    let errors = Container::new("errors", ERRORS)
        .port(8000)
        .scratch("/tmp")
        .environment("GLITCHTIP_DOMAIN", format!("https://errors.{DOMAIN}"))
        .secret("SECRET_KEY", &key);
    let target_group = TargetGroup::builder("errors", &platform.front, 8000)
        .hosts([format!("errors.{DOMAIN}")])
        .health_path("/_health/")
        .priority(20);
    let target_group = stack.add(target_group);
    stack.amend(&target_group.target_group, |group| {
        group.waive_until(
            "CKV_AWS_378",
            REVIEW,
            "traffic between the load balancer and its tasks stays in the VPC",
        )
    });
    let errors =
        Service::builder("errors", cluster, network, errors).cpu(512).memory(1024).behind(&target_group);
    stack.add(errors).alarms(&platform.operators);
}
