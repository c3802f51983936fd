//! A web application with gradual releases, and feature flags that are rolled back automatically.
//!
//! See `README.md` for a diagram. Development, staging and production are one stack each. They differ only in
//! `settings.rs`, which is tested.

#![expect(unreachable_pub, reason = "a program exports nothing, and `pub` is shorter than `pub(crate)`")]

mod application;
mod backup;
mod settings;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use iac_aws::Provider;
use iac_aws::containers::Cluster;
use iac_aws::databases::{Aurora, Size};
use iac_aws::messaging::Topic;
use iac_aws::network::{Network, Tier};
use iac_core::Terraform;
use iac_core::prelude::*;

use self::settings::{ENVIRONMENTS, Environment, REGIONS, REVIEW, Region, waive_access_logs};

fn main() -> ExitCode {
    let app = App::new();
    for environment in &ENVIRONMENTS {
        let stack = app.stack(environment.stack).environment(environment.name);
        add_environment(&stack, environment, &REGIONS[0]);
    }
    app.run()
}

/// Resources shared by the parts of the application.
#[derive(Debug)]
pub struct Platform {
    /// The network.
    pub network: Network,
    /// The cluster.
    pub cluster: Cluster,
    /// The database.
    pub database: Aurora,
    /// The topic that receives alarms.
    pub operators: Topic,
}

fn add_environment(stack: &Stack, environment: &Environment, region: &Region) {
    stack.add(Terraform::new().required_version(">= 1.11"));
    stack.add(Backend::s3(format!("notes-{}-state", environment.name), "notes.tfstate", region.code));
    let tags = [("Project", "notes"), ("Environment", environment.name)];
    stack.add(Provider::builder().region(region.code).default_tags(|default| default.tags(tags)));

    let platform = add_platform(stack, environment, region);
    application::add(stack, environment, &platform);
    backup::add(stack, environment, &platform);
    stack.add(Output::new("url", format!("https://{}", environment.domain)));
}

fn add_platform(stack: &Stack, environment: &Environment, region: &Region) -> Platform {
    let network = stack.add(Network::builder("main", region.zones).nat(environment.nat).tiers([
        Tier::public(),
        Tier::private(),
        Tier::isolated(),
    ]));
    let cluster = stack.add(Cluster::builder("main"));
    let operators = stack.add(Topic::builder("operators").email("on_call", environment.operators));
    let (min, max) = environment.database;
    let database = stack.add(
        Aurora::builder("notes", &network, "17.4")
            .size(Size::serverless(min, max))
            .deletion_protection(environment.deletion_protection),
    );
    database.alarms(&operators);
    stack.amend(&database.cluster, |cluster| {
        let cluster = cluster.waive_until(
            "CKV2_AWS_8",
            REVIEW,
            "point-in-time recovery covers two weeks without a backup plan",
        );
        cluster.when(!environment.deletion_protection, |cluster| {
            cluster.waive_until("CKV_AWS_139", REVIEW, "it contains anonymized data only")
        })
    });
    waive_access_logs(stack, !environment.deletion_protection);
    Platform { network, cluster, database, operators }
}
