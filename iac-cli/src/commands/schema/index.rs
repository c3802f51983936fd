//! The types in the built-in knowledge, by their Terraform and Rust names.

use std::borrow::Cow;

use iac_aws::knowledge::{NAMES, OVERLAY, PROVIDER, REFERENCES, SERVICES};
use iac_codegen::load::{KnowledgeFiles, Loaded, load};
use iac_codegen::model::EntityKind;
use iac_codegen::names::{Names, identifier, kind_module};
use serde::Serialize;
use wildmatch::WildMatch;

use crate::command_error::CommandError;

/// The provider's local name, which also names its own configuration.
const PROVIDER_NAME: &str = "aws";

/// A type and the knowledge file of its service.
#[derive(Clone, Copy, Debug)]
pub(super) struct TypeName {
    pub(super) kind: EntityKind,
    pub(super) name: &'static str,
    service: Option<(&'static str, &'static str)>,
}

/// An item of `iac schema --list`.
#[derive(Debug, Serialize)]
pub(super) struct ListedType {
    pub(super) kind: &'static str,
    #[serde(rename = "type")]
    pub(super) type_name: &'static str,
    pub(super) rust: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) feature: Option<&'static str>,
}

/// A type with the parsed knowledge of its service.
#[derive(Debug)]
pub(super) struct LoadedType {
    pub(super) type_name: TypeName,
    pub(super) loaded: Loaded,
}

/// Returns all types: the provider's own configuration, then service by service.
pub(super) fn types() -> impl Iterator<Item = TypeName> {
    let provider = TypeName { kind: EntityKind::Provider, name: PROVIDER_NAME, service: None };
    let services = SERVICES.iter().flat_map(|&service| {
        // The lines of types are the only ones without indentation.
        let lines = service.1.lines().filter(|line| !line.starts_with(' '));
        lines.filter_map(move |line| {
            let (keyword, rest) = line.split_once(' ')?;
            let kind = EntityKind::ALL.into_iter().find(|kind| kind.keyword() == keyword)?;
            Some(TypeName { kind, name: rest.split(' ').next()?, service: Some(service) })
        })
    });
    std::iter::once(provider).chain(services)
}

/// Finds a type by its Terraform or Rust name. If several kinds share the name, the first of `kinds` is returned.
pub(super) fn find(written: &str, kinds: &[EntityKind]) -> Result<Option<LoadedType>, CommandError> {
    let found: Vec<TypeName> = match written.strip_prefix("iac_aws::").unwrap_or(written) {
        path if path.contains("::") => {
            let names = names()?;
            let service = path.split("::").next().unwrap_or_default();
            // `--data` and `--ephemeral` select the kind, so the path may omit the module.
            let is_it = |each: &TypeName| {
                let full = rust_path(&names, each);
                let module = kind_module(each.kind).map(|module| format!("::{module}::"));
                full.strip_prefix("iac_aws::") == Some(path)
                    || module.is_some_and(|module| full.replace(&module, "::") == format!("iac_aws::{path}"))
            };
            types()
                .filter(|each| each.service_name().is_some_and(|each| identifier(each) == service))
                .filter(is_it)
                .collect()
        }
        name => types().filter(|each| each.name == name).collect(),
    };
    let first = kinds.iter().find_map(|&kind| found.iter().find(|each| each.kind == kind));
    let Some(&type_name) = first else { return Ok(None) };
    let files = KnowledgeFiles {
        provider: Cow::Borrowed(PROVIDER),
        services: type_name.service.iter().map(|&(name, text)| (name.into(), text.into())).collect(),
        complete: false,
        names: Cow::Borrowed(NAMES),
        references: Cow::Borrowed(REFERENCES),
        overlay: Cow::Borrowed(OVERLAY),
    };
    let loaded = load(&files).map_err(damaged)?;
    Ok(Some(LoadedType { type_name, loaded }))
}

/// Returns the Rust paths of a service's types: `ec2::Vpc`.
pub(super) fn rust_paths(service: &str, kinds: &[EntityKind]) -> Result<Vec<String>, CommandError> {
    let names = names()?;
    let is_meant = |each: &TypeName| {
        kinds.contains(&each.kind) && each.service_name().is_some_and(|each| identifier(each) == service)
    };
    let path = |each: TypeName| rust_path(&names, &each).trim_start_matches("iac_aws::").to_owned();
    Ok(types().filter(is_meant).map(path).collect())
}

/// Returns the types whose names match a pattern, or contain it if it has no wildcards; sorted by kind, then by name.
pub(super) fn list(pattern: &str, kinds: &[EntityKind]) -> Result<Vec<ListedType>, CommandError> {
    let pattern = &pattern.to_lowercase();
    let has_wildcards = pattern.contains(['*', '?']);
    let wildcards = WildMatch::new(pattern);
    let fits = |name: &str| if has_wildcards { wildcards.matches(name) } else { name.contains(pattern) };
    let names = names()?;
    let mut found: Vec<TypeName> =
        types().filter(|each| kinds.contains(&each.kind) && fits(each.name)).collect();
    found.sort_unstable_by_key(|each| (each.kind, each.name));
    let listed = |each: TypeName| ListedType {
        kind: kind_name(each.kind),
        type_name: each.name,
        rust: rust_path(&names, &each),
        feature: each.service_name(),
    };
    Ok(found.into_iter().map(listed).collect())
}

/// Returns Terraform's term for a kind.
pub(super) fn kind_name(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Provider => "provider",
        EntityKind::Resource => "resource",
        EntityKind::DataSource => "data source",
        EntityKind::Ephemeral => "ephemeral resource",
    }
}

/// Returns the Rust path of a type.
pub(super) fn rust_path(names: &Names, type_name: &TypeName) -> String {
    let Some(service) = type_name.service_name() else { return "iac_aws::Provider".to_owned() };
    let module = kind_module(type_name.kind).map(|module| format!("{module}::")).unwrap_or_default();
    format!("iac_aws::{}::{module}{}", identifier(service), names.short_name(service, type_name.name))
}

impl TypeName {
    /// Returns the service, which is also the name of the feature of `iac-aws`.
    pub(super) fn service_name(&self) -> Option<&'static str> {
        self.service.map(|(name, _)| name)
    }
}

fn names() -> Result<Names, CommandError> {
    Names::parse("names.rules", NAMES, PROVIDER_NAME).map_err(damaged)
}

fn damaged(errors: iac_codegen::Errors) -> CommandError {
    CommandError::because("the built-in provider knowledge is corrupt", errors)
}
