//! A value that the provider does not allow.

use iac_aws::ec2;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("network");
    stack.add(ec2::Vpc::builder("main").instance_tenancy(ec2::InstanceTenancy::Shared));
}
