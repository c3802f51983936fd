//! Infrastructure of {{name}}.

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use iac_aws::{Provider, ec2};
use iac_core::prelude::*;

const REGION: &str = "us-east-1";

fn main() -> ExitCode {
    app().run()
}

/// All stacks. Each has a directory and a state of its own.
fn app() -> App {
    let app = App::new();
    network(&app.stack("network"));
    app
}

/// A VPC with subnets in two availability zones. AWS does not charge for it.
fn network(stack: &Stack) {
    stack.add(
        Provider::builder()
            .region(REGION)
            .default_tags(|tags| tags.tags([("project", "{{name}}")])),
    );

    let vpc = stack.add(
        ec2::Vpc::builder("main")
            .cidr_block("10.0.0.0/16")
            .enable_dns_hostnames(true),
    );
    for (zone, cidr_block) in [("a", "10.0.0.0/20"), ("b", "10.0.16.0/20")] {
        stack.add(
            ec2::Subnet::builder(zone)
                .vpc_id(vpc.id())
                .availability_zone(format!("{REGION}{zone}"))
                .cidr_block(cidr_block),
        );
    }
    stack.add(Output::new("vpc_id", vpc.id()));
}
