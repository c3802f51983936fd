//! Differences between the effects of two plans, such as an approved one and its successor.

use std::collections::BTreeMap;

use iac_core::address::ResourceAddress;
use iac_core::text::Text;
use iac_plan::plan::secret::SchemaSecrets;
use iac_plan::plan::{Plan, ResourceChange};

use super::Digest;

/// A resource on which two plans have different effects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The address of the resource.
    pub address: ResourceAddress,
    /// The key of the deposed object, if the change is one of a deposed object.
    pub deposed: Option<Text>,
    /// The position in [`Plan::changes`] of the first plan, if it has an effect on the resource.
    pub old: Option<usize>,
    /// The position in [`Plan::changes`] of the second plan, if it has an effect on the resource.
    pub new: Option<usize>,
}

/// Returns the differences between the effects of two plans, by address.
///
/// ```
/// use iac_plan::plan::Plan;
/// use iac_review::review::differences;
///
/// assert!(differences(&Plan::default(), &Plan::default()).is_empty());
/// ```
#[must_use]
pub fn differences(old: &Plan, new: &Plan) -> Vec<Difference> {
    type Effects<'p> = BTreeMap<(&'p ResourceAddress, Option<&'p Text>), (usize, Digest)>;
    fn effects(plan: &Plan) -> Effects<'_> {
        let secrets = SchemaSecrets::of(plan.changes.iter().map(|change| change.schema.as_ref()));
        let key = |change: &'_ ResourceChange| Digest::of_change(change, &secrets);
        let effects = plan.changes.iter().enumerate();
        effects
            .filter_map(|(position, change)| {
                Some(((&change.address, change.deposed.as_ref()), (position, key(change)?)))
            })
            .collect()
    }
    let (old, new) = (effects(old), effects(new));
    let mut differences = Vec::new();
    let keys: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let (before, after) = (old.get(key), new.get(key));
        if before.map(|(_, digest)| digest) != after.map(|(_, digest)| digest) {
            differences.push(Difference {
                address: key.0.clone(),
                deposed: key.1.cloned(),
                old: before.map(|(position, _)| *position),
                new: after.map(|(position, _)| *position),
            });
        }
    }
    differences
}
