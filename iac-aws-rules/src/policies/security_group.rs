//! Security group rules.

use iac_review::access::{Addresses, PortClass, ports_of};
use iac_review::policy::{Reading, Rule, Subject, Verdict, all_of, any_of, deny, warn};

/// The arguments of rules that are address ranges.
const SOURCES: [&str; 6] =
    ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "cidr_block", "ipv6_cidr_block"];

pub(super) fn rules() -> Vec<Rule> {
    vec![
        no_ingress("security-group-no-ssh", "SSH", "SSH (port 22)", move |rule| covers(rule, 22))
            .covered_by(&["security-group-not-all-ports"])
            .known_as(&["CKV_AWS_24", "AVD-AWS-0107"])
            .why("Anyone on the internet can try passwords and exploits on port 22.")
            .remedy("Restrict the source to the networks of the administrators, or use Session Manager."),
        no_ingress("security-group-no-rdp", "RDP", "RDP (port 3389)", move |rule| covers(rule, 3389))
            .covered_by(&["security-group-not-all-ports"])
            .known_as(&["CKV_AWS_25", "AVD-AWS-0107"])
            .why("Anyone on the internet can try passwords and exploits on port 3389.")
            .remedy("Restrict the source to the networks of the administrators, or use Session Manager."),
        no_ingress("security-group-no-http", "HTTP", "HTTP (port 80)", move |rule| covers(rule, 80))
            .covered_by(&["security-group-not-all-ports"])
            .known_as(&["CKV_AWS_260"])
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Serve HTTPS on port 443; waive this rule for a load balancer that only redirects."),
        no_ingress(
            "security-group-not-all-ports",
            "inbound traffic on all ports",
            "inbound traffic on all ports",
            has_all_ports,
        )
        .known_as(&["CKV_AWS_277", "AVD-AWS-0107"])
        .why("Every listening service can be reached from the internet.")
        .remedy("Restrict the rule to the required protocol and ports."),
        no_class("security-group-no-database-ports", "databases", "a database port", &[PortClass::Database])
            .known_as(&["EC2.19"])
            .why("Anyone on the internet can try passwords and exploits on the database.")
            .remedy("Allow the security groups of the clients instead of address ranges."),
        no_class(
            "security-group-no-cache-ports",
            "caches and message brokers",
            "a port of a cache or message broker",
            &[PortClass::Cache],
        )
        .why("Caches often need no password, and hold sessions and other personal data.")
        .remedy("Allow the security groups of the clients instead of address ranges."),
        no_class(
            "security-group-no-admin-ports",
            "administration and file sharing",
            "a port for administration or file sharing",
            &[PortClass::Admin, PortClass::Container, PortClass::File],
        )
        .known_as(&["EC2.19"])
        .why("Whoever reaches such a port can often control the machine or the cluster.")
        .remedy("Restrict the source to the networks of the administrators, or use Session Manager."),
        warn("security-group-egress-narrow", "Security groups should restrict outbound traffic")
            .finding("Security group allows all outbound traffic to 0.0.0.0/0 or ::/0")
            .known_as(&["CKV_AWS_382", "AVD-AWS-0104"])
            .why("An attacker who compromises a workload can send data to any destination.")
            .remedy("Restrict egress rules to the required protocols, ports and destinations.")
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

/// Returns a rule against inbound traffic from the internet to ports of some classes.
fn no_class(id: &'static str, traffic: &str, traffic_found: &str, classes: &'static [PortClass]) -> Rule {
    no_ingress(id, traffic, traffic_found, move |rule| {
        any_of(classes.iter().map(|class| covers_class(rule, *class)))
    })
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
pub(super) fn is_for_all(rule: &Reading<'_>) -> Verdict {
    has_protocol(rule, &["-1", "all"])
}

/// Passes if a rule applies to all ports: those of all protocols, or of TCP or UDP.
fn has_all_ports(rule: &Reading<'_>) -> Verdict {
    let all = rule.at("from_port").at_most(1).and(rule.at("to_port").at_least(65_535)).or(is_any_port(rule));
    is_for_all(rule).or(has_protocol(rule, &["tcp", "6", "udp", "17"]).and(all))
}

/// Passes if a rule applies to the TCP port.
pub(super) fn covers(rule: &Reading<'_>, port: i64) -> Verdict {
    let ports = rule.at("from_port").at_most(port).and(rule.at("to_port").at_least(port));
    let ports = ports.or(is_any_port(rule));
    is_for_all(rule).or(has_protocol(rule, &["tcp", "6"]).and(ports))
}

/// Passes if a rule applies to a port of the class, but not to all ports.
fn covers_class(rule: &Reading<'_>, class: PortClass) -> Verdict {
    // These have rules of their own.
    let others = ports_of(class).filter(|(port, _)| ![22, 3389].contains(port));
    any_of(others.map(|(port, _)| covers(rule, port.into()))).and(has_all_ports(rule).negate())
}

/// Passes if a rule is for port -1, which stands for all ports.
fn is_any_port(rule: &Reading<'_>) -> Verdict {
    rule.at("from_port").is(-1i64).and(rule.at("to_port").is(-1i64))
}

fn has_protocol(rule: &Reading<'_>, protocols: &[&str]) -> Verdict {
    let is = |argument: &str| {
        rule.at(argument).matches(|protocol| protocols.iter().any(|each| each.eq_ignore_ascii_case(protocol)))
    };
    is("protocol").or(is("ip_protocol"))
}

/// Passes if the sources of a rule are the internet, or a part of it that is too large for one organization. An unknown
/// source that refers to a resource is not: the networks of resources are private.
pub(super) fn is_from_internet(rule: &Reading<'_>) -> Verdict {
    let mut addresses = Addresses::default();
    let mut is_unknown = false;
    for argument in SOURCES {
        let sources = rule.at(argument);
        let unknown = sources.is_unknown() || sources.elements().iter().any(Reading::is_unknown);
        is_unknown |= unknown && !sources.refers();
        for source in sources.elements() {
            addresses.extend(&Addresses::of(source.text()));
        }
    }
    match (addresses.is_internet(), is_unknown) {
        (true, _) => Verdict::Pass,
        (false, true) => Verdict::Unknown,
        (false, false) => Verdict::fail(),
    }
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
