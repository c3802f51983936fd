//! Attributes of a resource without bindings are selected by name, and have no getters.

use iac_aws::ec2;
use iac_core::{Resource, Stack};

fn network(stack: &Stack) {
    let vpc = stack.add(Resource::of("aws_vpc", "main"));
    stack.add(ec2::Subnet::builder("a").vpc_id(vpc.id()));
}

fn main() {}
