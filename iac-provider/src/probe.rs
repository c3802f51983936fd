//! Discovery of facts that a provider's schema does not tell: feature `probe`.
//!
//! Each fact is derived from the provider's plan for a change of one argument, for its removal, or for creation
//! without it. Configurations are generated from the schema, from known facts, and from the provider's validation
//! errors. Prior states are the provider's own plans, with known values in place of unknown ones.

mod compare;
mod conclude;
mod facts;
mod observe;
mod probed_type;
mod repair;
mod schema_json;
mod tree;
mod values;
mod variants;

use std::collections::{BTreeMap, BTreeSet};

use iac_plan::schema::{EntityKind, Literal};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use facts::{Change, apply, hints};
pub use schema_json::schema_json;

use crate::Binary;

/// Known facts about an argument before it is probed.
#[derive(Clone, Debug, Default)]
pub struct Hint {
    /// The allowed values; empty for any.
    pub allowed: Vec<Literal>,
    /// The default value.
    pub default: Option<Literal>,
    /// Bounds of a number.
    pub range: Vec<i64>,
    /// Required lengths of a string, or their bounds.
    pub lengths: Vec<usize>,
}

/// Known facts about the arguments of a type, by dotted path.
#[derive(Clone, Debug, Default)]
pub struct Hints(BTreeMap<String, Hint>);

impl Hints {
    fn get(&self, path: &str) -> Hint {
        self.0.get(path).cloned().unwrap_or_default()
    }

    /// Sets the known facts about an argument.
    pub fn set(&mut self, path: String, hint: Hint) {
        self.0.insert(path, hint);
    }
}

/// The name of the only member of an object that stands for null, to tell an observed null from no observation.
pub const NULL: &str = "$null";

/// The name of the only member of an object that stands for an unknown value.
pub const UNKNOWN: &str = "$unknown";

/// The observations of one argument, attribute or block.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each was seen for itself")]
pub struct Finding {
    /// The planned value on creation if it is not set.
    pub created: Option<Value>,
    /// For a block: whether the provider creates blocks if none is configured.
    pub makes_blocks: Option<bool>,
    /// True if it is optional and computed, or a block.
    pub computed: bool,
    /// By kind of change: whether some changes replace the resource, and whether some do not.
    pub replaced: BTreeMap<String, (bool, bool)>,
    /// The same, counting only replacements for the path itself, not for a path inside it.
    pub replaced_exactly: BTreeMap<String, (bool, bool)>,
    /// The kinds of change that are planned as no-op.
    pub still: BTreeSet<String>,
    /// True if a change from one value to another is planned as a change.
    pub moved: bool,
    /// True if removing it keeps the prior value.
    pub kept_when_removed: Option<bool>,
    /// The value after removal, if it is neither the prior value nor generated.
    pub removed_to: Option<Value>,
    /// True if elements of a set that differ only in it are equal.
    pub unhashed: bool,
    /// Kinds of rewriting, and whether the result is equivalent.
    pub norms: BTreeMap<String, bool>,
    /// True if a value that is recorded and configured in a form that is not normalized is planned to change to the
    /// normalized form.
    pub rewrites: Option<bool>,
    /// The value that the provider plans in place of the configured one.
    pub rewritten: Option<Value>,
    /// True if a change from null to empty or zero is planned as no-op.
    pub null_to_empty_same: Option<bool>,
    /// True if a change from empty or zero to null is planned as no-op.
    pub empty_to_null_same: Option<bool>,
    /// The number of arguments that were changed while this attribute existed.
    pub changes: usize,
    /// The changes that made it unknown.
    pub made_unknown_by: Option<Vec<String>>,
    /// True if all of the changes did.
    pub made_unknown_by_all: bool,
    /// The reason why nothing could be observed.
    pub error: Option<String>,
    /// By kind of change: the provider's error.
    pub errors: BTreeMap<String, String>,
}

/// The observations of a type.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Observed {
    /// True if it uses the legacy SDK's type system.
    pub legacy: Option<bool>,
    /// The observations by dotted path.
    pub findings: BTreeMap<String, Finding>,
    /// Blocks with the same content as another block, which was probed.
    pub same_as: BTreeMap<String, String>,
    /// The provider's validation errors for the generated configuration.
    pub problems: Vec<String>,
    /// The reason why nothing could be observed.
    pub error: Option<String>,
    /// The number of calls.
    pub calls: usize,
    /// True if everything was probed.
    pub complete: bool,
}

/// Probes a resource type; `None` if the provider does not have it.
#[must_use]
pub fn observe(binary: &Binary, type_name: &str, hints: Hints) -> Option<Observed> {
    let schema = iac_plan::plan::Provider::schema(binary, EntityKind::Resource, type_name)?;
    let mut asked = probed_type::ProbedType::new(binary, schema, hints);
    Some(observe::Observer::new(&mut asked).run())
}
