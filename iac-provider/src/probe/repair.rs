//! Configurations that a provider accepts, repaired according to its validation errors.

use std::collections::BTreeMap;

use iac_core::Text;
use iac_lang::value::Value;
use iac_plan::schema::{Block, Literal, NestedBlock};

use super::probed_type::ProbedType;
use super::tree::{empty, get, one, with};
use super::values::{Pair, candidates};
use crate::binary::Problem;

/// The maximum number of repairs to a configuration.
const MAX_ROUNDS: usize = 60;

/// A draft configuration, with the values chosen for its arguments.
pub(super) struct Draft {
    pub(super) config: Value,
    /// The remaining validation errors.
    pub(super) problems: Vec<Problem>,
    /// The planned object on creation, or the error.
    pub(super) created: Result<Value, String>,
    choices: BTreeMap<String, Choice>,
}

#[derive(Clone)]
struct Choice {
    pairs: Vec<Pair>,
    position: usize,
}

impl Draft {
    /// Returns the values of an argument, and alternatives to try.
    pub(super) fn pairs(&self, path: &[Text]) -> Vec<Pair> {
        self.choices
            .get(&path.join("."))
            .map(|choice| choice.pairs[choice.position..].to_vec())
            .unwrap_or_default()
    }
}

/// A member of a block.
pub(super) enum Member<'a> {
    Attribute(&'a iac_plan::schema::Attribute),
    Block(&'a NestedBlock),
}

/// Returns the member at a path of names.
pub(super) fn find<'a>(block: &'a Block, path: &[Text]) -> Option<Member<'a>> {
    let (name, rest) = path.split_first()?;
    if let Some(nested) = block.nested(name) {
        return if rest.is_empty() { Some(Member::Block(nested)) } else { find(&nested.block, rest) };
    }
    block.attribute(name).filter(|_| rest.is_empty()).map(Member::Attribute)
}

/// Returns true if a value is set.
fn is_set(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::List(elements) | Value::Set(elements)) => !elements.is_empty(),
        Some(Value::Map(elements)) => !elements.is_empty(),
        Some(_) => true,
    }
}

