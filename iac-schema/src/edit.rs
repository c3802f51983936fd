//! Edits of a single occurrence of a shape that several types share.

use std::collections::HashMap;

use crate::model::{Attribute, Block, NestedBlock, Service, ShapeId, Type};

/// A mutable reference to an attribute or nested block.
#[derive(Debug)]
pub enum MemberMut<'a> {
    /// An attribute.
    Attribute(&'a mut Attribute),
    /// A nested block.
    Block(&'a mut NestedBlock),
}

impl Service {
    /// Changes the member at a path of an entity, without affecting other users of its shapes. Returns `None` if
    /// there is no such member.
    pub fn edit<T>(
        &mut self,
        entity: usize,
        path: &str,
        change: impl FnOnce(MemberMut<'_>) -> T,
    ) -> Option<T> {
        let mut block = self.entities[entity].block.clone();
        let result = self.edit_block(&mut block, path, change)?;
        self.entities[entity].block = block;
        Some(result)
    }

    fn edit_block<T>(
        &mut self,
        block: &mut Block,
        path: &str,
        change: impl FnOnce(MemberMut<'_>) -> T,
    ) -> Option<T> {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let shape = block.member(name)?.shape();
        if let Some(rest) = rest {
            let mut inner = self.shape(shape?).clone();
            let result = self.edit_block(&mut inner, rest, change)?;
            let id = ShapeId(self.shapes.len());
            self.shapes.push(inner);
            block.point(name, id);
            return Some(result);
        }
        if let Some(attribute) = block.attributes.iter_mut().find(|attribute| attribute.name == name) {
            return Some(change(MemberMut::Attribute(attribute)));
        }
        block
            .blocks
            .iter_mut()
            .find(|nested| nested.name == name)
            .map(|nested| change(MemberMut::Block(nested)))
    }

    /// Removes unused shapes and merges equal ones.
    pub fn compact(&mut self) {
        let mut compact = Compact {
            old: std::mem::take(&mut self.shapes),
            new_ids: HashMap::new(),
            known: HashMap::new(),
            shapes: Vec::new(),
        };
        for entity in &mut self.entities {
            compact.block(&mut entity.block);
        }
        self.shapes = compact.shapes;
    }
}

impl Block {
    /// Makes a member refer to another shape.
    fn point(&mut self, name: &str, shape: ShapeId) {
        for attribute in self.attributes.iter_mut().filter(|attribute| attribute.name == name) {
            if let Some(id) = attribute.ty.shape_mut() {
                *id = shape;
            }
        }
        for nested in self.blocks.iter_mut().filter(|nested| nested.name == name) {
            nested.nested.shape = shape;
        }
    }
}

struct Compact {
    old: Vec<Block>,
    new_ids: HashMap<ShapeId, ShapeId>,
    known: HashMap<Block, ShapeId>,
    shapes: Vec<Block>,
}

impl Compact {
    fn block(&mut self, block: &mut Block) {
        for attribute in &mut block.attributes {
            self.ty(&mut attribute.ty);
        }
        for nested in &mut block.blocks {
            nested.nested.shape = self.shape(nested.nested.shape);
        }
    }

    fn ty(&mut self, ty: &mut Type) {
        if let Type::Tuple(elements) = ty {
            for element in elements {
                self.ty(element);
            }
        } else if let Some(id) = ty.shape_mut() {
            *id = self.shape(*id);
        }
    }

    fn shape(&mut self, old: ShapeId) -> ShapeId {
        if let Some(id) = self.new_ids.get(&old) {
            return *id;
        }
        let mut block = self.old[old.0].clone();
        self.block(&mut block);
        let next = ShapeId(self.shapes.len());
        let id = *self.known.entry(block).or_insert_with_key(|block| {
            self.shapes.push(block.clone());
            next
        });
        self.new_ids.insert(old, id);
        id
    }
}
