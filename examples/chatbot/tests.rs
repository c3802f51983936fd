//! Invariants of all environments.

use iac_aws::{dynamodb, iam};
use iac_core::prelude::*;
use iac_testing::Tested;

use super::settings::ENVIRONMENTS;

#[test]
fn bot_may_update_one_service_only() {
    let table = iac_aws_rules::table();
    let aws = iac_aws_rules::provider(&table);
    for environment in &ENVIRONMENTS {
        let stack = Stack::new(environment.stack);
        super::add_environment(&stack, environment);
        let tested = Tested::new(&stack, &[aws]);
        tested.each_resource::<dynamodb::Table>(|table| {
            table.get(dynamodb::Table::deletion_protection_enabled).is(environment.protect_records)
        });
        assert!(tested.count_of::<iam::RolePolicy>() > 0);
        let text = stack.render_hcl().expect("the program is valid");
        assert_eq!(text.matches(r#""ecs:UpdateService""#).count(), 1);
    }
}
