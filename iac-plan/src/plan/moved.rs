//! `moved` blocks, and implied moves between a single instance and the first instance of `count`.

use std::collections::{HashMap, HashSet};

use iac_core::address::{InstanceKey, ModuleStep, ResourceAddress, ResourceMode};
use iac_core::diagnostic::{Diagnostic, Diagnostics};
use iac_core::text::Text;
use iac_lang::config::Location;
use iac_lang::eval::NoScope;

use super::endpoint::Endpoint;
use super::modules::Modules;
use crate::state::State;

/// The moves of a configuration, indexed by their source address.
#[derive(Debug, Default)]
pub(crate) struct Moves<'a> {
    statements: Vec<Move<'a>>,
    /// By module names, mode, type and name of the resource.
    of_resources: HashMap<(Vec<Text>, ResourceMode, Text, Text), Vec<usize>>,
    /// By module names.
    of_modules: HashMap<Vec<Text>, Vec<usize>>,
    /// The addresses before any moves: resources and their instances.
    resources: HashSet<ResourceAddress>,
    instances: HashSet<ResourceAddress>,
    /// Moves whose target address is occupied.
    pub blocked: Vec<(ResourceAddress, ResourceAddress)>,
    pub errors: Diagnostics,
}

#[derive(Debug)]
struct Move<'a> {
    /// The names of the modules that contain the statement.
    module: Vec<&'a str>,
    from: Endpoint,
    to: Endpoint,
    /// `None` for an implied move.
    location: Option<&'a Location>,
}

impl<'a> Moves<'a> {
    pub(crate) fn new(modules: &Modules<'a>, state: Option<&State<'_>>) -> Self {
        let mut moves = Self::default();
        for module in modules.list.keys() {
            let path = modules.path(module);
            for moved in &modules.get(module).module.moved {
                let addresses = (Endpoint::of(&moved.from, &NoScope), Endpoint::of(&moved.to, &NoScope));
                let (Some(from), Some(to)) = addresses else {
                    let detail =
                        "`from` and `to` must be addresses of resources, modules or their instances.";
                    moves.errors.push(
                        Diagnostic::error("invalid-move", "Invalid move endpoint")
                            .detail(detail)
                            .at(moved.location.clone()),
                    );
                    continue;
                };
                let same_kind = matches!(
                    (&from, &to),
                    (Endpoint::Resource(_), Endpoint::Resource(_))
                        | (Endpoint::Module(_), Endpoint::Module(_))
                );
                if !same_kind {
                    let detail = format!("`{from}` and `{to}` must both be resources or both be modules.");
                    moves.errors.push(
                        Diagnostic::error("invalid-move", "Invalid \"moved\" addresses")
                            .detail(detail)
                            .at(moved.location.clone()),
                    );
                    continue;
                }
                if from == to {
                    let detail = format!("`from` and `to` are both `{from}`, so this move does nothing.");
                    moves.errors.push(
                        Diagnostic::error("invalid-move", "Redundant move statement")
                            .detail(detail)
                            .at(moved.location.clone()),
                    );
                    continue;
                }
                moves.statements.push(Move {
                    module: path.clone(),
                    from,
                    to,
                    location: Some(&moved.location),
                });
            }
        }
        moves.ambiguous();
        if let Some(state) = state {
            moves.imply(modules, state);
            if !moves.statements.is_empty() {
                for resource in &state.resources {
                    moves.resources.insert(resource.address(None));
                    let instances = resource.instances.iter();
                    moves.instances.extend(instances.map(|instance| resource.address(instance.key.clone())));
                }
            }
        }
        moves.index();
        moves
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Returns the final address of an instance, if it moves.
    pub(crate) fn follow(&mut self, address: &ResourceAddress) -> Option<ResourceAddress> {
        let mut current = address.clone();
        let mut used = Vec::new();
        while let Some((position, next)) = self.step(&current, &used) {
            used.push(position);
            if self.is_occupied(&self.statements[position], &next) {
                self.blocked.push((current.clone(), next));
                continue;
            }
            current = next;
        }
        (current != *address).then_some(current)
    }

    fn is_occupied(&self, by: &Move<'_>, address: &ResourceAddress) -> bool {
        match by.from {
            Endpoint::Resource(_) if by.is_whole() => {
                self.resources.contains(&ResourceAddress { key: None, ..address.clone() })
            }
            _ => self.instances.contains(address),
        }
    }

    /// Returns the first move that applies to an address, and its target.
    fn step(&self, address: &ResourceAddress, used: &[usize]) -> Option<(usize, ResourceAddress)> {
        let names: Vec<Text> = address.modules.iter().map(|step| step.name.clone()).collect();
        let of_modules =
            (1..=names.len()).filter_map(|length| self.of_modules.get(&names[..length])).flatten();
        let key = (names.clone(), address.mode, address.resource_type.clone(), address.name.clone());
        let of_resources = self.of_resources.get(&key).into_iter().flatten();
        let mut candidates = of_modules.chain(of_resources).filter(|position| !used.contains(position));
        candidates.find_map(|&position| Some((position, self.statements[position].apply(address)?)))
    }

    fn index(&mut self) {
        for (position, each) in self.statements.iter().enumerate() {
            let outer = each.module.iter().map(|name| Text::from(*name));
            let names: Vec<Text> =
                outer.chain(each.from.modules().iter().map(|step| step.name.clone())).collect();
            match &each.from {
                Endpoint::Resource(address) => {
                    let key = (names, address.mode, address.resource_type.clone(), address.name.clone());
                    self.of_resources.entry(key).or_default().push(position);
                }
                Endpoint::Module(_) => self.of_modules.entry(names).or_default().push(position),
            }
        }
    }

    /// Adds implied moves: when `count` is added, the existing instance becomes the first one, and vice versa.
    fn imply(&mut self, modules: &Modules<'a>, state: &State<'_>) {
        let mut implied = Vec::new();
        for resource in &state.resources {
            if resource.mode != ResourceMode::Managed {
                continue;
            }
            let names = resource.modules.iter().map(|step| step.name.as_str());
            let Some(module) = modules.find(names) else { continue };
            let static_module = modules.get(module);
            let Some(position) = static_module.resource(resource.mode, &resource.type_name, &resource.name)
            else {
                continue;
            };
            let meta = &static_module.module.resources[position].meta;
            let first = Some(InstanceKey::Number(0));
            let (from, to) = match (&meta.count, &meta.for_each) {
                (Some(_), _) => (None, first),
                (None, None) => (first, None),
                (None, Some(_)) => continue,
            };
            let has =
                |key: &Option<InstanceKey>| resource.instances.iter().any(|instance| instance.key == *key);
            if !has(&from) || has(&to) || self.mentions(&resource.address(None)) {
                continue;
            }
            implied.push(Move {
                module: Vec::new(),
                from: Endpoint::Resource(resource.address(from)),
                to: Endpoint::Resource(resource.address(to)),
                location: None,
            });
        }
        self.statements.extend(implied);
    }

    /// Returns true if a statement concerns a resource.
    fn mentions(&self, resource: &ResourceAddress) -> bool {
        self.statements.iter().filter(|each| each.location.is_some()).any(|each| {
            [&each.from, &each.to].into_iter().any(|end| {
                let Endpoint::Resource(address) = end else { return false };
                let depth = each.module.len();
                address.name == resource.name
                    && address.resource_type == resource.resource_type
                    && depth + address.modules.len() == resource.modules.len()
                    && each.module.iter().zip(&resource.modules).all(|(name, step)| step.name == **name)
                    && address.modules == resource.modules[depth..]
            })
        })
    }

    fn ambiguous(&mut self) {
        let mut from: HashMap<(&[&str], String), usize> = HashMap::new();
        let mut to: HashMap<(&[&str], String), usize> = HashMap::new();
        let mut errors = Vec::new();
        for (position, each) in self.statements.iter().enumerate() {
            for (addresses, end, summary) in [
                (&mut from, &each.from, "is moved to two addresses"),
                (&mut to, &each.to, "is the target of two moves"),
            ] {
                let earlier = *addresses.entry((&each.module, end.to_string())).or_insert(position);
                let other = &self.statements[earlier];
                if earlier != position && (other.from != each.from || other.to != each.to) {
                    let locations = each.location.zip(other.location);
                    let (location, other_location) = locations.expect("only explicit moves are compared");
                    errors.push(
                        Diagnostic::error("ambiguous-move", "Ambiguous move statements")
                            .detail(format!("`{end}` {summary}. Remove one of the two statements."))
                            .at(location.clone())
                            .at(other_location.clone()),
                    );
                }
            }
        }
        self.errors.extend(errors);
    }

    /// Returns an error for an address that was moved away but is still declared.
    pub(crate) fn still_declared(
        &self,
        declares: impl Fn(&[&str], &Endpoint, bool) -> bool,
    ) -> Vec<Diagnostic> {
        let statements = self.statements.iter().filter_map(|each| Some((each, each.location?)));
        statements
            .filter(|(each, _)| declares(&each.module, &each.from, each.is_whole()))
            .map(|(each, location)| {
                Diagnostic::error("moved-object-exists", "Moved object still exists")
                    .detail(format!(
                        "`{}` is moved to `{}`, but the configuration still declares it. Rename that declaration, or remove the `moved` block.",
                        each.from, each.to
                    ))
                    .at(location.clone())
            })
            .collect()
    }
}

impl Move<'_> {
    /// Returns true if the move covers all instances.
    fn is_whole(&self) -> bool {
        self.from.is_whole() && self.to.is_whole()
    }

