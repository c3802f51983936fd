//! What a provider plans for changes of the arguments of one type.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use iac_core::Text;
use iac_core::plan::PlanResponse;
use iac_core::schema::{Attribute, Block, Literal, NestedBlock, NestingMode, Transition};
use iac_core::types::Type;
use iac_core::value::Value;

use super::ask::{Asked, Settled, differences, names};
use super::mend::{Draft, join, unset};
use super::tree::get;
use super::variants;
use super::{Finding, Observed, UNKNOWN};

/// How deep blocks are looked into.
const DEEPEST: usize = 3;

/// A place where arguments are changed: the type itself, or a block in it.
struct Container<'a> {
    path: Vec<Text>,
    block: &'a Block,
    /// Whether it is, or is in, an element of a set.
    in_set: bool,
    draft: Draft,
    created: Value,
    settled: Settled,
}

/// A change that was planned.
struct Change {
    /// The argument or block.
    path: String,
    /// The block in which it stands.
    container: String,
    replaced: bool,
    unknown: BTreeSet<String>,
}

/// Looks at one type.
pub(super) struct Observer<'a, 'b> {
    asked: &'b mut Asked<'a>,
    observed: Observed,
    changes: Vec<Change>,
    /// The places of blocks whose content was looked at, by content.
    shapes: BTreeMap<u64, String>,
}

impl<'a, 'b> Observer<'a, 'b> {
    pub(super) fn new(asked: &'b mut Asked<'a>) -> Self {
        Self { asked, observed: Observed::default(), changes: Vec::new(), shapes: BTreeMap::new() }
    }

    pub(super) fn run(mut self) -> Observed {
        let schema = self.asked.schema.clone();
        let draft = self.asked.base();
        self.observed.problems = draft.problems.iter().map(|problem| problem.text.clone()).collect();
        match self.container(Vec::new(), &schema.block, draft, false) {
            Ok(container) => {
                self.created_values(&container);
                self.members(&container);
            }
            Err(error) => self.observed.error = Some(error),
        }
        self.computed(&schema.block, "");
        self.copy_shapes();
        self.observed.legacy = self.asked.legacy.get();
        self.observed.calls = self.asked.calls();
        self.observed.complete = !self.asked.is_spent();
        self.observed
    }

    fn finding(&mut self, path: &str) -> &mut Finding {
        self.observed.findings.entry(path.to_owned()).or_default()
    }

