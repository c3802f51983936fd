//! A state for planned resources: the planned values, with unknown values filled in by type.

use std::collections::HashMap;

use fastrand::Rng;
use iac_codegen::model::{Attribute, Block, NestingMode, Type};
use serde_json::{Map, Value, json};

use super::batch::number_of_address;
use super::program::Program;
use super::types::{ResourceType, Types};
use super::values::value;

/// The provider's configuration, as named in states.
const PROVIDER: &str = r#"provider["registry.terraform.io/hashicorp/aws"]"#;

/// Returns the state after applying a plan. The values for unknowns depend only on the seed and the resource.
#[must_use]
pub fn after(plan: &Value, types: &Types, seed: u64) -> Value {
    let mut resources = Vec::new();
    for change in plan["resource_changes"].as_array().into_iter().flatten() {
        let type_name = change["type"].as_str().unwrap_or_default();
        let Some(resource_type) = types.find(type_name) else { continue };
        let number = change["address"].as_str().and_then(number_of_address).unwrap_or_default();
        let rng = &mut Rng::with_seed(seed ^ number as u64);
        let mut filler = Filler { rng, resource_type, sensitive: Vec::new() };
        let block = &resource_type.entity.block;
        let (known, unknown) = (&change["change"]["after"], &change["change"]["after_unknown"]);
        let attributes = filler.block(block, known, unknown, &mut Vec::new());
        resources.push(json!({
            "mode": "managed",
            "type": type_name,
            "name": change["name"],
            "provider": PROVIDER,
            "instances": [{
                "schema_version": resource_type.entity.schema_version,
                "attributes": attributes,
                "sensitive_attributes": filler.sensitive,
            }],
        }));
    }
    json!({
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "00000000-0000-0000-0000-000000000000",
        "outputs": {},
        "resources": resources,
    })
}

/// Sets references to the IDs of other resources.
pub fn connect<'a>(state: &mut Value, programs: impl Iterator<Item = &'a Program>) {
    let resources = state["resources"].as_array_mut().into_iter().flatten();
    let mut resources: HashMap<String, &mut Value> = resources
        .map(|resource| {
            let text = |key: &str| resource[key].as_str().unwrap_or_default();
            let address = format!("{}.{}", text("type"), text("name"));
            (address, &mut resource["instances"][0]["attributes"])
        })
        .collect();
    for resource in programs.flat_map(|program| &program.resources) {
        for (argument, value) in &resource.body {
            let target = value.as_str().and_then(|text| text.strip_prefix("${")?.strip_suffix(".id}"));
            let Some(id) = target.and_then(|target| resources.get(target)).map(|target| target["id"].clone())
            else {
                continue;
            };
            if let Some(attributes) = resources.get_mut(&resource.address()) {
                attributes[argument] = id;
            }
        }
    }
}

struct Filler<'a> {
    rng: &'a mut Rng,
    resource_type: ResourceType<'a>,
    /// Returns the paths that the schema marks as sensitive, in the format of states.
    sensitive: Vec<Value>,
}

