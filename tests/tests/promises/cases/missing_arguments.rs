//! Two missing arguments result in two errors.

use iac_aws::ec2;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("network");
    stack.add(ec2::VpcPeeringConnection::builder("a"));
}