    fn container<'c>(
        &mut self,
        path: Vec<Text>,
        block: &'c Block,
        draft: Draft,
        in_set: bool,
    ) -> Result<Container<'c>, String> {
        let created = draft.created.clone()?;
        let settled = self.asked.settle(&created, &draft.config)?;
        Ok(Container { path, block, in_set, draft, created, settled })
    }

    /// Looks at the arguments and blocks of a container.
    fn members(&mut self, container: &Container<'_>) {
        for attribute in &container.block.attributes {
            let is_id = attribute.name == "id" && container.path.is_empty();
            if (attribute.required || attribute.optional) && !is_id {
                self.attribute(container, attribute);
            }
        }
        for nested in &container.block.blocks {
            if nested.name != "timeouts" {
                self.block(container, nested);
            }
        }
    }

    /// What is planned where nothing is set.
    fn created_values(&mut self, container: &Container<'_>) {
        let Some(Value::Object(created)) = get(&container.created, &container.path) else { return };
        let Some(Value::Object(config)) = get(&container.draft.config, &container.path) else { return };
        let configured = texts(&container.draft.config);
        for attribute in &container.block.attributes {
            if config.get(&attribute.name) != Some(&Value::Null) {
                continue;
            }
            let Some(value) = created.get(&attribute.name) else { continue };
            let value = value.clone();
            if !is_own(&value, &configured) {
                self.finding(&join(&container.path, &attribute.name).join(".")).created = Some(json(&value));
            }
        }
        for nested in &container.block.blocks {
            let none = super::tree::none(nested.mode, &nested.block);
            if config.get(&nested.name) == Some(&none)
                && let Some(value) = created.get(&nested.name)
            {
                let made = *value == Value::Unknown || contains_unknown(value);
                self.finding(&join(&container.path, &nested.name).join(".")).makes_blocks = Some(made);
            }
        }
    }

    fn attribute(&mut self, container: &Container<'_>, attribute: &Attribute) {
        let path = join(&container.path, &attribute.name);
        let key = path.join(".");
        let is_set = get(&container.draft.config, &path).is_some_and(|value| *value != Value::Null);
        if let Some(default) = get(&container.created, &path).and_then(literal) {
            // A value that says the default shows nothing when it is removed.
            let mut hint = self.asked.hints.get(&key);
            hint.default = Some(default);
            self.asked.hints.set(key.clone(), hint);
        }
        let mended;
        let (draft, settled) = if is_set {
            (&container.draft, &container.settled)
        } else {
            let draft = self.asked.with(&container.draft, &path);
            let is_bad = |problem: &crate::binary::Problem| {
                !container.draft.problems.iter().any(|known| known.text == problem.text)
            };
            if get(&draft.config, &path).is_none_or(|value| *value == Value::Null)
                || draft.problems.iter().any(is_bad)
            {
                let why = draft.problems.first().map_or("it cannot be set", |problem| problem.text.as_str());
                self.finding(&key).error = Some(why.to_owned());
                return;
            }
            let created = match &draft.created {
                Ok(created) => created.clone(),
                Err(error) => {
                    self.finding(&key).error = Some(error.clone());
                    return;
                }
            };
            match self.asked.settle(&created, &draft.config) {
                Ok(settled) => mended = (draft, settled),
                Err(error) => {
                    self.finding(&key).error = Some(error);
                    return;
                }
            }
            (&mended.0, &mended.1)
        };
        if attribute.write_only {
            return;
        }
        if let Some(other) = self.other_value(draft, &path) {
            let config = super::tree::with(&draft.config, &path, other);
            let first = get(&draft.config, &path).cloned().unwrap_or(Value::Null);
            let second = get(&config, &path).cloned().unwrap_or(Value::Null);
            let kind = direction(&first, &second);
            let answer = self.change(container, &path, settled, &config, kind);
            // Back again: of numbers, and where the way mattered.
            let matters =
                |answer: &PlanResponse| kind != Transition::Changed || !answer.requires_replace.is_empty();
            if let Some(answer) = answer.filter(matters) {
                let prior = self.asked.applied(&answer.planned);
                let there =
                    Settled { prior, noise: settled.noise.clone(), replaced: settled.replaced.clone() };
                self.change(container, &path, &there, &draft.config, reverse(kind));
            }
            let moved = self.finding(&key).moved;
            if moved {
                self.equivalences(container, &path, draft, settled, attribute);
            } else if container.in_set {
                self.finding(&key).unhashed = true;
            }
        }
        if !is_set {
            let without = unset(&self.asked.schema.block.clone(), &draft.config, &path);
            self.removal(container, &path, settled, &without, attribute.computed);
            let base = if without == container.draft.config {
                Some(container.settled.prior.clone())
            } else {
                self.asked.create(&without).ok().map(|created| self.asked.applied(&created.planned))
            };
            if let Some(base) = base {
                let was = get(&base, &path).cloned().unwrap_or(Value::Null);
                let there = Settled {
                    prior: base,
                    noise: container.settled.noise.clone(),
                    replaced: container.settled.replaced.clone(),
                };
                let kind = if was == Value::Null { Transition::Added } else { Transition::Changed };
                self.change(container, &path, &there, &draft.config, kind);
            }
            self.empties(&path, container, attribute);
        }
    }

    /// Another value of an argument that the provider accepts too.
    fn other_value(&mut self, draft: &Draft, path: &[Text]) -> Option<Value> {
        let current = get(&draft.config, path)?.clone();
        let mut pairs = draft.pairs(path);
        if pairs.is_empty() {
            let schema = self.asked.schema.clone();
            let Some(super::mend::Place::Attribute(attribute)) = super::mend::find(&schema.block, path)
            else {
                return None;
            };
            pairs = super::values::candidates(
                &attribute.name,
                &attribute.ty,
                &self.asked.hints.get(&path.join(".")),
            );
        }
        let others =
            pairs.into_iter().flat_map(|(left, right)| [right, left]).filter(|value| *value != current);
        for other in others.take(12) {
            let problems = self.asked.validate(&super::tree::with(&draft.config, path, other.clone()))?;
            let is_known = |problem: &crate::binary::Problem| {
                draft.problems.iter().any(|known| known.text == problem.text)
            };
            if problems.iter().all(is_known) {
                return Some(other);
            }
        }
        None
    }

    /// Plans a change of one argument or block, and notes what comes of it.
    fn change(
        &mut self,
        container: &Container<'_>,
        path: &[Text],
        there: &Settled,
        config: &Value,
        kind: Transition,
    ) -> Option<PlanResponse> {
        let key = path.join(".");
        let answer = match self.asked.plan(&there.prior, config) {
            Ok(answer) => answer,
            Err(error) => {
                self.finding(&key).errors.insert(kind.as_str().to_owned(), error);
                return None;
            }
        };
        let differing = differences(&there.prior, &answer.planned);
        let is_mine = |other: &str| other == key || is_inside(other, &key) || is_inside(&key, other);
        if there.noise.iter().chain(&there.replaced).any(|other| is_mine(other)) {
            // It changes without being changed: nothing can be told.
            return Some(answer);
        }
        let moved = differing.iter().any(|each| is_mine(&each.path) && !there.noise.contains(&each.path));
        let replaced = answer.requires_replace.iter().any(|each| {
            let other = names(&each.0).join(".");
            is_mine(&other) && !there.replaced.contains(&other)
        });
        let exactly = answer.requires_replace.iter().any(|each| {
            let other = names(&each.0).join(".");
            (other == key || is_inside(&key, &other)) && !there.replaced.contains(&other)
        });
        let unknown: BTreeSet<String> = differing
            .iter()
            .filter(|each| each.unknown && !there.noise.contains(&each.path))
            .map(|each| each.path.clone())
            .collect();
        let finding = self.finding(&key);
        if moved || replaced {
            finding.moved |= kind != Transition::Added && kind != Transition::Removed;
            let seen = finding.replaced.entry(kind.as_str().to_owned()).or_default();
            seen.0 |= replaced;
            seen.1 |= !replaced;
            let seen = finding.replaced_exactly.entry(kind.as_str().to_owned()).or_default();
            seen.0 |= exactly;
            seen.1 |= !exactly;
            let container = container.path.join(".");
            self.changes.push(Change {
                path: key,
                container,
                replaced: !answer.requires_replace.is_empty(),
                unknown,
            });
        } else {
            finding.still.insert(kind.as_str().to_owned());
        }
        Some(answer)
    }

    /// Plans the removal of an argument or of blocks.
    fn removal(
        &mut self,
        container: &Container<'_>,
        path: &[Text],
        there: &Settled,
        without: &Value,
        computed: bool,
    ) {
        let Some(answer) = self.change(container, path, there, without, Transition::Removed) else { return };
        let (Some(before), Some(after)) = (get(&there.prior, path), get(&answer.planned, path)) else {
            return;
        };
        let own = texts(&there.prior);
        let after = after.clone();
        let kept = *before == after;
        let finding = self.finding(&path.join("."));
        finding.kept_when_removed = Some(kept);
        if !kept && (after == Value::Unknown || !is_own(&after, &own)) {
            finding.removed_to = Some(json(&after));
        }
        finding.computed = computed;
    }

    /// Changes that may make no difference.
    fn equivalences(
        &mut self,
        container: &Container<'_>,
        path: &[Text],
        draft: &Draft,
        settled: &Settled,
        attribute: &Attribute,
    ) {
        let key = path.join(".");
        let Some(current) = get(&draft.config, path).cloned() else { return };
        let Some(held) = get(&settled.prior, path).cloned() else { return };
        if container.path.len() > 1 {
            return;
        }
        for (norm, variant) in variants::of(&attribute.name, &current) {
            let config = super::tree::with(&draft.config, path, variant);
            let Ok(answer) = self.asked.plan(&settled.prior, &config) else { continue };
            let same = get(&answer.planned, path) == Some(&held);
            self.finding(&key).norms.insert(norm.as_str().to_owned(), same);
        }
        if held != current && held != Value::Unknown {
            // The provider plans something else than what is configured.
            self.finding(&key).rewritten = Some(json(&held));
        }
        if !matches!(&attribute.ty, Type::List(element) if **element == Type::String) {
            return;
        }
        let Value::List(elements) = &current else { return };
        let Some(Value::List(others)) = self.other_value(draft, path) else { return };
        let (Some(left), Some(right)) = (elements.first(), others.first()) else { return };
        let both = Value::List(vec![left.clone(), right.clone()]);
        let turned = Value::List(vec![right.clone(), left.clone()]);
        let config = super::tree::with(&draft.config, path, both.clone());
        let Ok(created) = self.asked.create(&config) else { return };
        let prior = self.asked.applied(&created.planned);
        if get(&prior, path) != Some(&both) {
            return;
        }
        let config = super::tree::with(&draft.config, path, turned);
        if let Ok(answer) = self.asked.plan(&prior, &config) {
            let same = get(&answer.planned, path) == Some(&both);
            self.finding(&key).norms.insert("order".to_owned(), same);
        }
    }

    /// Whether null and empty are the same.
    fn empties(&mut self, path: &[Text], container: &Container<'_>, attribute: &Attribute) {
        let empty = match &attribute.ty {
            Type::String => Value::String("".into()),
            Type::Number => Value::Number(0_i64.into()),
            Type::Bool => Value::Bool(false),
            Type::List(_) => Value::List(Vec::new()),
            Type::Set(_) => Value::Set(Vec::new()),
            Type::Map(_) => Value::Map(iac_core::value::ValueMap::new()),
            _ => return,
        };
        if attribute.computed || container.path.len() > 1 || self.asked.legacy.get() != Some(false) {
            return;
        }
        let base = &container.settled.prior;
        if get(base, path) != Some(&Value::Null) {
            return;
        }
        let key = path.join(".");
        let config = super::tree::with(&container.draft.config, path, empty.clone());
        if let Ok(answer) = self.asked.plan(base, &config) {
            let same = get(&answer.planned, path) == Some(&Value::Null);
            self.finding(&key).null_to_empty_same = Some(same);
        }
        let prior = super::tree::with(base, path, empty.clone());
        if let Ok(answer) = self.asked.plan(&prior, &container.draft.config) {
            let same = get(&answer.planned, path) == Some(&empty);
            self.finding(&key).empty_to_null_same = Some(same);
        }
    }

    fn block(&mut self, container: &Container<'_>, nested: &NestedBlock) {
        if self.asked.is_spent() || container.path.len() >= DEEPEST {
            return;
        }
        let path = join(&container.path, &nested.name);
        let key = path.join(".");
        let in_set = container.in_set || nested.mode == NestingMode::Set;
        let none = super::tree::none(nested.mode, &nested.block);
        let is_set = get(&container.draft.config, &path).is_some_and(|value| *value != none);
        let draft = self.asked.with(&container.draft, &path);
        let is_bad = |problem: &crate::binary::Problem| {
            !container.draft.problems.iter().any(|known| known.text == problem.text)
        };
        if get(&draft.config, &path).is_none_or(|value| *value == none) || draft.problems.iter().any(is_bad) {
            let why = draft.problems.first().map_or("it cannot be set", |problem| problem.text.as_str());
            self.finding(&key).error = Some(why.to_owned());
            return;
        }
        let without = unset(&self.asked.schema.block.clone(), &draft.config, &path);
        let inner = match self.container(path.clone(), &nested.block, draft, in_set) {
            Ok(inner) => inner,
            Err(error) => {
                self.finding(&key).error = Some(error);
                return;
            }
        };
        if !is_set {
            self.removal(container, &path, &inner.settled, &without, true);
            let base = if without == container.draft.config {
                Some(container.settled.prior.clone())
            } else {
                self.asked.create(&without).ok().map(|created| self.asked.applied(&created.planned))
            };
            if let Some(base) = base {
                let there = Settled {
                    prior: base,
                    noise: container.settled.noise.clone(),
                    replaced: container.settled.replaced.clone(),
                };
                self.change(container, &path, &there, &inner.draft.config, Transition::Added);
            }
        }
        let shape = shape(&nested.block);
        if let Some(known) = self.shapes.get(&shape)
            && path.len() > 1
        {
            self.observed.same_as.insert(key, known.clone());
            return;
        }
        self.shapes.insert(shape, key);
        self.created_values(&inner);
        self.members(&inner);
    }

    /// What becomes of computed attributes when something else changes.
    fn computed(&mut self, block: &Block, path: &str) {
        for attribute in block.attributes.iter().filter(|each| each.computed && each.name != "tags_all") {
            let key = if path.is_empty() {
                attribute.name.to_string()
            } else {
                format!("{path}.{}", attribute.name)
            };
            let mut all = BTreeSet::new();
            let mut making = BTreeSet::new();
            for change in self.changes.iter().filter(|change| !change.replaced && change.path != key) {
                let is_there =
                    path.is_empty() || change.container == path || is_inside(&change.container, path);
                if !is_there {
                    continue;
                }
                all.insert(change.path.clone());
                if change.unknown.contains(&key) {
                    making.insert(change.path.clone());
                }
            }
            if !all.is_empty() {
                let finding = self.finding(&key);
                finding.changes = all.len();
                finding.made_unknown_by_all = making.len() == all.len();
                finding.made_unknown_by = Some(shorten(&making, &all));
            }
        }
        for nested in &block.blocks {
            let path =
                if path.is_empty() { nested.name.to_string() } else { format!("{path}.{}", nested.name) };
            if self.observed.findings.keys().any(|key| is_inside(key, &path)) {
                self.computed(&nested.block, &path);
            }
        }
    }

    /// What was found in a block holds for the same content elsewhere in the type.
    fn copy_shapes(&mut self) {
        let mut copies = Vec::new();
        for (place, known) in &self.observed.same_as {
            let start = format!("{known}.");
            for (path, finding) in self.observed.findings.range(start.clone()..) {
                let Some(rest) = path.strip_prefix(&start) else { break };
                copies.push((format!("{place}.{rest}"), finding.clone()));
            }
        }
        for (path, finding) in copies.into_iter().take(5_000) {
            self.observed.findings.entry(path).or_insert(finding);
        }
    }
}

