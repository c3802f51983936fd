//! IAM rules: policies, roles and users.

use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, deny, warn};

use super::actions::{changes_permissions, is_restrictable, writes_resources};
use super::document::{
    DOCUMENT, Document, Policy, Statement, has_principals, no_statement, not_public, own_document,
};
use super::escalation::{escalating_statement, is_unbounded};

/// The resource types with an identity policy, and the argument that has it.
const POLICIES: [(&str, &str); 5] = [
    ("aws_iam_group_policy", "policy"),
    ("aws_iam_policy", "policy"),
    ("aws_iam_role_policy", "policy"),
    ("aws_iam_user_policy", "policy"),
    ("aws_ssoadmin_permission_set_inline_policy", "inline_policy"),
];
const ADMINISTRATOR: &str = "policy/AdministratorAccess";
const GITHUB: &str = "token.actions.githubusercontent.com";

/// The actions that return credentials. `ecr:GetAuthorizationToken` is not among them, since it has no resource-level
/// permissions.
const CREDENTIALS: [&str; 13] = [
    "chime:CreateApiKey",
    "codepipeline:PollForJobs",
    "cognito-identity:GetCredentialsForIdentity",
    "connect:GetFederationToken",
    "ec2:GetPasswordData",
    "iam:CreateAccessKey",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateAccessKey",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "sts:AssumeRole",
    "sts:GetFederationToken",
];
/// The actions that return stored data or secrets.
const EXFILTRATION: [&str; 5] = [
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];
pub(super) fn rules() -> Vec<Rule> {
    let mut rules = statement_rules();
    rules.extend(resource_rules());
    rules.extend(principal_rules());
    rules
}

/// Returns the rules about statements of identity policies.
fn statement_rules() -> Vec<Rule> {
    vec![
        on_policies(
            deny("iam-no-full-access", "IAM policies must not allow all actions on all resources").exposure(),
            |statement| allows_all(statement) && statement.covers_all_resources(),
        )
        .finding("IAM policy allows all actions on all resources")
        .known_as(&["CKV_AWS_62", "CKV_AWS_1", "AVD-AWS-0057"])
        .why("The policy grants full control of the account.")
        .remedy("List the required actions and resources."),
        on_policies(
            deny("iam-no-star-action", "IAM policies must not allow all actions").exposure(),
            allows_all,
        )
        .finding("IAM policy allows all actions")
        .covered_by(&["iam-no-full-access"])
        .known_as(&["CKV_AWS_63", "CKV_AWS_49", "AVD-AWS-0057"])
        .why("The policy includes actions that AWS adds in the future.")
        .remedy("List the required actions."),
        on_documents(
            deny("iam-no-escalation", "IAM policies must not allow privilege escalation").exposure(),
            escalating_statement,
        )
        .finding("IAM policy allows privilege escalation")
        .covered_by(&["iam-no-full-access", "iam-no-star-action"])
        .known_as(&["CKV_AWS_286", "CKV_AWS_110"])
        .why("A principal that can write policies, or pass any role, can grant itself every permission.")
        .remedy("List specific roles or policies, or require a permissions boundary in a condition."),
    ]
}

