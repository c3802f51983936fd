//! Programs: a few related resources.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::body::Bodies;
use super::types::Types;

/// A program of a few resources.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// Its number, unique in a batch.
    pub number: usize,
    /// The resources.
    pub resources: Vec<Resource>,
    /// Other top-level blocks, as Terraform JSON.
    pub others: Map<String, Value>,
}

/// A resource of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The type.
    pub type_name: String,
    /// The name.
    pub name: String,
    /// Its arguments, blocks and meta-arguments, as Terraform JSON.
    pub body: Map<String, Value>,
}

impl Resource {
    /// Returns the address.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}.{}", self.type_name, self.name)
    }
}

impl Program {
    /// Creates a program with a resource of a type and, in one of three cases, another resource that refers to it.
    #[must_use]
    pub fn random(number: usize, types: &Types, position: usize, rng: &mut Rng) -> Self {
        let mut program = Self { number, resources: Vec::new(), others: Map::new() };
        program.add(types, position % types.len(), rng);
        if rng.u8(0..3) == 0 {
            program.add(types, rng.usize(0..types.len()), rng);
            program.refer(rng);
        }
        program
    }

    fn add(&mut self, types: &Types, position: usize, rng: &mut Rng) {
        let resource_type = types.get(position);
        let optional = rng.choice([0, 1, 2, 4, 8]).unwrap_or(0);
        self.resources.push(Resource {
            type_name: resource_type.entity.type_name.clone(),
            name: format!("p{}_{}", self.number, self.resources.len()),
            body: Bodies::new(resource_type).random(rng, optional),
        });
    }

    /// Makes the last resource refer to the first one, if it has a free-form string argument.
    fn refer(&mut self, rng: &mut Rng) {
        let (Some(first), Some(last)) =
            (self.resources.first().map(Resource::address), self.resources.last_mut())
        else {
            return;
        };
        let free = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("example"));
        let names: Vec<String> =
            last.body.iter().filter(|(_, value)| free(value)).map(|(name, _)| name.clone()).collect();
        if let Some(name) = rng.choice(names) {
            last.body.insert(name, json!(format!("${{{first}.id}}")));
        }
    }

    /// Returns the configuration as Terraform JSON.
    #[must_use]
    pub fn config(&self) -> Value {
        let mut types = Map::new();
        for resource in &self.resources {
            let names = types.entry(resource.type_name.clone()).or_insert_with(|| json!({}));
            names[&resource.name] = Value::Object(resource.body.clone());
        }
        let mut config = self.others.clone();
        config.insert("resource".to_owned(), Value::Object(types));
        Value::Object(config)
    }
}
