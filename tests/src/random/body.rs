//! Random bodies of resources, in Terraform JSON.

use fastrand::Rng;
use iac_codegen::model::{Block, Nested, NestingMode, Service, Type};
use serde_json::{Map, Value};

use super::choice::{Choice, Paths, Rules};
use super::types::ResourceType;
use super::values::value;

/// The maximum nesting depth of random arguments.
const DEPTH: usize = 3;

/// The arguments that random instances of a type may set.
#[derive(Debug)]
pub struct Bodies<'a> {
    service: &'a Service,
    block: &'a Block,
    rules: Rules<'a>,
    optional: Vec<String>,
}

impl<'a> Bodies<'a> {
    /// Collects the arguments of a type.
    #[must_use]
    pub fn new(ResourceType { service, entity }: ResourceType<'a>) -> Self {
        let mut optional = Vec::new();
        collect(service, &entity.block, "", DEPTH, &mut optional);
        optional
            .retain(|path| path != "id" || entity.block.attribute("id").is_some_and(|id| entity.takes(id)));
        Self { service, block: &entity.block, rules: Rules::new(service, entity), optional }
    }

    /// Returns a body with all required and some optional arguments.
    pub fn random(&self, rng: &mut Rng, optional: usize) -> Map<String, Value> {
        let taken = self.take(rng, self.rules.required(), optional);
        self.body(rng, self.block, &Choice::Required(taken))
    }

    fn take(&self, rng: &mut Rng, mut taken: Paths, optional: usize) -> Paths {
        for _ in 0..optional {
            let Some(path) = rng.choice(&self.optional) else { break };
            if let Some(more) = self.rules.join(&taken, path) {
                taken = more;
            }
        }
        taken
    }

    fn body(&self, rng: &mut Rng, block: &Block, choice: &Choice) -> Map<String, Value> {
        let mut body = Map::new();
        for attribute in &block.attributes {
            let is_member = !attribute.computed && !attribute.is_argument();
            if !(attribute.is_required() || choice.takes(&attribute.name) || is_member && rng.bool()) {
                continue;
            }
            let value = match &attribute.ty {
                Type::Nested(nested) => self.nested(rng, *nested, &choice.inside(&attribute.name)),
                Type::List(element) | Type::Set(element) if element.shape().is_some() => {
                    Value::Array(vec![self.object(rng, element)])
                }
                ty if ty.shape().is_some() => self.object(rng, ty),
                _ => value(rng, attribute),
            };
            body.insert(attribute.name.clone(), value);
        }
        for nested in &block.blocks {
            if nested.is_required() || choice.takes(&nested.name) {
                let value = self.nested(rng, nested.nested, &choice.inside(&nested.name));
                body.insert(nested.name.clone(), value);
            }
        }
        body
    }

    /// An object in an attribute: Terraform JSON must list every key.
    fn object(&self, rng: &mut Rng, ty: &Type) -> Value {
        let Some(shape) = ty.shape() else { return Value::Null };
        let block = self.service.shape(shape);
        let mut body = self.body(rng, block, &Choice::Required(Paths::new()));
        for attribute in &block.attributes {
            body.entry(attribute.name.clone()).or_insert(Value::Null);
        }
        Value::Object(body)
    }

    fn nested(&self, rng: &mut Rng, nested: Nested, choice: &Choice) -> Value {
        let least = nested.min_items.max(1);
        let most = if nested.max_items == 0 { least + 1 } else { nested.max_items.min(least + 1) };
        let count = rng.u64(least..=most);
        let mut one = || Value::Object(self.body(rng, self.service.shape(nested.shape), choice));
        match nested.mode {
            NestingMode::Single | NestingMode::Group => one(),
            NestingMode::Map => Value::Object(Map::from_iter([("key".to_owned(), one())])),
            NestingMode::List | NestingMode::Set => (0..count).map(|_| one()).collect(),
        }
    }

    /// Returns the paths that may be set.
    #[must_use]
    pub fn optional(&self) -> &[String] {
        &self.optional
    }

    /// Returns a random value for one argument or block.
    pub fn member(&self, rng: &mut Rng, path: &str) -> Option<Value> {
        let first = path.split('.').next().unwrap_or(path);
        let taken = self.rules.join(&self.rules.required(), path)?;
        self.body(rng, self.block, &Choice::Required(taken)).remove(first)
    }
}

fn collect(service: &Service, block: &Block, prefix: &str, depth: usize, out: &mut Vec<String>) {
    if depth == 0 {
        return;
    }
    let path = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    for attribute in &block.attributes {
        // Providers overwrite `tags_all`; its being settable is an accident of the schema.
        let is_taken = attribute.optional && attribute.name != "tags_all";
        if is_taken && !attribute.deprecated && !attribute.write_only {
            out.push(path(&attribute.name));
        }
    }
    for nested in &block.blocks {
        if !nested.is_required() {
            out.push(path(&nested.name));
        }
        collect(service, service.shape(nested.nested.shape), &path(&nested.name), depth - 1, out);
    }
}
