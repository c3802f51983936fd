//! A provider's schemas in the format of `terraform providers schema -json`, without descriptions.

use serde_json::{Map, Value, json};

use crate::Binary;
use crate::messages::Parameter;
use crate::wire::Fields;

/// Returns all schemas of the provider.
#[must_use]
pub fn schema_json(binary: &Binary) -> Option<String> {
    let (schemas, protocol) = binary.schemas().raw();
    let reader = Reader { protocol };
    let types = |types: &std::collections::HashMap<String, bytes::Bytes>| {
        let each = |(name, bytes): (&String, &bytes::Bytes)| Some((name.clone(), reader.schema(bytes)?));
        types.iter().map(each).collect::<Option<Map<String, Value>>>()
    };
    let functions = schemas.functions.iter().map(|(name, function)| {
        let returns = function.returns.as_ref()?;
        let mut signature = json!({
            "return_type": serde_json::from_slice::<Value>(&returns.r#type).ok()?,
            "parameters": function.parameters.iter().map(parameter).collect::<Option<Vec<_>>>()?,
        });
        if let Some(variadic) = &function.variadic {
            signature["variadic_parameter"] = parameter(variadic)?;
        }
        Some((name.clone(), signature))
    });
    let provider = json!({
        "provider": reader.schema(&schemas.provider)?,
        "resource_schemas": types(&schemas.resources)?,
        "data_source_schemas": types(&schemas.data_sources)?,
        "ephemeral_resource_schemas": types(&schemas.ephemeral_resources)?,
        "functions": functions.collect::<Option<Map<String, Value>>>()?,
    });
    let source = &binary.found().source;
    Some(json!({ "format_version": "1.0", "provider_schemas": { source: provider } }).to_string())
}

fn parameter(parameter: &Parameter) -> Option<Value> {
    Some(json!({
        "name": parameter.name,
        "type": serde_json::from_slice::<Value>(&parameter.r#type).ok()?,
        "is_nullable": parameter.allow_null,
    }))
}

struct Reader {
    protocol: u8,
}

impl Reader {
    fn schema(&self, bytes: &[u8]) -> Option<Value> {
        let (mut version, mut block) = (0, json!({}));
        for field in Fields(bytes) {
            match field? {
                (1, field) => version = field.number(),
                (2, field) => block = self.block(field.bytes()?)?,
                _ => {}
            }
        }
        Some(json!({ "version": version, "block": block }))
    }

    fn block(&self, bytes: &[u8]) -> Option<Value> {
        let (mut attributes, mut blocks, mut deprecated) = (Map::new(), Map::new(), false);
        for field in Fields(bytes) {
            match field? {
                (2, field) => attributes.extend([self.attribute(field.bytes()?)?]),
                (3, field) => blocks.extend([self.nested_block(field.bytes()?)?]),
                (6, field) => deprecated = field.is_true(),
                _ => {}
            }
        }
        let mut block = json!({ "attributes": attributes, "block_types": blocks });
        if deprecated {
            block["deprecated"] = true.into();
        }
        Some(block)
    }

    fn attribute(&self, bytes: &[u8]) -> Option<(String, Value)> {
        let mut name = String::new();
        let mut attribute = Map::new();
        for field in Fields(bytes) {
            let (tag, field) = field?;
            let word = match tag {
                1 => {
                    field.text()?.clone_into(&mut name);
                    continue;
                }
                2 => {
                    attribute.insert("type".to_owned(), serde_json::from_slice(field.bytes()?).ok()?);
                    continue;
                }
                10 if self.protocol >= 6 => {
                    attribute.insert("nested_type".to_owned(), self.nested_type(field.bytes()?)?);
                    continue;
                }
                4 => "required",
                5 => "optional",
                6 => "computed",
                7 => "sensitive",
                9 => "deprecated",
                10 | 11 => "write_only",
                _ => continue,
            };
            if field.is_true() {
                attribute.insert(word.to_owned(), true.into());
            }
        }
        Some((name, attribute.into()))
    }

    fn nested_type(&self, bytes: &[u8]) -> Option<Value> {
        let (mut attributes, mut mode) = (Map::new(), 0);
        for field in Fields(bytes) {
            match field? {
                (1, field) => attributes.extend([self.attribute(field.bytes()?)?]),
                (3, field) => mode = field.number(),
                _ => {}
            }
        }
        Some(json!({ "attributes": attributes, "nesting_mode": nesting_mode(mode)? }))
    }

    fn nested_block(&self, bytes: &[u8]) -> Option<(String, Value)> {
        let mut name = String::new();
        let mut nested = Map::new();
        for field in Fields(bytes) {
            match field? {
                (1, field) => field.text()?.clone_into(&mut name),
                (2, field) => drop(nested.insert("block".to_owned(), self.block(field.bytes()?)?)),
                (3, field) => drop(nested.insert("nesting_mode".to_owned(), nesting_mode(field.number())?)),
                (4, field) => drop(nested.insert("min_items".to_owned(), field.number().into())),
                (5, field) => drop(nested.insert("max_items".to_owned(), field.number().into())),
                _ => {}
            }
        }
        Some((name, nested.into()))
    }
}

fn nesting_mode(number: u64) -> Option<Value> {
    Some(crate::wire::nesting_mode(number)?.as_str().into())
}
