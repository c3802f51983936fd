//! `iac schema`

use insta::assert_snapshot;

use crate::process::iac;

#[test]
fn resource_lists_arguments_blocks_and_attributes() {
    assert_snapshot!(iac(&["schema", "aws_vpc_endpoint"]), @r#"
    exit: 0
    stdout:
    resource aws_vpc_endpoint (hashicorp/aws 5.100.0)

    Arguments
      vpc_id                      string       required; forces replacement; id of Vpc
      auto_accept                 bool         optional
      ip_address_type             string       optional; computed; one of "ipv4", "dualstack", "ipv6" (enum IpAddressType)
      policy                      string       optional; computed; ignores whitespace, trailing newline, JSON formatting, IAM policy formatting
      private_dns_enabled         bool         optional; computed
      resource_configuration_arn  string       optional; forces replacement; conflicts with service_name, service_network_arn
      route_table_ids             set(string)  optional; computed; id of RouteTable
      security_group_ids          set(string)  optional; computed; id of SecurityGroup
      service_name                string       optional; forces replacement; conflicts with resource_configuration_arn, service_network_arn
      service_network_arn         string       optional; forces replacement; conflicts with resource_configuration_arn, service_name
      service_region              string       optional; computed; forces replacement
      subnet_ids                  set(string)  optional; computed; id of Subnet
      tags                        map(string)  optional
      tags_all                    map(string)  optional; computed
      vpc_endpoint_type           string       optional; forces replacement; default "Gateway"; one of "Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork" (enum VpcEndpointType)

    Blocks
      dns_options           block(list)    at most 1; kept when removed
      subnet_configuration  block(set)     kept when removed
      timeouts              block(single)

    Attributes
      arn                    string
      cidr_blocks            list(string)
      dns_entry              list(object)
      id                     string        id of VpcEndpoint
      network_interface_ids  set(string)
      owner_id               string
      prefix_list_id         string        id of Ec2ManagedPrefixList
      requester_managed      bool
      state                  string

    Run `iac schema aws_vpc_endpoint dns_options` to show its members

    Rust
      iac_aws::ec2::VpcEndpoint::builder("name")
      feature `ec2` of iac-aws
    "#);
}

#[test]
fn path_selects_a_block_or_an_argument() {
    assert_snapshot!(iac(&["schema", "aws_instance", "capacity_reservation_specification.capacity_reservation_target"]), @r#"
    exit: 0
    stdout:
    resource aws_instance.capacity_reservation_specification.capacity_reservation_target (hashicorp/aws 5.100.0)
      block(list)  at most 1; exactly one of capacity_reservation_specification.capacity_reservation_preference, capacity_reservation_specification.capacity_reservation_target

    Arguments
      capacity_reservation_id                  string  optional; conflicts with capacity_reservation_resource_group_arn
      capacity_reservation_resource_group_arn  string  optional; conflicts with capacity_reservation_id

    Rust
      iac_aws::ec2::Instance::builder("name").capacity_reservation_specification(|b| b.capacity_reservation_target(|b| …))
      feature `ec2` of iac-aws
    "#);
    assert_snapshot!(iac(&["schema", "aws_instance", "tenancy"]), @r#"
    exit: 0
    stdout:
    resource aws_instance.tenancy (hashicorp/aws 5.100.0)
      string  optional; computed; forces replacement; one of "default", "dedicated", "host" (enum Tenancy)

    Rust
      iac_aws::ec2::Instance::builder("name").tenancy(…)
      iac_aws::ec2::Tenancy::{Default, Dedicated, Host}
      feature `ec2` of iac-aws
    "#);
    assert_snapshot!(iac(&["schema", "aws_acm_certificate", "domain_validation_options"]), @"
    exit: 0
    stdout:
    resource aws_acm_certificate.domain_validation_options (hashicorp/aws 5.100.0)
      set(object)

    Attributes
      domain_name            string
      resource_record_name   string
      resource_record_type   string
      resource_record_value  string

    Rust
      iac_aws::acm::Certificate::domain_validation_options
      feature `acm` of iac-aws
    ");
}

#[test]
fn kinds_with_the_same_name_are_distinguished() {
    assert_snapshot!(iac(&["schema", "aws_secretsmanager_secret_version", "--ephemeral"]), @r#"
    exit: 0
    stdout:
    ephemeral resource aws_secretsmanager_secret_version (hashicorp/aws 5.100.0)

    Arguments
      secret_id      string  required
      version_id     string  optional; computed
      version_stage  string  optional; computed

    Attributes
      arn             string
      created_date    string
      secret_binary   string        sensitive
      secret_string   string        sensitive
      version_stages  list(string)

    Rust
      iac_aws::secretsmanager::ephemeral::SecretVersion::builder("name")
      feature `secretsmanager` of iac-aws
    "#);
    assert_eq!(iac(&["schema", "aws_vpc", "--data"]), iac(&["schema", "ec2::data::Vpc"]));
    assert_eq!(iac(&["schema", "aws_vpc", "--data"]), iac(&["schema", "ec2::Vpc", "--data"]));
    assert_eq!(iac(&["schema", "aws_vpcs"]), iac(&["schema", "ec2::Vpcs"]));
    assert_eq!(iac(&["schema", "aws_vpc"]), iac(&["schema", "iac_aws::ec2::Vpc"]));
    assert_eq!(iac(&["schema", "--list", "Vpc"]), iac(&["schema", "--list", "vpc"]));
}

#[test]
fn json_contains_every_fact() {
    assert_snapshot!(iac(&["schema", "aws_sns_topic_subscription", "protocol", "--format", "json"]), @r#"
    exit: 0
    stdout:
    {
      "kind": "resource",
      "type": "aws_sns_topic_subscription",
      "path": "protocol",
      "provider": "registry.terraform.io/hashicorp/aws",
      "provider_version": "5.100.0",
      "rust": "iac_aws::sns::TopicSubscription",
      "feature": "sns",
      "member": {
        "name": "protocol",
        "type": "string",
        "required": true,
        "forces_replacement": "always",
        "allowed": [
          "application",
          "email",
          "email-json",
          "firehose",
          "http",
          "https",
          "lambda",
          "sms",
          "sqs"
        ],
        "enum": "iac_aws::sns::Protocol",
        "variants": [
          "Application",
          "Email",
          "EmailJson",
          "Firehose",
          "Http",
          "Https",
          "Lambda",
          "Sms",
          "Sqs"
        ]
      },
      "arguments": [],
      "blocks": [],
      "attributes": []
    }
    "#);
    assert_snapshot!(iac(&["schema", "aws_s3_bucket_ownership_controls", "--json"]), @r#"
    exit: 0
    stdout:
    {
      "kind": "resource",
      "type": "aws_s3_bucket_ownership_controls",
      "provider": "registry.terraform.io/hashicorp/aws",
      "provider_version": "5.100.0",
      "rust": "iac_aws::s3::BucketOwnershipControls",
      "feature": "s3",
      "arguments": [
        {
          "name": "bucket",
          "type": "string",
          "required": true,
          "forces_replacement": "always"
        }
      ],
      "blocks": [
        {
          "name": "rule",
          "type": "block(list)",
          "required": true,
          "min_items": 1,
          "max_items": 1
        }
      ],
      "attributes": [
        {
          "name": "id",
          "type": "string",
          "optional": true,
          "computed": true
        }
      ]
    }
    "#);
}

#[test]
fn types_are_listed() {
    assert_snapshot!(iac(&["schema", "--list", "aws_*_vpc"]), @"
    exit: 0
    stdout:
    resource  aws_default_vpc  iac_aws::ec2::DefaultVpc
    ");
    assert_snapshot!(iac(&["schema", "--list", "ecr_lifecycle", "--data", "--format", "json"]), @r#"
    exit: 0
    stdout:
    [
      {
        "kind": "data source",
        "type": "aws_ecr_lifecycle_policy_document",
        "rust": "iac_aws::ecr::data::LifecyclePolicyDocument",
        "feature": "ecr"
      }
    ]
    "#);
}

#[test]
fn unknown_names_are_rejected_with_suggestions() {
    assert_snapshot!(iac(&["schema", "aws_vcp"]), @"
    exit: 1
    stderr:
    error: unknown type `aws_vcp`
    hint: did you mean `aws_vpc`?
    hint: search with `iac schema --list vcp`
    ");
    assert_snapshot!(iac(&["schema", "aws_vpcs"]), @r#"
    exit: 0
    stdout:
    data source aws_vpcs (hashicorp/aws 5.100.0)

    Arguments
      id    string       optional; computed
      tags  map(string)  optional; computed

    Blocks
      filter    block(set)
      timeouts  block(single)

    Attributes
      ids  list(string)

    Run `iac schema aws_vpcs filter --data` to show its members

    Rust
      iac_aws::ec2::data::Vpcs::builder("name")
      feature `ec2` of iac-aws
    "#);
    assert_snapshot!(iac(&["schema", "aws_vpcs", "--ephemeral"]), @"
    exit: 1
    stderr:
    error: unknown ephemeral resource `aws_vpcs`
    hint: `aws_vpcs` is a data source
    ");
    assert_snapshot!(iac(&["schema", "ec2::Vcp"]), @"
    exit: 1
    stderr:
    error: unknown type `ec2::Vcp`
    hint: did you mean `ec2::Vpc`?
    ");
    assert_snapshot!(iac(&["schema", "aws_instance", "root_blok_device.tags"]), @"
    exit: 1
    stderr:
    error: `root_blok_device` not found in `aws_instance`
    hint: did you mean `root_block_device`?
    ");
    assert_snapshot!(iac(&["schema", "aws_instance", "root_block_device.tag"]), @"
    exit: 1
    stderr:
    error: `tag` not found in `aws_instance.root_block_device`
    hint: did you mean `tags`?
    ");
    assert_snapshot!(iac(&["schema", "aws_instance", "tags.name"]), @"
    exit: 1
    stderr:
    error: `tags` has no members
    ");
    assert_snapshot!(iac(&["schema", "--list", "gcp"]), @"
    exit: 1
    stderr:
    error: no type matches `gcp`
    hint: list all types with `iac schema --list`
    ");
    assert_snapshot!(iac(&["schema"]), @"
    exit: 1
    stderr:
    error: the following required arguments were not provided:
      <TYPE>

    Usage: iac schema <TYPE> [PATH]

    For more information, try '--help'.
    ");
}
