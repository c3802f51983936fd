//! Rendering of meta-arguments.

use iac_core::{
    Configure as _, Expr, Import, List, MetaArguments as _, Module, Moved, Output, Removed,
    ResourceArguments as _, Stack, Variable,
};

use super::provider::{Fake, Network, Server};

/// Returns the configuration without its header and `terraform` block.
pub(crate) fn rendered(build: impl FnOnce(&Stack)) -> String {
    let stack = Stack::new("test");
    build(&stack);
    let text = stack.render_hcl().unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let (_, rest) = text.split_once("\n}\n").expect("the configuration has a terraform block");
    rest.trim_start().to_owned()
}

#[test]
fn count_and_for_each_give_instances() {
    insta::assert_snapshot!(rendered(|stack| {
        let network = stack.add(Network::builder("main"));
        let numbered = stack.add(Server::builder("numbered").network_id(network.id()).count(3, |server, index| {
            server.address(iac_core::tf!("10.0.0.{}", index))
        }));
        let zones = stack.add(
            Server::builder("zones")
                .for_each([("a", "10.0.1.1"), ("b", "10.0.2.1")], |server, each| server.network_id(network.id()).address(each.value)),
        );
        let addresses: Expr<List<String>> = numbered.all(|server| server.address());
        stack.add(iac_core::Output::new("numbered", addresses));
        stack.add(iac_core::Output::new("first", numbered.get(0).address()));
        stack.add(iac_core::Output::new("a", zones.get("a").address()));
        stack.add(iac_core::Output::new("zones", zones.by_key(|server| server.address())));
    }), @r#"
    resource "fake_network" "main" {}

    resource "fake_server" "numbered" {
      count = 3

      network_id = fake_network.main.id
      address    = "10.0.0.${count.index}"
    }

    resource "fake_server" "zones" {
      for_each = {
        a = "10.0.1.1"
        b = "10.0.2.1"
      }

      network_id = fake_network.main.id
      address    = each.value
    }

    output "numbered" {
      value = fake_server.numbered[*].address
    }

    output "first" {
      value = fake_server.numbered[0].address
    }

    output "a" {
      value = fake_server.zones["a"].address
    }

    output "zones" {
      value = { for key, value in fake_server.zones : key => value.address }
    }
    "#);
}

#[test]
fn lifecycle_and_dependencies_come_last() {
    insta::assert_snapshot!(rendered(|stack| {
        let west = stack.add(Fake::builder().alias("west"));
        let first = stack.add(Network::builder("first").provider(&west));
        stack.add(
            Network::builder("second")
                .depends_on(&first)
                .create_before_destroy(true)
                .ignore_changes(["peer_id", "tags[\"Owner\"]"])
                .replace_triggered_by(first.id())
                .precondition(true, "never fails")
                .rule(|rule| rule.port(80))
                .when(false, |network| network.rule(|rule| rule.port(1)))
                .each([443, 8443], |network, port| network.rule(|rule| rule.port(port)))
                .peer_id(first.id())
                .provisioner("local-exec", |exec| exec.argument("command", "true")),
        );
    }), @r#"
    provider "fake" {
      alias = "west"
    }

    resource "fake_network" "first" {
      provider = fake.west
    }

    resource "fake_network" "second" {
      peer_id = fake_network.first.id

      rule {
        port = 80
      }

      rule {
        port = 443
      }

      rule {
        port = 8443
      }

      provisioner "local-exec" {
        command = "true"
      }

      lifecycle {
        create_before_destroy = true
        ignore_changes        = [peer_id, tags["Owner"]]
        replace_triggered_by  = [fake_network.first.id]

        precondition {
          condition     = true
          error_message = "never fails"
        }
      }

      depends_on = [fake_network.first]
    }
    "#);
}

#[test]
fn dynamic_blocks_are_rendered() {
    insta::assert_snapshot!(rendered(|stack| {
        let ports = stack.add(Variable::<List<iac_core::Number>>::new("ports"));
        stack.add(
            Network::builder("main")
                .rule(|rule| rule.port(22))
                .dynamic(ports, |network, each| network.rule(|rule| rule.port(each.value))),
        );
    }), @r#"
    variable "ports" {
      type = list(number)
    }

    resource "fake_network" "main" {
      rule {
        port = 22
      }

      dynamic "rule" {
        for_each = var.ports

        content {
          port = rule.value
        }
      }
    }
    "#);
}

#[test]
fn refactoring_blocks_name_addresses() {
    insta::assert_snapshot!(rendered(|stack| {
        let network = stack.add(Network::builder("main"));
        let module = stack.add(Module::new("site", "./site").input("network", network.id()).depends_on(&network));
        stack.add(Moved::new("fake_network.old", &network));
        stack.add(Removed::forget("fake_network.other[0]"));
        stack.add(iac_core::Import::new(&network, "net-1"));
        stack.add(iac_core::Output::new("site", module.output("address")));
    }), @r#"
    resource "fake_network" "main" {}

    module "site" {
      source = "./site"

      network = fake_network.main.id

      depends_on = [fake_network.main]
    }

    moved {
      from = fake_network.old
      to   = fake_network.main
    }

    removed {
      from = fake_network.other[0]

      lifecycle {
        destroy = false
      }
    }

    import {
      to = fake_network.main
      id = "net-1"
    }

    output "site" {
      value = module.site.address
    }
    "#);
}

#[test]
fn scope_provider_is_the_default_for_resources() {
    insta::assert_snapshot!(rendered(|stack| {
        let west = stack.add(Fake::builder().alias("west"));
        let east = stack.add(Fake::builder().alias("east"));
        let scope = stack.nested("west").provider(&west);
        scope.add(Network::builder("main"));
        scope.add(Network::builder("far").provider(&east));
        scope.nested("inner").add(Network::builder("main"));
        scope.nested("moved").provider(&east).add(Network::builder("main"));
        stack.nested("plain").add(Network::builder("main"));
    }), @r#"
    provider "fake" {
      alias = "west"
    }

    provider "fake" {
      alias = "east"
    }

    resource "fake_network" "west_main" {
      provider = fake.west
    }

    resource "fake_network" "west_far" {
      provider = fake.east
    }

    resource "fake_network" "west_inner_main" {
      provider = fake.west
    }

    resource "fake_network" "west_moved_main" {
      provider = fake.east
    }

    resource "fake_network" "plain_main" {}
    "#);
}

#[test]
fn implicit_conversions_are_left_to_terraform() {
    insta::assert_snapshot!(rendered(|stack| {
        let network = stack.add(Network::builder("main"));
        let number = stack.add(Variable::<iac_core::Number>::new("number"));
        stack.add(Server::builder("a").network_id(network.id()).address(&number));
        stack.add(Output::new("equal", iac_core::Comparable::equals(Expr::from("1"), number)));
    }), @r#"
    resource "fake_network" "main" {}

    variable "number" {
      type = number
    }

    resource "fake_server" "a" {
      network_id = fake_network.main.id
      address    = var.number
    }

    output "equal" {
      value = "1" == tostring(var.number)
    }
    "#);
}

#[test]
fn validation_may_refer_to_its_own_variable() {
    insta::assert_snapshot!(rendered(|stack| {
        let size = Variable::<iac_core::Number>::new("size");
        stack.add(size.validation(|size| size.at_least(1), "One at least."));
    }), @r#"
    variable "size" {
      type = number

      validation {
        condition     = var.size >= 1
        error_message = "One at least."
      }
    }
    "#);
}

#[test]
fn instances_are_a_handle_of_their_own() {
    let text = rendered(|stack| {
        let zones = stack.add(Network::builder("zones").for_each(["a", "b"], |network, _| network));
        stack.amend(&zones, |network| network.argument("amended", true));
        stack.add(Moved::new("fake_network.old", &zones));
        stack.add(Moved::new("fake_network.single", &zones.get("a")));
        stack.add(Import::for_each(&zones, [("a", "n-1")], |each| each.value.clone()));
        stack.add(Network::builder("later").depends_on(&zones).replace_triggered_by(zones.get("a").id()));
    });
    assert!(text.contains("amended = true"), "{text}");
    assert!(text.contains("from = fake_network.old\n  to   = fake_network.zones\n"), "{text}");
    assert!(text.contains("to   = fake_network.zones[\"a\"]"), "{text}");
    assert!(text.contains("to = fake_network.zones[each.key]"), "{text}");
    assert!(text.contains("depends_on = [fake_network.zones]"), "{text}");
}
