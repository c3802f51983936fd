//! Choice of the arguments to set together: only the required ones, or as many as are compatible.

#![allow(dead_code, reason = "the build script uses one half, random programs the other")]

use std::collections::BTreeSet;

use iac_codegen::model::{Block, Entity, Member, Service};

/// Dotted paths of arguments and blocks.
pub(crate) type Paths = BTreeSet<String>;

/// The arguments set in one instance of a type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Choice {
    /// The required arguments, and these members of groups of which at least one is required.
    Required(Paths),
    /// Everything except the omitted paths.
    All {
        /// The omitted paths.
        omitted: Paths,
        /// Members of groups of which at least one is required, used when a block is built for the second time.
        needed: Paths,
    },
}

impl Choice {
    /// Returns `true` if an optional argument or block is set.
    pub(crate) fn takes(&self, name: &str) -> bool {
        match self {
            Self::Required(taken) => taken.iter().any(|path| first(path) == name),
            Self::All { omitted, .. } => !omitted.contains(name),
        }
    }

    /// Returns the choice for a nested block.
    pub(crate) fn inside(&self, block: &str) -> Self {
        let below = |paths: &Paths| {
            paths
                .iter()
                .filter_map(|path| path.strip_prefix(block)?.strip_prefix('.').map(str::to_owned))
                .collect()
        };
        match self {
            Self::Required(taken) => Self::Required(below(taken)),
            Self::All { omitted, needed } => Self::All { omitted: below(omitted), needed: below(needed) },
        }
    }
}

