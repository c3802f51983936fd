//! The items of a service's module and their names.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::load::Loaded;
use crate::names::{camel_case, unused};
use iac_schema::model::{Attribute, Block, Entity, EntityKind, Function, Literal, Service, ShapeId, Type};

/// A service's module while it is generated.
#[derive(Debug)]
pub struct Scope<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) service: &'a Service,
    /// The module's name.
    pub(super) module: String,
    /// The types, aliases last, so that no shape is named after an alias.
    pub(super) entities: Vec<&'a Entity>,
    /// The Rust names of the used shapes.
    names: HashMap<ShapeId, String>,
    /// The shapes that need a builder, in order.
    pub(super) builders: Vec<ShapeId>,
    /// The shapes that need a reader, in order.
    pub(super) readers: Vec<ShapeId>,
    /// True for shapes with computed attributes.
    computed: HashMap<ShapeId, bool>,
    /// The sets of allowed values with their Rust names, in order. Arguments with the same name share a set.
    pub(super) enums: Vec<(&'a [Literal], String)>,
    enum_ids: HashMap<(&'a str, &'a [Literal]), usize>,
    /// The names of all required arguments and blocks, of all services so far.
    pub(super) required: &'a mut BTreeSet<String>,
}

/// The path of an item to be named: the names of the enclosing items, outermost first, and its own.
type Path = Vec<String>;

impl<'a> Scope<'a> {
    /// Names all items of a service. Required arguments and blocks are added to `required` while they are written.
    #[must_use]
    pub fn new(
        loaded: &'a Loaded,
        service: &'a Service,
        module: &str,
        required: &'a mut BTreeSet<String>,
    ) -> Self {
        let mut entities: Vec<&Entity> = service.entities.iter().collect();
        entities.sort_by_key(|entity| loaded.aliases.contains(&entity.type_name));
        let mut scope = Self {
            loaded,
            service,
            module: module.to_owned(),
            entities,
            names: HashMap::new(),
            builders: Vec::new(),
            readers: Vec::new(),
            computed: HashMap::new(),
            enums: Vec::new(),
            enum_ids: HashMap::new(),
            required,
        };
        let mut finder =
            Finder { service, seen: HashSet::new(), shapes: Vec::new(), enums: Vec::new(), path: vec![] };
        for entity in &scope.entities {
            finder.path.push(loaded.names.short_name(&service.name, &entity.type_name));
            finder.block(&entity.block);
            finder.path.pop();
        }
        let functions = scope.functions();
        for function in functions {
            finder.path.push(camel_case(&function.name));
            function.returns.shape().into_iter().for_each(|shape| finder.shape(shape));
            finder.path.pop();
        }
        let shapes = finder.shapes;
        let resources = scope.entities.iter().filter(|entity| entity.kind == EntityKind::Resource);
        let mut taken: HashSet<String> =
            resources.map(|entity| loaded.names.short_name(&service.name, &entity.type_name)).collect();
        let names = unique(shapes.iter().map(|(_, path)| path), &HashSet::new());
        scope.names = shapes.into_iter().map(|(id, _)| id).zip(names).collect();
        // Enums shared by several resources are not named after one of them, and those of resources get shorter
        // names.
        let (own, others): (Vec<_>, _) =
            finder.enums.into_iter().partition(|(_, path)| taken.contains(&path[0]));
        let mut uses = HashMap::<_, usize>::new();
        let aliases: HashSet<String> =
            loaded.aliases.iter().map(|alias| loaded.names.short_name(&service.name, alias)).collect();
        for (attribute, _) in own.iter().filter(|(_, path)| path.len() == 2 && !aliases.contains(&path[0])) {
            *uses.entry(enum_key(attribute)).or_default() += 1;
        }
        let (shared, own) = own
            .into_iter()
            .partition(|(attribute, _)| uses.get(&enum_key(attribute)).is_some_and(|uses| *uses > 1));
        for found in [shared, own, others] {
            scope.name_enums(found, &mut taken);
        }
        scope.find_uses();
        scope
    }

