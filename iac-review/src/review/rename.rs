//! Resources that are destroyed and recreated under another address, and could be moved instead.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use iac_core::address::{ModulePath, ModuleStep, ResourceAddress, ResourceMode};
use iac_lang::value::{Value, ValueMap};
use iac_plan::plan::{Action, ActionReason, Plan, ResourceChange};

/// A resource or module that is destroyed under one address and created with the same arguments under another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rename {
    /// The existing address: of a resource, an instance or a module.
    pub from: String,
    /// The new address.
    pub to: String,
    /// The positions in [`Plan::changes`] of each destruction and its creation.
    pub changes: Vec<(usize, usize)>,
}

impl Rename {
    /// Returns the block that moves it instead: `moved { … }`.
    #[must_use]
    pub fn to_hcl(&self) -> String {
        format!("moved {{\n  from = {}\n  to   = {}\n}}\n", self.from, self.to)
    }

    /// Returns the edit that moves it instead: a line of Rust if that is what the resource is written in, otherwise a
    /// block.
    #[must_use]
    pub fn to_code(&self, plan: &Plan) -> String {
        let new = self.changes.first().and_then(|(_, new)| plan.changes.get(*new));
        let source = new.and_then(|change| change.source.as_ref());
        let is_rust = source.is_some_and(|source| source.file.ends_with(".rs"));
        if is_rust {
            return self.to_rust("handle");
        }
        self.to_hcl()
    }

    /// Returns the line of Rust that moves it instead. `handle` is the value that `add` returned.
    #[must_use]
    pub fn to_rust(&self, handle: &str) -> String {
        format!("stack.add(Moved::new({:?}, &{handle}));", self.from)
    }
}

/// Arguments that may differ between the two, since they do not identify a resource.
const IGNORED: [&str; 2] = ["tags", "tags_all"];
/// The number of resources with the same set of arguments beyond which they are not compared.
const LIMIT: usize = 64;

/// Finds likely renames. A resource that must be replaced anyway is not one, since its arguments differ.
pub(super) fn renames(plan: &Plan) -> Vec<Rename> {
    let mut destroyed: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut new: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, change) in plan.changes.iter().enumerate() {
        if change.address.mode != ResourceMode::Managed
            || change.deposed.is_some()
            || change.deferred.is_some()
        {
            continue;
        }
        let type_name = change.address.resource_type.as_str();
        match change.action {
            Action::Delete if change.reason.is_some_and(ActionReason::is_removal) => {
                destroyed.entry(type_name).or_default().push(position);
            }
            Action::Create => new.entry(type_name).or_default().push(position),
            _ => {}
        }
    }
    let mut pairs = Vec::new();
    for (type_name, new) in new {
        if let Some(destroyed) = destroyed.get(type_name) {
            pair(plan, destroyed, &new, &mut pairs);
        }
    }
    pairs.sort_unstable_by_key(|(_, new)| *new);
    join(plan, &pairs)
}

/// Pairs destroyed with created resources where the match is unambiguous.
fn pair(plan: &Plan, destroyed: &[usize], new: &[usize], pairs: &mut Vec<(usize, usize)>) {
    // Resources are compared by the arguments that the created one sets. Grouping by these names hashes each
    // destroyed resource once per group.
    let mut shapes: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    for &position in new {
        shapes.entry(configured(&plan.changes[position])).or_default().push(position);
    }
    if shapes.len() > LIMIT {
        return;
    }
    for (names, new) in shapes {
        if names.is_empty() {
            continue;
        }
        let mut by_values: HashMap<u64, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for &position in destroyed {
            by_values.entry(hash(&plan.changes[position].before, &names)).or_default().0.push(position);
        }
        for &position in &new {
            by_values.entry(hash(&plan.changes[position].after, &names)).or_default().1.push(position);
        }
        for (destroyed, new) in by_values.into_values() {
            if destroyed.len().max(new.len()) <= LIMIT {
                same(plan, &names, &destroyed, &new, pairs);
            }
        }
    }
}

