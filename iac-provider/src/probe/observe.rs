//! Observation of a provider's plans for changes of one type's arguments.

use std::collections::{BTreeMap, BTreeSet};

use iac_core::Text;
use iac_lang::types::Type;
use iac_lang::value::Value;
use iac_plan::plan::PlanResponse;
use iac_plan::schema::{Attribute, Block, NestedBlock, NestingMode, Norm, Transition};

use super::compare::{direction, is_inside, is_own, json, literal, reverse, shape, strings};
use super::probed_type::{ProbedType, StableObject, differences, names};
use super::repair::{Draft, join, unset};
use super::tree::get;
use super::{Finding, Observed, variants};

/// The depth of blocks up to which they are probed.
const MAX_DEPTH: usize = 3;

/// The type itself or a block whose arguments are changed.
struct Container<'a> {
    path: Vec<Text>,
    block: &'a Block,
    /// True if it is an element of a set, or inside one.
    in_set: bool,
    draft: Draft,
    created: Value,
    stable: StableObject,
}

/// A planned change.
pub(super) struct Change {
    /// The argument or block.
    pub(super) path: String,
    /// The block that contains it.
    pub(super) container: String,
    pub(super) replaced: bool,
    pub(super) unknown: BTreeSet<String>,
}

/// Probes one type.
pub(super) struct Observer<'a, 'b> {
    probed: &'b mut ProbedType<'a>,
    pub(super) observed: Observed,
    pub(super) changes: Vec<Change>,
    /// The paths of probed blocks, by a hash of their content.
    shapes: BTreeMap<u64, String>,
}

impl<'a, 'b> Observer<'a, 'b> {
    pub(super) fn new(probed: &'b mut ProbedType<'a>) -> Self {
        Self { probed, observed: Observed::default(), changes: Vec::new(), shapes: BTreeMap::new() }
    }

    pub(super) fn run(mut self) -> Observed {
        let schema = self.probed.schema.clone();
        let draft = self.probed.base();
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
        self.observed.legacy = self.probed.legacy.get();
        self.observed.calls = self.probed.calls();
        self.observed.complete = !self.probed.is_exhausted();
        self.observed
    }

    pub(super) fn finding(&mut self, path: &str) -> &mut Finding {
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
        let stable = self.probed.settle(&created, &draft.config)?;
        Ok(Container { path, block, in_set, draft, created, stable })
    }

    /// Probes the arguments and blocks of a container.
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