    fn name_enums(&mut self, found: Vec<(&'a Attribute, Path)>, taken: &mut HashSet<String>) {
        let start = self.enums.len();
        let mut paths = Vec::new();
        for (attribute, path) in found {
            let key = enum_key(attribute);
            if let Entry::Vacant(entry) = self.enum_ids.entry(key) {
                entry.insert(start + paths.len());
                paths.push(path);
                self.enums.push((key.1, String::new()));
            }
        }
        for (name, (_, unnamed)) in unique(paths.iter(), taken).into_iter().zip(&mut self.enums[start..]) {
            taken.insert(name.clone());
            *unnamed = name;
        }
    }

    /// Returns the Rust name of a shape in the modules `block` and `object`.
    #[must_use]
    pub fn shape_name(&self, shape: ShapeId) -> &str {
        &self.names[&shape]
    }

    /// Returns the Rust name of the enum for an attribute, if its allowed values are known strings.
    #[must_use]
    pub fn enum_name(&self, attribute: &Attribute) -> Option<&str> {
        self.enum_ids.get(&enum_key(attribute)).map(|index| self.enums[*index].1.as_str())
    }

    /// Returns `true` if the shape contains computed attributes at any depth.
    pub(super) fn is_computed(&self, shape: ShapeId) -> bool {
        self.computed.get(&shape).copied().unwrap_or(false)
    }

    /// Returns the provider's functions, if the module is that of the provider itself.
    fn functions(&self) -> &'a [Function] {
        let provider = &self.loaded.knowledge.provider;
        if std::ptr::eq(self.service, &raw const provider.config) { &provider.functions } else { &[] }
    }

    fn find_uses(&mut self) {
        // A shape comes after the shapes it contains.
        for (index, block) in self.service.shapes.iter().enumerate() {
            let attributes = block.attributes.iter().any(|attribute| attribute.computed);
            let computed = attributes || inner_shapes(block).any(|inner| self.is_computed(inner));
            self.computed.insert(ShapeId(index), computed);
        }
        let (mut builders, mut readers) = (HashSet::new(), HashSet::new());
        for entity in self.entities.clone() {
            self.find_builders(&entity.block, &mut builders);
            self.find_readers(&entity.block, &mut readers);
        }
        for shape in self.functions().iter().filter_map(|function| function.returns.shape()) {
            if readers.insert(shape) {
                self.readers.push(shape);
                self.find_readers(self.service.shape(shape), &mut readers);
            }
        }
        self.builders.sort_by(|a, b| self.names[a].cmp(&self.names[b]));
        self.readers.sort_by(|a, b| self.names[a].cmp(&self.names[b]));
    }

    fn find_builders(&mut self, block: &Block, seen: &mut HashSet<ShapeId>) {
        let attributes = block.attributes.iter().filter(|attribute| is_settable(attribute));
        let blocks = block.blocks.iter().map(|nested| nested.nested.shape);
        let shapes: Vec<ShapeId> = attributes.filter_map(|a| built_shape(&a.ty)).chain(blocks).collect();
        for shape in shapes {
            if self.can_be_set(shape) && seen.insert(shape) {
                self.builders.push(shape);
                self.find_builders(self.service.shape(shape), seen);
            }
        }
    }

    fn find_readers(&mut self, block: &Block, seen: &mut HashSet<ShapeId>) {
        let attributes = block.attributes.iter().filter_map(|attribute| attribute.ty.shape());
        let blocks =
            block.blocks.iter().map(|nested| nested.nested.shape).filter(|shape| self.is_computed(*shape));
        let shapes: Vec<ShapeId> = attributes.chain(blocks).collect();
        for shape in shapes {
            if seen.insert(shape) {
                self.readers.push(shape);
                self.find_readers(self.service.shape(shape), seen);
            }
        }
    }

