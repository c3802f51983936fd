//! Tests the import of a fictitious provider: nothing here knows AWS.
#![cfg(feature = "import")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::{Path, PathBuf};

use iac_codegen::import::{Imported, Input, import};
use iac_codegen::load::{KnowledgeFiles, load, load_raw};
use iac_codegen::model::Knowledge;
use iac_codegen::print::{print_provider, print_service};

fn fixture(file: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/provider")).join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(fixture(file)).unwrap()
}

fn input(schema: &str) -> Input<'_> {
    Input { version: Some("1.2.3"), ..Input::new(schema) }
}

fn earlier() -> Knowledge {
    load_raw(&KnowledgeFiles::read(&fixture("knowledge"), |_| true).unwrap()).unwrap()
}

fn assert_is_the_fixture(imported: &Imported) {
    let service = &imported.knowledge.services[0];
    assert_eq!(imported.knowledge.services.len(), 1);
    assert_eq!(print_service(service), read("knowledge/cloudy.schema"));
    assert_eq!(print_provider(&imported.knowledge.provider), read("knowledge/provider.schema"));
}

#[test]
fn schema_and_facts_become_knowledge() {
    let (schema, facts) = (read("schema.json"), read("facts.json"));
    let imported = import(Input { facts: Some(&facts), ..input(&schema) }).unwrap();
    assert_is_the_fixture(&imported);
    assert_eq!(
        imported.dropped,
        [
            "cloudy_network.color: the schema has no such path",
            "cloudy_server.gone: named by conflicts_with but not in the schema",
            "cloudy_moon: the schema has no such type",
        ]
    );
}

#[test]
fn facts_and_version_are_kept_on_reimport() {
    let (schema, earlier) = (read("schema.json"), earlier());
    let imported = import(Input { version: None, earlier: Some(&earlier), ..input(&schema) }).unwrap();
    assert_is_the_fixture(&imported);
    assert!(imported.dropped.is_empty(), "{:?}", imported.dropped);
}

#[test]
fn facts_for_removed_paths_are_reported() {
    let (schema, earlier) = (read("schema.json").replace("\"gigabytes\"", "\"terabytes\""), earlier());
    let imported = import(Input { earlier: Some(&earlier), ..input(&schema) }).unwrap();
    assert_eq!(imported.dropped, ["cloudy_server.disk.gigabytes: the schema has no such path"]);
}

#[test]
fn reference_rules_apply() {
    let loaded = load(&KnowledgeFiles::read(&fixture("knowledge"), |_| true).unwrap()).unwrap();
    assert_eq!(loaded.kinds, ["Network"]);
}

#[test]
fn new_types_join_the_service_of_similar_names() {
    let schema = read("schema.json").replace("cloudy_token", "cloudy_server_token");
    let services = r#"{"compute": {"resource": ["cloudy_server"]}, "net": {"resource": ["cloudy_network"], "data_source": ["cloudy_network"]}}"#;
    let imported = import(Input { services: Some(services), ..input(&schema) }).unwrap();
    let types = imported.knowledge.services.iter().map(|service| {
        let entities: Vec<&str> = service.entities.iter().map(|entity| entity.type_name.as_str()).collect();
        (service.name.as_str(), entities)
    });
    assert_eq!(
        types.collect::<Vec<_>>(),
        [
            ("compute", vec!["cloudy_server", "cloudy_server_token"]),
            ("net", vec!["cloudy_network", "cloudy_network"])
        ]
    );
}

#[test]
fn invalid_input_is_reported() {
    let schema = read("schema.json");
    let error = |input: Input<'_>| import(input).unwrap_err().to_string();
    assert_eq!(
        error(Input { version: None, ..input(&schema) }),
        "schema: the schema does not contain the provider's version"
    );
    assert_eq!(
        error(Input { source: Some("x"), ..input(&schema) }),
        "schema: has no provider `x`; it has: registry.terraform.io/example/cloudy"
    );
    assert_eq!(
        error(input("{}")),
        "schema: has no `provider_schemas`: is it the output of `terraform providers schema -json`?"
    );
    assert_eq!(
        error(input("{")),
        "schema:1: is not valid JSON: EOF while parsing an object at line 1 column 1"
    );
    assert_eq!(
        error(input(&schema.replace("\"dynamic\"", "\"anything\""))),
        "schema: cloudy_server.any: `\"anything\"` is not a type"
    );
    assert_eq!(
        error(input(&schema.replace("\"nesting_mode\": \"group\"", "\"nesting_mode\": \"crowd\""))),
        "schema: cloudy_server.always: `crowd` is not a nesting mode"
    );
    let services = r#"{"compute": {"resource": ["cloudy_server"]}}"#;
    assert_eq!(
        error(Input { services: Some(services), ..input(&schema) }),
        "services: cloudy_network: cannot determine the service (candidates: none)\n\
         services: cloudy_network: cannot determine the service (candidates: none)\n\
         services: cloudy_token: cannot determine the service (candidates: none)"
    );
    let facts = r#"{"cloudy_server": {"norms": {"name": ["color"]}}}"#;
    assert_eq!(
        error(Input { facts: Some(facts), ..input(&schema) }),
        "facts: cloudy_server: `color` is not a norm"
    );
}
