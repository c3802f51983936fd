//! Repositories of container images.

use iac_review::policy::{Rule, deny, warn};

use super::document::{Statement, no_statement};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("ecr-immutable-tags", "A tag always means the same image")
            .known_as(&["CKV_AWS_51", "AVD-AWS-0031"])
            .why("What was tested and what runs could differ without anybody having deployed.")
            .remedy("Set `image_tag_mutability = \"IMMUTABLE\"`.")
            .of("aws_ecr_repository", |repository| {
                repository.at("image_tag_mutability").matches(|value| value.starts_with("IMMUTABLE"))
            }),
        warn("ecr-scan-on-push", "Images are scanned when they arrive")
            .known_as(&["CKV_AWS_163", "AVD-AWS-0030"])
            .why("Known holes should be found before they run.")
            .remedy("Set `image_scanning_configuration` with `scan_on_push = true`.")
            .of("aws_ecr_repository", |repository| {
                repository.at("image_scanning_configuration.scan_on_push").is(true)
            }),
        warn("ecr-customer-key", "Images are encrypted with KMS")
            .known_as(&["CKV_AWS_136", "AVD-AWS-0033"])
            .why("Only a key in KMS says who may decrypt, and can be taken away.")
            .remedy("Set `encryption_configuration` with `encryption_type = \"KMS\"`.")
            .of("aws_ecr_repository", |repository| {
                repository.at("encryption_configuration.encryption_type").is_one_of(&["KMS", "KMS_DSSE"])
            }),
        deny("ecr-not-public", "A repository is not for everybody")
            .known_as(&["CKV_AWS_32", "AVD-AWS-0032"])
            .why("Everybody could pull the images, or push others in their place.")
            .remedy("Name the accounts and roles that need it as principals.")
            .exposure()
            .of("aws_ecr_repository_policy", |policy| {
                no_statement(&policy.at("policy"), Statement::is_for_everybody)
            }),
    ]
}
