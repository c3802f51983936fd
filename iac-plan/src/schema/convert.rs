//! Conversion of knowledge files to the planner's schemas.

use std::collections::HashMap;
use std::sync::Arc;

use iac_core::text::Text;
use iac_lang::types::{ObjectAttribute, Type};
use iac_schema::model::{self, Entity, Facts, NestingMode, Service, ShapeId};

use super::{Attribute, Block, Groups, NestedAttributes, NestedBlock, Schema};

impl Schema {
    /// Builds the schema of a type of a service. A shape that occurs several times is stored once.
    #[must_use]
    pub fn new(service: &Service, entity: &Entity) -> Self {
        let mut converter = Converter { service, shapes: HashMap::new(), no_facts: Arc::default() };
        let block = converter.block(&entity.block);
        Self {
            kind: entity.kind,
            type_name: (&entity.type_name).into(),
            version: entity.schema_version,
            legacy: entity.legacy,
            customize_diff: entity.customize_diff,
            has_secrets: block.has_secrets(),
            block: Arc::new(block),
            groups: Groups {
                conflicts_with: entity.conflicts_with.clone(),
                exactly_one_of: entity.exactly_one_of.clone(),
                at_least_one_of: entity.at_least_one_of.clone(),
                required_with: entity.required_with.clone(),
            },
        }
    }
}

struct Converter<'a> {
    service: &'a Service,
    shapes: HashMap<ShapeId, Arc<Block>>,
    /// Shared by members without facts, which most are.
    no_facts: Arc<Facts>,
}

impl Converter<'_> {
    fn block(&mut self, block: &model::Block) -> Block {
        let mut attributes: Vec<_> = block.attributes.iter().map(|each| self.attribute(each)).collect();
        let mut blocks: Vec<_> = block.blocks.iter().map(|each| self.nested_block(each)).collect();
        // Knowledge files are sorted already, but a provider's answer need not be.
        attributes.sort_by(|left, right| left.name.cmp(&right.name));
        blocks.sort_by(|left, right| left.name.cmp(&right.name));
        Block { attributes, blocks }
    }

    fn shape(&mut self, id: ShapeId) -> Arc<Block> {
        if let Some(block) = self.shapes.get(&id) {
            return block.clone();
        }
        let service = self.service;
        let block = Arc::new(self.block(service.shape(id)));
        self.shapes.insert(id, block.clone());
        block
    }

    fn facts(&self, facts: &Facts) -> Arc<Facts> {
        if facts.is_empty() { self.no_facts.clone() } else { Arc::new(facts.clone()) }
    }

    fn attribute(&mut self, attribute: &model::Attribute) -> Attribute {
        let nested = match &attribute.ty {
            model::Type::Nested(nested) => {
                Some(NestedAttributes { mode: nested.mode, block: self.shape(nested.shape) })
            }
            _ => None,
        };
        let members = attribute.ty.shape().map(|shape| self.shape(shape));
        Attribute {
            name: (&attribute.name).into(),
            ty: self.ty(&attribute.ty),
            nested,
            members,
            required: attribute.required,
            optional: attribute.optional,
            computed: attribute.computed,
            sensitive: attribute.sensitive,
            write_only: attribute.write_only,
            facts: self.facts(&attribute.facts),
        }
    }

    fn nested_block(&mut self, nested: &model::NestedBlock) -> NestedBlock {
        NestedBlock {
            name: (&nested.name).into(),
            mode: nested.nested.mode,
            min_items: nested.nested.min_items,
            max_items: nested.nested.max_items,
            block: self.shape(nested.nested.shape),
            facts: self.facts(&nested.facts),
        }
    }

    fn ty(&self, ty: &model::Type) -> Type {
        match ty {
            model::Type::String => Type::String,
            model::Type::Number => Type::Number,
            model::Type::Bool => Type::Bool,
            model::Type::Dynamic => Type::Any,
            model::Type::List(element) => Type::List(Box::new(self.ty(element))),
            model::Type::Set(element) => Type::Set(Box::new(self.ty(element))),
            model::Type::Map(element) => Type::Map(Box::new(self.ty(element))),
            model::Type::Tuple(elements) => {
                Type::Tuple(elements.iter().map(|element| self.ty(element)).collect())
            }
            model::Type::Object(shape) => self.object(*shape, |attribute| attribute.optional),
            model::Type::Nested(nested) => {
                let object = Box::new(self.object(nested.shape, |_| false));
                match nested.mode {
                    NestingMode::Single | NestingMode::Group => *object,
                    NestingMode::List => Type::List(object),
                    NestingMode::Set => Type::Set(object),
                    NestingMode::Map => Type::Map(object),
                }
            }
        }
    }

    fn object(&self, shape: ShapeId, optional: impl Fn(&model::Attribute) -> bool) -> Type {
        let attributes = &self.service.shape(shape).attributes;
        let mut members: Vec<_> = attributes
            .iter()
            .map(|attribute| ObjectAttribute {
                name: Text::from(&attribute.name),
                ty: self.ty(&attribute.ty),
                optional: optional(attribute),
                default: None,
            })
            .collect();
        members.sort_by(|left, right| left.name.cmp(&right.name));
        Type::Object(members)
    }
}
