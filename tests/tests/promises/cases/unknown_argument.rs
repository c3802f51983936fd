//! A typo in the name of an argument.

use iac_aws::ec2;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("network");
    stack.add(ec2::Vpc::builder("main").cidr_blok("10.0.0.0/16"));
}
