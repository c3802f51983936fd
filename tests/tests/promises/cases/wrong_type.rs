//! A CIDR block is a string.

use iac_aws::ec2;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("network");
    stack.add(ec2::Vpc::builder("main").cidr_block(16));
}
