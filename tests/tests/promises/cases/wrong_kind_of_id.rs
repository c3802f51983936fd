//! A subnet's ID is not accepted as a VPC's ID.

use iac_aws::ec2;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("network");
    let vpc = stack.add(ec2::Vpc::builder("main").cidr_block("10.0.0.0/16"));
    let a = stack.add(ec2::Subnet::builder("a").vpc_id(vpc.id()).cidr_block("10.0.1.0/24"));
    stack.add(ec2::Subnet::builder("b").vpc_id(a.id()).cidr_block("10.0.2.0/24"));
}