impl ProbedType<'_> {
    /// Builds a configuration with only required arguments.
    pub(super) fn base(&mut self) -> Draft {
        let schema = self.schema.clone();
        let mut draft = Draft {
            config: empty(&schema.block),
            problems: Vec::new(),
            created: Ok(Value::Null),
            choices: BTreeMap::new(),
        };
        self.require(&mut draft, &schema.block, &[], 0);
        self.finish(&mut draft, &[]);
        draft
    }

    /// Extends a configuration by one argument or block, so that the provider accepts it.
    pub(super) fn with(&mut self, draft: &Draft, path: &[Text]) -> Draft {
        let mut draft = Draft {
            config: draft.config.clone(),
            problems: Vec::new(),
            created: Ok(Value::Null),
            choices: draft.choices.clone(),
        };
        self.set(&mut draft, path);
        self.finish(&mut draft, path);
        draft
    }

    /// Sets the required arguments of a block.
    fn require(&mut self, draft: &mut Draft, block: &Block, path: &[Text], depth: usize) {
        if depth > 12 {
            return;
        }
        for attribute in block.attributes.iter().filter(|each| each.required) {
            self.set(draft, &join(path, &attribute.name));
        }
        for nested in block.blocks.iter().filter(|each| each.min_items > 0) {
            let path = join(path, &nested.name);
            draft.config = with(&draft.config, &path, one(nested.mode, empty(&nested.block)));
            self.require(draft, &nested.block, &path, depth + 1);
        }
    }

    /// Sets an argument or adds a block, including the enclosing blocks.
    fn set(&mut self, draft: &mut Draft, path: &[Text]) {
        let schema = self.schema.clone();
        for length in 1..=path.len() {
            let prefix = &path[..length];
            match find(&schema.block, prefix) {
                Some(Member::Block(nested)) if !is_set(get(&draft.config, prefix)) => {
                    draft.config = with(&draft.config, prefix, one(nested.mode, empty(&nested.block)));
                    self.require(draft, &nested.block, prefix, prefix.len());
                }
                Some(Member::Attribute(attribute)) => {
                    let key = prefix.join(".");
                    let pairs = candidates(&attribute.name, &attribute.ty, &self.hints.get(&key));
                    if let Some(pair) = pairs.first() {
                        draft.config = with(&draft.config, prefix, pair.0.clone());
                        draft.choices.insert(key, Choice { pairs, position: 0 });
                    }
                }
                _ => {}
            }
        }
    }

    /// Repairs a configuration until the provider accepts and plans it, or no repair helps.
    fn finish(&mut self, draft: &mut Draft, fixed: &[Text]) {
        for _ in 0..8 {
            self.repair(draft, fixed);
            let error = match self.create(&draft.config) {
                Ok(created) => {
                    draft.created = Ok(created.planned);
                    return;
                }
                Err(error) => error,
            };
            let problem = Problem { path: Vec::new(), text: error.clone() };
            draft.created = Err(error);
            if !self.repair_one(draft, &problem, fixed) {
                return;
            }
        }
    }

    /// Repairs a configuration until the provider accepts it, or no repair helps.
    fn repair(&mut self, draft: &mut Draft, fixed: &[Text]) {
        for _ in 0..MAX_ROUNDS {
            let Some(problems) = self.validate(&draft.config) else { return };
            draft.problems = problems;
            let mut repaired = false;
            let problems = std::mem::take(&mut draft.problems);
            for problem in &problems {
                repaired |= self.repair_one(draft, problem, fixed);
                if repaired && is_about_groups(&problem.text) {
                    // Repair one group at a time, because each repair may fix others too.
                    break;
                }
            }
            draft.problems = problems;
            if !repaired {
                return;
            }
        }
    }

    fn repair_one(&mut self, draft: &mut Draft, problem: &Problem, fixed: &[Text]) -> bool {
        let schema = self.schema.clone();
        let text = problem.text.to_lowercase();
        let mentioned = mentioned(&schema.block, problem);
        let contains_any = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let too_many = contains_any(&[
            "conflicts with",
            "only one of",
            "cannot be specified when",
            "cannot be configured together",
            "cannot be set",
            "can't be set",
            "must not be set",
            "cannot be used with",
            "mutually exclusive",
            "conflicting",
        ]);
        if too_many {
            let set = mentioned.iter().rev().filter(|path| {
                is_set(get(&draft.config, path)) && !path.starts_with(fixed) && !fixed.starts_with(path)
            });
            let removable = set.clone().find(
                |path| !matches!(find(&schema.block, path), Some(Member::Attribute(each)) if each.required),
            );
            if let Some(path) = removable {
                draft.config = unset(&schema.block, &draft.config, path);
                draft.choices.remove(&path.join("."));
                return true;
            }
            return false;
        }
        let too_few = contains_any(&[
            "must be specified",
            "must be set",
            "at least one",
            "exactly one",
            "one of these",
            "is required",
            "are required",
            "missing required",
            "must be configured",
            "insufficient",
            "must contain at least",
            "no attribute specified",
            "required field",
            "must have a configuration value",
            "unmatched",
        ]);
        if too_few {
            let missing: Vec<_> =
                mentioned.iter().filter(|path| !is_set(get(&draft.config, path))).cloned().collect();
            if contains_any(&["all of"]) {
                for path in &missing {
                    self.set(draft, path);
                }
                return !missing.is_empty();
            }
            let preferred = missing.iter().find(|path| {
                path.len() > 1 || matches!(find(&schema.block, path), Some(Member::Attribute(_)))
            });
            if let Some(path) = preferred.or(missing.first()) {
                self.set(draft, path);
                return true;
            }
        }
        let missing = mentioned.iter().find(|path| {
            contains_any(&["must be at least", "not a valid value"]) && !is_set(get(&draft.config, path))
        });
        if let Some(path) = missing {
            self.set(draft, path);
            return true;
        }
        let Some(path) = mentioned.iter().find(|path| draft.choices.contains_key(&path.join("."))) else {
            return false;
        };
        self.learn(path, &problem.text);
        self.advance(draft, path)
    }

    /// Selects the next value for an argument.
    fn advance(&mut self, draft: &mut Draft, path: &[Text]) -> bool {
        let key = path.join(".");
        let schema = self.schema.clone();
        let Some(Member::Attribute(attribute)) = find(&schema.block, path) else { return false };
        let Some(choice) = draft.choices.get_mut(&key) else { return false };
        let tried: Vec<Value> = choice.pairs[..=choice.position].iter().map(|pair| pair.0.clone()).collect();
        let fresh = candidates(&attribute.name, &attribute.ty, &self.hints.get(&key));
        let mut pairs: Vec<Pair> = choice.pairs[..=choice.position].to_vec();
        pairs.extend(fresh.into_iter().filter(|pair| !tried.contains(&pair.0)));
        let position = choice.position + 1;
        let Some(pair) = pairs.get(position) else { return false };
        draft.config = with(&draft.config, path, pair.0.clone());
        *choice = Choice { pairs, position };
        true
    }

    /// Extracts allowed values and bounds from a message.
    pub(super) fn learn(&mut self, path: &[Text], text: &str) {
        let mut hint = self.hints.get(&path.join("."));
        let list = text
            .split_once("one of")
            .or_else(|| text.split_once("Valid Values"))
            .or_else(|| text.split_once("Valid values"));
        if let Some((_, list)) = list {
            let list = list.trim_start_matches([':', ' ']);
            let list = list.strip_prefix('[').and_then(|list| list.split(']').next()).unwrap_or(list);
            let words: Vec<Literal> = if list.contains('"') {
                list.split('"').skip(1).step_by(2).map(|word| Literal::String(word.to_owned())).collect()
            } else {
                list.split([' ', ',']).filter(|word| !word.is_empty()).take(40).map(literal_word).collect()
            };
            if hint.allowed.is_empty() && !words.is_empty() {
                hint.allowed = words;
            }
        }
        if text.contains("RFC3339") {
            hint.allowed = ["2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"].map(literal_word).to_vec();
        }
        let mut numbers = numbers(text);
        if text.contains("length of") || text.contains("character") {
            if text.contains("list") || text.contains("items") {
                // These are numbers of elements, not of characters.
            } else if let Some(length) = numbers.iter().find(|length| (1..=512).contains(*length)) {
                let length = usize::try_from(*length).unwrap_or(1);
                if !hint.lengths.contains(&length) {
                    hint.lengths.push(length);
                }
            }
        } else if hint.range.is_empty() && !numbers.is_empty() {
            numbers.truncate(2);
            hint.range = numbers;
        }
        self.hints.set(path.join("."), hint);
    }
}

