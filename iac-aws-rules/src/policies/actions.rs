//! What AWS says of the actions of its services: their access level, and whether they support resource-level permissions.

use std::collections::HashMap;
use std::sync::OnceLock;

use iac_review::access::matches;

/// One line for each service and kind of actions: see its head.
const ACTIONS: &str = include_str!("actions.txt");

/// The access level of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Read,
    List,
    Write,
    Permissions,
}

/// An action of a service.
#[derive(Clone, Copy, Debug)]
struct Action {
    name: &'static str,
    level: Level,
    /// `true` if a policy can restrict the action to certain resources.
    has_resources: bool,
}

/// Returns `true` if a pattern such as `s3:Put*` allows an action that changes something.
pub(super) fn writes(pattern: &str) -> bool {
    any(pattern, |action| matches!(action.level, Level::Write | Level::Permissions)).unwrap_or_else(|| {
        const READING: [&str; 7] = ["Get", "List", "Describe", "BatchGet", "Head", "Query", "Scan"];
        !READING.iter().any(|verb| verb_of(pattern).starts_with(verb))
    })
}

/// Returns `true` if a pattern allows an action that changes something and could be restricted to certain resources.
pub(super) fn writes_resources(pattern: &str) -> bool {
    let changes = |action: &Action| matches!(action.level, Level::Write | Level::Permissions);
    any(pattern, |action| changes(action) && action.has_resources).unwrap_or_else(|| writes(pattern))
}

/// Returns `true` if a pattern allows an action that changes permissions and could be restricted to certain resources.
pub(super) fn changes_permissions(pattern: &str) -> bool {
    any(pattern, |action| action.level == Level::Permissions && action.has_resources).unwrap_or(false)
}

/// Returns `true` if a pattern allows an action other than a listing that could be restricted to certain resources.
pub(super) fn is_restrictable(pattern: &str) -> bool {
    let is_listing = |name: &str| ["Describe", "List"].iter().any(|verb| name.starts_with(verb));
    any(pattern, |action| action.has_resources && action.level != Level::List && !is_listing(action.name))
        .unwrap_or_else(|| !is_listing(verb_of(pattern)))
}

/// Returns `true` if the predicate holds for an action that matches the pattern. `None` if no known action matches, which
/// is the case of listings with resource-level permissions, and of actions newer than the data.
fn any(pattern: &str, holds: impl Fn(&Action) -> bool) -> Option<bool> {
    let (service, verb) = pattern.split_once(':').unwrap_or((pattern, "*"));
    if service.contains(['*', '?']) {
        return Some(
            verb.starts_with('*')
                || services().values().flatten().any(|action| matches(verb, action.name) && holds(action)),
        );
    }
    let actions = services().get(service.to_ascii_lowercase().as_str())?;
    let mut matching = actions.iter().filter(|action| matches(verb, action.name)).peekable();
    matching.peek()?;
    Some(matching.any(holds))
}

fn verb_of(pattern: &str) -> &str {
    pattern.split_once(':').map_or(pattern, |(_, verb)| verb)
}

fn services() -> &'static HashMap<&'static str, Vec<Action>> {
    static SERVICES: OnceLock<HashMap<&'static str, Vec<Action>>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let mut services: HashMap<&str, Vec<Action>> = HashMap::new();
        for line in ACTIONS.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let (Some(service), Some(kind)) = (words.next(), words.next()) else { continue };
            let level = match kind.as_bytes().first() {
                Some(b'w') => Level::Write,
                Some(b'p') => Level::Permissions,
                Some(b'l') => Level::List,
                _ => Level::Read,
            };
            let has_resources = kind.ends_with('+');
            let actions = words.map(|name| Action { name, level, has_resources });
            services.entry(service).or_default().extend(actions);
        }
        services
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_without_resource_level_permissions_are_not_restrictable() {
        for action in [
            "iam:GetAccountSummary",
            "kms:CreateKey",
            "ec2:DescribeInstances",
            "ec2:Describe*",
            "ecr:GetAuthorizationToken",
            "sts:GetCallerIdentity",
            "cloudwatch:PutMetricData",
            "s3:ListAllMyBuckets",
            "xray:PutTraceSegments",
            "ssmmessages:*",
            "logs:ListTagsForResource",
        ] {
            assert!(!is_restrictable(action) && !writes_resources(action), "{action}");
        }
        for action in [
            "s3:GetObject",
            "S3:getobject",
            "s3:*",
            "*",
            "kms:Decrypt",
            "iam:PassRole",
            "s3:Get*",
            "new:Thing",
        ] {
            assert!(is_restrictable(action), "{action}");
        }
    }

    #[test]
    fn actions_have_access_levels() {
        for action in ["s3:PutObject", "s3:Put*", "sqs:*", "dynamodb:UpdateItem", "*", "new:CreateThing"] {
            assert!(writes(action), "{action}");
        }
        for action in ["s3:GetObject", "sqs:ReceiveMessage", "ec2:Describe*", "new:GetThing"] {
            assert!(!writes(action), "{action}");
        }
        assert!(changes_permissions("s3:PutBucketPolicy") && changes_permissions("iam:*"));
        assert!(!changes_permissions("s3:PutObject") && !changes_permissions("kms:Decrypt"));
    }
}
