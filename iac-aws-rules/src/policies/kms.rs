//! Keys, and the logs that they encrypt.

use iac_review::policy::{Rule, Verdict, deny, warn};

use super::document::{Statement, no_statement};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("kms-rotation", "A key is replaced every year")
            .known_as(&["CKV_AWS_7", "AVD-AWS-0065"])
            .why("What one key has encrypted is what its loss costs.")
            .remedy("Set `enable_key_rotation = true`.")
            .of("aws_kms_key", |key| {
                // Keys of other kinds cannot be rotated.
                let spec = key.at("customer_master_key_spec");
                let is_symmetric = spec.is("SYMMETRIC_DEFAULT").or(spec.is_unset());
                key.at("enable_key_rotation").is(true).when(is_symmetric)
            }),
        deny("kms-no-any-principal", "A key is not for everybody")
            .known_as(&["CKV_AWS_33"])
            .why("Everybody could decrypt what it encrypts.")
            .remedy("Name the accounts, roles and services that need it as principals.")
            .exposure()
            .of("aws_kms_key", |key| no_statement(&key.at("policy"), Statement::is_for_everybody))
            .of("aws_kms_key_policy", |policy| {
                no_statement(&policy.at("policy"), Statement::is_for_everybody)
            }),
        warn("kms-policy", "A key says who may use it")
            .known_as(&["CKV2_AWS_64"])
            .why("The default leaves it to every policy of the account.")
            .remedy("Set `policy`, or add an `aws_kms_key_policy`.")
            .of("aws_kms_key", |key| {
                key.at("policy").is_set().or(key.has("aws_kms_key_policy", "key_id", |_| Verdict::Pass))
            }),
        warn("logs-retention", "A log group says how long it keeps what is in it")
            .known_as(&["CKV_AWS_66"])
            .why("What nobody needs is paid for, and kept longer than it may be.")
            .remedy("Set `retention_in_days`.")
            .of("aws_cloudwatch_log_group", |group| group.at("retention_in_days").at_least(1)),
        warn("logs-retention-year", "A log group keeps what is in it for a year")
            .known_as(&["CKV_AWS_338"])
            .why("Break-ins are often found only after months.")
            .remedy("Set `retention_in_days` to 365 or more.")
            .opt_in()
            .of("aws_cloudwatch_log_group", |group| {
                let days = group.at("retention_in_days");
                days.at_least(365).or(days.is(0i64))
            }),
        warn("logs-customer-key", "A log group is encrypted with a key of your own")
            .known_as(&["CKV_AWS_158", "AVD-AWS-0017"])
            .why("Only a key of your own says who may decrypt, and can be taken away.")
            .remedy("Set `kms_key_id`.")
            .of("aws_cloudwatch_log_group", |group| group.at("kms_key_id").is_set()),
    ]
}
