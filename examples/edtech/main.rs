//! Live lessons for students in the United States, Mexico, the United Kingdom, the European Union and Australia.
//!
//! See `README.md` for a diagram. Each environment is one stack; the pipeline and the load test workers are further
//! stacks. Settings per environment and region are in [`settings`].

#![expect(unreachable_pub, reason = "a program exports nothing, and `pub` is shorter than `pub(crate)`")]

mod assets;
mod data;
mod delivery;
mod front;
mod load;
mod media;
mod recorder;
mod settings;
mod site;
#[cfg(test)]
mod tests;
mod web;

use std::process::ExitCode;

use iac_aws::Provider;
use iac_aws::traffic::Zone;
use iac_core::Terraform;
use iac_core::prelude::*;

use self::settings::{ENVIRONMENTS, Environment, HOME};
use self::site::Site;

fn main() -> ExitCode {
    let app = App::new();
    for environment in &ENVIRONMENTS {
        let stack = app.stack(environment.stack).environment(environment.name);
        add_environment(&stack, environment);
        if let Some(workers) = environment.load_test_workers {
            let stack = app.stack(format!("{}-load", environment.stack)).environment(environment.name);
            load::add(&stack, environment, workers);
        }
    }
    delivery::add(&app.stack("edtech-delivery"));
    app.run()
}

fn add_environment(stack: &Stack, environment: &'static Environment) {
    add_settings(stack, environment.name, environment.account);
    let us_east_1 = stack.add(Provider::builder().alias("global").region("us-east-1"));
    let global = stack.nested("global").provider(&us_east_1);

    // Shared by all regions.
    let zone = stack.add(Zone::builder("main", environment.domain));
    zone.sign(&global);
    zone.log_queries(&global);
    let sites: Vec<_> =
        environment.regions.iter().map(|region| Site::add(stack, environment, region)).collect();
    let progress = data::add_progress(&sites);
    assets::add(&global, &sites, &zone);

    // Separate in each region.
    for site in &sites {
        let front = front::add(site, &zone);
        let lessons = recorder::add(site);
        let turn = media::add(site, &zone);
        let school = data::add_school(site);
        web::add(site, &front, &progress, &school, &lessons, &turn);
    }
    stack.add(Output::new("url", format!("https://{}", environment.domain)));
    stack.add(
        Output::new("name_servers", zone.zone.name_servers())
            .description("Name servers to delegate the domain to, at its registrar or in the parent zone"),
    );
}

/// Adds the settings of every stack. The default provider configuration is that of the home region.
pub fn add_settings(stack: &Stack, environment: &str, account: &'static str) {
    stack.add(Terraform::new().required_version(">= 1.11"));
    stack.add(Backend::s3(format!("edtech-{environment}-state"), "edtech.tfstate", HOME.code));
    stack.add(
        Provider::builder()
            .region(HOME.code)
            .allowed_account_ids([account])
            .default_tags(|default| default.tags(settings::tags(environment))),
    );
}
