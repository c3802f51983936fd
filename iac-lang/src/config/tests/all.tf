terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0", configuration_aliases = [aws.west] }
    old = "1.0"
  }
  backend "s3" {
    bucket = "b"
  }
}
provider "aws" {
  region = var.region
}
provider "aws" {
  alias = "west"
  default_tags = { tags = { a = "b" } }
}
variable "region" {
  type        = string
  default     = "eu-$${x}"
  description = "Where."
  sensitive   = true
  nullable    = false
  validation {
    condition     = length(var.region) > 0
    error_message = "Not ${var.region}."
  }
}
locals {
  a = 1
  b = "${local.a}-x"
}
resource "aws_vpc" "a" {
  count      = 2
  cidr_block = "10.${count.index}.0.0/16"
  provider   = aws.west
  depends_on = [aws_vpc.b, module.m]
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = true
    ignore_changes        = [tags["a"], cidr_block]
    replace_triggered_by  = [aws_vpc.b.id]
    precondition {
      condition     = local.a == 1
      error_message = "no"
    }
    postcondition {
      condition     = self.id != ""
      error_message = "no"
    }
  }
  provisioner "local-exec" {
    command = "true"
  }
  connection {
    host = "h"
  }
}
resource "aws_vpc" "b" {
  for_each = toset(["x"])
  lifecycle {
    ignore_changes = all
  }
}
data "aws_ami" "a" {
  owners = ["self"]
}
ephemeral "aws_secret" "a" {
  id = "x"
}
module "m" {
  source    = "hashicorp/x/aws"
  version   = "1.0"
  for_each  = { a = 1 }
  providers = { aws = aws.west, aws.other = aws }
  b         = [1, 2]
}
output "o" {
  value       = aws_vpc.a[*].id
  description = "Ids."
  sensitive   = true
  depends_on  = [aws_vpc.b]
  precondition {
    condition     = local.a == 1
    error_message = "no"
  }
}
moved {
  from = aws_vpc.old
  to   = aws_vpc.a[0]
}
import {
  to       = aws_vpc.b[each.key]
  id       = each.value
  for_each = { x = "vpc-1" }
}
removed {
  from = aws_vpc.gone
  lifecycle {
    destroy = false
  }
}
check "c" {
  data "aws_ami" "inner" {
    owners = ["self"]
  }
  assert {
    condition     = data.aws_ami.inner.id != ""
    error_message = "no"
  }
}
