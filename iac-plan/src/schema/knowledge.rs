//! Schemas from the knowledge files of a provider, each parsed on first use.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use iac_schema::model::{EntityKind, Service};
use iac_schema::parse::{heads, parse_entity};
use iac_schema::{Error, Errors, Overlay};

use super::Schema;

/// The contents of the knowledge files.
#[derive(Clone, Copy, Debug)]
pub struct KnowledgeFiles {
    /// `provider.schema`.
    pub provider: &'static str,
    /// The content of each service's file, by the service's name.
    pub services: &'static [(&'static str, &'static str)],
    /// `overlay.rules`.
    pub overlay: &'static str,
    /// Further corrections in the same format, for the planner alone: code of the provider that takes part in planning.
    pub hooks: &'static str,
}

/// Knowledge of a provider, parsed lazily.
pub struct Knowledge {
    files: KnowledgeFiles,
    types: OnceLock<HashMap<EntityKind, HashMap<&'static str, KnownType>>>,
    corrections: OnceLock<Result<Mutex<[Overlay; 2]>, Errors>>,
}

/// A type, and the position of its first line.
struct KnownType {
    service: &'static str,
    text: &'static str,
    offset: usize,
    schema: OnceLock<Result<Arc<Schema>, Errors>>,
}

impl Knowledge {
    /// Creates the knowledge from the contents of its files.
    #[must_use]
    pub const fn new(files: KnowledgeFiles) -> Self {
        Self { files, types: OnceLock::new(), corrections: OnceLock::new() }
    }

    /// Returns the source address of the provider: `registry.terraform.io/hashicorp/aws`.
    #[must_use]
    pub fn source(&self) -> &'static str {
        let line = self.files.provider.lines().find_map(|line| line.strip_prefix("source "));
        line.unwrap_or_default()
    }

    /// Returns the schema of a type, or `None` if the provider has no such type.
    ///
    /// # Errors
    ///
    /// Returns the errors of the knowledge files, if the type's entry is invalid.
    pub fn schema(&self, kind: EntityKind, type_name: &str) -> Result<Option<Arc<Schema>>, Errors> {
        let Some(known) = self.known().get(&kind).and_then(|types| types.get(type_name)) else {
            return Ok(None);
        };
        known.schema.get_or_init(|| self.read(known).map(Arc::new)).clone().map(Some)
    }

    /// Returns the names of all types of a kind, sorted.
    #[must_use]
    pub fn types(&self, kind: EntityKind) -> Vec<&'static str> {
        let mut types: Vec<_> =
            self.known().get(&kind).into_iter().flat_map(HashMap::keys).copied().collect();
        types.sort_unstable();
        types
    }

    fn known(&self) -> &HashMap<EntityKind, HashMap<&'static str, KnownType>> {
        self.types.get_or_init(|| {
            let mut types: HashMap<_, HashMap<_, _>> = HashMap::new();
            for &(service, text) in self.files.services.iter().chain([&("provider", self.files.provider)]) {
                for head in heads(text) {
                    let known = KnownType { service, text, offset: head.offset, schema: OnceLock::new() };
                    types.entry(head.kind).or_default().insert(head.type_name, known);
                }
            }
            types
        })
    }

    fn read(&self, place: &KnownType) -> Result<Schema, Errors> {
        let file = format!("{}.schema", place.service);
        let mut service = parse_entity(&file, place.service, place.text, place.offset)?;
        let corrections = self.corrections.get_or_init(|| {
            let overlay = Overlay::parse("overlay.rules", self.files.overlay)?;
            let hooks = Overlay::parse("hooks.rules", self.files.hooks)?;
            Ok(Mutex::new([overlay, hooks]))
        });
        let mut errors = Errors::default();
        let mut corrections =
            corrections.as_ref().map_err(Errors::clone)?.lock().unwrap_or_else(PoisonError::into_inner);
        for overlay in corrections.iter_mut() {
            overlay.apply(&mut service, &mut errors);
        }
        drop(corrections);
        errors.into_result()?;
        the_only_one(&file, &service)
    }
}

fn the_only_one(file: &str, service: &Service) -> Result<Schema, Errors> {
    let entity = service.entities.first();
    let entity = entity.ok_or_else(|| Error::new(file, 0, "expected a type"))?;
    Ok(Schema::new(service, entity))
}

impl fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Knowledge").field("source", &self.source()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: KnowledgeFiles = KnowledgeFiles {
        provider: "source example.com/a/x\nversion 1\nfacts -\n\nprovider x\n  region: string optional\n",
        services: &[(
            "s",
            "resource x_a version=2 legacy\n  one: block(list)\n    name: string required\n\n\
             resource x_b\n  objects: list(object) computed\n    id: string\n  one: block(set) max=1 same_as=x_a.one\n  \
             two: block(set) same_as=x_a.one\n",
        )],
        overlay: "x_b.one.name: force_new -- because\n",
        hooks: "",
    };

    #[test]
    fn type_is_read_with_its_overlay() {
        let knowledge = Knowledge::new(FILES);
        let schema = knowledge.schema(EntityKind::Resource, "x_b").unwrap().unwrap();
        assert_eq!(schema.type_name.as_str(), "x_b");
        let [one, two] = schema.block.blocks.as_slice() else { panic!("two blocks are there") };
        let force_new = |block: &crate::schema::NestedBlock| block.block.attributes[0].facts.force_new;
        assert_eq!(force_new(one), crate::schema::ForceNew::Yes);
        assert_eq!(force_new(two), crate::schema::ForceNew::No);
        assert_eq!(format!("{:?}", schema.block.attributes[0].ty), TYPE);
        let cached = knowledge.schema(EntityKind::Resource, "x_b").unwrap().unwrap();
        assert!(Arc::ptr_eq(&schema, &cached));
        let a = knowledge.schema(EntityKind::Resource, "x_a").unwrap().unwrap();
        assert_eq!((a.version, a.legacy), (2, true));
        let provider = knowledge.schema(EntityKind::Provider, "x").unwrap().unwrap();
        assert!(provider.block.attribute("region").is_some());
    }

    const TYPE: &str =
        r#"List(Object([ObjectAttribute { name: "id", ty: String, optional: false, default: None }]))"#;

    #[test]
    fn missing_type_is_none() {
        let knowledge = Knowledge::new(FILES);
        assert!(knowledge.schema(EntityKind::Resource, "x_c").unwrap().is_none());
        assert!(knowledge.schema(EntityKind::DataSource, "x_a").unwrap().is_none());
        assert_eq!(knowledge.types(EntityKind::Resource), ["x_a", "x_b"]);
    }

    #[test]
    fn invalid_knowledge_is_an_error() {
        let services = &[("s", "resource x_a\n  a: text optional\n")];
        let knowledge = Knowledge::new(KnowledgeFiles { services, overlay: "", ..FILES });
        let errors = knowledge.schema(EntityKind::Resource, "x_a").unwrap_err();
        assert_eq!(errors.to_string(), "s.schema:2: `text` is not a type");
    }
}
