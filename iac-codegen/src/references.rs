//! Which attributes refer to what: rules on names, and exceptions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::names::Names;
use iac_schema::Lines;
use iac_schema::MemberMut;
use iac_schema::model::{Attribute, EntityKind, Flavour, Reference, Service, Type};
use iac_schema::split_kind;
use iac_schema::{Error, Errors};

/// The rules. Of several that match an attribute, the most particular one holds: one on its path, then one for its
/// service, then the longest pattern.
#[derive(Debug, Default)]
pub(crate) struct References {
    file: String,
    kinds: Vec<Kind>,
    rules: Vec<Rule>,
    exceptions: Vec<Exception>,
}

/// A kind of thing that others refer to, and the attributes by which it offers itself.
#[derive(Debug)]
struct Kind {
    line: usize,
    name: String,
    types: Vec<String>,
    /// Each attribute, and whether one of the types was seen to have it.
    attributes: Vec<(String, Flavour, bool)>,
}

/// What attributes of a name refer to.
#[derive(Debug)]
struct Rule {
    line: usize,
    pattern: String,
    /// `None`: they are plain text.
    target: Option<Reference>,
    /// Empty: all.
    services: Vec<String>,
    used: bool,
}

/// What the attribute at one place refers to.
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
    /// Reads the rules; see `docs/contributing/knowledge.md`.
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
                other => Err(format!("`kind`, `refer` or `text` is expected, found `{other}`")),
            };
            read.map_err(|what| Error::new(file, line.number, what))?;
        }
        Ok(references)
    }

    /// `kind aws_vpc id:id arn:arn = aws_default_vpc`
    fn read_kind(&mut self, line: usize, words: &[&str], names: &Names) -> Result<(), String> {
        let (first, rest) = words.split_first().ok_or("a type is missing")?;
        let end = rest.iter().position(|word| *word == "=").unwrap_or(rest.len());
        let mut kind = Kind { line, name: names.kind_name(first), types: vec![], attributes: vec![] };
        kind.types.push((*first).to_owned());
        kind.types.extend(rest.iter().skip(end + 1).map(|word| (*word).to_owned()));
        for word in &rest[..end] {
            let (attribute, word) =
                word.split_once(':').ok_or_else(|| format!("`{word}` has no `:id` or `:arn`"))?;
            kind.attributes.push((attribute.to_owned(), flavour(word)?, false));
        }
        if self.kinds.iter().any(|other| other.name == kind.name) {
            return Err(format!("`{first}` is a kind already"));
        }
        self.kinds.push(kind);
        Ok(())
    }

    /// `refer subnet_ids id aws_subnet`, `refer cluster arn aws_x_cluster in x`, `refer aws_x.a.b id aws_subnet`
    fn read_rule(&mut self, line: usize, words: &[&str], names: &Names) -> Result<(), String> {
        let (pattern, word, target, services) = match words {
            [pattern, flavour, target] => (pattern, flavour, target, &[][..]),
            [pattern, flavour, target, "in", services @ ..] if !services.is_empty() => {
                (pattern, flavour, target, services)
            }
            _ => return Err("a pattern or path, `id` or `arn`, and a type are expected".to_owned()),
        };
        let kind = names.kind_name(target);
        if !self.kinds.iter().any(|known| known.name == kind) {
            return Err(format!("`{target}` is no kind: a `kind` line above must say so"));
        }
        self.push(line, pattern, Some(Reference { kind, flavour: flavour(word)? }), services)
    }

    /// `text cluster in memorydb`, `text aws_instance.security_groups`
    fn read_text(&mut self, line: usize, words: &[&str]) -> Result<(), String> {
        match words {
            [pattern] => self.push(line, pattern, None, &[]),
            [pattern, "in", services @ ..] if !services.is_empty() => {
                self.push(line, pattern, None, services)
            }
            _ => Err("a pattern or path is expected".to_owned()),
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
            return Err("a `*` can only stand at the start of a pattern".to_owned());
        }
        let services: Vec<String> = services.iter().map(|&service| service.to_owned()).collect();
        if self.rules.iter().any(|rule| rule.pattern == pattern && rule.services == services) {
            return Err(format!("`{pattern}` has a rule already"));
        }
        self.rules.push(Rule { line, pattern: pattern.to_owned(), target, services, used: false });
        Ok(())
    }

    /// Every kind that something refers to, by name.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.targets().map(|target| &target.kind).collect();
        names.into_iter().cloned().collect()
    }

    /// The types that are the same thing as another one.
    pub(crate) fn aliases(&self) -> BTreeSet<String> {
        self.kinds.iter().flat_map(|kind| kind.types.iter().skip(1)).cloned().collect()
    }

    fn targets(&self) -> impl Iterator<Item = &Reference> {
        let exceptions = self.exceptions.iter().filter_map(|exception| exception.target.as_ref());
        self.rules.iter().filter_map(|rule| rule.target.as_ref()).chain(exceptions)
    }

    /// Says of a service's attributes what they refer to. Returns whether shapes were split.
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

    /// The rule for attributes of this name, by index.
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

    /// The attributes by which things offer themselves to be referred to.
    fn offer(&mut self, service: &mut Service) {
        let used: BTreeSet<(String, Flavour)> =
            self.targets().map(|target| (target.kind.clone(), target.flavour)).collect();
        for kind in &mut self.kinds {
            let same = |entity: &&mut iac_schema::model::Entity| kind.types.contains(&entity.type_name);
            for entity in service.entities.iter_mut().filter(same) {
                for (name, flavour, seen) in &mut kind.attributes {
                    let attribute =
                        entity.block.attributes.iter_mut().find(|attribute| attribute.name == *name);
                    let Some(attribute) = attribute else { continue };
                    *seen = true;
                    if used.contains(&(kind.name.clone(), *flavour)) {
                        attribute.reference = Some(Reference { kind: kind.name.clone(), flavour: *flavour });
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
                let what = match changed {
                    None => format!("`{}` has no `{}`", exception.type_name, exception.path),
                    Some(_) => "the exception changes nothing".to_owned(),
                };
                errors.0.push(Error::new(&self.file, exception.line, what));
            }
        }
        split
    }

    /// Reports what matched nothing. Needs every service.
    pub(crate) fn check_used(&self, errors: &mut Errors) {
        let mut wrong = |line, what: String| errors.0.push(Error::new(&self.file, line, what));
        for rule in self.rules.iter().filter(|rule| !rule.used) {
            wrong(rule.line, format!("nothing is called `{}` here", rule.pattern));
        }
        for exception in self.exceptions.iter().filter(|exception| !exception.met) {
            wrong(exception.line, format!("there is no type `{}`", exception.type_name));
        }
        let used = self.kinds();
        for kind in &self.kinds {
            if !used.contains(&kind.name) {
                wrong(kind.line, format!("nothing refers to the kind `{}`", kind.name));
            }
            for (attribute, _, _) in kind.attributes.iter().filter(|(_, _, seen)| !seen) {
                wrong(kind.line, format!("none of {} has an attribute `{attribute}`", kind.types.join(", ")));
            }
        }
    }
}

fn flavour(word: &str) -> Result<Flavour, String> {
    [Flavour::Id, Flavour::Arn]
        .into_iter()
        .find(|flavour| flavour.as_str() == word)
        .ok_or_else(|| format!("`id` or `arn` is expected, found `{word}`"))
}

/// Whether an attribute can refer to things: it is text or a collection of texts, and not one of a few words.
fn can_refer(attribute: &Attribute) -> bool {
    let text = match &attribute.ty {
        Type::String => true,
        Type::List(element) | Type::Set(element) => **element == Type::String,
        _ => false,
    };
    text && attribute.facts.allowed.is_empty()
}
