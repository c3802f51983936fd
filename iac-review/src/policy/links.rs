//! References between resources, across modules, and the arguments that make them.
//!
//! A reference is followed through variables, local values, outputs and `for_each` to the resources it finally refers
//! to.

mod configuration;
mod json;
mod partial;

use std::collections::{BTreeMap, HashMap};

use iac_core::address::{ModulePath, ResourceAddress};
use iac_core::text::Text;
use iac_lang::config::Module;
use iac_lang::value::{ParseJsonError, Value};

/// The references between the resources of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Links {
    pub(super) addresses: Vec<String>,
    by_address: foldhash::HashMap<String, u32>,
    edges: Vec<Edge>,
    /// The outgoing and incoming edges of each resource, as positions in `edges`.
    out: Vec<Vec<u32>>,
    into: Vec<Vec<u32>>,
    /// The paths of each resource whose value is computed by an expression or contains a reference.
    computed: Vec<Vec<Text>>,
    /// The known parts of documents that arguments encode.
    documents: HashMap<(u32, Text), Value>,
}

/// A reference from one resource to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) to: u32,
    /// The argument with its enclosing blocks: `network.subnet_ids`.
    pub(super) path: Text,
}

impl Links {
    /// No configuration: resources are related by equal values only.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Collects the references of a configuration.
    #[must_use]
    pub fn from_configuration(module: &Module) -> Self {
        Self::resolve(&configuration::gather(module))
    }

    /// Collects the references in a plan as printed by `terraform show -json`.
    ///
    /// # Errors
    ///
    /// Fails if the text is not JSON.
    pub fn from_plan_json(text: &str) -> Result<Self, ParseJsonError> {
        Ok(Self::resolve(&json::gather(text)?))
    }

    /// Returns the resource at an address without instance keys.
    pub(crate) fn resource(&self, address: &str) -> Option<u32> {
        self.by_address.get(address).copied()
    }

    /// Returns the known part of the document at a path.
    pub(crate) fn document(&self, resource: u32, path: &str) -> Option<&Value> {
        self.documents.get(&(resource, path.into()))
    }

    pub(super) fn from(&self, resource: u32) -> impl Iterator<Item = &Edge> {
        self.out[resource as usize].iter().map(|edge| &self.edges[*edge as usize])
    }

    pub(super) fn to(&self, resource: u32) -> impl Iterator<Item = &Edge> {
        self.into[resource as usize].iter().map(|edge| &self.edges[*edge as usize])
    }

    /// Returns the type of a managed resource.
    pub(super) fn type_of(&self, resource: u32) -> Option<&str> {
        let mut parts = self.addresses[resource as usize].rsplit('.');
        let _name = parts.next();
        parts.next().filter(|_| parts.next() != Some("data"))
    }

    /// Returns `true` if the resource is a data source of this type.
    pub(super) fn is_data_of_type(&self, resource: u32, type_name: &str) -> bool {
        let mut parts = self.addresses[resource as usize].rsplit('.');
        parts.nth(1) == Some(type_name) && parts.next() == Some("data")
    }

    /// Returns `true` if an expression sets the path, or a path that encloses it or lies in it.
    pub(crate) fn is_computed(&self, resource: u32, path: &str) -> bool {
        let is_inside = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.computed[resource as usize].iter().any(|each| is_inside(path, each) || is_inside(each, path))
    }

    fn resolve(root: &Gathered) -> Self {
        let mut flat = Vec::new();
        flatten(root, "", None, &mut flat);
        let mut links = Self::default();
        for module in &flat {
            for resource in &module.gathered.resources {
                let address = format!("{}{}", module.prefix, resource.address);
                let number = u32::try_from(links.addresses.len())
                    .expect("a configuration has fewer than 2^32 resources");
                links.by_address.insert(address.clone(), number);
                links.addresses.push(address);
            }
        }
        links.out = vec![Vec::new(); links.addresses.len()];
        links.into = vec![Vec::new(); links.addresses.len()];
        let mut resolver = Resolver { flat: &flat, links: &links, known: HashMap::new() };
        let mut edges = Vec::new();
        let mut computed = Vec::with_capacity(links.addresses.len());
        let mut partial = HashMap::new();
        let mut from = 0;
        for (position, module) in flat.iter().enumerate() {
            for resource in &module.gathered.resources {
                let documents = resource.documents.iter();
                partial.extend(documents.map(|(path, document)| ((from, path.clone()), document.clone())));
                computed.push(resource.arguments.iter().map(|(path, _)| path.clone()).collect());
                for (path, references) in &resource.arguments {
                    let mut targets = Vec::new();
                    for reference in references {
                        if matches!(reference.first().map(String::as_str), Some("each")) {
                            for reference in &resource.each {
                                resolver.resolve(position, reference, &mut targets);
                            }
                        } else {
                            resolver.resolve(position, reference, &mut targets);
                        }
                    }
                    targets.sort_unstable();
                    targets.dedup();
                    edges.extend(targets.into_iter().map(|to| Edge { from, to, path: path.clone() }));
                }
                from += 1;
            }
        }
        for (position, edge) in (0..).zip(&edges) {
            links.out[edge.from as usize].push(position);
            links.into[edge.to as usize].push(position);
        }
        links.edges = edges;
        links.computed = computed;
        links.documents = partial;
        links
    }
}

