//! The resource types that programs are made of.

use iac_aws::knowledge;
use iac_codegen::load::{KnowledgeFiles, load};
use iac_codegen::model::{Entity, EntityKind, Service};

/// Types whose schema nests so deeply that a random instance means nothing, or at which the provider crashes.
const LEFT_OUT: &[&str] =
    &["aws_quicksight_", "aws_wafv2_", "aws_ami_copy", "aws_elb", "aws_lexv2models_", "aws_medialive_"];

/// Every managed resource type of the provider.
#[derive(Debug)]
pub struct Types {
    services: Vec<Service>,
    /// Service and entity of each type.
    types: Vec<(usize, usize)>,
}

/// A resource type, and the service with its shapes.
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
    /// If the knowledge is damaged.
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

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// The type at a position.
    #[must_use]
    pub fn get(&self, position: usize) -> ResourceType<'_> {
        let (service, entity) = self.types[position];
        let service = &self.services[service];
        ResourceType { service, entity: &service.entities[entity] }
    }

    /// The type of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ResourceType<'_>> {
        (0..self.len()).map(|position| self.get(position)).find(|each| each.entity.type_name == name)
    }
}
