//! How many of what a plan has.

use super::{Action, Plan};
use crate::builder::ResourceMode;

/// How many changes of each kind a plan has. A replacement counts as an addition and a destruction, as in Terraform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Instances that are imported.
    pub import: usize,
    /// Instances that are created, those that replace others too.
    pub add: usize,
    /// Instances that are changed in place.
    pub change: usize,
    /// Instances that are destroyed, those that are replaced too.
    pub destroy: usize,
    /// Instances that are no longer managed, and go on existing.
    pub forget: usize,
    /// Instances that are created in the place of others: those of `add` that are in `destroy` too.
    pub replace: usize,
    /// Data sources that are read when the plan is applied.
    pub read: usize,
    /// Instances whose address changes.
    pub moved: usize,
    /// Changes that are deferred to a later plan; they count as nothing else.
    pub deferred: usize,
    /// Actions that are invoked, those that are deferred left out.
    pub invoke: usize,
    /// Output values that change.
    pub outputs: usize,
    /// Instances and output values of which something could not be decided.
    pub undecided: usize,
}

impl Counts {
    /// Counts what a plan has.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut counts = Self::default();
        for change in plan.changes.iter().filter(|change| change.address.mode != ResourceMode::Ephemeral) {
            counts.undecided += usize::from(!change.undecided.is_empty());
            if change.deferred.is_some() {
                counts.deferred += 1;
                continue;
            }
            counts.import += usize::from(change.importing.is_some());
            counts.moved += usize::from(change.previous_address.is_some());
            match change.action {
                Action::NoOp => {}
                Action::Read => counts.read += 1,
                Action::Create => counts.add += 1,
                Action::Update => counts.change += 1,
                Action::Delete => counts.destroy += 1,
                Action::Forget => counts.forget += 1,
                Action::CreateThenForget | Action::ForgetThenCreate => {
                    counts.add += 1;
                    counts.forget += 1;
                }
                Action::DeleteThenCreate | Action::CreateThenDelete => {
                    counts.add += 1;
                    counts.destroy += 1;
                    counts.replace += 1;
                }
            }
        }
        for output in &plan.outputs {
            counts.outputs += usize::from(output.action != Action::NoOp);
            counts.undecided += usize::from(!output.undecided.is_empty());
        }
        for invocation in &plan.invocations {
            let is_deferred = invocation.deferred.is_some();
            counts.deferred += usize::from(is_deferred);
            counts.invoke += usize::from(!is_deferred);
        }
        counts
    }

    /// The counts of several plans together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            import: self.import + other.import,
            add: self.add + other.add,
            change: self.change + other.change,
            destroy: self.destroy + other.destroy,
            forget: self.forget + other.forget,
            replace: self.replace + other.replace,
            read: self.read + other.read,
            moved: self.moved + other.moved,
            deferred: self.deferred + other.deferred,
            invoke: self.invoke + other.invoke,
            outputs: self.outputs + other.outputs,
            undecided: self.undecided + other.undecided,
        }
    }

    /// Whether applying the plan would do anything, be it only to the state.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        let Self { import, add, change, destroy, forget, moved, deferred, invoke, outputs, .. } = self;
        import + add + change + destroy + forget + moved + deferred + invoke + outputs > 0
    }

    /// The counts and their names, those that are zero too.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, usize); 12] {
        [
            ("import", self.import),
            ("add", self.add),
            ("change", self.change),
            ("destroy", self.destroy),
            ("forget", self.forget),
            ("replace", self.replace),
            ("read", self.read),
            ("move", self.moved),
            ("defer", self.deferred),
            ("invoke", self.invoke),
            ("output", self.outputs),
            ("undecided", self.undecided),
        ]
    }
}