    fn apply(&self, address: &ResourceAddress) -> Option<ResourceAddress> {
        let depth = self.module.len();
        let (outer, inner) = address.modules.split_at_checked(depth)?;
        if !outer.iter().zip(&self.module).all(|(step, name)| step.name == **name) {
            return None;
        }
        match (&self.from, &self.to) {
            (Endpoint::Resource(from), Endpoint::Resource(to)) => {
                let is_it = from.mode == address.mode
                    && from.resource_type == address.resource_type
                    && from.name == address.name
                    && from.modules == inner
                    && (self.is_whole() || from.key == address.key);
                let key = if self.is_whole() { address.key.clone() } else { to.key.clone() };
                let modules = outer.iter().chain(&to.modules).cloned().collect();
                is_it.then(|| ResourceAddress { modules, key, ..to.clone() })
            }
            (Endpoint::Module(from), Endpoint::Module(to)) => {
                let (matched, rest) = inner.split_at_checked(from.len())?;
                let (last, around) = matched.split_last()?;
                let (from_last, from_around) = from.split_last()?;
                let is_it = around == from_around
                    && last.name == from_last.name
                    && (self.is_whole() || last.key == from_last.key);
                if !is_it {
                    return None;
                }
                let mut modules: Vec<ModuleStep> = outer.iter().chain(to).cloned().collect();
                if self.is_whole()
                    && let Some(step) = modules.last_mut()
                {
                    step.key.clone_from(&last.key);
                }
                modules.extend_from_slice(rest);
                Some(ResourceAddress { modules, ..address.clone() })
            }
            _ => None,
        }
    }
}
