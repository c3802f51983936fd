//! What many cases come to.

use std::collections::BTreeSet;
use std::fmt;

use super::batch::Terraform;
use super::judge::{Answers, Case, Judgement, Planner, Verdict, judge};
use super::types::Types;

/// What many cases come to.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many programs Terraform planned.
    pub planned: usize,
    /// Of these, how many change something.
    pub changing: usize,
    /// How many resources change.
    pub changes: usize,
    /// How many programs came out the same.
    pub same: usize,
    /// Of these, in how many the same attributes change.
    pub same_attributes: usize,
    /// For how many programs ours says that it does not know.
    pub undecided: usize,
    /// The programs where we were sure and wrong.
    pub wrong: Vec<Judgement>,
    /// The programs where the same is done, and other attributes change.
    pub other_attributes: Vec<Judgement>,
    /// The resource types in the programs.
    pub types: BTreeSet<String>,
}

impl Tally {
    /// Makes programs, has both plan them, and counts.
    pub fn add(
        &mut self,
        numbers: impl IntoIterator<Item = usize>,
        types: &Types,
        terraform: &Terraform,
        ours: &dyn Planner,
        seed: u64,
    ) {
        // Every type comes around; the step has no common divisor with the number of types worth mentioning.
        let case = |number: usize| Case::random(number, types, number.wrapping_mul(7919), seed);
        let cases: Vec<Case> = numbers.into_iter().map(case).collect();
        for judgement in judge(&cases, types, terraform, ours, seed) {
            self.planned += 1;
            self.changing += usize::from(!judgement.terraform.is_empty());
            self.changes += judgement.terraform.len();
            let resources = judgement.case.before.resources.iter();
            self.types.extend(resources.map(|resource| resource.type_name.clone()));
            match judgement.verdict() {
                Verdict::Same => {
                    self.same += 1;
                    if judgement.changes_the_same() {
                        self.same_attributes += 1;
                    } else {
                        self.other_attributes.push(judgement);
                    }
                }
                Verdict::Undecided => self.undecided += 1,
                Verdict::Wrong => self.wrong.push(judgement),
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

impl fmt::Display for Judgement {
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
