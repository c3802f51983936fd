//! Schemas from the knowledge files of a provider, each parsed on first use.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use iac_schema::changes::{self, Edit};
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
    /// Changes to the services' files, if this is another version than theirs.
    changes: &'static str,
    services: OnceLock<Vec<ServiceText>>,
    types: OnceLock<HashMap<EntityKind, HashMap<&'static str, KnownType>>>,
    corrections: OnceLock<Result<Mutex<[Overlay; 2]>, Errors>>,
}

/// A type, and the position of its service.
struct KnownType {
    service: usize,
    schema: OnceLock<Result<Arc<Schema>, Errors>>,
}

/// The text of a service.
struct ServiceText {
    name: &'static str,
    base: &'static str,
    /// The changes to the text.
    changes: &'static str,
    whole: OnceLock<Result<Indexed, Errors>>,
}

/// A text with its changes applied, and the offset of each type in it.
struct Indexed {
    text: Cow<'static, str>,
    offsets: HashMap<(EntityKind, String), usize>,
}

impl ServiceText {
    const fn new(name: &'static str, base: &'static str, changes: &'static str) -> Self {
        Self { name, base, changes, whole: OnceLock::new() }
    }

    fn file(&self) -> String {
        format!("{}.schema", self.name)
    }

    fn whole(&self) -> Result<&Indexed, Errors> {
        let index = || {
            let text = if self.changes.is_empty() {
                Cow::Borrowed(self.base)
            } else {
                Cow::Owned(changes::apply(&self.file(), self.base, self.changes)?)
            };
            let offsets = heads(&text).map(|head| ((head.kind, head.type_name.to_owned()), head.offset));
            Ok(Indexed { offsets: offsets.collect(), text })
        };
        self.whole.get_or_init(index).as_ref().map_err(Errors::clone)
    }

    /// Returns the types without applying the changes, which is only done for services that are used.
    fn types(&self) -> Vec<(EntityKind, &'static str)> {
        let mut types: Vec<_> = heads(self.base).map(|head| (head.kind, head.type_name)).collect();
        for change in changes::changes(self.changes) {
            match change.edit {
                Edit::New(_) => types.push((change.kind, change.type_name)),
                Edit::Gone => types.retain(|each| *each != (change.kind, change.type_name)),
                Edit::Lines(_) => {}
            }
        }
        types
    }
}

impl Knowledge {
    /// Creates the knowledge from the contents of its files.
    #[must_use]
    pub const fn new(files: KnowledgeFiles) -> Self {
        Self::with_changes(files, "")
    }

    /// Creates the knowledge of another version, as changes to the files of services. The other files are those of the
    /// version itself.
    #[must_use]
    pub const fn with_changes(files: KnowledgeFiles, changes: &'static str) -> Self {
        Self {
            files,
            changes,
            services: OnceLock::new(),
            types: OnceLock::new(),
            corrections: OnceLock::new(),
        }
    }

    /// Returns the version of the provider: `5.100.0`.
    #[must_use]
    pub fn version(&self) -> &'static str {
        let line = self.files.provider.lines().find_map(|line| line.strip_prefix("version "));
        line.unwrap_or_default()
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
        known.schema.get_or_init(|| self.read(known, kind, type_name).map(Arc::new)).clone().map(Some)
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
            for (service, text) in self.services().iter().enumerate() {
                for (kind, type_name) in text.types() {
                    let known = KnownType { service, schema: OnceLock::new() };
                    types.entry(kind).or_default().insert(type_name, known);
                }
            }
            types
        })
    }

    fn services(&self) -> &[ServiceText] {
        self.services.get_or_init(|| {
            let mut changes: HashMap<_, _> = changes::services(self.changes).collect();
            let mut services: Vec<_> = self
                .files
                .services
                .iter()
                .map(|&(name, base)| ServiceText::new(name, base, changes.remove(name).unwrap_or_default()))
                .collect();
            services.extend(changes.into_iter().map(|(name, changes)| ServiceText::new(name, "", changes)));
            services.push(ServiceText::new("provider", self.files.provider, ""));
            services
        })
    }

    fn read(&self, known: &KnownType, kind: EntityKind, type_name: &str) -> Result<Schema, Errors> {
        let place = &self.services()[known.service];
        let file = place.file();
        let whole = place.whole()?;
        let offset = whole.offsets.get(&(kind, type_name.to_owned())).copied().unwrap_or_default();
        let mut service = parse_entity(&file, place.name, &whole.text, offset)?;
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
    fn changes_yield_another_version() {
        const CHANGES: &str = "service s\n~resource x_a\n-resource x_a version=2 legacy\n+resource x_a version=3 legacy\n\
             gone resource x_b\nservice t\nnew resource x_t\n  one: string optional\n";
        let knowledge = Knowledge::with_changes(KnowledgeFiles { overlay: "", ..FILES }, CHANGES);
        assert_eq!(knowledge.types(EntityKind::Resource), ["x_a", "x_t"]);
        let schema = |name: &str| knowledge.schema(EntityKind::Resource, name).unwrap();
        assert_eq!(schema("x_a").unwrap().version, 3);
        assert_eq!(schema("x_t").unwrap().block.attributes[0].name.as_str(), "one");
        assert!(schema("x_b").is_none());
        assert_eq!(Knowledge::new(FILES).version(), "1");
    }

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
