//! Required arguments are also checked with `count`.

use iac_aws::ec2;
use iac_core::{MetaArguments as _, Stack};

fn main() {
    let stack = Stack::new("network");
    stack.add(ec2::Subnet::builder("a").count(3, |subnet, _| subnet.cidr_block("10.0.1.0/24")));
}
