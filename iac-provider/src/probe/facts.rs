//! Conversion of observations to facts.

use iac_schema::MemberMut;
use iac_schema::model::{
    Block, Facts, ForceNew, Literal, Member, NestingMode, Norm, Service, Suppress, Transition,
};
use serde_json::Value;

use super::{Finding, Hint, Hints, NULL, Observed, UNKNOWN};

/// The schema of the path that a finding is about.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is so for itself")]
struct AttributeContext {
    legacy: bool,
    customize_diff: bool,
    in_set: bool,
    is_block: bool,
    computed: bool,
    argument: bool,
}

/// The depth of blocks up to which known facts matter.
const MAX_DEPTH: usize = 4;

/// Returns the known facts about the arguments of a type, as hints for probing.
#[must_use]
pub fn hints(service: &Service, entity: usize) -> Hints {
    let mut hints = Hints::default();
    collect(service, &service.entities[entity].block, "", MAX_DEPTH, &mut hints);
    hints
}

fn collect(service: &Service, block: &Block, start: &str, depth: usize, hints: &mut Hints) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for attribute in &block.attributes {
        let facts = &attribute.facts;
        if !facts.allowed.is_empty() {
            let hint = Hint { allowed: facts.allowed.clone(), ..Hint::default() };
            hints.set(format!("{start}{}", attribute.name), hint);
        }
    }
    for nested in &block.blocks {
        let start = format!("{start}{}.", nested.name);
        collect(service, service.shape(nested.nested.shape), &start, depth, hints);
    }
}

/// A fact that differs from the known one, as a line of text.
pub type Change = String;

/// Replaces the known facts about a type by observations, and returns the changes. Facts without observations are
/// kept.
pub fn apply(service: &mut Service, entity: usize, observed: &Observed) -> Vec<Change> {
    let mut changes = Vec::new();
    let type_name = service.entities[entity].type_name.clone();
    if let Some(legacy) = observed.legacy {
        service.entities[entity].legacy = legacy;
    }
    let (legacy, customize_diff) = (service.entities[entity].legacy, service.entities[entity].customize_diff);
    for (path, finding) in &observed.findings {
        let block = &service.entities[entity].block;
        let Some((context, known)) = find(service, block, path, (legacy, customize_diff)) else { continue };
        let decided = decide(path, finding, &known, context);
        if decided == known {
            continue;
        }
        changes.push(format!("{type_name}.{path}: {known:?} -> {decided:?}"));
        service.edit(entity, path, |member| match member {
            MemberMut::Attribute(attribute) => attribute.facts = decided,
            MemberMut::Block(block) => block.facts = decided,
        });
    }
    changes
}

fn find(
    service: &Service,
    block: &Block,
    path: &str,
    (legacy, customize_diff): (bool, bool),
) -> Option<(AttributeContext, Facts)> {
    let member = service.find(block, path)?;
    let in_set = (1..path.len()).filter(|end| path[*end..].starts_with('.')).any(|end| {
        matches!(service.find(block, &path[..end]), Some(Member::Block(nested)) if nested.nested.mode == NestingMode::Set)
    });
    let context = match member {
        Member::Attribute(attribute) => AttributeContext {
            legacy,
            customize_diff,
            in_set,
            is_block: false,
            computed: attribute.computed,
            argument: attribute.required || attribute.optional,
        },
        Member::Block(_) => AttributeContext {
            legacy,
            customize_diff,
            in_set,
            is_block: true,
            computed: false,
            argument: true,
        },
    };
    Some((context, member.facts().clone()))
}

