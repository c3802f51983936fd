//! KMS and CloudWatch Logs rules.

use iac_review::policy::{Rule, Verdict, deny, warn};

use super::document::not_public;
use super::settings::customer_key;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("kms-rotation", "KMS keys should have automatic rotation enabled")
            .finding("KMS key has automatic rotation disabled")
            .known_as(&["CKV_AWS_7", "AVD-AWS-0065"])
            .why("Rotation limits how much data is encrypted with the same key material.")
            .remedy("Set `enable_key_rotation = true`.")
            .of("aws_kms_key", |key| {
                // Asymmetric and HMAC keys do not support automatic rotation.
                let spec = key.at("customer_master_key_spec");
                let is_symmetric = spec.is("SYMMETRIC_DEFAULT").or(spec.is_unset());
                key.at("enable_key_rotation").is(true).when(is_symmetric)
            }),
        deny("kms-no-any-principal", "KMS key policies must not grant public access")
            .finding("KMS key policy grants access to any principal")
            .known_as(&["CKV_AWS_33"])
            .why("Anyone can use the allowed actions, such as decrypting data.")
            .remedy("List the accounts, roles and services that need access as principals.")
            .exposure()
            .of("aws_kms_key", |key| not_public(&key.at("policy")))
            .of("aws_kms_key_policy", |policy| not_public(&policy.at("policy"))),
        warn("kms-policy", "KMS keys should have an explicit key policy")
            .finding("KMS key has no explicit key policy")
            .known_as(&["CKV2_AWS_64"])
            .why("The default key policy delegates access to all IAM policies of the account.")
            .remedy("Set `policy`, or add an `aws_kms_key_policy`.")
            .of("aws_kms_key", |key| {
                key.at("policy").is_set().or(key.has("aws_kms_key_policy", "key_id", |_| Verdict::Pass))
            }),
        warn("logs-retention", "CloudWatch log groups should have a retention period")
            .finding("CloudWatch log group has no retention period")
            .known_as(&["CKV_AWS_66"])
            .why("Logs are kept forever, which costs money and may be longer than is permitted.")
            .remedy("Set `retention_in_days`.")
            .of("aws_cloudwatch_log_group", |group| group.at("retention_in_days").at_least(1)),
        warn("logs-retention-year", "CloudWatch log groups should retain logs for at least one year")
            .finding("CloudWatch log group retains logs for less than one year")
            .known_as(&["CKV_AWS_338"])
            .why("Intrusions are often discovered only after months.")
            .remedy("Set `retention_in_days` to 365 or more.")
            .opt_in()
            .of("aws_cloudwatch_log_group", |group| {
                let days = group.at("retention_in_days");
                days.at_least(365).or(days.is(0i64))
            }),
        warn("logs-customer-key", "CloudWatch log groups should be encrypted with a customer managed key")
            .finding("CloudWatch log group is not encrypted with a customer managed key")
            .known_as(&["CKV_AWS_158", "AVD-AWS-0017"])
            .why("Access to a customer managed key can be restricted, audited and revoked.")
            .remedy("Set `kms_key_id`.")
            .of("aws_cloudwatch_log_group", |group| customer_key(&group.at("kms_key_id"))),
    ]
}