/// Returns the rules about statements for all resources.
fn resource_rules() -> Vec<Rule> {
    vec![
        on_policies(
            warn(
                "iam-no-credentials",
                "IAM policies should restrict obtaining credentials to specific identities",
            )
            .exposure(),
            |statement| is_unbounded(statement) && CREDENTIALS.iter().any(|action| statement.allows(action)),
        )
        .finding("IAM policy allows obtaining the credentials of any identity")
        .covered_by(&["iam-no-full-access", "iam-no-star-action"])
        .known_as(&["CKV_AWS_287", "CKV_AWS_107"])
        .why("Actions performed with these credentials are attributed to another identity.")
        .remedy("List specific users, roles or databases as resources."),
        on_policies(
            warn("iam-no-exfiltration", "IAM policies should restrict reading data to specific resources")
                .exposure(),
            |statement| is_unbounded(statement) && EXFILTRATION.iter().any(|action| statement.allows(action)),
        )
        .finding("IAM policy allows reading any object, secret or parameter")
        .covered_by(&["iam-no-full-access", "iam-no-star-action"])
        .known_as(&["CKV_AWS_288", "CKV_AWS_108"])
        .why("A compromised principal can exfiltrate all objects, secrets or parameters of the account.")
        .remedy("List specific buckets, secrets or parameters as resources."),
        on_policies(
            warn(
                "iam-permissions-bounded",
                "IAM policies should restrict permission changes to specific resources",
            )
            .exposure(),
            |statement| {
                is_unbounded(statement) && statement.actions.iter().any(|action| changes_permissions(action))
            },
        )
        .finding("IAM policy allows changing permissions of all resources")
        .covered_by(&["iam-no-full-access", "iam-no-star-action", "iam-no-escalation"])
        .known_as(&["CKV_AWS_289", "CKV_AWS_109"])
        .why("Any bucket, queue or role of the account could be opened to others.")
        .remedy("List specific resources, or add a condition."),
        on_policies(
            warn("iam-write-bounded", "IAM policies should restrict write actions to specific resources"),
            |statement| {
                is_unbounded(statement) && statement.actions.iter().any(|action| writes_resources(action))
            },
        )
        .finding("IAM policy allows write actions on all resources")
        .covered_by(&[
            "iam-no-full-access",
            "iam-no-star-action",
            "iam-no-escalation",
            "iam-permissions-bounded",
        ])
        .known_as(&["CKV_AWS_290", "CKV_AWS_111"])
        .why("A mistake or a compromised principal can affect every resource of the account.")
        .remedy("List specific resources, or add a condition."),
        on_policies(
            warn("iam-resources-named", "IAM policies should list specific resources"),
            |statement| {
                is_unbounded(statement) && statement.actions.iter().any(|action| is_restrictable(action))
            },
        )
        .finding("IAM policy uses `*` as resource for actions that support resource-level permissions")
        .covered_by(&[
            "iam-no-full-access",
            "iam-no-star-action",
            "iam-no-escalation",
            "iam-no-credentials",
            "iam-no-exfiltration",
            "iam-permissions-bounded",
            "iam-write-bounded",
        ])
        .known_as(&["CKV_AWS_355", "CKV_AWS_356"])
        .why("The policy also applies to resources that are created in the future.")
        .remedy("List specific resources; put actions that do not support them into another statement."),
    ]
}

/// Returns the rules about principals: trust policies and attachments.
fn principal_rules() -> Vec<Rule> {
    vec![
        deny("iam-role-trust-named", "IAM role trust policies must name specific principals")
            .finding("IAM role can be assumed by any principal")
            .known_as(&["CKV_AWS_60"])
            .why("Anyone with an AWS account can assume the role.")
            .remedy("List the accounts, roles or services that may assume the role.")
            .exposure()
            .of("aws_iam_role", |role| not_public(&role.at("assume_role_policy"))),
        warn("iam-role-trust-narrow", "IAM roles should not trust an entire AWS account")
            .finding("IAM role trusts an entire AWS account")
            .known_as(&["CKV_AWS_61"])
            .why("Every user and role of the account that may assume roles can assume this one.")
            .remedy("Trust a specific role or service instead of the account's root.")
            .of("aws_iam_role", |role| {
                no_statement(&role.at("assume_role_policy"), |statement| {
                    statement.is_allow
                        && statement.conditions.is_empty()
                        && statement.principals.iter().any(|(kind, principal)| {
                            kind == "AWS" && (principal.ends_with(":root") || is_account(principal))
                        })
                })
            }),
        deny("iam-no-administrator", "The `AdministratorAccess` policy must not be attached")
            .finding("Managed policy `AdministratorAccess` is attached")
            .known_as(&["CKV_AWS_274"])
            .why("The policy grants full control of the account.")
            .remedy("Attach a policy with the required permissions only.")
            .exposure()
            .of("aws_iam_role_policy_attachment", |it| is_no_administrator(it, "policy_arn"))
            .of("aws_iam_user_policy_attachment", |it| is_no_administrator(it, "policy_arn"))
            .of("aws_iam_group_policy_attachment", |it| is_no_administrator(it, "policy_arn"))
            .of("aws_iam_policy_attachment", |it| is_no_administrator(it, "policy_arn"))
            .of("aws_ssoadmin_managed_policy_attachment", |it| is_no_administrator(it, "managed_policy_arn"))
            .of("aws_iam_role", |role| {
                role.at("managed_policy_arns").none(|arn| arn.matches(|arn| arn.ends_with(ADMINISTRATOR)))
            }),
        warn("iam-no-user-policies", "IAM users should get permissions through groups and roles")
            .finding("IAM policy is attached directly to a user")
            .known_as(&["CKV_AWS_40", "AVD-AWS-0143"])
            .why("Permissions that users accumulate individually are hard to review.")
            .remedy("Attach the policy to a group or a role.")
            .of("aws_iam_user_policy", |_| Verdict::fail())
            .of("aws_iam_user_policy_attachment", |_| Verdict::fail())
            .of("aws_iam_policy_attachment", |it| it.at("users").is_unset()),
        deny("iam-github-document-narrow", "Policy documents must not trust every GitHub repository")
            .finding("Policy document trusts GitHub Actions workflows of any repository")
            .known_as(&["CKV_AWS_358"])
            .why("Workflows of any repository on GitHub can assume the role.")
            .remedy("Add a condition on `token.actions.githubusercontent.com:sub` with owner and repository.")
            .exposure()
            .of_data(DOCUMENT, |data| {
                let own = Policy::Known(own_document(data));
                own.has_none(&data.at("statement"), |document| {
                    document.statements.iter().position(trusts_any_repository)
                })
            }),
        deny("iam-github-role-narrow", "IAM roles must not trust every GitHub repository")
            .finding("IAM role trusts GitHub Actions workflows of any repository")
            .known_as(&["CKV_AWS_393"])
            .why("Workflows of any repository on GitHub can assume the role.")
            .remedy("Add a condition on `token.actions.githubusercontent.com:sub` with owner and repository.")
            .exposure()
            .of("aws_iam_role", |role| no_statement(&role.at("assume_role_policy"), trusts_any_repository)),
    ]
}

