//! All resources on one side of a change, and the references between them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use foldhash::{HashMap as FastMap, HashSet as FastSet};
use iac_core::address::{InstanceKey, ResourceMode};
use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::{AttributePath, PathStep, Value};
use iac_plan::plan::{Action, Plan, ResourceChange};
use iac_plan::schema::Attribute;

use super::links::{canonical, config_address};
use super::subject::identities;
use super::{Links, Reading, Subject};

/// The side of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Before the change.
    Before,
    /// After the change.
    After,
}

/// All resources before or after a change.
pub struct World<'p> {
    links: &'p Links,
    /// Types that are another one under a second name, and that one.
    type_aliases: &'static [(&'static str, &'static str)],
    nodes: Vec<Node<'p>>,
    by_type: FastMap<(ResourceMode, &'p str), Vec<u32>>,
    /// The instances of each resource of the configuration.
    instances: FastMap<u32, Vec<u32>>,
    /// The instances with keys, by these keys.
    by_key: FastMap<(u32, Vec<Option<&'p InstanceKey>>), u32>,
    side: Side,
    /// The resources of a type by the strings in an argument, indexed on first use.
    by_value: RefCell<HashMap<(String, String), Rc<ByValue>>>,
    /// Parsed documents by the address of their text, which does not move.
    documents: RefCell<HashMap<usize, Option<Rc<Value>>>>,
}

/// The resources of a type by the strings in an argument.
#[derive(Default)]
struct ByValue {
    resources: HashMap<String, Vec<u32>>,
    /// `true` if the argument of a resource is set, unknown, and not a reference to a known resource.
    has_unlinked: bool,
}

/// A resource instance.
pub(super) struct Node<'p> {
    pub(super) change: &'p ResourceChange,
    pub(super) value: &'p Value,
    /// Its resource in the configuration, if it is known.
    config: Option<u32>,
}

impl<'p> World<'p> {
    /// Collects the resources on one side of a plan.
    #[must_use]
    pub fn new(plan: &'p Plan, links: &'p Links, side: Side) -> Self {
        Self::with_type_aliases(plan, links, side, &[])
    }

    pub(super) fn with_type_aliases(
        plan: &'p Plan,
        links: &'p Links,
        side: Side,
        type_aliases: &'static [(&'static str, &'static str)],
    ) -> Self {
        let mut world = Self {
            links,
            type_aliases,
            nodes: Vec::new(),
            by_type: FastMap::default(),
            instances: FastMap::default(),
            by_key: FastMap::default(),
            side,
            by_value: RefCell::default(),
            documents: RefCell::default(),
        };
        for change in plan.changes.iter().filter(|change| change.deposed.is_none()) {
            let value = match side {
                Side::Before => &*change.before,
                Side::After if change.action == Action::Forget => continue,
                Side::After => &*change.after,
            };
            // A resource whose configuration is invalid has no value.
            if value.is_null() || value.is_unknown() {
                continue;
            }
            let node = u32::try_from(world.nodes.len()).expect("a plan has fewer than 2^32 changes");
            let address = &change.address;
            let config = links.resource(&config_address(address));
            world.nodes.push(Node { change, value, config });
            let type_name = canonical(type_aliases, &address.resource_type);
            world.by_type.entry((address.mode, type_name)).or_default().push(node);
            if let Some(config) = config {
                world.instances.entry(config).or_default().push(node);
                if is_keyed(change) {
                    world.by_key.insert((config, keys(change)), node);
                }
            }
        }
        world
    }

