//! Security groups and their rules.

use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, any_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        no_ingress("security-group-no-ssh", "SSH is not open to everybody", move |rule| covers(rule, 22))
            .known_as(&["CKV_AWS_24", "AVD-AWS-0107"])
            .why("Everybody can try passwords and exploits on port 22.")
            .remedy("Narrow the source to where administrators come from, or use Session Manager."),
        no_ingress("security-group-no-rdp", "RDP is not open to everybody", move |rule| covers(rule, 3389))
            .known_as(&["CKV_AWS_25", "AVD-AWS-0107"])
            .why("Everybody can try passwords and exploits on port 3389.")
            .remedy("Narrow the source to where administrators come from, or use Session Manager."),
        no_ingress("security-group-no-http", "Port 80 is not open to everybody", move |rule| {
            covers(rule, 80)
        })
        .known_as(&["CKV_AWS_260"])
        .why("What is sent there can be read and changed on the way.")
        .remedy("Serve HTTPS on port 443; a load balancer that only redirects may waive this."),
        no_ingress("security-group-not-all-ports", "Not all ports are open to everybody", is_for_all)
            .known_as(&["CKV_AWS_277", "AVD-AWS-0107"])
            .why("Everything that listens can be reached by everybody.")
            .remedy("Name the protocol and the ports that are needed."),
        warn("security-group-egress-narrow", "Not everything may be reached from inside")
            .known_as(&["CKV_AWS_382", "AVD-AWS-0104"])
            .why("Whoever breaks in can send whatever is found to wherever they like.")
            .remedy("Name the protocol, ports and destinations that are needed.")
            .exposure()
            .of("aws_security_group", |group| {
                group.at("egress").none(|rule| is_for_all(rule).and(is_from_everywhere(rule)))
            })
            .of("aws_security_group_rule", |rule| {
                let bad = is_for_all(&rule.root()).and(is_from_everywhere(&rule.root()));
                bad.negate().when(rule.at("type").is("egress"))
            })
            .of("aws_vpc_security_group_egress_rule", |rule| {
                is_for_all(&rule.root()).and(is_from_everywhere(&rule.root())).negate()
            }),
        warn("security-group-described", "Security groups and their rules say what they are for")
            .known_as(&["CKV_AWS_23", "AVD-AWS-0099", "AVD-AWS-0124"])
            .why("Nobody dares to remove a rule whose purpose nobody knows.")
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
        warn("security-group-attached", "A security group is attached to something")
            .known_as(&["CKV2_AWS_5"])
            .why("What nothing uses is forgotten, and used later for what it was not made for.")
            .remedy("Attach it, or remove it.")
            .of("aws_security_group", |group| Verdict::of(group.dependents().iter().any(uses))),
    ]
}

/// A rule that refuses what lets everybody in.
fn no_ingress(
    id: &'static str,
    title: &'static str,
    is_it: impl Fn(&Reading<'_>) -> Verdict + Copy + Send + Sync + 'static,
) -> Rule {
    let opens = move |rule: &Reading<'_>| is_it(rule).and(is_from_everywhere(rule));
    deny(id, title)
        .exposure()
        .of("aws_security_group", move |group| group.at("ingress").none(opens))
        .of("aws_default_security_group", move |group| group.at("ingress").none(opens))
        .of("aws_security_group_rule", move |rule| {
            opens(&rule.root()).negate().when(rule.at("type").is("ingress"))
        })
        .of("aws_vpc_security_group_ingress_rule", move |rule| opens(&rule.root()).negate())
}

/// Whether a rule is for all protocols, and with them all ports.
fn is_for_all(rule: &Reading<'_>) -> Verdict {
    let is_all = |argument: &str| rule.at(argument).is_one_of(&["-1", "all"]);
    is_all("protocol").or(is_all("ip_protocol"))
}

/// Whether a rule is for a port, among others.
pub(super) fn covers(rule: &Reading<'_>, port: i64) -> Verdict {
    is_for_all(rule).or(rule.at("from_port").at_most(port).and(rule.at("to_port").at_least(port)))
}

/// Whether a rule is for every address.
fn is_from_everywhere(rule: &Reading<'_>) -> Verdict {
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

/// Whether what refers to a group uses it, and is no part of it.
fn uses(dependent: &Subject<'_>) -> bool {
    !matches!(
        dependent.type_name(),
        "aws_security_group"
            | "aws_security_group_rule"
            | "aws_vpc_security_group_ingress_rule"
            | "aws_vpc_security_group_egress_rule"
    )
}
