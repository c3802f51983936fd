//! Data loss, interruptions and lost protections.

use std::sync::LazyLock;

use iac_review::review::Hazards;

/// Returns the hazards of AWS resources: changes that lose data, interrupt services or remove protections. Reviews
/// order changes by them.
///
/// The facts are from the documentation of the services.
#[must_use]
pub fn hazards() -> &'static Hazards {
    static HAZARDS: LazyLock<Hazards> = LazyLock::new(|| {
        Hazards::parse(include_str!("../hazards.rules")).expect("the embedded hazards are valid")
    });
    &HAZARDS
}

#[cfg(test)]
mod tests {
    use iac_plan::schema::{EntityKind, Knowledge};

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
