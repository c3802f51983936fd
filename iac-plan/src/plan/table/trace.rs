//! The record of planning one resource.

use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::condition::{self, Place, Values};
use super::undecided;
use crate::plan::Undecided;
use crate::schema::{Facts, ForceNew, Hook, Hooks, Literal, Transition};

/// The current path in a resource, and the findings so far.
pub(super) struct Trace<'a> {
    /// True if the resource is created.
    pub(super) create: bool,
    /// The values of the resource.
    pub(super) values: Values<'a>,
    path: Vec<PathStep>,
    /// The length of the path up to the outermost set, whose elements cannot be addressed.
    set: Option<usize>,
    replace: Vec<AttributePath>,
    undecided: Vec<Undecided>,
    /// The names on the path of each changed argument, without indexes.
    changed: Vec<Vec<Text>>,
    /// Changes that replace the resource under a condition, which needs the whole plan.
    conditional: Vec<Conditional>,
}

/// A change that replaces the resource under a condition.
struct Conditional {
    path: Vec<PathStep>,
    place: AttributePath,
    condition: Literal,
}

impl<'a> Trace<'a> {
    pub(super) fn new(values: Values<'a>) -> Self {
        Self {
            create: values.prior.is_null(),
            values,
            conditional: Vec::new(),
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

    /// Returns true if the current path is inside an element of a set.
    pub(super) const fn is_in_set(&self) -> bool {
        self.set.is_some()
    }

    fn place(&self) -> AttributePath {
        AttributePath(self.path[..self.set.unwrap_or(self.path.len())].to_vec())
    }

    /// Runs a function whose conditions refer to another planned value.
    pub(super) fn with_planned<T>(
        &mut self,
        planned: &Value,
        function: impl FnOnce(&mut Trace<'_>) -> T,
    ) -> T {
        let mut inner = Trace {
            create: self.create,
            values: Values { planned, ..self.values },
            path: std::mem::take(&mut self.path),
            set: self.set,
            replace: std::mem::take(&mut self.replace),
            undecided: std::mem::take(&mut self.undecided),
            changed: std::mem::take(&mut self.changed),
            conditional: std::mem::take(&mut self.conditional),
        };
        let result = function(&mut inner);
        let Trace { path, replace, undecided, changed, conditional, .. } = inner;
        (self.path, self.replace, self.undecided) = (path, replace, undecided);
        (self.changed, self.conditional) = (changed, conditional);
        result
    }

    /// Returns whether a condition holds at the current argument.
    pub(super) fn holds(&self, condition: &Literal) -> Option<bool> {
        condition::holds(
            condition,
            self.values,
            Place { path: &self.path, changed: &self.changed, ..Place::default() },
        )
    }

    /// Returns whether a condition holds for a change of the current argument.
    pub(super) fn holds_for(&self, condition: &Literal, change: Option<(&str, &str)>) -> Option<bool> {
        condition::holds(
            condition,
            self.values,
            Place { path: &self.path, change, is_comparing: true, ..Place::default() },
        )
    }

    /// Returns the value of an expression at the current argument.
    pub(super) fn value(&self, expression: &Literal) -> Option<Value> {
        condition::value(
            expression,
            self.values,
            Place { path: &self.path, changed: &self.changed, ..Place::default() },
        )
    }

    /// Returns whether the current argument keeps its prior value.
    pub(super) fn reverts(&self, hooks: &Hooks) -> Option<bool> {
        hooks.reverts.as_ref().map_or(Some(false), |condition| self.holds(condition))
    }

    /// Removes the changes at and below the current argument.
    pub(super) fn forget(&mut self) {
        let (place, names) = (self.place(), self.names());
        self.replace.retain(|path| !path.starts_with(&place));
        self.conditional.retain(|each| !each.path.starts_with(&self.path));
        self.changed.retain(|changed| !changed.starts_with(&names));
    }

    /// Returns true if any argument changes.
    pub(super) fn has_changes(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Decides the changes that replace the resource under a condition.
    pub(super) fn decide_replacements(&mut self) {
        for Conditional { path, place, condition } in std::mem::take(&mut self.conditional) {
            match condition::holds(
                &condition,
                self.values,
                Place { path: &path, changed: &self.changed, ..Place::default() },
            ) {
                Some(false) => {}
                Some(true) if self.replace.contains(&place) => {}
                Some(true) => self.replace.push(place),
                None if self.undecided.iter().any(|each| each.path == place) => {}
                None => self.undecided.push(undecided(
                    place,
                    "the provider decides by its code whether this change replaces the resource",
                )),
            }
        }
    }

    /// Returns the names on the current path, without indexes.
    fn names(&self) -> Vec<Text> {
        let name = |step: &PathStep| match step {
            PathStep::Name(name) => Some(name.clone()),
            PathStep::Index(_) => None,
        };
        self.path.iter().filter_map(name).collect()
    }

    /// Records that the current argument changes.
    pub(super) fn changes(&mut self, facts: &Facts, from: &Value, to: &Value) {
        self.changed.push(self.names());
        if self.create {
            return;
        }
        if facts.unmodeled.contains(&Hook::Version) {
            self.undecided_because("the versions of the provider that are known differ in this argument");
        } else if !facts.unmodeled.is_empty() {
            self.undecided_because("the provider decides by its code whether this is a change");
        }
        if facts.force_new != ForceNew::Yes
            && let Some(condition) = facts.hooks.as_ref().and_then(|hooks| hooks.replaces.clone())
        {
            self.conditional.push(Conditional { path: self.path.clone(), place: self.place(), condition });
            return;
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
        self.undecided_for(Text::from_static(reason));
    }

    /// Records that the outcome for the current argument is undecided.
    pub(super) fn undecided_for(&mut self, reason: Text) {
        let place = self.place();
        if !self.undecided.iter().any(|each| each.path == place) {
            self.undecided.push(Undecided { path: place, reason });
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
