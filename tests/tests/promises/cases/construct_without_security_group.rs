//! Rules need a peer that has a security group.

use iac_aws::network::{Network, Port, SecurityGroup};
use iac_aws::prelude::*;
use iac_aws::storage::Bucket;
use iac_core::Stack;

fn main() {
    let stack = Stack::new("production");
    let network = stack.add(Network::builder("main", ["eu-west-1a"]));
    let database = stack.add(SecurityGroup::builder("database", &network));
    let bucket = stack.add(Bucket::builder("reports"));
    database.allow_from(&bucket, Port::POSTGRESQL);
}
