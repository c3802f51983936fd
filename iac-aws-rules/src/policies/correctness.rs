//! Rules about configurations that AWS rejects, or that undo themselves on every apply.

use iac_lang::value::Value;
use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, any_of, deny, warn};

use super::document::no_statement;

/// The size limits of policies in characters without white space, by argument.
const POLICY_LIMITS: [(&str, &str, usize); 5] = [
    ("aws_iam_policy", "policy", 6_144),
    ("aws_iam_role_policy", "policy", 10_240),
    ("aws_iam_user_policy", "policy", 2_048),
    ("aws_iam_group_policy", "policy", 5_120),
    ("aws_s3_bucket_policy", "policy", 20_480),
];
/// The arguments that set the target of a route.
const ROUTE_TARGETS: [&str; 9] = [
    "carrier_gateway_id",
    "core_network_arn",
    "egress_only_gateway_id",
    "gateway_id",
    "local_gateway_id",
    "nat_gateway_id",
    "network_interface_id",
    "transit_gateway_id",
    "vpc_endpoint_id",
];
const PROTOCOLS: [&str; 6] = ["-1", "all", "tcp", "udp", "icmp", "icmpv6"];
/// Arguments whose values are stored in the state, with their write-only alternatives.
const WRITE_ONLY: [(&str, &str, &str); 5] = [
    ("aws_db_instance", "password", "password_wo"),
    ("aws_rds_cluster", "master_password", "master_password_wo"),
    ("aws_redshift_cluster", "master_password", "master_password_wo"),
    ("aws_secretsmanager_secret_version", "secret_string", "secret_string_wo"),
    ("aws_docdb_cluster", "master_password", "master_password_wo"),
];

pub(super) fn rules() -> Vec<Rule> {
    let rules = vec![
        policy_length(),
        policy_sid(),
        deny("ec2-route-target", "Routes must have exactly one target")
            .finding("Route does not have exactly one target")
            .why("AWS rejects a route with no target or several targets.")
            .remedy("Set exactly one of the target arguments.")
            .service("ec2")
            .of("aws_route", |route| {
                let set = ROUTE_TARGETS.iter().chain(["vpc_peering_connection_id"].iter());
                let count = set.filter(|target| route.at(target).is_set().is_pass()).count();
                Verdict::of(count == 1).because(format!("{count} targets"))
            }),
        deny("security-group-protocol", "Security group rules must use a valid protocol")
            .finding("Security group rule has an unknown protocol")
            .why("AWS rejects unknown protocols.")
            .remedy("Use `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all protocols, or a protocol number.")
            .service("security-group")
            .of("aws_security_group", |group| {
                let has_protocol = |rule: &Reading<'_>| is_protocol(&rule.at("protocol"));
                group.at("ingress").each(has_protocol).and(group.at("egress").each(has_protocol))
            })
            .of("aws_security_group_rule", |rule| is_protocol(&rule.at("protocol")))
            .of("aws_vpc_security_group_ingress_rule", |rule| is_protocol(&rule.at("ip_protocol")))
            .of("aws_vpc_security_group_egress_rule", |rule| is_protocol(&rule.at("ip_protocol"))),
        deny("s3-bucket-name", "S3 bucket names must be valid")
            .finding("S3 bucket name is invalid")
            .why("AWS rejects an invalid name only during apply.")
            .remedy("Use 3 to 63 of `a-z`, `0-9`, `.` and `-`, with a letter or digit at both ends.")
            .service("s3")
            .of("aws_s3_bucket", |bucket| {
                let name = bucket.at("bucket");
                name.matches(is_bucket_name).or(name.is_unset())
            }),
        deny(
            "security-group-rules-in-one-place",
            "Security groups must not have both inline and separate rules",
        )
        .finding("Security group has both inline rules and separate rule resources")
        .why("Each apply removes the rules that the other one created.")
        .remedy("Move the `ingress` and `egress` blocks into separate resources.")
        .service("security-group")
        .of("aws_security_group", |group| {
            let inline = any_of([group.at("ingress").is_set(), group.at("egress").is_set()]);
            let separate = [
                "aws_security_group_rule",
                "aws_vpc_security_group_ingress_rule",
                "aws_vpc_security_group_egress_rule",
            ];
            let has_separate =
                separate.iter().any(|rule| !group.referrers(rule, "security_group_id").is_empty());
            inline.and(Verdict::of(has_separate)).negate()
        }),
        write_only(),
    ];
    rules
}

