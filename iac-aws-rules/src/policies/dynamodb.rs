//! DynamoDB rules.

use super::settings::customer_key;
use iac_review::policy::{Rule, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("dynamodb-point-in-time-recovery", "DynamoDB tables should have point-in-time recovery enabled")
            .finding("DynamoDB table has point-in-time recovery disabled")
            .known_as(&["CKV_AWS_28", "AVD-AWS-0024"])
            .why("Items overwritten or deleted by mistake cannot be recovered.")
            .remedy("Set `point_in_time_recovery` with `enabled = true`.")
            .of("aws_dynamodb_table", |table| table.at("point_in_time_recovery.enabled").is(true)),
        warn("dynamodb-customer-key", "DynamoDB tables should be encrypted with a customer managed key")
            .finding("DynamoDB table is not encrypted with a customer managed key")
            .known_as(&["CKV_AWS_119", "AVD-AWS-0025"])
            .why("Access to a customer managed key can be restricted, audited and revoked.")
            .remedy("Set `server_side_encryption` with `enabled = true` and a `kms_key_arn`.")
            .of("aws_dynamodb_table", |table| {
                let encryption = table.at("server_side_encryption");
                encryption.at("enabled").is(true).and(customer_key(&encryption.at("kms_key_arn")))
            }),
    ]
}
