//! Which service a type belongs to.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Key;
use iac_schema::model::{EntityKind, Knowledge};
use iac_schema::{Error, Errors};

/// The service of each type, as far as it is known.
#[derive(Debug)]
pub(super) struct Grouping {
    services: BTreeMap<(EntityKind, String), String>,
    /// Where every other type belongs, if there is only one service.
    single: Option<String>,
}

impl Grouping {
    /// Everything in one service.
    pub(super) fn single(service: &str) -> Self {
        Self { services: BTreeMap::new(), single: Some(service.to_owned()) }
    }

    /// As the earlier knowledge has it.
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

    /// Reads `{"ec2": {"resource": ["aws_vpc"], "data_source": [], "ephemeral": []}}`.
    pub(super) fn from_json(value: &Value) -> Result<Self, Error> {
        let wrong = |what: String| Error::new("services", 0, what);
        let mut services = BTreeMap::new();
        let groups = value
            .as_object()
            .ok_or_else(|| wrong("an object with a member per service is expected".into()))?;
        for (service, kinds) in groups {
            for (kind, types) in kinds.as_object().into_iter().flatten() {
                let kind = match kind.as_str() {
                    "resource" => EntityKind::Resource,
                    "data_source" => EntityKind::DataSource,
                    "ephemeral" => EntityKind::Ephemeral,
                    other => return Err(wrong(format!("{service}: `{other}` is not known"))),
                };
                for name in types.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if let Some(other) = services.insert((kind, name.to_owned()), service.clone()) {
                        return Err(wrong(format!("{name} stands in `{other}` and in `{service}`")));
                    }
                }
            }
        }
        Ok(Self { services, single: None })
    }

    /// The types of each service. `prefix` is what every type name starts with.
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
                    let what = format!("{}: no service is sure to hold it (candidates: {candidates})", key.1);
                    errors.0.push(Error::new("services", 0, what));
                }
            }
        }
        errors.into_result()?;
        Ok(groups)
    }

    /// The service of those known types that share the most leading words, or all such services if there are several.
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
