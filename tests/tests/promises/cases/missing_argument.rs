//! A subnet needs a VPC.

use iac_aws::ec2;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("network");
    stack.add(ec2::Subnet::builder("a").cidr_block("10.0.1.0/24"));
}
