//! Invariants of all environments.

use iac_aws::{dynamodb, iam};
use iac_aws_rules::knowledge;
use iac_core::prelude::*;
use iac_plan::plan::{ProviderEntry, Table};
use iac_testing::Tested;

use super::settings::ENVIRONMENTS;

#[test]
fn bot_may_update_one_service_only() {
    let table = Table::new(knowledge::texts());
    let aws = ProviderEntry { source: "registry.terraform.io/hashicorp/aws", provider: &table };
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
