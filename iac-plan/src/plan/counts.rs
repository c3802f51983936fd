//! Counts of the changes in a plan.

use iac_core::address::ResourceMode;

use super::{Action, Plan};

/// The number of changes of each kind. A replacement counts as both an addition and a destruction, as in Terraform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Imported instances.
    pub import: usize,
    /// Created instances, including replacements.
    pub add: usize,
    /// Instances updated in place.
    pub change: usize,
    /// Destroyed instances, including replaced ones.
    pub destroy: usize,
    /// Instances that are removed from the state without being destroyed.
    pub forget: usize,
    /// Replaced instances, which `add` and `destroy` include.
    pub replace: usize,
    /// Data sources read during apply.
    pub read: usize,
    /// Instances whose address changes.
    pub moved: usize,
    /// Changes deferred to a later plan, which no other count includes.
    pub deferred: usize,
    /// Invoked actions, without deferred ones.
    pub invoke: usize,
    /// Output values that change.
    pub outputs: usize,
    /// Instances and output values with an undecided part, and blocks whose instances are undecided.
    pub undecided: usize,
    /// Those of them that may change although no change is planned for them.
    pub possible: usize,
}

impl Counts {
    /// Counts the changes of a plan.
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
            // A data source changes nothing itself, and what depends on an undecided one is undecided, too.
            counts.possible += usize::from(
                !change.undecided.is_empty()
                    && change.action == Action::NoOp
                    && change.address.mode == ResourceMode::Managed,
            );
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
            counts.possible += usize::from(!output.undecided.is_empty() && output.action == Action::NoOp);
        }
        for invocation in &plan.invocations {
            let is_deferred = invocation.deferred.is_some();
            counts.deferred += usize::from(is_deferred);
            counts.invoke += usize::from(!is_deferred);
        }
        counts.undecided += plan.undecided_instances.len();
        counts.possible += plan.undecided_instances.len();
        counts
    }

    /// Adds the counts of another plan.
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
            possible: self.possible + other.possible,
        }
    }

    /// Returns true if applying the plan would have any effect, even if only on the state.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        let Self { import, add, change, destroy, forget, moved, deferred, invoke, outputs, .. } = self;
        import + add + change + destroy + forget + moved + deferred + invoke + outputs > 0
    }

    /// Returns true unless it is certain that applying the plan has no effect.
    #[must_use]
    pub fn may_have_changes(&self) -> bool {
        self.has_changes() || self.possible > 0
    }

    /// Returns all counts with their names, including zeros.
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
