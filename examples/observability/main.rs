//! Tools for operating containers: metrics, logs, error tracking and a chat integration.
//!
//! See `README.md` for a diagram. The tools are one stack, in the operators' account.

#![expect(unreachable_pub, reason = "a program exports nothing, and `pub` is shorter than `pub(crate)`")]

mod benchmarks;
mod chatops;
mod logs;
mod metrics;
mod settings;
mod stress;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use iac_aws::Provider;
use iac_aws::containers::Cluster;
use iac_aws::messaging::Topic;
use iac_aws::network::{Nat, Network};
use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, Zone};
use iac_core::Terraform;
use iac_core::prelude::*;

use self::settings::{DOMAIN, REGION, REVIEW, ZONES, waive_access_logs};

fn main() -> ExitCode {
    let app = App::new();
    add_toolbox(&app.stack("toolbox"));
    app.run()
}

/// Resources shared by the tools.
#[derive(Debug)]
pub struct Platform {
    /// The network.
    pub network: Network,
    /// The cluster.
    pub cluster: Cluster,
    /// The internal load balancer, which operators reach through a VPN.
    pub front: ApplicationLoadBalancer,
    /// The topic that receives alarms.
    pub operators: Topic,
}

fn add_toolbox(stack: &Stack) {
    stack.add(Terraform::new().required_version(">= 1.11"));
    stack.add(Backend::s3("toolbox-state", "toolbox.tfstate", REGION));
    stack.add(
        Provider::builder().region(REGION).default_tags(|default| default.tags([("Project", "toolbox")])),
    );
    let platform = add_platform(stack);
    metrics::add(stack, &platform);
    logs::add(stack, &platform);
    chatops::add(stack, &platform);
    let results = stress::add(stack, &platform);
    benchmarks::add(stack, &platform, &results);
    stack.add(Output::new("grafana", format!("https://grafana.{DOMAIN}")));
}

fn add_platform(stack: &Stack) -> Platform {
    let network = stack.add(Network::builder("main", ZONES).cidr_block("10.80.0.0/16").nat(Nat::Single));
    let cluster = stack.add(Cluster::builder("main"));
    let operators = stack.add(Topic::builder("operators").email("on_call", "operators@lessons.example"));
    let zone = stack.add(Zone::builder("main", DOMAIN));
    stack.amend(&zone.zone, |zone| {
        zone.waive_until("CKV2_AWS_38", REVIEW, "the registrar of the domain does not support DNSSEC")
            .waive_until("CKV2_AWS_39", REVIEW, "DNS query logs are not needed")
    });
    let certificate = stack.add(
        Certificate::builder("main", DOMAIN, &zone)
            .alternative_name(format!("grafana.{DOMAIN}"))
            .alternative_name(format!("errors.{DOMAIN}")),
    );
    let front = ApplicationLoadBalancer::builder("front", &network, &certificate)
        .internal()
        .deletion_protection(false);
    let front = stack.add(front);
    stack.amend(&front.load_balancer, |front| {
        front.waive_until("CKV_AWS_150", REVIEW, "the tools can be recreated at any time")
    });
    zone.point("tools", format!("*.{DOMAIN}"), &front);
    waive_access_logs(stack, true);
    Platform { network, cluster, front, operators }
}