/// Returns a rule that resources of these types must have these tags.
///
/// ```
/// let rule = iac_aws_rules::policies::required_tags(&["aws_vpc", "aws_subnet"], &["Team"]);
/// assert_eq!(rule.info.id, "required-tags");
/// ```
#[must_use]
pub fn required_tags(types: &[&str], tags: &[&str]) -> Rule {
    let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let requirement = format!("Resources must have the tags {}", tags.join(", "));
    let rule = deny("required-tags", requirement)
        .finding("Resource lacks a required tag")
        .why("Untagged resources cannot be attributed to an owner or a budget.")
        .remedy("Set the tags in `tags`, or for all resources in `default_tags` of the provider.");
    types.iter().fold(rule, |rule, type_name| {
        let tags = tags.clone();
        rule.of(*type_name, move |it| has_tags(it, &tags))
    })
}

fn has_tags(it: &Subject<'_>, tags: &[String]) -> Verdict {
    all_of(tags.iter().map(|tag| {
        let has = |argument: &str| it.at(argument).at(tag).is_set();
        has("tags_all").or(has("tags")).because(format!("`{tag}`"))
    }))
}

fn policy_length() -> Rule {
    let rule = deny("iam-policy-length", "Policies must not exceed the size limit of AWS")
        .finding("Policy exceeds the size limit of AWS")
        .why("AWS rejects an oversized policy only during apply.")
        .remedy("Merge statements, use wildcards, or split the policy.")
        .service("iam");
    POLICY_LIMITS.iter().fold(rule, |rule, &(type_name, argument, limit)| {
        rule.of(type_name, move |policy| {
            let text = policy.at(argument);
            let length = |text: &str| text.chars().filter(|character| !character.is_whitespace()).count();
            let fits = text.matches(|text| length(text) <= limit).or(text.is_unset());
            fits.because(format!("more than {limit} characters"))
        })
    })
}

fn policy_sid() -> Rule {
    let rule = deny("iam-policy-sid", "Statement IDs of IAM policies must be alphanumeric")
        .finding("Statement ID of an IAM policy is not alphanumeric")
        .why("AWS rejects other characters in the statement IDs of IAM policies.")
        .remedy("Remove all characters other than letters and digits.")
        .service("iam");
    let types = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"];
    types.iter().fold(rule, |rule, type_name| {
        rule.of(*type_name, |policy| {
            let is_valid = |sid: &str| sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
            no_statement(&policy.at("policy"), |statement| !is_valid(&statement.sid))
        })
    })
}

fn write_only() -> Rule {
    let rule = warn("secrets-write-only", "Secrets should not be stored in the state")
        .finding("Secret is stored in the state")
        .why("Anyone who can read the state can read the secret.")
        .remedy("Set the write-only argument with the suffix `_wo` instead, and its version.")
        .service("secretsmanager");
    WRITE_ONLY.iter().fold(rule, |rule, &(type_name, argument, instead)| {
        rule.of(type_name, move |it| {
            it.at(argument).is_unset().because(format!("`{instead}` is the write-only alternative"))
        })
    })
}

fn is_protocol(protocol: &Reading<'_>) -> Verdict {
    let is_number = |text: &str| text.parse::<u8>().is_ok();
    let known = |value: &Value| match value {
        Value::String(text) => PROTOCOLS.contains(&text.to_ascii_lowercase().as_str()) || is_number(text),
        _ => true,
    };
    protocol.holds(known).or(protocol.is_unset())
}

fn is_bucket_name(name: &str) -> bool {
    let is_end =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_of_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let bytes = name.as_bytes();
    let is_address = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    (3..=63).contains(&name.len())
        && is_end(bytes.first().copied())
        && is_end(bytes.last().copied())
        && bytes.iter().all(|byte| is_of_name(*byte))
        && !name.contains("..")
        && !name.starts_with("xn--")
        && !name.ends_with("-s3alias")
        && !is_address
}
