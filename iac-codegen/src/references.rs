//! References between types: rules by attribute name, and exceptions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::names::Names;
use iac_schema::Lines;
use iac_schema::MemberMut;
use iac_schema::model::{Attribute, EntityKind, Identifier, Reference, Service, Type};
use iac_schema::split_kind;
use iac_schema::{Error, Errors};

/// Reference rules. If several match an attribute, the most specific one applies: an exception for its path, then a
/// rule for its service, then the longest pattern.
#[derive(Debug, Default)]
pub(crate) struct References {
    file: String,
    kinds: Vec<Kind>,
    rules: Vec<Rule>,
    exceptions: Vec<Exception>,
}

/// A kind that attributes refer to, and the attributes that identify it.
#[derive(Debug)]
struct Kind {
    line: usize,
    name: String,
    types: Vec<String>,
    /// The identifying attributes, and whether any of the types has them.
    attributes: Vec<(String, Identifier, bool)>,
}

/// A rule for attributes with a name.
#[derive(Debug)]
struct Rule {
    line: usize,
    pattern: String,
    /// `None` for plain strings.
    target: Option<Reference>,
    /// Empty for all services.
    services: Vec<String>,
    used: bool,
}

/// A rule for a single attribute.
#[derive(Debug)]
struct Exception {
    line: usize,
    kind: EntityKind,
    type_name: String,
    path: String,
    target: Option<Reference>,
    met: bool,
}

impl References {
    /// Parses the rules; see `docs/contributing/knowledge.md`.
    pub(crate) fn parse(file: &str, text: &str, names: &Names) -> Result<Self, Errors> {
        let mut references = Self { file: file.to_owned(), ..Self::default() };
        let mut lines = Lines::new(file, text)?;
        while let Some(line) = lines.take(0)? {
            let mut words = line.text.split_whitespace();
            let word = words.next().unwrap_or_default();
            let rest: Vec<&str> = words.collect();
            let read = match word {
                "kind" => references.read_kind(line.number, &rest, names),
                "refer" => references.read_rule(line.number, &rest, names),
                "text" => references.read_text(line.number, &rest),
                other => Err(format!("expected `kind`, `refer` or `text`, found `{other}`")),
            };
            read.map_err(|message| Error::new(file, line.number, message))?;
        }
        Ok(references)
    }

    /// `kind aws_vpc id:id arn:arn = aws_default_vpc`
    fn read_kind(&mut self, line: usize, words: &[&str], names: &Names) -> Result<(), String> {
        let (first, rest) = words.split_first().ok_or("missing type")?;
        let end = rest.iter().position(|word| *word == "=").unwrap_or(rest.len());
        let mut kind = Kind { line, name: names.kind_name(first), types: vec![], attributes: vec![] };
        kind.types.push((*first).to_owned());
        kind.types.extend(rest.iter().skip(end + 1).map(|word| (*word).to_owned()));
        for word in &rest[..end] {
            let (attribute, word) =
                word.split_once(':').ok_or_else(|| format!("missing `:id` or `:arn` after `{word}`"))?;
            kind.attributes.push((attribute.to_owned(), identifier(word)?, false));
        }
        if self.kinds.iter().any(|other| other.name == kind.name) {
            return Err(format!("duplicate kind `{first}`"));
        }
        self.kinds.push(kind);
        Ok(())
    }

    /// `refer subnet_ids id aws_subnet`, `refer cluster arn aws_x_cluster in x`, `refer aws_x.a.b id aws_subnet`
    fn read_rule(&mut self, line: usize, words: &[&str], names: &Names) -> Result<(), String> {
        let (pattern, word, target, services) = match words {
            [pattern, identifier, target] => (pattern, identifier, target, &[][..]),
            [pattern, identifier, target, "in", services @ ..] if !services.is_empty() => {
                (pattern, identifier, target, services)
            }
            _ => return Err("expected a pattern or path, `id` or `arn`, and a type".to_owned()),
        };
        let kind = names.kind_name(target);
        if !self.kinds.iter().any(|known| known.name == kind) {
            return Err(format!("unknown kind `{target}`: declare it in a `kind` line above"));
        }
        self.push(line, pattern, Some(Reference { kind, identifier: identifier(word)? }), services)
    }

    /// `text cluster in memorydb`, `text aws_instance.security_groups`
    fn read_text(&mut self, line: usize, words: &[&str]) -> Result<(), String> {
        match words {
            [pattern] => self.push(line, pattern, None, &[]),
            [pattern, "in", services @ ..] if !services.is_empty() => {
                self.push(line, pattern, None, services)
            }
            _ => Err("expected a pattern or path".to_owned()),
        }
    }

    fn push(
        &mut self,
        line: usize,
        pattern: &str,
        target: Option<Reference>,
        services: &[&str],
    ) -> Result<(), String> {
        let (kind, path) = split_kind(pattern);
        if let Some((type_name, path)) = path.split_once('.') {
            let (type_name, path) = (type_name.to_owned(), path.to_owned());
            self.exceptions.push(Exception { line, kind, type_name, path, target, met: false });
            return Ok(());
        }
        if pattern.trim_start_matches('*').contains('*') {
            return Err("`*` is only allowed at the start of a pattern".to_owned());
        }
        let services: Vec<String> = services.iter().map(|&service| service.to_owned()).collect();
        if self.rules.iter().any(|rule| rule.pattern == pattern && rule.services == services) {
            return Err(format!("duplicate rule for `{pattern}`"));
        }
        self.rules.push(Rule { line, pattern: pattern.to_owned(), target, services, used: false });
        Ok(())
    }

