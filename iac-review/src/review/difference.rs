//! What changed from one plan to another, since somebody looked at it last.

use std::collections::BTreeMap;

use iac_core::address::ResourceAddress;
use iac_core::text::Text;
use iac_plan::plan::secret::SchemaSecrets;
use iac_plan::plan::{Plan, ResourceChange};

use super::Digest;

/// A resource to which one plan does something else than another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The resource.
    pub address: ResourceAddress,
    /// The key of the deposed object, if it is one.
    pub deposed: Option<Text>,
    /// The position of the change in the first plan's [`Plan::changes`], if it has an effect there.
    pub old: Option<usize>,
    /// The position in the second plan's.
    pub new: Option<usize>,
}

/// Where the effects of two plans differ, by address.
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
