//! Tests that the knowledge of the AWS provider is complete and that all of its rules apply.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;

use iac_codegen::load::{KnowledgeFiles, load, load_raw, service_names};
use iac_codegen::model::{EntityKind, ForceNew, Identifier, Literal, Member};
use iac_codegen::print::{print_provider, print_service};

fn directory() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../iac-aws/knowledge"))
}

fn files() -> KnowledgeFiles<'static> {
    KnowledgeFiles::read(directory(), |_| true).unwrap()
}

#[test]
fn all_types_are_loaded() {
    let knowledge = load_raw(&files()).unwrap();
    let count = |kind: EntityKind| {
        let entities = knowledge.services.iter().flat_map(|service| &service.entities);
        entities.filter(|entity| entity.kind == kind).count()
    };
    assert_eq!(knowledge.services.len(), 235);
    assert_eq!(count(EntityKind::Resource), 1526);
    assert_eq!(count(EntityKind::DataSource), 608);
    assert_eq!(count(EntityKind::Ephemeral), 7);
    assert_eq!(knowledge.provider.functions.len(), 3);
    assert_eq!(knowledge.provider.version, "5.100.0");
}

#[test]
fn printing_reproduces_the_files() {
    let files = files();
    let knowledge = load_raw(&files).unwrap();
    assert_eq!(print_provider(&knowledge.provider), files.provider);
    for (service, (name, text)) in knowledge.services.iter().zip(&files.services) {
        assert!(print_service(service) == *text, "{name} differs");
    }
}

#[test]
fn all_rules_apply() {
    if let Err(errors) = load(&files()) {
        panic!("{errors}");
    }
}

#[test]
fn facts_and_references_are_attached() {
    let loaded = load(&files()).unwrap();
    let service = loaded.knowledge.services.iter().find(|service| service.name == "ec2").unwrap();
    let attribute = |kind, type_name: &str, path: &str| match service
        .find(&service.entity(kind, type_name).unwrap().block, path)
    {
        Some(Member::Attribute(attribute)) => attribute.clone(),
        other => panic!("{type_name}.{path}: {other:?}"),
    };
    let refers_to = |type_name: &str, path: &str| {
        let reference = attribute(EntityKind::Resource, type_name, path).reference?;
        Some((reference.kind, reference.identifier))
    };
    assert_eq!(attribute(EntityKind::Resource, "aws_vpc", "cidr_block").facts.force_new, ForceNew::Yes);
    let tenancy = attribute(EntityKind::Resource, "aws_vpc", "instance_tenancy").facts;
    assert_eq!(tenancy.default, Some(Literal::String("default".to_owned())));
    assert_eq!(refers_to("aws_subnet", "vpc_id"), Some(("Vpc".to_owned(), Identifier::Id)));
    assert_eq!(refers_to("aws_default_vpc", "id"), Some(("Vpc".to_owned(), Identifier::Id)));
    assert_eq!(
        refers_to("aws_security_group", "ingress.security_groups"),
        refers_to("aws_security_group", "id")
    );
    assert_eq!(refers_to("aws_instance", "security_groups"), None);
    assert_eq!(refers_to("aws_route", "gateway_id"), None);
    assert_eq!(refers_to("aws_ebs_volume", "kms_key_id"), None);
    let data = attribute(EntityKind::DataSource, "aws_vpc", "id");
    assert_eq!(data.reference.unwrap().kind, "Vpc");
}

#[test]
fn selected_services_load_alone() {
    let files = KnowledgeFiles::read(directory(), |service| service == "ecs").unwrap();
    let loaded = load(&files).unwrap();
    assert_eq!(loaded.knowledge.services.len(), 1);
    assert!(loaded.kinds.contains(&"Vpc".to_owned()), "kinds include those of services that are not loaded");
    assert_eq!(loaded.names.short_name("ecs", "aws_ecs_service"), "Service");
}

#[test]
fn services_are_sorted() {
    assert!(service_names(directory()).unwrap().is_sorted());
}

#[test]
fn each_service_has_a_feature() {
    let manifest = include_str!("../../iac-aws/Cargo.toml");
    let services = service_names(directory()).unwrap();
    let all = manifest.split_once("\nall = [\n").unwrap().1.split_once("\n]\n").unwrap().0;
    let all: Vec<&str> = all.lines().map(|line| line.trim().trim_matches(['"', ','])).collect();
    assert_eq!(all, services);
    for service in services {
        assert!(manifest.contains(&format!("\n{service} = []\n")), "{service} has no feature");
    }
}
