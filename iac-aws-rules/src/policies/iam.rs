//! Who may do what: policies, roles, users.

use iac_review::policy::{Rule, Subject, Verdict, deny, warn};

use super::document::{Statement, no_statement, of_data};

/// The resources whose `policy` says what somebody may do.
const POLICIES: [&str; 4] =
    ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"];
const ADMINISTRATOR: &str = "policy/AdministratorAccess";
const GITHUB: &str = "token.actions.githubusercontent.com";

/// Any of them, alone, lets somebody get more than they have; the parts of a `+` only together.
const ESCALATION: [&str; 18] = [
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "iam:PassRole+cloudformation:CreateStack",
    "iam:PassRole+ec2:RunInstances",
    "iam:PassRole+glue:CreateDevEndpoint",
    "iam:PassRole+lambda:CreateFunction",
    "lambda:UpdateFunctionCode",
];
/// They answer with credentials. Who may log in to the registry of images is not among them: no resource can be named.
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
/// They answer with what is kept secret, or kept at all.
const EXFILTRATION: [&str; 5] = [
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];
/// How actions begin that change something.
const WRITE: [&str; 34] = [
    "Abort",
    "Accept",
    "Add",
    "Associate",
    "Attach",
    "Authorize",
    "Batch",
    "Cancel",
    "Copy",
    "Create",
    "Delete",
    "Deregister",
    "Detach",
    "Disable",
    "Disassociate",
    "Enable",
    "Import",
    "Invoke",
    "Modify",
    "Move",
    "Publish",
    "Put",
    "Reboot",
    "Register",
    "Remove",
    "Reset",
    "Restore",
    "Run",
    "Send",
    "Set",
    "Start",
    "Stop",
    "Terminate",
    "Update",
];
/// Parts of actions that change who may do what.
const PERMISSIONS: [&str; 7] =
    ["Policy", "Permission", "Acl", "PublicAccessBlock", "AccessPolicy", "SecurityGroupIngress", "Grant"];
/// Services of which every action has to name every resource.
const NEVER_RESTRICTED: [&str; 8] =
    ["ce:", "ec2messages:", "health:", "polly:", "pricing:", "ssmmessages:", "textract:", "xray:"];
/// Actions that have to name every resource, though they do not only list.
const NOT_RESTRICTED: [&str; 6] = [
    "cloudwatch:GetMetricData",
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    "s3:ListAllMyBuckets",
    "sts:GetCallerIdentity",
    "ssm:DescribeParameters",
];

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = of_statements();
    rules.extend(of_principals());
    rules
}

