//! ECR rules.

use iac_review::policy::{Rule, deny, warn};

use super::document::not_public;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("ecr-immutable-tags", "ECR repositories should have immutable image tags")
            .finding("ECR repository allows image tags to be overwritten")
            .known_as(&["CKV_AWS_51", "AVD-AWS-0031"])
            .why("An overwritten tag can deploy an image that was never tested.")
            .remedy("Set `image_tag_mutability = \"IMMUTABLE\"`.")
            .of("aws_ecr_repository", |repository| {
                repository.at("image_tag_mutability").matches(|value| value.starts_with("IMMUTABLE"))
            }),
        warn("ecr-scan-on-push", "ECR repositories should scan images on push")
            .finding("ECR repository does not scan images on push")
            .known_as(&["CKV_AWS_163", "AVD-AWS-0030"])
            .why("Images with known vulnerabilities are deployed unnoticed.")
            .remedy("Set `image_scanning_configuration` with `scan_on_push = true`.")
            .of("aws_ecr_repository", |repository| {
                repository.at("image_scanning_configuration.scan_on_push").is(true)
            }),
        warn("ecr-customer-key", "ECR repositories should be encrypted with KMS")
            .finding("ECR repository is not encrypted with KMS")
            .known_as(&["CKV_AWS_136", "AVD-AWS-0033"])
            .why("Access to a KMS key can be restricted, audited and revoked.")
            .remedy("Set `encryption_configuration` with `encryption_type = \"KMS\"`.")
            .of("aws_ecr_repository", |repository| {
                repository.at("encryption_configuration.encryption_type").is_one_of(&["KMS", "KMS_DSSE"])
            }),
        deny("ecr-not-public", "ECR repository policies must not grant public access")
            .finding("ECR repository policy grants access to any principal")
            .known_as(&["CKV_AWS_32", "AVD-AWS-0032"])
            .why("Anyone can use the allowed actions, such as pulling or overwriting images.")
            .remedy("List the accounts and roles that need access as principals.")
            .exposure()
            .of("aws_ecr_repository_policy", |policy| not_public(&policy.at("policy"))),
    ]
}
