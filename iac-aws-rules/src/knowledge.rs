//! The knowledge of hashicorp/aws, embedded for the planner.

use iac_aws::knowledge::{OVERLAY, PROVIDER, SERVICES};
use iac_plan::schema::KnowledgeFiles;

/// The texts, for the planner.
#[must_use]
pub const fn texts() -> KnowledgeFiles {
    KnowledgeFiles { provider: PROVIDER, services: SERVICES, overlay: OVERLAY }
}

#[cfg(test)]
mod tests {
    use iac_plan::schema::{EntityKind, Knowledge};

    use super::texts;

    #[test]
    fn every_type_can_be_read() {
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
}
