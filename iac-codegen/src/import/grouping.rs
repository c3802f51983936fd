//! Grouping of types into services.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Key;
use iac_schema::model::{EntityKind, Knowledge};
use iac_schema::{Error, Errors};

/// The service of each known type.
#[derive(Debug)]
pub(super) struct Grouping {
    services: BTreeMap<(EntityKind, String), String>,
    /// The service of all other types, if there is only one.
    single: Option<String>,
}

impl Grouping {
    /// Groups all types into one service.
    pub(super) fn single(service: &str) -> Self {
        Self { services: BTreeMap::new(), single: Some(service.to_owned()) }
    }

    /// Uses the grouping of earlier knowledge.
    pub(super) fn from_knowledge(knowledge: &Knowledge) -> Self {
        let mut services = BTreeMap::new();
        for service in &knowledge.services {
            for entity in &service.entities {
                services.insert((entity.kind, entity.type_name.clone()), service.name.clone());
            }
        }
        let single = match knowledge.services.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        };
        Self { services, single }
    }

    /// Parses `{"ec2": {"resource": ["aws_vpc"], "data_source": [], "ephemeral": []}}`.
    pub(super) fn from_json(value: &Value) -> Result<Self, Error> {
        let error = |message: String| Error::new("services", 0, message);
        let mut services = BTreeMap::new();
        let groups =
            value.as_object().ok_or_else(|| error("expected an object with a member per service".into()))?;
        for (service, kinds) in groups {
            for (kind, types) in kinds.as_object().into_iter().flatten() {
                let kind = match kind.as_str() {
                    "resource" => EntityKind::Resource,
                    "data_source" => EntityKind::DataSource,
                    "ephemeral" => EntityKind::Ephemeral,
                    other => return Err(error(format!("{service}: unknown key `{other}`"))),
                };
                for name in types.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if let Some(other) = services.insert((kind, name.to_owned()), service.clone()) {
                        return Err(error(format!("{name} is in both `{other}` and `{service}`")));
                    }
                }
            }
        }
        Ok(Self { services, single: None })
    }

    /// Returns the types of each service. `prefix` is the first word of all type names.
    pub(super) fn group<'a>(
        &self,
        types: impl Iterator<Item = Key<'a>>,
        prefix: &str,
    ) -> Result<BTreeMap<String, Vec<Key<'a>>>, Errors> {
        let mut groups = BTreeMap::<String, Vec<Key<'a>>>::new();
        let mut errors = Errors::default();
        for key in types {
            let known =
                self.services.get(&(key.0, key.1.to_owned())).or(self.single.as_ref()).map(String::as_str);
            match known.map_or_else(|| self.guess(key.1, prefix), Ok) {
                Ok(service) => groups.entry(service.to_owned()).or_default().push(key),
                Err(candidates) => {
                    let candidates =
                        if candidates.is_empty() { "none".to_owned() } else { candidates.join(", ") };
                    let message =
                        format!("{}: cannot determine the service (candidates: {candidates})", key.1);
                    errors.0.push(Error::new("services", 0, message));
                }
            }
        }
        errors.into_result()?;
        Ok(groups)
    }

    /// Returns the service of the known types that share the most leading words; several services if it is ambiguous.
    fn guess(&self, name: &str, prefix: &str) -> Result<&str, Vec<&str>> {
        let mut best = prefix.split('_').count();
        let mut services: Vec<&str> = Vec::new();
        for ((_, known), service) in &self.services {
            let common = name.split('_').zip(known.split('_')).take_while(|(a, b)| a == b).count();
            if common > best {
                best = common;
                services.clear();
            }
            if common == best && best > prefix.split('_').count() && !services.contains(&service.as_str()) {
                services.push(service);
            }
        }
        match services.as_slice() {
            [only] => Ok(only),
            _ => Err(services),
        }
    }
}