/// Pairs resources with equal values: if there is one of each, or one of each with the same key or name.
fn same(plan: &Plan, names: &[&str], destroyed: &[usize], new: &[usize], pairs: &mut Vec<(usize, usize)>) {
    let is_same = |old: usize, new: usize| {
        let (before, after) = (&plan.changes[old].before, &plan.changes[new].after);
        names.iter().all(|name| is_equal(before.member(name), after.member(name)))
    };
    if let ([old], [new]) = (destroyed, new) {
        if is_same(*old, *new) {
            pairs.push((*old, *new));
        }
        return;
    }
    let key = |position: usize| {
        let address = &plan.changes[position].address;
        (address.key.clone(), address.modules.last().and_then(|step| step.key.clone()))
    };
    let name = |position: usize| plan.changes[position].address.name.clone();
    for &new_position in new {
        let twins = |other: &[usize]| -> Vec<usize> {
            let by_key = other.iter().copied().filter(|old| key(*old) == key(new_position));
            let by_name = by_key.clone().filter(|old| name(*old) == name(new_position));
            let by_name: Vec<usize> = by_name.collect();
            if by_name.is_empty() { by_key.collect() } else { by_name }
        };
        if let ([old], [_]) = (&*twins(destroyed), &*twins(new))
            && is_same(*old, new_position)
        {
            pairs.push((*old, new_position));
        }
    }
}

/// Returns the known arguments that a created resource sets.
fn configured(change: &ResourceChange) -> Vec<&str> {
    let members = change.after.members().into_iter().flat_map(ValueMap::iter);
    let configured = members.filter(|(name, value)| {
        !IGNORED.contains(&name.as_str()) && value.is_wholly_known() && !value.is_null_or_empty()
    });
    configured.map(|(name, _)| name.as_str()).collect()
}

/// Compares values. An imported resource has null where a new one has its type's zero value.
fn is_equal(left: Option<&Value>, right: Option<&Value>) -> bool {
    let set = |value: Option<&'_ Value>| value.filter(|value| !is_unset(value)).cloned();
    set(left) == set(right)
}

fn is_unset(value: &Value) -> bool {
    value.is_null_or_empty() || value.is_zero()
}

fn hash(value: &Value, names: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for name in names {
        if value.member(name).is_none_or(is_unset) {
            continue;
        }
        match value.member(name) {
            Some(Value::String(text)) => text.hash(&mut hasher),
            Some(Value::Bool(value)) => value.hash(&mut hasher),
            Some(Value::Number(number)) => number.to_string().hash(&mut hasher),
            _ => {}
        }
    }
    hasher.finish()
}

/// Joins the pairs of a module, and those of the instances of a resource, into one rename.
fn join(plan: &Plan, pairs: &[(usize, usize)]) -> Vec<Rename> {
    let mut renames: BTreeMap<(String, String), Vec<(usize, usize)>> = BTreeMap::new();
    for &(old, new) in pairs {
        let ends = ends(&plan.changes[old].address, &plan.changes[new].address);
        renames.entry(ends).or_default().push((old, new));
    }
    let mut joined: Vec<Rename> =
        renames.into_iter().map(|((from, to), changes)| Rename { from, to, changes }).collect();
    joined.sort_by_key(|rename| rename.changes[0].1);
    joined
}

/// Returns the addresses of a rename: those of the modules if only one step differs, those of the resources if their
/// keys are the same.
fn ends(old: &ResourceAddress, new: &ResourceAddress) -> (String, String) {
    let is_module = old.modules.len() == new.modules.len()
        && old.modules != new.modules
        && (&old.name, &old.key, old.mode) == (&new.name, &new.key, new.mode);
    if is_module {
        let differs = old.modules.iter().zip(&new.modules).position(|(old, new)| old != new).unwrap_or(0);
        let is_last = old.modules[differs + 1..] == new.modules[differs + 1..];
        if is_last {
            let path = |steps: &[ModuleStep]| ModulePath(&steps[..=differs]).to_string();
            return (path(&old.modules), path(&new.modules));
        }
    }
    let of_resource =
        |address: &ResourceAddress| ResourceAddress { key: None, ..address.clone() }.to_string();
    if old.key == new.key && old.key.is_some() {
        return (of_resource(old), of_resource(new));
    }
    (old.to_string(), new.to_string())
}
