//! Offline operation: the settings with which a provider plans without credentials and network access.

use std::ffi::{OsStr, OsString};

use iac_core::Text;
use iac_lang::value::{Value, ValueMap};
use iac_plan::schema::Schema;

/// An address without a listener.
const UNREACHABLE_URL: &str = "http://127.0.0.1:1";

/// Returns true if a message reports that a service could not be reached.
pub(crate) fn is_unreachable(message: &str) -> bool {
    UNREACHABLE_URL.strip_prefix("http://").is_some_and(|address| message.contains(address))
}

/// Returns the environment of a provider: this process's own, without variables that enable logging.
pub(crate) fn environment(source: &str, live: bool) -> Vec<(OsString, OsString)> {
    let starts_with = |name: &OsStr, prefix: &str| name.as_encoded_bytes().starts_with(prefix.as_bytes());
    let is_aws = !live && is_aws(source);
    let mut environment: Vec<(OsString, OsString)> = std::env::vars_os()
        .filter(|(name, _)| !starts_with(name, "TF_LOG"))
        .filter(|(name, _)| !is_aws || !starts_with(name, "AWS_"))
        .collect();
    if is_aws {
        let empty_file = if cfg!(windows) { "NUL" } else { "/dev/null" };
        let set = [
            ("AWS_CONFIG_FILE", empty_file),
            ("AWS_SHARED_CREDENTIALS_FILE", empty_file),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ENDPOINT_URL", UNREACHABLE_URL),
        ];
        environment.extend(set.map(|(name, value)| (name.into(), value.into())));
    }
    environment
}

fn is_aws(source: &str) -> bool {
    source.ends_with("/hashicorp/aws")
}

/// Fills a provider's configuration with placeholders for settings that matter only for access to its service.
pub(crate) fn configuration(source: &str, schema: &Schema, config: &Value) -> Value {
    let mut members = match config {
        Value::Object(members) | Value::Map(members) => members.clone(),
        _ => ValueMap::new(),
    };
    if !is_aws(source) {
        return Value::Object(members);
    }
    let mut set = |name: &'static str, value: Value| {
        if schema.block.attribute(name).is_some() {
            members.insert(Text::from_static(name), value);
        }
    };
    for name in ["access_key", "secret_key"] {
        set(name, Value::String("offline".into()));
    }
    for name in ["skip_credentials_validation", "skip_requesting_account_id", "skip_region_validation"] {
        set(name, Value::Bool(true));
    }
    set("skip_metadata_api_check", Value::String("true".into()));
    set("max_retries", Value::Number(1_i64.into()));
    // Offline, no account can be checked against these lists.
    for name in ["allowed_account_ids", "forbidden_account_ids"] {
        set(name, Value::Null);
    }
    for name in ["profile", "token", "shared_config_files", "shared_credentials_files", "custom_ca_bundle"] {
        set(name, Value::Null);
    }
    for name in ["assume_role", "assume_role_with_web_identity", "endpoints"] {
        // An empty list removes the blocks; a null block is equivalent.
        if schema.block.nested(name).is_some() {
            members.insert(Text::from_static(name), Value::List(Vec::new()));
        }
    }
    if matches!(members.get("region"), None | Some(Value::Null | Value::Unknown(_))) {
        members.insert(Text::from_static("region"), Value::String("us-east-1".into()));
    }
    Value::Object(members)
}
