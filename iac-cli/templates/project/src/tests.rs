//! Snapshot of the written configuration. `cargo insta review` accepts changes.

use iac_core::synth::Syntax;

use crate::app;

#[test]
fn network_matches_its_snapshot() {
    let synthesis = app().synthesize(Syntax::Hcl).expect("the program is valid");
    insta::assert_snapshot!(synthesis.stacks[0].configuration, @r#"
    # Written by `iac synth`: change the Rust program, not this file.
    # Terraform's `.terraform.lock.hcl` belongs beside it: commit it, nothing here overwrites it.

    terraform {
      required_version = ">= 1.11.0"

      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "5.100.0"
        }
      }
    }

    provider "aws" {
      region = "us-east-1"

      default_tags {
        tags = {
          project = "{{name}}"
        }
      }
    }

    resource "aws_vpc" "main" {
      cidr_block           = "10.0.0.0/16"
      enable_dns_hostnames = true
    }

    resource "aws_subnet" "a" {
      vpc_id            = aws_vpc.main.id
      availability_zone = "us-east-1a"
      cidr_block        = "10.0.0.0/20"
    }

    resource "aws_subnet" "b" {
      vpc_id            = aws_vpc.main.id
      availability_zone = "us-east-1b"
      cidr_block        = "10.0.16.0/20"
    }

    output "vpc_id" {
      value = aws_vpc.main.id
    }
    "#);
}