    /// Returns the names of all kinds that are referred to.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.targets().map(|target| &target.kind).collect();
        names.into_iter().cloned().collect()
    }

    /// Returns the types that are aliases of another one.
    pub(crate) fn aliases(&self) -> BTreeSet<String> {
        self.kinds.iter().flat_map(|kind| kind.types.iter().skip(1)).cloned().collect()
    }

    fn targets(&self) -> impl Iterator<Item = &Reference> {
        let exceptions = self.exceptions.iter().filter_map(|exception| exception.target.as_ref());
        self.rules.iter().filter_map(|rule| rule.target.as_ref()).chain(exceptions)
    }

    /// Sets the references of a service's attributes. Returns `true` if shapes were split.
    pub(crate) fn apply(&mut self, service: &mut Service, errors: &mut Errors) -> bool {
        let mut found = HashMap::new();
        let name = service.name.clone();
        let blocks =
            service.shapes.iter_mut().chain(service.entities.iter_mut().map(|entity| &mut entity.block));
        for attribute in
            blocks.flat_map(|block| &mut block.attributes).filter(|attribute| can_refer(attribute))
        {
            let rule = match found.get(&attribute.name) {
                Some(rule) => *rule,
                None => *found.entry(attribute.name.clone()).or_insert(self.rule(&name, &attribute.name)),
            };
            if let Some(rule) = rule {
                self.rules[rule].used = true;
                attribute.reference.clone_from(&self.rules[rule].target);
            }
        }
        self.offer(service);
        self.make_exceptions(service, errors)
    }

    /// Returns the index of the rule for attributes with the name.
    fn rule(&self, service: &str, name: &str) -> Option<usize> {
        let matching = self.rules.iter().enumerate().filter(|(_, rule)| {
            let fits = rule.pattern.strip_prefix('*').map_or(rule.pattern == name, |end| name.ends_with(end));
            fits && (rule.services.is_empty() || rule.services.iter().any(|each| each == service))
        });
        let best = matching.max_by_key(|(_, rule)| {
            (!rule.services.is_empty(), !rule.pattern.starts_with('*'), rule.pattern.len())
        });
        best.map(|(index, _)| index)
    }

    /// Sets the references of the attributes that identify a kind.
    fn offer(&mut self, service: &mut Service) {
        let used: BTreeSet<(String, Identifier)> =
            self.targets().map(|target| (target.kind.clone(), target.identifier)).collect();
        for kind in &mut self.kinds {
            let same = |entity: &&mut iac_schema::model::Entity| kind.types.contains(&entity.type_name);
            for entity in service.entities.iter_mut().filter(same) {
                for (name, identifier, seen) in &mut kind.attributes {
                    let attribute =
                        entity.block.attributes.iter_mut().find(|attribute| attribute.name == *name);
                    let Some(attribute) = attribute else { continue };
                    *seen = true;
                    if used.contains(&(kind.name.clone(), *identifier)) {
                        attribute.reference =
                            Some(Reference { kind: kind.name.clone(), identifier: *identifier });
                    }
                }
            }
        }
    }

    fn make_exceptions(&mut self, service: &mut Service, errors: &mut Errors) -> bool {
        let mut split = false;
        let positions: BTreeMap<(EntityKind, String), usize> = service
            .entities
            .iter()
            .enumerate()
            .map(|(index, entity)| ((entity.kind, entity.type_name.clone()), index))
            .collect();
        for exception in &mut self.exceptions {
            let key = (exception.kind, exception.type_name.clone());
            let Some(&entity) = positions.get(&key) else { continue };
            exception.met = true;
            let target = exception.target.clone();
            let changed = service.edit(entity, &exception.path, |member| match member {
                MemberMut::Attribute(attribute) if can_refer(attribute) => {
                    std::mem::replace(&mut attribute.reference, target.clone()) != target
                }
                _ => false,
            });
            split |= exception.path.contains('.');
            if changed != Some(true) {
                let message = match changed {
                    None => format!("`{}` has no `{}`", exception.type_name, exception.path),
                    Some(_) => "the exception has no effect".to_owned(),
                };
                errors.0.push(Error::new(&self.file, exception.line, message));
            }
        }
        split
    }

    /// Reports rules without a match. Requires all services to be loaded.
    pub(crate) fn check_used(&self, errors: &mut Errors) {
        let mut error = |line, message: String| errors.0.push(Error::new(&self.file, line, message));
        for rule in self.rules.iter().filter(|rule| !rule.used) {
            error(rule.line, format!("no attribute matches `{}`", rule.pattern));
        }
        for exception in self.exceptions.iter().filter(|exception| !exception.met) {
            error(exception.line, format!("unknown type `{}`", exception.type_name));
        }
        let used = self.kinds();
        for kind in &self.kinds {
            if !used.contains(&kind.name) {
                error(kind.line, format!("nothing refers to the kind `{}`", kind.name));
            }
            for (attribute, _, _) in kind.attributes.iter().filter(|(_, _, seen)| !seen) {
                error(kind.line, format!("no attribute `{attribute}` in {}", kind.types.join(", ")));
            }
        }
    }
}

fn identifier(word: &str) -> Result<Identifier, String> {
    [Identifier::Id, Identifier::Arn]
        .into_iter()
        .find(|identifier| identifier.as_str() == word)
        .ok_or_else(|| format!("expected `id` or `arn`, found `{word}`"))
}

/// Returns `true` if an attribute can be a reference: a string or a collection of strings, without a set of allowed
/// values.
fn can_refer(attribute: &Attribute) -> bool {
    let text = match &attribute.ty {
        Type::String => true,
        Type::List(element) | Type::Set(element) => **element == Type::String,
        _ => false,
    };
    text && attribute.facts.allowed.is_empty()
}
