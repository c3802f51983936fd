//! Conversion of the provider's schema into the model.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::FactsByPath;
use super::facts::EntityFacts;
use super::source::{Place, TypeSource};
use iac_schema::Error;
use iac_schema::model::{
    Attribute, Block, Entity, EntityKind, Facts, Function, Nested, NestedBlock, NestingMode, Parameter,
    Service, ShapeId, Type,
};
use iac_schema::print::entity_path;

/// Reads the types of one service. Each shape is stored once.
pub(super) struct Reader<'a> {
    service: Service,
    /// What the source of the provider says about the current type.
    source: Option<TypeSource<'a>>,
    shapes: HashMap<Block, ShapeId>,
    /// The facts about the current type that are not assigned to a path yet.
    facts: FactsByPath,
    /// The current path.
    path: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(service: &str) -> Self {
        Self {
            service: Service { name: service.to_owned(), entities: Vec::new(), shapes: Vec::new() },
            source: None,
            shapes: HashMap::new(),
            facts: FactsByPath::new(),
            path: String::new(),
        }
    }

    /// Completes the facts about the next type.
    pub(super) fn refined_by(&mut self, source: Option<TypeSource<'a>>) {
        self.source = source;
    }

    pub(super) fn into_service(self) -> Service {
        self.service
    }

    /// Reads one type. Facts without a matching path are reported.
    pub(super) fn entity(
        &mut self,
        kind: EntityKind,
        type_name: &str,
        schema: &Value,
        facts: EntityFacts,
        dropped: &mut Vec<String>,
    ) -> Result<(), Error> {
        let described = entity_path(kind, type_name);
        self.facts = facts.by_path;
        let block = self.block(&schema["block"]).map_err(|message| {
            Error::new(
                "schema",
                0,
                format!("{described}{}{}: {message}", if self.path.is_empty() { "" } else { "." }, self.path),
            )
        })?;
        dropped.extend(
            std::mem::take(&mut self.facts)
                .into_keys()
                .map(|path| format!("{described}.{path}: the schema has no such path")),
        );
        let mut entity = Entity {
            kind,
            type_name: type_name.to_owned(),
            schema_version: schema["version"].as_u64().unwrap_or(0),
            legacy: facts.legacy.unwrap_or_else(|| looks_legacy(&block)),
            customize_diff: facts.customize_diff,
            facts_source: facts.source,
            conflicts_with: Vec::new(),
            exactly_one_of: Vec::new(),
            at_least_one_of: Vec::new(),
            required_with: Vec::new(),
            block,
        };
        for (word, groups) in facts.groups {
            for group in groups {
                match group.iter().find(|path| self.service.find(&entity.block, path).is_none()) {
                    Some(path) => {
                        dropped.push(format!("{described}.{path}: named by {word} but not in the schema"));
                    }
                    None => entity.groups(word).expect("group keywords are known").push(group),
                }
            }
        }
        self.service.entities.push(entity);
        Ok(())
    }

    fn block(&mut self, schema: &Value) -> Result<Block, String> {
        let mut block = Block { deprecated: flag(schema, "deprecated"), ..Block::default() };
        for (name, attribute) in members(&schema["attributes"]) {
            let attribute = self.within(name, |reader| reader.attribute(name, attribute))?;
            block.attributes.push(attribute);
        }
        for (name, nested) in members(&schema["block_types"]) {
            let nested = self.within(name, |reader| {
                let facts = reader.take_facts(Place::Block);
                let shape = reader.block(&nested["block"])?;
                Ok(NestedBlock { name: name.to_owned(), nested: reader.nested(nested, shape)?, facts })
            })?;
            block.blocks.push(nested);
        }
        block.attributes.sort_by(|a, b| a.name.cmp(&b.name));
        block.blocks.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(block)
    }

    /// Reads a member with its name appended to the path. After an error, the path stays at the place of the error.
    fn within<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, String>,
    ) -> Result<T, String> {
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        let read = read(self)?;
        self.path.truncate(outer);
        Ok(read)
    }

    fn take_facts(&mut self, place: Place) -> Facts {
        let mut facts = self.facts.remove(&self.path).unwrap_or_default();
        if let Some(source) = &self.source {
            source.refine(&self.path, place, &mut facts);
        }
        facts
    }

    fn attribute(&mut self, name: &str, schema: &Value) -> Result<Attribute, String> {
        let facts = self.take_facts(Place::Attribute);
        let nested = &schema["nested_type"];
        let ty = if nested.is_null() {
            self.read_type(&schema["type"])?
        } else {
            let shape = self.block(nested)?;
            Type::Nested(self.nested(nested, shape)?)
        };
        let attribute = Attribute {
            name: name.to_owned(),
            ty,
            required: flag(schema, "required"),
            optional: flag(schema, "optional"),
            computed: flag(schema, "computed"),
            sensitive: flag(schema, "sensitive"),
            write_only: flag(schema, "write_only"),
            deprecated: flag(schema, "deprecated"),
            facts,
            reference: None,
        };
        if attribute.is_argument() || attribute.computed {
            Ok(attribute)
        } else {
            Err("is neither required, nor optional, nor computed".to_owned())
        }
    }

    fn nested(&mut self, schema: &Value, shape: Block) -> Result<Nested, String> {
        let word = schema["nesting_mode"].as_str().unwrap_or_default();
        let mode = NestingMode::ALL.into_iter().find(|mode| mode.as_str() == word);
        let mode = mode.ok_or_else(|| format!("`{word}` is not a nesting mode"))?;
        let count = |key: &str| schema[key].as_u64().unwrap_or(0);
        let shape = self.shape(shape);
        Ok(Nested { mode, min_items: count("min_items"), max_items: count("max_items"), shape })
    }

    fn shape(&mut self, shape: Block) -> ShapeId {
        let next = ShapeId(self.service.shapes.len());
        *self.shapes.entry(shape).or_insert_with_key(|shape| {
            self.service.shapes.push(shape.clone());
            next
        })
    }

    fn read_type(&mut self, value: &Value) -> Result<Type, String> {
        let unknown = || format!("`{value}` is not a type");
        if let Some(word) = value.as_str() {
            return match word {
                "string" => Ok(Type::String),
                "number" => Ok(Type::Number),
                "bool" => Ok(Type::Bool),
                "dynamic" => Ok(Type::Dynamic),
                _ => Err(unknown()),
            };
        }
        let parts = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let word = parts.first().and_then(Value::as_str).ok_or_else(unknown)?;
        let inner = parts.get(1).ok_or_else(unknown)?;
        match word {
            "list" => Ok(Type::List(Box::new(self.read_type(inner)?))),
            "set" => Ok(Type::Set(Box::new(self.read_type(inner)?))),
            "map" => Ok(Type::Map(Box::new(self.read_type(inner)?))),
            "tuple" => {
                let elements = inner.as_array().ok_or_else(unknown)?;
                // Tuple elements have no names, so no path leads into them.
                let facts = std::mem::take(&mut self.facts);
                let elements =
                    elements.iter().map(|element| self.read_type(element)).collect::<Result<_, _>>()?;
                self.facts = facts;
                Ok(Type::Tuple(elements))
            }
            "object" => {
                let optional = parts.get(2).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let mut shape = Block::default();
                for (name, ty) in inner.as_object().ok_or_else(unknown)? {
                    let optional = optional.iter().any(|each| each == name);
                    let member = self.within(name, |reader| {
                        let facts = reader.take_facts(Place::Attribute);
                        let ty = reader.read_type(ty)?;
                        Ok(Attribute { name: name.clone(), ty, optional, facts, ..Attribute::default() })
                    })?;
                    shape.attributes.push(member);
                }
                shape.attributes.sort_by(|a, b| a.name.cmp(&b.name));
                Ok(Type::Object(self.shape(shape)))
            }
            _ => Err(unknown()),
        }
    }

    /// Reads the functions of a provider.
    pub(super) fn functions(&mut self, schema: &Value) -> Result<Vec<Function>, Error> {
        let mut functions = Vec::new();
        for (name, function) in members(schema) {
            let function = self.function(name, function);
            functions.push(
                function.map_err(|message| Error::new("schema", 0, format!("function {name}: {message}")))?,
            );
        }
        functions.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(functions)
    }

    fn function(&mut self, name: &str, schema: &Value) -> Result<Function, String> {
        let returns = self.read_type(&schema["return_type"])?;
        let parameters = schema["parameters"].as_array().into_iter().flatten();
        let parameters = parameters.map(|parameter| self.parameter(parameter)).collect::<Result<_, _>>()?;
        let variadic = &schema["variadic_parameter"];
        let variadic = if variadic.is_null() { None } else { Some(self.parameter(variadic)?) };
        Ok(Function { name: name.to_owned(), returns, parameters, variadic })
    }

    fn parameter(&mut self, schema: &Value) -> Result<Parameter, String> {
        Ok(Parameter {
            name: schema["name"].as_str().unwrap_or("value").to_owned(),
            ty: self.read_type(&schema["type"])?,
            nullable: flag(schema, "is_nullable"),
        })
    }
}

/// The provider SDK gives every type an optional and computed `id`; the plugin framework does not.
fn looks_legacy(block: &Block) -> bool {
    block.attribute("id").is_some_and(|id| id.optional && id.computed)
}

fn flag(schema: &Value, key: &str) -> bool {
    schema[key].as_bool().unwrap_or(false)
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}