/// Whether a path of names lies inside another.
fn is_inside(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}

/// Names a block where each of its arguments is named.
fn shorten(some: &BTreeSet<String>, all: &BTreeSet<String>) -> Vec<String> {
    let mut short = BTreeSet::new();
    for path in some {
        let mut best = path.clone();
        let mut outer = path.as_str();
        while let Some((parent, _)) = outer.rsplit_once('.') {
            let inside: Vec<&String> =
                all.iter().filter(|each| is_inside(each, parent) || *each == parent).collect();
            if inside.len() > 1 && inside.iter().all(|each| some.contains(*each)) {
                parent.clone_into(&mut best);
            }
            outer = parent;
        }
        short.insert(best);
    }
    short.into_iter().collect()
}

fn shape(block: &Block) -> u64 {
    fn add(block: &Block, hasher: &mut DefaultHasher) {
        for attribute in &block.attributes {
            attribute.name.hash(hasher);
            attribute.ty.to_string().hash(hasher);
            (attribute.required, attribute.optional, attribute.computed).hash(hasher);
        }
        for nested in &block.blocks {
            nested.name.hash(hasher);
            (nested.mode, nested.min_items, nested.max_items).hash(hasher);
            add(&nested.block, hasher);
        }
    }
    let mut hasher = DefaultHasher::new();
    add(block, &mut hasher);
    hasher.finish()
}

