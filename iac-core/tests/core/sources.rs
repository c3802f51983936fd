//! The lines of Rust that entries are attributed to.

use iac_core::{App, Construct, Scope};

use super::provider::{Network, Server};
use iac_core::synth::Syntax;

/// A pattern of two resources.
struct Site(&'static str);

impl Construct for Site {
    type Output = Server;

    fn build(self, scope: &Scope<'_>) -> Server {
        let scope = scope.nested(self.0);
        let network = scope.add(Network::builder("network"));
        scope.add(Server::builder("server").network_id(network.id()))
    }
}

/// A construct of constructs.
struct Campus;

impl Construct for Campus {
    type Output = ();

    fn build(self, scope: &Scope<'_>) {
        scope.nested("campus").add(Site("north"));
    }
}

#[test]
fn construct_entries_have_outer_and_inner_lines() {
    let app = App::new();
    let stack = app.stack("main");
    let line = line!() + 1;
    stack.add(Site("site"));
    stack.add(Network::builder("alone"));
    let manifest = app.synthesize(Syntax::Hcl).unwrap().manifest;

    let resource = |address: &str| {
        let quoted = format!("\"{address}\"");
        manifest.lines().find(|line| line.contains("construct_path") && line.contains(&quoted)).unwrap()
    };
    let network = resource("fake_network.site_network");
    assert!(network.contains("\"construct_path\": \"site/network\""), "{network}");
    assert!(network.contains(&format!("sources.rs\", \"line\": {line}, \"column\": 11")), "{network}");
    assert!(network.contains("\"inner_source\""), "{network}");
    let alone = resource("fake_network.alone");
    assert!(alone.contains(&format!("\"line\": {}", line + 1)), "{alone}");
    assert!(!alone.contains("inner_source"), "{alone}");
}

#[test]
fn nested_constructs_join_their_names() {
    let app = App::new();
    app.stack("main").add(Campus);
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    assert!(synthesis.stacks[0].configuration.contains("resource \"fake_server\" \"campus_north_server\""));
    assert!(synthesis.manifest.contains("\"construct_path\": \"campus/north/server\""));
}