/// What statements may say.
fn of_statements() -> Vec<Rule> {
    vec![
        of_policies(
            deny("iam-no-full-access", "A policy does not allow everything on everything").exposure(),
            |statement| allows_all(statement) && statement.is_about_everything(),
        )
        .known_as(&["CKV_AWS_62", "CKV_AWS_1", "AVD-AWS-0057"])
        .why("Whoever has it has the account.")
        .remedy("Name the actions that are needed, and what they are needed on."),
        of_policies(deny("iam-no-star-action", "A policy does not allow all actions").exposure(), allows_all)
            .known_as(&["CKV_AWS_63", "CKV_AWS_49", "AVD-AWS-0057"])
            .why("It allows what will be invented later, too.")
            .remedy("Name the actions that are needed."),
        of_policies(
            deny("iam-no-escalation", "A policy does not let anybody give themselves more").exposure(),
            |statement| {
                is_unbounded(statement)
                    && ESCALATION.iter().any(|ways| ways.split('+').all(|way| statement.allows(way)))
            },
        )
        .known_as(&["CKV_AWS_286", "CKV_AWS_110"])
        .why("Whoever may write policies, or pass any role, may do everything.")
        .remedy("Name the roles or policies as resources, or add a permissions boundary as a condition."),
        of_policies(
            warn("iam-no-credentials", "A policy does not give credentials of others away").exposure(),
            |statement| is_unbounded(statement) && CREDENTIALS.iter().any(|action| statement.allows(action)),
        )
        .known_as(&["CKV_AWS_287", "CKV_AWS_107"])
        .why("What is done with them looks as if somebody else had done it.")
        .remedy("Name the users, roles or databases as resources."),
        of_policies(
            warn("iam-no-exfiltration", "A policy does not allow to read all there is").exposure(),
            |statement| is_unbounded(statement) && EXFILTRATION.iter().any(|action| statement.allows(action)),
        )
        .known_as(&["CKV_AWS_288", "CKV_AWS_108"])
        .why("Whoever breaks in can read every object, secret or parameter of the account.")
        .remedy("Name the buckets, secrets or parameters as resources."),
        of_policies(
            warn("iam-permissions-bounded", "Who may do what is changed for named resources only").exposure(),
            |statement| {
                is_unbounded(statement) && statement.actions.iter().any(|action| changes_permissions(action))
            },
        )
        .known_as(&["CKV_AWS_289", "CKV_AWS_109"])
        .why("Any bucket, queue or role of the account could be opened.")
        .remedy("Name the resources, or add a condition."),
        of_policies(warn("iam-write-bounded", "Something is changed on named resources only"), |statement| {
            is_unbounded(statement)
                && statement.actions.iter().any(|action| writes(action) && knows_resources(action))
        })
        .known_as(&["CKV_AWS_290", "CKV_AWS_111"])
        .why("A mistake, or whoever breaks in, reaches everything of the account.")
        .remedy("Name the resources, or add a condition."),
        of_policies(
            warn("iam-resources-named", "A policy names the resources that it is about"),
            |statement| {
                statement.is_allow
                    && statement.is_about_everything()
                    && statement.actions.iter().any(|action| is_restrictable(action))
            },
        )
        .known_as(&["CKV_AWS_355", "CKV_AWS_356"])
        .why("It is about what will be created later, too.")
        .remedy("Name the resources; actions that know no resources go into a statement of their own."),
    ]
}

/// Who may have what they say.
fn of_principals() -> Vec<Rule> {
    vec![
        deny("iam-role-trust-named", "A role is assumed by named principals only")
            .known_as(&["CKV_AWS_60"])
            .why("Everybody could assume it.")
            .remedy("Name the accounts, roles or services that may assume it.")
            .exposure()
            .of("aws_iam_role", |role| {
                no_statement(&role.at("assume_role_policy"), Statement::is_for_everybody)
            }),
        warn("iam-role-trust-narrow", "A role does not trust a whole account")
            .known_as(&["CKV_AWS_61"])
            .why("Every user and role of the account that may assume roles may assume this one.")
            .remedy("Name the role or the service instead of the account's root.")
            .exposure()
            .of("aws_iam_role", |role| {
                no_statement(&role.at("assume_role_policy"), |statement| {
                    statement.is_allow
                        && statement.conditions.is_empty()
                        && statement
                            .principals
                            .iter()
                            .any(|(kind, who)| kind == "AWS" && (who.ends_with(":root") || is_account(who)))
                })
            }),
        deny("iam-no-administrator", "Nobody has the policy `AdministratorAccess`")
            .known_as(&["CKV_AWS_274"])
            .why("Whoever has it has the account.")
            .remedy("Attach a policy with what is needed.")
            .exposure()
            .of("aws_iam_role_policy_attachment", |it| is_no_administrator(it, "policy_arn"))
            .of("aws_iam_user_policy_attachment", |it| is_no_administrator(it, "policy_arn"))
            .of("aws_iam_group_policy_attachment", |it| is_no_administrator(it, "policy_arn"))
            .of("aws_iam_policy_attachment", |it| is_no_administrator(it, "policy_arn"))
            .of("aws_ssoadmin_managed_policy_attachment", |it| is_no_administrator(it, "managed_policy_arn"))
            .of("aws_iam_role", |role| {
                role.at("managed_policy_arns").none(|arn| arn.matches(|arn| arn.ends_with(ADMINISTRATOR)))
            }),
        warn("iam-no-user-policies", "Users get what they may do through groups and roles")
            .known_as(&["CKV_AWS_40", "AVD-AWS-0143"])
            .why("Nobody sees what a user has gathered over the years.")
            .remedy("Attach the policy to a group or a role.")
            .of("aws_iam_user_policy", |_| Verdict::fail())
            .of("aws_iam_user_policy_attachment", |_| Verdict::fail())
            .of("aws_iam_policy_attachment", |it| it.at("users").is_unset()),
        deny("iam-github-document-narrow", "A document that trusts GitHub names the repository")
            .known_as(&["CKV_AWS_358"])
            .why("The workflows of every repository of the world could assume the role.")
            .remedy("Add a condition on `token.actions.githubusercontent.com:sub` with owner and repository.")
            .exposure()
            .of_data("aws_iam_policy_document", |data| {
                Verdict::of(!of_data(data).iter().any(trusts_any_repository))
            }),
        deny("iam-github-role-narrow", "A role for GitHub names the repository")
            .known_as(&["CKV_AWS_393"])
            .why("The workflows of every repository of the world could assume the role.")
            .remedy("Add a condition on `token.actions.githubusercontent.com:sub` with owner and repository.")
            .exposure()
            .of("aws_iam_role", |role| no_statement(&role.at("assume_role_policy"), trusts_any_repository)),
    ]
}

