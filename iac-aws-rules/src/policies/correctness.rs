//! What AWS refuses, or what undoes itself, though it looks right.

use iac_lang::value::Value;
use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, any_of, deny, warn};

use super::document::statements;

/// How long a policy may be, in characters without white space: the argument, and the limit.
const POLICY_LIMITS: [(&str, &str, usize); 5] = [
    ("aws_iam_policy", "policy", 6_144),
    ("aws_iam_role_policy", "policy", 10_240),
    ("aws_iam_user_policy", "policy", 2_048),
    ("aws_iam_group_policy", "policy", 5_120),
    ("aws_s3_bucket_policy", "policy", 20_480),
];
/// Where a route may lead.
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
/// Arguments whose values stay in the state, and those that do not: the type, the argument, and the other one.
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
        deny("ec2-route-target", "A route leads to exactly one target")
            .why("AWS refuses a route that leads nowhere, or to several places.")
            .remedy("Set one of the arguments that name a target.")
            .service("ec2")
            .of("aws_route", |route| {
                let set = ROUTE_TARGETS.iter().chain(["vpc_peering_connection_id"].iter());
                let count = set.filter(|target| route.at(target).is_set().is_pass()).count();
                Verdict::of(count == 1).because(format!("it has {count} targets"))
            }),
        deny("security-group-protocol", "The protocol of a rule exists")
            .why("AWS refuses a protocol that it does not know.")
            .remedy("Name `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or the number of the protocol.")
            .service("security-group")
            .of("aws_security_group", |group| {
                let has_protocol = |rule: &Reading<'_>| is_protocol(&rule.at("protocol"));
                group.at("ingress").each(has_protocol).and(group.at("egress").each(has_protocol))
            })
            .of("aws_security_group_rule", |rule| is_protocol(&rule.at("protocol")))
            .of("aws_vpc_security_group_ingress_rule", |rule| is_protocol(&rule.at("ip_protocol")))
            .of("aws_vpc_security_group_egress_rule", |rule| is_protocol(&rule.at("ip_protocol"))),
        deny("s3-bucket-name", "The name of a bucket is one that S3 accepts")
            .why("AWS refuses it only when it is created.")
            .remedy("Use 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends.")
            .service("s3")
            .of("aws_s3_bucket", |bucket| {
                let name = bucket.at("bucket");
                name.matches(is_bucket_name).or(name.is_unset())
            }),
        deny("security-group-rules-in-one-place", "The rules of a group stand in it or beside it, not both")
            .why("Each apply removes the rules that the other one has made.")
            .remedy("Move the `ingress` and `egress` blocks into resources of their own.")
            .service("security-group")
            .of("aws_security_group", |group| {
                let inline = any_of([group.at("ingress").is_set(), group.at("egress").is_set()]);
                let beside = [
                    "aws_security_group_rule",
                    "aws_vpc_security_group_ingress_rule",
                    "aws_vpc_security_group_egress_rule",
                ];
                let has_beside = beside.iter().any(|rule| !group.referrers(rule, "security_group_id").is_empty());
                inline.and(Verdict::of(has_beside)).negate()
            }),
        write_only(),
    ];
    rules
}

/// A rule that every resource that can have tags has these: `required_tags(&["Team", "CostCentre"])`.
///
/// ```
/// let rule = iac_aws_rules::policies::required_tags(&["aws_vpc", "aws_subnet"], &["Team"]);
/// assert_eq!(rule.info.id, "required-tags");
/// ```
#[must_use]
pub fn required_tags(types: &[&str], tags: &[&str]) -> Rule {
    let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let rule = deny("required-tags", format!("Resources have the tags {}", tags.join(", ")))
        .why("Nobody knows whose a resource without them is and what it costs.")
        .remedy("Set them in `tags`, or once for all in the `default_tags` of the provider.");
    types.iter().fold(rule, |rule, type_name| {
        let tags = tags.clone();
        rule.of(*type_name, move |it| has_tags(it, &tags))
    })
}

fn has_tags(it: &Subject<'_>, tags: &[String]) -> Verdict {
    all_of(tags.iter().map(|tag| {
        let has = |argument: &str| it.at(argument).at(tag).is_set();
        has("tags_all").or(has("tags")).because(format!("tag `{tag}` is missing"))
    }))
}

fn policy_length() -> Rule {
    let rule = deny("iam-policy-length", "A policy is not longer than AWS accepts")
        .why("AWS refuses it only when it is applied.")
        .remedy("Join statements, use patterns, or split it over several policies.")
        .service("iam");
    POLICY_LIMITS.iter().fold(rule, |rule, &(type_name, argument, limit)| {
        rule.of(type_name, move |policy| {
            let text = policy.at(argument);
            let length = |text: &str| text.chars().filter(|character| !character.is_whitespace()).count();
            let fits = text.matches(|text| length(text) <= limit).or(text.is_unset());
            fits.because(format!("it has more than {limit} characters"))
        })
    })
}

fn policy_sid() -> Rule {
    let rule = deny("iam-policy-sid", "The ids of statements have letters and digits only")
        .why("AWS refuses others in the policies of IAM.")
        .remedy("Remove what is no letter or digit.")
        .service("iam");
    let types = ["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"];
    types.iter().fold(rule, |rule, type_name| {
        rule.of(*type_name, |policy| {
            let text = policy.at("policy");
            let Some(document) = text.json() else {
                return if text.is_unknown() { Verdict::Unknown } else { Verdict::Pass };
            };
            let is_valid = |sid: &str| sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
            Verdict::of(statements(&document).iter().all(|statement| is_valid(&statement.sid)))
                .at(text.path().clone())
        })
    })
}

fn write_only() -> Rule {
    let rule = warn("secrets-write-only", "A secret is not kept in the state")
        .why("Whoever reads the state reads it.")
        .remedy("Set the argument of the same name with `_wo` at its end, and its version.")
        .service("secretsmanager")
        .exposure();
    WRITE_ONLY.iter().fold(rule, |rule, &(type_name, argument, instead)| {
        rule.of(type_name, move |it| it.at(argument).is_unset().because(format!("`{instead}` does the same")))
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
