//! Invariants of all environments.

use iac_aws::{ecs, elbv2, rds};
use iac_core::prelude::*;
use iac_testing::Tested;

use super::settings::ENVIRONMENTS;

#[test]
fn environments_have_the_same_services_and_production_is_protected() {
    let table = iac_aws_rules::table();
    let aws = iac_aws_rules::provider(&table);
    for environment in &ENVIRONMENTS {
        let stack = Stack::new(environment.stack);
        super::add_environment(&stack, environment);
        let tested = Tested::new(&stack, &[aws]);
        assert_eq!(tested.count_of::<ecs::Service>(), 4);
        tested.each_resource::<elbv2::Lb>(|balancer| {
            balancer.get(elbv2::Lb::enable_deletion_protection).is(environment.deletion_protection)
        });
        tested.each_resource::<rds::Cluster>(|cluster| {
            cluster.get(rds::Cluster::deletion_protection).is(environment.deletion_protection)
        });
    }
}
