//! Agreement between the plans.

use std::collections::BTreeSet;
use std::fmt;

use iac_plan::plan::Plan;
use serde_json::Value as Json;

use crate::case::Case;
use crate::summary;

/// Agreement between the plans, counted by case.
#[derive(Default)]
pub(crate) struct Score {
    pub cases: usize,
    /// Cases in which every action and every replacement path is the same as Terraform's.
    pub agreeing: usize,
    /// Cases that are no-ops in Terraform but not in our plan.
    pub false_changes: usize,
    /// Resources with a different action that are not marked as undecided.
    pub wrong_and_sure: usize,
    /// Changes, the undecided ones among them, and those that depend on another one that is undecided.
    pub changes: usize,
    pub undecided: usize,
    pub dependent: usize,
    disagreements: Vec<String>,
}

impl Score {
    pub(crate) fn add(&mut self, case: &Case, answer: &Result<Plan, String>) {
        self.cases += 1;
        let answer = summary::of(answer);
        let problems = self.compare(&case.expected, &answer);
        if problems.is_empty() {
            self.agreeing += 1;
        } else {
            self.disagreements.push(format!("{}: {}", case.name, problems.join("; ")));
        }
    }

    fn compare(&mut self, expected: &Json, answer: &Json) -> Vec<String> {
        let error = |json: &Json| json.get("__error__").map(Json::to_string);
        match (error(expected), error(answer)) {
            (None, None) => {}
            (Some(_), Some(_)) => return Vec::new(),
            (Some(_), None) => return vec!["Terraform refuses it".to_owned()],
            (None, Some(error)) => return vec![error],
        }
        let (expected, answer) =
            (expected.as_object().expect("by address"), answer.as_object().expect("by address"));
        let addresses: BTreeSet<&String> =
            expected.keys().chain(answer.keys()).filter(|address| !address.starts_with("output.")).collect();
        let nothing = Json::Array(vec![Json::from("no-op")]);
        let mut problems = Vec::new();
        let mut changes = false;
        let mut false_change = false;
        for address in addresses {
            let get = |side: &serde_json::Map<String, Json>, member: &str| {
                side.get(address).and_then(|entry| entry.get(member)).cloned()
            };
            let wanted = get(expected, "actions").unwrap_or_else(|| nothing.clone());
            let got = get(answer, "actions").unwrap_or_else(|| nothing.clone());
            let undecided = get(answer, "undecided")
                .is_some_and(|list| list.as_array().is_some_and(|list| !list.is_empty()));
            changes |= wanted != nothing;
            if got != nothing {
                self.changes += 1;
                self.undecided += usize::from(undecided);
                self.dependent += usize::from(undecided && is_dependent(get(answer, "undecided")));
                false_change = true;
            }
            if wanted != got {
                self.wrong_and_sure += usize::from(!undecided);
                problems.push(format!("{address}: {got} instead of {wanted}"));
                continue;
            }
            let wanted = paths(get(expected, "replace_paths"));
            let got = paths(get(answer, "replace_paths"));
            if wanted != got {
                problems.push(format!("{address}: replaced by {got:?} instead of {wanted:?}"));
            }
        }
        self.false_changes += usize::from(false_change && !changes);
        problems
    }
}

/// Returns true if everything undecided is so because of another resource.
fn is_dependent(undecided: Option<Json>) -> bool {
    let Some(Json::Array(undecided)) = undecided else { return false };
    let reason = |each: &Json| each.get(1).and_then(Json::as_str).map(str::to_owned);
    undecided.iter().filter_map(reason).all(|reason| reason.contains("` is undecided: "))
}

fn paths(json: Option<Json>) -> BTreeSet<String> {
    let Some(Json::Array(paths)) = json else { return BTreeSet::new() };
    paths.iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cases,
            agreeing,
            false_changes,
            wrong_and_sure,
            changes,
            undecided,
            dependent,
            disagreements,
        } = self;
        writeln!(
            f,
            "{agreeing} of {cases} cases agree; {false_changes} changes where there are none; \
             {wrong_and_sure} wrong and sure; {undecided} of {changes} changes undecided, {dependent} of them because of others"
        )?;
        disagreements.iter().try_for_each(|disagreement| writeln!(f, "  {disagreement}"))
    }
}
