//! A web application for pupils in the United States, Mexico, the United Kingdom, the European Union and Australia.
//!
//! It runs in containers behind a load balancer, in two regions and three environments. Lessons are recorded by workers
//! of their own. `README.md` has a picture of it.
//!
//! Each environment is one stack: `development`, `staging`, `production`. What differs between them is in [`settings`],
//! and each other file is one topic.

#![expect(unreachable_pub, reason = "nothing is exported from a program, and `pub` is shorter to read")]
#![expect(clippy::redundant_closure_for_method_calls, reason = "the types of builders are never named")]

mod alarms;
mod buckets;
mod cluster;
mod data;
mod domain;
mod firewall;
mod fleet;
mod images;
mod network;
mod platform;
mod policy;
mod recorder;
mod scaling;
mod service;
mod settings;
mod site;
#[cfg(test)]
mod tests;
mod traffic;
mod web;

use std::process::ExitCode;

use iac_core::Terraform;
use iac_core::prelude::*;

use self::settings::{ENVIRONMENTS, Environment, HOME};
use self::site::Site;

fn main() -> ExitCode {
    let app = App::new();
    for environment in &ENVIRONMENTS {
        let stack = app.stack(environment.name).environment(environment.name);
        add_environment(&stack, environment);
    }
    app.run()
}

fn add_environment(stack: &Stack, environment: &'static Environment) {
    stack.add(Terraform::new().required_version(">= 1.11"));
    stack.add(Backend::s3(format!("edtech-{}-state", environment.name), "edtech.tfstate", HOME.code));

    // What the regions share: it is made once, and replicated where it has to be.
    let sites = Site::add_all(stack, environment);
    let domain = domain::add(stack, &sites);
    let images = images::add(&sites);
    let data = data::add(&sites);

    // What each region has for itself.
    for ((site, images), certificate) in sites.iter().zip(images).zip(&domain.certificates) {
        let platform = platform::add(site, images);
        let traffic = traffic::add(site, &platform, certificate);
        firewall::add(site, &traffic);
        domain.point_to(site, &traffic.load_balancer);

        let recorder = recorder::add(site, &platform);
        let web = web::add(site, &platform, &traffic, &data, &recorder);
        scaling::scale_recorder(site, &platform.cluster, &recorder);
        scaling::scale_web(site, &platform.cluster, &web, &traffic);
        alarms::add(site, &traffic, &recorder);
    }

    stack.add(Output::new("url", tf!("https://{}", domain.zone.name())));
    stack
        .add(Output::new("name_servers", domain.zone.name_servers()).description(
            "The name servers to delegate the domain to, at its registrar or in the zone above",
        ));
}
