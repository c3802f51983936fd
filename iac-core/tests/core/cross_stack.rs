//! Values that one stack has and another one uses.

use iac_core::synth::Syntax;
use iac_core::{App, Backend, Number, Variable};

use super::provider::{Network, Server};

#[test]
fn a_value_of_another_stack_becomes_an_output_and_a_remote_state() {
    let app = App::new();
    let (network, servers) = (app.stack("network"), app.stack("servers"));
    network.add(Backend::s3("state", "network.tfstate", "eu-west-1"));
    let main = network.add(Network::builder("main"));
    servers.add(Server::builder("a").network_id(main.id()));
    servers.add(Server::builder("b").network_id(main.id()).address(main.secret()));
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    insta::assert_snapshot!(synthesis.stacks[0].configuration, @"");
    insta::assert_snapshot!(synthesis.stacks[1].configuration, @"");
    assert!(synthesis.manifest.contains("\"depends_on\": [\"network\"]"));
}

#[test]
fn without_a_backend_the_state_is_beside_the_configuration() {
    let app = App::new();
    let (network, servers) = (app.stack("network"), app.stack("servers"));
    let size = network.add(Variable::<Number>::new("size"));
    servers.add(iac_core::Output::new("size", size + 1));
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    insta::assert_snapshot!(synthesis.stacks[1].configuration, @"");
}