fn is_about_groups(text: &str) -> bool {
    ["one of", "conflict", "together", "all of"].iter().any(|word| text.contains(word))
}

fn literal_word(word: &str) -> Literal {
    match word.parse::<i64>() {
        Ok(number) => Literal::Number(number.to_string()),
        Err(_) => Literal::String(word.to_owned()),
    }
}

/// Returns the numbers in a message, in order.
fn numbers(text: &str) -> Vec<i64> {
    let text = text.split("got").next().unwrap_or_default();
    let words =
        text.split(|character: char| !character.is_ascii_alphanumeric() && !matches!(character, '-' | '_'));
    words.filter_map(|word| word.parse().ok()).collect()
}

pub(super) fn join(path: &[Text], name: &Text) -> Vec<Text> {
    let mut path = path.to_vec();
    path.push(name.clone());
    path
}

/// Returns the configuration without an argument or block.
pub(super) fn unset(block: &Block, config: &Value, path: &[Text]) -> Value {
    let nothing = match find(block, path) {
        Some(Member::Block(nested)) => super::tree::none(nested.mode, &nested.block),
        _ => Value::Null,
    };
    with(config, path, nothing)
}

/// Returns the arguments that an error concerns: those of its path first, then those named in its message.
fn mentioned(block: &Block, problem: &Problem) -> Vec<Vec<Text>> {
    let mut found: Vec<Vec<Text>> = Vec::new();
    let mut add = |path: Vec<Text>| {
        if !path.is_empty() && find(block, &path).is_some() && !found.contains(&path) {
            found.push(path);
        }
    };
    add(problem.path.clone());
    let parents: Vec<&[Text]> =
        (0..=problem.path.len()).rev().map(|length| &problem.path[..length]).collect();
    let words = problem.text.split(|character: char| {
        !(character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '[' | ']'))
    });
    for word in words {
        let segments = word.split(['.', '[', ']']).filter(|part| !part.is_empty());
        let path: Vec<Text> =
            segments.filter(|part| part.parse::<usize>().is_err()).map(Text::from).collect();
        if path.is_empty() || path.iter().any(|part| part.len() < 2) {
            continue;
        }
        if find(block, &path).is_some() {
            add(path);
        } else {
            for parent in &parents {
                add([parent, path.as_slice()].concat());
            }
        }
    }
    found
}
