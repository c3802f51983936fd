//! Recognition of credentials: by the shape of their text, by the names of their variables, and inside of other text.

mod command;
mod encoding;
mod names;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod url;

use iac_lang::value::{Value, ValueMap};

/// The number of encodings that are looked through: JSON in Base64 in JSON.
const DEPTH: usize = 4;

/// Returns true if a string contains a credential.
///
/// Recognized are tokens and private keys of well-known issuers, URLs with a password, webhooks, authorization headers,
/// and literals beside the name of a credential: `DB_PASSWORD=…`, `--token …`, `{"name": "password", "value": …}`. JSON
/// and Base64 are looked through.
///
/// ```
/// use iac_plan::credential::has_credential;
///
/// assert!(has_credential("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"));
/// assert!(has_credential("postgres://app:hunter2@db.internal/app"));
/// assert!(!has_credential("ami-0123456789abcdef0"));
/// ```
#[must_use]
pub fn has_credential(text: &str) -> bool {
    contains(text, DEPTH)
}

fn contains(string: &str, depth: usize) -> bool {
    if tokens::has_token(string) || url::has_url(string) || url::has_header(string) {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    if let Some(document) = parsed(string) {
        return holds(&document, depth);
    }
    text::has_assignment(string) || encoding::any_decoded(string, |text| contains(text, depth))
}

fn parsed(string: &str) -> Option<Value> {
    if !string.trim_start().starts_with(['{', '[']) {
        return None;
    }
    Value::parse_json(string).ok()
}

/// Returns true if a document contains a credential. Policy documents have no credentials beside names: their keys
/// are conditions.
fn holds(value: &Value, depth: usize) -> bool {
    match value {
        Value::String(text) => contains(text, depth),
        Value::Tuple(elements) | Value::List(elements) | Value::Set(elements) => {
            argument(elements).is_some() || elements.iter().any(|element| holds(element, depth))
        }
        Value::Object(members) | Value::Map(members) => {
            if members.contains_key("Statement") {
                return members.iter().any(|(_, member)| match member {
                    Value::Object(_) | Value::Tuple(_) => holds_shape(member),
                    _ => holds(member, depth),
                });
            }
            secret_member(value).is_some()
                || members.iter().any(|(name, member)| {
                    member_scope(members, name).is_some_and(|scope| holds_literal(member, scope))
                        || tokens::has_token(name)
                        || holds(member, depth)
                })
        }
        _ => false,
    }
}

/// Returns true if a member with the name of a credential contains one.
fn holds_literal(value: &Value, scope: Scope) -> bool {
    match value {
        Value::String(text) => is_literal(text),
        Value::Tuple(elements) | Value::List(elements) | Value::Set(elements) => {
            elements.iter().any(|element| matches!(element, Value::String(text) if is_literal(text)))
        }
        Value::Object(members) | Value::Map(members) if scope == Scope::Members => {
            members.iter().any(|(name, member)| {
                matches!(member, Value::String(text) if !is_description(name) && is_literal(text))
            })
        }
        _ => false,
    }
}

/// The reach of the name of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The value, or the elements of a list.
    Value,
    /// The members of an object, too: `{"credentials": {"user": …, "value": …}}`.
    Members,
}

/// Returns the reach of a member's name if it is that of a credential.
pub(crate) fn member_scope(members: &ValueMap, name: &str) -> Option<Scope> {
    let kind = || match members.get("kind") {
        Some(Value::String(kind)) => Some(kind.as_str()),
        _ => None,
    };
    // All of the data of a Kubernetes secret; the secret numbers of a JSON Web Key.
    let is_kubernetes = matches!(name, "data" | "stringData" | "string_data") && kind() == Some("Secret");
    let is_key = || matches!(name, "d" | "k" | "p" | "q" | "dp" | "dq" | "qi") && members.contains_key("kty");
    if is_kubernetes {
        return Some(Scope::Members);
    }
    if is_key() || is_registry_login(members, name) || (name == "passwd" && !members.contains_key("path")) {
        return Some(Scope::Value);
    }
    // Credentials of several users, `{"credentials": {…}}`; a schema in JSON describes a property in the same form.
    let is_number = || matches!(members.get(name), Some(Value::String(text)) if text::is_number(text));
    if names::is_plural_name(name) || names::is_credential_name(name) && name.ends_with("credentials") {
        return (!is_number()).then_some(Scope::Members);
    }
    names::is_credential_name(name).then_some(Scope::Value)
}