    /// Returns the managed resources of a type, in the order of the plan.
    #[must_use]
    pub fn of_type(&self, type_name: &str) -> Vec<Subject<'_>> {
        self.of(ResourceMode::Managed, type_name)
    }

    pub(super) fn of(&self, mode: ResourceMode, type_name: &str) -> Vec<Subject<'_>> {
        let nodes = self.by_type.get(&(mode, type_name));
        nodes.into_iter().flatten().map(|node| Subject::new(self, *node)).collect()
    }

    /// Returns `true` if a resource of the configuration is managed and of this type, or of an alias of it.
    fn is_of_type(&self, resource: u32, type_name: &str) -> bool {
        self.links.type_of(resource).is_some_and(|found| canonical(self.type_aliases, found) == type_name)
    }

    pub(super) fn node(&self, node: u32) -> &Node<'p> {
        &self.nodes[node as usize]
    }

    /// Returns `true` if the configuration leaves an unknown path to the provider: no expression sets it.
    pub(super) fn is_left_to_provider(&self, node: u32, path: &AttributePath) -> bool {
        if let Some(details) = &self.node(node).change.details
            && details.unset.iter().any(|unset| path.starts_with(unset))
        {
            return true;
        }
        let Some(config) = self.node(node).config else { return false };
        !self.links.is_computed(config, &names(path))
    }

    /// Returns the configured string in place of which the provider plans another one, such as a hash.
    pub(super) fn written(&self, node: u32, path: &AttributePath) -> Option<&Value> {
        let details = self.node(node).change.details.as_ref().filter(|_| self.side == Side::After)?;
        details.written.iter().find(|(each, _)| each == path).map(|(_, text)| text)
    }

    /// Returns `true` if a path is that of blocks, according to the schema: nested blocks, or a collection of objects.
    pub(super) fn is_of_blocks(&self, node: u32, path: &AttributePath) -> bool {
        let ([PathStep::Name(name)], Some(schema)) = (&path.0[..], &self.node(node).change.schema) else {
            return false;
        };
        let is_collection = |attribute: &Attribute| match &attribute.ty {
            Type::List(element) | Type::Set(element) => matches!(**element, Type::Object(_)),
            _ => false,
        };
        schema.block.nested(name).is_some() || schema.block.attribute(name).is_some_and(is_collection)
    }

    /// Parses the document in a string of a resource.
    pub(super) fn document(&self, text: &Text) -> Option<Rc<Value>> {
        let place = std::ptr::from_ref(text) as usize;
        let known = self.documents.borrow().get(&place).cloned();
        known.unwrap_or_else(|| {
            let document = Value::parse_json(text).ok().map(Rc::new);
            self.documents.borrow_mut().insert(place, document.clone());
            document
        })
    }

    /// Returns the known part of the document at a path whose string is not known yet.
    pub(super) fn partial_document(&self, node: u32, path: &AttributePath) -> Option<Rc<Value>> {
        let document = self.links.document(self.node(node).config?, &names(path))?;
        Some(Rc::new(document.clone()))
    }

    pub(super) fn referrers(&self, node: u32, type_name: &str, argument: &str) -> Vec<Subject<'_>> {
        let resource = self.node(node);
        let mut found = Vec::new();
        for edge in resource.config.into_iter().flat_map(|config| self.links.to(config)) {
            if is_at(&edge.path, argument) && self.is_of_type(edge.from, type_name) {
                self.instances_for(edge.from, &keys(resource.change), &mut found);
            }
        }
        let by_value = self.by_value(type_name, argument);
        for identity in identities(resource.value) {
            found.extend(by_value.resources.get(identity).into_iter().flatten().copied());
        }
        // A resource does not refer to itself by its own name.
        found.retain(|each| *each != node);
        self.subjects(found)
    }

    /// Returns the resources whose configuration refers to this one in any argument.
    pub(super) fn dependents(&self, node: u32) -> Vec<Subject<'_>> {
        let resource = self.node(node);
        let mut found = Vec::new();
        for edge in resource.config.into_iter().flat_map(|config| self.links.to(config)) {
            self.instances_for(edge.from, &keys(resource.change), &mut found);
        }
        self.subjects(found)
    }

    pub(super) fn referred(&self, node: u32, type_name: &str, argument: &str) -> Vec<Subject<'_>> {
        let resource = self.node(node);
        let mut found = Vec::new();
        for edge in resource.config.into_iter().flat_map(|config| self.links.from(config)) {
            if is_at(&edge.path, argument) && self.is_of_type(edge.to, type_name) {
                self.instances_for(edge.to, &keys(resource.change), &mut found);
            }
        }
        let root: Subject<'_> = Subject::new(self, node);
        let mut strings = Vec::new();
        strings_at(&root.at(argument), &mut strings);
        if !strings.is_empty() {
            for argument in ["id", "arn", "name", "bucket", "url", "key_id"] {
                let by_value = self.by_value(type_name, argument);
                found.extend(
                    strings.iter().filter_map(|text| by_value.resources.get(*text)).flatten().copied(),
                );
            }
        }
        self.subjects(found)
    }

    /// Returns `true` if an argument of both resources refers to the same resources, each without instance keys.
    pub(super) fn refer_alike(&self, one: u32, other: u32, argument: &str) -> bool {
        let targets = |node: u32| {
            let config = self.node(node).config.filter(|_| !is_keyed(self.node(node).change))?;
            let edges = self.links.from(config).filter(|edge| is_at(&edge.path, argument));
            let mut targets: Vec<u32> = edges.map(|edge| edge.to).collect();
            targets.sort_unstable();
            targets.dedup();
            let is_single = |target: &u32| {
                let nodes = self.instances.get(target).map_or(&[][..], Vec::as_slice);
                matches!(nodes, [node] if !is_keyed(self.node(*node).change))
            };
            (!targets.is_empty() && targets.iter().all(is_single)).then_some(targets)
        };
        targets(one).is_some_and(|found| targets(other) == Some(found))
    }

    /// Returns `true` if an argument refers to a resource or data source.
    pub(super) fn refers(&self, node: u32, argument: &str) -> bool {
        let mut edges = self.node(node).config.into_iter().flat_map(|config| self.links.from(config));
        edges.any(|edge| is_at(&edge.path, argument) || is_at(argument, &edge.path))
    }

    /// Returns the data sources of a type that an argument refers to.
    pub(super) fn referred_data(&self, node: u32, type_name: &str, argument: &str) -> Vec<Subject<'_>> {
        let resource = self.node(node);
        let mut found = Vec::new();
        for edge in resource.config.into_iter().flat_map(|config| self.links.from(config)) {
            if is_at(&edge.path, argument) && self.links.is_data_of_type(edge.to, type_name) {
                self.instances_for(edge.to, &keys(resource.change), &mut found);
            }
        }
        self.subjects(found)
    }

    /// Returns `true` if a resource of the type may refer to any resource, as its argument is unknown and not a
    /// resolved reference.
    pub(super) fn has_unlinked(&self, type_name: &str, argument: &str) -> bool {
        self.by_value(type_name, argument).has_unlinked
    }

    /// Marks the resources that change, refer to one that does, or are referred to by one that does, by reference or
    /// by name.
    pub(super) fn affected(&self) -> Vec<bool> {
        let mut affected = vec![false; self.nodes.len()];
        let mut strings = FastSet::default();
        let mut configs = FastSet::default();
        for (position, node) in self.nodes.iter().enumerate() {
            if node.change.action == Action::NoOp {
                continue;
            }
            affected[position] = true;
            configs.extend(node.config);
            for side in [&node.change.before, &node.change.after] {
                gather_strings(side, &mut strings);
            }
        }
        let neighbors: FastSet<u32> = configs
            .iter()
            .flat_map(|config| {
                let (to, from) = (self.links.to(*config), self.links.from(*config));
                to.map(|edge| edge.from).chain(from.map(|edge| edge.to))
            })
            .collect();
        for (position, node) in self.nodes.iter().enumerate() {
            let is_linked = || node.config.is_some_and(|config| neighbors.contains(&config));
            let is_named = || names_of(node.value).any(|name| strings.contains(name));
            affected[position] = affected[position] || is_linked() || is_named();
        }
        affected
    }

    fn subjects(&self, mut nodes: Vec<u32>) -> Vec<Subject<'_>> {
        nodes.sort_unstable();
        nodes.dedup();
        nodes.into_iter().map(|node| Subject::new(self, node)).collect()
    }

    /// Collects the instances of a resource that are referred to from an instance with these keys: the one with the
    /// same keys if it exists, otherwise all.
    fn instances_for(&self, config: u32, keys: &[Option<&InstanceKey>], found: &mut Vec<u32>) {
        let is_keyed = keys.iter().any(Option::is_some);
        if is_keyed && let Some(node) = self.by_key.get(&(config, keys.to_vec())) {
            found.push(*node);
        } else {
            found.extend(self.instances.get(&config).into_iter().flatten());
        }
    }

    fn by_value(&self, type_name: &str, argument: &str) -> Rc<ByValue> {
        let key = (type_name.to_owned(), argument.to_owned());
        if let Some(known) = self.by_value.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut index = ByValue::default();
        let nodes = self.by_type.get(&(ResourceMode::Managed, type_name));
        for &node in nodes.into_iter().flatten() {
            let subject: Subject<'_> = Subject::new(self, node);
            let reading = subject.at(argument);
            let is_linked = || {
                let config = self.node(node).config;
                config.is_some_and(|config| self.links.from(config).any(|edge| is_at(&edge.path, argument)))
            };
            index.has_unlinked |= reading.is_unknown() && !is_linked();
            let mut strings = Vec::new();
            strings_at(&reading, &mut strings);
            for text in strings {
                index.resources.entry(text.to_owned()).or_default().push(node);
            }
        }
        let index = Rc::new(index);
        self.by_value.borrow_mut().insert(key, Rc::clone(&index));
        index
    }
}

