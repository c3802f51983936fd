//! The types of a schema that are included.

use serde_json::Value;
use wildmatch::WildMatch;

use crate::command_error::CommandError;

/// The keys of a provider whose members are types.
const KINDS: [&str; 3] = ["resource_schemas", "data_source_schemas", "ephemeral_resource_schemas"];

/// Removes the types that match no pattern. Without patterns, all are kept.
pub(super) fn choose(schema: &str, patterns: &[String]) -> Result<String, CommandError> {
    if patterns.is_empty() {
        return Ok(schema.to_owned());
    }
    let mut schema: Value = serde_json::from_str(schema)
        .map_err(|error| CommandError::because("the schema is not valid JSON", error))?;
    let mut unused: Vec<&String> = patterns.iter().collect();
    let matchers: Vec<(&String, WildMatch)> =
        patterns.iter().map(|pattern| (pattern, WildMatch::new(pattern))).collect();
    let providers = schema["provider_schemas"].as_object_mut();
    for provider in providers.into_iter().flat_map(|providers| providers.values_mut()) {
        for kind in KINDS {
            let Some(types) = provider.get_mut(kind).and_then(Value::as_object_mut) else { continue };
            types.retain(|name, _| {
                let matching = matchers.iter().filter(|(_, matcher)| matcher.matches(name));
                let mut is_included = false;
                for (pattern, _) in matching {
                    is_included = true;
                    unused.retain(|unused| unused != pattern);
                }
                is_included
            });
        }
    }
    match unused.first() {
        Some(pattern) => Err(CommandError::new(format!("no type matches `{pattern}`"))),
        None => Ok(schema.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"provider_schemas":{"x":{"resource_schemas":{"x_a":{},"x_ab":{},"x_b":{}},"data_source_schemas":{"x_a":{},"x_c":{}}}}}"#;

    #[test]
    fn types_that_match_a_pattern_are_kept() {
        let chosen = choose(SCHEMA, &["x_a*".to_owned(), "x_c".to_owned()]).unwrap();
        let chosen: Value = serde_json::from_str(&chosen).unwrap();
        let names = |kind: &str| -> Vec<String> {
            chosen["provider_schemas"]["x"][kind].as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(names("resource_schemas"), ["x_a", "x_ab"]);
        assert_eq!(names("data_source_schemas"), ["x_a", "x_c"]);
        assert_eq!(choose(SCHEMA, &[]).unwrap(), SCHEMA);
    }

    #[test]
    fn pattern_without_a_match_is_an_error() {
        assert!(choose(SCHEMA, &["x_a".to_owned(), "y_*".to_owned()]).is_err());
    }
}
