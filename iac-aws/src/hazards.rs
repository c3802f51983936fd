//! What is lost or interrupted by which changes.

use std::sync::LazyLock;

use iac_core::review::Hazards;

/// What is lost or interrupted by which changes of the resources of AWS: what a review orders changes by.
///
/// The facts are from the documentation of the services, one line each.
#[must_use]
pub fn hazards() -> &'static Hazards {
    static HAZARDS: LazyLock<Hazards> = LazyLock::new(|| {
        Hazards::parse(include_str!("../hazards.rules")).expect("the test reads the same text")
    });
    &HAZARDS
}

#[cfg(all(test, feature = "knowledge"))]
mod tests {
    use iac_core::schema::{EntityKind, Knowledge};

    use super::hazards;

    #[test]
    fn hazards_refer_to_existing_types_and_arguments() {
        let knowledge = Knowledge::new(crate::knowledge::texts());
        for (type_name, path) in hazards().places() {
            let schema = knowledge.schema(EntityKind::Resource, type_name).expect("the knowledge is valid");
            let schema = schema.unwrap_or_else(|| panic!("unknown type {type_name}"));
            let Some(path) = path else { continue };
            let mut block = &schema.block;
            let mut names = path.split('.').peekable();
            while let Some(name) = names.next() {
                if names.peek().is_none() && block.attribute(name).is_some() {
                    break;
                }
                let nested = block.blocks.iter().find(|nested| nested.name == name);
                block = &nested.unwrap_or_else(|| panic!("unknown path {type_name}.{path}")).block;
            }
        }
    }
}
