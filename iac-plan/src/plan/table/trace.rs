//! The record of planning one resource.

use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::undecided;
use crate::plan::Undecided;
use crate::schema::{Facts, ForceNew, Hook, Transition};

/// The current path in a resource, and the findings so far.
pub(super) struct Trace {
    /// True if the resource is created.
    pub(super) create: bool,
    path: Vec<PathStep>,
    /// The length of the path up to the outermost set, whose elements cannot be addressed.
    set: Option<usize>,
    replace: Vec<AttributePath>,
    undecided: Vec<Undecided>,
    /// The names on the path of each changed argument, without indexes.
    changed: Vec<Vec<Text>>,
}

impl Trace {
    pub(super) fn new(create: bool) -> Self {
        Self {
            create,
            path: Vec::new(),
            set: None,
            replace: Vec::new(),
            undecided: Vec::new(),
            changed: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> (Vec<AttributePath>, Vec<Undecided>) {
        (self.replace, self.undecided)
    }

    /// Runs a function one step further down.
    pub(super) fn at<T>(&mut self, step: impl Into<PathStep>, function: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.into());
        let result = function(self);
        self.path.pop();
        result
    }

    /// Runs a function inside the elements of a set.
    pub(super) fn in_set<T>(&mut self, function: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.set;
        self.set = outer.or(Some(self.path.len()));
        let result = function(self);
        self.set = outer;
        result
    }

    /// Returns true if the current path is inside a block.
    pub(super) fn is_nested(&self) -> bool {
        !self.path.is_empty()
    }

    fn place(&self) -> AttributePath {
        AttributePath(self.path[..self.set.unwrap_or(self.path.len())].to_vec())
    }

    /// Records that the current argument changes.
    pub(super) fn changes(&mut self, facts: &Facts, from: &Value, to: &Value) {
        let name = |step: &PathStep| match step {
            PathStep::Name(name) => Some(name.clone()),
            PathStep::Index(_) => None,
        };
        self.changed.push(self.path.iter().filter_map(name).collect());
        if self.create {
            return;
        }
        if facts.unmodeled.contains(&Hook::Version) {
            self.undecided_because("the versions of the provider that are known differ in this argument");
        } else if !facts.unmodeled.is_empty() {
            self.undecided_because("the provider decides by its code whether this is a change");
        }
        match facts.force_new {
            ForceNew::No => {}
            ForceNew::Yes => self.replaces(),
            ForceNew::Conditional if facts.force_new_when.is_empty() => {
                self.undecided_because(
                    "the provider replaces the resource for some changes of this argument only",
                );
                // Collections are estimated to change in place.
                if !matches!(to, Value::List(_) | Value::Set(_) | Value::Map(_)) {
                    self.replaces();
                }
            }
            ForceNew::Conditional => {
                let change = transition(from, to);
                if facts.force_new_when.iter().any(|when| when.covers(change)) {
                    self.replaces();
                } else if change == Transition::Unknown && self.set.is_some() {
                    self.undecided_because("the resource is replaced depending on the new value");
                }
            }
        }
    }

    /// Records that the current argument cannot be changed in place.
    pub(super) fn replaces(&mut self) {
        let place = self.place();
        if !self.create && !self.replace.contains(&place) {
            self.replace.push(place);
        }
    }

    /// Records that the outcome for the current argument is undecided.
    pub(super) fn undecided_because(&mut self, reason: &'static str) {
        let place = self.place();
        if !self.undecided.iter().any(|each| each.path == place) {
            self.undecided.push(undecided(place, reason));
        }
    }

    /// Returns true if one of the arguments changes; `*` stands for any.
    pub(super) fn any_changed(&self, patterns: &[String]) -> bool {
        patterns.iter().any(|pattern| {
            pattern == "*" && !self.changed.is_empty()
                || self.changed.iter().any(|changed| {
                    // A change inside the argument, or of an object that contains it.
                    changed.iter().zip(pattern.split('.')).all(|(name, wanted)| name.as_str() == wanted)
                })
        })
    }
}

fn transition(from: &Value, to: &Value) -> Transition {
    if to.is_unknown() {
        return Transition::Unknown;
    }
    match (from.is_zero(), to.is_zero()) {
        (true, false) => return Transition::Added,
        (false, true) => return Transition::Removed,
        _ => {}
    }
    let order = match (from, to) {
        (Value::Number(from), Value::Number(to)) => from.cmp(to),
        (Value::List(from), Value::List(to)) | (Value::Set(from), Value::Set(to)) => {
            from.len().cmp(&to.len())
        }
        _ => return Transition::Changed,
    };
    match order {
        std::cmp::Ordering::Less => Transition::Increased,
        std::cmp::Ordering::Equal => Transition::Changed,
        std::cmp::Ordering::Greater => Transition::Decreased,
    }
}