/// A rule that no statement of a policy is so.
fn of_policies(rule: Rule, is_bad: impl Fn(&Statement) -> bool + Copy + Send + Sync + 'static) -> Rule {
    let of_resources = POLICIES.iter().fold(rule, |rule, type_name| {
        rule.of(*type_name, move |policy| no_statement(&policy.at("policy"), is_bad))
    });
    of_resources.of_data("aws_iam_policy_document", move |data| {
        // A document that says who may do it is a resource's own: another rule's.
        let is_bad = |statement: &Statement| statement.principals.is_empty() && is_bad(statement);
        Verdict::of(!of_data(data).iter().any(is_bad))
    })
}

fn allows_all(statement: &Statement) -> bool {
    let is_all = |action: &String| action == "*" || action == "*:*";
    statement.is_allow && statement.actions.iter().any(is_all)
}

/// Whether it allows something on everything, without a condition.
fn is_unbounded(statement: &Statement) -> bool {
    statement.is_allow && statement.conditions.is_empty() && statement.is_about_everything()
}

fn verb(action: &str) -> &str {
    action.split_once(':').map_or(action, |(_, verb)| verb)
}

fn writes(action: &str) -> bool {
    let verb = verb(action);
    verb.starts_with('*') || WRITE.iter().any(|start| verb.starts_with(start))
}

fn changes_permissions(action: &str) -> bool {
    let verb = verb(action);
    verb.starts_with('*') || (writes(action) && PERMISSIONS.iter().any(|part| verb.contains(part)))
}

/// Whether an action knows resources that could be named.
fn is_restrictable(action: &str) -> bool {
    let verb = verb(action);
    let lists = verb.starts_with("Describe") || verb.starts_with("List");
    !lists && knows_resources(action)
}

fn knows_resources(action: &str) -> bool {
    !NOT_RESTRICTED.contains(&action) && !NEVER_RESTRICTED.iter().any(|service| action.starts_with(service))
}

fn is_account(principal: &str) -> bool {
    principal.len() == 12 && principal.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_no_administrator(attachment: &Subject<'_>, argument: &str) -> Verdict {
    attachment.at(argument).matches(|arn| arn.ends_with(ADMINISTRATOR)).negate()
}

/// Whether GitHub is trusted, whatever the repository.
fn trusts_any_repository(statement: &Statement) -> bool {
    let is_github = |(kind, who): &(String, String)| kind == "Federated" && who.contains(GITHUB);
    let is_narrow = |subject: &String| {
        let mut parts = subject.split(':');
        let repository = parts.next() == Some("repo");
        let name = parts.next().unwrap_or_default();
        repository
            && parts.next().is_some()
            && name.split('/').next().is_some_and(|owner| !owner.contains('*'))
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
