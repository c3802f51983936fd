//! Values of one stack used in another one.

use iac_core::builder::EntryHandle as _;
use iac_core::synth::Syntax;
use iac_core::{Any, App, Backend, Expr, MetaArguments as _, Number, Output, Stack, Variable};

use super::diagnostics::problems;
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

#[test]
fn projections_of_instances_are_evaluated_where_the_instances_are() {
    let app = App::new();
    let (network, servers) = (app.stack("network"), app.stack("servers"));
    let numbered = network.add(Network::builder("numbered").count(2, |network, _| network));
    let zones = network.add(Network::builder("zones").for_each(["a", "b"], |network, _| network));
    servers.add(Output::new("numbered", numbered.all(|network| network.id())));
    let by_key = zones.by_key(|network| network.id());
    servers.add(Output::new("zones", by_key.clone()));
    servers.add(Output::new("again", by_key));
    servers.add(Output::new("listed", zones.all(|network| network.id())));
    servers.add(Output::new("named", zones.all(|network| iac_core::tf!("id={}", network.id()))));
    servers.add(Server::builder("a").network_id(zones.get("a").id()));
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    let outputs = |stack: usize| {
        let text = &synthesis.stacks[stack].configuration;
        text[text.find("output").unwrap()..].to_owned()
    };
    insta::assert_snapshot!(outputs(0));
    insta::assert_snapshot!(outputs(1));
    // The planner reads the model.
    assert!(!synthesis.stacks[0].model.contains("fake_network.zones}"), "{}", synthesis.stacks[0].model);
}

#[test]
fn whole_resource_of_another_stack_is_an_error() {
    insta::assert_snapshot!(problems(|app, servers| {
        let network = app.stack("network");
        let single = network.add(Network::builder("single"));
        let zones = network.add(Network::builder("zones").for_each(["a", "b"], |network, _| network));
        let key = servers.add(Variable::<String>::new("key"));
        servers
            .add(Output::new("chosen", Expr::<Any>::from_expression(zones.get(&key).handle().expression())));
        servers.add(Output::new("single", Expr::<Any>::from_expression(single.handle().expression())));
        servers
            .add(Output::new("instance", Expr::<Any>::from_expression(zones.get("a").handle().expression())));
        servers.add(Output::new("mixed", zones.all(|network| iac_core::tf!("{}-{}", network.id(), &key))));
    }));
}

#[test]
fn sensitive_attributes_of_instances_stay_sensitive() {
    let app = App::new();
    let (network, servers) = (app.stack("network"), app.stack("servers"));
    let numbered = network.add(Network::builder("numbered").count(2, |network, _| network));
    let zones = network.add(Network::builder("zones").for_each(["a"], |network, _| network));
    servers.add(Output::new("all", numbered.all(|network| network.secret())).sensitive());
    servers.add(Output::new("listed", zones.all(|network| network.secret())).sensitive());
    servers.add(Output::new("by_key", zones.by_key(|network| network.secret())).sensitive());
    servers.add(Output::new("first", numbered.get(0).secret()).sensitive());
    servers.add(Output::new("ids", numbered.all(|network| network.id())));
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    let text = &synthesis.stacks[0].configuration;
    assert_eq!(text.matches("sensitive = true").count(), 4, "{text}");
    assert_eq!(text.matches("output ").count(), 5, "{text}");
}

#[test]
fn outputs_of_sensitive_instances_must_be_sensitive() {
    let stack = Stack::new("network");
    let numbered = stack.add(Network::builder("numbered").count(2, |network, _| network));
    let zones = stack.add(Network::builder("zones").for_each(["a"], |network, _| network));
    stack.add(Output::new("ids", numbered.all(|network| network.id())));
    assert!(stack.render_hcl().is_ok());
    stack.add(Output::new("all", numbered.all(|network| network.secret())));
    stack.add(Output::new("listed", zones.all(|network| network.secret())));
    stack.add(Output::new("by_key", zones.by_key(|network| network.secret())));
    stack.add(Output::new("one", zones.get("a").secret()));
    let diagnostics = stack.render_hcl().unwrap_err().to_string();
    assert_eq!(diagnostics.matches("exposes a sensitive value").count(), 4, "{diagnostics}");
}

#[test]
fn instances_are_chosen_where_they_are_used() {
    let app = App::new();
    let (network, servers) = (app.stack("network"), app.stack("servers"));
    let numbered = network.add(Network::builder("numbered").count(2, |network, _| network));
    let zones = network.add(Network::builder("zones").for_each(["a", "b"], |network, _| network));
    let key = servers.add(Variable::<String>::new("key"));
    servers.add(Server::builder("one").network_id(zones.get(&key).id()));
    servers.add(Server::builder("same").network_id(zones.get(&key).id()));
    servers.add(Output::new("secret", zones.get(&key).secret()).sensitive());
    servers.add(
        Server::builder("each")
            .for_each(["a", "b"], |server, each| server.network_id(zones.get(&each.key).id())),
    );
    servers.add(
        Server::builder("counted").count(2, |server, index| server.network_id(numbered.get(index).id())),
    );
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    let text = |stack: usize, start: &str| {
        let text = &synthesis.stacks[stack].configuration;
        text[text.find(start).unwrap()..].to_owned()
    };
    insta::assert_snapshot!(text(0, "output"));
    insta::assert_snapshot!(text(1, "variable"));
}
