//! Configurations in the style of widely used modules: everything is optional and computed.

use std::fmt::Write as _;

use iac_core::config::MemoryFiles;

use super::planned;

/// Returns the planned resources and outputs.
#[track_caller]
fn shown(files: &[(&str, &str)]) -> String {
    let files = files.iter().fold(MemoryFiles::new(), |files, (path, text)| files.with(path, *text));
    let plan = planned(&files).unwrap_or_else(|problems| panic!("{problems}"));
    let mut shown = String::new();
    for change in &plan.changes {
        writeln!(shown, "{}", change.address).expect("writing to a string does not fail");
    }
    for output in &plan.outputs {
        writeln!(shown, "{} = {:?}", output.name, output.after).expect("writing to a string does not fail");
    }
    shown
}

#[test]
fn network_with_subnets_in_every_zone_is_planned() {
    let module = r#"
variable "name" {
  type = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.name)) && length(var.name) <= 20
    error_message = "A name has at most 20 letters, digits and hyphens: ${var.name}."
  }
}

variable "cidr" {
  type    = string
  default = "10.0.0.0/16"
}

variable "subnets" {
  description = "Subnets by tier."
  type = map(object({
    newbits = optional(number, 8)
    public  = optional(bool, false)
    tags    = optional(map(string), {})
    nat     = optional(object({ single = optional(bool, true), zone = optional(string) }))
  }))
  default = {}
}

variable "zones" {
  type     = list(string)
  default  = null
  nullable = true
}

variable "tags" {
  type    = map(string)
  default = {}
}

locals {
  zones   = coalesce(var.zones, ["a", "b"])
  enabled = { for tier, subnet in var.subnets : tier => subnet if subnet.newbits > 0 }
  flat = flatten([
    for index, tier in sort(keys(local.enabled)) : [
      for position, zone in local.zones : {
        key    = "${tier}-${zone}"
        cidr   = cidrsubnet(var.cidr, local.enabled[tier].newbits, index * length(local.zones) + position)
        public = local.enabled[tier].public
        tags   = merge(var.tags, local.enabled[tier].tags, { Name = format("%s-%s-%s", var.name, tier, zone) })
      }
    ]
  ])
  subnets  = { for subnet in local.flat : subnet.key => subnet }
  nat      = { for tier, subnet in local.enabled : tier => subnet.nat if subnet.nat != null }
  nat_zone = try(one([for nat in values(local.nat) : nat.zone if nat.zone != null]), null)
}

resource "terraform_data" "subnet" {
  for_each = local.subnets

  input = {
    cidr = each.value.cidr
    tags = each.value.tags
  }
}

resource "terraform_data" "gateway" {
  count = anytrue([for subnet in local.flat : subnet.public]) ? 1 : 0
  input = join(",", [for key, subnet in local.subnets : key if subnet.public])
}

output "cidrs" {
  value = { for key, subnet in terraform_data.subnet : key => subnet.input.cidr }
}

output "public" {
  value = try(terraform_data.gateway[0].input, "none")
}

output "nat_zone" {
  value = coalesce(local.nat_zone, local.zones[0])
}

output "gateways" {
  value = length(terraform_data.gateway[*].input)
}

output "tags" {
  value = terraform_data.subnet["app-b"].input.tags
}
"#;
    let root = r#"
module "network" {
  source = "./modules/network"
  name   = "shop"
  tags   = { Team = "web" }
  subnets = {
    app = { public = true, tags = { Team = "app" } }
    db  = { newbits = 4, nat = { zone = "b" } }
    off = { newbits = 0 }
  }
}

output "network" {
  value = module.network
}
"#;
    insta::assert_snapshot!(shown(&[("main.tf", root), ("modules/network/main.tf", module)]), @r#"
    module.network.terraform_data.gateway[0]
    module.network.terraform_data.subnet["app-a"]
    module.network.terraform_data.subnet["app-b"]
    module.network.terraform_data.subnet["db-a"]
    module.network.terraform_data.subnet["db-b"]
    network = {"cidrs": {"app-a": "10.0.0.0/24", "app-b": "10.0.1.0/24", "db-a": "10.0.32.0/20", "db-b": "10.0.48.0/20"}, "gateways": 1, "nat_zone": "b", "public": "app-a,app-b", "tags": {"Name": "shop-app-b", "Team": "app"}}
    "#);
}

#[test]
fn roles_with_templated_policies_are_planned() {
    let root = r#"
variable "roles" {
  type = map(object({
    services   = optional(list(string), [])
    accounts   = optional(set(string), [])
    statements = optional(list(object({
      sid       = optional(string)
      effect    = optional(string, "Allow")
      actions   = list(string)
      resources = optional(list(string), ["*"])
    })), [])
  }))
  default = {
    worker = {
      services   = ["ecs-tasks"]
      statements = [{ actions = ["s3:GetObject"], resources = ["arn:aws:s3:::data/*"] }, { actions = ["sqs:*"], sid = "Queue" }]
    }
    audit = { accounts = ["2", "1", "2"] }
  }
}

module "role" {
  source   = "./role"
  for_each = var.roles
  name     = each.key
  role     = each.value
}

output "policies" {
  value = { for name, role in module.role : name => jsondecode(role.policy) }
}

output "principals" {
  value = [for name in sort(keys(var.roles)) : module.role[name].principals]
}

output "script" {
  value = module.role["worker"].script
}
"#;
    let role = r#"
variable "name" {
  type = string
}

variable "role" {
  type = any
}

module "label" {
  source = "../label"
  parts  = compact(["shop", var.name, ""])
}

locals {
  principals = distinct(concat(
    [for service in var.role.services : "${service}.amazonaws.com"],
    [for account in sort(tolist(var.role.accounts)) : "arn:aws:iam::${account}:root"],
  ))
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for index, statement in var.role.statements : merge(
        { Effect = statement.effect, Action = statement.actions, Resource = statement.resources },
        statement.sid == null ? {} : { Sid = statement.sid },
      )
    ]
  })
}

output "policy" {
  value = local.policy
}

output "principals" {
  value = length(local.principals) > 1 ? join(" ", local.principals) : one(local.principals[*])
}

output "script" {
  value = <<-EOT
    #!/bin/sh
    # ${module.label.id}
    %{ for index, principal in local.principals ~}
    export P${index}="${principal}" # $${literal}
    %{ endfor ~}
    %{ if length(var.role.statements) > 1 }many%{ else }few%{ endif }
  EOT
}
"#;
    let label = r#"
variable "parts" {
  type = list(string)
}

output "id" {
  value = lower(join("-", var.parts))
}
"#;
    insta::assert_snapshot!(
        shown(&[("main.tf", root), ("role/main.tf", role), ("label/main.tf", label)]),
        @r##"
    policies = {"audit": {"Statement": [], "Version": "2012-10-17"}, "worker": {"Statement": [{"Action": ["s3:GetObject"], "Effect": "Allow", "Resource": ["arn:aws:s3:::data/*"]}, {"Action": ["sqs:*"], "Effect": "Allow", "Resource": ["*"], "Sid": "Queue"}], "Version": "2012-10-17"}}
    principals = ["arn:aws:iam::1:root arn:aws:iam::2:root", "ecs-tasks.amazonaws.com"]
    script = "#!/bin/sh\n# shop-worker\n    export P0=\"ecs-tasks.amazonaws.com\" # ${literal}\n    many\n"
    "##
    );
}
