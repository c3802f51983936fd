//! The state of an applied [`program`](crate::program), as Terraform writes it.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::Scale;

/// The AWS account of all resources.
const ACCOUNT: &str = "123456789012";

/// Writes the state of a program of this scale.
///
/// With `changed`, 1% of the resources differ from the program, so that Terraform would update them in place.
pub fn write(out: &mut impl Write, scale: Scale, changed: bool) -> io::Result<()> {
    let head = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1,
        "lineage": "00000000-0000-4000-8000-000000000000", "outputs": {}, "check_results": null,
    });
    let head = serde_json::to_string_pretty(&head)?;
    let head = head.trim_end_matches("\n}");
    write!(out, "{head},\n  \"resources\": [")?;
    for (position, resource) in all(scale, changed).enumerate() {
        let separator = if position == 0 { "\n" } else { ",\n" };
        write!(out, "{separator}{}", serde_json::to_string_pretty(&resource)?)?;
    }
    writeln!(out, "\n  ]\n}}")
}

/// The resources, in the order of the program.
fn all(scale: Scale, changed: bool) -> impl Iterator<Item = Value> {
    let resources = scale.resources;
    let vpcs = (resources * 2 / 100).max(1);
    let subnets = resources * 30 / 100;
    let groups = resources * 20 / 100;
    let roles = resources * 24 / 100;
    let queues = (resources - vpcs - subnets - groups - roles).max(1);
    let program = Program { scale, vpcs, queues, changed };
    (0..vpcs)
        .map(move |number| program.vpc(number))
        .chain((0..subnets).map(move |number| program.subnet(number)))
        .chain((0..groups).map(move |number| program.security_group(number)))
        .chain((0..queues).map(move |number| program.queue(number)))
        .chain((0..roles).map(move |number| program.role(number)))
}

/// The recorded dependencies of the resources.
#[derive(Clone, Copy)]
struct Program {
    scale: Scale,
    vpcs: usize,
    queues: usize,
    changed: bool,
}

impl Program {
    fn is_changed(self, number: usize) -> bool {
        self.changed && number % 100 == 50
    }

    fn own_tags(self, name: &str, number: usize) -> Value {
        let environment = if self.is_changed(number) { "prod" } else { "dev" };
        json!({"Name": name, "Env": environment})
    }

    fn tags(self, name: &str, number: usize) -> Value {
        let mut tags = self.own_tags(name, number);
        for use_ in 0..self.scale.references {
            let vpc = id("vpc", (number + use_) % self.vpcs);
            tags[format!("Uses{use_}")] = arn("ec2", &format!("vpc/{vpc}")).into();
        }
        tags
    }

    /// A resource with its recorded dependencies.
    fn resource(
        self,
        (type_name, version): (&str, u8),
        name: &str,
        number: usize,
        attributes: Value,
        dependencies: &[String],
    ) -> Value {
        let uses =
            (0..self.scale.references).map(|use_| format!("aws_vpc.vpc{}", (number + use_) % self.vpcs));
        let recorded = (0..self.scale.dependencies).map(|other| {
            format!("module.network_{}.aws_subnet.subnet{}", other % 37, number.saturating_sub(other))
        });
        let dependencies: Vec<String> = dependencies.iter().cloned().chain(uses).chain(recorded).collect();
        resource(type_name, name, version, attributes, &dependencies)
    }

    fn vpc(self, number: usize) -> Value {
        let (name, own) = (format!("vpc{number}"), id("vpc", number));
        let attributes = json!({
            "arn": arn("ec2", &format!("vpc/{own}")), "assign_generated_ipv6_cidr_block": false,
            "cidr_block": format!("10.{}.0.0/16", number % 256), "default_network_acl_id": id("acl", number),
            "default_route_table_id": id("rtb", number), "default_security_group_id": id("sg-0", number),
            "dhcp_options_id": "default", "enable_dns_hostnames": true, "enable_dns_support": true,
            "enable_network_address_usage_metrics": false, "id": own, "instance_tenancy": "default",
            "ipv4_ipam_pool_id": null, "ipv4_netmask_length": null, "ipv6_association_id": "", "ipv6_cidr_block": "",
            "ipv6_cidr_block_network_border_group": "", "ipv6_ipam_pool_id": "", "ipv6_netmask_length": 0,
            "main_route_table_id": id("rtb", number), "owner_id": ACCOUNT,
            "tags": self.own_tags(&name, number), "tags_all": self.own_tags(&name, number),
        });
        resource("aws_vpc", &name, 1, attributes, &[])
    }

    fn subnet(self, number: usize) -> Value {
        let (vpc, third) = (number % self.vpcs, number / self.vpcs % 256);
        let (name, own) = (format!("subnet{number}"), id("subnet", number));
        let zone = ["us-east-1a", "us-east-1b", "us-east-1c"][number % 3];
        let attributes = json!({
            "arn": arn("ec2", &format!("subnet/{own}")), "assign_ipv6_address_on_creation": false,
            "availability_zone": zone,
            "availability_zone_id": format!("use1-az{}", number % 3 + 1),
            "cidr_block": format!("10.{}.{third}.0/24", vpc % 256), "customer_owned_ipv4_pool": "",
            "enable_dns64": false, "enable_lni_at_device_index": 0,
            "enable_resource_name_dns_a_record_on_launch": false,
            "enable_resource_name_dns_aaaa_record_on_launch": false, "id": own, "ipv6_cidr_block": "",
            "ipv6_cidr_block_association_id": "", "ipv6_native": false, "map_customer_owned_ip_on_launch": false,
            "map_public_ip_on_launch": false, "outpost_arn": "", "owner_id": ACCOUNT,
            "private_dns_hostname_type_on_launch": "ip-name", "tags": self.tags(&name, number),
            "tags_all": self.tags(&name, number), "timeouts": null, "vpc_id": id("vpc", vpc),
        });
        self.resource(("aws_subnet", 1), &name, number, attributes, &[format!("aws_vpc.vpc{vpc}")])
    }