/// The rules about combinations of a type's arguments.
#[derive(Debug)]
pub(crate) struct Rules<'a> {
    service: &'a Service,
    block: &'a Block,
    /// Groups of which at most one member may be set.
    exclusive: Vec<Paths>,
    /// Groups of which at least one member must be set.
    needed: Vec<Paths>,
    /// If the first one is set, the others must be set as well.
    implied: Vec<(String, Paths)>,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(service: &'a Service, entity: &'a Entity) -> Self {
        let rules = Self {
            service,
            block: &entity.block,
            exclusive: Vec::new(),
            needed: Vec::new(),
            implied: Vec::new(),
        };
        let groups = |groups: &[Vec<String>]| -> Vec<Paths> {
            let settable = |group: &Vec<String>| {
                group.iter().filter(|path| rules.is_settable(path)).map(|path| rules.lift(path)).collect()
            };
            groups.iter().map(settable).collect()
        };
        let exclusive = groups(&entity.conflicts_with).into_iter().chain(groups(&entity.exactly_one_of));
        let exclusive = exclusive.filter(|group| group.len() > 1).collect();
        let needed =
            groups(&entity.exactly_one_of).into_iter().chain(groups(&entity.at_least_one_of)).collect();
        let implied = entity.required_with.iter().filter_map(|group| {
            let (first, others) = group.split_first()?;
            Some((rules.lift(first), others.iter().map(|path| rules.lift(path)).collect()))
        });
        Self { exclusive, needed, implied: implied.collect(), ..rules }
    }

    /// Returns the paths that a minimal instance sets.
    pub(crate) fn required(&self) -> Paths {
        self.needed(|taken, block| block.is_empty() || self.is_required(block) || is_within(taken, block))
    }

    /// Returns the paths that an instance with all blocks must set.
    pub(crate) fn needed_anywhere(&self) -> Paths {
        self.needed(|_, _| true)
    }

    /// Returns the paths that must be set in the blocks that exist.
    fn needed(&self, is_there: impl Fn(&Paths, &str) -> bool) -> Paths {
        let mut taken = Paths::new();
        // Each chosen path may require further ones.
        loop {
            let needed = self.needed.iter().find_map(|group| {
                let met = group.iter().any(|path| self.is_required(path) || is_within(&taken, path));
                (!met && is_there(&taken, parent(group))).then(|| self.cheapest(group, &taken)).flatten()
            });
            let Some(path) = needed else { break };
            taken.extend(self.with_companions(path));
        }
        taken
    }

    /// Returns the paths omitted by each of the instances that together set everything, and the paths that no
    /// instance can set.
    pub(crate) fn all(&self) -> (Vec<Paths>, Paths) {
        let implying = self.implied.iter().map(|(first, _)| first);
        let known: Paths = self.exclusive.iter().flatten().chain(implying).cloned().collect();
        let required: Paths = known.iter().filter(|path| self.is_required(path)).cloned().collect();
        let (mut choices, mut left) = (Vec::new(), known.clone());
        loop {
            let mut taken = required.clone();
            for path in left.iter().chain(&known) {
                let mut more = self.with_companions(path);
                more.extend(taken.iter().cloned());
                let around: Vec<String> =
                    known.iter().filter(|known| is_within(&more, known)).cloned().collect();
                more.extend(around);
                let excluded = self.exclusive.iter().any(|group| group.intersection(&more).count() > 1);
                if !excluded && self.leaves_what_is_needed(&more) {
                    taken = more;
                }
            }
            let before = left.len();
            left.retain(|path| !taken.contains(path));
            if left.len() == before && !choices.is_empty() {
                return (choices, left);
            }
            choices.push(known.difference(&taken).cloned().collect());
            if left.is_empty() {
                return (choices, left);
            }
        }
    }

    /// Adds a path to those already set; `None` if the combination is invalid.
    pub(crate) fn join(&self, taken: &Paths, path: &str) -> Option<Paths> {
        let mut more = self.with_companions(path);
        more.extend(taken.iter().cloned());
        let set = |path: &&String| self.is_required(path) || is_within(&more, path);
        let excluded = self.exclusive.iter().any(|group| group.iter().filter(set).count() > 1);
        (!excluded && self.leaves_what_is_needed(&more)).then_some(more)
    }

    /// Returns `true` if all chosen paths can be set, and every required group can still be satisfied.
    fn leaves_what_is_needed(&self, taken: &Paths) -> bool {
        let excludes = |path: &String| {
            let conflict = |group: &Paths| {
                group.contains(path) && group.iter().any(|other| other != path && taken.contains(other))
            };
            self.exclusive.iter().any(conflict)
        };
        let can_be_met = |group: &Paths| group.iter().any(|path| taken.contains(path) || !excludes(path));
        taken.iter().all(|path| self.is_settable(path)) && self.needed.iter().all(can_be_met)
    }

    /// Returns a path and the paths that must be set with it.
    fn with_companions(&self, path: &str) -> Paths {
        let mut all = Paths::from([path.to_owned()]);
        loop {
            let implied = self.implied.iter().filter(|(first, _)| all.contains(first));
            let others = implied.flat_map(|(_, others)| others);
            let more: Paths = others.filter(|path| !all.contains(*path)).cloned().collect();
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }

    /// Returns the path of a group that is compatible with the chosen ones, preferring arguments over blocks.
    fn cheapest<'g>(&self, group: &'g Paths, taken: &Paths) -> Option<&'g str> {
        let allowed = |path: &&String| {
            let mut more = self.with_companions(path);
            more.extend(taken.iter().cloned());
            let set = |path: &&String| self.is_required(path) || is_within(&more, path);
            !self.exclusive.iter().any(|group| group.iter().filter(set).count() > 1)
        };
        let mut paths: Vec<&String> = group.iter().filter(allowed).collect();
        paths.sort_by_key(|path| matches!(self.find(path), Some(Member::Block(_))));
        paths.first().map(|path| path.as_str())
    }

    fn find(&self, path: &str) -> Option<Member<'a>> {
        self.service.find(self.block, path)
    }

    fn is_settable(&self, path: &str) -> bool {
        match self.find(path) {
            Some(Member::Attribute(attribute)) => attribute.is_argument() || !attribute.computed,
            Some(Member::Block(_)) => true,
            None => false,
        }
    }

    /// Returns the outermost block that cannot exist without the argument.
    fn lift(&self, path: &str) -> String {
        match path.rsplit_once('.') {
            Some((block, _)) if is_required(self.find(path)) => self.lift(block),
            _ => path.to_owned(),
        }
    }

    /// Returns `true` if every instance has the argument or block.
    fn is_required(&self, path: &str) -> bool {
        is_required(self.find(path)) && path.rsplit_once('.').is_none_or(|(block, _)| self.is_required(block))
    }
}

fn is_required(member: Option<Member<'_>>) -> bool {
    match member {
        Some(Member::Attribute(attribute)) => attribute.is_required(),
        Some(Member::Block(block)) => block.is_required(),
        None => false,
    }
}

/// Returns `true` if a path equals the other or is inside it.
fn is_inside(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns `true` if any of the paths equals this one or is inside it.
fn is_within(paths: &Paths, outer: &str) -> bool {
    paths.iter().any(|path| is_inside(path, outer))
}

/// Returns the innermost block that contains all paths of a group.
fn parent(group: &Paths) -> &str {
    let Some(path) = group.first() else { return "" };
    let mut parent = path.as_str();
    while let Some((block, _)) = parent.rsplit_once('.') {
        if group.iter().all(|path| path != block && is_inside(path, block)) {
            return block;
        }
        parent = block;
    }
    ""
}

fn first(path: &str) -> &str {
    path.split_once('.').map_or(path, |(first, _)| first)
}