fn decide(path: &str, finding: &Finding, known: &Facts, context: AttributeContext) -> Facts {
    let mut facts = known.clone();
    let last = path.rsplit('.').next().unwrap_or_default();
    if facts.default.as_ref().is_some_and(is_made_up) {
        facts.default = None;
    }
    if matches!(last, "tags_all" | "id") && !path.contains('.') {
        if last == "id" && !context.legacy {
            computed(path, finding, context, &mut facts);
        }
        return facts;
    }
    force_new(path, finding, context, &mut facts);
    if context.is_block {
        if let Some(makes) = finding.makes_blocks {
            facts.computed = makes;
        }
        if let Some(kept) = finding.kept_when_removed {
            facts.null_keeps = kept;
            facts.suppressed = false;
            if !kept && finding.makes_blocks != Some(true) && finding.still.contains("removed") {
                // The block stays if its arguments have their defaults; otherwise they are reset to them.
                facts.suppress = Some(Suppress::MissingBlock);
            }
        }
        return facts;
    }
    values(finding, context, &mut facts);
    computed(path, finding, context, &mut facts);
    let is_hidden = ["changed", "increased", "decreased"].iter().any(|kind| finding.still.contains(*kind));
    if finding.unhashed && context.legacy && is_hidden {
        facts.unhashed = true;
    }
    if !context.in_set && (finding.moved || is_hidden) {
        facts.suppressed = !finding.moved;
    }
    for (norm, same) in &finding.norms {
        let Some(norm) = Norm::from_word(norm) else { continue };
        facts.norms.retain(|each| *each != norm);
        if *same {
            facts.norms.push(norm);
        }
    }
    if let Some(rewrites) = finding.rewrites {
        facts.rewrites = rewrites;
    }
    if !context.legacy && finding.null_to_empty_same == Some(true) && finding.empty_to_null_same == Some(true)
    {
        facts.norms.retain(|each| *each != Norm::Empty);
        facts.norms.push(Norm::Empty);
    }
    if facts.norms.contains(&Norm::Json) {
        // A number is also a JSON document, and was only observed to be equivalent as one.
        facts.norms.retain(|each| *each != Norm::Number);
    }
    facts.norms.sort_unstable();
    facts
}

/// Updates facts about forced replacement. For legacy types, known facts have several sources and are corrected only
/// for top-level arguments, for which no enclosing block can be the reason.
fn force_new(path: &str, finding: &Finding, context: AttributeContext, facts: &mut Facts) {
    let seen = if context.is_block { &finding.replaced_exactly } else { &finding.replaced };
    let some = seen.values().any(|(yes, _)| *yes);
    let others = seen.values().any(|(_, no)| *no);
    let is_sure = !context.legacy || (!path.contains('.') && !context.is_block);
    match (some, others, facts.force_new) {
        // Not all combinations with other arguments were observed.
        (true, false, ForceNew::No) if context.customize_diff => facts.force_new = ForceNew::Conditional,
        (true, false, ForceNew::No) => facts.force_new = ForceNew::Yes,
        // The number of blocks is a change of its own; if it forces replacement, the path of the block is reported.
        (false, true, ForceNew::Yes) if !context.legacy || context.is_block => facts.force_new = ForceNew::No,
        (false, true, ForceNew::Yes) if is_sure && context.customize_diff => {
            facts.force_new = ForceNew::Conditional;
        }
        (true, true, ForceNew::Yes) if !is_sure => {}
        (true, true, _) => {
            facts.force_new = ForceNew::Conditional;
            facts.force_new_when = if seen.values().any(|(yes, no)| *yes && *no) {
                Vec::new()
            } else {
                kinds(seen.iter().filter(|(_, (yes, _))| *yes).map(|(kind, _)| kind.as_str()))
            };
        }
        _ => {}
    }
}

fn kinds<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Transition> {
    let mut kinds: Vec<Transition> = words.filter_map(Transition::from_word).collect();
    let both = [Transition::Decreased, Transition::Increased];
    if both.iter().all(|kind| kinds.contains(kind)) || kinds.contains(&Transition::Changed) {
        kinds.retain(|kind| !both.contains(kind));
        if !kinds.contains(&Transition::Changed) {
            kinds.push(Transition::Changed);
        }
    }
    kinds.sort_unstable();
    kinds
}