    fn security_group(self, number: usize) -> Value {
        let (name, own) = (format!("sg{number}"), id("sg", number));
        let rule = |port: u16, protocol: &str, cidrs: &[&str], groups: &[String]| {
            json!({
                "cidr_blocks": cidrs, "description": "", "from_port": port, "ipv6_cidr_blocks": [],
                "prefix_list_ids": [], "protocol": protocol, "security_groups": groups, "self": false,
                "to_port": port,
            })
        };
        let mut ingress = vec![rule(443, "tcp", &["10.0.0.0/8"], &[])];
        let mut dependencies = vec![format!("aws_vpc.vpc{}", number % self.vpcs)];
        if let Some(previous) = number.checked_sub(self.vpcs).filter(|_| number / self.vpcs % 2 == 1) {
            ingress.push(rule(5432, "tcp", &[], &[id("sg", previous)]));
            dependencies.push(format!("aws_security_group.sg{previous}"));
        }
        let attributes = json!({
            "arn": arn("ec2", &format!("security-group/{own}")), "description": format!("group {number}"),
            "egress": [rule(0, "-1", &["0.0.0.0/0"], &[])], "id": own, "ingress": ingress, "name": name,
            "name_prefix": "", "owner_id": ACCOUNT, "revoke_rules_on_delete": false, "tags": self.tags(&name, number),
            "tags_all": self.tags(&name, number), "timeouts": null, "vpc_id": id("vpc", number % self.vpcs),
        });
        self.resource(("aws_security_group", 1), &name, number, attributes, &dependencies)
    }

    fn queue(self, number: usize) -> Value {
        let name = format!("queue{number}");
        let url = format!("https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{name}");
        let dead_letters = (number % 2 == 1).then(|| format!("queue{}", number - 1));
        let redrive = dead_letters.as_ref().map_or_else(String::new, |queue| {
            json!({"deadLetterTargetArn": arn("sqs", queue), "maxReceiveCount": 4}).to_string()
        });
        let timeout = if self.is_changed(number) { 90 } else { 60 };
        let attributes = json!({
            "arn": arn("sqs", &name), "content_based_deduplication": false, "deduplication_scope": "",
            "delay_seconds": 0, "fifo_queue": false, "fifo_throughput_limit": "", "id": url,
            "kms_data_key_reuse_period_seconds": 300, "kms_master_key_id": "", "max_message_size": 262_144,
            "message_retention_seconds": 345_600, "name": name, "name_prefix": "", "policy": "",
            "receive_wait_time_seconds": 0, "redrive_allow_policy": "", "redrive_policy": redrive,
            "sqs_managed_sse_enabled": true, "tags": self.tags(&name, number), "tags_all": self.tags(&name, number),
            "timeouts": null, "url": url,
            "visibility_timeout_seconds": timeout,
        });
        let dependencies: Vec<String> =
            dead_letters.iter().map(|queue| format!("aws_sqs_queue.{queue}")).collect();
        self.resource(("aws_sqs_queue", 0), &name, number, attributes, &dependencies)
    }

    fn role(self, number: usize) -> Value {
        let (name, queue) = (format!("role{number}"), format!("queue{}", number % self.queues));
        let statement = json!({
            "Action": "sts:AssumeRole", "Condition": {"ArnLike": {"aws:SourceArn": arn("sqs", &queue)}},
            "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
        });
        let policy = json!({"Version": "2012-10-17", "Statement": vec![statement; self.scale.statements]});
        let attributes = json!({
            "arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"), "assume_role_policy": policy.to_string(),
            "create_date": "2026-01-01T00:00:00Z", "description": "", "force_detach_policies": false, "id": name,
            "inline_policy": [], "managed_policy_arns": [], "max_session_duration": 3600, "name": name,
            "name_prefix": "", "path": "/", "permissions_boundary": "", "tags": self.tags(&name, number),
            "tags_all": self.tags(&name, number), "unique_id": format!("AROA{number:017}"),
        });
        self.resource(("aws_iam_role", 0), &name, number, attributes, &[format!("aws_sqs_queue.{queue}")])
    }
}

fn id(prefix: &str, number: usize) -> String {
    format!("{prefix}-{number:017x}")
}

fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:us-east-1:{ACCOUNT}:{resource}")
}

fn resource(type_name: &str, name: &str, version: u8, attributes: Value, dependencies: &[String]) -> Value {
    let mut instance = Map::new();
    instance.insert("schema_version".to_owned(), json!(version));
    instance.insert("attributes".to_owned(), attributes);
    instance.insert("sensitive_attributes".to_owned(), json!([]));
    if !dependencies.is_empty() {
        instance.insert("dependencies".to_owned(), json!(dependencies));
    }
    json!({
        "mode": "managed", "type": type_name, "name": name,
        "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [instance],
    })
}
