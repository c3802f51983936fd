//! Completion of a schema whose deeply nested parts are missing.
//!
//! A schema that was made from the source of a provider lacks content that only runs of the provider show. Within a major
//! version nothing is removed, so the schema of an earlier minor version has it.

use serde_json::{Map, Value};

/// Adds what the schema of an earlier minor version has in addition, and returns the paths.
pub(super) fn complete(schema: &mut Value, earlier: &Value) -> Vec<String> {
    let mut added = Vec::new();
    for kind in ["resource_schemas", "data_source_schemas", "ephemeral_resource_schemas"] {
        for (type_name, earlier) in members(&earlier[kind]) {
            if let Some(schema) = schema[kind].get_mut(type_name) {
                block(&mut schema["block"], &earlier["block"], type_name, &mut added);
            }
        }
    }
    added
}

fn block(schema: &mut Value, earlier: &Value, path: &str, added: &mut Vec<String>) {
    for (name, earlier) in members(&earlier["attributes"]) {
        let path = format!("{path}.{name}");
        if schema["block_types"].get(name).is_some() {
            continue;
        }
        let Some(attribute) = schema["attributes"].get_mut(name) else {
            insert(&mut schema["attributes"], name, earlier, path, added);
            continue;
        };
        if attribute.get("nested_type").is_some() {
            block(&mut attribute["nested_type"], &earlier["nested_type"], &path, added);
        } else {
            object(&mut attribute["type"], &earlier["type"], &path, added);
        }
        // The provider adds this argument itself.
        if name == "region" && earlier["deprecated"] == true && attribute["deprecated"] != true {
            attribute["deprecated"] = Value::Bool(true);
            added.push(format!("{path}: deprecated"));
        }
    }
    for (name, earlier) in members(&earlier["block_types"]) {
        let path = format!("{path}.{name}");
        if schema["attributes"].get(name).is_some() {
            continue;
        }
        match schema["block_types"].get_mut(name) {
            Some(nested) => block(&mut nested["block"], &earlier["block"], &path, added),
            None => insert(&mut schema["block_types"], name, earlier, path, added),
        }
    }
}

/// Adds missing members of an object type.
fn object(ty: &mut Value, earlier: &Value, path: &str, added: &mut Vec<String>) {
    if ty[0] != earlier[0] || !ty.is_array() {
        return;
    }
    if ty[0] != "object" {
        return object(&mut ty[1], &earlier[1], path, added);
    }
    for (name, earlier) in members(&earlier[1]) {
        let path = format!("{path}.{name}");
        match ty[1].get_mut(name) {
            Some(member) => object(member, earlier, &path, added),
            None => insert(&mut ty[1], name, earlier, path, added),
        }
    }
}

fn insert(place: &mut Value, name: &str, value: &Value, path: String, added: &mut Vec<String>) {
    if place.is_null() {
        *place = Value::Object(Map::new());
    }
    if let Value::Object(members) = place {
        members.insert(name.to_owned(), value.clone());
        added.push(path);
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn missing_parts_are_added() {
        let block =
            |attributes: Value| json!({"resource_schemas": {"x_a": {"block": {"attributes": attributes}}}});
        let mut schema = block(json!({
            "cut": {"type": ["list", ["object", {"a": "string"}]], "computed": true},
            "region": {"type": "string", "optional": true},
        }));
        let earlier = block(json!({
            "cut": {"type": ["list", ["object", {"a": "string", "b": "bool"}]], "computed": true},
            "missing": {"type": "string", "optional": true},
            "region": {"type": "string", "optional": true, "deprecated": true},
        }));
        let added = complete(&mut schema, &earlier);
        assert_eq!(added, ["x_a.cut.b", "x_a.missing", "x_a.region: deprecated"]);
        assert_eq!(schema, earlier);
        assert!(complete(&mut schema, &block(json!({}))).is_empty());
    }
}
