//! VPC rules: networks, subnets and network ACLs.

use iac_review::access::{Addresses, NetworkRule, NetworkRules, PortRange, Protocol};
use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, any_of, deny, warn};

use super::security_group::is_from_internet;

/// The types of rules that are resources of their own.
const SEPARATE_RULES: [&str; 3] =
    ["aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"];

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("vpc-flow-logs", "VPCs should have flow logs enabled")
            .finding("VPC has no flow log")
            .known_as(&["CKV2_AWS_11", "AVD-AWS-0178"])
            .why("Without flow logs, network traffic cannot be investigated after an incident.")
            .remedy("Add an `aws_flow_log` with the `vpc_id` of the VPC.")
            .of("aws_vpc", |vpc| vpc.has("aws_flow_log", "vpc_id", |_| Verdict::Pass)),
        warn("vpc-default-security-group-closed", "Default security groups should not allow any traffic")
            .finding("Default security group of the VPC allows traffic")
            .known_as(&["CKV2_AWS_12", "AVD-AWS-0173"])
            .why("Resources without an explicit security group get the default one.")
            .remedy("Add an `aws_default_security_group` for the VPC without `ingress` and `egress` rules.")
            .of("aws_vpc", |vpc| {
                // A rule that refers to the VPC as a security group is one of its default group.
                has_no_rules(vpc).and(vpc.has("aws_default_security_group", "vpc_id", is_closed))
            })
            .of("aws_default_security_group", is_closed),
        warn("vpc-subnet-private", "Subnets should not assign public IP addresses by default")
            .finding("Subnet assigns public IP addresses by default")
            .known_as(&["CKV_AWS_130", "AVD-AWS-0164"])
            .why("Every instance in the subnet gets a public IP address, even where none is needed.")
            .remedy("Leave `map_public_ip_on_launch` false, and assign addresses where they are needed.")
            .exposure()
            .of("aws_subnet", |subnet| subnet.at("map_public_ip_on_launch").is_not(true)),
        deny("vpc-acl-not-all-ports", "Network ACLs must not open all ports to the internet")
            .finding("Network ACL opens all ports to 0.0.0.0/0 or ::/0")
            .known_as(&["CKV_AWS_352", "AVD-AWS-0102"])
            .why("An ACL that allows all ports does not filter anything.")
            .remedy("Restrict the rule to the required protocol and ports.")
            .exposure()
            .of("aws_network_acl_rule", |rule| separate_rule(rule, PortRange::ALL))
            .of("aws_network_acl", |acl| inline_rules(acl, PortRange::ALL))
            .of("aws_default_network_acl", |acl| inline_rules(acl, PortRange::ALL)),
        closed_port("vpc-acl-no-ssh", "SSH", 22).known_as(&["CKV_AWS_232", "AVD-AWS-0105"]),
        closed_port("vpc-acl-no-rdp", "RDP", 3389).known_as(&["CKV_AWS_231"]),
    ]
}

fn closed_port(id: &'static str, name: &str, port: u16) -> Rule {
    let requirement = format!("Network ACLs must not allow {name} from the internet");
    let finding = format!("Network ACL allows {name} (port {port}) from 0.0.0.0/0 or ::/0");
    deny(id, requirement)
        .finding(finding)
        .covered_by(&["vpc-acl-not-all-ports"])
        .why(format!("Anyone on the internet can try passwords and exploits on port {port}."))
        .remedy("Restrict the CIDR block to the networks of the administrators, or use Session Manager.")
        .exposure()
        .of("aws_network_acl_rule", move |rule| separate_rule(rule, PortRange { first: port, last: port }))
        .of("aws_network_acl", move |acl| inline_rules(acl, PortRange { first: port, last: port }))
        .of("aws_default_network_acl", move |acl| inline_rules(acl, PortRange { first: port, last: port }))
}

/// The arguments of a network ACL's rule that are called differently inline and in a resource of its own.
#[derive(Clone, Copy)]
struct Names {
    number: &'static str,
    action: &'static str,
}

const INLINE: Names = Names { number: "rule_no", action: "action" };
const SEPARATE: Names = Names { number: "rule_number", action: "rule_action" };

