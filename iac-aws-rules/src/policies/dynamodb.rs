//! Tables.

use iac_review::policy::{Rule, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("dynamodb-point-in-time-recovery", "A table can be restored to any second of the last month")
            .known_as(&["CKV_AWS_28", "AVD-AWS-0024"])
            .why("What is overwritten or deleted by mistake is gone.")
            .remedy("Set `point_in_time_recovery` with `enabled = true`.")
            .of("aws_dynamodb_table", |table| table.at("point_in_time_recovery.enabled").is(true)),
        warn("dynamodb-customer-key", "A table is encrypted with a key of your own")
            .known_as(&["CKV_AWS_119", "AVD-AWS-0025"])
            .why("Only a key of your own says who may decrypt, and can be taken away.")
            .remedy("Set `server_side_encryption` with `enabled = true` and a `kms_key_arn`.")
            .of("aws_dynamodb_table", |table| {
                let encryption = table.at("server_side_encryption");
                encryption.at("enabled").is(true).and(encryption.at("kms_key_arn").is_set())
            }),
    ]
}
