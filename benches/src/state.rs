//! States of any size for measurements, as Terraform writes them.

use std::fmt::Write as _;

const HEAD: &str = r#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 7,
  "lineage": "77d8a4e9-5c79-ca37-2179-1b68944678a7",
  "outputs": {},
  "resources": [
"#;

/// Returns a state of `resources` resources: subnets, security groups, queues and roles in turn. Each has
/// `dependencies` recorded dependencies, and the policy of each role has `statements` statements.
#[must_use]
pub fn state(resources: usize, dependencies: usize, statements: usize) -> String {
    let mut text = String::with_capacity(resources * (1500 + 60 * dependencies + 60 * statements));
    text.push_str(HEAD);
    for number in 0..resources {
        let (type_name, schema_version) =
            [("aws_subnet", 1), ("aws_security_group", 1), ("aws_sqs_queue", 0), ("aws_iam_role", 0)]
                [number % 4];
        let attributes = attributes(type_name, number, statements);
        let _ = write!(
            text,
            r#"    {{
      "module": "module.network_{module}",
      "mode": "managed",
      "type": "{type_name}",
      "name": "name_{number}",
      "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
      "instances": [
        {{
          "schema_version": {schema_version},
          "attributes": {attributes},
          "sensitive_attributes": [],
          "private": "bnVsbA==",
          "dependencies": ["#,
            module = number / 100,
        );
        for dependency in 0..dependencies {
            let comma = if dependency == 0 { "" } else { "," };
            let (module, other) = (dependency % 37, number.saturating_sub(dependency));
            let _ = write!(text, "{comma}\n            \"module.network_{module}.aws_subnet.name_{other}\"");
        }
        let comma = if number + 1 == resources { "" } else { "," };
        let _ = write!(text, "\n          ]\n        }}\n      ]\n    }}{comma}\n");
    }
    text.push_str("  ],\n  \"check_results\": null\n}\n");
    text
}

/// The attributes of an instance.
#[expect(clippy::too_many_lines, reason = "it is mostly JSON")]
fn attributes(type_name: &str, number: usize, statements: usize) -> String {
    const ACCOUNT: &str = "123456789012";
    let tags = format!(
        r#""tags": {{
              "Env": "dev",
              "Name": "name_{number}"
            }},
            "tags_all": {{
              "Env": "dev",
              "Name": "name_{number}"
            }}"#
    );
    match type_name {
        "aws_subnet" => format!(
            r#"{{
            "arn": "arn:aws:ec2:us-east-1:{ACCOUNT}:subnet/subnet-{number:017x}",
            "assign_ipv6_address_on_creation": false,
            "availability_zone": "us-east-1a",
            "availability_zone_id": "use1-az1",
            "cidr_block": "10.0.{}.0/24",
            "customer_owned_ipv4_pool": "",
            "enable_dns64": false,
            "enable_lni_at_device_index": 0,
            "enable_resource_name_dns_a_record_on_launch": false,
            "enable_resource_name_dns_aaaa_record_on_launch": false,
            "id": "subnet-{number:017x}",
            "ipv6_cidr_block": "",
            "ipv6_cidr_block_association_id": "",
            "ipv6_native": false,
            "map_customer_owned_ip_on_launch": false,
            "map_public_ip_on_launch": false,
            "outpost_arn": "",
            "owner_id": "{ACCOUNT}",
            "private_dns_hostname_type_on_launch": "ip-name",
            {tags},
            "timeouts": null,
            "vpc_id": "vpc-{:017x}"
          }}"#,
            number % 256,
            number / 100
        ),
        "aws_security_group" => format!(
            r#"{{
            "arn": "arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/sg-{number:017x}",
            "description": "group {number}",
            "egress": [
              {{
                "cidr_blocks": [
                  "0.0.0.0/0"
                ],
                "description": "",
                "from_port": 0,
                "ipv6_cidr_blocks": [],
                "prefix_list_ids": [],
                "protocol": "-1",
                "security_groups": [],
                "self": false,
                "to_port": 0
              }}
            ],
            "id": "sg-{number:017x}",
            "ingress": [
              {{
                "cidr_blocks": [
                  "10.0.0.0/8"
                ],
                "description": "",
                "from_port": 443,
                "ipv6_cidr_blocks": [],
                "prefix_list_ids": [],
                "protocol": "tcp",
                "security_groups": [],
                "self": false,
                "to_port": 443
              }}
            ],
            "name": "name_{number}",
            "name_prefix": "",
            "owner_id": "{ACCOUNT}",
            "revoke_rules_on_delete": false,
            {tags},
            "timeouts": null,
            "vpc_id": "vpc-{:017x}"
          }}"#,
            number / 100
        ),
        "aws_sqs_queue" => format!(
            r#"{{
            "arn": "arn:aws:sqs:us-east-1:{ACCOUNT}:name_{number}",
            "content_based_deduplication": false,
            "deduplication_scope": "",
            "delay_seconds": 0,
            "fifo_queue": false,
            "fifo_throughput_limit": "",
            "id": "https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/name_{number}",
            "kms_data_key_reuse_period_seconds": 300,
            "kms_master_key_id": "",
            "max_message_size": 262144,
            "message_retention_seconds": 345600,
            "name": "name_{number}",
            "name_prefix": "",
            "policy": "",
            "receive_wait_time_seconds": 0,
            "redrive_allow_policy": "",
            "redrive_policy": "{{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:{ACCOUNT}:name_0\",\"maxReceiveCount\":4}}",
            "sqs_managed_sse_enabled": true,
            {tags},
            "timeouts": null,
            "url": "https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/name_{number}",
            "visibility_timeout_seconds": 60
          }}"#
        ),
        _ => {
            let statement = r#"{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}"#;
            let policy = vec![statement; statements].join(",");
            format!(
                r#"{{
            "arn": "arn:aws:iam::{ACCOUNT}:role/name_{number}",
            "assume_role_policy": "{{\"Statement\":[{policy}],\"Version\":\"2012-10-17\"}}",
            "create_date": "2026-11-20T22:54:53Z",
            "description": "",
            "force_detach_policies": false,
            "id": "name_{number}",
            "inline_policy": [],
            "managed_policy_arns": [],
            "max_session_duration": 3600,
            "name": "name_{number}",
            "name_prefix": "",
            "path": "/",
            "permissions_boundary": "",
            {tags},
            "unique_id": "AROARZPUZDIKA5WCBGWPL"
          }}"#
            )
        }
    }
}
