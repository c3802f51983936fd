//! Security group rules.

use iac_core::policy::{Reading, Rule, Subject, Verdict, all_of, any_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        no_ingress("security-group-no-ssh", "SSH", "SSH (port 22)", move |rule| covers(rule, 22))
            .known_as(&["CKV_AWS_24", "AVD-AWS-0107"])
            .why("Anyone on the internet can try passwords and exploits on port 22.")
            .remedy("Restrict the source to the networks of the administrators, or use Session Manager."),
        no_ingress("security-group-no-rdp", "RDP", "RDP (port 3389)", move |rule| covers(rule, 3389))
            .known_as(&["CKV_AWS_25", "AVD-AWS-0107"])
            .why("Anyone on the internet can try passwords and exploits on port 3389.")
            .remedy("Restrict the source to the networks of the administrators, or use Session Manager."),
        no_ingress("security-group-no-http", "HTTP", "HTTP (port 80)", move |rule| covers(rule, 80))
            .known_as(&["CKV_AWS_260"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Serve HTTPS on port 443; waive this rule for a load balancer that only redirects."),
        no_ingress(
            "security-group-not-all-ports",
            "inbound traffic on all ports",
            "inbound traffic on all ports",
            is_for_all,
        )
        .known_as(&["CKV_AWS_277", "AVD-AWS-0107"])
        .why("Every listening service can be reached from the internet.")
        .remedy("Restrict the rule to the required protocol and ports."),
        warn("security-group-egress-narrow", "Security groups should restrict outbound traffic")
            .finding("Security group allows all outbound traffic to 0.0.0.0/0 or ::/0")
            .known_as(&["CKV_AWS_382", "AVD-AWS-0104"])
            .why("An attacker who compromises a workload can send data to any destination.")
            .remedy("Restrict egress rules to the required protocols, ports and destinations.")
            .exposure()
            .of("aws_security_group", |group| {
                group.at("egress").none(|rule| is_for_all(rule).and(is_from_internet(rule)))
            })
            .of("aws_security_group_rule", |rule| {
                let bad = is_for_all(&rule.root()).and(is_from_internet(&rule.root()));
                bad.negate().when(rule.at("type").is("egress"))
            })
            .of("aws_vpc_security_group_egress_rule", |rule| {
                is_for_all(&rule.root()).and(is_from_internet(&rule.root())).negate()
            }),
        warn("security-group-described", "Security groups and their rules should have a description")
            .finding("Security group or rule has no description")
            .known_as(&["CKV_AWS_23", "AVD-AWS-0099", "AVD-AWS-0124"])
            .why("A rule of unknown purpose is never removed.")
            .remedy("Set `description`.")
            .of("aws_security_group", |group| {
                let described = |rule: &Reading<'_>| rule.at("description").is_set();
                all_of([
                    is_described(&group.root()),
                    group.at("ingress").each(described),
                    group.at("egress").each(described),
                ])
            })
            .of("aws_security_group_rule", |rule| is_described(&rule.root()))
            .of("aws_vpc_security_group_ingress_rule", |rule| is_described(&rule.root()))
            .of("aws_vpc_security_group_egress_rule", |rule| is_described(&rule.root())),
        warn("security-group-attached", "Security groups should be attached to a resource")
            .finding("Security group is not attached to any resource")
            .known_as(&["CKV2_AWS_5"])
            .why("Unused security groups are forgotten, and later reused for another purpose.")
            .remedy("Attach the security group to a resource, or remove it.")
            .of("aws_security_group", |group| Verdict::of(group.dependents().iter().any(uses))),
    ]
}

/// Returns a rule against inbound traffic from the internet. The traffic is named for the requirement and for the
/// finding.
fn no_ingress(
    id: &'static str,
    traffic: &str,
    traffic_found: &str,
    is_it: impl Fn(&Reading<'_>) -> Verdict + Copy + Send + Sync + 'static,
) -> Rule {
    let opens = move |rule: &Reading<'_>| is_it(rule).and(is_from_internet(rule));
    let requirement = format!("Security groups must not allow {traffic} from the internet");
    let finding = format!("Security group allows {traffic_found} from 0.0.0.0/0 or ::/0");
    deny(id, requirement)
        .finding(finding)
        .exposure()
        .of("aws_security_group", move |group| group.at("ingress").none(opens))
        .of("aws_default_security_group", move |group| group.at("ingress").none(opens))
        .of("aws_security_group_rule", move |rule| {
            opens(&rule.root()).negate().when(rule.at("type").is("ingress"))
        })
        .of("aws_vpc_security_group_ingress_rule", move |rule| opens(&rule.root()).negate())
}

/// Passes if a rule applies to all protocols, and thereby to all ports.
fn is_for_all(rule: &Reading<'_>) -> Verdict {
    let is_all = |argument: &str| rule.at(argument).is_one_of(&["-1", "all"]);
    is_all("protocol").or(is_all("ip_protocol"))
}

/// Passes if a rule applies to the port.
pub(super) fn covers(rule: &Reading<'_>, port: i64) -> Verdict {
    is_for_all(rule).or(rule.at("from_port").at_most(port).and(rule.at("to_port").at_least(port)))
}

/// Passes if a rule applies to all addresses.
fn is_from_internet(rule: &Reading<'_>) -> Verdict {
    any_of([
        rule.at("cidr_blocks").contains("0.0.0.0/0"),
        rule.at("ipv6_cidr_blocks").contains("::/0"),
        rule.at("cidr_ipv4").is("0.0.0.0/0"),
        rule.at("cidr_ipv6").is("::/0"),
    ])
}

fn is_described(rule: &Reading<'_>) -> Verdict {
    let description = rule.at("description");
    description.is_set().and(description.is_not("Managed by Terraform"))
}

/// Returns `true` if the dependent uses the group, and is not one of its rules.
fn uses(dependent: &Subject<'_>) -> bool {
    !matches!(
        dependent.type_name(),
        "aws_security_group"
            | "aws_security_group_rule"
            | "aws_vpc_security_group_ingress_rule"
            | "aws_vpc_security_group_egress_rule"
    )
}
