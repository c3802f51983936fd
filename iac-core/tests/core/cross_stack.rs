//! Values of one stack used in another one.

use iac_core::synth::Syntax;
use iac_core::{App, Backend, Number, Variable};

use super::provider::{Network, Server};

#[test]
fn value_of_another_stack_becomes_an_output_and_a_remote_state() {
    let app = App::new();
    let (network, servers) = (app.stack("network"), app.stack("servers"));
    network.add(Backend::s3("state", "network.tfstate", "eu-west-1"));
    let main = network.add(Network::builder("main"));
    servers.add(Server::builder("a").network_id(main.id()));
    servers.add(Server::builder("b").network_id(main.id()).address(main.secret()));
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    insta::assert_snapshot!(synthesis.stacks[0].configuration, @r#"
    # Written by `iac synth`: change the Rust program, not this file.
    # Terraform's `.terraform.lock.hcl` belongs beside it: commit it, nothing here overwrites it.

    terraform {
      required_version = ">= 1.11.0"

      required_providers {
        fake = {
          source  = "example/fake"
          version = "1.2.3"
        }
      }

      backend "s3" {
        bucket       = "state"
        key          = "network.tfstate"
        region       = "eu-west-1"
        encrypt      = true
        use_lockfile = true
      }
    }

    resource "fake_network" "main" {}

    output "fake_network_main_id" {
      value = fake_network.main.id
    }

    output "fake_network_main_secret" {
      value     = fake_network.main.secret
      sensitive = true
    }
    "#);
    insta::assert_snapshot!(synthesis.stacks[1].configuration, @r#"
    # Written by `iac synth`: change the Rust program, not this file.
    # Terraform's `.terraform.lock.hcl` belongs beside it: commit it, nothing here overwrites it.

    terraform {
      required_version = ">= 1.11.0"

      required_providers {
        fake = {
          source  = "example/fake"
          version = "1.2.3"
        }
      }
    }

    data "terraform_remote_state" "network" {
      backend = "s3"

      config = {
        bucket       = "state"
        key          = "network.tfstate"
        region       = "eu-west-1"
        encrypt      = true
        use_lockfile = true
      }
    }

    resource "fake_server" "a" {
      network_id = data.terraform_remote_state.network.outputs.fake_network_main_id
    }

    resource "fake_server" "b" {
      network_id = data.terraform_remote_state.network.outputs.fake_network_main_id
      address    = data.terraform_remote_state.network.outputs.fake_network_main_secret
    }
    "#);
    assert!(synthesis.manifest.contains("\"depends_on\": [\"network\"]"));
}

#[test]
fn remote_state_without_a_backend_is_a_local_file() {
    let app = App::new();
    let (network, servers) = (app.stack("network"), app.stack("servers"));
    let size = network.add(Variable::<Number>::new("size"));
    servers.add(iac_core::Output::new("size", size + 1));
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    insta::assert_snapshot!(synthesis.stacks[1].configuration, @r#"
    # Written by `iac synth`: change the Rust program, not this file.
    # Terraform's `.terraform.lock.hcl` belongs beside it: commit it, nothing here overwrites it.

    terraform {
      required_version = ">= 1.11.0"
    }

    data "terraform_remote_state" "network" {
      backend = "local"

      config = {
        path = "${path.module}/../network/terraform.tfstate"
      }
    }

    output "size" {
      value = data.terraform_remote_state.network.outputs.var_size + 1
    }
    "#);
}
