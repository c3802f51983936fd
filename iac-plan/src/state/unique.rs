//! Detection of duplicate instances.

use super::error::Problem;
use super::{Instance, Resource};

/// The positions of the instances in the text, in order.
#[derive(Default)]
pub(super) struct Offsets(Vec<usize>);

impl Offsets {
    pub(super) fn instance(&mut self, offset: usize) {
        self.0.push(offset);
    }

    /// Terraform writes instances nearly sorted, so sorting them takes little more than one pass.
    pub(super) fn check(&self, resources: &[Resource<'_>]) -> Result<(), Problem> {
        let instances = || {
            resources.iter().flat_map(|resource| resource.instances.iter().map(move |each| (resource, each)))
        };
        let mut sorted: Vec<_> = instances().zip(&self.0).collect();
        sorted.sort_by(|((left, left_instance), _), ((right, right_instance), _)| {
            key(left, left_instance).cmp(&key(right, right_instance))
        });
        let duplicate = sorted.windows(2).filter_map(|pair| match pair {
            [((left, left_instance), _), second @ ((right, right_instance), _)] => {
                (key(left, left_instance) == key(right, right_instance)).then_some(second)
            }
            _ => None,
        });
        // Report the first duplicate in the text.
        match duplicate.min_by_key(|(_, offset)| **offset) {
            None => Ok(()),
            Some(((resource, instance), offset)) => {
                let address = resource.address(instance.key.clone());
                let deposed = instance.deposed.as_ref().map(|key| format!(" (deposed {key})"));
                let address = format!("{address}{}", deposed.unwrap_or_default());
                Err(Problem::Duplicate { offset: **offset, address })
            }
        }
    }
}

fn key<'s>(resource: &'s Resource<'_>, instance: &'s Instance<'_>) -> impl Ord + use<'s> {
    let Resource { modules, mode, type_name, name, .. } = resource;
    (modules, mode, type_name, name, &instance.key, &instance.deposed)
}
