//! Corrections to facts, each with its reason.

use crate::edit::MemberMut;
use crate::error::{Error, Errors};
use crate::lines::{Lines, Words};
use crate::model::{Block, EntityKind, Facts, ForceNew, Service, split_kind};
use crate::parse::fact;

/// Corrections to facts.
#[derive(Debug, Default)]
pub struct Overlay {
    file: String,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    kind: EntityKind,
    type_name: String,
    /// Empty for the type itself.
    path: String,
    changes: String,
    /// True if the type was found in one of the corrected services.
    met: bool,
}

impl Overlay {
    /// Parses lines such as `aws_vpc.cidr_block: -force_new default="x" -- reason`.
    pub fn parse(file: &str, text: &str) -> Result<Self, Errors> {
        let mut overlay = Self { file: file.to_owned(), entries: Vec::new() };
        let mut lines = Lines::new(file, text)?;
        while let Some(line) = lines.take(0)? {
            let error = |message: &str| Error::new(file, line.number, message);
            let (path, rest) =
                line.text.split_once(": ").ok_or_else(|| error("expected a path followed by `:`"))?;
            let (changes, _reason) = rest
                .rsplit_once(" -- ")
                .filter(|(_, reason)| !reason.trim().is_empty())
                .ok_or_else(|| error("missing ` -- ` and a reason"))?;
            let (kind, path) = split_kind(path);
            let (type_name, path) = path.split_once('.').unwrap_or((path, ""));
            overlay.entries.push(Entry {
                line: line.number,
                kind,
                type_name: type_name.to_owned(),
                path: path.to_owned(),
                changes: changes.to_owned(),
                met: false,
            });
        }
        Ok(overlay)
    }

    /// Corrects a service. Returns `true` if it has any corrections.
    pub fn apply(&mut self, service: &mut Service, errors: &mut Errors) -> bool {
        let mut changed = false;
        for entry in &mut self.entries {
            let found = service
                .entities
                .iter()
                .position(|entity| entity.kind == entry.kind && entity.type_name == entry.type_name);
            let Some(entity) = found else { continue };
            entry.met = true;
            changed = true;
            if let Err(message) = entry.apply(service, entity) {
                errors.0.push(Error::new(&self.file, entry.line, message));
            }
        }
        changed
    }

    /// Reports entries for types that no service has. Requires all services to be loaded.
    pub fn check_used(&self, errors: &mut Errors) {
        for entry in self.entries.iter().filter(|entry| !entry.met) {
            errors.0.push(Error::new(&self.file, entry.line, format!("unknown type `{}`", entry.type_name)));
        }
    }
}

impl Entry {
    fn apply(&self, service: &mut Service, entity: usize) -> Result<(), String> {
        if self.path.is_empty() {
            return self.apply_to_entity(service, entity);
        }
        let mut paths = Vec::new();
        match self.path.strip_prefix("**.") {
            Some(name) => find_all(service, &service.entities[entity].block, name, "", &mut paths),
            None => paths.push(self.path.clone()),
        }
        let mut changed = None;
        for path in paths {
            let result = service.edit(entity, &path, |member| {
                let facts = match member {
                    MemberMut::Attribute(attribute) => &mut attribute.facts,
                    MemberMut::Block(block) => &mut block.facts,
                };
                let before = facts.clone();
                change_facts(facts, &self.changes)?;
                Ok::<_, String>(*facts != before)
            });
            changed = result.transpose()?.map(|now| now || changed == Some(true)).or(changed);
        }
        match changed {
            Some(true) => Ok(()),
            Some(false) => Err(NOTHING.to_owned()),
            None => Err(format!("`{}` has no `{}`", self.type_name, self.path)),
        }
    }

    fn apply_to_entity(&self, service: &mut Service, entity: usize) -> Result<(), String> {
        let entity = &mut service.entities[entity];
        let mut words = Words(&self.changes);
        while let Some(word) = words.next() {
            let (remove, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
            let flag = match name {
                "legacy" => Some(&mut entity.legacy),
                "customize_diff" => Some(&mut entity.customize_diff),
                _ => None,
            };
            let changed = if let Some(flag) = flag {
                std::mem::replace(flag, !remove) == remove
            } else {
                let groups = entity.groups(name).ok_or_else(|| format!("unknown keyword `{name}`"))?;
                let group: Vec<String> = words.text()?.split(',').map(str::to_owned).collect();
                match (remove, groups.iter().position(|known| *known == group)) {
                    (true, Some(index)) => {
                        groups.remove(index);
                        true
                    }
                    (false, None) => {
                        groups.push(group);
                        true
                    }
                    _ => false,
                }
            };
            if !changed {
                return Err(NOTHING.to_owned());
            }
        }
        Ok(())
    }
}

/// Collects all paths to members with the name.
fn find_all(service: &Service, block: &Block, name: &str, start: &str, paths: &mut Vec<String>) {
    let attributes = block.attributes.iter().map(|attribute| (&attribute.name, attribute.ty.shape()));
    let blocks = block.blocks.iter().map(|nested| (&nested.name, Some(nested.nested.shape)));
    for (member, shape) in attributes.chain(blocks) {
        if member == name {
            paths.push(format!("{start}{member}"));
        }
        if let Some(shape) = shape {
            find_all(service, service.shape(shape), name, &format!("{start}{member}."), paths);
        }
    }
}

const NOTHING: &str = "the correction has no effect";

fn change_facts(facts: &mut Facts, changes: &str) -> Result<(), String> {
    let mut words = Words(changes);
    while let Some(word) = words.next() {
        match word.strip_prefix('-') {
            None => fact(facts, word, &mut words)?,
            Some("force_new") => facts.force_new = ForceNew::No,
            Some("default") => facts.default = None,
            Some("allowed") => facts.allowed.clear(),
            Some("norms") => facts.norms.clear(),
            Some("rewrites") => facts.rewrites = false,
            Some("suppress") => facts.suppress = None,
            Some("suppressed") => facts.suppressed = false,
            Some("null_keeps") => facts.null_keeps = false,
            Some("force_new_when") => facts.force_new_when.clear(),
            Some("unset") => facts.unset.clear(),
            Some("computed") => facts.computed = false,
            Some("created") => facts.created = None,
            Some("kept") => facts.kept = false,
            Some("updated_by") => facts.updated_by.clear(),
            Some("perhaps_updated_by") => facts.perhaps_updated_by.clear(),
            Some("provider_default") => facts.provider_default = None,
            Some("unmodeled") => facts.unmodeled.clear(),
            Some("unhashed") => facts.unhashed = false,
            Some("needed") => facts.needed = false,
            Some("settable") => facts.settable = false,
            Some("open") => facts.open = false,
            Some("hooks") => facts.hooks = None,
            Some(other) => return Err(format!("unknown keyword `{other}`")),
        }
    }
    Ok(())
}
