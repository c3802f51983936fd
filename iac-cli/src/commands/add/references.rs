//! References between types, as far as names suggest them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use iac_codegen::model::{Block, EntityKind, Knowledge, Type};

/// The explanation at the top of the file.
pub(super) const HEADER: &str = "\
# Arguments that refer to other types: `kind TYPE id:id`, then `refer ARGUMENT id TYPE`. Guessed from names when the crate was
# created; later versions of the provider do not change this file.
";

/// Guesses that an argument `zone_id` refers to the ID of the type `cloudflare_zone`, if there is one.
pub(super) fn guess(knowledge: &Knowledge) -> String {
    let prefix = format!("{}_", knowledge.provider.name());
    let mut identified = BTreeMap::new();
    let mut arguments = BTreeSet::new();
    for entity in knowledge.services.iter().flat_map(|service| &service.entities) {
        let name = entity.type_name.strip_prefix(&prefix).unwrap_or(&entity.type_name);
        if entity.kind == EntityKind::Resource && has_id(&entity.block) {
            identified.insert(name, &entity.type_name);
        }
        let settable =
            entity.block.attributes.iter().filter(|attribute| attribute.required || attribute.optional);
        let strings = settable.filter(|attribute| attribute.ty == Type::String);
        arguments.extend(strings.filter_map(|attribute| attribute.name.strip_suffix("_id")));
    }
    let mut out = String::from(HEADER);
    for argument in arguments {
        if let Some(type_name) = identified.get(argument) {
            let _ = write!(out, "\nkind {type_name} id:id\nrefer {argument}_id id {type_name}\n");
        }
    }
    out
}

fn has_id(block: &Block) -> bool {
    block.attributes.iter().any(|attribute| attribute.name == "id" && attribute.ty == Type::String)
}
