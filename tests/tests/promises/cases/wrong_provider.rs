//! A resource does not accept a configuration of another provider.

use iac_aws::ec2;
use iac_core::bindings::ProviderHandle;
use iac_core::{ResourceArguments as _, Stack};

enum Google {}

fn network(stack: &Stack, google: &ProviderHandle<Google>) {
    stack.add(ec2::Vpc::builder("main").provider(google));
}

fn main() {}
