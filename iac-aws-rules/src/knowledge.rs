//! The knowledge of hashicorp/aws, embedded for the planner.

use iac_aws::knowledge::{OVERLAY, PROVIDER, SERVICES};
use iac_plan::plan::{Provider, ProviderEntry, Table};
use iac_plan::schema::KnowledgeFiles;

/// The texts, for the planner.
#[must_use]
pub const fn texts() -> KnowledgeFiles {
    KnowledgeFiles { provider: PROVIDER, services: SERVICES, overlay: OVERLAY }
}

/// The source address of the provider.
pub const SOURCE: &str = "registry.terraform.io/hashicorp/aws";

/// Returns the planner's table for the provider: it answers from the knowledge.
#[must_use]
pub fn table() -> Table {
    Table::new(texts()).with_functions(crate::functions::call).with_data_sources(crate::data_sources::compute)
}

/// Returns what answers for `hashicorp/aws` in a plan: the [`table`], or the provider's binary.
///
/// ```
/// let table = iac_aws_rules::table();
/// assert_eq!(iac_aws_rules::provider(&table).source, "registry.terraform.io/hashicorp/aws");
/// ```
#[must_use]
pub fn provider(provider: &dyn Provider) -> ProviderEntry<'_> {
    ProviderEntry { source: SOURCE, provider }
}

#[cfg(test)]
mod tests {
    use iac_plan::schema::{EntityKind, Knowledge};

    use super::{SOURCE, texts};

    #[test]
    fn every_type_can_be_read() {
        let knowledge = Knowledge::new(texts());
        assert_eq!(knowledge.source(), SOURCE);
        for kind in EntityKind::ALL {
            for type_name in knowledge.types(kind) {
                let schema = knowledge.schema(kind, type_name).unwrap_or_else(|errors| panic!("{errors}"));
                assert_eq!(schema.map(|schema| schema.kind), Some(kind), "{type_name}");
            }
        }
        assert_eq!(knowledge.types(EntityKind::Resource).len(), 1526);
    }
}