/// Updates facts about values of arguments that are not set.
fn values(finding: &Finding, context: AttributeContext, facts: &mut Facts) {
    let created = finding.created.as_ref();
    let is_informative = |value: &&Value| {
        let says_nothing = if context.legacy { is_zero(value) } else { is_null(value) };
        !says_nothing && !is_unknown(value)
    };
    let removed = finding.removed_to.as_ref().filter(is_informative);
    if context.computed {
        facts.created = None;
        match created {
            Some(value) if is_unknown(value) => {}
            Some(value) if context.argument && removed == Some(value) => facts.default = Some(literal(value)),
            Some(value) => facts.created = Some(literal(value)).filter(|literal| !is_made_up(literal)),
            None => {}
        }
        if let Some(value) = removed
            && context.argument
        {
            facts.default = Some(literal(value)).filter(|literal| !is_made_up(literal));
        }
        if facts.created == facts.default {
            facts.created = None;
        }
        return;
    }
    match (created, removed) {
        (Some(value), _) if is_informative(&value) || matches!(value, Value::Bool(_)) => {
            facts.default = Some(literal(value));
        }
        (_, Some(value)) => facts.default = Some(literal(value)),
        (Some(value), None) if is_null(value) && finding.kept_when_removed == Some(false) => {
            facts.default = None;
        }
        _ => {}
    }
    if let Some(kept) = finding.kept_when_removed {
        facts.null_keeps = kept;
    }
}

/// Updates facts about a computed attribute when something changes.
fn computed(path: &str, finding: &Finding, context: AttributeContext, facts: &mut Facts) {
    // A changed element of a set is a new element, so nothing is known about its attributes.
    if !context.computed || context.in_set {
        return;
    }
    if let Some(by) = &finding.made_unknown_by {
        let all = finding.made_unknown_by_all && (!context.legacy || finding.changes > 1);
        facts.kept = !context.legacy && by.is_empty();
        facts.updated_by = match (all, context.legacy) {
            (true, true) => vec!["*".to_owned()],
            (true, false) => Vec::new(),
            (false, _) => by.clone(),
        };
    }
    if finding.removed_to.as_ref().is_some_and(is_unknown)
        && context.legacy
        && !facts.updated_by.iter().any(|each| each == "*" || each == path)
    {
        facts.updated_by.push(path.to_owned());
        facts.updated_by.sort();
    }
}

fn is_null(value: &Value) -> bool {
    value.get(NULL).is_some()
}

fn is_unknown(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.contains_key(UNKNOWN) || members.values().any(is_unknown),
        Value::Array(elements) => elements.iter().any(is_unknown),
        _ => false,
    }
}

/// Returns true if the SDK treats a value as null.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.iter().all(is_zero),
        Value::Object(members) => members.is_empty() || is_null(value),
    }
}

/// Returns true if a default was generated by the probe, or is what the SDK leaves in place of a list.
fn is_made_up(literal: &Literal) -> bool {
    let nothing = Literal::String(String::new());
    match literal {
        Literal::List(elements) if !elements.is_empty() && elements.iter().all(|each| *each == nothing) => {
            true
        }
        Literal::String(text) => text.contains("probe") || text == "us-east-1",
        Literal::List(elements) => elements.iter().any(is_made_up),
        Literal::Object(members) => members.iter().any(|(_, member)| is_made_up(member)),
        _ => false,
    }
}

fn literal(value: &Value) -> Literal {
    match value {
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(*value),
        Value::Number(value) => Literal::Number(value.to_string()),
        Value::String(value) => Literal::String(value.clone()),
        Value::Array(values) => Literal::List(values.iter().map(literal).collect()),
        Value::Object(_) if is_null(value) => Literal::Null,
        Value::Object(members) => {
            Literal::Object(members.iter().map(|(name, member)| (name.clone(), literal(member))).collect())
        }
    }
}
