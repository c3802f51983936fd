//! Default tags of the provider's configuration.
//!
//! A provider with a `default_tags` block merges them into the `tags` of each resource, and returns the result as
//! `tags_all`.

use iac_lang::value::{Value, ValueMap};

/// The argument with a resource's own tags.
pub(super) const TAGS: &str = "tags";
/// The attribute with all tags.
pub(super) const TAGS_ALL: &str = "tags_all";

/// The tag settings of a provider configuration.
#[derive(Debug, Default)]
pub(super) struct DefaultTags {
    /// The default tags.
    tags: ValueMap,
    /// True if they are undecided. Values that are unknown until apply do not reach the provider, which plans as if
    /// there were no default tags.
    undecided: bool,
    /// Ignored keys.
    ignored: Vec<String>,
    /// Ignored key prefixes.
    ignored_prefixes: Vec<String>,
}

/// The planned value of `tags_all`.
#[derive(Debug)]
pub(super) enum PlannedTags {
    /// It keeps its prior value.
    Kept,
    /// It is known after apply, or undecided.
    Unknown(Value),
    /// It has this value.
    Known(ValueMap),
}

impl DefaultTags {
    /// Reads the configuration of the provider.
    pub(super) fn new(config: &Value) -> Self {
        let mut read = Self::default();
        for block in blocks(config, "default_tags") {
            match member(block, TAGS) {
                Some(tags) if tags.doubt().is_some() => read.undecided = true,
                Some(tags) if !tags.is_wholly_known() => {}
                Some(Value::Map(tags)) => read.tags = tags.clone(),
                _ => {}
            }
        }
        for block in blocks(config, "ignore_tags") {
            read.ignored.extend(strings(member(block, "keys")));
            read.ignored_prefixes.extend(strings(member(block, "key_prefixes")));
        }
        read
    }

    /// Returns all tags of a resource.
    fn merged(&self, tags: &ValueMap) -> ValueMap {
        let is_kept = |key: &str| {
            !self.ignored.iter().any(|ignored| ignored == key)
                && !self.ignored_prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
        };
        let all = self.tags.iter().chain(tags.iter());
        all.filter(|(key, value)| is_kept(key) && !value.is_null())
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Plans `tags_all` of a type of the legacy SDK.
    pub(super) fn legacy(&self, tags: &Value, tags_change: bool) -> PlannedTags {
        if let Some(unknown) = self.unknown(tags) {
            return PlannedTags::Unknown(unknown);
        }
        let tags = as_map(tags);
        let all = self.merged(&tags);
        if all.is_empty() && !tags_change {
            PlannedTags::Kept
        } else if has_empty(&all) && (!tags_change || has_empty(&tags)) {
            // Only the resource's own tags count if they change.
            PlannedTags::Unknown(Value::UNKNOWN)
        } else {
            PlannedTags::Known(all)
        }
    }

    /// Plans `tags_all` of a type of the plugin framework.
    pub(super) fn framework(&self, tags: &Value) -> PlannedTags {
        if let Some(unknown) = self.unknown(tags) {
            return PlannedTags::Unknown(unknown);
        }
        PlannedTags::Known(self.merged(&as_map(tags)))
    }

    fn unknown(&self, tags: &Value) -> Option<Value> {
        if self.undecided {
            return Some(Value::undecided("the default tags of the provider are undecided"));
        }
        (!tags.is_wholly_known()).then(|| Value::unknown_of([tags]))
    }

    /// Returns true if merging these tags with the default tags gives `all`.
    pub(super) fn merge_to(&self, tags: &Value, all: &Value) -> bool {
        let Value::Map(all) = all else {
            return !self.undecided && self.tags.is_empty() && matches!(tags, Value::Null);
        };
        if self.undecided {
            return false;
        }
        if self.tags.is_empty() && self.ignored.is_empty() && self.ignored_prefixes.is_empty() {
            return match tags {
                Value::Map(tags) => tags == all,
                Value::Null => all.is_empty(),
                _ => false,
            };
        }
        tags.is_wholly_known() && self.merged(&as_map(tags)) == *all
    }
}

fn as_map(tags: &Value) -> ValueMap {
    match tags {
        Value::Map(tags) => tags.clone(),
        _ => ValueMap::new(),
    }
}

/// Returns true if a tag has an empty value.
fn has_empty(tags: &ValueMap) -> bool {
    tags.values().any(|value| matches!(value, Value::String(text) if text.is_empty()))
}

fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    match object {
        Value::Object(members) => members.get(name),
        _ => None,
    }
}

fn blocks<'a>(config: &'a Value, name: &str) -> &'a [Value] {
    match member(config, name) {
        Some(Value::List(blocks) | Value::Set(blocks)) => blocks,
        _ => &[],
    }
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = String> {
    let elements = match value {
        Some(Value::Set(elements) | Value::List(elements)) => elements.as_slice(),
        _ => &[],
    };
    elements.iter().filter_map(|element| match element {
        Value::String(text) => Some(text.as_str().to_owned()),
        _ => None,
    })
}
