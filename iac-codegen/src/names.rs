//! Rust names for Terraform names.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use iac_schema::Lines;
use iac_schema::model::{EntityKind, Service};
use iac_schema::{Error, Errors};

/// Rust keywords.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Returns the Rust identifier for an argument, attribute or service. Keywords get a trailing `_`.
#[must_use]
pub fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 1);
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        out.push('_');
    }
    out.extend(name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }));
    if KEYWORDS.binary_search(&name).is_ok() {
        out.push('_');
    }
    out
}

/// Returns the Rust type name for words separated by `_`, spaces or punctuation.
#[must_use]
pub fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut at_start = true;
    for character in name.chars() {
        if !character.is_alphanumeric() {
            at_start = true;
        } else if at_start {
            out.extend(character.to_uppercase());
            at_start = false;
        } else {
            out.push(character);
        }
    }
    if out.is_empty() || out.starts_with(|first: char| first.is_ascii_digit()) {
        out.insert(0, '_');
    }
    if KEYWORDS.binary_search(&out.as_str()).is_ok() {
        out.push('_');
    }
    out
}

/// Returns the name, with a number appended if it is already used, and marks it as used.
pub(crate) fn unused(name: &str, used: &mut HashSet<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while !used.insert(free.clone()) {
        free = format!("{name}{number}");
        number += 1;
    }
    free
}

/// The prefixes removed from type names to form their short names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    file: String,
    /// The provider's local name, with which all type names start.
    provider: String,
    /// The prefixes of a service's types, if different from the service's name.
    prefixes: BTreeMap<String, (usize, Vec<String>)>,
}

impl Names {
    /// Parses lines such as `logs: cloudwatch`: after the provider's prefix, types of the service `logs` lose
    /// `cloudwatch`. Types of services without a line lose the service's own name.
    pub fn parse(file: &str, text: &str, provider: &str) -> Result<Self, Errors> {
        let mut names =
            Self { file: file.to_owned(), provider: provider.to_owned(), prefixes: BTreeMap::new() };
        let mut lines = Lines::new(file, text)?;
        while let Some(line) = lines.take(0)? {
            let (service, prefixes) = line.text.split_once(':').ok_or_else(|| {
                Error::new(file, line.number, "expected a service followed by `:` and prefixes")
            })?;
            let prefixes = prefixes.split_whitespace().map(str::to_owned).collect();
            if names.prefixes.insert(service.to_owned(), (line.number, prefixes)).is_some() {
                return Err(Error::new(file, line.number, format!("duplicate line for `{service}`")).into());
            }
        }
        Ok(names)
    }

    /// Returns the Rust name of a type inside its service's module: `Vpc` for `aws_vpc`.
    #[must_use]
    pub fn short_name(&self, service: &str, type_name: &str) -> String {
        let own = type_name.strip_prefix(self.provider.as_str()).and_then(|rest| rest.strip_prefix('_'));
        let own = own.unwrap_or(type_name);
        let longest = |prefixes: &[String]| {
            let rest = prefixes.iter().filter_map(|prefix| strip_words(own, prefix));
            rest.min_by_key(|rest| rest.len()).unwrap_or(own).to_owned()
        };
        camel_case(&match self.prefixes.get(service) {
            Some((_, prefixes)) => longest(prefixes),
            None => strip_words(own, service).unwrap_or(own).to_owned(),
        })
    }

    /// Returns the Rust name of a kind: `IamRole` for `aws_iam_role`.
    #[must_use]
    pub fn kind_name(&self, type_name: &str) -> String {
        let own = type_name.strip_prefix(self.provider.as_str()).and_then(|rest| rest.strip_prefix('_'));
        camel_case(own.unwrap_or(type_name))
    }

    /// Reports types of one service with the same short name.
    pub(crate) fn check_unique(&self, service: &Service, errors: &mut Errors) {
        let mut taken = BTreeMap::new();
        for entity in &service.entities {
            let name = self.short_name(&service.name, &entity.type_name);
            if let Some(other) = taken.insert((entity.kind, name.clone()), &entity.type_name) {
                let message = format!(
                    "{other} and {} of `{}` would both be named `{name}`",
                    entity.type_name, service.name
                );
                errors.0.push(Error::new(&self.file, 0, message));
            }
        }
    }

    /// Reports prefixes that no type starts with. Requires all services to be loaded.
    pub(crate) fn check_used(&self, services: &[Service], errors: &mut Errors) {
        for (name, (line, prefixes)) in &self.prefixes {
            let Some(service) = services.iter().find(|service| service.name == *name) else {
                errors.0.push(Error::new(&self.file, *line, format!("unknown service `{name}`")));
                continue;
            };
            let types: BTreeSet<&str> =
                service.entities.iter().map(|entity| entity.type_name.as_str()).collect();
            for prefix in prefixes {
                let start = format!("{}_{prefix}_", self.provider);
                if !types.iter().any(|name| name.starts_with(&start)) {
                    errors.0.push(Error::new(
                        &self.file,
                        *line,
                        format!("no type of `{name}` starts with `{start}`"),
                    ));
                }
            }
        }
    }
}

/// Returns the submodule of a service's module for types of a kind.
#[must_use]
pub fn kind_module(kind: EntityKind) -> Option<&'static str> {
    match kind {
        EntityKind::Provider | EntityKind::Resource => None,
        EntityKind::DataSource => Some("data"),
        EntityKind::Ephemeral => Some("ephemeral"),
    }
}

/// Strips whole leading words.
fn strip_words<'a>(name: &'a str, words: &str) -> Option<&'a str> {
    name.strip_prefix(words)?.strip_prefix('_').filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, Names, camel_case, identifier};

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn identifiers_are_valid_rust() {
        assert_eq!(identifier("vpc_id"), "vpc_id");
        assert_eq!(identifier("type"), "type_");
        assert_eq!(identifier("self"), "self_");
        assert_eq!(identifier("2fa-token"), "_2fa_token");
    }

    #[test]
    fn type_names_are_valid_rust() {
        assert_eq!(camel_case("iam_role"), "IamRole");
        assert_eq!(camel_case("text/plain"), "TextPlain");
        assert_eq!(camel_case("self"), "Self_");
        assert_eq!(camel_case("4xx"), "_4xx");
        assert_eq!(camel_case(""), "_");
    }

    #[test]
    fn short_names_omit_the_service() {
        let names = Names::parse("names", "logs: cloudwatch\nrds: db rds\nec2: ec2\n", "aws").unwrap();
        assert_eq!(names.short_name("ec2", "aws_vpc"), "Vpc");
        assert_eq!(names.short_name("ec2", "aws_ec2_fleet"), "Fleet");
        assert_eq!(names.short_name("logs", "aws_cloudwatch_log_group"), "LogGroup");
        assert_eq!(names.short_name("s3", "aws_s3_bucket"), "Bucket");
        assert_eq!(names.short_name("cloudtrail", "aws_cloudtrail"), "Cloudtrail");
        assert_eq!(names.short_name("elb", "aws_load_balancer_policy"), "LoadBalancerPolicy");
        assert_eq!(names.kind_name("aws_iam_role"), "IamRole");
    }
}
