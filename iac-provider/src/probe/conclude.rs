//! Conclusions from all changes of a type.

use std::collections::BTreeSet;

use iac_plan::schema::Block;

use super::compare::{is_inside, shorten};
use super::observe::Observer;

impl Observer<'_, '_> {
    /// Derives the behavior of computed attributes when something else changes.
    pub(super) fn computed(&mut self, block: &Block, path: &str) {
        for attribute in block.attributes.iter().filter(|each| each.computed && each.name != "tags_all") {
            let key = if path.is_empty() {
                attribute.name.to_string()
            } else {
                format!("{path}.{}", attribute.name)
            };
            let mut all = BTreeSet::new();
            let mut making = BTreeSet::new();
            for change in self.changes.iter().filter(|change| !change.replaced && change.path != key) {
                let exists =
                    path.is_empty() || change.container == path || is_inside(&change.container, path);
                if !exists {
                    continue;
                }
                all.insert(change.path.clone());
                if change.unknown.contains(&key) {
                    making.insert(change.path.clone());
                }
            }
            if !all.is_empty() {
                let finding = self.finding(&key);
                finding.changes = all.len();
                finding.made_unknown_by_all = making.len() == all.len();
                finding.made_unknown_by = Some(shorten(&making, &all));
            }
        }
        for nested in &block.blocks {
            let path =
                if path.is_empty() { nested.name.to_string() } else { format!("{path}.{}", nested.name) };
            if self.observed.findings.keys().any(|key| is_inside(key, &path)) {
                self.computed(&nested.block, &path);
            }
        }
    }

    /// Copies the observations of a block to blocks of the type with the same content.
    pub(super) fn copy_shapes(&mut self) {
        let mut copies = Vec::new();
        for (place, known) in &self.observed.same_as {
            let start = format!("{known}.");
            for (path, finding) in self.observed.findings.range(start.clone()..) {
                let Some(rest) = path.strip_prefix(&start) else { break };
                copies.push((format!("{place}.{rest}"), finding.clone()));
            }
        }
        for (path, finding) in copies.into_iter().take(5_000) {
            self.observed.findings.entry(path).or_insert(finding);
        }
    }
}
