//! The resource types used in random programs.

use iac_aws::knowledge;
use iac_codegen::load::{KnowledgeFiles, load};
use iac_codegen::model::{Entity, EntityKind, Service};

/// Excluded types: their schemas nest so deeply that random instances are meaningless, or they crash the provider.
const LEFT_OUT: &[&str] =
    &["aws_quicksight_", "aws_wafv2_", "aws_ami_copy", "aws_elb", "aws_lexv2models_", "aws_medialive_"];

/// All managed resource types of the provider.
#[derive(Debug)]
pub struct Types {
    services: Vec<Service>,
    /// The indices of service and entity for each type.
    types: Vec<(usize, usize)>,
}

/// A resource type, and the service that contains its shapes.
#[derive(Debug, Clone, Copy)]
pub struct ResourceType<'a> {
    /// The service.
    pub service: &'a Service,
    /// The type.
    pub entity: &'a Entity,
}

impl Types {
    /// Reads the knowledge.
    ///
    /// # Panics
    ///
    /// Panics if the knowledge is invalid.
    #[must_use]
    pub fn load() -> Self {
        let files = KnowledgeFiles {
            provider: knowledge::PROVIDER.into(),
            services: knowledge::SERVICES.iter().map(|&(name, text)| (name.into(), text.into())).collect(),
            complete: true,
            names: knowledge::NAMES.into(),
            references: knowledge::REFERENCES.into(),
            overlay: knowledge::OVERLAY.into(),
        };
        let services = load(&files).expect("the knowledge is sound").knowledge.services;
        let mut types = Vec::new();
        for (position, service) in services.iter().enumerate() {
            for (entity, each) in service.entities.iter().enumerate() {
                let left_out = LEFT_OUT.iter().any(|prefix| each.type_name.starts_with(prefix));
                if each.kind == EntityKind::Resource && !left_out {
                    types.push((position, entity));
                }
            }
        }
        Self { services, types }
    }

    /// Returns the number of types.
    #[must_use]
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// Returns `true` if there are no types.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// Returns the type at an index.
    #[must_use]
    pub fn get(&self, position: usize) -> ResourceType<'_> {
        let (service, entity) = self.types[position];
        let service = &self.services[service];
        ResourceType { service, entity: &service.entities[entity] }
    }

    /// Returns the type with the name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ResourceType<'_>> {
        (0..self.len()).map(|position| self.get(position)).find(|each| each.entity.type_name == name)
    }
}