    /// Observes planned values of arguments that are not set.
    fn created_values(&mut self, container: &Container<'_>) {
        let Some(Value::Object(created)) = get(&container.created, &container.path) else { return };
        let Some(Value::Object(config)) = get(&container.draft.config, &container.path) else { return };
        let configured = strings(&container.draft.config);
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
                let makes_blocks = !value.is_wholly_known();
                self.finding(&join(&container.path, &nested.name).join(".")).makes_blocks =
                    Some(makes_blocks);
            }
        }
    }

    fn attribute(&mut self, container: &Container<'_>, attribute: &Attribute) {
        let path = join(&container.path, &attribute.name);
        let key = path.join(".");
        let is_set = get(&container.draft.config, &path).is_some_and(|value| *value != Value::Null);
        self.avoid_default(&container.created, &path);
        let repaired;
        let (draft, stable) = if is_set {
            (&container.draft, &container.stable)
        } else {
            let draft = self.probed.with(&container.draft, &path);
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
            match self.probed.settle(&created, &draft.config) {
                Ok(stable) => repaired = (draft, stable),
                Err(error) => {
                    self.finding(&key).error = Some(error);
                    return;
                }
            }
            (&repaired.0, &repaired.1)
        };
        if attribute.write_only {
            return;
        }
        if let Some(other) = self.other_value(draft, &path) {
            let config = super::tree::with(&draft.config, &path, other);
            let first = get(&draft.config, &path).cloned().unwrap_or(Value::Null);
            let second = get(&config, &path).cloned().unwrap_or(Value::Null);
            let kind = direction(&first, &second);
            let answer = self.change(container, &path, stable, &config, kind);
            // Also plan the opposite change for numbers, and wherever the direction mattered.
            let matters =
                |answer: &PlanResponse| kind != Transition::Changed || !answer.requires_replace.is_empty();
            if let Some(answer) = answer.filter(matters) {
                let prior = self.probed.applied(&answer.planned);
                let existing =
                    StableObject { prior, noise: stable.noise.clone(), replaced: stable.replaced.clone() };
                self.change(container, &path, &existing, &draft.config, reverse(kind));
            }
            let moved = self.finding(&key).moved;
            if moved {
                self.equivalences(container, &path, draft, stable, attribute);
            } else if container.in_set {
                self.finding(&key).unhashed = true;
            }
        }
        if !container.in_set && !attribute.write_only {
            let config = super::tree::with(&draft.config, &path, Value::UNKNOWN);
            self.change(container, &path, stable, &config, Transition::Unknown);
        }
        if !is_set {
            let without = unset(&self.probed.schema.block.clone(), &draft.config, &path);
            self.removal(container, &path, stable, &without, attribute.computed);
            let base = if without == container.draft.config {
                Some(container.stable.prior.clone())
            } else {
                self.probed.create(&without).ok().map(|created| self.probed.applied(&created.planned))
            };
            if let Some(base) = base {
                let previous = get(&base, &path).cloned().unwrap_or(Value::Null);
                let existing = StableObject {
                    prior: base,
                    noise: container.stable.noise.clone(),
                    replaced: container.stable.replaced.clone(),
                };
                let kind = if previous == Value::Null { Transition::Added } else { Transition::Changed };
                self.change(container, &path, &existing, &draft.config, kind);
            }
            self.empties(&path, container, attribute);
        }
    }

    /// Returns another value of an argument that the provider accepts too.
    fn other_value(&mut self, draft: &Draft, path: &[Text]) -> Option<Value> {
        let current = get(&draft.config, path)?.clone();
        let mut pairs = draft.pairs(path);
        if pairs.is_empty() {
            let schema = self.probed.schema.clone();
            let Some(super::repair::Member::Attribute(attribute)) = super::repair::find(&schema.block, path)
            else {
                return None;
            };
            pairs = super::values::candidates(
                &attribute.name,
                &attribute.ty,
                &self.probed.hints.get(&path.join(".")),
            );
        }
        let others =
            pairs.into_iter().flat_map(|(left, right)| [right, left]).filter(|value| *value != current);
        for other in others.take(12) {
            let problems = self.probed.validate(&super::tree::with(&draft.config, path, other.clone()))?;
            let is_known = |problem: &crate::binary::Problem| {
                draft.problems.iter().any(|known| known.text == problem.text)
            };
            if problems.iter().all(is_known) {
                return Some(other);
            }
        }
        None
    }

    /// Plans a change of one argument or block, and records the result.
    fn change(
        &mut self,
        container: &Container<'_>,
        path: &[Text],
        existing: &StableObject,
        config: &Value,
        kind: Transition,
    ) -> Option<PlanResponse> {
        let key = path.join(".");
        let answer = match self.probed.plan(&existing.prior, config) {
            Ok(answer) => answer,
            Err(error) => {
                self.finding(&key).errors.insert(kind.as_str().to_owned(), error);
                return None;
            }
        };
        let differing = differences(&existing.prior, &answer.planned);
        let is_inside_path = |other: &str| other == key || is_inside(other, &key) || is_inside(&key, other);
        if existing.noise.iter().chain(&existing.replaced).any(|other| is_inside_path(other)) {
            // It changes without a change to the configuration, so nothing can be concluded.
            return Some(answer);
        }
        // Terraform ignores replacement paths whose values do not change.
        let differs = |path: &str| {
            let is_it = |other: &str| other == path || is_inside(other, path) || is_inside(path, other);
            differing.iter().any(|each| is_it(&each.path))
        };
        let replacing: Vec<String> = (answer.requires_replace.iter())
            .map(|each| names(&each.0).join("."))
            .filter(|path| differs(path) && !existing.replaced.contains(path))
            .collect();
        let moved =
            differing.iter().any(|each| is_inside_path(&each.path) && !existing.noise.contains(&each.path));
        let replaced = replacing.iter().any(|other| is_inside_path(other));
        let exactly = replacing.iter().any(|other| *other == key || is_inside(&key, other));
        let unknown: BTreeSet<String> = differing
            .iter()
            .filter(|each| each.unknown && !existing.noise.contains(&each.path))
            .map(|each| each.path.clone())
            .collect();
        let finding = self.finding(&key);
        if moved || replaced {
            finding.moved |= !matches!(kind, Transition::Added | Transition::Removed | Transition::Unknown);
            let seen = finding.replaced.entry(kind.as_str().to_owned()).or_default();
            seen.0 |= replaced;
            seen.1 |= !replaced;
            let seen = finding.replaced_exactly.entry(kind.as_str().to_owned()).or_default();
            seen.0 |= exactly;
            seen.1 |= !exactly;
            let container = container.path.join(".");
            let replaced = !replacing.is_empty();
            self.changes.push(Change { path: key, container, replaced, unknown });
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
        existing: &StableObject,
        without: &Value,
        computed: bool,
    ) {
        let Some(answer) = self.change(container, path, existing, without, Transition::Removed) else {
            return;
        };
        let (Some(before), Some(after)) = (get(&existing.prior, path), get(&answer.planned, path)) else {
            return;
        };
        let own = strings(&existing.prior);
        let after = after.clone();
        let kept = *before == after;
        let finding = self.finding(&path.join("."));
        finding.kept_when_removed = Some(kept);
        if !kept && (after == Value::UNKNOWN || !is_own(&after, &own)) {
            finding.removed_to = Some(json(&after));
        }
        finding.computed = computed;
    }

    /// Plans changes to values that may be equivalent.
    fn equivalences(
        &mut self,
        container: &Container<'_>,
        path: &[Text],
        draft: &Draft,
        stable: &StableObject,
        attribute: &Attribute,
    ) {
        let key = path.join(".");
        let Some(current) = get(&draft.config, path).cloned() else { return };
        let Some(held) = get(&stable.prior, path).cloned() else { return };
        if container.path.len() > 1 {
            return;
        }
        for (norm, variant) in variants::of(&attribute.name, &current) {
            let config = super::tree::with(&draft.config, path, variant);
            let Ok(answer) = self.probed.plan(&stable.prior, &config) else { continue };
            let same = get(&answer.planned, path) == Some(&held);
            self.finding(&key).norms.insert(norm.as_str().to_owned(), same);
            if same && norm == Norm::Json {
                let variant = get(&config, path).cloned().unwrap_or(Value::Null);
                let prior = super::tree::with(&stable.prior, path, variant.clone());
                let Ok(answer) = self.probed.plan(&prior, &config) else { continue };
                self.finding(&key).rewrites = Some(get(&answer.planned, path) == Some(&held));
            }
        }
        if held != current && held != Value::UNKNOWN {
            // The provider plans a value other than the configured one.
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
        let Ok(created) = self.probed.create(&config) else { return };
        let prior = self.probed.applied(&created.planned);
        if get(&prior, path) != Some(&both) {
            return;
        }
        let config = super::tree::with(&draft.config, path, turned);
        if let Ok(answer) = self.probed.plan(&prior, &config) {
            let same = get(&answer.planned, path) == Some(&both);
            self.finding(&key).norms.insert("order".to_owned(), same);
        }
    }

    /// Observes whether null and empty are equivalent.
    fn empties(&mut self, path: &[Text], container: &Container<'_>, attribute: &Attribute) {
        let empty = match &attribute.ty {
            Type::String => Value::String("".into()),
            Type::Number => Value::Number(0_i64.into()),
            Type::Bool => Value::Bool(false),
            Type::List(_) => Value::List(Vec::new()),
            Type::Set(_) => Value::Set(Vec::new()),
            Type::Map(_) => Value::Map(iac_lang::value::ValueMap::new()),
            _ => return,
        };
        if attribute.computed || container.path.len() > 1 || self.probed.legacy.get() != Some(false) {
            return;
        }
        let base = &container.stable.prior;
        if get(base, path) != Some(&Value::Null) {
            return;
        }
        let key = path.join(".");
        let config = super::tree::with(&container.draft.config, path, empty.clone());
        if let Ok(answer) = self.probed.plan(base, &config) {
            let same = get(&answer.planned, path) == Some(&Value::Null);
            self.finding(&key).null_to_empty_same = Some(same);
        }
        let prior = super::tree::with(base, path, empty.clone());
        if let Ok(answer) = self.probed.plan(&prior, &container.draft.config) {
            let same = get(&answer.planned, path) == Some(&empty);
            self.finding(&key).empty_to_null_same = Some(same);
        }
    }

    fn block(&mut self, container: &Container<'_>, nested: &NestedBlock) {
        if self.probed.is_exhausted() || container.path.len() >= MAX_DEPTH {
            return;
        }
        let path = join(&container.path, &nested.name);
        let key = path.join(".");
        let in_set = container.in_set || nested.mode == NestingMode::Set;
        let none = super::tree::none(nested.mode, &nested.block);
        let is_set = get(&container.draft.config, &path).is_some_and(|value| *value != none);
        let draft = self.probed.with(&container.draft, &path);
        let is_bad = |problem: &crate::binary::Problem| {
            !container.draft.problems.iter().any(|known| known.text == problem.text)
        };
        if get(&draft.config, &path).is_none_or(|value| *value == none) || draft.problems.iter().any(is_bad) {
            let why = draft.problems.first().map_or("it cannot be set", |problem| problem.text.as_str());
            self.finding(&key).error = Some(why.to_owned());
            return;
        }
        let without = unset(&self.probed.schema.block.clone(), &draft.config, &path);
        let inner = match self.container(path.clone(), &nested.block, draft, in_set) {
            Ok(inner) => inner,
            Err(error) => {
                self.finding(&key).error = Some(error);
                return;
            }
        };
        if !is_set {
            self.removal(container, &path, &inner.stable, &without, true);
            self.removal_with_content(&inner);
            let base = if without == container.draft.config {
                Some(container.stable.prior.clone())
            } else {
                self.probed.create(&without).ok().map(|created| self.probed.applied(&created.planned))
            };
            if let Some(base) = base {
                let existing = StableObject {
                    prior: base,
                    noise: container.stable.noise.clone(),
                    replaced: container.stable.replaced.clone(),
                };
                self.change(container, &path, &existing, &inner.draft.config, Transition::Added);
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

    /// Plans the removal of blocks with values other than the defaults, because some blocks are kept only if nothing
    /// gets lost.
    fn removal_with_content(&mut self, inner: &Container<'_>) {
        let is_plain = |each: &&Attribute| {
            each.optional && !each.computed && matches!(each.ty, Type::Bool | Type::Number | Type::String)
        };
        let key = inner.path.join(".");
        for attribute in inner.block.attributes.iter().filter(is_plain).take(2) {
            let path = join(&inner.path, &attribute.name);
            self.avoid_default(&inner.created, &path);
            let draft = self.probed.with(&inner.draft, &path);
            let known = |problem: &crate::binary::Problem| {
                inner.draft.problems.iter().any(|known| known.text == problem.text)
            };
            let Ok(created) = &draft.created else { continue };
            if !draft.problems.iter().all(known) || get(&draft.config, &path) == Some(&Value::Null) {
                continue;
            }
            let Ok(stable) = self.probed.settle(created, &draft.config) else { continue };
            let without = unset(&self.probed.schema.block.clone(), &draft.config, &inner.path);
            let Ok(answer) = self.probed.plan(&stable.prior, &without) else { continue };
            if get(&answer.planned, &inner.path) != get(&stable.prior, &inner.path) {
                let finding = self.finding(&key);
                finding.kept_when_removed = finding.kept_when_removed.map(|_| false);
                return;
            }
        }
    }

    /// Avoids the value that is planned for an argument that is not set: removing it would have no visible effect.
    fn avoid_default(&mut self, created: &Value, path: &[Text]) {
        if let Some(default) = get(created, path).and_then(literal) {
            let mut hint = self.probed.hints.get(&path.join("."));
            hint.default = Some(default);
            self.probed.hints.set(path.join("."), hint);
        }
    }
}
