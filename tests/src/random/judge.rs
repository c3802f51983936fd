//! Answers of Terraform and of our planner for the same cases.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use serde_json::{Value, json};

use super::Program;
use super::batch::{Terraform, number_of_address};
use super::edit::{Mark, edit};
use super::state::{after, connect};
use super::types::Types;

/// A program and an edit of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The program before the edit, whose resources exist.
    pub before: Program,
    /// The program after the edit.
    pub after: Program,
    /// The name of the resource that has a mark in the state, if any.
    pub marked: Option<(String, Mark)>,
    /// The edit.
    pub description: String,
}

impl Case {
    /// Creates a random case that depends only on the seed and its number.
    #[must_use]
    pub fn random(number: usize, types: &Types, position: usize, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let before = Program::random(number, types, position, &mut rng);
        let mut after = before.clone();
        let (description, marked) = edit(&mut after, types, &mut rng);
        Self { before, after, marked, description }
    }
}

/// The answer for one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The actions.
    pub actions: Vec<String>,
    /// The paths that force replacement.
    pub replace_paths: BTreeSet<String>,
    /// The attributes and blocks that change or become unknown.
    pub changed: BTreeSet<String>,
    /// The reasons for uncertainty. Terraform never has any.
    pub undecided: Vec<String>,
}

/// The answers by address; unchanged resources are omitted.
pub type Answers = BTreeMap<String, Answer>;

/// Terraform or our planner.
pub trait Planner {
    /// Plans programs from a state.
    fn plan(&self, programs: &[Program], state: &Value) -> Answers;
}

/// The result for a case.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The case.
    pub case: Case,
    /// The prior state.
    pub state: Value,
    /// Terraform's answer.
    pub terraform: Answers,
    /// Our planner's answer.
    pub ours: Answers,
}

/// Comparison of our answer with Terraform's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Same actions and replacement paths.
    Same,
    /// Undecided: we said that we do not know.
    Undecided,
    /// Different action or replacement paths, without being marked as uncertain.
    Wrong,
}

impl Comparison {
    /// Returns `true` if resources with the same action have the same changed attributes.
    #[must_use]
    pub fn changes_the_same(&self) -> bool {
        self.terraform.iter().all(|(address, theirs)| {
            self.ours
                .get(address)
                .is_none_or(|ours| ours.actions != theirs.actions || ours.changed == theirs.changed)
        })
    }

    /// Comparison of our answer with Terraform's.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let addresses: BTreeSet<&String> = self.terraform.keys().chain(self.ours.keys()).collect();
        let nothing = Answer::default();
        let each = addresses.into_iter().map(|address| {
            let theirs = self.terraform.get(address).unwrap_or(&nothing);
            let ours = self.ours.get(address).unwrap_or(&nothing);
            if !ours.undecided.is_empty() {
                Verdict::Undecided
            } else if (&theirs.actions, &theirs.replace_paths) == (&ours.actions, &ours.replace_paths) {
                Verdict::Same
            } else {
                Verdict::Wrong
            }
        });
        each.max().unwrap_or(Verdict::Same)
    }
}

/// Extracts the answers from a plan in the format of `terraform show -json`.
#[must_use]
pub fn answers(plan: &Value) -> Answers {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    let answer = |change: &Value| {
        let texts = |value: &Value| -> Vec<String> {
            value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|each| each.as_str().map(str::to_owned))
                .collect()
        };
        let paths = change["change"]["replace_paths"].as_array().into_iter().flatten();
        let undecided = change["undecided"].as_array().into_iter().flatten();
        let answer = Answer {
            actions: texts(&change["change"]["actions"]),
            replace_paths: paths.map(Value::to_string).collect(),
            changed: changed(&change["change"]),
            undecided: undecided.map(Value::to_string).collect(),
        };
        let address = change["address"].as_str().unwrap_or_default();
        let deposed = change["deposed"].as_str().map(|key| format!(" (deposed {key})")).unwrap_or_default();
        (format!("{address}{deposed}"), answer)
    };
    let is_change =
        |(_, answer): &(String, Answer)| answer.actions != ["no-op"] || !answer.undecided.is_empty();
    changes.map(answer).filter(is_change).collect()
}

/// Returns the attributes and blocks whose values change. Null and empty are equal, since an unrelated update turns
/// one into the other.
fn changed(change: &Value) -> BTreeSet<String> {
    let (before, after, unknown) = (&change["before"], &change["after"], &change["after_unknown"]);
    let objects = [before, after, unknown].into_iter().filter_map(Value::as_object);
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(elements) => elements.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    let differs = |name: &&String| {
        let (before, after) = (&before[*name], &after[*name]);
        has_true(&unknown[*name]) || (before != after && !(is_empty(before) && is_empty(after)))
    };
    objects.flat_map(|object| object.keys()).filter(differs).cloned().collect()
}