/// Collects the strings in the arguments of a resource, which may be names of others.
fn gather_strings<'v>(value: &'v Value, strings: &mut FastSet<&'v str>) {
    let (Value::Object(members) | Value::Map(members)) = value else { return };
    for value in members.values() {
        match value.peel() {
            Value::String(text) if !text.is_empty() => drop(strings.insert(text)),
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
                strings.extend(elements.iter().filter_map(|element| match element.peel() {
                    Value::String(text) if !text.is_empty() => Some(text.as_str()),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
}

/// Returns the names by which others may refer to a resource without a reference. Fewer than its identities, since
/// every resource is searched for them.
fn names_of(value: &Value) -> impl Iterator<Item = &str> {
    ["id", "arn", "name", "bucket"].into_iter().filter_map(move |name| match value {
        Value::Object(members) => match members.get(name)? {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    })
}

/// Collects the string at a path, or the strings in the collection there.
fn strings_at<'w>(reading: &Reading<'w>, strings: &mut Vec<&'w str>) {
    for element in reading.elements() {
        strings.extend(element.text());
    }
}

/// Returns `true` if a path is an argument or lies in it.
fn is_at(path: &str, argument: &str) -> bool {
    path.strip_prefix(argument).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the names of a path without its positions.
pub(super) fn names(path: &AttributePath) -> String {
    let mut names = String::new();
    for step in &path.0 {
        if let PathStep::Name(name) = step {
            if !names.is_empty() {
                names.push('.');
            }
            names.push_str(name);
        }
    }
    names
}

/// Returns `true` if a resource instance or one of its modules has a key.
fn is_keyed(change: &ResourceChange) -> bool {
    change.address.key.is_some() || change.address.modules.iter().any(|step| step.key.is_some())
}

/// Returns the instance keys of the modules and of the resource.
fn keys(change: &ResourceChange) -> Vec<Option<&InstanceKey>> {
    let modules = change.address.modules.iter().map(|step| step.key.as_ref());
    modules.chain([change.address.key.as_ref()]).collect()
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("resources", &self.nodes.len()).finish_non_exhaustive()
    }
}
