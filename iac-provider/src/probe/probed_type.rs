//! Requests to a provider about one type.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use iac_core::Text;
use iac_lang::value::{PathStep, Value};
use iac_plan::plan::{PlanResponse, propose};
use iac_plan::schema::{Block, Schema};

use super::Hints;
use super::tree::fill;
use crate::Binary;
use crate::binary::Problem;

/// A type of a provider, and the remaining budget for requests about it.
pub(super) struct ProbedType<'a> {
    pub(super) binary: &'a Binary,
    pub(super) schema: Arc<Schema>,
    pub(super) hints: Hints,
    /// True if optional attributes that were not configured are empty after apply.
    bare: bool,
    calls: Cell<usize>,
    slow: Cell<usize>,
    most_calls: usize,
    /// The path of the last refused plan.
    refused: RefCell<Vec<Text>>,
    /// True if the type uses the legacy SDK's type system; known once it has been planned.
    pub(super) legacy: Cell<Option<bool>>,
}

/// An existing object, and a plan of it that changes as little as possible.
pub(super) struct StableObject {
    pub(super) prior: Value,
    /// The paths that are planned to change although the configuration does not.
    pub(super) noise: Vec<String>,
    /// The paths that force replacement although the configuration does not change.
    pub(super) replaced: Vec<String>,
}

/// The maximum number of calls for one type.
const MAX_CALLS: usize = 1_500;
/// The maximum total cost, as a call takes time in proportion to the size of the schema: the deepest types, with a
/// hundred thousand arguments, get few requests.
const MAX_COST: usize = 2_500_000;
/// The number of slow answers, which indicate access to a service, after which a type is abandoned.
const MAX_SLOW: usize = 3;

impl<'a> ProbedType<'a> {
    pub(super) fn new(binary: &'a Binary, schema: Arc<Schema>, hints: Hints) -> Self {
        let most_calls = MAX_CALLS.min(MAX_COST / size(&schema.block).max(1));
        Self {
            binary,
            schema,
            hints,
            bare: false,
            most_calls,
            calls: Cell::new(0),
            slow: Cell::new(0),
            legacy: Cell::new(None),
            refused: RefCell::default(),
        }
    }

    pub(super) fn calls(&self) -> usize {
        self.calls.get()
    }

    /// Returns true if the budget is exhausted.
    pub(super) fn is_exhausted(&self) -> bool {
        self.calls.get() >= self.most_calls || self.slow.get() >= MAX_SLOW
    }

    fn count(&self) -> bool {
        self.calls.set(self.calls.get() + 1);
        !self.is_exhausted()
    }

    /// Returns the validation errors of a configuration.
    pub(super) fn validate(&self, config: &Value) -> Option<Vec<Problem>> {
        if !self.count() {
            return None;
        }
        match self.binary.problems(&self.schema, config) {
            Ok(problems) => Some(problems),
            Err(error) => {
                self.note(&error.to_string());
                None
            }
        }
    }

    fn note(&self, message: &str) {
        if message.contains("did not answer within") || message.contains("crashed") {
            self.slow.set(self.slow.get() + 1);
        }
    }

    /// Plans a change.
    pub(super) fn plan(&self, prior: &Value, config: &Value) -> Result<PlanResponse, String> {
        if !self.count() {
            return Err("the budget of calls is exhausted".to_owned());
        }
        let proposed = propose(&self.schema.block, prior, config);
        match self.binary.plan_only(&self.schema, prior, &proposed, config) {
            Ok(answer) => {
                self.legacy.set(Some(answer.legacy));
                Ok(answer)
            }
            Err(error) => {
                self.refused.replace(names(&error.path.0));
                let error = error.to_string();
                self.note(&error);
                Err(error)
            }
        }
    }

    /// Plans the creation.
    pub(super) fn create(&self, config: &Value) -> Result<PlanResponse, String> {
        self.plan(&Value::Null, config)
    }

    /// Returns the object after a plan is applied.
    pub(super) fn applied(&self, planned: &Value) -> Value {
        fill(planned, &self.schema.block, &self.hints, "", self.bare)
    }

    /// Returns the object after apply for which the same configuration plans no further change.
    pub(super) fn settle(&mut self, planned: &Value, config: &Value) -> Result<StableObject, String> {
        let mut prior = self.applied(planned);
        let mut rounds = 0;
        let mut refusals = 0;
        loop {
            let answer = match self.plan(&prior, config) {
                Ok(answer) => answer,
                Err(error) => {
                    // The value generated in place of an unknown one may be one that the provider never returns.
                    let path = self.refused.take();
                    refusals += 1;
                    if refusals > 6 || (path.is_empty() && self.bare) {
                        return Err(error);
                    }
                    if path.is_empty() {
                        self.bare = true;
                    }
                    self.learn(&path, &error);
                    prior = self.applied(planned);
                    continue;
                }
            };
            rounds += 1;
            if answer.planned == prior || rounds == 3 {
                let noise = differences(&prior, &answer.planned).into_iter().map(|each| each.path).collect();
                let replaced = answer.requires_replace.iter().map(|path| names(&path.0).join(".")).collect();
                return Ok(StableObject { prior, noise, replaced });
            }
            prior = self.applied(&answer.planned);
        }
    }
}

/// Returns the number of attributes and blocks, at any depth.
fn size(block: &Block) -> usize {
    block.attributes.len() + block.blocks.iter().map(|nested| 1 + size(&nested.block)).sum::<usize>()
}

/// Returns the names of a path, without indexes.
pub(super) fn names(steps: &[PathStep]) -> Vec<Text> {
    let name = |step: &PathStep| match step {
        PathStep::Name(name) => Some(name.clone()),
        PathStep::Index(_) => None,
    };
    steps.iter().filter_map(name).collect()
}

/// A path that differs.
pub(super) struct Difference {
    /// The names, separated by dots.
    pub(super) path: String,
    /// True if the new value is unknown.
    pub(super) unknown: bool,
}

/// Returns the paths at which two objects differ. Collections of different length, and sets, differ as a whole.
pub(super) fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    differ(old, new, "", &mut found);
    found
}

fn differ(old: &Value, new: &Value, path: &str, found: &mut Vec<Difference>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => {
            for (name, new) in new.iter() {
                let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                differ(old.get(name).unwrap_or(&Value::Null), new, &path, found);
            }
        }
        (Value::List(old), Value::List(new)) if old.len() == new.len() => {
            for (old, new) in old.iter().zip(new) {
                differ(old, new, path, found);
            }
        }
        (Value::Set(old), Value::Set(new)) if old.len() == 1 && new.len() == 1 => {
            differ(&old[0], &new[0], path, found);
        }
        (_, new) => found.push(Difference { path: path.to_owned(), unknown: *new == Value::UNKNOWN }),
    }
}
