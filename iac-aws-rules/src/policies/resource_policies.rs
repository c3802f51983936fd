//! Rules for the policies of resources of any type.

use iac_review::policy::{Rule, Subject, Verdict, all_of, deny};

use super::document::{DOCUMENT, Policy, is_valid, not_public, own_document, public_statement};

/// The arguments that contain the policy of a resource, where a public statement is reported by this rule. Types with
/// a rule of their own, such as buckets and queues, are in [`OTHER_POLICIES`].
const RESOURCE_POLICIES: [(&str, &str); 42] = [
    ("aws_acmpca_policy", "policy"),
    ("aws_api_gateway_domain_name", "policy"),
    ("aws_backup_vault_policy", "policy"),
    ("aws_cloudsearch_domain_service_access_policy", "access_policy"),
    ("aws_cloudwatch_event_bus_policy", "policy"),
    ("aws_cloudwatch_log_destination_policy", "access_policy"),
    ("aws_cloudwatch_log_resource_policy", "policy_document"),
    ("aws_codeartifact_domain_permissions_policy", "policy_document"),
    ("aws_codeartifact_repository_permissions_policy", "policy_document"),
    ("aws_codebuild_resource_policy", "policy"),
    ("aws_dynamodb_resource_policy", "policy"),
    ("aws_ecr_registry_policy", "policy"),
    ("aws_ecr_repository_creation_template", "repository_policy"),
    ("aws_efs_file_system_policy", "policy"),
    ("aws_elasticsearch_domain", "access_policies"),
    ("aws_elasticsearch_domain_policy", "access_policies"),
    ("aws_glacier_vault", "access_policy"),
    ("aws_glacier_vault_lock", "policy"),
    ("aws_glue_resource_policy", "policy"),
    ("aws_kinesis_resource_policy", "policy"),
    ("aws_kms_external_key", "policy"),
    ("aws_kms_replica_external_key", "policy"),
    ("aws_kms_replica_key", "policy"),
    ("aws_media_store_container_policy", "policy"),
    ("aws_msk_cluster_policy", "policy"),
    ("aws_networkfirewall_resource_policy", "policy"),
    ("aws_opensearch_domain", "access_policies"),
    ("aws_opensearch_domain_policy", "access_policies"),
    ("aws_organizations_resource_policy", "content"),
    ("aws_redshift_resource_policy", "policy"),
    ("aws_redshiftserverless_resource_policy", "policy"),
    ("aws_s3_access_point", "policy"),
    ("aws_s3control_access_point_policy", "policy"),
    ("aws_s3control_bucket_policy", "policy"),
    ("aws_s3control_object_lambda_access_point_policy", "policy"),
    ("aws_sagemaker_model_package_group_policy", "resource_policy"),
    ("aws_schemas_registry_policy", "policy"),
    ("aws_secretsmanager_secret", "policy"),
    ("aws_secretsmanager_secret_policy", "policy"),
    ("aws_ses_identity_policy", "policy"),
    ("aws_sesv2_email_identity_policy", "policy"),
    ("aws_vpclattice_resource_policy", "policy"),
];

/// Other arguments that contain a policy document: those of identities, those with a rule of their own, and those that are
/// public by design, as behind another guard.
const OTHER_POLICIES: [(&str, &str); 27] = [
    ("aws_api_gateway_rest_api", "policy"),
    ("aws_api_gateway_rest_api_policy", "policy"),
    ("aws_ecr_repository_policy", "policy"),
    ("aws_ecrpublic_repository_policy", "policy"),
    ("aws_iam_group_policy", "policy"),
    ("aws_iam_policy", "policy"),
    ("aws_iam_role", "assume_role_policy"),
    ("aws_iam_role", "inline_policy.policy"),
    ("aws_iam_role_policy", "policy"),
    ("aws_iam_user_policy", "policy"),
    ("aws_iot_policy", "policy"),
    ("aws_kms_key", "policy"),
    ("aws_kms_key_policy", "policy"),
    ("aws_s3_bucket", "policy"),
    ("aws_s3_bucket_policy", "policy"),
    ("aws_s3control_multi_region_access_point_policy", "details.policy"),
    ("aws_sns_topic", "policy"),
    ("aws_sns_topic_data_protection_policy", "policy"),
    ("aws_sns_topic_policy", "policy"),
    ("aws_sqs_queue", "policy"),
    ("aws_sqs_queue_policy", "policy"),
    ("aws_ssoadmin_permission_set_inline_policy", "inline_policy"),
    ("aws_transfer_access", "policy"),
    ("aws_transfer_user", "policy"),
    ("aws_vpc_endpoint", "policy"),
    ("aws_vpc_endpoint_policy", "policy"),
    ("aws_vpclattice_auth_policy", "policy"),
];

