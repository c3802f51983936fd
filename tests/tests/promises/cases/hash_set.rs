//! A `HashSet` is ordered differently in each run.

use std::collections::HashSet;

use iac_aws::elbv2;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("web");
    let subnets = HashSet::from(["subnet-1", "subnet-2"]);
    stack.add(elbv2::Lb::builder("web").subnets(subnets));
}
