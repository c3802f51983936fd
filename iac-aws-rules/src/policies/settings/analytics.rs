//! Analytics and machine learning.

use iac_review::policy::Severity;

use super::{Setting, Want};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        id: "sagemaker-notebook-key",
        severity: Severity::Warn,
        exposure: false,
        requirement: "SageMaker notebooks should be encrypted with a customer managed key",
        finding: "SageMaker notebook is not encrypted with a customer managed key",
        aliases: &["CKV_AWS_22"],
        why: "Access to a customer managed key can be restricted, audited and revoked.",
        remedy: "Set `kms_key_id`.",
        checks: &[("aws_sagemaker_notebook_instance", "kms_key_id", Want::CustomerKey)],
    },
    Setting {
        id: "sagemaker-notebook-private",
        severity: Severity::Deny,
        exposure: true,
        requirement: "SageMaker notebooks must not have direct internet access",
        finding: "SageMaker notebook has direct internet access",
        aliases: &["CKV_AWS_122"],
        why: "Data can leave the account past the controls of the VPC.",
        remedy: "Set `direct_internet_access = \"Disabled\"` and `subnet_id`.",
        checks: &[("aws_sagemaker_notebook_instance", "direct_internet_access", Want::OneOf(&["Disabled"]))],
    },
    Setting {
        id: "sagemaker-notebook-root",
        severity: Severity::Warn,
        exposure: true,
        requirement: "SageMaker notebooks should not give root access",
        finding: "SageMaker notebook gives its users root access",
        aliases: &["CKV_AWS_307"],
        why: "Users can change the configuration, and read the credentials of others.",
        remedy: "Set `root_access = \"Disabled\"`.",
        checks: &[("aws_sagemaker_notebook_instance", "root_access", Want::OneOf(&["Disabled"]))],
    },
    Setting {
        id: "athena-encrypted",
        severity: Severity::Deny,
        exposure: false,
        requirement: "Athena workgroups and databases must encrypt query results",
        finding: "Athena query results are not encrypted",
        aliases: &["CKV_AWS_159", "CKV_AWS_77", "AVD-AWS-0006"],
        why: "Query results contain data of all tables that are queried.",
        remedy: "Set `encryption_configuration`.",
        checks: &[
            (
                "aws_athena_workgroup",
                "configuration.result_configuration.encryption_configuration",
                Want::Set,
            ),
            ("aws_athena_database", "encryption_configuration", Want::Set),
        ],
    },
    Setting {
        id: "athena-enforced",
        severity: Severity::Warn,
        exposure: true,
        requirement: "Athena workgroups should override the settings of clients",
        finding: "Athena workgroup lets clients override its settings",
        aliases: &["CKV_AWS_82", "AVD-AWS-0007"],
        why: "Clients can store query results elsewhere, and unencrypted.",
        remedy: "Leave `enforce_workgroup_configuration` unset or true.",
        checks: &[(
            "aws_athena_workgroup",
            "configuration.enforce_workgroup_configuration",
            Want::NotOneOf(&["false"]),
        )],
    },
    Setting {
        id: "glue-catalog-encrypted",
        severity: Severity::Deny,
        exposure: false,
        requirement: "Glue Data Catalogs must encrypt metadata and passwords",
        finding: "Glue Data Catalog stores metadata or passwords unencrypted",
        aliases: &["CKV_AWS_94"],
        why: "Connections contain the passwords of databases.",
        remedy: "Set `catalog_encryption_mode = \"SSE-KMS\"` and `return_connection_password_encrypted = true`.",
        checks: &[
            (
                "aws_glue_data_catalog_encryption_settings",
                "data_catalog_encryption_settings.encryption_at_rest.catalog_encryption_mode",
                Want::NotOneOf(&["DISABLED"]),
            ),
            (
                "aws_glue_data_catalog_encryption_settings",
                "data_catalog_encryption_settings.connection_password_encryption.return_connection_password_encrypted",
                Want::True,
            ),
        ],
    },
    Setting {
        id: "emr-block-public",
        severity: Severity::Deny,
        exposure: true,
        requirement: "EMR must block public access",
        finding: "EMR does not block public access",
        aliases: &["CKV_AWS_390"],
        why: "A security group that opens a port makes the cluster public.",
        remedy: "Set `block_public_security_group_rules = true`.",
        checks: &[(
            "aws_emr_block_public_access_configuration",
            "block_public_security_group_rules",
            Want::True,
        )],
    },
];
