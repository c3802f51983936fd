//! Tests that the bindings of a fictitious provider compile and configure resources.
#![allow(clippy::unwrap_used, reason = "a test may")]

#[rustfmt::skip]
#[path = "../../tests/fixtures/provider/bindings/mod.rs"]
#[allow(unused, unreachable_pub, missing_debug_implementations, clippy::use_self, clippy::all, clippy::pedantic)]
mod bindings;

use bindings::{Provider, cloudy, functions};
use iac_core::synth::Syntax;
use iac_core::{App, Expr, Id, ResourceArguments as _, plaintext};

#[test]
fn every_kind_of_argument_can_be_set() {
    let app = App::new();
    let stack = app.stack("main");
    let provider =
        stack.add(Provider::builder().type_("cloud").alias("other").retry(|retry| retry.attempts(3)));
    let network = stack.add(cloudy::Network::builder("net").cidr("10.0.0.0/8").provider(&provider));
    let existing = stack.add(cloudy::data::Network::builder("old").cidr("10.0.0.0/8"));
    let _: Expr<Id<bindings::kind::Network>> = existing.id();
    let token = stack.add(cloudy::ephemeral::Token::builder("token").lifetime(60));
    let server = stack.add(
        cloudy::Server::builder("web")
            .name(existing.cidr())
            .network_id(network.id())
            .size(cloudy::Size::_2xLarge)
            .match_(true)
            .any([1, 2])
            .pair(["a", "b"])
            .ports([80, 443])
            .labels([("a", "b")])
            .rules(|rule| rule.from(1).text("${literal}"))
            .rules(|rule| rule.from(2))
            .password(plaintext("hunter2"))
            .secret_wo(token.value())
            .one(|one| one.x("1"))
            .many(|many| many.x("2").inner(|inner| inner.y(1)))
            .many(|many| many.x("3"))
            .unordered(|each| each.x("4"))
            .keyed("key", |each| each.x("5"))
            .boot(|boot| boot.image("linux"))
            .always(|always| always.on(true))
            .disk(|disk| disk.gigabytes(10).nothing(|nothing| nothing))
            .disk(|disk| disk.gigabytes(20))
            .option(|option| option.name("fast"))
            .zone("a", |zone| zone.weight(1)),
    );
    stack.add(
        cloudy::Network::builder("copy")
            .cidr(functions::join(",", [server.addresses().get(0).value(), functions::split("a.b").head()])),
    );
    stack.add(cloudy::Network::builder("device").cidr(server.disk().get(1).device()));
    let synthesis = app.synthesize(Syntax::Hcl).unwrap();
    let configuration = &synthesis.stacks[0].configuration;
    let (_, written) = configuration.split_once("\n\nprovider").unwrap();
    let (_, expected) =
        include_str!("../../tests/fixtures/provider/main.tf").split_once("\n\nprovider").unwrap();
    assert_eq!(written, expected, "{configuration}");
}

#[test]
fn enum_values_use_the_providers_spelling() {
    assert_eq!(format!("{:?}", cloudy::Size::_2xLarge), "2x large");
}
