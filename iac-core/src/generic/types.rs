//! Descriptions of types and providers without bindings.
//!
//! Entries refer to descriptions that live as long as the program, as those of bindings do. Each distinct one is created
//! once and never freed.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::address::{ResourceMode, is_identifier};
use crate::handle::{ProviderType, ResourceType};

/// The local name of the provider built into Terraform.
const BUILT_IN: &str = "terraform";

/// Returns the description of a type.
pub(super) fn resource_type(mode: ResourceMode, name: &str) -> &'static ResourceType {
    static KNOWN: Known<(ResourceMode, &str), ResourceType> = LazyLock::new(Mutex::default);

    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = find(&known, &(mode, name)) {
        return known;
    }
    let name: &'static str = String::from(name).leak();
    let local_name = name.split_once('_').map_or(name, |(provider, _)| provider);
    let source = if local_name == BUILT_IN { ProviderType::BUILT_IN_SOURCE } else { "" };
    let provider = Box::leak(Box::new(ProviderType { local_name, source, version: "" }));
    let resource_type = Box::leak(Box::new(ResourceType { name, mode, provider }));
    known.insert((mode, name), resource_type);
    resource_type
}

/// Returns the description of a provider.
pub(super) fn provider(source: &str, version: &str) -> &'static ProviderType {
    static KNOWN: Known<(&str, &str), ProviderType> = LazyLock::new(Mutex::default);

    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = find(&known, &(source, version)) {
        return known;
    }
    let source: &'static str = String::from(source).leak();
    let version: &'static str = String::from(version).leak();
    let local_name = source.rsplit_once('/').map_or(source, |(_, name)| name);
    let provider = Box::leak(Box::new(ProviderType { local_name, source, version }));
    known.insert((source, version), provider);
    provider
}

type Known<K, T> = LazyLock<Mutex<HashMap<K, &'static T>>>;

/// Looks up a key that lives shorter than those of the map.
fn find<'a, K: std::hash::Hash + Eq, T>(known: &HashMap<K, &'a T>, key: &K) -> Option<&'a T> {
    known.get(key).copied()
}

/// Returns `true` if the provider of the type is known by its local name only.
pub(crate) const fn is_generic(resource_type: &ResourceType) -> bool {
    resource_type.provider.source.is_empty()
}

/// Returns `true` if the name is one of a resource type: an identifier that begins with the name of a provider.
pub(crate) fn is_valid(resource_type: &ResourceType) -> bool {
    is_identifier(resource_type.name) && is_identifier(resource_type.provider.local_name)
}
