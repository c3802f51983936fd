//! The knowledge of hashicorp/aws, embedded for the planner.

use std::sync::{Arc, LazyLock};

use iac_aws::knowledge::{OVERLAY, PROVIDER, SERVICES};
use iac_plan::plan::{Provider, ProviderEntry, Table};
use iac_plan::schema::{Knowledge, KnowledgeFiles};

/// The files of 6.58.0: those of the provider, and the changes to the services of 5.100.0.
const FILES_6: KnowledgeFiles = KnowledgeFiles {
    provider: include_str!("../knowledge/6.58.0/provider.schema"),
    services: SERVICES,
    overlay: include_str!("../knowledge/6.58.0/overlay.rules"),
    hooks: "",
};
/// How the provider upgrades recorded attributes.
const UPGRADES: &str = include_str!("../upgrades.rules");
const CHANGES_6: &str = include_str!("../knowledge/6.58.0/services.changes");

/// Returns the knowledge of a version: one of [`VERSIONS`](crate::versions::VERSIONS), or that of the bindings.
///
/// All callers share it, so that the index and each type are read once.
#[must_use]
pub fn knowledge(version: &str) -> Arc<Knowledge> {
    static KNOWN: LazyLock<[Arc<Knowledge>; 2]> = LazyLock::new(|| {
        [Knowledge::with_changes(FILES_6, CHANGES_6), Knowledge::new(texts())].map(Arc::new)
    });

    let [new, bindings] = &*KNOWN;
    Arc::clone(if version == new.version() { new } else { bindings })
}

/// Code of the provider that takes part in planning, as data.
const HOOKS: &str = include_str!("../hooks.rules");

/// The texts of the version that the bindings are made from, for the planner.
#[must_use]
pub const fn texts() -> KnowledgeFiles {
    KnowledgeFiles { provider: PROVIDER, services: SERVICES, overlay: OVERLAY, hooks: HOOKS }
}

/// The source address of the provider.
pub const SOURCE: &str = "registry.terraform.io/hashicorp/aws";

/// Returns the planner's table for the provider: it answers from the knowledge.
#[must_use]
pub fn table() -> Table {
    table_of(knowledge(""))
}

/// Returns the table of a version.
pub(crate) fn table_of(knowledge: Arc<Knowledge>) -> Table {
    Table::from(knowledge)
        .with_functions(crate::functions::call)
        .with_data_sources(crate::data_sources::compute)
        .with_upgrades(UPGRADES)
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

    use super::{SOURCE, knowledge};
    use crate::versions::VERSIONS;

    #[test]
    fn every_type_can_be_read() {
        let counts = VERSIONS.map(|version| {
            let knowledge = knowledge(version);
            assert_eq!((knowledge.source(), knowledge.version()), (SOURCE, version));
            read_all(&knowledge)
        });
        assert_eq!(counts, [[1691, 673, 10], [1526, 608, 7]]);
    }

    /// Reads all types, and returns their number by kind.
    fn read_all(knowledge: &Knowledge) -> [usize; 3] {
        for kind in EntityKind::ALL {
            for type_name in knowledge.types(kind) {
                let schema = knowledge.schema(kind, type_name).unwrap_or_else(|errors| panic!("{errors}"));
                assert_eq!(schema.map(|schema| schema.kind), Some(kind), "{type_name}");
            }
        }
        [EntityKind::Resource, EntityKind::DataSource, EntityKind::Ephemeral]
            .map(|kind| knowledge.types(kind).len())
    }
}