/// Passes if no inline rule of an ACL opens the ports.
fn inline_rules(acl: &Subject<'_>, ports: PortRange) -> Verdict {
    let rules = acl.at("ingress");
    let all = rules.elements();
    rules.none(|rule| opens(rule, &all, INLINE, ports))
}

/// Passes if a rule of an ACL does not open the ports.
fn separate_rule(rule: &Subject<'_>, ports: PortRange) -> Verdict {
    let acls = rule.referred("aws_network_acl", "network_acl_id");
    let mut all = Vec::new();
    for acl in &acls {
        all.extend(acl.referrers("aws_network_acl_rule", "network_acl_id"));
    }
    if let Some(id) = rule.at("network_acl_id").text() {
        let others = rule.world().of_type("aws_network_acl_rule");
        all.extend(others.into_iter().filter(|other| other.at("network_acl_id").text() == Some(id)));
    }
    let ingress = all.iter().filter(|other| other.at("egress").is_not(true).is_pass());
    let all: Vec<Reading<'_>> = ingress.map(Subject::root).collect();
    opens(&rule.root(), &all, SEPARATE, ports).negate().when(rule.at("egress").is_not(true))
}

/// Passes if a rule opens the ports to the internet, and no rule with a lower number denies it.
fn opens(rule: &Reading<'_>, all: &[Reading<'_>], names: Names, ports: PortRange) -> Verdict {
    let is_allowed = rule.at(names.action).matches(|action| action.eq_ignore_ascii_case("allow"));
    is_allowed.and(is_from_internet(rule)).and(covers(rule, all, names, ports))
}

fn covers(rule: &Reading<'_>, all: &[Reading<'_>], names: Names, ports: PortRange) -> Verdict {
    let Some(own) = network_rule(rule, names) else { return Verdict::Unknown };
    let is_open = |rules: Vec<NetworkRule>| {
        let open = NetworkRules(rules).open_ports(Protocol::Tcp);
        open.iter().any(|open| open.first <= ports.first && open.last >= ports.last)
    };
    let denies = all.iter().filter(|other| {
        other.at(names.action).matches(|action| action.eq_ignore_ascii_case("deny")).is_pass()
            && other.at(names.number).number() < Some(own.order)
    });
    let denies: Vec<Option<NetworkRule>> = denies.map(|deny| network_rule(deny, names)).collect();
    let is_unknown = denies.iter().any(Option::is_none);
    let rules = denies.into_iter().flatten().chain([own]).collect();
    match is_open(rules) {
        true if is_unknown => Verdict::Unknown,
        is_open => Verdict::of(is_open),
    }
}

/// Returns a rule; `None` if a relevant part is unknown.
fn network_rule(rule: &Reading<'_>, names: Names) -> Option<NetworkRule> {
    let protocol = Protocol::parse(rule.at("protocol").text()?);
    let port = |argument: &str| rule.at(argument).number().and_then(|port| u16::try_from(port).ok());
    let ports = match protocol {
        Protocol::Tcp | Protocol::Udp => PortRange { first: port("from_port")?, last: port("to_port")? },
        _ => PortRange::ALL,
    };
    let sources = ["cidr_block", "ipv6_cidr_block"].map(|argument| rule.at(argument));
    if sources.iter().any(Reading::is_unknown) {
        return None;
    }
    Some(NetworkRule {
        order: rule.at(names.number).number()?,
        is_allow: rule.at(names.action).text().is_some_and(|action| action.eq_ignore_ascii_case("allow")),
        protocol,
        ports,
        sources: Addresses::of(sources.iter().filter_map(Reading::text)),
    })
}

fn is_closed(group: &Subject<'_>) -> Verdict {
    let inline = any_of([group.at("ingress"), group.at("egress")].map(|rules| rules.is_set())).negate();
    inline.and(has_no_rules(group))
}

/// Passes if no rule that is a resource of its own belongs to the group.
fn has_no_rules(group: &Subject<'_>) -> Verdict {
    all_of(SEPARATE_RULES.map(|rule| Verdict::of(group.referrers(rule, "security_group_id").is_empty())))
}