fn has_true(marks: &Value) -> bool {
    match marks {
        Value::Bool(mark) => *mark,
        Value::Array(marks) => marks.iter().any(has_true),
        Value::Object(marks) => marks.values().any(has_true),
        _ => false,
    }
}

/// Cases as planned by Terraform.
#[derive(Debug)]
pub struct Planned {
    /// The cases that Terraform accepts.
    pub cases: Vec<Case>,
    /// The prior state.
    pub state: Value,
    /// The plan, in its JSON format.
    pub plan: Value,
}

impl Planned {
    /// Returns the programs to plan.
    #[must_use]
    pub fn programs(&self) -> Vec<Program> {
        self.cases.iter().map(|case| case.after.clone()).collect()
    }
}

/// Plans the cases with Terraform.
#[must_use]
pub fn plan(cases: &[Case], types: &Types, terraform: &Terraform, seed: u64) -> Planned {
    let is_refused = |refused: &[(usize, String)], case: &Case| {
        refused.iter().any(|(number, _)| *number == case.before.number)
    };
    let before: Vec<Program> = cases.iter().map(|case| case.before.clone()).collect();
    let created = terraform.plan(&before, &json!({"version": 4, "serial": 1, "lineage": "none"}));
    let accepted: Vec<&Case> = cases.iter().filter(|case| !is_refused(&created.refused, case)).collect();

    let mut state = after(&created.plan, types, seed);
    connect(&mut state, accepted.iter().map(|case| &case.before));
    for (name, mark) in accepted.iter().filter_map(|case| case.marked.as_ref()) {
        let resources = state["resources"].as_array_mut().into_iter().flatten();
        for resource in resources.filter(|resource| resource["name"] == **name) {
            put(*mark, resource);
        }
    }
    let edited: Vec<Program> = accepted.iter().map(|case| case.after.clone()).collect();
    let planned = terraform.plan(&edited, &state);
    let accepted = accepted.into_iter().filter(|case| !is_refused(&planned.refused, case));
    let state = super::batch::without(&state, &planned.refused);
    Planned { cases: accepted.cloned().collect(), state, plan: planned.plan }
}

/// Plans the cases with Terraform and with our planner. Cases that Terraform rejects are omitted.
#[must_use]
pub fn compare_plans(
    cases: &[Case],
    types: &Types,
    terraform: &Terraform,
    ours: &dyn Planner,
    seed: u64,
) -> Vec<Comparison> {
    let planned = plan(cases, types, terraform, seed);
    let mut theirs = by_program(answers(&planned.plan));
    let mut ours = by_program(ours.plan(&planned.programs(), &planned.state));
    let mut states = states(&planned.state);
    let comparison = |case: Case| {
        let number = case.before.number;
        Comparison {
            case,
            state: states.remove(&number).unwrap_or_default(),
            terraform: theirs.remove(&number).unwrap_or_default(),
            ours: ours.remove(&number).unwrap_or_default(),
        }
    };
    planned.cases.into_iter().map(comparison).collect()
}

/// Marks a resource in a state.
fn put(mark: Mark, resource: &mut Value) {
    let Some(instances) = resource["instances"].as_array_mut() else { return };
    match mark {
        Mark::Tainted => instances[0]["status"] = json!("tainted"),
        Mark::Deposed => {
            let mut deposed = instances[0].clone();
            deposed["deposed"] = json!("00000001");
            instances.push(deposed);
        }
    }
}

fn by_program(answers: Answers) -> BTreeMap<usize, Answers> {
    let mut all: BTreeMap<usize, Answers> = BTreeMap::new();
    for (address, answer) in answers {
        let number = number_of_address(&address).expect("every address is that of a program");
        all.entry(number).or_default().insert(address, answer);
    }
    all
}

/// Splits a state by program.
fn states(state: &Value) -> BTreeMap<usize, Value> {
    let mut all: BTreeMap<usize, Value> = BTreeMap::new();
    for resource in state["resources"].as_array().into_iter().flatten() {
        let Some(number) = resource["name"].as_str().and_then(super::batch::number) else { continue };
        let state = all.entry(number).or_insert_with(|| {
            json!({
                "version": state["version"], "terraform_version": state["terraform_version"],
                "serial": state["serial"], "lineage": state["lineage"], "outputs": {}, "resources": [],
            })
        });
        if let Some(resources) = state["resources"].as_array_mut() {
            resources.push(resource.clone());
        }
    }
    all
}
