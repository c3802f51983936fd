//! Statistics over many cases.

use std::collections::BTreeSet;
use std::fmt;

use super::batch::Terraform;
use super::judge::{Answers, Case, Comparison, Planner, Verdict, compare_plans};
use super::types::Types;

/// Statistics over many cases.
#[derive(Debug, Default)]
pub struct Tally {
    /// The number of programs planned by Terraform.
    pub planned: usize,
    /// The number of these with changes.
    pub changing: usize,
    /// The number of changed resources.
    pub changes: usize,
    /// The number of programs with the same answer.
    pub same: usize,
    /// The number of these with the same changed attributes.
    pub same_attributes: usize,
    /// The number of programs that our planner left undecided.
    pub undecided: usize,
    /// Programs with a wrong answer that was not marked as uncertain.
    pub wrong: Vec<Comparison>,
    /// Programs with the same actions but different changed attributes.
    pub other_attributes: Vec<Comparison>,
    /// The resource types in the programs.
    pub types: BTreeSet<String>,
}

impl Tally {
    /// Creates programs, plans them with both planners, and collects statistics.
    pub fn add(
        &mut self,
        numbers: impl IntoIterator<Item = usize>,
        types: &Types,
        terraform: &Terraform,
        ours: &dyn Planner,
        seed: u64,
    ) {
        // All types are used in turn; the step has no large common divisor with the number of types.
        let case = |number: usize| Case::random(number, types, number.wrapping_mul(7919), seed);
        let cases: Vec<Case> = numbers.into_iter().map(case).collect();
        for comparison in compare_plans(&cases, types, terraform, ours, seed) {
            self.planned += 1;
            self.changing += usize::from(!comparison.terraform.is_empty());
            self.changes += comparison.terraform.len();
            let resources = comparison.case.before.resources.iter();
            self.types.extend(resources.map(|resource| resource.type_name.clone()));
            match comparison.verdict() {
                Verdict::Same => {
                    self.same += 1;
                    if comparison.changes_the_same() {
                        self.same_attributes += 1;
                    } else {
                        self.other_attributes.push(comparison);
                    }
                }
                Verdict::Undecided => self.undecided += 1,
                Verdict::Wrong => self.wrong.push(comparison),
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = |part: usize| 100.0 * part as f64 / self.planned.max(1) as f64;
        write!(
            f,
            "{} programs over {} types, {} changing {} resources: {} the same ({:.2}%, attributes too {:.2}%), {} undecided ({:.2}%), {} wrong ({:.2}%)",
            self.planned,
            self.types.len(),
            self.changing,
            self.changes,
            self.same,
            share(self.same),
            share(self.same_attributes),
            self.undecided,
            share(self.undecided),
            self.wrong.len(),
            share(self.wrong.len()),
        )
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.case.description)?;
        for (who, answers) in [("terraform", &self.terraform), ("ours", &self.ours)] {
            write!(f, "  {who}: {}", if answers.is_empty() { "no change" } else { "" })?;
            list(f, answers)?;
        }
        for (address, theirs) in &self.terraform {
            let Some(ours) = self.ours.get(address).filter(|ours| ours.actions == theirs.actions) else {
                continue;
            };
            for (who, more, less) in [("terraform", theirs, ours), ("ours", ours, theirs)] {
                let only: Vec<_> = more.changed.difference(&less.changed).collect();
                if !only.is_empty() {
                    writeln!(f, "  only {who} changes: {address} {only:?}")?;
                }
            }
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, answers: &Answers) -> fmt::Result {
    for (address, answer) in answers {
        write!(f, "{address} {} {:?} ", answer.actions.join("/"), answer.replace_paths)?;
        if answer.actions == ["update"] {
            write!(f, "{:?} ", answer.changed)?;
        }
        if !answer.undecided.is_empty() {
            write!(f, "undecided {:?} ", answer.undecided)?;
        }
    }
    f.write_str("\n")
}
