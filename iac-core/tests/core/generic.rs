//! Resources and providers without bindings.

use iac_core::prelude::*;
use iac_core::{Check, Import, Module, Moved, Provider, Resource, Terraform, object};

use super::diagnostics::problems;
use super::meta_arguments::rendered;
use super::provider::Network;

#[test]
fn generic_resources_have_arguments_blocks_and_meta_arguments() {
    let stack = Stack::new("test");
    let token = stack.add(Variable::<String>::new("token").sensitive());
    stack.add(Provider::of("acme/cloud", "~> 2.1").argument("token", token));
    let eu = stack.add(
        Provider::of("acme/cloud", "~> 2.1").alias("eu").block("retry", |retry| retry.argument("times", 3)),
    );
    let zone = stack.add(Resource::data("cloud_zone", "main").argument("name", "example.com"));
    let record = stack.add(
        Resource::of("cloud_record", "www")
            .provider(&eu)
            .argument("zone_id", zone.attribute("id"))
            .argument("labels", object! { "a": "b" })
            .block("target", |target| {
                target.argument("address", "192.0.2.1").block("weight", |weight| weight.argument("value", 1))
            })
            .dynamic(["x", "y"], |record, each| {
                record.block("alias", |alias| alias.argument("name", each.value))
            })
            .create_before_destroy(true)
            .ignore_changes(["labels"])
            .precondition(zone.attribute("active"), "The zone must be active"),
    );
    let many = stack.add(
        Resource::of("cloud_record", "numbered")
            .depends_on(&record)
            .for_each([("a", "192.0.2.2")], |record, each| record.argument("address", each.value)),
    );
    let secret = stack.add(Resource::ephemeral("cloud_secret", "main"));
    stack.add(Resource::of("terraform_data", "marker").argument("triggers_replace", record.attribute("id")));
    stack.add(Moved::new("cloud_record.old", &record));
    stack.add(Import::new(&many.get("a"), "r-1"));
    stack.add(Module::new("site", "./site").provider("cloud", &eu).input("zone", zone.attribute("id")));
    stack.add(
        Check::new("zone")
            .data(Resource::data("cloud_zone", "now").argument("name", "example.com"))
            .assert(iac_core::raw::<bool>("data.cloud_zone.now.active"), "The zone is not active"),
    );
    stack.add(Output::new("first", many.get("a").attribute("id")));
    stack.add(Output::new("key", record.sensitive_attribute("key")).sensitive());
    let _ = secret;
    insta::assert_snapshot!(stack.render_hcl().unwrap_or_else(|diagnostics| panic!("{diagnostics}")));
}

#[test]
fn generic_types_use_the_provider_of_bindings() {
    let text = rendered(|stack| {
        let other = stack.nested("").add(Provider::of("example/fake", "1.2.3").alias("other"));
        let scope = stack.nested("site").provider(&other);
        scope.add(Network::builder("typed"));
        scope.add(Resource::of("fake_new_thing", "generic"));
        stack.amend_each::<Network>(|network| network.argument("size", 1));
        stack.add(Resource::of("fake_network", "amended"));
        stack.amend_each::<Network>(|network| network.argument("size", 2));
    });
    insta::assert_snapshot!(text);
}

#[test]
fn providers_of_generic_resources_are_required_once() {
    let stack = Stack::new("test");
    stack.add(Terraform::new().required_provider("random", "hashicorp/random", "~> 3.7"));
    stack.add(Resource::of("random_pet", "name"));
    stack.add(Resource::of("terraform_data", "marker"));
    stack.add(Network::builder("main"));
    stack.add(Resource::of("fake_new_thing", "generic"));
    let hcl = stack.render_hcl().unwrap();
    let (settings, _) = hcl.split_once("\n}\n").unwrap();
    let (_, providers) = settings.split_once("required_providers").unwrap();
    insta::assert_snapshot!(providers);
}

#[test]
fn values_of_generic_resources_reach_other_stacks() {
    let app = App::new();
    let (dns, site) = (app.stack("dns"), app.stack("site"));
    dns.add(Provider::of("acme/cloud", "~> 2.1"));
    let zone = dns.add(Resource::of("cloud_zone", "main"));
    site.add(Output::new("zone", zone.attribute("id")));
    site.add(Output::new("key", zone.sensitive_attribute("key")).sensitive());
    let synthesis = app.synthesize(iac_core::synth::Syntax::Hcl).unwrap();
    let dns = &synthesis.stacks[0].configuration;
    assert!(dns.contains("output \"cloud_zone_main_id\" {\n  value = cloud_zone.main.id\n}"), "{dns}");
    assert!(dns.contains("value     = cloud_zone.main.key\n  sensitive = true"), "{dns}");
}

#[test]
fn invalid_generic_resources_are_reported() {
    insta::assert_snapshot!(problems(|_, stack| {
        stack.add(Resource::of("cloud_zone", "main"));
        stack.add(Resource::data("cloud_record", "main"));
        stack.add(Resource::of("cloud zone", "spaced"));
        stack.add(Resource::of("_zone", "nameless"));
        stack.add(Provider::of("https://acme/cloud", "1.0.0"));
        let vault = stack.add(Provider::of("hashicorp/vault", "~> 5.0").alias("main"));
        let secret = stack.add(Resource::of("vault_secret", "main").provider(&vault));
        stack.add(Output::new("password", secret.sensitive_attribute("password")));
        stack.add(Provider::of("hashicorp/vault", "~> 4.0"));
    }));
}
