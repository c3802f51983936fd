//! VPC rules: networks, subnets and network ACLs.

use iac_core::policy::{Reading, Rule, Subject, Verdict, any_of, deny, warn};

use super::security_group::covers;

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
            .of("aws_vpc", |vpc| vpc.has("aws_default_security_group", "vpc_id", is_closed))
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
            .of("aws_network_acl_rule", |rule| is_for_all(&rule.root()).negate().when(lets_in(rule)))
            .of("aws_network_acl", |acl| {
                acl.at("ingress")
                    .none(|rule| is_for_all(rule).and(is_allowed(rule, "action")).and(is_from_internet(rule)))
            }),
        closed_port("vpc-acl-no-ssh", "SSH", 22).known_as(&["CKV_AWS_232", "AVD-AWS-0105"]),
        closed_port("vpc-acl-no-rdp", "RDP", 3389).known_as(&["CKV_AWS_231"]),
    ]
}

fn is_closed(group: &Subject<'_>) -> Verdict {
    any_of([group.at("ingress"), group.at("egress")].map(|rules| rules.is_set())).negate()
}

fn closed_port(id: &'static str, name: &str, port: i64) -> Rule {
    let requirement = format!("Network ACLs must not allow {name} from the internet");
    let finding = format!("Network ACL allows {name} (port {port}) from 0.0.0.0/0 or ::/0");
    deny(id, requirement)
        .finding(finding)
        .why(format!("Anyone on the internet can try passwords and exploits on port {port}."))
        .remedy("Restrict the CIDR block to the networks of the administrators, or use Session Manager.")
        .exposure()
        .of("aws_network_acl_rule", move |rule| covers(&rule.root(), port).negate().when(lets_in(rule)))
        .of("aws_network_acl", move |acl| {
            acl.at("ingress")
                .none(|rule| covers(rule, port).and(is_allowed(rule, "action")).and(is_from_internet(rule)))
        })
}

fn lets_in(rule: &Subject<'_>) -> Verdict {
    let rule = rule.root();
    rule.at("egress").is_not(true).and(is_allowed(&rule, "rule_action")).and(is_from_internet(&rule))
}

fn is_allowed(rule: &Reading<'_>, argument: &str) -> Verdict {
    rule.at(argument).matches(|action| action.eq_ignore_ascii_case("allow"))
}

fn is_from_internet(rule: &Reading<'_>) -> Verdict {
    rule.at("cidr_block").is("0.0.0.0/0").or(rule.at("ipv6_cidr_block").is("::/0"))
}

fn is_for_all(rule: &Reading<'_>) -> Verdict {
    rule.at("protocol").is_one_of(&["-1", "all"])
}