impl Filler<'_> {
    fn block(&mut self, block: &Block, known: &Value, unknown: &Value, path: &mut Vec<Value>) -> Value {
        let mut out = Map::new();
        for attribute in &block.attributes {
            let name = &attribute.name;
            path.push(json!({"type": "get_attr", "value": name}));
            let value = if attribute.write_only {
                Value::Null
            } else {
                self.attribute(attribute, &attribute.ty, &known[name], &unknown[name])
            };
            if attribute.sensitive {
                self.sensitive.push(json!(path));
            }
            out.insert(name.clone(), value);
            path.pop();
        }
        for nested in &block.blocks {
            let name = &nested.name;
            path.push(json!({"type": "get_attr", "value": name}));
            let inner = self.resource_type.service.shape(nested.nested.shape);
            let (known, unknown) = (&known[name], &unknown[name]);
            let value = match nested.nested.mode {
                NestingMode::Single | NestingMode::Group if known.is_null() && unknown.is_null() => {
                    Value::Null
                }
                NestingMode::Single | NestingMode::Group => self.block(inner, known, unknown, path),
                NestingMode::List => {
                    let mut all = Vec::new();
                    for (index, each) in known.as_array().into_iter().flatten().enumerate() {
                        path.push(json!({"type": "index", "value": {"value": index, "type": "number"}}));
                        all.push(self.block(inner, each, &unknown[index], path));
                        path.pop();
                    }
                    Value::Array(all)
                }
                NestingMode::Set => {
                    // Terraform does not record paths inside sets.
                    let outer = self.sensitive.len();
                    let all = known.as_array().into_iter().flatten().enumerate();
                    let all: Vec<Value> =
                        all.map(|(index, each)| self.block(inner, each, &unknown[index], path)).collect();
                    if self.sensitive.len() > outer {
                        self.sensitive.truncate(outer);
                        self.sensitive.push(json!(path));
                    }
                    Value::Array(all)
                }
                NestingMode::Map => {
                    let all = known.as_object().into_iter().flatten();
                    let all: Vec<_> = all.map(|(key, each)| (key.clone(), each.clone())).collect();
                    let all = all.into_iter().map(|(key, each)| {
                        let value = self.block(inner, &each, &unknown[&key], path);
                        (key, value)
                    });
                    Value::Object(all.collect())
                }
            };
            out.insert(name.clone(), value);
            path.pop();
        }
        Value::Object(out)
    }

    fn attribute(&mut self, attribute: &Attribute, ty: &Type, known: &Value, unknown: &Value) -> Value {
        if unknown == &Value::Bool(true) {
            return self.fill(attribute, ty);
        }
        match (ty, known) {
            (Type::List(element) | Type::Set(element), Value::Array(elements)) => {
                let each = elements.iter().enumerate();
                each.map(|(index, known)| self.attribute(attribute, element, known, &unknown[index]))
                    .collect()
            }
            (Type::Map(element), Value::Object(elements)) => {
                // Unknown elements are omitted from the known value.
                let names: Vec<String> = elements
                    .keys()
                    .chain(unknown.as_object().into_iter().flatten().map(|(name, _)| name))
                    .cloned()
                    .collect();
                let each = names.into_iter().map(|name| {
                    let value = self.attribute(attribute, element, &known[&name], &unknown[&name]);
                    (name, value)
                });
                Value::Object(each.collect())
            }
            (Type::Object(shape), Value::Object(_)) => {
                let members = &self.resource_type.service.shape(*shape).attributes;
                let each = members.iter().map(|member| {
                    let name = &member.name;
                    (name.clone(), self.attribute(member, &member.ty, &known[name], &unknown[name]))
                });
                Value::Object(each.collect())
            }
            (Type::Nested(nested), known) if !known.is_null() => {
                let members = &self.resource_type.service.shape(nested.shape).attributes;
                let object = |filler: &mut Self, known: &Value, unknown: &Value| {
                    let each = members.iter().map(|member| {
                        let name = &member.name;
                        (name.clone(), filler.attribute(member, &member.ty, &known[name], &unknown[name]))
                    });
                    Value::Object(each.collect())
                };
                match known {
                    Value::Array(elements) => elements
                        .iter()
                        .enumerate()
                        .map(|(index, known)| object(self, known, &unknown[index]))
                        .collect(),
                    Value::Object(elements) if nested.mode == NestingMode::Map => {
                        let each = elements
                            .iter()
                            .map(|(key, known)| (key.clone(), object(self, known, &unknown[key])));
                        Value::Object(each.collect())
                    }
                    _ => object(self, known, unknown),
                }
            }
            _ => known.clone(),
        }
    }

    /// Returns a value of the type.
    fn fill(&mut self, attribute: &Attribute, ty: &Type) -> Value {
        match ty {
            Type::String if attribute.name == "id" => json!(format!("id-{}", self.rng.u32(..))),
            // No provider records a duration in another form.
            Type::String if attribute.name == "duration" && !attribute.optional => json!("P1Y"),
            Type::String | Type::Number | Type::Bool => {
                value(self.rng, &Attribute { ty: ty.clone(), ..attribute.clone() })
            }
            Type::Dynamic => Value::Null,
            Type::List(element) | Type::Set(element) => {
                if self.rng.bool() {
                    Value::Array(Vec::new())
                } else {
                    json!([self.fill(attribute, element)])
                }
            }
            Type::Map(_) => json!({}),
            Type::Tuple(elements) => elements.iter().map(|element| self.fill(attribute, element)).collect(),
            Type::Object(shape) => {
                let members = &self.resource_type.service.shape(*shape).attributes;
                let each = members.iter().map(|member| (member.name.clone(), self.fill(member, &member.ty)));
                Value::Object(each.collect())
            }
            Type::Nested(nested) => match nested.mode {
                NestingMode::Single | NestingMode::Group => {
                    let members = &self.resource_type.service.shape(nested.shape).attributes;
                    let each =
                        members.iter().map(|member| (member.name.clone(), self.fill(member, &member.ty)));
                    Value::Object(each.collect())
                }
                NestingMode::Map => json!({}),
                NestingMode::List | NestingMode::Set => json!([]),
            },
        }
    }
}