/// Adds the check of a statement for all identity policies and policy documents.
fn on_policies(rule: Rule, is_bad: impl Fn(&Statement) -> bool + Copy + Send + Sync + 'static) -> Rule {
    on_documents(rule, move |document| document.statements.iter().position(is_bad))
}

/// Adds a check for all identity policies and policy documents. `find` returns the position of a bad statement.
fn on_documents(
    rule: Rule,
    find: impl Fn(&Document) -> Option<usize> + Copy + Send + Sync + 'static,
) -> Rule {
    let check = move |argument: &Reading<'_>| {
        // The statements of a data source are reported there, once for all policies that use it.
        let is_reported = argument.referred_data(DOCUMENT).iter().any(is_identity_document);
        if is_reported { Verdict::Pass } else { Policy::read(argument).has_none(argument, find) }
    };
    let of_resources = POLICIES.iter().fold(rule, |rule, (type_name, argument)| {
        rule.of(*type_name, move |policy| check(&policy.at(argument)))
    });
    let of_roles = of_resources.of("aws_iam_role", move |role| {
        all_of(role.at("inline_policy").elements().iter().map(|inline| check(&inline.at("policy"))))
    });
    of_roles.of_data(DOCUMENT, move |data| {
        if !is_identity_document(data) {
            return Verdict::Pass;
        }
        Policy::Known(own_document(data)).has_none(&data.at("statement"), find)
    })
}

/// Returns `true` if a document is one of an identity: it has no principals, and is not only used by other policies.
fn is_identity_document(data: &Subject<'_>) -> bool {
    let mut seen = Vec::new();
    !has_principals(data) && is_used_by_identity(data, &mut seen).unwrap_or(true)
}

/// Returns whether a document is used by an identity policy; `None` if it is not used by anything known.
fn is_used_by_identity(data: &Subject<'_>, seen: &mut Vec<String>) -> Option<bool> {
    let address = data.address().to_string();
    if seen.contains(&address) {
        return None;
    }
    seen.push(address);
    let mut found = None;
    for user in data.dependents() {
        let uses = if user.is_data() {
            if user.type_name() == DOCUMENT { is_used_by_identity(&user, seen) } else { None }
        } else {
            let is_policy = |(type_name, _): &(&str, &str)| *type_name == user.type_name();
            Some(POLICIES.iter().any(is_policy) || user.type_name() == "aws_iam_role")
        };
        if uses == Some(true) {
            return uses;
        }
        found = found.or(uses);
    }
    found
}

fn allows_all(statement: &Statement) -> bool {
    let is_all = |action: &String| action == "*" || action == "*:*";
    statement.is_allow && statement.not_actions.is_empty() && statement.actions.iter().any(is_all)
}

fn is_account(principal: &str) -> bool {
    principal.len() == 12 && principal.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_no_administrator(attachment: &Subject<'_>, argument: &str) -> Verdict {
    attachment.at(argument).matches(|arn| arn.ends_with(ADMINISTRATOR)).negate()
}

/// Returns `true` if the statement trusts GitHub Actions without restricting the repository.
fn trusts_any_repository(statement: &Statement) -> bool {
    let is_github = |(kind, principal): &(String, String)| kind == "Federated" && principal.contains(GITHUB);
    let is_narrow = |subject: &String| {
        // `repo:owner/name:ref:…`; the name may be a pattern.
        let repository = subject.strip_prefix("repo:").and_then(|rest| rest.split_once('/'));
        repository.is_some_and(|(owner, _)| !owner.is_empty() && !owner.contains(['*', '?', ':']))
    };
    statement.is_allow
        && statement.principals.iter().any(is_github)
        && !statement.conditions.iter().any(|condition| {
            condition.key.starts_with(GITHUB)
                && condition.key.ends_with(":sub")
                && !condition.values.is_empty()
                && condition.values.iter().all(is_narrow)
        })
}
