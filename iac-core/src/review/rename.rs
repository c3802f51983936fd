//! What is destroyed and created again under another name, though it could be moved.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::address::{ModulePath, ModuleStep, ResourceAddress};
use crate::builder::ResourceMode;
use crate::plan::{Action, ActionReason, Plan, ResourceChange};
use crate::value::{Value, ValueMap};

/// Something that is destroyed under one address and created under another, with the same arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rename {
    /// The address that is there: of a resource, one of its instances, or a module.
    pub from: String,
    /// The address that is wanted.
    pub to: String,
    /// The positions in [`Plan::changes`] of what is destroyed and what is created.
    pub changes: Vec<(usize, usize)>,
}

impl Rename {
    /// The block that moves it: `moved { … }`.
    #[must_use]
    pub fn to_hcl(&self) -> String {
        format!("moved {{\n  from = {}\n  to   = {}\n}}\n", self.from, self.to)
    }

    /// The line of Rust that moves it, where `handle` is what `add` has returned for it.
    #[must_use]
    pub fn to_rust(&self, handle: &str) -> String {
        format!("stack.add(Moved::new({:?}, &{handle}));", self.from)
    }
}

/// Arguments whose change is no other thing: they may differ between the two.
const FREE: [&str; 2] = ["tags", "tags_all"];
/// More resources than this with the same arguments set are not told apart.
const LIMIT: usize = 64;

/// Finds what is only renamed. What has to be replaced anyway is not: its arguments differ.
pub(super) fn renames(plan: &Plan) -> Vec<Rename> {
    let mut gone: HashMap<&str, Vec<usize>> = HashMap::new();
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
            Action::Delete if is_left_out(change) => gone.entry(type_name).or_default().push(position),
            Action::Create => new.entry(type_name).or_default().push(position),
            _ => {}
        }
    }
    let mut pairs = Vec::new();
    for (type_name, new) in new {
        if let Some(gone) = gone.get(type_name) {
            pair(plan, gone, &new, &mut pairs);
        }
    }
    pairs.sort_unstable_by_key(|(_, new)| *new);
    join(plan, &pairs)
}

/// Whether it is destroyed because nothing in the configuration is called so any more.
const fn is_left_out(change: &ResourceChange) -> bool {
    matches!(
        change.reason,
        Some(
            ActionReason::DeleteBecauseNoResourceConfig
                | ActionReason::DeleteBecauseNoModule
                | ActionReason::DeleteBecauseNoMoveTarget
                | ActionReason::DeleteBecauseCountIndex
                | ActionReason::DeleteBecauseEachKey
                | ActionReason::DeleteBecauseWrongRepetition
        )
    )
}

/// Pairs what is destroyed with what is created, where it is clear which belongs to which.
fn pair(plan: &Plan, gone: &[usize], new: &[usize], pairs: &mut Vec<(usize, usize)>) {
    // What is created is compared by the arguments that it sets; those that set the same ones go together, so that what
    // is destroyed is hashed once for each.
    let mut shapes: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    for &position in new {
        shapes.entry(set(&plan.changes[position])).or_default().push(position);
    }
    if shapes.len() > LIMIT {
        return;
    }
    for (names, new) in shapes {
        if names.is_empty() {
            continue;
        }
        let mut by_values: HashMap<u64, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for &position in gone {
            by_values.entry(hash(&plan.changes[position].before, &names)).or_default().0.push(position);
        }
        for &position in &new {
            by_values.entry(hash(&plan.changes[position].after, &names)).or_default().1.push(position);
        }
        for (gone, new) in by_values.into_values() {
            if gone.len().max(new.len()) <= LIMIT {
                same(plan, &names, &gone, &new, pairs);
            }
        }
    }
}

/// Pairs what has the same values: if there is one of each, or one of each with the same key or name.
fn same(plan: &Plan, names: &[&str], gone: &[usize], new: &[usize], pairs: &mut Vec<(usize, usize)>) {
    let is_same = |old: usize, new: usize| {
        let (before, after) = (members(&plan.changes[old].before), members(&plan.changes[new].after));
        names.iter().all(|name| {
            let value = |members: Option<&ValueMap>| members.and_then(|members| members.get(name)).cloned();
            value(before) == value(after)
        })
    };
    if let ([old], [new]) = (gone, new) {
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
        if let ([old], [_]) = (&*twins(gone), &*twins(new))
            && is_same(*old, new_position)
        {
            pairs.push((*old, new_position));
        }
    }
}

fn members(value: &Value) -> Option<&ValueMap> {
    match value {
        Value::Object(members) | Value::Map(members) => Some(members),
        _ => None,
    }
}

/// The arguments that what is created sets, and that are known.
fn set(change: &ResourceChange) -> Vec<&str> {
    let members = members(&change.after).into_iter().flat_map(ValueMap::iter);
    let set =
        members.filter(|(name, value)| !FREE.contains(&name.as_str()) && is_known(value) && !is_empty(value));
    set.map(|(name, _)| name.as_str()).collect()
}

fn is_known(value: &Value) -> bool {
    match value {
        Value::Unknown => false,
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            elements.iter().all(is_known)
        }
        Value::Map(members) | Value::Object(members) => members.values().all(is_known),
        Value::Sensitive(inner) => is_known(inner),
        _ => true,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => elements.is_empty(),
        Value::Map(members) | Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn hash(value: &Value, names: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let members = members(value);
    for name in names {
        match members.and_then(|members| members.get(name)) {
            Some(Value::String(text)) => text.hash(&mut hasher),
            Some(Value::Bool(value)) => value.hash(&mut hasher),
            Some(Value::Number(number)) => number.to_string().hash(&mut hasher),
            _ => {}
        }
    }
    hasher.finish()
}

/// Joins pairs: all of a module are one, and so are all instances of a resource.
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

/// What is renamed where one address becomes another: a module, if only its step differs; a resource, if its key is the same.
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
