//! Several services behind one domain name, with service discovery, and a VPN for developers.
//!
//! See `README.md` for a diagram. Each environment is one stack; the pipelines that deploy the services are another.

#![expect(unreachable_pub, reason = "a program exports nothing, and `pub` is shorter than `pub(crate)`")]

mod backend;
mod delivery;
mod front;
mod platform;
mod settings;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use iac_aws::Provider;
use iac_core::Terraform;
use iac_core::prelude::*;

use self::platform::Platform;
use self::settings::{ENVIRONMENTS, Environment, REGION};

fn main() -> ExitCode {
    let app = App::new();
    for environment in &ENVIRONMENTS {
        let stack = app.stack(environment.stack).environment(environment.name);
        add_environment(&stack, environment);
    }
    delivery::add(&app.stack("shop-delivery"));
    app.run()
}

fn add_environment(stack: &Stack, environment: &Environment) {
    add_settings(stack, environment.name);
    let platform = Platform::add(stack, environment);
    let data = backend::Data::add(stack, environment, &platform);
    let services = backend::add(stack, environment, &platform, &data);
    front::add(stack, environment, &platform, &services);
    stack.add(Output::new("url", tf!("https://{}", environment.domain)));
}

/// Adds the settings of every stack.
pub fn add_settings(stack: &Stack, environment: &str) {
    stack.add(Terraform::new().required_version(">= 1.11"));
    stack.add(Backend::s3(format!("shop-{environment}-state"), "shop.tfstate", REGION));
    let tags = [("Project", "shop"), ("Environment", environment)];
    stack.add(Provider::builder().region(REGION).default_tags(|default| default.tags(tags)));
}
