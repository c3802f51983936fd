//! A typed resource does not accept a configuration of a provider without bindings.

use iac_aws::ec2;
use iac_core::{Provider, ResourceArguments as _, Stack};

fn network(stack: &Stack) {
    let cloudflare = stack.add(Provider::of("cloudflare/cloudflare", "~> 5.8"));
    stack.add(ec2::Vpc::builder("main").provider(&cloudflare));
}

fn main() {}
