//! Statements of identity policies that make their holder powerful.

use std::fmt;

use super::condition::Condition;
use super::{Statement, covers};

/// A privilege that goes beyond a task.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Privilege {
    /// All actions of all services.
    Administrator,
    /// All actions of all services but some.
    AlmostAdministrator,
    /// All actions of a service on all resources.
    AllOf(String),
    /// An action on all resources by which the holder can get any other permission.
    Escalation(&'static str),
}

/// The actions by which a holder can get any other permission, if they are allowed on all resources.
pub const ESCALATION: [&str; 17] = [
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "sts:AssumeRole",
];

/// The services that neither hold data nor change anything of value, so that all of their actions are harmless.
const HARMLESS: [&str; 9] =
    ["ce", "ec2messages", "health", "logs", "polly", "pricing", "ssmmessages", "support", "xray"];

/// The keys whose conditions leave the privilege as it is: they say how a request is made, not what it may do.
const HOW: [&str; 12] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:referer",
    "aws:securetransport",
    "aws:sourceip",
    "aws:tokenissuetime",
    "aws:useragent",
    "aws:viaawsservice",
    "aws:requestedregion",
    "aws:principaltype",
];

/// Returns the privileges that a statement gives to the holder of an identity policy.
#[must_use]
pub fn privilege(statement: &Statement) -> Vec<Privilege> {
    if !statement.is_allow || !statement.covers_all_resources() || statement.conditions.iter().any(restricts)
    {
        return Vec::new();
    }
    let is_all = |action: &String| matches!(action.as_str(), "*" | "*:*");
    if statement.actions.iter().any(is_all) {
        let is_partial = !statement.not_actions.is_empty();
        return vec![if is_partial { Privilege::AlmostAdministrator } else { Privilege::Administrator }];
    }
    let mut found: Vec<Privilege> = Vec::new();
    let service_of = |action: &String| {
        let (service, verb) = action.split_once(':')?;
        let is_all = !verb.is_empty() && verb.bytes().all(|byte| byte == b'*');
        let service = service.to_ascii_lowercase();
        (is_all && !HARMLESS.contains(&service.as_str())).then_some(Privilege::AllOf(service))
    };
    found.extend(statement.actions.iter().filter_map(service_of));
    for action in ESCALATION {
        let service = action.split(':').next().unwrap_or_default();
        let is_known = found.contains(&Privilege::AllOf(service.to_owned()));
        if !is_known && statement.actions.iter().any(|pattern| covers(pattern, action)) {
            found.push(Privilege::Escalation(action));
        }
    }
    found
}

/// Returns `true` if a condition restricts what may be done.
#[must_use]
pub fn restricts(condition: &Condition) -> bool {
    let key = condition.key.to_ascii_lowercase();
    let is_any = condition.values.iter().all(|value| value.bytes().all(|byte| byte == b'*'));
    !HOW.contains(&key.as_str()) && !is_any
}

impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Administrator => f.write_str("allows all actions on all resources"),
            Self::AlmostAdministrator => f.write_str("allows all but some actions on all resources"),
            Self::AllOf(service) => write!(f, "allows all actions of `{service}` on all resources"),
            Self::Escalation(action) => {
                write!(f, "allows `{action}` on all resources, which gives access to any permission")
            }
        }
    }
}
