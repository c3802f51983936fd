//! The provider knowledge that the bindings are generated from, embedded as text.
//!
//! For tools that look up facts; `iac_codegen::load` and `iac_schema` read the format. It is several megabytes, so
//! programs that only describe infrastructure should leave the feature `knowledge` disabled.

use iac_core::schema::KnowledgeTexts;

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

/// Returns the knowledge for the planner.
#[must_use]
pub const fn texts() -> KnowledgeTexts {
    KnowledgeTexts { provider: PROVIDER, services: SERVICES, overlay: OVERLAY }
}

#[cfg(test)]
mod tests {
    use iac_core::schema::{EntityKind, Knowledge};

    use super::{SERVICES, texts};

    #[test]
    fn every_type_has_a_valid_schema() {
        let knowledge = Knowledge::new(texts());
        assert_eq!(knowledge.source(), "registry.terraform.io/hashicorp/aws");
        for kind in EntityKind::ALL {
            for type_name in knowledge.types(kind) {
                let schema = knowledge.schema(kind, type_name).unwrap_or_else(|errors| panic!("{errors}"));
                assert_eq!(schema.map(|schema| schema.kind), Some(kind), "{type_name}");
            }
        }
        assert_eq!(knowledge.types(EntityKind::Resource).len(), 1526);
    }

    #[test]
    fn services_are_sorted_by_name() {
        assert!(SERVICES.is_sorted_by_key(|(name, _)| name));
        assert!(SERVICES.iter().any(|&(name, text)| name == "ec2" && text.contains("\nresource aws_vpc ")));
    }
}