/// The direction of a change, where there is one.
fn direction(first: &Value, second: &Value) -> Transition {
    let size = |value: &Value| match value {
        Value::Number(number) => number.to_string().parse::<f64>().ok(),
        _ => None,
    };
    match (size(first), size(second)) {
        (Some(first), Some(second)) if first < second => Transition::Increased,
        (Some(first), Some(second)) if first > second => Transition::Decreased,
        _ => Transition::Changed,
    }
}

fn reverse(kind: Transition) -> Transition {
    match kind {
        Transition::Increased => Transition::Decreased,
        Transition::Decreased => Transition::Increased,
        other => other,
    }
}

/// The texts in a value.
fn texts(value: &Value) -> BTreeSet<String> {
    fn add(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                found.insert(text.to_string());
            }
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
                for element in elements {
                    add(element, found);
                }
            }
            Value::Map(elements) | Value::Object(elements) => {
                for element in elements.values() {
                    add(element, found);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    add(value, &mut found);
    found
}

/// Whether a value only repeats what was configured.
fn is_own(value: &Value, configured: &BTreeSet<String>) -> bool {
    texts(value).iter().any(|text| text.contains("probe") || (!text.is_empty() && configured.contains(text)))
}

/// A value as JSON, with a mark for what is unknown.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
        Value::String(text) => text.as_str().into(),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            elements.iter().map(json).collect()
        }
        Value::Map(members) | Value::Object(members) => {
            members.iter().map(|(name, member)| (name.to_string(), json(member))).collect()
        }
        Value::Unknown | Value::Sensitive(_) => serde_json::json!({ UNKNOWN: true }),
    }
}

/// A known value that is not null, as a literal.
fn literal(value: &Value) -> Option<Literal> {
    match value {
        Value::Bool(value) => Some(Literal::Bool(*value)),
        Value::Number(number) => Some(Literal::Number(number.to_string())),
        Value::String(text) => Some(Literal::String(text.to_string())),
        _ => None,
    }
}

fn contains_unknown(value: &Value) -> bool {
    match value {
        Value::Unknown => true,
        Value::List(elements) | Value::Set(elements) => elements.iter().any(contains_unknown),
        Value::Map(elements) | Value::Object(elements) => elements.values().any(contains_unknown),
        _ => false,
    }
}
