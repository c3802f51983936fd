//! Asks a provider for the facts that its schema does not tell: feature `probe`.
//!
//! Each fact is an answer of the provider to a plan: of a change of one argument, of its removal, of the creation
//! without it. Configurations are made up from the schema, from what is known already, and from what the provider's
//! validation says against them; prior states are what the provider itself plans, with something known in place of
//! what is unknown.

mod ask;
mod compare;
mod conclude;
mod facts;
mod mend;
mod observe;
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

/// What is known of an argument before it is asked about.
#[derive(Clone, Debug, Default)]
pub struct Hint {
    /// The values that the provider accepts, if not any.
    pub allowed: Vec<Literal>,
    /// The value where nothing is set.
    pub default: Option<Literal>,
    /// Limits of a number.
    pub range: Vec<i64>,
    /// Lengths that a text has to have, or limits of them.
    pub lengths: Vec<usize>,
}

/// What is known of the arguments of a type, by dotted path.
#[derive(Clone, Debug, Default)]
pub struct Hints(BTreeMap<String, Hint>);

impl Hints {
    fn get(&self, path: &str) -> Hint {
        self.0.get(path).cloned().unwrap_or_default()
    }

    /// Says what is known of an argument.
    pub fn set(&mut self, path: String, hint: Hint) {
        self.0.insert(path, hint);
    }
}

/// The name of the only member of an object that stands for null: that something is null is not that nothing was seen.
pub const NULL: &str = "$null";

/// The name of the only member of an object that stands for what is unknown.
pub const UNKNOWN: &str = "$unknown";

/// What was seen of one argument, attribute or block.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each was seen for itself")]
pub struct Finding {
    /// What is planned for it on creation, where it is not set.
    pub created: Option<Value>,
    /// Of a block: whether the provider makes some where none is configured.
    pub makes_blocks: Option<bool>,
    /// Whether it can be set and is computed, or is a block.
    pub computed: bool,
    /// By kind of change: whether some replace the resource, and whether some do not.
    pub replaced: BTreeMap<String, (bool, bool)>,
    /// The same, counting only replacement that the place itself asks for, and not something inside it.
    pub replaced_exactly: BTreeMap<String, (bool, bool)>,
    /// The kinds of change that are planned as none.
    pub still: BTreeSet<String>,
    /// Whether a change from one value to another is planned as a change.
    pub moved: bool,
    /// Whether removing it keeps the prior value.
    pub kept_when_removed: Option<bool>,
    /// What removing it turns it to, where that is neither the prior value nor made up.
    pub removed_to: Option<Value>,
    /// Whether elements of a set that differ only in it are the same.
    pub unhashed: bool,
    /// The changes that make no difference, and those that do.
    pub norms: BTreeMap<String, bool>,
    /// Whether a value that is both recorded and configured in a form that is not normal is changed to its normal form.
    pub rewrites: Option<bool>,
    /// What the provider plans in place of what is configured.
    pub rewritten: Option<Value>,
    /// Whether going from null to empty or zero is planned as no change.
    pub null_to_empty_same: Option<bool>,
    /// Whether going from empty or zero to null is planned as no change.
    pub empty_to_null_same: Option<bool>,
    /// How many arguments were changed while this attribute was there.
    pub changes: usize,
    /// Which of these changes made it unknown.
    pub made_unknown_by: Option<Vec<String>>,
    /// Whether each of these changes did.
    pub made_unknown_by_all: bool,
    /// Why nothing could be found out.
    pub error: Option<String>,
    /// By kind of change: why the provider did not plan it.
    pub errors: BTreeMap<String, String>,
}

/// What was seen of a type.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Observed {
    /// Whether it uses the provider SDK's type system.
    pub legacy: Option<bool>,
    /// By dotted path.
    pub findings: BTreeMap<String, Finding>,
    /// Blocks that have the same content as another, which was looked at.
    pub same_as: BTreeMap<String, String>,
    /// What the provider says against the configuration that was made up.
    pub problems: Vec<String>,
    /// Why nothing could be found out.
    pub error: Option<String>,
    /// How much was asked.
    pub calls: usize,
    /// Whether all was asked that there is.
    pub complete: bool,
}

/// Asks about a resource type; `None` if the provider does not have it.
#[must_use]
pub fn observe(binary: &Binary, type_name: &str, hints: Hints) -> Option<Observed> {
    let schema = iac_plan::plan::Provider::schema(binary, EntityKind::Resource, type_name)?;
    let mut asked = ask::Asked::new(binary, schema, hints);
    Some(observe::Observer::new(&mut asked).run())
}