pub(super) fn rules() -> Vec<Rule> {
    let not_public = RESOURCE_POLICIES.iter().fold(
        deny("resource-policy-not-public", "Policies of resources must not grant public access")
            .finding("Policy of a resource grants access to any principal")
            .known_as(&["CKV_AWS_283", "CKV2_AWS_34"])
            .why("Anyone with an AWS account can use the allowed actions.")
            .remedy(
                "List the accounts, roles and services that need access as principals, or add a condition.",
            )
            .exposure(),
        |rule, (type_name, argument)| rule.of(*type_name, move |it| not_public(&it.at(argument))),
    );
    // A document that is used is reported at the resource whose policy it is.
    let not_public = not_public.of_data(DOCUMENT, |data| {
        if !data.dependents().is_empty() {
            return Verdict::Pass;
        }
        Policy::Known(own_document(data)).has_none(&data.at("statement"), public_statement)
    });
    let all = RESOURCE_POLICIES.iter().chain(&OTHER_POLICIES);
    let valid = all.fold(
        deny("policy-valid", "Policy documents must be valid")
            .finding("Policy document is invalid")
            .why("AWS rejects the document only during apply, and no rule can evaluate it.")
            .remedy("Use `jsonencode` or an `aws_iam_policy_document` data source."),
        |rule, (type_name, argument)| rule.of(*type_name, move |it| is_valid_at(it, argument)),
    );
    vec![not_public, valid]
}

fn is_valid_at(it: &Subject<'_>, argument: &str) -> Verdict {
    match argument.split_once('.') {
        Some((block, inner)) => {
            all_of(it.at(block).elements().iter().map(|block| is_valid(&block.at(inner))))
        }
        None => is_valid(&it.at(argument)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use iac_plan::schema::{Block, EntityKind, Knowledge, Suppress};

    use super::{OTHER_POLICIES, RESOURCE_POLICIES};

    /// Collects the arguments whose texts the provider compares as policy documents.
    fn collect(block: &Block, prefix: &str, found: &mut Vec<String>) {
        let is_policy = |suppress: Option<Suppress>| suppress == Some(Suppress::IamPolicy);
        for attribute in block.attributes.iter().filter(|attribute| is_policy(attribute.facts.suppress)) {
            found.push(format!("{prefix}{}", attribute.name));
        }
        for nested in &block.blocks {
            collect(&nested.block, &format!("{prefix}{}.", nested.name), found);
        }
    }

    /// A type that is new in the provider needs a decision.
    #[test]
    fn every_argument_with_a_policy_document_is_listed() {
        let knowledge = Knowledge::new(crate::knowledge::texts());
        let listed: BTreeSet<(String, String)> = RESOURCE_POLICIES
            .iter()
            .chain(&OTHER_POLICIES)
            .map(|(type_name, argument)| ((*type_name).to_owned(), (*argument).to_owned()))
            .collect();
        let mut missing = Vec::new();
        let mut count = 0;
        for type_name in knowledge.types(EntityKind::Resource) {
            let schema = knowledge.schema(EntityKind::Resource, type_name).unwrap().unwrap();
            let mut found = Vec::new();
            collect(&schema.block, "", &mut found);
            count += found.len();
            missing.extend(
                found
                    .into_iter()
                    .map(|argument| (type_name.to_owned(), argument))
                    .filter(|it| !listed.contains(it)),
            );
        }
        assert!(count > 40, "{count}");
        assert!(missing.is_empty(), "{missing:?}");
    }
}
