//! Invariants of the stack.

use iac_aws::{ecs, efs, elbv2};
use iac_core::prelude::*;
use iac_testing::Tested;

#[test]
fn tools_are_internal_and_their_storage_is_persistent() {
    let table = iac_aws_rules::table();
    let aws = iac_aws_rules::provider(&table);
    let stack = Stack::new("toolbox");
    super::add_toolbox(&stack);
    let tested = Tested::new(&stack, &[aws]);
    tested.each_resource::<elbv2::Lb>(|balancer| balancer.get(elbv2::Lb::internal).is(true));
    assert_eq!(tested.count_of::<efs::AccessPoint>(), 3);
    assert_eq!(tested.count_of::<ecs::Service>(), 6);
}
