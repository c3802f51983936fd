//! Minimization of disagreements: removes everything that is not needed to reproduce one.

use super::Program;
use super::batch::Terraform;
use super::judge::{Case, Comparison, Planner, Verdict, compare_plans};
use super::types::Types;

/// The maximum number of removals per case.
const ROUNDS: usize = 6;

/// Shrinks the cases of wrong answers. Each round tries all possible removals from each of them, in one batch.
#[must_use]
pub fn shrink(
    wrong: Vec<Comparison>,
    types: &Types,
    terraform: &Terraform,
    ours: &dyn Planner,
    seed: u64,
) -> Vec<Comparison> {
    let mut smallest = wrong;
    for _ in 0..ROUNDS {
        let mut candidates = Vec::new();
        let mut origins = Vec::new();
        for (origin, comparison) in smallest.iter().enumerate() {
            for case in smaller(&comparison.case) {
                candidates.push(renumbered(&case, candidates.len()));
                origins.push(origin);
            }
        }
        let mut better = false;
        for comparison in compare_plans(&candidates, types, terraform, ours, seed) {
            let origin = origins[comparison.case.before.number];
            if comparison.verdict() == Verdict::Wrong && size(&comparison.case) < size(&smallest[origin].case)
            {
                smallest[origin] = comparison;
                better = true;
            }
        }
        if !better {
            break;
        }
    }
    smallest
}

fn size(case: &Case) -> usize {
    case.before.config().to_string().len() + case.after.config().to_string().len()
}

/// Returns the case without a resource, or without an argument or block.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    if case.before.resources.len() > 1 {
        for resource in &case.before.resources {
            let mut without = case.clone();
            for program in [&mut without.before, &mut without.after] {
                program.resources.retain(|each| each.name != resource.name);
            }
            all.push(without);
        }
    }
    for (index, resource) in case.before.resources.iter().enumerate() {
        for argument in resource.body.keys() {
            let mut without = case.clone();
            for program in [&mut without.before, &mut without.after] {
                if let Some(resource) = program.resources.get_mut(index) {
                    resource.body.remove(argument);
                }
            }
            all.push(without);
        }
    }
    all
}

/// Returns the same case with another number.
fn renumbered(case: &Case, number: usize) -> Case {
    let (from, to) = (format!("p{}_", case.before.number), format!("p{number}_"));
    let program = |program: &Program| {
        let text = serde_json::to_string(&program.others).expect("valid JSON").replace(&from, &to);
        let mut program =
            Program { number, others: serde_json::from_str(&text).expect("it was JSON"), ..program.clone() };
        for resource in &mut program.resources {
            resource.name = resource.name.replace(&from, &to);
            let text = serde_json::to_string(&resource.body).expect("valid JSON").replace(&from, &to);
            resource.body = serde_json::from_str(&text).expect("it was JSON");
        }
        program
    };
    Case {
        before: program(&case.before),
        after: program(&case.after),
        marked: case.marked.as_ref().map(|(name, mark)| (name.replace(&from, &to), *mark)),
        description: case.description.replace(&from, &to),
    }
}
