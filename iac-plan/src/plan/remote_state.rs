//! `terraform_remote_state`: the outputs of another configuration's state.

use iac_core::text::Text;
use iac_lang::value::{Value, ValueMap};

use super::builtin;
use super::request::RemoteStates;
use super::session::SelectedProvider;
use crate::schema::Schema;

/// The value of a data source, and the sensitive values in it, which Terraform does not mark.
pub(crate) struct RemoteState {
    pub value: Value,
    pub secrets: Vec<Value>,
}

/// Returns true if a data source is the one that reads states.
pub(crate) fn is_it(schema: &Schema, provider: &SelectedProvider<'_>) -> bool {
    schema.type_name == builtin::REMOTE_STATE_TYPE && provider.source == builtin::SOURCE
}

/// Reads the state that a configuration describes; `None` if only Terraform can read it.
pub(crate) fn read(states: &dyn RemoteStates, config: &Value) -> Result<Option<RemoteState>, Text> {
    let text = |name: &str| match config.member(name) {
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let Some(backend) = text("backend") else { return Ok(None) };
    let settings = config.member("config").unwrap_or(&Value::Null);
    let workspace = text("workspace").unwrap_or("default");
    let Some(outputs) = states.outputs(backend, settings, workspace)? else { return Ok(None) };
    let mut members = config.member("defaults").and_then(Value::members).cloned().unwrap_or_default();
    let mut secrets = Vec::new();
    for output in outputs {
        if output.sensitive {
            secrets.push(output.value.clone());
        }
        members.insert(output.name, output.value);
    }
    let mut value = config.members().cloned().unwrap_or_else(ValueMap::default);
    value.insert(Text::from_static("outputs"), Value::Object(members));
    Ok(Some(RemoteState { value: Value::Object(value), secrets }))
}