/// The names of a reference without its keys: `aws_vpc`, `main`, `id`.
type Reference = Vec<String>;

/// The references in a module.
#[derive(Debug, Default)]
struct Gathered {
    resources: Vec<GatheredResource>,
    locals: HashMap<String, Vec<Reference>>,
    outputs: HashMap<String, Vec<Reference>>,
    calls: BTreeMap<String, GatheredCall>,
}

#[derive(Debug)]
struct GatheredResource {
    /// The address without modules: `data.aws_ami.web`.
    address: String,
    /// The arguments that are not literals, with their references.
    arguments: Vec<(Text, Vec<Reference>)>,
    /// The arguments that encode a document, with its known part.
    documents: Vec<(Text, Value)>,
    /// The references in `count` and `for_each`.
    each: Vec<Reference>,
}

#[derive(Debug, Default)]
struct GatheredCall {
    arguments: HashMap<String, Vec<Reference>>,
    each: Vec<Reference>,
    module: Option<Box<Gathered>>,
}

/// A module in the flattened module tree.
struct Flat<'g> {
    /// The prefix of all addresses in the module: `module.network.`.
    prefix: String,
    gathered: &'g Gathered,
    /// The position of the calling module, and the call.
    parent: Option<(usize, &'g GatheredCall)>,
    children: HashMap<&'g str, usize>,
}

fn flatten<'g>(
    gathered: &'g Gathered,
    prefix: &str,
    parent: Option<(usize, &'g GatheredCall)>,
    flat: &mut Vec<Flat<'g>>,
) -> usize {
    let position = flat.len();
    flat.push(Flat { prefix: prefix.to_owned(), gathered, parent, children: HashMap::new() });
    for (name, call) in &gathered.calls {
        if let Some(module) = &call.module {
            let child = flatten(
                module,
                &(prefix.to_owned() + &ModulePath::prefix_of([name])),
                Some((position, call)),
                flat,
            );
            flat[position].children.insert(name, child);
        }
    }
    position
}

/// Resolves references to resources. Each name is resolved once.
struct Resolver<'g> {
    flat: &'g [Flat<'g>],
    links: &'g Links,
    known: HashMap<(usize, String), Vec<u32>>,
}

impl<'g> Resolver<'g> {
    fn resolve(&mut self, module: usize, reference: &Reference, found: &mut Vec<u32>) {
        let flat = self.flat;
        let current = &flat[module];
        let name = |position: usize| reference.get(position).map_or("", String::as_str);
        match name(0) {
            "var" => {
                let Some((parent, call)) = current.parent else { return };
                let references = call.arguments.get(name(1));
                self.follow(module, &format!("var.{}", name(1)), parent, references, &call.each, found);
            }
            "local" => {
                let references = current.gathered.locals.get(name(1));
                self.follow(module, &format!("local.{}", name(1)), module, references, &[], found);
            }
            "module" => {
                let Some(&child) = current.children.get(name(1)) else { return };
                let references = flat[child].gathered.outputs.get(name(2));
                self.follow(child, &format!("output.{}", name(2)), child, references, &[], found);
            }
            "path" | "terraform" | "self" | "count" | "each" => {}
            "data" | "ephemeral" => {
                let address = format!("{}{}.{}.{}", current.prefix, name(0), name(1), name(2));
                found.extend(self.links.resource(&address));
            }
            _ => {
                let address = format!("{}{}.{}", current.prefix, name(0), name(1));
                found.extend(self.links.resource(&address));
            }
        }
    }

    /// Resolves a name of one module whose references belong to another.
    fn follow(
        &mut self,
        module: usize,
        name: &str,
        at: usize,
        references: Option<&'g Vec<Reference>>,
        each: &'g [Reference],
        found: &mut Vec<u32>,
    ) {
        let key = (module, name.to_owned());
        if let Some(known) = self.known.get(&key) {
            found.extend(known);
            return;
        }
        // A cycle, which Terraform rejects, resolves to nothing.
        self.known.insert(key.clone(), Vec::new());
        let mut targets = Vec::new();
        for reference in references.into_iter().flatten() {
            if reference.first().is_some_and(|first| first == "each") {
                for reference in each {
                    self.resolve(at, reference, &mut targets);
                }
            } else {
                self.resolve(at, reference, &mut targets);
            }
        }
        targets.sort_unstable();
        targets.dedup();
        found.extend(&targets);
        self.known.insert(key, targets);
    }
}

/// Returns the address of a resource in the configuration, without instance keys.
pub(crate) fn config_address(address: &ResourceAddress) -> String {
    let mut text = ModulePath::prefix_of(address.modules.iter().map(|module| &module.name));
    text.push_str(address.mode.prefix());
    text.push_str(&address.resource_type);
    text.push('.');
    text.push_str(&address.name);
    text
}

/// Returns the type that a type is an alias of, or the type itself.
pub(super) fn canonical<'t>(aliases: &'static [(&'static str, &'static str)], type_name: &'t str) -> &'t str {
    aliases.iter().find(|(alias, _)| *alias == type_name).map_or(type_name, |(_, canonical)| canonical)
}
