//! Rules about users, keys and the managed policies that identities have.

use iac_review::policy::{Rule, Subject, Verdict, deny, warn};

/// Managed policies by which the holder can get any other permission.
const ALMOST_ADMINISTRATOR: [&str; 3] =
    ["policy/IAMFullAccess", "policy/PowerUserAccess", "policy/AWSOrganizationsFullAccess"];

pub(super) fn rules() -> Vec<Rule> {
    vec![
        deny("iam-no-iam-full-access", "Managed policies that lead to full access must not be attached")
            .finding("Managed policy that leads to full access is attached")
            .known_as(&["CKV2_AWS_56"])
            .why("The holder can grant itself every permission, or act as almost any service.")
            .remedy("Attach a policy with the required permissions only.")
            .exposure()
            .of("aws_iam_role_policy_attachment", |it| is_other(it, "policy_arn"))
            .of("aws_iam_user_policy_attachment", |it| is_other(it, "policy_arn"))
            .of("aws_iam_group_policy_attachment", |it| is_other(it, "policy_arn"))
            .of("aws_iam_policy_attachment", |it| is_other(it, "policy_arn"))
            .of("aws_ssoadmin_managed_policy_attachment", |it| is_other(it, "managed_policy_arn"))
            .of("aws_iam_role", |role| {
                role.at("managed_policy_arns").none(|arn| arn.matches(is_almost_administrator))
            }),
        warn("iam-no-access-keys", "Workloads should use roles instead of access keys")
            .finding("Access key of an IAM user is managed as part of the system")
            .why("The secret key does not expire, and is stored in the state.")
            .remedy("Use a role, or identity federation for systems outside of AWS.")
            .opt_in()
            .of("aws_iam_access_key", |key| key.at("status").is("Inactive")),
        warn("secretsmanager-rotated", "Secrets should be rotated automatically")
            .finding("Secret is not rotated automatically")
            .known_as(&["CKV2_AWS_57"])
            .why("A secret that leaked remains valid.")
            .remedy("Add an `aws_secretsmanager_secret_rotation`.")
            .opt_in()
            .of("aws_secretsmanager_secret", |secret| {
                secret.has("aws_secretsmanager_secret_rotation", "secret_id", |_| Verdict::Pass)
            }),
        warn("waf-logs", "Web ACLs should have logging enabled")
            .finding("Web ACL has logging disabled")
            .known_as(&["CKV2_AWS_31"])
            .why("Without logs, attacks and wrongly blocked requests cannot be investigated.")
            .remedy("Add an `aws_wafv2_web_acl_logging_configuration`.")
            .of("aws_wafv2_web_acl", |acl| {
                acl.has("aws_wafv2_web_acl_logging_configuration", "resource_arn", |_| Verdict::Pass)
            }),
    ]
}

fn is_other(attachment: &Subject<'_>, argument: &str) -> Verdict {
    attachment.at(argument).matches(is_almost_administrator).negate()
}

fn is_almost_administrator(arn: &str) -> bool {
    ALMOST_ADMINISTRATOR.iter().any(|policy| arn.ends_with(policy))
}
