//! What Terraform and our planner say of the same cases.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use serde_json::{Value, json};

use super::Program;
use super::batch::{Terraform, number_of_address};
use super::edit::{Mark, edit};
use super::state::{after, connect};
use super::types::Types;

/// A program, and an edit of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The program whose resources exist.
    pub before: Program,
    /// The program as it was edited.
    pub after: Program,
    /// The name of the resource that has a mark in the state, if one has.
    pub marked: Option<(String, Mark)>,
    /// What was edited.
    pub description: String,
}

impl Case {
    /// A random case, which depends on the seed and its number alone.
    #[must_use]
    pub fn random(number: usize, types: &Types, position: usize, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let before = Program::random(number, types, position, &mut rng);
        let mut after = before.clone();
        let (description, marked) = edit(&mut after, types, &mut rng);
        Self { before, after, marked, description }
    }
}

/// What is said of one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The actions.
    pub actions: Vec<String>,
    /// The places that force replacement.
    pub replace_paths: BTreeSet<String>,
    /// The attributes and blocks whose values change, or that will be known only after apply.
    pub changed: BTreeSet<String>,
    /// Whether it is said to be uncertain, and why. Terraform is always certain.
    pub undecided: Vec<String>,
}

/// What is said of all resources, by address; nothing is said of those that do not change.
pub type Answers = BTreeMap<String, Answer>;

/// Terraform's or our planner's.
pub trait Planner {
    /// Plans programs from a state.
    fn plan(&self, programs: &[Program], state: &Value) -> Answers;
}

/// What came out for a case.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The case.
    pub case: Case,
    /// The state before.
    pub state: Value,
    /// What Terraform says.
    pub terraform: Answers,
    /// What our planner says.
    pub ours: Answers,
}

/// How our answer compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The same actions and places.
    Same,
    /// The same, or not; in any case we said that we do not know.
    Undecided,
    /// Another action, or other places that force replacement, and we were sure.
    Wrong,
}

impl Judgement {
    /// Whether the same attributes change, where the same is done.
    #[must_use]
    pub fn changes_the_same(&self) -> bool {
        self.terraform.iter().all(|(address, theirs)| {
            self.ours
                .get(address)
                .is_none_or(|ours| ours.actions != theirs.actions || ours.changed == theirs.changed)
        })
    }

    /// How our answer compares.
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

/// The answers in a plan as `terraform show -json` writes it.
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

/// The attributes and blocks that a change gives another value. Null and empty are the same: an update of something else
/// makes the one of the other.
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

/// Cases as Terraform plans them.
#[derive(Debug)]
pub struct Planned {
    /// Those that it does not refuse.
    pub cases: Vec<Case>,
    /// The state before.
    pub state: Value,
    /// The plan, in its JSON format.
    pub plan: Value,
}

impl Planned {
    /// The programs as they are planned.
    #[must_use]
    pub fn programs(&self) -> Vec<Program> {
        self.cases.iter().map(|case| case.after.clone()).collect()
    }
}

/// Has Terraform plan the cases.
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

/// Has Terraform and our planner plan the cases. Those that Terraform refuses are left out.
#[must_use]
pub fn judge(
    cases: &[Case],
    types: &Types,
    terraform: &Terraform,
    ours: &dyn Planner,
    seed: u64,
) -> Vec<Judgement> {
    let planned = plan(cases, types, terraform, seed);
    let mut theirs = by_program(answers(&planned.plan));
    let mut ours = by_program(ours.plan(&planned.programs(), &planned.state));
    let mut states = states(&planned.state);
    let judgement = |case: Case| {
        let number = case.before.number;
        Judgement {
            case,
            state: states.remove(&number).unwrap_or_default(),
            terraform: theirs.remove(&number).unwrap_or_default(),
            ours: ours.remove(&number).unwrap_or_default(),
        }
    };
    planned.cases.into_iter().map(judgement).collect()
}

/// Marks a resource of a state.
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

/// The state of each program.
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
