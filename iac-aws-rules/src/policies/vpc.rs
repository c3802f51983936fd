//! Networks, subnets and their access control lists.

use iac_review::policy::{Reading, Rule, Subject, Verdict, any_of, deny, warn};

use super::security_group::covers;

pub(super) fn rules() -> Vec<Rule> {
    vec![
        warn("vpc-flow-logs", "The traffic of a VPC is logged")
            .known_as(&["CKV2_AWS_11", "AVD-AWS-0178"])
            .why("Without flow logs nobody can tell afterwards who talked to whom.")
            .remedy("Add an `aws_flow_log` with the `vpc_id` of the VPC.")
            .of("aws_vpc", |vpc| vpc.has("aws_flow_log", "vpc_id", |_| Verdict::Pass)),
        warn("vpc-default-security-group-closed", "The default security group of a VPC lets nothing through")
            .known_as(&["CKV2_AWS_12", "AVD-AWS-0173"])
            .why("What names no security group gets this one, and with it whatever it allows.")
            .remedy("Add an `aws_default_security_group` of the VPC, without `ingress` and `egress`.")
            .of("aws_vpc", |vpc| vpc.has("aws_default_security_group", "vpc_id", is_closed))
            .of("aws_default_security_group", is_closed),
        warn("vpc-subnet-private", "A subnet gives no public addresses by itself")
            .known_as(&["CKV_AWS_130", "AVD-AWS-0164"])
            .why("Whatever is started in it can be reached from the internet unless somebody thinks of it.")
            .remedy("Leave `map_public_ip_on_launch` false, and give public addresses where they are meant.")
            .exposure()
            .of("aws_subnet", |subnet| subnet.at("map_public_ip_on_launch").is_not(true)),
        deny("vpc-acl-not-all-ports", "A network ACL does not let all ports in from everywhere")
            .known_as(&["CKV_AWS_352", "AVD-AWS-0102"])
            .why("A rule for all ports is no rule.")
            .remedy("Name the protocol and the ports that are needed.")
            .exposure()
            .of("aws_network_acl_rule", |rule| is_for_all(&rule.root()).negate().when(lets_in(rule)))
            .of("aws_network_acl", |acl| {
                acl.at("ingress").none(|rule| {
                    is_for_all(rule).and(is_allowed(rule, "action")).and(is_from_everywhere(rule))
                })
            }),
        closed_port("vpc-acl-no-ssh", "SSH", 22).known_as(&["CKV_AWS_232", "AVD-AWS-0105"]),
        closed_port("vpc-acl-no-rdp", "RDP", 3389).known_as(&["CKV_AWS_231"]),
    ]
}

fn is_closed(group: &Subject<'_>) -> Verdict {
    any_of([group.at("ingress"), group.at("egress")].map(|rules| rules.is_set()))
        .negate()
        .because("it has rules")
}

fn closed_port(id: &'static str, name: &str, port: i64) -> Rule {
    deny(id, format!("A network ACL does not let {name} in from everywhere"))
        .why(format!("Everybody can try passwords and exploits on port {port}."))
        .remedy("Narrow the CIDR block to where administrators come from, or use Session Manager.")
        .exposure()
        .of("aws_network_acl_rule", move |rule| covers(&rule.root(), port).negate().when(lets_in(rule)))
        .of("aws_network_acl", move |acl| {
            acl.at("ingress")
                .none(|rule| covers(rule, port).and(is_allowed(rule, "action")).and(is_from_everywhere(rule)))
        })
}

fn lets_in(rule: &Subject<'_>) -> Verdict {
    let rule = rule.root();
    rule.at("egress").is_not(true).and(is_allowed(&rule, "rule_action")).and(is_from_everywhere(&rule))
}

fn is_allowed(rule: &Reading<'_>, argument: &str) -> Verdict {
    rule.at(argument).matches(|action| action.eq_ignore_ascii_case("allow"))
}

fn is_from_everywhere(rule: &Reading<'_>) -> Verdict {
    rule.at("cidr_block").is("0.0.0.0/0").or(rule.at("ipv6_cidr_block").is("::/0"))
}

fn is_for_all(rule: &Reading<'_>) -> Verdict {
    rule.at("protocol").is_one_of(&["-1", "all"])
}