/// Returns true for the credential of Docker's configuration: `{"auths": {"ghcr.io": {"auth": …}}}`, a user and a password
/// in Base64.
fn is_registry_login(members: &ValueMap, name: &str) -> bool {
    let Some(Value::String(text)) = members.get(name) else { return false };
    matches!(name, "auth" | "_auth")
        && encoding::decoded_base64(text).is_some_and(|login| login.split_once(':').is_some())
}

/// Returns the position of an argument with a credential in the words of a command: `["--token", …]`.
pub(crate) fn argument(elements: &[Value]) -> Option<usize> {
    let words = elements.iter().map(|element| match element {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    });
    let words = words.collect::<Option<Vec<&str>>>()?;
    command::credential_word(&words)
}

/// Returns true if a member of an object of credentials is none itself, such as the name of its user.
pub(crate) fn is_description(name: &str) -> bool {
    names::is_description(name)
}

/// Returns true if a string is a token or the like, whatever its name.
pub(crate) fn is_token(text: &str) -> bool {
    tokens::has_token(text)
}

/// Returns true if any string of a value has the shape of a credential.
fn holds_shape(value: &Value) -> bool {
    match value {
        Value::String(text) => contains(text, 0),
        Value::Tuple(elements) => elements.iter().any(holds_shape),
        Value::Object(members) => members.iter().any(|(_, member)| holds_shape(member)),
        _ => false,
    }
}

/// Returns the name of the member with the credential in an object that is a pair of a name and a value:
/// `{"name": "DB_PASSWORD", "value": …}`.
#[must_use]
pub fn secret_member(value: &Value) -> Option<&'static str> {
    const NAMES: [&str; 11] = [
        "name",
        "Name",
        "key",
        "Key",
        "variable",
        "variable_name",
        "secret_name",
        "header_name",
        "parameter_name",
        "ParameterKey",
        "option_name",
    ];
    const VALUES: [&str; 8] = [
        "value",
        "Value",
        "values",
        "parameter_value",
        "ParameterValue",
        "string_value",
        "insecure_value",
        "plaintext_value",
    ];
    let (Value::Object(members) | Value::Map(members)) = value else { return None };
    let string = |name: &str| match members.get(name) {
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let is_credential = |name: &str| is_credential_name(name) || names::is_plural_name(name);
    NAMES.into_iter().find(|name| string(name).is_some_and(is_credential))?;
    // CodeBuild and others look the value up where the type says.
    let is_looked_up = ["type", "Type"].iter().any(|name| {
        string(name).is_some_and(|text| matches!(text, "PARAMETER_STORE" | "SECRETS_MANAGER" | "valueFrom"))
    });
    let value = VALUES
        .into_iter()
        .find(|name| members.get(name).is_some_and(|value| holds_literal(value, Scope::Value)))?;
    (!is_looked_up).then_some(value)
}

/// Returns true if a name is that of a credential: `DB_PASSWORD`, `apiToken`.
///
/// ```
/// use iac_plan::credential::is_credential_name;
///
/// assert!(is_credential_name("DB_PASSWORD") && !is_credential_name("PASSWORD_MIN_LENGTH"));
/// ```
#[must_use]
pub fn is_credential_name(name: &str) -> bool {
    names::is_credential_name(name)
}

/// Returns true if a value beside the name of a credential may be one: not a switch, a placeholder, or a reference to
/// the place where the credential is stored.
///
/// ```
/// use iac_plan::credential::is_literal;
///
/// assert!(is_literal("hunter2") && !is_literal("${var.password}") && !is_literal("true"));
/// ```
#[must_use]
pub fn is_literal(value: &str) -> bool {
    names::is_literal(value)
}