    /// Returns `true` if a configuration can set anything in the shape, or if the shape is empty, so that only its
    /// presence matters.
    pub(super) fn can_be_set(&self, shape: ShapeId) -> bool {
        let block = self.service.shape(shape);
        block.is_empty()
            || block.attributes.iter().any(is_settable)
            || block.blocks.iter().any(|nested| self.can_be_set(nested.nested.shape))
    }
}

/// Returns `true` if a configuration can set an attribute or a member of an object.
pub(super) fn is_settable(attribute: &Attribute) -> bool {
    attribute.is_argument() || !attribute.computed
}

/// Returns the shape of the objects that a setter builds, if it builds objects.
pub(super) fn built_shape(ty: &Type) -> Option<ShapeId> {
    match ty {
        Type::Object(shape) => Some(*shape),
        Type::Nested(nested) => Some(nested.shape),
        Type::List(element) | Type::Set(element) | Type::Map(element) => match &**element {
            Type::Object(shape) => Some(*shape),
            _ => None,
        },
        _ => None,
    }
}

fn inner_shapes(block: &Block) -> impl Iterator<Item = ShapeId> {
    let attributes = block.attributes.iter().filter_map(|attribute| attribute.ty.shape());
    attributes.chain(block.blocks.iter().map(|nested| nested.nested.shape))
}

/// Arguments with the same name and values share an enum.
fn enum_key(attribute: &Attribute) -> (&str, &[Literal]) {
    (&attribute.name, &attribute.facts.allowed)
}

/// Collects shapes and sets of allowed values, in order.
struct Finder<'a> {
    service: &'a Service,
    seen: HashSet<ShapeId>,
    shapes: Vec<(ShapeId, Path)>,
    enums: Vec<(&'a Attribute, Path)>,
    path: Path,
}

impl<'a> Finder<'a> {
    fn block(&mut self, block: &'a Block) {
        for attribute in &block.attributes {
            self.path.push(camel_case(&attribute.name));
            if takes_enum(attribute) {
                self.enums.push((attribute, self.path.clone()));
            }
            if let Some(shape) = attribute.ty.shape() {
                self.shape(shape);
            }
            self.path.pop();
        }
        for nested in &block.blocks {
            self.path.push(camel_case(&nested.name));
            self.shape(nested.nested.shape);
            self.path.pop();
        }
    }

    fn shape(&mut self, shape: ShapeId) {
        if self.seen.insert(shape) {
            self.shapes.push((shape, self.path.clone()));
            self.block(self.service.shape(shape));
        }
    }
}

/// Returns `true` if an attribute is a string or a collection of strings with known allowed values.
fn takes_enum(attribute: &Attribute) -> bool {
    let text = match &attribute.ty {
        Type::String => true,
        Type::List(element) | Type::Set(element) => **element == Type::String,
        _ => false,
    };
    let allowed = &attribute.facts.allowed;
    // Sets of hundreds of values grow with each release of the service; plain strings are more useful.
    text && (1..=64).contains(&allowed.len())
        && allowed.iter().all(|value| matches!(value, Literal::String(_)))
}

/// Returns a name for each path: its last part, prefixed with as many of the preceding parts as needed to be unique.
fn unique<'p>(paths: impl Iterator<Item = &'p Path>, taken: &HashSet<String>) -> Vec<String> {
    let paths: Vec<&Path> = paths.collect();
    let mut lengths = vec![1; paths.len()];
    let name = |path: &Path, length: usize| path[path.len() - length..].concat();
    loop {
        let mut count = HashMap::<String, usize>::new();
        for (path, length) in paths.iter().zip(&lengths) {
            *count.entry(name(path, *length)).or_default() += 1;
        }
        let mut longer = false;
        for (path, length) in paths.iter().zip(&mut lengths) {
            let now = name(path, *length);
            if *length < path.len() && (count[&now] > 1 || taken.contains(&now)) {
                *length += 1;
                longer = true;
            }
        }
        if !longer {
            break;
        }
    }
    let mut used = taken.clone();
    paths.iter().zip(lengths).map(|(path, length)| unused(&name(path, length), &mut used)).collect()
}
